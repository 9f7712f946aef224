"""Documents that are none, and names that are taken: refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.doubts import looked_at
from harness.corpus.readers.document import plain_document
from harness.corpus.testset.references_folder import load_test_set
from harness.domain import LangPair
from tests.cli.command import harness

ROOT = Path(__file__).parents[2] / "references"
NAMES = ("gdi-digital-forum-2024", "shared-future-cyberspace-2")
DE = [
    "Der Bericht nennt 14 Häfen in Kenia.", "Im Jahr 2019 kamen 37 Schiffe nach Mombasa.",
    "Die Firma Maersk baute 5 Kräne für 82 Millionen Euro.", "Danach stieg der Umschlag um 23 Prozent.",
    "Die Weltbank gab 460 Millionen dazu.", "Präsident Kenyatta sprach am 17. Mai vor 900 Gästen.",
]  # fmt: skip
EN = [
    "The report names 14 ports in Kenya.", "In 2019, 37 ships came to Mombasa.",
    "The company Maersk built 5 cranes for 82 million euros.", "After that, throughput rose by 23 percent.",
    "The World Bank added 460 million.", "President Kenyatta spoke to 900 guests on 17 May.",
]  # fmt: skip


def sides(name: str) -> tuple[list[str], list[str]]:
    found = load_test_set(ROOT / name)
    return [s.source for s in found.segments], list(found.references["refA"])


def doubts(left: list[str], right: list[str], pair: str = "zh-en", *, length: bool = False) -> tuple[str, ...]:
    documents = [plain_document("\n".join(left) + "\n", "a"), plain_document("\n".join(right) + "\n", "b")]
    options = IngestOptions(LangPair.parse(pair), aligner=LengthAligner() if length else None)
    return looked_at(ingest("x", [documents], options), options.evidence.name)[0]


@pytest.mark.parametrize("length", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_official_documents_are_documents(name: str, length: bool) -> None:
    assert doubts(*sides(name), length=length) == ()


@pytest.mark.parametrize("length", [False, True])
def test_another_documents_translation_is_none(length: bool) -> None:
    (first, one), (second, two) = sides(NAMES[0]), sides(NAMES[1])
    for left, right in ((first, two), (second, one)):
        assert "hardly translates" in doubts(left, right, length=length)[0]


@pytest.mark.parametrize("name", NAMES)
def test_sentences_out_of_order_and_a_third_of_them_are_none(name: str) -> None:
    source, target = sides(name)
    assert doubts(source, target[::-1]) != ()
    assert doubts(source, target[: len(target) // 3]) != ()


def test_lengths_alone_are_helped_by_names_and_numbers_in_every_pair() -> None:
    assert doubts(DE, EN, "de-en", length=True) == ()
    assert "hardly translates" in doubts(DE, EN[3:] + EN[:3], "de-en", length=True)[0]
    assert "same text twice" in doubts(EN, EN, "de-en", length=True)[0]


def test_what_lengths_cannot_know_is_said() -> None:
    left, right = ["Das ist ein Haus.", "Es regnet."], ["That is a house.", "It is raining."]
    documents = [plain_document("\n".join(side) + "\n", "x") for side in (left, right)]
    result = ingest("x", [documents], IngestOptions(LangPair.parse("de-en"), aligner=LengthAligner()))
    doubts, unknown = looked_at(result, "length")
    assert doubts == ()
    assert "lengths are all that was compared" in unknown[0]
    assert looked_at(result, "semantic") == ((), ())


def test_the_command_writes_nothing_unless_told_to_keep_going(tmp_path: Path) -> None:
    (source, _), (_, target) = sides(NAMES[0]), sides(NAMES[1])
    (tmp_path / "a.zh.txt").write_text("\n".join(source), encoding="utf-8")
    (tmp_path / "a.en.txt").write_text("\n".join(target), encoding="utf-8")
    command = ("ingest", tmp_path / "a.zh.txt", tmp_path / "a.en.txt", "--name", "x", "--output", tmp_path / "out")
    done = harness(*command)
    assert (done.code, done.out) == (3, "")
    assert "error: x hardly translates itself" in done.err
    assert "--keep-going" in done.err
    assert not (tmp_path / "out").exists()
    done = harness(*command, "--keep-going")
    assert done.code == 0
    assert done.err.startswith("warning: x hardly translates itself")
    assert (tmp_path / "out" / "x" / "segments.tsv").is_file()


def test_a_taken_name_is_not_replaced_by_another_document(tmp_path: Path) -> None:
    for name, text in (("a.txt", "论坛在乌镇举行。\nThe forum was held in Wuzhen.\n"), ("b.txt", "你好。\nHello.\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "c.tsv").write_text("source\trefA\n会议在北京。\tThe meeting is in Beijing.\n", encoding="utf-8")
    out = ("--name", "x", "--output", tmp_path / "out")
    assert harness("ingest", tmp_path / "a.txt", *out, "--publisher", "the host", "--date", "2024-11-20").code == 0
    before = (tmp_path / "out" / "x" / "testset.yaml").read_bytes()
    for other in ("b.txt", "c.tsv"):
        done = harness("ingest", tmp_path / other, *out)
        assert done.code == 2
        assert "the host, 2024-11-20" in done.err
        assert "--new-version" in done.err
        assert (tmp_path / "out" / "x" / "testset.yaml").read_bytes() == before
    assert harness("ingest", tmp_path / "a.txt", *out, "--threshold", "0.4").code == 0
    assert harness("ingest", tmp_path / "out" / "x" / "document.txt", *out).code == 0
    assert "version '1' already" in harness("ingest", tmp_path / "b.txt", *out, "--new-version", "1").err
    assert harness("ingest", tmp_path / "b.txt", *out, "--new-version", "2").code == 0
    info = load_test_set(tmp_path / "out" / "x").info
    assert (info.version, info.publisher, info.date) == ("2", "", "")
    assert harness("ingest", "--check", *out).code == 0
