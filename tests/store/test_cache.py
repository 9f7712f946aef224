from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.domain import Hypothesis, LangPair, System, Usage
from harness.errors import UserError
from harness.store import cache_file
from harness.store.cache_maintenance import cache_stats, export_cache, prune_cache
from harness.store.translation_cache import TranslationCache

PAIR = LangPair("zh", "en")
SYSTEM = System("mt", "openai", "m", "r1", {"prompt": "p", "temperature": 0})
FULL = Hypothesis("s1", text="Hello\u2028.", raw="raw", flags=frozenset({"cleaned"}), usage=Usage(0.5, 3, None))


def opened(folder: Path, notices: list[str] | None = None) -> TranslationCache:
    notice = pytest.fail if notices is None else notices.append
    return TranslationCache(folder / "c.db", clock=lambda: 1000.0, notice=notice)


def ask(
    cache: TranslationCache, system: System, pair: LangPair, requests: list[tuple[str, str]]
) -> list[Hypothesis | None]:
    return cache.get(system, pair, [("id", *request) for request in requests])


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    opened(tmp_path).put(SYSTEM, PAIR, [("你好", "", FULL)])
    (found,) = ask(opened(tmp_path), SYSTEM, PAIR, [("你好", "")])
    assert found == Hypothesis("id", text=FULL.text, raw=FULL.raw, flags=FULL.flags, usage=FULL.usage)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.text(min_size=1)), unique_by=lambda t: t[:2], max_size=8))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    cache = opened(tmp_path_factory.mktemp("c"))
    rows.append(("\ud800", "\udfff", "lone \ud83d surrogates"))
    cache.put(SYSTEM, PAIR, [(s, c, Hypothesis("x", text=t)) for s, c, t in rows])
    found = ask(cache, SYSTEM, PAIR, [(s, c) for s, c, _ in rows])
    assert [None if h is None else h.text for h in found] == [t if t.strip() else None for _, _, t in rows]
    cache.close()


def test_everything_a_text_depends_on_is_in_the_key(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(SYSTEM, PAIR, [("ab", "c", FULL)])
    others = [
        (System("mt", "deepl", "m", "r1", SYSTEM.parameters), PAIR, ("ab", "c")),
        (System("mt", "openai", "n", "r1", SYSTEM.parameters), PAIR, ("ab", "c")),
        (System("mt", "openai", "m", "r2", SYSTEM.parameters), PAIR, ("ab", "c")),
        (System("mt", "openai", "m", "r1", {"prompt": "q", "temperature": 0}), PAIR, ("ab", "c")),
        (SYSTEM, LangPair("zh", "de"), ("ab", "c")),
        (SYSTEM, PAIR, ("ab", "")),
        (SYSTEM, PAIR, ("a", "bc")),
        (SYSTEM, PAIR, ("abc", "")),
    ]
    for system, pair, request in others:
        assert ask(cache, system, pair, [request]) == [None]
    renamed = System("another label", "openai", "m", "r1", SYSTEM.parameters)
    assert ask(cache, renamed, PAIR, [("ab", "c")]) != [None]
    cache.close()


def test_errors_and_empties_are_never_kept_and_the_first_answer_stays(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(SYSTEM, PAIR, [("a", "", Hypothesis("1", error="no")), ("b", "", Hypothesis("2", text=" \u3000"))])
    cache.put(SYSTEM, PAIR, [("c", "", Hypothesis("3", text="first"))])
    cache.put(SYSTEM, PAIR, [("c", "", Hypothesis("3", text="second"))])
    found = ask(cache, SYSTEM, PAIR, [("a", ""), ("b", ""), ("c", "")])
    assert [None if h is None else h.text for h in found] == [None, None, "first"]
    cache.close()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE entries SET value = CAST(replace(CAST(value AS TEXT), 'Hello', 'Hallo') AS BLOB)",
        "UPDATE entries SET value = '{'",
        "UPDATE entries SET value = x'ff00'",
        "UPDATE entries SET value = CAST(x'ffff' AS TEXT)",
        "UPDATE entries SET checksum = x'00'",
        "UPDATE entries SET value = 7",
    ],
)
def test_a_damaged_row_is_said_and_set_aside(tmp_path: Path, spoil: str) -> None:
    cache = opened(tmp_path)
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    cache.close()
    with sqlite3.connect(tmp_path / "c.db") as database:
        database.execute(spoil)
    database.close()
    notices: list[str] = []
    cache = opened(tmp_path, notices)
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) == [None]
    assert len(notices) == 1
    assert "had 1 damaged entry" in notices[0]
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) != [None]
    assert (cache_stats(cache.path).entries, cache_stats(cache.path).damaged) == (1, 1)
    cache.close()


