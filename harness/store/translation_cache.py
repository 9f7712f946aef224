"""The translation cache: what was translated once is never translated, or bought, again.

One SQLite file in WAL mode, safe for several processes. An entry is keyed by all that its text depends on: the system's
complete identity, the language pair, the source text and the context the engine saw. Values are JSON with a checksum;
errors and empty texts are never kept. Damage is found, said and set aside: it costs a translation, never a wrong text.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from harness.domain import Hypothesis, Json, LangPair, System, Usage, canonical_json
from harness.errors import UserError
from harness.store.cache_file import (
    NotOurFileError,
    files_of,
    inode,
    is_damage,
    open_file,
    set_aside,
    transaction,
)

_DECODER = json.JSONDecoder()
_NO_FLAGS: frozenset[str] = frozenset()
_CHUNK = 500  # SQLite before 3.32 takes at most 999 variables

T = TypeVar("T")
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What `harness cache stats` shows: a row per system, and the file as a whole."""

    path: Path
    bytes: int
    entries: int
    damaged: int
    systems: tuple[tuple[str, str, str, int], ...]  # name, backend, key, entries
    oldest: float | None
    newest: float | None


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
        self.hits = 0
        self.misses = 0
        self._clock = clock
        self._notice: Notice = logging.getLogger(__name__).warning if notice is None else notice
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None
        self._disabled = False
        self._known_systems: set[str] = set()

    def get(self, system: System, pair: LangPair, requests: Sequence[tuple[str, str, str]]) -> list[Hypothesis | None]:
        """For each (segment id, source text, context) the stored hypothesis, or None."""
        keys = list(_keys(system.key, str(pair), [(source, context) for _, source, context in requests]))
        ids = [segment for segment, _, _ in requests]
        with self._lock:
            answers = self._guarded(lambda database: self._read(database, keys, ids)) or [None] * len(keys)
        missed = answers.count(None)
        self.hits += len(answers) - missed
        self.misses += missed
        return answers

    def put(self, system: System, pair: LangPair, entries: Sequence[tuple[str, str, Hypothesis]]) -> None:
        """Store (source text, context, hypothesis); what stands is durable when this returns.

        Errors and empty texts are passed over. The first answer to a request stays.
        """
        kept = [entry for entry in entries if entry[2].text is not None and entry[2].text.strip()]
        if not kept:
            return
        keys = _keys(system.key, str(pair), [(source, context) for source, context, _ in kept])
        now = self._clock()
        rows = []
        for key, (source, context, hypothesis) in zip(keys, kept, strict=True):
            value = _dump(hypothesis)
            rows.append((key, system.key, str(pair), now, _json([source, context]), value, _checksum(key, value)))
        with self._lock:
            self._guarded(lambda database: self._write(database, system, rows))

    def close(self) -> None:
        """Close the file; the cache may be used again."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None
            self._known_systems.clear()

    def __enter__(self) -> TranslationCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stats(self) -> CacheStats:
        """Counts and sizes.

        Raises:
            UserError: there is no cache at this path.
        """
        with self._lock:
            database = self._existing()
            entries, oldest, newest = database.execute(
                "SELECT count(*), min(created), max(created) FROM entries"
            ).fetchone()
            (damaged,) = database.execute("SELECT count(*) FROM damaged").fetchone()
            systems = database.execute(
                "SELECT s.name, s.identity, s.key, count(e.key) FROM systems s "
                "LEFT JOIN entries e ON e.system = s.key GROUP BY s.key ORDER BY s.name, s.key"
            ).fetchall()
        return CacheStats(
            self.path,
            sum(p.stat().st_size for p in files_of(self.path) if p.exists()),
            entries,
            damaged,
            tuple((name, str(json.loads(identity).get("backend")), key, n) for name, identity, key, n in systems),
            oldest,
            newest,
        )

    def export(self) -> Iterator[dict[str, Json]]:
        """Every sound entry as JSON, oldest first; damaged ones are left out.

        Raises:
            UserError: there is no cache at this path.
        """
        with self._lock:
            database = self._existing()
            systems = {
                key: (name, json.loads(identity))
                for key, name, identity in database.execute("SELECT key, name, identity FROM systems")
            }
            rows = database.execute(
                "SELECT key, system, pair, created, request, value, checksum FROM entries ORDER BY created, key"
            )
            for key, system, pair, created, request, value, checksum in rows:
                hypothesis = _load("", key, value, checksum)
                asked = _asked(key, system, pair, request)
                if hypothesis is None or asked is None:
                    continue
                name, identity = systems.get(system, ("", {}))
                row: dict[str, Json] = {"name": name, "system": identity, "pair": pair, "created": created}
                yield row | asked | _plain(hypothesis)

    def prune(self, *, older_than: float | None = None, system: str | None = None) -> int:
        """Delete entries and give the space back; returns how many went.

        Args:
            older_than: only entries stored before this time (seconds since the epoch).
            system: only entries of systems with this name, or whose key begins with it.

        Raises:
            UserError: there is no cache at this path, or no such system in it.
        """
        with self._lock:
            database = self._existing()
            where, values = ["1"], list[object]()
            if older_than is not None:
                where.append("created < ?")
                values.append(older_than)
            if system is not None:
                keys = [
                    key
                    for key, name in database.execute("SELECT key, name FROM systems")
                    if name == system or (len(system) >= 8 and key.startswith(system))
                ]
                if not keys:
                    raise UserError(
                        f"The translation cache has nothing of a system '{system}'.", remedy="harness cache stats"
                    )
                where.append(f"system IN ({','.join('?' * len(keys))})")
                values += keys
            with transaction(database):
                gone = database.execute(
                    f"DELETE FROM entries WHERE {' AND '.join(where)}",  # noqa: S608 - only placeholders are joined
                    values,
                ).rowcount
                database.execute("DELETE FROM damaged")
                database.execute("DELETE FROM systems WHERE key NOT IN (SELECT system FROM entries)")
            self._known_systems.clear()
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return int(gone)

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
            found.append(None if row is None else _load(segment, key, *row))
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
            if system.key not in self._known_systems:
                database.execute(
                    "INSERT OR IGNORE INTO systems VALUES (?, ?, ?)",
                    (system.key, system.name, canonical_json(system.identity)),
                )
            database.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._known_systems.add(system.key)

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

    def _existing(self) -> sqlite3.Connection:
        """The open file, for commands that are about the file itself."""
        if not self.path.is_file():
            raise UserError(f"There is no translation cache at {self.path}.", remedy="harness run makes one")
        try:
            return self._open()
        except (sqlite3.Error, OSError, NotOurFileError) as error:
            raise UserError(
                f"The translation cache {self.path} cannot be read: {error}.",
                remedy="move it away; the next run makes a new one",
            ) from None


def _keys(system: str, pair: str, requests: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """SHA-256 over identity, pair, text and context; the text's length before it keeps text and context apart."""
    start = hashlib.sha256(f"{system}\n{pair}\n".encode())
    for source, context in requests:
        text = source.encode("utf-8", "surrogatepass")
        digest = start.copy()
        digest.update(b"%d\n" % len(text) + text + context.encode("utf-8", "surrogatepass"))
        yield digest.digest()


