"""The columns of a board beside the scores: what was counted, and what it cost. One list, and every form loops over it.

Terminal, HTML page and its script, Markdown, LaTeX, JSON, history and leaderboard.csv have no list of their own: a new
column is one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Union

from harness.domain.standings import Standing

Value = Union[int, float, str, None]  # noqa: UP007 - Python 3.10 reads `|` at run time here
Values = Mapping[str, Value]


class Style(Enum):
    """How a value looks where people read it; files have full precision."""

    COUNT = "count"
    SIGNIFICANT = "significant"  # three significant digits: a speed, a price
    TEXT = "text"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: its name in leaderboard.csv, JSON, histories and the page's data.
        title: its heading where people read it.
        value: its value for one system on one test set; None where it is not known, which is not zero.
        style: how a value is shown.
        shown: whether a board shows the column, given the values of all its rows by key. Files always have it.
        higher_is_better: what a click on the heading puts first; None puts the largest first.
        group: the object in a system's JSON that holds it; "" means the system itself.
        parts: what a count is the sum of, by name: JSON has this in its place, the page shows it beside the count.
        alarm: a value other than zero is a fault: it is shown in red, and the column stays on narrow terminals.
        quantity: what the page's chart of quality against cost calls it; "" means that it is no cost.
    """

    key: str
    title: str
    value: Callable[[Standing], Value]
    style: Style
    shown: Callable[[Sequence[Values]], bool]
    higher_is_better: bool | None = None
    group: str = ""
    parts: Callable[[Standing], Mapping[str, int]] | None = None
    alarm: bool = False
    quantity: str = ""


def always(_: Sequence[Values]) -> bool:
    """On every board: nothing to say is what it says."""
    return True


def never(_: Sequence[Values]) -> bool:
    """In files alone."""
    return False


def where_known(key: str, *, unless: str = "") -> Callable[[Sequence[Values]], bool]:
    """On boards where some row has a value, and none has one of the column `unless`, which says the same better."""

    def shown(rows: Sequence[Values]) -> bool:
        return any(r.get(key) is not None for r in rows) and all(r.get(unless) is None for r in rows)

    return shown


def where_any(key: str) -> Callable[[Sequence[Values]], bool]:
    """On boards where some row has a count that is not zero."""
    return lambda rows: any(r.get(key) for r in rows)


def _errors(s: Standing) -> int | None:
    return None if s.counts is None else s.counts.errors


def _error_share(s: Standing) -> float | None:
    return s.counts.errors / s.counts.segments if s.counts is not None and s.counts.segments else None


def _empty(s: Standing) -> int | None:
    return None if s.counts is None else s.counts.empty


def _flagged(s: Standing) -> int | None:
    return None if s.counts is None else s.counts.flagged


def _flags(s: Standing) -> Mapping[str, int]:
    return {} if s.counts is None else s.counts.flags


def _raised(flag: str) -> Callable[[Standing], int | None]:
    """How many segments have a flag."""
    return lambda s: None if s.counts is None else s.counts.flags.get(flag, 0)


def _cost(key: str) -> Callable[[Standing], float | None]:
    return lambda s: s.cost.get(key)


#: In the order of leaderboard.csv and of boards.
COLUMNS: tuple[Column, ...] = (
    Column("errors", "errors", _errors, Style.COUNT, always, alarm=True),
    Column("error_share", "share of errors", _error_share, Style.SIGNIFICANT, never),
    Column("empty", "empty", _empty, Style.COUNT, where_any("empty")),
    # Of texts that were cut out of running text.
    Column("omitted", "omitted", _raised("omitted"), Style.COUNT, where_any("omitted"), alarm=True),
    Column("moved", "moved", _raised("moved"), Style.COUNT, where_any("moved")),
    Column("added", "added", _raised("added-text"), Style.COUNT, where_any("added")),
    Column("unsure", "unsure", _raised("unsure"), Style.COUNT, where_any("unsure")),
    Column("flags", "flags", _flagged, Style.COUNT, where_any("flags"), parts=_flags),
    Column(
        "seconds",
        "seconds",
        _cost("seconds"),
        Style.SIGNIFICANT,
        where_known("seconds", unless="segments_per_second"),
        higher_is_better=False,
        group="cost",
        quantity="time",
    ),
    Column(
        "segments_per_second",
        "seg/s",
        _cost("segments_per_second"),
        Style.SIGNIFICANT,
        where_known("segments_per_second"),
        higher_is_better=True,
        group="cost",
        quantity="speed",
    ),
    Column("input_tokens", "input tokens", _cost("input_tokens"), Style.COUNT, never, group="cost"),
    Column(
        "output_tokens",
        "output tokens",
        _cost("output_tokens"),
        Style.COUNT,
        never,
        higher_is_better=False,
        group="cost",
        quantity="output tokens",
    ),
    Column(
        "price",
        "price",
        _cost("price"),
        Style.SIGNIFICANT,
        where_known("price"),
        higher_is_better=False,
        group="cost",
        quantity="price",
    ),
)
