"""Tables of more than two columns: the two languages are found, or the table is refused; nothing else gets in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest.audit import balance
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.readers.document import Block, Document, plain_document
from harness.domain.corpus import LangPair
from harness.errors import InputError

ZH = ["大家好，朋友们。", "狗在睡觉。", "今天下雨。", "明天晴。"]
EN = ["Hello there, friends.", "The dog sleeps.", "It rains today.", "Tomorrow is sunny."]
DE = ["Hallo, Freunde.", "Der Hund schläft.", "Es regnet heute.", "Morgen scheint die Sonne."]
FR = ["Bonjour les amis.", "Le chien dort.", "Il pleut.", "Demain il fera beau."]
RU = ["Привет", "Собака спит.", "Идёт дождь.", "Солнце"]
BLANK = [""] * 4
NUMBERS = ["1", "(2)", "3.", "IV."]


def read(pair: str, *columns: list[str], header: tuple[str, ...] = ()) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The pairs, and what is in no segment by its reason."""
    rows = [header] if header else []
    text = "\n".join("\t".join(row) for row in [*rows, *zip(*columns, strict=True)])
    return ingested(pair, plain_document(text, "a.txt"))


def ingested(pair: str, document: Document) -> tuple[list[tuple[str, str]], dict[str, str]]:
    source, target = pair.split("-")
    options = IngestOptions(LangPair(source, target), layout="columns", aligner=LengthAligner())
    result = ingest("a", [[document]], options)
    books = balance(result.documents[0])
    assert (books.lost, books.doubled) == ((), ())
    removed: dict[str, str] = {}
    for r in result.documents[0].removed:
        removed[r.reason] = f"{removed.get(r.reason, '')} {r.stretch.text}".strip()
    sources = (s.source for s in result.test_set.segments)
    return list(zip(sources, result.test_set.references["refA"], strict=True)), removed


def together(a: list[str], b: list[str]) -> list[tuple[str, str]]:
    return list(zip(a, b, strict=True))


@pytest.mark.parametrize(("pair", "first", "second"), [("zh-en", ZH, EN), ("en-zh", EN, ZH), ("en-de", EN, DE)])
def test_a_column_of_numbers_is_numbering(pair: str, first: list[str], second: list[str]) -> None:
    found, removed = read(pair, NUMBERS, first, second)
    assert found == together(first, second)
    assert removed == {"numbering": "1 (2) 3. IV."}


@pytest.mark.parametrize(("pair", "first", "second"), [("zh-en", ZH, EN), ("en-de", EN, DE)])
@pytest.mark.parametrize("third", [FR, EN])
def test_a_third_column_of_text_is_refused_where_nothing_tells_it_from_the_translation(
    pair: str, first: list[str], second: list[str], third: list[str]
) -> None:
    with pytest.raises(InputError, match="Nothing says which columns are the two languages"):
        read(pair, first, second, third)


@pytest.mark.parametrize(
    ("pair", "header", "first", "second"),
    [
        ("zh-en", ("中文", "Pinyin", "英文"), ZH, EN),
        ("en-de", ("English", "Remarks", "Deutsch"), EN, DE),
        ("en-de", ("Source", "Note", "Target"), EN, DE),
        ("de-en", ("English", "Remarks", "Deutsch"), EN, DE),
    ],
)
def test_the_first_row_says_which_columns_are_the_languages(
    pair: str, header: tuple[str, ...], first: list[str], second: list[str]
) -> None:
    found, removed = read(pair, first, FR, second, header=header)
    wanted = together(second, first) if pair == "de-en" else together(first, second)
    assert found == wanted
    assert removed == {"column name": " ".join(header), "other column": " ".join(FR)}


def test_the_names_of_two_columns_are_no_segment() -> None:
    found, removed = read("zh-en", ZH, EN, header=("中文", "English"))
    assert found == together(ZH, EN)
    assert removed == {"column name": "中文 English"}


@pytest.mark.parametrize(("pair", "first", "second"), [("zh-en", ZH, EN), ("en-de", EN, DE)])
def test_remarks_on_a_few_rows_are_left_out_by_their_own_name(pair: str, first: list[str], second: list[str]) -> None:
    found, removed = read(pair, first, second, ["", "note", "", ""])
    assert found == together(first, second)
    assert removed == {"other column": "note"}


def test_a_remark_does_not_become_the_translation_of_a_row_that_has_none() -> None:
    found, removed = read("zh-en", ZH, [*EN[:3], ""], ["", "See above.", "", "To be translated."])
    assert found == [*together(ZH[:3], EN[:3]), (ZH[3], "")]
    assert removed == {"other column": "See above. To be translated."}


def test_an_empty_cell_holds_its_place() -> None:
    found, removed = read("en-de", NUMBERS, ["", *EN[1:]], DE)
    assert found == together(EN[1:], DE[1:])
    assert removed["unpaired"] == DE[0]


def test_short_text_in_another_script_is_another_language_and_no_numbering() -> None:
    found, removed = read("zh-en", ZH, EN, RU)
    assert found == together(ZH, EN)
    assert removed == {"other language": " ".join(RU)}


def test_a_long_figure_is_a_figure() -> None:
    found, removed = read("zh-en", ZH, EN, ["1,234,567.00", "2", "", ""])
    assert found == together(ZH, EN)
    assert removed == {"figure": "1,234,567.00", "numbering": "2"}


def test_pairs_side_by_side_are_all_read() -> None:
    found, removed = read("zh-en", ZH[:2], EN[:2], ZH[2:], EN[2:])
    assert " ".join(t for _, t in found).split() == " ".join([EN[0], EN[2], EN[1], EN[3]]).split()
    assert removed == {}


def test_another_table_of_another_shape_keeps_its_rows() -> None:
    cells = [(1, 0, ZH[0]), (1, 1, EN[0]), (2, 0, ZH[1]), (2, 1, EN[1]), (2, 2, "Remark here.")]
    cells += [(3, 1, ZH[2]), (3, 2, EN[2])]
    blocks = tuple(Block(t, "a.docx", (i, i), None, "cell", c, r) for i, (r, c, t) in enumerate(cells, start=1))
    found, removed = ingested("zh-en", Document("a", {"a.docx": "0"}, blocks))
    assert found == together(ZH[:3], EN[:3])
    assert removed == {"other column": "Remark here."}


@settings(max_examples=40, deadline=None)
@given(
    st.permutations([NUMBERS, EN, DE, BLANK]),
    st.lists(st.sampled_from(["", "x", "Word", "Привет", "注"]), min_size=4, max_size=4),
)
def test_no_character_is_lost_whatever_the_columns(columns: list[list[str]], more: list[str]) -> None:
    try:
        read("en-de", *columns, more)
    except InputError:
        return