def test_swapped_values_are_damage(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(SYSTEM, PAIR, [("a", "", Hypothesis("1", text="A")), ("b", "", Hypothesis("2", text="B"))])
    cache.close()
    with sqlite3.connect(tmp_path / "c.db") as database:
        rows = database.execute("SELECT key, value, checksum FROM entries").fetchall()
        for (key, _, _), (_, value, checksum) in zip(rows, rows[::-1], strict=True):
            database.execute("UPDATE entries SET value = ?, checksum = ? WHERE key = ?", (value, checksum, key))
    database.close()
    notices: list[str] = []
    cache = opened(tmp_path, notices)
    assert ask(cache, SYSTEM, PAIR, [("a", ""), ("b", "")]) == [None, None]
    cache.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look", b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_file_is_said_and_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.db").write_bytes(content)
    notices: list[str] = []
    cache = opened(tmp_path, notices)
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) != [None]
    assert "is damaged" in notices[0]
    assert (tmp_path / "c.db.damaged-1").read_bytes() == content
    cache.close()


def test_a_page_damaged_later_is_survived(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    rows = [(f"text {i}", "", Hypothesis("x", text=f"{i} " + "long " * 50)) for i in range(500)]
    cache.put(SYSTEM, PAIR, rows)
    cache.close()
    data = bytearray((tmp_path / "c.db").read_bytes())
    for page in range(4096 * 3, len(data) - 4096, 4096 * 2):
        data[page : page + 64] = b"\xa5" * 64
    (tmp_path / "c.db").write_bytes(data)
    notices: list[str] = []
    cache = opened(tmp_path, notices)
    found = ask(cache, SYSTEM, PAIR, [(s, c) for s, c, _ in rows])
    assert all(h is None or h.text == rows[i][2].text for i, h in enumerate(found))
    cache.put(SYSTEM, PAIR, rows)
    found = ask(cache, SYSTEM, PAIR, [(s, c) for s, c, _ in rows])
    assert [h.text for h in found if h is not None] == [h.text for _, _, h in rows]
    assert notices
    cache.close()


def test_another_programs_database_and_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()
    before = path.read_bytes()
    notices: list[str] = []
    cache = opened(tmp_path, notices)
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) == [None]
    assert path.read_bytes() == before
    assert "is the database of another program" in notices[0]
    path.unlink()
    opened(tmp_path).put(SYSTEM, PAIR, [("a", "", FULL)])
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    notices.clear()
    assert ask(opened(tmp_path, notices), SYSTEM, PAIR, [("a", "")]) == [None]
    assert "written by a newer version" in notices[0]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    notices: list[str] = []
    cache = TranslationCache(tmp_path / "file" / "c.db", notice=notices.append)
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) == [None]
    assert len(notices) == 1
    assert "Going on without it" in notices[0]


def test_two_processes_at_once(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from harness.domain import Hypothesis, LangPair, System
from harness.store.translation_cache import TranslationCache
def fail(text): raise SystemExit(text)
cache = TranslationCache(Path(sys.argv[1]), notice=fail)
system, pair = System("mt", "b"), LangPair("zh", "en")
for i in range(150):
    cache.put(system, pair, [(f"shared {i}", "", Hypothesis("x", text=f"T {i}"))])
    cache.put(system, pair, [(f"{sys.argv[2]} {i}", "", Hypothesis("x", text=f"T {i}"))])
    assert cache.get(system, pair, [("x", f"shared {i}", "")])[0].text == f"T {i}"
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "c.db"), who], stderr=subprocess.PIPE)
        for who in ("one", "two", "three")
    ]
    for process in running:
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
    cache = opened(tmp_path)
    assert cache_stats(cache.path).entries == 150 * 4
    cache.close()


