"""Tables of PDFs that go on over the page, with heads and numbers of pages around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest.audit import check_balance
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.result import IngestResult
from harness.corpus.ingest.sniff import read_document
from harness.domain import LangPair
from tests.corpus.test_pdf_as_printed import pdf, put

EDGES = (60, 100, 300, 540)
Row = tuple[str, list[str], list[str]]


def table_page(canvas: Any, number: int, rows: list[Row]) -> None:
    """A page with a running head, a ruled table (number, Chinese, English; lines given) and a page number."""
    put(canvas, 60, 810, "Collected Papers of the Council", 9)
    y = 780
    canvas.line(EDGES[0], y, EDGES[-1], y)
    for count, *cells in rows:
        height = 16 * max(len(lines) for lines in cells) + 8
        put(canvas, EDGES[0] + 4, y - 16, count, 11) if count else None
        for x, lines in zip(EDGES[1:], cells, strict=False):
            for i, line in enumerate(lines):
                put(canvas, x + 4, y - 16 * (i + 1), line, 11)
        canvas.line(EDGES[0], y - height, EDGES[-1], y - height)
        for x in EDGES:
            canvas.line(x, y, x, y - height)
        y -= height
    put(canvas, 290, 30, f"Page {number}", 9)
    canvas.showPage()


def ingested(tmp_path: Path, *pages: list[Row]) -> IngestResult:
    def draw(canvas: Any) -> None:
        for number, rows in enumerate(pages, start=1):
            table_page(canvas, number, rows)

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    result = ingest("a", [[document]], IngestOptions(LangPair("zh", "en"), aligner=LengthAligner()))
    check_balance(result)
    return result


def pairs(result: IngestResult) -> list[tuple[str, str]]:
    references = result.test_set.references["refA"]
    return [(s.source, r) for s, r in zip(result.test_set.segments, references, strict=True)]


CUT: Row = ("2", ["代表们听取了委员会关于城市供水的报"], ["The delegates heard the report of the committee"])
REST: Row = ("", ["告。"], ["on water in cities."])
ONE: Row = ("1", ["会议在北京举行。"], ["The meeting was held in Beijing."])
LAST: Row = ("3", ["大会通过了决议。"], ["A resolution was passed."])


@pytest.mark.parametrize("header", [None, ("No.", ["中文"], ["English"]), ("No.", ["内容"], ["Contents of it"])])
def test_a_row_that_the_page_cut_is_one_row_and_its_header_is_said_once(tmp_path: Path, header: Row | None) -> None:
    head = [header] if header else []
    found = ingested(tmp_path, [*head, ONE, CUT], [*head, REST, LAST], [*head, ONE])
    expected = [
        ("会议在北京举行。", "The meeting was held in Beijing."),
        (
            "代表们听取了委员会关于城市供水的报告。",
            "The delegates heard the report of the committee on water in cities.",
        ),
        ("大会通过了决议。", "A resolution was passed."),
        ("会议在北京举行。", "The meeting was held in Beijing."),
    ]
    named = [("内容", "Contents of it")] if header is not None and header[1] == ["内容"] else []
    assert pairs(found) == [*named, *expected]
    assert found.removed["running head"] == 3
    assert found.removed["page number"] == 3
    assert found.removed.get("repeated", 0) == (6 if header else 0)
    assert "1 table rows of a.pdf that a page's end cut are joined." in found.documents[0].notes[0]


def test_a_heading_at_the_end_of_a_page_is_not_joined(tmp_path: Path) -> None:
    heading: Row = ("2", ["一、总体要求"], ["I. General"])
    found = ingested(tmp_path, [ONE, heading], [LAST, ONE], [ONE, LAST])
    assert len(pairs(found)) == 6


def test_a_row_after_a_whole_one_is_not_joined(tmp_path: Path) -> None:
    assert len(pairs(ingested(tmp_path, [LAST, ONE], [REST, LAST], [ONE, LAST]))) == 6
