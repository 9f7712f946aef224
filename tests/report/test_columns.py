"""A column beside the scores is one entry of one list, and stands in every form of the board."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest

from harness.domain import columns, summary_of
from harness.domain.columns import Column, Style
from harness.report.board import board_json, latex, markdown, terminal
from harness.report.board.history import history_of, rows_of, shown_rows_of
from harness.report.board.rows import board_of
from harness.report.board.wording import letter
from harness.report.page.report_page import render, render_all
from harness.report.text.console import Screen
from harness.store.leaderboard_csv import leaderboard_rows
from tests.samples import sample_run

RUN = sample_run()


@pytest.fixture
def carbon(monkeypatch: pytest.MonkeyPatch) -> Column:
    column = Column(
        "grams_of_carbon",
        "CO2 <g>",
        lambda s: 1234.5 if s.system.name == "gloss" else None,
        Style.SIGNIFICANT,
        columns.where_known("grams_of_carbon"),
        higher_is_better=False,
        group="cost",
        quantity="carbon",
    )
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, column))
    return column


def _head(page: str) -> dict[str, Any]:
    text = re.search(r'id="data-head">([^<]*)<', page)
    assert text is not None
    head: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text[1])))
    return head


def test_a_column_from_outside_stands_in_every_form(carbon: Column) -> None:
    board, summary = board_of(RUN), summary_of(RUN)
    assert re.search("CO2 <g>\n-+\n.*gloss.* 1234\n", terminal.render(board))
    assert "1234 CO2 <g>" in terminal.render(board, Screen(width=40))
    assert re.search(r"\| CO2 &lt;g&gt; \|\n.*\n.*gloss.* 1234 \|\n", markdown.render(board))
    assert re.search(r"& CO2 \\textless\{\}g\\textgreater\{\} \\\\", latex.render(board))
    assert re.search(r"& gloss &.*& 1234 \\\\", latex.render(board))
    rows = json.loads(board_json.render(board))["test_sets"][0]["systems"]
    assert [r["cost"][carbon.key] for r in rows] == [1234.5, None, None]
    header, cells = leaderboard_rows([summary])
    assert header[header.index("price") + 1] == carbon.key
    assert [r[header.index(carbon.key)] for r in cells[:3]] == ["1234.5", "", ""]
    history = history_of([summary], "gloss")
    assert dict(zip(*(rows_of(history)[0], rows_of(history)[1][0]), strict=True))[carbon.key] == 1234.5
    assert dict(zip(*(shown_rows_of(history)[0], shown_rows_of(history)[1][0]), strict=True))[carbon.title] == "1234"


@pytest.mark.parametrize("over_runs", [False, True])
def test_a_column_from_outside_stands_on_the_page_and_in_its_script(carbon: Column, over_runs: bool) -> None:
    page = render_all([summary_of(RUN)]) if over_runs else render(RUN)
    assert '<button type="button">CO2 &lt;g&gt;</button>' in page
    assert '<td data-value="1234.5">1234</td>' in page
    assert '<option value="grams_of_carbon">carbon</option>' in page
    head = _head(page)
    assert head["axes"][carbon.key] == "grams of carbon"
    assert [r["cost"].get(carbon.key) for r in head["boards"][0]["rows"]] == [1234.5, None, None]


def test_a_column_with_nothing_to_say_is_in_files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Column("silent", "silent", lambda s: None, Style.COUNT, columns.where_known("silent"))
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, silent))
    board = board_of(RUN)
    for text in (terminal.render(board), markdown.render(board), latex.render(board), render(RUN)):
        assert "silent" not in text
    assert "silent" in board_json.render(board)
    assert "silent" in leaderboard_rows([summary_of(RUN)])[0]


def test_words_are_escaped_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    column = Column("licence", "licence", lambda s: "<b>&|\x1b", Style.TEXT, columns.always)
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, column))
    board = board_of(RUN)
    assert "<b>&|<U+001B>" in terminal.render(board)
    assert "&lt;b&gt;&amp;\\|&lt;U+001B&gt;" in markdown.render(board)
    assert r"\textless{}b\textgreater{}\&|\textless{}U+001B\textgreater{}" in latex.render(board)
    assert ">&lt;b&gt;&amp;|&lt;U+001B&gt;</td>" in render(RUN)


def test_keys_are_those_that_spreadsheets_and_scripts_know() -> None:
    header, _ = leaderboard_rows([summary_of(RUN)])
    begin = header.index("n")
    assert header[begin : begin + 15] == (
        *("n", "n_missing", "errors", "error_share", "empty", "omitted", "moved", "added", "unsure", "flags"),
        *("seconds", "segments_per_second", "input_tokens", "output_tokens", "price"),
    )
    row = json.loads(board_json.render(board_of(RUN)))["test_sets"][0]["systems"][1]
    assert row["flags"] == {"copied": 11}
    assert {"errors", "empty", "flags", "cost", "scores"} <= set(row)
    assert {"seconds", "segments_per_second", "input_tokens", "output_tokens", "price"} == set(row["cost"])


def test_no_two_footnotes_share_a_letter() -> None:
    letters = [letter(n) for n in range(1, 1000)]
    assert len(set(letters)) == len(letters)
    assert letters[:27] == [*"abcdefghijklmnopqrstuvwxyz", "aa"]
