"""`harness ingest` as people use it: what it prints, what it writes, how it refuses."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.app import app
from harness.corpus.testset.references_folder import load_test_set
from harness.errors import HarnessError, InputError, UserError

ZH = "数字合作论坛\n\n论坛于2024年在乌镇举行。弥合数字鸿沟。\n"
EN = "Digital Cooperation Forum\n\nThe forum was held in Wuzhen in 2024. Bridge the digital divide.\n"


def harness(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


def document(folder: Path, text: str = f"{ZH}\n{EN}") -> Path:
    path = folder / "doc.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_says_what_it_found_and_check_agrees(tmp_path: Path) -> None:
    out = harness("ingest", document(tmp_path), "--name", "forum", "--output", tmp_path)
    assert out == (
        "forum (zh-en): 3 segments, 3 scored\n"
        "  forum: layout halves, 3 source and 3 target sentences, 0 breaks healed\n"
        "  kinds: 1 title, 2 sentence\n"
        "  pairs: 3 1:1\n"
        "  flagged: none\n"
        "  in no segment: nothing\n"
        "  every character accounted for: 103 in segments, 0 listed in provenance.tsv\n"
        f"written to {tmp_path / 'forum'}\n"
    )
    assert (tmp_path / "forum" / "document.txt").read_text(encoding="utf-8") == f"{ZH}\n{EN}"
    checked = harness("ingest", "--name", "forum", "--output", tmp_path, "--check")
    assert checked.endswith("in one segment or listed.\n")


def test_corrections_beside_the_document_survive_ingesting_again(tmp_path: Path) -> None:
    path = document(tmp_path)
    harness("ingest", path, "--name", "forum", "--output", tmp_path, "--publisher", "the host")
    (tmp_path / "forum" / "corrections.yaml").write_text('exclude: ["弥合"]\n', encoding="utf-8")
    with pytest.raises(UserError, match="does not follow"):
        harness("ingest", "--name", "forum", "--output", tmp_path, "--check")
    record = json.loads(harness("ingest", path, "--name", "forum", "--output", tmp_path, "--json"))
    assert (record["segments"], record["scored"], record["flags"]) == (3, 2, {"excluded": 1})
    assert "publisher: the host" in (tmp_path / "forum" / "testset.yaml").read_text(encoding="utf-8")
    harness("ingest", "--name", "forum", "--output", tmp_path, "--check")


def test_check_sees_a_changed_segment(tmp_path: Path) -> None:
    harness("ingest", document(tmp_path), "--name", "forum", "--output", tmp_path)
    segments = tmp_path / "forum" / "segments.tsv"
    segments.write_text(segments.read_text(encoding="utf-8").replace("鸿沟", "沟"), encoding="utf-8")
    with pytest.raises(UserError, match=r"segments\.tsv \(line 4 "):
        harness("ingest", "--name", "forum", "--output", tmp_path, "--check")


def test_two_files_are_two_halves_in_either_order(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(ZH, encoding="utf-16")
    harness("ingest", tmp_path / "a.txt", tmp_path / "b.txt", "--name", "forum", "--output", tmp_path)
    names = sorted(p.name for p in (tmp_path / "forum").glob("document*"))
    assert names == ["document.en.txt", "document.zh.txt"]


def test_a_system_aligns(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    path = document(tmp_path)
    harness("ingest", path, "--name", "forum", "--output", tmp_path)
    config.write_text(
        f"name: x\nreferences: {tmp_path}\ntest_sets: [forum]\n"
        "systems:\n  - {name: g, backend: gloss}\nmetrics: [bleu]\n",
        encoding="utf-8",
    )
    arguments = ("--name", "forum", "--output", tmp_path, "--config", config)
    out = harness("ingest", path, *arguments, "--aligner", "mt", "--system", "g")
    assert "pairs: 3 1:1" in out
    assert "aligner: mt g" in (tmp_path / "forum" / "testset.yaml").read_text(encoding="utf-8")
    harness("ingest", *arguments, "--check")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--name", "x"], "No document was given"),
        (["doc.txt"], "needs a name"),
        (["doc.txt", "--name", "a/b"], "cannot be the name"),
        (["none.txt", "--name", "x"], "does not exist"),
        (["doc.txt", "--name", "x", "--layout", "page"], "did you mean 'pages'"),
        (["doc.txt", "--name", "x", "--layout", "columns"], "has no columns"),
        (["doc.txt", "--name", "x", "--aligner", "dictionar"], "did you mean 'dictionary'"),
        (["doc.txt", "--name", "x", "--aligner", "mt"], "needs a system"),
        (["doc.txt", "--name", "x", "--aligner", "labse"], "needs the folder"),
        (["doc.txt", "--name", "x", "--pair", "zh"], "not a language pair"),
        (["--name", "x", "--check"], "no test set"),
    ],
)
def test_mistakes_are_one_sentence_and_write_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], problem: str
) -> None:
    document(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HarnessError, match=problem) as caught:
        harness("ingest", *arguments)
    assert caught.value.exit_code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["doc.txt"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no text"),
        (b"\x00\x01\x02\x03" * 50, "NUL"),
        (bytes(range(1, 256)) * 5, "not text"),
        ("只有中文。".encode(), "no text in 'en'"),
        (b"Only English.", "no text in 'zh'"),
    ],
)
def test_bad_documents_are_refused(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / "doc.txt").write_bytes(data)
    with pytest.raises(HarnessError, match=problem) as caught:
        harness("ingest", tmp_path / "doc.txt", "--name", "x", "--output", tmp_path / "references")
    assert caught.value.exit_code == 2
    assert not (tmp_path / "references").exists()


@pytest.mark.slow
def test_fifty_megabytes_are_refused_soon(tmp_path: Path) -> None:
    path = tmp_path / "doc.txt"
    path.write_text(
        "数字合作论坛在乌镇举行。" * 1_200_000 + "\n\n" + "The forum was held. " * 400_000, encoding="utf-8"
    )
    assert path.stat().st_size > 50_000_000
    started = time.process_time()
    with pytest.raises(UserError, match="has 49 MB"):
        harness("ingest", path, "--name", "x", "--output", tmp_path / "references")
    assert time.process_time() - started < 60


@pytest.mark.parametrize("names", [("a.zh", "b.en"), ("b.en", "a.zh"), ("source.txt", "reference.txt")])
def test_aligned_lines_stay_as_they_are(tmp_path: Path, names: tuple[str, str]) -> None:
    """No sentence is split, no blank line dropped, and no file lost under another's name."""
    texts = {"zh": ["甲乙丙。第二句。", "", "丁。"], "en": ["A b c. Second.", "", "D. Or E. Or F."]}
    for name in names:
        language = "en" if "en" in name.split(".") or "reference" in name else "zh"
        (tmp_path / name).write_text("\n".join(texts[language]) + "\n", encoding="utf-8")
    said = harness("ingest", *(tmp_path / n for n in names), "--lines", "--name", "t", "--output", tmp_path)
    assert said.count(" has 1 blank line, kept in place: 2\n") == 2
    found = load_test_set(tmp_path / "t")
    assert [s.source for s in found.segments] == texts["zh"]
    assert list(found.references["refA"]) == texts["en"]
    assert len(list((tmp_path / "t").glob("document*"))) == 2


def test_lines_that_do_not_match_are_refused_with_both_counts(tmp_path: Path) -> None:
    (tmp_path / "a.zh").write_text("甲。\n乙。\n", encoding="utf-8")
    (tmp_path / "b.en").write_text("A.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.zh has 2 lines and .*b\.en has 1"):
        harness("ingest", tmp_path / "a.zh", tmp_path / "b.en", "--lines", "--name", "t", "--output", tmp_path)
    assert not (tmp_path / "t").exists()
