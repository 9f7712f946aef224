from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.domain import Hypothesis, LangPair, System
from harness.store.paths import translations_file
from harness.store.translation_cache import TranslationCache
from tests.cli.command import harness


@pytest.fixture
def results(tmp_path: Path) -> Path:
    with TranslationCache(translations_file(tmp_path), clock=lambda: 0.0) as cache:
        cache.put(System("old", "deepl"), LangPair("zh", "en"), [("你好", "", Hypothesis("1", text="Hello"))])
    with TranslationCache(translations_file(tmp_path), clock=lambda: 4e9) as cache:
        cache.put(System("new", "openai", "m"), LangPair("zh", "en"), [("你好", "", Hypothesis("1", text="Hi"))])
    return tmp_path


def test_stats(results: Path) -> None:
    shown = harness("cache", "stats", "--output", results)
    assert shown.code == 0
    lines = shown.out.split("\n")
    assert lines[0].startswith(f"{translations_file(results)}: 2 translations, ")
    assert lines[1] == "stored 1970-01-01T00:00:00+00:00 to 2096-10-02T07:06:40+00:00"
    assert [line.split("  ")[-1] for line in lines[2:4]] == ["new (openai)", "old (deepl)"]
    found = json.loads(harness("cache", "stats", "--output", results, "--json").out)
    assert [(s["name"], s["translations"]) for s in found["systems"]] == [("new", 1), ("old", 1)]


def test_export(results: Path) -> None:
    rows = [json.loads(line) for line in harness("cache", "export", "--output", results).out.splitlines()]
    assert [(r["name"], r["pair"], r["source"], r["text"]) for r in rows] == [
        ("old", "zh-en", "你好", "Hello"),
        ("new", "zh-en", "你好", "Hi"),
    ]


def test_prune(results: Path) -> None:
    refused = harness("cache", "prune", "--output", results)
    assert refused.code == 2
    assert "Nothing says what to delete" in refused.err
    assert harness("cache", "prune", "--output", results, "--older-than", "30").out == "1 translations deleted\n"
    assert harness("cache", "prune", "--output", results, "--system", "new").out == "1 translations deleted\n"
    assert json.loads(harness("cache", "stats", "--output", results, "--json").out)["translations"] == 0


def test_without_a_cache(tmp_path: Path) -> None:
    shown = harness("cache", "stats", "--output", tmp_path)
    assert shown.code == 2
    assert "There is no translation cache at" in shown.err
    assert "Traceback" not in shown.err
