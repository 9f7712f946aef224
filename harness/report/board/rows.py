"""The leaderboard as a value: what every renderer shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.domain import (
    MetricGap,
    MetricInfo,
    Run,
    RunSummary,
    Standing,
    SystemScore,
    TestSetSummary,
    metrics_of,
    primary_metric,
    standings,
    summary_of,
)
from harness.domain import columns as board_columns
from harness.domain.columns import Column, Value
from harness.errors import UnknownNameError


@dataclass(frozen=True)
class Cell:
    """One score as it is shown.

    Attributes:
        tied: another system has the same rank.
        cluster: all systems of a better cluster beat all of a worse one; the letter beside a score.
        reason: why there is no score or no rank; "" where there is nothing to say.
    """

    score: float | None
    low: float | None
    high: float | None
    rank: int | None
    tied: bool
    cluster: int | None
    n: int
    n_missing: int
    signature: str
    reason: str


@dataclass(frozen=True)
class BoardRow:
    """One system on one test set.

    Attributes:
        cells: by metric; no entry for one that it was never scored with.
        values: of `harness.domain.columns.COLUMNS`, by key.
        parts: what counts are sums of, by the key of their column.
        trap: this is no translator, but a control that metrics must not fall for (`System.trap`).
    """

    system: str
    backend: str
    model: str
    revision: str
    key: str
    run: str
    started: str
    cells: Mapping[str, Cell]
    values: Mapping[str, Value]
    parts: Mapping[str, Mapping[str, int]]
    trap: bool = False


@dataclass(frozen=True)
class Section:
    """One test set.

    Attributes:
        metrics: the columns, in order.
        primary: the metric that orders the rows, or None where no metric scored anything.
        rows: best first; systems without a rank last.
        warnings: sentences about scores that should not be believed.
    """

    test_set: TestSetSummary
    metrics: tuple[MetricInfo, ...]
    primary: str | None
    rows: tuple[BoardRow, ...]
    warnings: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Whether rows are from several runs, so that ranks are from intervals, not from paired tests."""
        return len({r.run for r in self.rows}) > 1

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns beside the scores that have something to say here, in order."""
        values = [r.values for r in self.rows]
        return tuple(c for c in board_columns.COLUMNS if c.shown(values))


@dataclass(frozen=True)
class Board:
    """One run or many.

    Attributes:
        runs: ids of the runs that rows are from, oldest first.
        gaps: metrics that the newest run could not have.
        notes: sentences a reader must know.
    """

    runs: tuple[str, ...]
    sections: tuple[Section, ...]
    gaps: tuple[MetricGap, ...]
    notes: tuple[str, ...]


def board_of(
    runs: Run | RunSummary | Sequence[Run | RunSummary],
    *,
    test_sets: Sequence[str] = (),
    metrics: Sequence[str] = (),
    systems: Sequence[str] = (),
) -> Board:
    """The board of one run, or over many (the newest run of each system counts).

    Args:
        runs: one, or several, oldest first.
        test_sets: show these alone; () means all.
        metrics: show these alone, in this order; the first one orders the rows.
        systems: show these alone.

    Raises:
        UnknownNameError: a name that none of the runs knows.
    """
    several = [runs] if isinstance(runs, (Run, RunSummary)) else runs
    summaries = [summary_of(r) if isinstance(r, Run) else r for r in several]
    infos = metrics_of(summaries)
    placed = standings(summaries)
    _known("test set", test_sets, [t.name for r in summaries for t in r.test_sets])
    _known("metric", metrics, [*(m.name for m in infos), *(g.metric for r in summaries for g in r.gaps)])
    _known("system", systems, [s.name for r in summaries for s in r.systems])
    if metrics:
        by_name = {m.name: m for m in infos}
        infos = tuple(by_name[m] for m in metrics if m in by_name)
    gaps = _gaps(summaries[-1], metrics) if summaries else ()
    sections = []
    for name in dict.fromkeys(s.test_set.name for s in placed):
        if not test_sets or name in test_sets:
            group = [s for s in placed if s.test_set.name == name]
            section = _section(group, infos, {g.metric for g in gaps})
            if systems:
                section = replace(section, rows=tuple(r for r in section.rows if r.system in systems))
            sections.append(section)
    notes = tuple(dict.fromkeys(n for r in summaries for n in r.notes)) if len(summaries) == 1 else ()
    if any(s.mixed for s in sections):
        notes = (
            *notes,
            "Ranks over several runs are from intervals: a system's rank is 1 + the number of systems whose "
            "interval lies wholly above its own. Systems of one run are told apart better by that run's own board.",
        )
    return Board(tuple(dict.fromkeys(s.run for s in placed)), tuple(sections), gaps, notes)


def _section(group: Sequence[Standing], infos: Sequence[MetricInfo], gaps: set[str]) -> Section:
    columns = tuple(m for m in infos if m.name in gaps or any(m.name in s.scores for s in group))
    primary = primary_metric(group, columns)
    ordered = sorted(group, key=lambda s: _place(s, primary)) if primary is not None else list(group)
    rows = tuple(_row(s, group, columns) for s in ordered)
    newest = max(group, key=lambda s: (s.started, s.run)).test_set
    return Section(
        newest, columns, None if primary is None else primary.name, rows, tuple(_trap_warnings(rows, columns))
    )


def _place(standing: Standing, metric: MetricInfo) -> tuple[float, float]:
    score = standing.scores.get(metric.name)
    if score is None or score.score is None:
        return (float("inf"), float("inf"))
    better = -score.score if metric.higher_is_better else score.score
    return (float("inf") if score.rank is None else score.rank, better)


def _row(standing: Standing, group: Sequence[Standing], columns: Sequence[MetricInfo]) -> BoardRow:
    return BoardRow(
        system=standing.system.name,
        backend=standing.system.backend,
        model=standing.system.model or "",
        revision=standing.system.revision or "",
        key=standing.system.key,
        run=standing.run,
        started=standing.started,
        cells={m.name: _cell(standing.scores[m.name], group) for m in columns if m.name in standing.scores},
        values={c.key: c.value(standing) for c in board_columns.COLUMNS},
        parts={c.key: c.parts(standing) for c in board_columns.COLUMNS if c.parts is not None},
        trap=standing.system.trap,
    )


def _cell(score: SystemScore, group: Sequence[Standing]) -> Cell:
    same = [s for s in group if score.metric in s.scores and s.scores[score.metric].rank == score.rank]
    return Cell(
        score=score.score,
        low=score.ci_low,
        high=score.ci_high,
        rank=score.rank,
        tied=score.rank is not None and len(same) > 1,
        cluster=score.cluster,
        n=score.n,
        n_missing=score.n_missing,
        signature=score.signature,
        reason=score.reason,
    )


def _trap_warnings(rows: Sequence[BoardRow], columns: Sequence[MetricInfo]) -> list[str]:
    """A metric that ranks the untranslated source level with a translator has fallen for it."""
    found = []
    for metric in columns:
        for trap in (r for r in rows if r.trap):
            mine = trap.cells.get(metric.name)
            if mine is None or mine.rank is None:
                continue
            beaten = [
                r.system
                for r in rows
                if not r.trap and (cell := r.cells.get(metric.name)) and cell.rank and cell.rank >= mine.rank
            ]
            if beaten:
                found.append(
                    f"{metric.name} ranks '{trap.system}', which translates nothing, no lower than {', '.join(beaten)}."
                )
    return found


def _gaps(run: RunSummary, metrics: Sequence[str]) -> tuple[MetricGap, ...]:
    return tuple(g for g in run.gaps if not metrics or g.metric in metrics)


def _known(kind: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            raise UnknownNameError(kind, name, set(known))
