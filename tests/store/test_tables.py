from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.store.tables import (
    neutral,
    number_cell,
    number_cells,
    plain,
    read_table,
    text_cell,
    text_cells,
    write_table,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
CELLS = st.one_of(TEXTS, st.text(st.sampled_from("'=+-@\t\r\n＝x,\""), max_size=6))


@given(CELLS)
def test_neutralising_is_undone_exactly(text: str) -> None:
    assert plain(neutral(text)) == text


@given(CELLS)
def test_no_neutral_cell_begins_with_what_spreadsheets_run(text: str) -> None:
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_tables_read_back_exactly(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write_table(path, ("a", "b"), ([text_cell(c) for c in row] for row in rows))
    _, cells = read_table(path, what="table")
    assert [[plain(c) for c in row] for row in cells] == rows


@given(st.floats(allow_nan=False))
def test_numbers_keep_every_bit(value: float) -> None:
    back = float(number_cell(value))
    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value)


def test_a_missing_number_is_an_empty_cell_and_zero_is_not_missing() -> None:
    assert [number_cell(v) for v in (None, float("nan"), 0, 0.0, -3.5)] == ["", "", "0", "0.0", "-3.5"]


def test_lines_end_in_newline_alone_and_carriage_returns_survive(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ("a",), [["x\ry"], ["x\r\ny"]])
    assert (tmp_path / "t.csv").read_bytes() == b'a\n"x\ry"\n"x\r\ny"\n'


def test_python_and_pandas_read_the_same_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_table(path, ("text", "score"), [[text_cell('中文, "引号"\u2028=x'), number_cell(0.1 + 0.2)], ["", ""]])
    frame = pd.read_csv(path, keep_default_na=False, dtype=str)
    with path.open(encoding="utf-8", newline="") as handle:
        assert [list(r) for r in frame.itertuples(index=False)] == list(csv.reader(handle))[1:]
    numbers = pd.read_csv(path, float_precision="round_trip")["score"]
    assert numbers[0] == 0.1 + 0.2
    assert math.isnan(numbers[1])


def test_a_byte_order_mark_is_written_on_request_and_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_table(path, ("a",), [["数"]], bom=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfa\n")
    assert read_table(path, what="table") == (["a"], [["数"]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a,b\n1\n", "Row 2 .* has 1 cells, not 2"),
        ("x,y\n", "has no column 'a'"),
        ('a,b\n"open', "is not CSV"),
    ],
)
def test_broken_tables_are_refused_with_a_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_table(path, what="table", columns=("a", "b"))


@given(st.lists(st.text(alphabet="'=+-@\t\r\n\x00\ud800\uff1dab,", max_size=5), max_size=5))
def test_a_column_of_texts_is_its_cells(texts: list[str]) -> None:
    assert text_cells(texts) == [text_cell(text) for text in texts]


@given(st.lists(st.none() | st.floats() | st.integers() | st.booleans(), max_size=5))
def test_a_column_of_numbers_is_its_cells(values: list[float | int | None]) -> None:
    assert number_cells(values) == [number_cell(value) for value in values]
