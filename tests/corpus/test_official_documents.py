"""The two official documents: what is checked in follows from them, and is what a reader of both languages decided."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from harness.corpus.alignment.aligners import DictionaryAligner
from harness.corpus.ingest.audit import balance
from harness.corpus.ingest.ingested_folder import ingest_again
from harness.corpus.ingest.provenance import render_provenance
from harness.corpus.testset.references_folder import load_test_set
from harness.corpus.testset.segments_table import render_segments

REFERENCES = Path(__file__).parents[2] / "references"
GOLD = Path(__file__).parent / "gold"
DOCUMENTS = {
    "gdi-digital-forum-2024": "000_e699c63423670662.txt",
    "shared-future-cyberspace-2": "004_7761b258f79d1829.txt",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ingesting_again_gives_what_is_checked_in_byte_for_byte(name: str) -> None:
    result, _ = ingest_again(REFERENCES / name, DictionaryAligner())
    assert (REFERENCES / name / "segments.tsv").read_bytes() == render_segments(result.test_set).encode()
    assert (REFERENCES / name / "provenance.tsv").read_bytes() == render_provenance(result).encode()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_segments_are_the_hand_made_alignment_to_the_character(name: str) -> None:
    test_set = load_test_set(REFERENCES / name)
    rows = [line.split("\t") for line in (GOLD / f"{name}.tsv").read_text(encoding="utf-8").split("\n")[2:-1]]
    gold = [(kind, flags, zh.replace(" | ", ""), en.replace(" | ", " ")) for kind, flags, zh, en in rows]
    found = [
        (s.kind.value, ",".join(sorted(s.flags)), s.source, reference)
        for s, reference in zip(test_set.segments, test_set.references["refA"], strict=True)
    ]
    assert found == gold


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_character_is_lost_doubled_or_invented(name: str) -> None:
    result, _ = ingest_again(REFERENCES / name, DictionaryAligner())
    books = balance(result.documents[0])
    assert books.lost == ()
    assert books.doubled == ()
    text = (REFERENCES / name / "document.txt").read_text(encoding="utf-8")
    kept = "".join(s.source for s in result.test_set.segments) + "".join(result.test_set.references["refA"])
    taken = "".join(r.stretch.text for r in result.documents[0].removed)
    assert sorted("".join(kept.split()) + "".join(taken.split())) == sorted("".join(text.split()))


def test_what_is_taken_out_of_the_statement_is_the_doubled_title_alone() -> None:
    result, _ = ingest_again(REFERENCES / "gdi-digital-forum-2024", DictionaryAligner())
    assert [(r.reason, r.stretch.text) for r in result.documents[0].removed] == [
        ("repeated", "Chair´s Statement of Global Development Initiative Digital Cooperation Forum 2024"),
    ]


def test_the_pages_of_the_white_paper_are_healed() -> None:
    result, _ = ingest_again(REFERENCES / "shared-future-cyberspace-2", DictionaryAligner())
    text = "\n".join([*(s.source for s in result.test_set.segments), *result.test_set.references["refA"]])
    for healed in (
        "区域全面经济伙伴关系协定",
        "2020年以来",
        "trade frameworks such as",
        "Internet Economy and overseeing",
    ):
        assert healed in text
    assert result.documents[0].healed == 4
    assert result.flags == {"truncated": 1}
    assert len(result.test_set.scored) == len(result.test_set.segments) - 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_kept_untouched(name: str) -> None:
    published = Path(__file__).parents[3] / "shared" / "seeds" / DOCUMENTS[name]
    if not published.is_file():
        pytest.skip("the published documents are not beside this checkout")
    kept = (REFERENCES / name / "document.txt").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == hashlib.sha256(published.read_bytes()).hexdigest()