def test_ctrl_c_at_any_moment_of_a_put_costs_nothing_that_is_put_again(tmp_path: Path) -> None:
    """Interrupted before each traced step in turn, then put again, as an interrupted run does with what it has."""
    notices: list[str] = []
    texts = ["一", "二"]
    cache = opened(tmp_path, notices)
    cache.put(SYSTEM, PAIR, [("零", "", FULL)])
    steps = interrupted = 0
    while interrupted == steps:
        steps += 1
        left = steps

        def count_down(frame: FrameType, event: str, _: object) -> Any:
            nonlocal left
            if "harness" in frame.f_code.co_filename or "contextlib" in frame.f_code.co_filename:
                frame.f_trace_opcodes = True
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
            return count_down

        entries = [(f"{text} {steps}", "", FULL) for text in texts]
        before = sys.gettrace()
        sys.settrace(count_down)
        try:
            cache.put(SYSTEM, PAIR, entries)
        except KeyboardInterrupt:
            interrupted += 1
        finally:
            sys.settrace(before)
        cache.put(SYSTEM, PAIR, entries)
        assert notices == [], f"after {steps} steps"
        found = ask(cache, SYSTEM, PAIR, [(source, "") for source, _, _ in entries])
        assert all(h is not None for h in found), f"after {steps} steps"
    assert interrupted > 100
    cache.close()


def test_stats_prune_and_export(tmp_path: Path) -> None:
    now = 1000.0
    cache = TranslationCache(tmp_path / "c.db", clock=lambda: now)
    with pytest.raises(UserError, match="There is no translation cache"):
        cache_stats(cache.path)
    cache.put(SYSTEM, PAIR, [("a", "", FULL)])
    now = 2000.0
    other = System("other", "deepl")
    cache.put(other, PAIR, [("b", '[["a","A"]]', Hypothesis("x", text="B"))])
    stats = cache_stats(cache.path)
    assert (stats.entries, stats.oldest, stats.newest) == (2, 1000.0, 2000.0)
    assert [(s.name, s.backend, s.entries) for s in stats.systems] == [("mt", "openai", 1), ("other", "deepl", 1)]
    exported = [json.loads(json.dumps(row)) for row in export_cache(cache.path)]
    assert exported[0]["system"] == {
        "backend": "openai",
        "model": "m",
        "revision": "r1",
        "parameters": SYSTEM.parameters,
    }
    assert exported[0] | {"name": "mt", "pair": "zh-en", "source": "a", "text": FULL.text, "raw": "raw"} == exported[0]
    assert exported[1]["context"] == [["a", "A"]]
    with pytest.raises(UserError, match="nothing of a system 'nobody'"):
        prune_cache(cache.path, system="nobody")
    assert prune_cache(cache.path, older_than=1500.0, system="other") == 0
    assert prune_cache(cache.path, older_than=1500.0) == 1
    assert ask(cache, SYSTEM, PAIR, [("a", "")]) == [None]
    assert prune_cache(cache.path, system=other.key[:12]) == 1
    assert cache_stats(cache.path).entries == 0
    cache.put(other, PAIR, [("b", "", Hypothesis("x", text="B"))])
    assert [s.name for s in cache_stats(cache.path).systems] == ["other"]
    cache.close()


def test_a_file_that_another_process_makes_meanwhile_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two looks at a new file another process may make its tables and sign it."""
    connect = sqlite3.connect
    for looks in range(4):
        path = tmp_path / f"{looks}.db"
        seen: list[str] = []

        class Watched(sqlite3.Connection):
            def execute(self, sql: str, /, *parameters: Any) -> sqlite3.Cursor:
                # Before the statement, when the one before it is read to its end and holds no lock.
                if len(seen) == looks:  # noqa: B023 - used in the same turn of the loop
                    monkeypatch.setattr(sqlite3, "connect", connect)
                    cache_file.open_file(path).close()  # noqa: B023
                seen.append(sql)  # noqa: B023
                return super().execute(sql, *parameters)

        def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
            return connect(*arguments, factory=Watched, **options)

        monkeypatch.setattr(sqlite3, "connect", watched)
        cache_file.open_file(path).close()
        monkeypatch.setattr(sqlite3, "connect", connect)
