"""Where every system stands, over one run or many: the newest run of each system counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.domain.metric import Signature
from harness.domain.run import MetricInfo, SystemScore
from harness.domain.run_summary import OutputCounts, RunSummary, TestSetSummary
from harness.domain.system import System

#: Fields of a signature that differ between comparable scores: which system, and how its interval was drawn.
_OWN_FIELDS = frozenset({"system", "bs", "ar", "unit", "ci", "seed"})

#: A score of another signature or another version of the test set is shown, and takes no rank.
NOT_COMPARABLE = "scored by an earlier run with another signature or test-set version: not comparable"


@dataclass(frozen=True)
class Standing:
    """One system on one test set.

    Attributes:
        run: id of the run this is from.
        started: start time of that run.
        scores: by metric. Ranks are the run's own where all systems of the test set and metric are from one run.
            Systems of different runs were never compared pair by pair, so there a rank is 1 + the number of systems
            whose interval lies wholly above (below, for a metric where less is better): ties are given generously.
    """

    test_set: TestSetSummary
    system: System
    run: str
    started: str
    scores: Mapping[str, SystemScore]
    counts: OutputCounts | None
    cost: Mapping[str, float | None]


def metrics_of(runs: Iterable[RunSummary]) -> tuple[MetricInfo, ...]:
    """All metrics in the order of their first appearance, with those not available; the newest description."""
    found: dict[str, MetricInfo] = {}
    for run in runs:
        found.update({m.name: m for m in run.metrics})
        for score in run.scores:
            found.setdefault(score.metric, MetricInfo(score.metric, score.metric))
        for gap in run.gaps:
            found.setdefault(gap.metric, MetricInfo(gap.metric, gap.metric))
    return tuple(found.values())


def standings(runs: Sequence[RunSummary]) -> tuple[Standing, ...]:
    """Every system on every test set, best first.

    Args:
        runs: oldest first. Of runs that have the same system (equal `System.key`) on the same test set, the last one
            counts, with all that it has and has not.

    Returns:
        By test set name; within one by rank on the first metric that ranks anybody, systems without a rank last.
    """
    found: dict[tuple[str, str], list[Standing]] = {}
    for run in runs:
        fresh: dict[tuple[str, str], list[Standing]] = {}
        for standing in _standings_of(run):
            fresh.setdefault((standing.test_set.name, standing.system.key), []).append(standing)
        found.update(fresh)
    flat = [s for group in found.values() for s in group]
    infos = metrics_of(runs)
    ranked = []
    for name in sorted({s.test_set.name for s in flat}):
        group = [s for s in flat if s.test_set.name == name]
        for info in infos:
            group = _ranked(group, info)
        ranked.extend(sorted(group, key=_order(group, infos)))
    return tuple(ranked)


def primary_metric(group: Sequence[Standing], infos: Sequence[MetricInfo]) -> MetricInfo | None:
    """The first metric that ranks anybody, or the first that scores anybody, or None."""
    having_rank = (m for m in infos if any(_rank(s, m.name) is not None for s in group))
    having_score = (m for m in infos if any(_score(s, m.name) is not None for s in group))
    return next(having_rank, None) or next(having_score, None)


def comparable_part(signature: str) -> str:
    """What two scores must share to be compared: all of the signature but the system and the resampling."""
    try:
        parsed = Signature.parse(signature)
    except ValueError:
        return signature
    return str(replace(parsed, fields=tuple(f for f in parsed.fields if f[0] not in _OWN_FIELDS)))


def _standings_of(run: RunSummary) -> Iterable[Standing]:
    test_sets = {t.name: t for t in run.test_sets}
    counts = {(c.test_set, c.system): c for c in run.counts}
    scores: dict[tuple[str, str], dict[str, SystemScore]] = {}
    for score in run.scores:
        scores.setdefault((score.test_set, score.system), {})[score.metric] = score
    for test_set in test_sets.values():
        for system in run.systems:
            cell = (test_set.name, system.name)
            if cell in scores or cell in counts:
                yield Standing(
                    test_set,
                    system,
                    run.id,
                    run.started,
                    scores.get(cell, {}),
                    counts.get(cell),
                    run.costs.get(cell, {}),
                )


def _ranked(group: list[Standing], info: MetricInfo) -> list[Standing]:
    """The same standings with ranks on one metric that hold over several runs."""
    having = [s for s in group if info.name in s.scores]
    if len({s.run for s in having}) < 2:
        return group
    newest = max(having, key=lambda s: (s.started, s.run))
    terms = (newest.test_set.fingerprint, comparable_part(newest.scores[info.name].signature))
    bounds: dict[int, tuple[float, float]] = {}
    for i, standing in enumerate(group):
        score = standing.scores.get(info.name)
        if score is None or score.score is None or score.rank is None:
            continue
        if (standing.test_set.fingerprint, comparable_part(score.signature)) == terms:
            # Without an interval nothing is known of how far the score may be off: it is tied with every other.
            low = -math.inf if score.ci_low is None else score.ci_low
            high = math.inf if score.ci_high is None else score.ci_high
            bounds[i] = (low, high) if info.higher_is_better else (-high, -low)
    ranks = {i: 1 + sum(other[0] > mine[1] for other in bounds.values()) for i, mine in bounds.items()}
    clusters = {rank: number for number, rank in enumerate(sorted(set(ranks.values())), 1)}
    result = []
    for i, standing in enumerate(group):
        score = standing.scores.get(info.name)
        if score is None:
            result.append(standing)
            continue
        rank = ranks.get(i)
        reason = score.reason or (NOT_COMPARABLE if rank is None and score.rank is not None else "")
        cluster = None if rank is None else clusters[rank]
        # A range of ranks comes from the paired tests of one run; over several runs there are none.
        fresh = replace(score, rank=rank, cluster=cluster, reason=reason, rank_low=None, rank_high=None)
        result.append(replace(standing, scores={**standing.scores, info.name: fresh}))
    return result


def _order(
    group: Sequence[Standing], infos: Sequence[MetricInfo]
) -> Callable[[Standing], tuple[float, float, str, str]]:
    """A sort key: rank on the primary metric, then its score, then the name."""
    metric = primary_metric(group, infos)
    last = float("inf")

    def key(standing: Standing) -> tuple[float, float, str, str]:
        if metric is None:
            return (last, last, standing.system.name, standing.run)
        rank, score = _rank(standing, metric.name), _score(standing, metric.name)
        better = last if score is None else -score if metric.higher_is_better else score
        return (last if rank is None else rank, better, standing.system.name, standing.run)

    return key


def _rank(standing: Standing, metric: str) -> int | None:
    score = standing.scores.get(metric)
    return None if score is None else score.rank


def _score(standing: Standing, metric: str) -> float | None:
    score = standing.scores.get(metric)
    return None if score is None else score.score
