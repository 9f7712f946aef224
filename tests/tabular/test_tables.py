"""One reader of tables: what a cell holds comes out as it went in, and what is wrong is named with file and line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError, UserError
from harness.tabular.csv_text import parse_csv
from harness.tabular.jsonl import json_rows
from harness.tabular.matching import check_ids
from harness.tabular.read_table import read_table
from harness.tabular.tsv import OURS, TableStyle, parse_tsv, render_tsv, tsv_rows, word_rows

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NASTY = st.text(st.sampled_from('\t\n\r\\"\u2028\u2029\x85\x0b\x0c\x1c ntr=中a\ufeff#'))
CELLS = st.lists(st.tuples(*[TEXT | NASTY] * 3), max_size=5)


@given(CELLS)
def test_our_tsv_comes_back_to_the_character(rows: list[tuple[str, str, str]]) -> None:
    table = parse_tsv(render_tsv(["a", "b", "c"], rows), name="t", style=OURS)
    assert [tuple(row.cells.values()) for row in table.rows] == rows
    assert [row.line for row in table.rows] == list(range(2, len(rows) + 2))


@given(CELLS)
def test_csv_comes_back_to_the_character(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    assert [tuple(row.cells.values()) for row in parse_csv(out.getvalue(), name="t").rows] == rows


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\t\r\n")), min_size=2, max_size=2)))
def test_a_plain_tsv_is_cut_at_tabs_and_line_ends_alone(rows: list[list[str]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    assert [cells for _, cells in tsv_rows(text, name="t", style=TableStyle())] == rows


def test_a_csv_row_knows_the_line_it_begins_in() -> None:
    table = parse_csv('\na;b\n"x\ny";1\n\nz;2\n', name="t")
    assert [(row.line, row.cells) for row in table.rows] == [(3, {"a": "x\ny", "b": "1"}), (6, {"a": "z", "b": "2"})]
    assert table.header == 2


def test_a_cell_may_be_longer_than_the_csv_module_expects() -> None:
    long = "x" * 200_000
    assert parse_csv(f"a,b\n{long},1\n", name="t").rows[0].cells["a"] == long


def test_a_style_says_what_the_author_meant() -> None:
    text = "# note\n A \tb\n\n\\t\t1\t\t\nx\n"
    style = TableStyle(comments=True, blank_lines=True, ragged=True, any_case=True)
    table = parse_tsv(text, name="t", style=style)
    assert table.columns == ("a", "b")
    assert [tuple(row) for row in table.rows] == [(4, {"a": "\\t", "b": "1"}), (5, {"a": "x"})]
    assert [line for line, _ in tsv_rows(text, name="t", style=TableStyle())] == [1, 2, 3, 4, 5]
    assert word_rows("a  b\n \n c\u3000d\n") == [(1, ["a", "b"]), (3, ["c", "d"])]


@pytest.mark.parametrize(
    ("text", "style", "message"),
    [
        ("", TableStyle(), "t, line 1: the header line is missing"),
        ("\t\nx\ty\n", TableStyle(), "t, line 1: the header line is missing"),
        ("a\ta\n", TableStyle(), "t, line 1: the column 'a' stands twice"),
        ("#\na\tA\n", TableStyle(comments=True, any_case=True), "t, line 2: the column 'a' stands twice"),
        ("a\tb\n1\t2\t3\n", TableStyle(ragged=True), "t, line 2: 3 fields, but the header has 2"),
        ("a\tb\n1\n", TableStyle(), "t, line 2: 1 field, but the header has 2"),
        ("a\tb\n\n", TableStyle(), "t, line 2: 1 field, but the header has 2"),
        ("a\nx\\y\n", OURS, r"t, line 2: '\\y' is no escape"),
    ],
)
def test_a_bad_tsv_is_one_sentence_with_its_line(text: str, style: TableStyle, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_tsv(text, name="t", style=style)


def test_columns_are_found_by_name_and_a_near_miss_is_named() -> None:
    table = parse_tsv("idd\ttext\n", name="t", style=TableStyle())
    with pytest.raises(InputError, match=r"t, line 1: the column 'id' is missing \(is it 'idd'\?\)"):
        table.need(["id"], allowed="id")
    with pytest.raises(InputError, match="t, line 1: there is no column 'idd'; did you mean 'id'"):
        table.know(["id", "text"], allowed="id, text")
    table.need(["text"], allowed="text")
    table.know(["idd", "text"], allowed="idd, text")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}\n\nx\n", "t, line 3: this is not JSON: Expecting value at column 1"),
        ("[]\n", "t, line 1: this is not a JSON object"),
        ('{"a": {"b": 1, "b": 2}}\n', "t, line 1: the key 'b' stands twice"),
        ("[" * 100_000, "t, line 1: the JSON is nested too deeply"),
        (f'{{"a": {"9" * 5000}}}', "t, line 1: Exceeds the limit"),
    ],
)
def test_bad_json_is_one_sentence_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        json_rows(text, name="t")


def test_ids_that_do_not_match_are_counted_and_named() -> None:
    check_ids("f", ["c", "a", "x"], ["a", "c"], owner="the source", optional={"x"})
    with pytest.raises(InputError, match=r"f lacks 5 ids of the source: 'a', 'b', 'c' and 2 more\."):
        check_ids("f", [], list("abcde"), owner="the source")
    with pytest.raises(InputError, match=r"f has 1 id that the source does not have: 'z'\."):
        check_ids("f", ["z", "a"], ["a"], owner="the source")


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_file_that_is_empty_or_missing_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    with pytest.raises(UserError, match=r"The table .* does not exist"):
        read_table(path, what="table")
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(InputError, match=r"The table .* is empty"):
        read_table(path, what="table")
