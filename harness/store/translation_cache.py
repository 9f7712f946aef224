"""The translation cache: what was translated once is never translated, or bought, again.

One SQLite file in WAL mode, safe for several processes. An entry is keyed by all that its text depends on: the system's
complete identity, the language pair, the source text and the context the engine saw. Values are JSON with a checksum;
errors and empty texts are never kept. Damage is found, said and set aside: it costs a translation, never a wrong text.
`cache_maintenance` is for the file as a whole.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from harness.domain import Hypothesis, LangPair, System, canonical_json
from harness.store.cache_entries import checksum, dump, json_bytes, keys, load
from harness.store.cache_file import (
    NotOurFileError,
    inode,
    is_damage,
    open_file,
    set_aside,
    transaction,
)

_CHUNK = 500  # SQLite before 3.32 takes at most 999 variables

T = TypeVar("T")
Notice = Callable[[str], None]


class TranslationCache:
    """The cache in one file; implements `harness.backends.base.Cache`.

    The file is made on the first use. A file that cannot be used (not a database, damaged, written by a newer version,
    a full disk) is never a crash: it is said through `notice`, and work goes on with a new file or without a cache.

    Args:
        path: the database file.
        clock: seconds since the epoch, for the age of entries.
        notice: gets one sentence about each thing found damaged; by default a warning in the log.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time, notice: Notice | None = None) -> None:
        self.path = path
        self._clock = clock
        self._notice: Notice = logging.getLogger(__name__).warning if notice is None else notice
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None
        self._disabled = False

    def get(self, system: System, pair: LangPair, requests: Sequence[tuple[str, str, str]]) -> list[Hypothesis | None]:
        """For each (segment id, source text, context) the stored hypothesis, or None."""
        wanted = list(keys(system.key, str(pair), [(source, context) for _, source, context in requests]))
        ids = [segment for segment, _, _ in requests]
        with self._lock:
            return self._guarded(lambda database: self._read(database, wanted, ids)) or [None] * len(wanted)

    def put(self, system: System, pair: LangPair, entries: Sequence[tuple[str, str, Hypothesis]]) -> None:
        """Store (source text, context, hypothesis); what stands is durable when this returns.

        Errors and empty texts are passed over. The first answer to a request stays.
        """
        kept = [entry for entry in entries if entry[2].text is not None and entry[2].text.strip()]
        if not kept:
            return
        made = keys(system.key, str(pair), [(source, context) for source, context, _ in kept])
        now = self._clock()
        rows = []
        for key, (source, context, hypothesis) in zip(made, kept, strict=True):
            value = dump(hypothesis)
            rows.append((key, system.key, str(pair), now, json_bytes([source, context]), value, checksum(key, value)))
        with self._lock:
            self._guarded(lambda database: self._write(database, system, rows))

    def close(self) -> None:
        """Close the file; the cache may be used again."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None

    def __enter__(self) -> TranslationCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, database: sqlite3.Connection, keys: Sequence[bytes], ids: Sequence[str]) -> list[Hypothesis | None]:
        rows: dict[object, tuple[object, object]] = {}
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            query = f"SELECT key, value, checksum FROM entries WHERE key IN ({marks})"  # noqa: S608 - placeholders
            rows.update((key, (value, checksum)) for key, value, checksum in database.execute(query, chunk))
        found: list[Hypothesis | None] = []
        damaged: list[bytes] = []
        for key, segment in zip(keys, ids, strict=True):
            row = rows.get(key)
            found.append(None if row is None else load(segment, key, *row))
            if row is not None and found[-1] is None:
                damaged.append(key)
        if damaged:
            self._set_rows_aside(database, damaged)
        return found

    def _set_rows_aside(self, database: sqlite3.Connection, keys: Sequence[bytes]) -> None:
        with transaction(database):
            for key in keys:
                database.execute(
                    "INSERT INTO damaged SELECT key, system, pair, created, request, value, checksum, ? "
                    "FROM entries WHERE key = ?",
                    (self._clock(), key),
                )
                database.execute("DELETE FROM entries WHERE key = ?", (key,))
        self._notice(
            f"The translation cache {self.path} had {len(keys)} damaged "
            f"{'entry' if len(keys) == 1 else 'entries'}: set aside, and translated again."
        )

    def _write(self, database: sqlite3.Connection, system: System, rows: Sequence[tuple[object, ...]]) -> None:
        with transaction(database):
            # Each time: `harness cache prune` may have taken the system out meanwhile.
            database.execute(
                "INSERT OR IGNORE INTO systems VALUES (?, ?, ?)",
                (system.key, system.name, canonical_json(system.identity)),
            )
            database.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _guarded(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do `work`; where the file is damaged, on a new one; where it is out of reach, not at all."""
        for last in (False, True):
            if self._disabled:
                return None
            try:
                return work(self._open())
            except (sqlite3.Error, OSError, NotOurFileError) as error:
                self.close()
                if last or not is_damage(error):
                    self._disabled = True
                    self._notice(f"The translation cache {self.path} cannot be used: {error}. Going on without it.")
                    return None
                kept = set_aside(self.path, self._inode)
                if kept is not None:
                    self._notice(
                        f"The translation cache {self.path} is damaged ({error}); it is kept as {kept.name}, "
                        "and a new one is begun."
                    )
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._inode = inode(self.path)
            self._connection = open_file(self.path)
            self._inode = inode(self.path)
        return self._connection
