"""`harness score` takes hypotheses as people have them, and says what is none."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ROOT, harness

SOURCE = "今天天气很好。\n我们去公园。\n他喜欢茶。\n"
REFERENCE = "The weather is fine today.\nWe are going to the park.\nHe likes tea.\n"
GOOD = REFERENCE
OTHER = "The weather is good today.\nWe go to the park.\nHe likes tea.\n"

XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" source-language="zh"
 target-language="en" datatype="plaintext"><body>
<trans-unit id="x1"><source>今天天气很好。</source><target>The weather is fine today.</target></trans-unit>
<trans-unit id="x2"><source>我们去公园。</source><target>We are going to the park.</target></trans-unit>
<trans-unit id="x3"><source>他喜欢茶。</source><target>He likes tea.</target></trans-unit>
</body></file></xliff>
"""
TMX = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header srclang="zh" datatype="plaintext" segtype="sentence" adminlang="en" o-tmf="x"
 creationtool="x" creationtoolversion="1"/><body>
<tu>
<tuv xml:lang="zh"><seg>他喜欢茶。</seg></tuv><tuv xml:lang="en-GB"><seg>He likes tea.</seg></tuv></tu>
<tu>
<tuv xml:lang="zh"><seg>今天天气很好。</seg></tuv><tuv xml:lang="en-GB"><seg>The weather is fine today.</seg></tuv></tu>
<tu>
<tuv xml:lang="zh"><seg>我们去公园。</seg></tuv><tuv xml:lang="en-GB"><seg>We are going to the park.</seg></tuv></tu>
</body></tmx>
"""


TSV = b"id\ttext\n3\tHe likes tea.\n1\tThe weather is fine today.\n2\tWe are going to the park.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.zh").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "r.en").write_text(REFERENCE, encoding="utf-8")
    return tmp_path


def scores(folder: Path, *arguments: str | Path) -> dict[str, float]:
    """The chrF of each system of one run."""
    fixed = ("--source", "s.zh", "-m", "chrf", "--resamples", "20", "--json", "-o", "results")
    done = harness("score", *fixed, *arguments, cwd=folder)
    assert done.code == 0, done.err
    return {row["system"]: row["scores"]["chrf"]["score"] for row in json.loads(done.out)["test_sets"][0]["systems"]}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.en", GOOD.encode()),
        ("a.en.gz", gzip.compress(GOOD.encode(), mtime=0)),
        ("a.txt.bz2", bz2.compress(GOOD.encode())),
        ("a.en.xz", lzma.compress(GOOD.encode())),
        ("a.xlf", XLIFF.encode()),
        ("a.en", XLIFF.encode()),
        ("a.txt", XLIFF.encode("utf-16")),
        ("a.tmx", TMX.encode()),
        ("a.txt", TSV.removeprefix(b"id\ttext\n")),
        ("a.csv", b'id,text\n2,We are going to the park.\n1,The weather is fine today.\n3,"He likes tea."\n'),
        (
            "a.out",
            b'{"id": 3, "text": "He likes tea."}\n{"id": 1, "text": "The weather is fine today."}\n'
            b'{"id": 2, "text": "We are going to the park."}\n',
        ),
        ("a.tsv.gz", gzip.compress(TSV, mtime=0)),
    ],
)
def test_a_file_is_read_as_what_it_is(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    assert scores(folder, "-r", "r.en", "--hypothesis", name) == {"a": pytest.approx(100)}


def test_a_folder_a_glob_and_several_values(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "good.en").write_text(GOOD, encoding="utf-8")
    (folder / "out" / "other.en").write_text(OTHER, encoding="utf-8")
    of_folder = scores(folder, "-r", "r.en", "--hypothesis", "out")
    assert of_folder["good"] == pytest.approx(100)
    assert of_folder["other"] < 90
    assert scores(folder, "-r", "r.en", "--hypothesis", "out/*.en") == of_folder
    assert scores(folder, "-r", "r.en", "--hypothesis", "out/good.en", "out/other.en") == of_folder
    (folder / "b.en").write_text(OTHER, encoding="utf-8")
    assert scores(folder, "--hypothesis", "out/other.en", "-r", "r.en", "b.en") == {"other": pytest.approx(100)}


def test_standard_input_and_a_name(folder: Path) -> None:
    command = [sys.executable, "-m", "harness", "score", "--source", "s.zh", "-r", "r.en", "-m", "chrf", "--json"]
    done = subprocess.run(
        [*command, "--hypothesis", "-", "--name", "weather", "--resamples", "20"],
        input=GOOD,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["test_sets"]
    assert (found["systems"][0]["system"], found["test_set"]) == ("stdin", "weather")


def test_a_metric_without_references_needs_none(folder: Path) -> None:
    (folder / "h.en").write_text(GOOD, encoding="utf-8")
    done = harness("score", "--source", "s.zh", "--hypothesis", "h.en", "-m", "numbers", cwd=folder)
    assert done.code == 0, done.err
    done = harness("score", "--source", "s.zh", "--hypothesis", "h.en", "-m", "bleu", cwd=folder)
    assert done.code == 2
    assert "No reference is given" in done.err


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.en", b"%PDF-1.7\n1 0 obj\n", "cannot be read"),
        ("a.en", b"PK\x03\x04rest", "a.en"),
        ("a.en", b"{\\rtf1 one}", "no translation of these segments"),
        ("a.en", b"<!DOCTYPE html>\n<p>one\n<p>two", "no translation of these segments"),
        ("a.en", (GOOD + "\n\n").encode(), "lines 4 to 5 are blank at its end"),
        ("a.en.gz", b"no gzip", "cannot be unpacked"),
        ("a.en.gz", gzip.compress(GOOD.encode(), mtime=0)[:-9], "cannot be unpacked"),
        ("a.xlf", XLIFF.replace("<target>", "<note>").replace("</target>", "</note>").encode(), "no translation in it"),
        ("a.xlf", XLIFF.replace("今天天气", "明日").replace("我们", "你").encode(), "nor their sources"),
        ("a.xlf", XLIFF[:-40].encode(), "this is not XML"),
    ],
)
def test_what_is_no_list_of_translations_is_said(folder: Path, name: str, data: bytes, sentence: str) -> None:
    (folder / name).write_bytes(data)
    done = harness("score", "--source", "s.zh", "-r", "r.en", "--hypothesis", name, cwd=folder)
    assert done.code == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
    assert not (folder / "results").exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7\n1 0 obj\n", "is a PDF"),
        (b"PK\x03\x04rest", "is a Word file or another archive"),
        (b"{\\rtf1 one}", "is Rich Text"),
        (b"<!DOCTYPE html>\n<p>one\n<p>two", "is a web page"),
    ],
)
def test_a_document_has_no_lines(folder: Path, data: bytes, sentence: str) -> None:
    (folder / "a.en").write_bytes(data)
    given = ("--hypothesis", "a.en", "--segmentation", "lines")
    done = harness("score", "--source", "s.zh", "-r", "r.en", *given, cwd=folder)
    assert done.code == 2
    assert sentence in done.err


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("none.en", "The hypothesis file none.en does not exist"),
        ("none/*.en", "No file matches 'none/*.en'"),
        ("empty", "The folder empty has no files"),
    ],
)
def test_what_is_not_there_is_said(folder: Path, given: str, sentence: str) -> None:
    (folder / "empty").mkdir()
    done = harness("score", "--source", "s.zh", "-r", "r.en", "--hypothesis", given, cwd=folder)
    assert done.code == 2
    assert sentence in done.err


def test_two_files_of_one_stem_are_two_names_short_of_one(folder: Path) -> None:
    (folder / "a.en").write_text(GOOD, encoding="utf-8")
    (folder / "a.txt").write_text(OTHER, encoding="utf-8")
    done = harness("score", "--source", "s.zh", "-r", "r.en", "--hypothesis", "a.en", "a.txt", cwd=folder)
    assert done.code == 2
    assert "Two hypotheses are named 'a'" in done.err