def _checksum(key: bytes, value: bytes) -> bytes:
    """Over the key too: a value under another entry's key is damage."""
    return hashlib.blake2b(key + value, digest_size=16).digest()


def _json(value: Json) -> bytes:
    """JSON as bytes: our texts may hold lone surrogates, which SQLite's TEXT refuses."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _dump(hypothesis: Hypothesis) -> bytes:
    usage = hypothesis.usage
    numbers = None if usage is None else [usage.seconds, usage.input_tokens, usage.output_tokens]
    return _json([hypothesis.text, hypothesis.raw, sorted(hypothesis.flags), numbers])


def _load(segment: str, key: object, value: object, checksum: object) -> Hypothesis | None:
    """The hypothesis of a row, or None where the row is not what was written."""
    if not isinstance(key, bytes) or not isinstance(value, bytes) or checksum != _checksum(key, value):
        return None
    (text, raw, flags, numbers), _ = _DECODER.raw_decode(value.decode("utf-8", "surrogatepass"))
    usage = None if numbers is None else Usage(*numbers)
    return Hypothesis(segment, text, None, raw, frozenset(flags) if flags else _NO_FLAGS, usage)


def _asked(key: bytes, system: str, pair: str, request: object) -> dict[str, Json] | None:
    """Source and context of a row, or None where they are not what its key was made of."""
    try:
        source, context = json.loads(request if isinstance(request, bytes) else b"")
        if next(_keys(system, pair, [(source, context)])) != key:
            return None
    except (ValueError, TypeError, AttributeError):
        return None
    return {"source": source, "context": json.loads(context)} if context else {"source": source}


def _plain(hypothesis: Hypothesis) -> dict[str, Json]:
    row: dict[str, Json] = {"text": hypothesis.text}
    if hypothesis.raw is not None:
        row["raw"] = hypothesis.raw
    if hypothesis.flags:
        row["flags"] = sorted(hypothesis.flags)
    if hypothesis.usage is not None:
        row["usage"] = asdict(hypothesis.usage)
    return row
