from __future__ import annotations

import dataclasses

import pytest
from rich.cells import cell_len

from harness.domain import Run
from harness.report.board.rows import board_of
from harness.report.board.terminal import render
from harness.report.text import text_table as grid
from harness.report.text.console import Screen
from harness.report.text.escape import visible
from tests.samples import HOSTILE, sample_run

RUN = sample_run()


def _renamed(name: str) -> Run:
    return dataclasses.replace(
        RUN,
        systems=(dataclasses.replace(RUN.systems[0], name=name), *RUN.systems[1:]),
        outputs=tuple(dataclasses.replace(o, system=name) if o.system == "gloss" else o for o in RUN.outputs),
        scores=tuple(dataclasses.replace(s, system=name) if s.system == "gloss" else s for s in RUN.scores),
    )


def test_off_a_terminal_the_board_is_plain_ascii_and_nothing_is_cut() -> None:
    assert render(board_of(RUN, test_sets=["alpha"])) == (
        "alpha\n"
        "zh-en, 2 documents, 11 of 12 segments scored (1 truncated)\n"
        "\n"
        " #  system                         bleu                   chrf   #  comet  errors  flags  seg/s\n"
        "-----------------------------------------------------------------------------------------------\n"
        "1=  gloss                0.3 [0.1, 0.7]         0.3 [0.1, 0.7]  1=      -       0      0      -\n"
        "1=  copy                 0.3 [0.1, 0.7]         0.3 [0.1, 0.7]  1=      -       0     11      -\n"
        " -  org/model:v1  31.4 [29.0, 34.5] (a)  31.4 [29.0, 34.5] (a)   -      -       1     10  0.960\n"
        "\n"
        "(a) org/model:v1 bleu, org/model:v1 chrf: 1 segment has no hypothesis\n"
        "= tied: systems of a better rank all beat those of a worse one in paired tests; "
        "inside a rank not every pair differs\n"
        "warning: bleu ranks 'copy', which translates nothing, no lower than gloss.\n"
        "warning: chrf ranks 'copy', which translates nothing, no lower than gloss.\n"
        "\n"
        "comet is empty: The model Unbabel/wmt22-comet-da is not on this machine.\n"
        "  to fill it: harness prefetch comet\n"
        "note: The test set alpha has 11 scored segments: differences below 9 BLEU cannot be seen.\n"
    )


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", ["gloss", "翻译系统甲", "x" * 70])
def test_no_line_is_wider_than_the_terminal_and_no_name_is_lost(width: int, name: str) -> None:
    text = render(board_of(_renamed(name)), Screen(width=width, unicode=True))
    assert max(cell_len(line) for line in text.split("\n")) <= width
    assert name in text.replace("\n", "").replace(" ", "")


def test_columns_line_up_under_chinese_names() -> None:
    lines = render(board_of(_renamed("翻译系统"), test_sets=["alpha"]), Screen(width=120)).split("\n")
    ends = {cell_len(line[: line.index("[0.")]) for line in lines if line.startswith("1=")}
    assert len(ends) == 1


def test_narrow_terminals_keep_the_uncertainty() -> None:
    assert "31.4 [29.0, 34.5]" in render(board_of(RUN), Screen(width=100))
    assert "31.4 +-2.8" in render(board_of(RUN), Screen(width=80))
    assert "31.4 ±2.8" in render(board_of(RUN), Screen(width=80, unicode=True))
    assert "  - org/model:v1\n    bleu: 31.4 [29.0, 34.5] (a)\n" in render(board_of(RUN), Screen(width=40))


def test_colour_is_an_option_and_changes_no_word() -> None:
    import re

    plain = render(board_of(RUN), Screen(width=120))
    coloured = render(board_of(RUN), Screen(width=120, colour=True))
    assert "\x1b[" in coloured
    assert "\x1b" not in plain
    bare = re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.split("\n")] == plain.split("\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_from_outside_acts_on_the_terminal(text: str) -> None:
    shown = render(board_of(_renamed(text)), Screen(width=100))
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
    assert not any(c in shown for c in "\x7f\x9b\u202e\u2066\u2028")
    assert not any(0xD800 <= ord(c) <= 0xDFFF for c in shown)


def test_rich_markup_in_a_name_is_not_obeyed() -> None:
    assert "[red]x[/red] :smile:" in render(board_of(_renamed("[red]x[/red] :smile:")), Screen(width=120))


def test_acting_characters_are_spelt_out() -> None:
    assert visible("a\x1b[31mb\u202ec\u200b") == "a<U+001B>[31mb<U+202E>c<U+200B>"
    assert visible("第一句，“引号”。") == "第一句，“引号”。"


def test_an_empty_board_says_so() -> None:
    assert render(board_of([])) == "No system has been scored yet.\n"


def test_grids_align_numbers_right_and_show_nothing_as_a_dash() -> None:
    assert grid.render(["name", "n"], [["甲", 1], ["b\x1b", None], ["c", 2.5]]) == (
        "name         n\n--------------\n甲           1\nb<U+001B>    -\nc          2.5\n"
    )
