"""results/leaderboard.csv: what people review. Always made anew from the runs, never edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from harness.domain import MetricInfo, RunSummary, Standing, columns, metrics_of, standings
from harness.errors import HarnessError
from harness.store.csv_tables import number_cell, text_cell, write_table
from harness.store.paths import leaderboard_file
from harness.store.runs import list_runs, read_summary


def update(results: Path, *, bom: bool = False) -> Path:
    """Rewrite the leaderboard from all runs that can be read.

    A run that cannot be read (half copied, newer schema) is left out: it must not keep the others from being seen.

    Args:
        results: the results folder.
        bom: begin with a byte order mark, for Excel.

    Returns:
        The file.
    """
    results.mkdir(parents=True, exist_ok=True)
    # Two runs that end together must not leave the board of the one that read first.
    with FileLock(results / ".leaderboard.lock"):
        header, rows = leaderboard_rows(read_summaries(results))
        write_table(leaderboard_file(results), header, rows, bom=bom)
    return leaderboard_file(results)


def read_summaries(
    results: Path, on_skip: Callable[[Path, HarnessError], None] | None = None
) -> tuple[RunSummary, ...]:
    """Summaries of all readable runs, oldest first; `on_skip` hears of every run that cannot be read, and why."""
    found = []
    for folder in list_runs(results):
        try:
            found.append(read_summary(folder))
        except HarnessError as error:
            if on_skip is not None:
                on_skip(folder, error)
    return tuple(found)


def leaderboard_rows(
    runs: Sequence[RunSummary], *, test_sets: Sequence[str] = (), metric_names: Sequence[str] = ()
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Header and cells: a row per test set and system, a group of columns per metric; () means all of them.

    Metrics come in the order of their first appearance in the oldest run, so that a new one adds columns at the end of
    the groups and moves none.
    """
    metrics = [m for m in metrics_of(runs) if not metric_names or m.name in metric_names]
    groups = [c for m in metrics for c in (m.name, f"{m.name}_low", f"{m.name}_high", f"{m.name}_rank")]
    header = (
        *("test_set", "system"),
        *groups,
        *("n", "n_missing"),
        *(c.key for c in columns.COLUMNS),
        *("backend", "model", "revision", "key", "run", "started", "test_set_version"),
        *(f"{m.name}_signature" for m in metrics),
        "reasons",
    )
    gaps = {r.id: [f"{g.metric}: {g.problem}" for g in r.gaps] for r in runs}
    return header, [
        _row(s, metrics, gaps[s.run]) for s in standings(runs) if not test_sets or s.test_set.name in test_sets
    ]


def _row(standing: Standing, metrics: Sequence[MetricInfo], gaps: Sequence[str]) -> list[str]:
    scores = [standing.scores.get(m.name) for m in metrics]
    present = [s for s in scores if s is not None]
    system = standing.system
    reasons = "; ".join([*(f"{s.metric}: {s.reason}" for s in present if s.reason), *gaps])
    return [
        text_cell(standing.test_set.name),
        text_cell(system.name),
        *(
            number_cell(value)
            for s in scores
            for value in ((None,) * 4 if s is None else (s.score, s.ci_low, s.ci_high, s.rank))
        ),
        number_cell(min((s.n for s in present), default=None)),
        number_cell(max((s.n_missing for s in present), default=None)),
        *(text_cell(v) if isinstance(v, str) else number_cell(v) for v in (c.value(standing) for c in columns.COLUMNS)),
        text_cell(system.backend),
        text_cell(system.model or ""),
        text_cell(system.revision or ""),
        f"sha256:{system.key[:12]}",  # a bare 12e4... is a number to a spreadsheet
        text_cell(standing.run),
        text_cell(standing.started),
        f"sha256:{standing.test_set.fingerprint[:12]}",
        *(text_cell("" if s is None else s.signature) for s in scores),
        text_cell(reasons),
    ]
