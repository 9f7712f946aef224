"""The translation cache's SQLite file: made once, opened by many, and set aside when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

VERSION = 1
_APPLICATION = 0x6D746863  # "mthc": tells our file from any other SQLite database
_BUSY_SECONDS = 60.0
_SCHEMA = (
    "CREATE TABLE systems (key TEXT PRIMARY KEY, name TEXT NOT NULL, identity TEXT NOT NULL)",
    "CREATE TABLE entries (key BLOB PRIMARY KEY, system TEXT NOT NULL, pair TEXT NOT NULL, created REAL NOT NULL, "
    "request BLOB NOT NULL, value BLOB NOT NULL, checksum BLOB NOT NULL)",
    "CREATE INDEX entries_by_system ON entries (system)",
    "CREATE TABLE damaged (key BLOB, system TEXT, pair TEXT, created REAL, request BLOB, value BLOB, "
    "checksum BLOB, found REAL)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


class NotOurFileError(Exception):
    """A database, but not one that this version may write to. The message says why."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the cache, and make it where there is none.

    Raises:
        NotOurFileError: another program's database, or one of a newer version.
        sqlite3.Error, OSError: damaged or unreachable; `is_damage` tells.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # Bytes that are no UTF-8 must fail the row's checksum, not the whole query.
        database.text_factory = lambda data: data.decode("utf-8", "replace")
        _check(database)
        _use_wal(database)
        # FULL: a commit waits until the log is on the disk. NORMAL would survive a killed process as well, but a power
        # cut could then undo answers that were paid for; at one commit per call the wait is small beside the call.
        database.execute("PRAGMA synchronous = FULL")
        with transaction(database):
            if _check(database) == 0:
                for statement in _SCHEMA:
                    database.execute(statement)
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; takes the write lock at once, so that two writers wait instead of failing half way."""
    if database.in_transaction:
        # Ctrl-C came where no `except` sees it: after BEGIN, before the body. The answers on their way are stored next.
        database.execute("ROLLBACK")
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def is_damage(error: Exception) -> bool:
    """Whether an error means that the file's content is broken, not that it is busy, full or out of reach."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    text = str(error)
    return type(error) is sqlite3.DatabaseError or "malformed" in text or text.startswith("no such")


def files_of(path: Path) -> tuple[Path, Path, Path]:
    """The database, its log and its index."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def set_aside(path: Path, seen: int | None) -> Path | None:
    """Rename a damaged database and its log; the new name, or None where another process has done it already.

    Args:
        path: the database.
        seen: the inode of the file that was found damaged: a new file under the same name is left alone.
    """
    if seen is not None and inode(path) != seen:
        return None
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for old, new in zip(files_of(path), files_of(kept), strict=True):
        with suppress(FileNotFoundError):
            old.rename(new)
    return kept


def inode(path: Path) -> int | None:
    """What tells this file from a later one of the same name, or None."""
    try:
        return os.stat(path).st_ino  # noqa: PTH116 - the number is all that is wanted
    except OSError:
        return None


def _check(database: sqlite3.Connection) -> int:
    """The schema version, 0 for a new file."""
    # Tables first: another process may make them, and sign the file, between two of these statements.
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application == _APPLICATION and version > VERSION:
        raise NotOurFileError(f"was written by a newer version of this program (format {version})")
    if application != _APPLICATION and tables:
        raise NotOurFileError("is the database of another program")
    return int(version) if application == _APPLICATION else 0


def _use_wal(database: sqlite3.Connection) -> None:
    """Readers and one writer at once. SQLite does not wait for its lock on this one statement, so we do."""
    for attempt in range(100):
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == 99:
                raise
            time.sleep(0.02)
