"""What `harness cache` does to a translation cache as a file: count it, take it along, make it smaller."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from harness.domain import Hypothesis, Json
from harness.errors import UserError
from harness.store.cache_entries import keys, load
from harness.store.cache_file import NotOurFileError, files_of, open_file, transaction


class CachedSystem(NamedTuple):
    """A system in the cache, and how many translations of it there are."""

    name: str
    backend: str
    key: str
    entries: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What `harness cache stats` shows: a row per system, and the file as a whole."""

    path: Path
    bytes: int
    entries: int
    damaged: int
    systems: tuple[CachedSystem, ...]
    oldest: float | None
    newest: float | None


def cache_stats(path: Path) -> CacheStats:
    """Counts and sizes.

    Raises:
        UserError: there is no cache at this path, or it cannot be read.
    """
    with closing(_existing(path)) as database:
        entries, oldest, newest = database.execute(
            "SELECT count(*), min(created), max(created) FROM entries"
        ).fetchone()
        (damaged,) = database.execute("SELECT count(*) FROM damaged").fetchone()
        systems = database.execute(
            "SELECT s.name, s.identity, s.key, count(e.key) FROM systems s "
            "LEFT JOIN entries e ON e.system = s.key GROUP BY s.key ORDER BY s.name, s.key"
        ).fetchall()
        size = sum(p.stat().st_size for p in files_of(path) if p.exists())
    return CacheStats(
        path=path,
        bytes=size,
        entries=entries,
        damaged=damaged,
        systems=tuple(
            CachedSystem(name, str(json.loads(identity).get("backend")), key, n) for name, identity, key, n in systems
        ),
        oldest=oldest,
        newest=newest,
    )


def export_cache(path: Path) -> Iterator[dict[str, Json]]:
    """Every sound entry as JSON, oldest first; damaged ones are left out.

    Raises:
        UserError: there is no cache at this path, or it cannot be read.
    """
    with closing(_existing(path)) as database:
        systems = {
            key: (name, json.loads(identity))
            for key, name, identity in database.execute("SELECT key, name, identity FROM systems")
        }
        rows = database.execute(
            "SELECT key, system, pair, created, request, value, checksum FROM entries ORDER BY created, key"
        )
        for key, system, pair, created, request, value, checksum in rows:
            hypothesis = load("", key, value, checksum)
            asked = _asked(key, system, pair, request)
            if hypothesis is None or asked is None:
                continue
            name, identity = systems.get(system, ("", {}))
            row: dict[str, Json] = {"name": name, "system": identity, "pair": pair, "created": created}
            yield row | asked | _plain(hypothesis)


def prune_cache(path: Path, *, older_than: float | None = None, system: str | None = None) -> int:
    """Delete entries and give the space back; returns how many went.

    Args:
        path: the cache.
        older_than: only entries stored before this time (seconds since the epoch).
        system: only entries of systems with this name, or whose key begins with it (at least 8 characters).

    Raises:
        UserError: there is no cache at this path, it cannot be read, or no such system is in it.
    """
    with closing(_existing(path)) as database:
        where, values = ["1"], list[object]()
        if older_than is not None:
            where.append("created < ?")
            values.append(older_than)
        if system is not None:
            found = [
                key
                for key, name in database.execute("SELECT key, name FROM systems")
                if name == system or (len(system) >= 8 and key.startswith(system))
            ]
            if not found:
                raise UserError(
                    f"The translation cache has nothing of a system '{system}'.", remedy="harness cache stats"
                )
            where.append(f"system IN ({','.join('?' * len(found))})")
            values += found
        with transaction(database):
            gone = database.execute(
                f"DELETE FROM entries WHERE {' AND '.join(where)}",  # noqa: S608 - only placeholders are joined
                values,
            ).rowcount
            database.execute("DELETE FROM damaged")
            database.execute("DELETE FROM systems WHERE key NOT IN (SELECT system FROM entries)")
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)


def _existing(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise UserError(f"There is no translation cache at {path}.", remedy="harness run makes one")
    try:
        return open_file(path)
    except (sqlite3.Error, OSError, NotOurFileError) as error:
        raise UserError(
            f"The translation cache {path} cannot be read: {error}.",
            remedy="move it away; the next run makes a new one",
        ) from None


def _asked(key: bytes, system: str, pair: str, request: object) -> dict[str, Json] | None:
    """Source and context of a row, or None where they are not what its key was made of."""
    try:
        source, context = json.loads(request if isinstance(request, bytes) else b"")
        if next(keys(system, pair, [(source, context)])) != key:
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
