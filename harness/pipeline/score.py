"""Segment statistics of every metric, for all systems of a test set at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan

import numpy as np

from harness.domain import Array, Json, LangPair, MetricGap, MetricSpec, Outputs, Signature, TestSet
from harness.errors import InfrastructureError, MetricError
from harness.metrics.base import Explains, Metric, Reports
from harness.metrics.catalogue import create_for, takes_pair
from harness.pipeline.job import Job
from harness.pipeline.running_text.cut_outputs import omitted_places, with_omissions_as_zero
from harness.pipeline.scoring_units import scoring_units


@dataclass(frozen=True)
class MetricScores:
    """One metric on one test set: statistics per system over the scored segments, NaN where there are none.

    Attributes:
        rows: system to an array of shape (scored segments, k).
        values: system to one score per scored segment, NaN where there is none.
        notes: system to one explanation per scored segment.
        failure: why the whole cell row is empty, or "".
    """

    test_set: TestSet
    metric: Metric
    rows: Mapping[str, Array]
    values: Mapping[str, Array]
    notes: Mapping[str, Sequence[Mapping[str, Json]]] = field(default_factory=dict)
    failure: str = ""


def build_metrics(
    specs: Sequence[MetricSpec], pairs: Sequence[LangPair]
) -> tuple[dict[LangPair, list[Metric]], list[MetricGap]]:
    """The metrics that are available here for each language pair, and why the others cannot.

    A metric that takes a `pair` is built once a pair, unless its entry names one; the others are shared.
    """
    built: dict[LangPair, list[Metric]] = {pair: [] for pair in pairs}
    gaps: list[MetricGap] = []
    for spec in specs:
        by_pair = takes_pair(spec.metric) and "pair" not in spec.parameters
        shared: Metric | None = None
        gap: MetricGap | None = None
        for pair in pairs:
            try:
                if shared is None:
                    made = create_for(spec.metric, str(pair), spec.name, spec.parameters)
                    shared = None if by_pair else made
                built[pair].append(made if shared is None else shared)
            except InfrastructureError as error:
                # A tokenizer may be missing for one target language and be there for another.
                gap = gap or MetricGap(spec.name, error.problem, error.remedy or "", spec.optional)
        if gap is not None:
            gaps.append(gap)
    return built, gaps


def signature_on(metric: Metric, test_set: TestSet) -> Signature:
    """The metric's signature for the references that the scored segments of a test set have."""
    counts = test_set.reference_counts
    signature = metric.signature(max(counts, default=len(test_set.references)))
    return signature.varying_references() if len(counts) > 1 else signature


def score(job: Job, test_set: TestSet, metric: Metric, outputs: Sequence[Outputs]) -> MetricScores:
    """Segment statistics of all systems in one call, so that the metric computes once what they share."""
    mine = [o for o in outputs if o.test_set == test_set.name]
    stage = f"{metric.name} scores {test_set.name}"
    if metric.needs_reference and not test_set.references:
        return MetricScores(test_set, metric, {}, {}, failure=f"{metric.name} needs a reference, and there is none.")
    gone = {o.system: omitted_places(o, test_set) for o in mine}
    units, places = scoring_units(test_set, {o.system: o for o in mine})
    job.tell(stage, 0, len(units))
    if not units:
        return MetricScores(test_set, metric, {}, {}, failure="No segment has a hypothesis.")
    if isinstance(metric, Reports):
        metric.progress = lambda done, total: job.tell(stage, done, total)
    stats = np.asarray(metric.segment_stats(units), dtype=np.float64)
    if stats.ndim != 2 or len(stats) != len(units):
        raise MetricError(f"The metric '{metric.name}' gave {stats.shape} statistics for {len(units)} segments.")
    if any(gone.values()):
        stats = with_omissions_as_zero(metric, stats, gone, [(u.system, p) for u, p in zip(units, places, strict=True)])
    values = np.asarray(metric.segment_scores(stats), dtype=np.float64)
    said = metric.explain(units) if isinstance(metric, Explains) else None
    n = len(test_set.scored)
    rows, cells = {}, {}
    notes: dict[str, list[Mapping[str, Json]]] = {o.system: [{}] * n for o in mine}
    index = np.array(places)
    first = 0
    for output in mine:  # the units of one system stand together, in the order of the outputs
        last = first
        while last < len(units) and units[last].system == output.system:
            last += 1
        rows[output.system] = np.full((n, stats.shape[1]), np.nan)
        cells[output.system] = np.full(n, np.nan)
        rows[output.system][index[first:last]] = stats[first:last]
        cells[output.system][index[first:last]] = values[first:last]
        if said is not None:
            for place, note in zip(places[first:last], said[first:last], strict=True):
                notes[output.system][place] = note
        first = last
    job.tell(stage, len(units), len(units))
    return MetricScores(test_set, metric, rows, cells, notes)


def with_scores(outputs: Sequence[Outputs], scored: Sequence[MetricScores]) -> tuple[Outputs, ...]:
    """Segment scores, notes and the flags that metrics raised, put beside the hypotheses they belong to."""
    result = []
    for output in outputs:
        flags = list(output.flags)
        scores: dict[str, tuple[float | None, ...]] = {}
        notes: dict[str, tuple[Json, ...]] = {}
        for part in scored:
            if part.test_set.name != output.test_set or output.system not in part.values:
                continue
            cells: list[float | None] = [None] * len(output.hypotheses)
            said: list[Json] = [None] * len(output.hypotheses)
            values = part.values[output.system].tolist()
            for index, value, explained in zip(part.test_set.scored, values, part.notes[output.system], strict=True):
                cells[index] = None if isnan(value) else value
                if not explained:
                    continue
                note = dict(explained)
                raised = note.pop("flags", None)
                if isinstance(raised, Sequence) and not isinstance(raised, str):
                    flags[index] = flags[index] | frozenset(str(flag) for flag in raised)
                said[index] = note or None
            scores[part.metric.name] = tuple(cells)
            if any(s is not None for s in said):
                notes[part.metric.name] = tuple(said)
        result.append(replace(output, flags=tuple(flags), scores=scores, notes=notes))
    return tuple(result)
