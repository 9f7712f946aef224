from __future__ import annotations

import dataclasses
import json

import pytest

from harness.domain import summary_of
from harness.errors import UnknownNameError
from harness.report.board import board_json, latex, markdown
from harness.report.board.history import history_of, rows_of, shown_rows_of
from harness.report.board.rows import board_of
from harness.report.text.rounding import rounded, significant
from tests.samples import HOSTILE, sample_run

RUN = sample_run()


def test_a_board_is_the_same_from_a_run_and_from_its_summary() -> None:
    assert board_of(RUN) == board_of([summary_of(RUN)])


def test_ties_share_a_rank_and_incomplete_systems_have_none() -> None:
    rows = board_of(RUN).sections[0].rows
    assert [(r.system, r.cells["bleu"].rank, r.cells["bleu"].tied) for r in rows] == [
        ("gloss", 1, True),
        ("copy", 1, True),
        ("org/model:v1", None, False),
    ]


def test_a_metric_that_ranks_the_untranslated_source_with_translators_is_named() -> None:
    assert board_of(RUN).sections[0].warnings[0] == (
        "bleu ranks 'copy', which translates nothing, no lower than gloss."
    )


def test_a_gap_is_an_empty_column_with_a_reason() -> None:
    board = board_of(RUN)
    assert [m.name for m in board.sections[0].metrics] == ["bleu", "chrf", "comet"]
    assert all("comet" not in r.cells for r in board.sections[0].rows)
    assert board.gaps[0].remedy == "harness prefetch comet"
    silent = dataclasses.replace(RUN, metrics=tuple(m for m in RUN.metrics if m.name != "comet"))
    assert [m.name for m in board_of(silent).sections[0].metrics] == ["bleu", "chrf", "comet"]


def test_the_first_metric_asked_for_orders_the_rows() -> None:
    worse = dataclasses.replace(
        RUN,
        scores=tuple(
            dataclasses.replace(s, rank=2) if (s.system, s.metric) == ("gloss", "chrf") else s for s in RUN.scores
        ),
    )
    section = board_of(worse, metrics=["chrf", "bleu"], test_sets=["alpha"]).sections[0]
    assert section.primary == "chrf"
    assert [r.system for r in section.rows] == ["copy", "gloss", "org/model:v1"]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("test_sets", "alfa"), ("metrics", "blue"), ("systems", "glos")],
)
def test_unknown_names_are_refused_with_the_nearest(kind: str, wanted: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        board_of(RUN, **{kind: [wanted]})


def test_json_has_full_precision_and_null_for_nothing() -> None:
    value = json.loads(board_json.render(board_of(RUN)))
    row = value["test_sets"][0]["systems"][0]
    assert row["scores"]["bleu"]["score"] == 1 / 3
    assert value["test_sets"][0]["systems"][2]["scores"]["bleu"]["rank"] is None
    assert "comet" not in row["scores"]


def test_markdown_is_a_table_that_github_reads() -> None:
    lines = markdown.render(board_of(RUN, test_sets=["alpha"])).split("\n")
    assert lines[4:9] == [
        "| # | system | bleu | chrf | comet | errors | flags | seg/s |",
        "| --: | :-- | --: | --: | --: | --: | --: | --: |",
        "| 1= | gloss | **0.3** [0.1, 0.7] | **0.3** [0.1, 0.7] (1=) | – | 0 | 0 | – |",
        "| 1= | copy | **0.3** [0.1, 0.7] | **0.3** [0.1, 0.7] (1=) | – | 0 | 11 | – |",
        "| – | org/model:v1 | 31.4 [29.0, 34.5] | 31.4 [29.0, 34.5] | – | 1 | 10 | 0.960 |",
    ]
    assert "- comet is empty: The model Unbabel/wmt22-comet-da is not on this machine. To fill it: " in "\n".join(lines)


def _bars(table: str) -> list[int]:
    """Ends of cells, line by line; alpha has a column for speed, which beta has not."""
    return [line.replace("\\|", "").count("|") for line in table.split("\n") if line.startswith("|")]


def _ampersands(table: str) -> list[int]:
    return [line.count(" & ") for line in table.split("\n") if line.endswith("\\\\")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_words_in_markdown_and_latex(text: str) -> None:
    named = dataclasses.replace(
        RUN,
        systems=(dataclasses.replace(RUN.systems[0], name=text), *RUN.systems[1:]),
        outputs=tuple(dataclasses.replace(o, system=text) if o.system == "gloss" else o for o in RUN.outputs),
        scores=tuple(dataclasses.replace(s, system=text) if s.system == "gloss" else s for s in RUN.scores),
    )
    shown = markdown.render(board_of(named))
    assert "<" not in shown.replace("<U+", "").replace("&lt;", "")
    assert not any(c in shown for c in "\x1b\u202e\u2028\x00\r")
    assert _bars(shown) == _bars(markdown.render(board_of(RUN)))
    table = latex.render(board_of(named))
    assert not any(c in table for c in "\x1b\u202e\u2028\x00\r")
    assert _ampersands(table) == _ampersands(latex.render(board_of(RUN)))


def test_latex_keeps_the_signature_of_every_number() -> None:
    assert "% bleu: bleu|nrefs:2|seed:0\n" in latex.render(board_of(RUN))


def test_history_shows_one_system_over_all_runs() -> None:
    old = summary_of(sample_run("old", started="2025-01-01T00:00:00Z"))
    header, rows = rows_of(history_of([old, summary_of(RUN)], "gloss"))
    assert header[:6] == ["started", "run", "test_set", "system", "key", "bleu"]
    assert [(r[1], r[2], r[5]) for r in rows] == [
        ("old", "alpha", 1 / 3),
        ("old", "beta", 1 / 3),
        (RUN.id, "alpha", 1 / 3),
        (RUN.id, "beta", 1 / 3),
    ]
    assert shown_rows_of(history_of([old], "gloss"))[1][0][3] == "0.3333 [0.1000, 0.7000] #1="
    with pytest.raises(UnknownNameError, match="did you mean 'gloss'"):
        history_of([old], "glos")


@pytest.mark.parametrize(("value", "text"), [(-0.04, "0.0"), (-0.06, "-0.1"), (None, "-"), (31.25, "31.2")])
def test_screens_round_and_never_show_minus_zero(value: float | None, text: str) -> None:
    assert rounded(value, 1) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1875.4, "1875"), (98.7, "98.7"), (0.96, "0.960"), (0.00012345, "0.000123")]
)
def test_speeds_and_prices_have_three_digits(value: float, text: str) -> None:
    assert significant(value) == text
