"""What a PDF adds to a text or hides in it: notes, fake bold, characters without a name, text off the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest.audit import check_balance
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.sniff import read_document
from harness.corpus.readers.characters import with_readable_characters
from harness.corpus.readers.document import Document, plain_document
from harness.domain import LangPair
from harness.errors import InputError
from harness.language.characters.note_marks import calls_note, numbers_of
from harness.language.characters.radicals import as_ideographs

BODY = [
    ("The council met in spring and heard the report", "1", " of its committee."),
    ("It covers an area of 3 km", "2", " and was built in 1960."),
    ("A sum of 10", "3", " units was named; CO2 fell on the 20", "th", " of May."),
    ("Members spoke at length.", "2", " They voted in the end."),
    ("Nothing else was decided on that long day of work.", "", ""),
    ("The next session will be held in the autumn.", "", ""),
]


def pdf(path: Path, draw: Callable[[Any], None]) -> Path:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    draw(canvas)
    canvas.save()
    return path


def put(canvas: Any, x: float, y: float, text: str, size: float = 12) -> float:
    """Draw a text and say where it ends."""
    font = "STSong-Light" if any(ord(c) > 0x2FFF for c in text) else "Helvetica"
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
    return float(x + canvas.stringWidth(text, font, size))


def put_body(canvas: Any, top: float = 780) -> None:
    """The lines of BODY; every second piece is raised and small."""
    for number, pieces in enumerate(BODY):
        x, y = 60.0, top - 18 * number
        for index, piece in enumerate(pieces):
            if piece:
                x = put(canvas, x, y + (5 if index % 2 else 0), piece, 7 if index % 2 else 12)


def texts(document: Document, note: bool = False) -> list[str]:
    return [b.text for b in document.blocks if (b.style == "note") is note]


EXPECTED = [
    "The council met in spring and heard the report of its committee.",
    "It covers an area of 3 km2 and was built in 1960.",
    "A sum of 103 units was named; CO2 fell on the 20th of May.",
    "Members spoke at length. They voted in the end.",
    "Nothing else was decided on that long day of work.",
    "The next session will be held in the autumn.",
]


@pytest.mark.parametrize("number", ["{} ", "{}. ", "[{}] "])
def test_footnotes_and_their_marks_are_set_aside(tmp_path: Path, number: str) -> None:
    def draw(canvas: Any) -> None:
        put_body(canvas)
        put(canvas, 60, 120, number.format(1) + "See the data notes of the yearbook.", 9)
        put(canvas, 60, 108, number.format(2) + "Minutes of the session, which are kept in the archive of", 9)
        put(canvas, 70, 96, "the council and can be read there.", 9)
        put(canvas, 290, 60, "- 7 -", 9)

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert texts(document) == [*EXPECTED, "- 7 -"]
    assert len(texts(document, note=True)) == 3 + 2
    assert document.note == "Notes of a.pdf are set aside: 3 lines, and 2 marks in the text."


def test_a_note_runs_over_the_page(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        put_body(canvas)
        put(canvas, 60, 108, "1 See the data notes.", 9)
        put(canvas, 60, 96, "2 Minutes of the session, which are kept in the archive of", 9)
        canvas.showPage()
        for i in range(4):
            put(canvas, 60, 780 - 18 * i, f"The text goes on for line {i} of page two.")
        put(canvas, 60, 96, "the council and can be read there.", 9)

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert texts(document) == [*EXPECTED, *(f"The text goes on for line {i} of page two." for i in range(4))]


def test_notes_stand_under_their_column(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for side, x in enumerate((60.0, 320.0)):
            for i in range(8):
                end = put(canvas, x, 780 - 18 * i, f"Column {side} has a line {i} of text")
                if i == 3:
                    put(canvas, end, 785 - 18 * i, str(side + 1), 7)
            put(canvas, x, 100, f"{side + 1} A note of column {side}.", 9)

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert texts(document) == [f"Column {s} has a line {i} of text" for s in (0, 1) for i in range(8)]


def test_endnotes_behind_a_heading_are_set_aside(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        put_body(canvas)
        put(canvas, 60, 600, "Notes", 14)
        put(canvas, 60, 580, "1. See the data notes of the yearbook.")
        put(canvas, 60, 562, "2. Minutes of the session, which are")
        put(canvas, 60, 544, "kept in the archive.")
        put(canvas, 60, 480, "A last paragraph of the text itself.")

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert texts(document) == [*EXPECTED, "A last paragraph of the text itself."]


def test_small_print_without_numbers_or_marks_is_text(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for i in range(5):
            put(canvas, 60, 780 - 18 * i, f"A line {i} of the text in its own size.")
        put(canvas, 60, 120, "Published by the Council, 12 Main Street.", 9)
        put(canvas, 60, 108, "All rights reserved.", 9)

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert len(texts(document)) == 7
    assert not texts(document, note=True)


def test_a_list_in_the_size_of_the_text_is_text(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        put_body(canvas)
        for i in range(1, 4):
            put(canvas, 60, 160 - 18 * i, f"{i}. An item of the list at the end of the page.")

    assert len(texts(read_document(pdf(tmp_path / "a.pdf", draw)))) == len(BODY) + 3


@pytest.mark.parametrize(
    ("before", "mark", "known", "calls"),
    [
        ("the report", "1", False, True),
        ("said.”", "12", False, True),
        ("和平。", "1", False, True),
        ("国家统计局", "[3]", False, True),
        ("in 2023", "4", True, True),
        ("in 2023", "4", False, False),
        ("10", "6", False, False),
        ("25 m", "2", False, False),
        ("三平方千米", "2", False, False),
        ("x", "2", False, False),
        ("the 20", "th", False, False),
        ("1", "er", False, False),
        ("", "1", False, False),
        ("the claim", "*", False, True),
        ("word ", "2", False, True),
    ],
)
def test_which_raised_marks_call_a_note(before: str, mark: str, known: bool, calls: bool) -> None:
    assert calls_note(before, mark, known=known) is calls


def test_a_mark_may_call_several_notes() -> None:
    assert numbers_of("1,3–5") == {"1", "3", "4", "5"}
    assert numbers_of("†") == {"†"}


# --- characters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [2, 4])
def test_fake_bold_is_read_once(tmp_path: Path, times: int) -> None:
    def draw(canvas: Any) -> None:
        for i in range(times):
            put(canvas, 60 + 0.3 * (i % 2), 700 + 0.3 * (i // 2), "All will still see a balloon in 2030")
            put(canvas, 60 + 0.3 * (i % 2), 680 + 0.3 * (i // 2), "人人看看，天天向上")

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert texts(document) == ["All will still see a balloon in 2030", "人人看看，天天向上"]
    assert "drawn twice to look bold" in document.note


def test_a_spaced_out_title_is_words(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        x = 60.0
        for letter in "ANNUAL REPORT":
            x = put(canvas, x, 700, letter, 14) + (6 if letter != " " else 4)
        put(canvas, 60, 660, "A B C D and so on")

    assert texts(read_document(pdf(tmp_path / "a.pdf", draw))) == ["ANNUAL REPORT", "A B C D and so on"]


def test_text_off_the_page_is_left_out_and_too_much_of_it_is_refused(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for i in range(20):
            put(canvas, 60, 780 - 18 * i, f"A line {i} that everybody can see on the page.")
        put(canvas, 5000, 300, "draft")

    document = read_document(pdf(tmp_path / "a.pdf", draw))
    assert len(texts(document)) == 20
    assert "5 characters of a.pdf lie outside their page" in document.note

    def far(canvas: Any) -> None:
        put(canvas, 60, 700, "A line")
        put(canvas, 1e30, 300, "gone and away")

    with pytest.raises(InputError, match="is damaged: 11 of its"):
        read_document(pdf(tmp_path / "b.pdf", far))


def test_a_page_that_nobody_can_print_is_refused(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageSize((1e9, 500))
        put(canvas, 60, 100, "A line")

    with pytest.raises(InputError, match="nobody can print such a page"):
        read_document(pdf(tmp_path / "a.pdf", draw))


def document(text: str) -> Document:
    return with_readable_characters(plain_document(text, "a.txt"))


def test_radicals_are_read_as_ideographs() -> None:
    found = document("会议在⾼⼭⼩城举⾏，⻓⻋\nThe meeting was held in a small town.\n")
    assert found.blocks[0].text == "会议在高山小城举行，长车"
    assert "radicals and compatibility characters" in found.note
    assert as_ideographs("神 金") == "神 金"


def test_characters_that_cannot_be_read_make_the_segment_damaged() -> None:
    text = (
        "会议在北京举行。\n非洲(cid:21)代表发言。\n大会通过了决议。\n"
        "The meeting was held.\nThe delegates spoke.\nA resolution passed.\n"
    )
    options = IngestOptions(LangPair("zh", "en"), aligner=LengthAligner())
    result = ingest("a", [[document(text)]], options)
    check_balance(result)
    assert [sorted(s.flags) for s in result.test_set.segments] == [[], ["damaged"], []]
    assert len(result.test_set.scored) == 2
    assert "1 characters of a.txt (1.3%) cannot be read" in result.documents[0].notes[0]


def test_a_document_that_can_hardly_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="6 of its 17 characters cannot be read"):
        document("会(cid:4)(cid:5)\ufffd议\nA \ue123\ue124 meeting.\n\ue125")


def test_bullets_of_symbol_fonts_are_marks_and_no_damage() -> None:
    text = (
        "\uf0b7 会议在北京举行。\n\uf0b7 大会通过了决议。\n\uf0b7 The meeting was held.\n\uf0b7 A resolution passed.\n"
    )
    result = ingest("a", [[document(text)]], IngestOptions(LangPair("zh", "en"), aligner=LengthAligner()))
    check_balance(result)
    assert [s.source for s in result.test_set.segments] == ["会议在北京举行。", "大会通过了决议。"]
    assert not any(s.flags for s in result.test_set.segments)


def test_soft_hyphens_are_no_text_inside_a_line_and_join_words_at_its_end() -> None:
    text = "会议在北京举行。\nThe dele\u00adgates of all coun\u00ad\ntries met in Beijing.\n"
    result = ingest("a", [[document(text)]], IngestOptions(LangPair("zh", "en"), aligner=LengthAligner()))
    check_balance(result)
    assert result.test_set.references["refA"] == ("The delegates of all countries met in Beijing.",)
