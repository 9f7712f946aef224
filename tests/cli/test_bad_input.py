"""Bad input never gets a traceback and loses no data: one clear sentence, the remedy, exit code 2, nothing written."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import harness

SOURCE = ["论坛开幕。", "中国发展。", "世界合作。"]
ENGLISH = ["The forum opened.", "China develops.", "The world cooperates."]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "source.zh").write_text("\n".join(SOURCE) + "\n", encoding="utf-8")
    (tmp_path / "ref.en").write_text("\n".join(ENGLISH) + "\n", encoding="utf-8")
    (tmp_path / "hyp.en").write_text("\n".join(ENGLISH) + "\n", encoding="utf-8")
    return tmp_path


def _score(files: Path, hypothesis: str = "hyp.en", source: str = "source.zh", reference: str = "ref.en") -> list[str]:
    return [
        *["score", "--source", str(files / source), "--reference", str(files / reference)],
        *["--hypothesis", f"mine={files / hypothesis}", "--output", str(files / "results")],
    ]


def _lines(name: str, count: int) -> Callable[[Path], None]:
    def write(files: Path) -> None:
        (files / name).write_text("a line\n" * count, encoding="utf-8")

    return write


def _bytes(name: str, data: bytes) -> Callable[[Path], None]:
    def write(files: Path) -> None:
        (files / name).write_bytes(data)

    return write


def _rows(ids: list[str]) -> Callable[[Path], None]:
    text = "".join(json.dumps({"id": i, "hypothesis": "text"}) + "\n" for i in ids)
    return _bytes("hyp.jsonl", text.encode())


@pytest.mark.parametrize(
    ("spoil", "changed", "words"),
    [
        (_lines("hyp.en", 2), {}, ["2", "3"]),
        (_lines("ref.en", 4), {}, ["4", "3"]),
        (_bytes("hyp.en", b""), {}, ["empty"]),
        (_bytes("source.zh", b""), {}, ["empty"]),
        (_bytes("hyp.en", b"one\ntw\0o\nthree\n"), {}, ["NUL", "line 2"]),
        (_bytes("hyp.en", b"one\ntwo\nthr\xff\xfe\xfaee\n"), {}, ["offset 11", "0xff"]),
        (_rows(["1", "2"]), {"hypothesis": "hyp.jsonl"}, ["3"]),
        (_rows(["1", "2", "2", "3"]), {"hypothesis": "hyp.jsonl"}, ["line 3", "'2'", "line 2"]),
        (_rows(["1", "2", "3", "4"]), {"hypothesis": "hyp.jsonl"}, ["4"]),
        (_lines("x", 1), {"hypothesis": "nowhere.en"}, ["nowhere.en does not exist"]),
        (_lines("x", 1), {"source": "nowhere.zh"}, ["nowhere.zh does not exist"]),
    ],
)
def test_files_that_cannot_be_scored(
    files: Path, spoil: Callable[[Path], None], changed: dict[str, str], words: list[str]
) -> None:
    spoil(files)
    done = harness(*_score(files, **changed))
    assert done.code == 2, done
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err, done.err
    assert done.out == ""
    assert not (files / "results").exists()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("gb18030", SOURCE), ("big5", ["論壇開幕。", "中國發展。", "世界合作。"]), ("utf-8-sig", SOURCE)],
)
def test_legacy_encodings_are_read(files: Path, encoding: str, text: list[str]) -> None:
    (files / "source.zh").write_bytes(("\n".join(text) + "\n").encode(encoding))
    done = harness(*_score(files), "--json")
    assert done.code == 0, done.err
    segments = next((files / "results").glob("*/segments/mine.csv")).read_text(encoding="utf-8")
    assert all(line in segments for line in text)


@pytest.mark.parametrize("marked", [("hyp.en",), ("ref.en",), ("source.zh", "hyp.en", "ref.en")])
def test_a_byte_order_mark_is_no_part_of_the_text(files: Path, marked: tuple[str, ...]) -> None:
    for name in marked:
        (files / name).write_bytes(b"\xef\xbb\xbf" + (files / name).read_bytes())
    done = harness(*_score(files), "-m", "chrf", "-m", "ter")
    assert done.code == 0, done.err
    with next((files / "results").glob("*/systems.csv")).open(encoding="utf-8", newline="") as handle:
        scores = {row["metric"]: float(row["score"]) for row in csv.DictReader(handle)}
    assert scores == {"chrf": 100.0, "ter": 0.0}
    segments = next((files / "results").glob("*/segments/mine.csv")).read_text(encoding="utf-8")
    assert "\ufeff" not in segments
    assert "invisible" not in segments
    assert all(line in segments for line in (*SOURCE, *ENGLISH))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere.yaml"], ["nowhere.yaml does not exist"]),
        (["score", "--hypothesis", "noequals"], ["NAME=FILE"]),
        (["score", "--hypothesis", "a=b.en"], ["nothing to score against"]),
        (["score", "--hypothesis", "a=b.en", "--test-set", "gdi-digital-form-2024"], ["gdi-digital-forum-2024"]),
        (["score", "--hypothesis", "a=b.en", "--metric", "blue"], ["did you mean 'bleu'?"]),
        (["score", "--hypothesis", "a=b.en", "--resamples", "1000001"], ["--resamples", "1<=x<=1000000"]),
        (["meta", "latest", "--human", __file__, "--resamples", "1000001"], ["--resamples", "1<=x<=1000000"]),
        (["score", "--hypothesis", "a=b.en", "--resamples", "0"], ["--resamples", "1<=x<=1000000"]),
        (["list", "modles"], ["modles"]),
        (["leaderboard", "no-such-run"], ["no-such-run"]),
    ],
)
def test_arguments_that_cannot_be(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    done = harness(*arguments)
    assert done.code == 2, done
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


CONFIG = """\
name: trial
references: {references}
test_sets: [gdi-digital-forum-2024]
systems:
  - backend: {backend}
metrics: [bleu]
"""


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("glos", ["line 5", "did you mean 'gloss'?"]),
        ("file\n    path: nowhere.en", ["nowhere.en"]),
        ("file\n    pth: nowhere.en", ["line 6", "did you mean 'path'?"]),
    ],
)
def test_configs_that_cannot_be_run(tmp_path: Path, backend: str, words: list[str]) -> None:
    references = Path(__file__).parents[2] / "references"
    config = tmp_path / "run.yaml"
    config.write_text(CONFIG.format(references=references, backend=backend), encoding="utf-8")
    done = harness("run", config, "--output", tmp_path / "results")
    assert done.code == 2, done
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err
    assert not (tmp_path / "results").exists()
