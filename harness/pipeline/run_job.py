"""The whole job, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from harness.backends.base import Backend, KnowsTestSets, system_of
from harness.checks.file_faults import file_faults, reference_faults
from harness.domain import LangPair, MetricGap, MetricInfo, Outputs, Run, TestSet
from harness.errors import InfrastructureError
from harness.metrics.base import Cautions, Metric
from harness.metrics.describe import digits_of
from harness.pipeline.job import Job
from harness.pipeline.rank import merged_notes, rank
from harness.pipeline.running_text.cut_outputs import aligned_notes, cut_notes, too_little
from harness.pipeline.score import MetricScores, build_metrics, score, with_scores
from harness.pipeline.translate import engines_of, translate


def run_job(job: Job) -> Run:
    """Do the whole job.

    Raises:
        InfrastructureError: a system's engine is not available here, or broke altogether.
        UserError: an invalid parameter.
    """
    with engines_of(job.spec.systems) as engines:
        for engine in engines:
            if isinstance(engine, KnowsTestSets):
                engine.expect([test_set.name for test_set in job.test_sets])
        return run_job_with(job, engines)


def run_job_with(job: Job, engines: Sequence[Backend]) -> Run:
    """`run_job` with engines at hand, one per system of the spec; the caller closes them."""
    timings: dict[str, float] = {}
    pairs = list(dict.fromkeys(t.pair for t in job.test_sets))
    measures, gaps = build_metrics(job.spec.metrics, pairs)
    with _timed(job, timings, "translate"):
        outputs, costs = translate(job, engines)
    with _timed(job, timings, "score"):
        scored, lost = _score_all(job, measures, outputs)
    gaps += lost
    outputs = with_scores(outputs, scored)
    with _timed(job, timings, "compare"):
        unranked = too_little(outputs, job.test_sets)
        ranked = [rank(job, part, engines, unranked) for part in scored]
    return Run(
        id=job.id,
        spec=job.record,
        provenance=job.provenance,
        test_sets=job.test_sets,
        systems=tuple(system_of(engine) for engine in engines),
        outputs=outputs,
        scores=tuple(s for part in ranked for s in part.scores),
        comparisons=tuple(c for part in ranked for c in part.comparisons),
        gaps=tuple(gaps),
        metrics=_columns(job, measures),
        notes=(
            *cut_notes(outputs, job.test_sets),
            *(n for part in scored for n in aligned_notes(part.metric, part.test_set, part.rows, outputs)),
            *_faults(outputs, job.test_sets),
            *_cautions(measures),
            *merged_notes(ranked),
        ),
        costs=costs,
        timings=timings,
    )


def _columns(job: Job, measures: Mapping[LangPair, Sequence[Metric]]) -> tuple[MetricInfo, ...]:
    """The columns in the order of the config; a metric may be there for some pairs only."""
    by_name = {m.name: m for of_pair in measures.values() for m in of_pair}
    found = ((spec, by_name[spec.name]) for spec in job.spec.metrics if spec.name in by_name)
    return tuple(MetricInfo(s.name, s.metric, m.higher_is_better, digits_of(m, s.metric)) for s, m in found)


def _faults(outputs: Sequence[Outputs], test_sets: Sequence[TestSet]) -> list[str]:
    """What is wrong with whole files, a sentence each; the test set is named where there are several."""
    scored = {test_set.name: test_set.scored for test_set in test_sets}
    found = [fault for test_set in test_sets for fault in reference_faults(test_set)]
    for output in outputs:
        where = f"{output.test_set}: " if len(scored) > 1 else ""
        flags = (output.flags[i] for i in scored[output.test_set])
        found += [f"{where}{fault}" for fault in file_faults(output.system, flags)]
    return found


def _cautions(measures: Mapping[LangPair, Sequence[Metric]]) -> list[str]:
    """What metrics say of their own fitness for a pair, each once."""
    every = (m for of_pair in measures.values() for m in of_pair)
    return [text for text in dict.fromkeys(m.caution for m in every if isinstance(m, Cautions)) if text]


def _score_all(
    job: Job, measures: Mapping[LangPair, Sequence[Metric]], outputs: Sequence[Outputs]
) -> tuple[list[MetricScores], list[MetricGap]]:
    """Every metric on every test set; one that breaks down (no memory, a judge that refuses) costs only its column."""
    optional = {m.name: m.optional for m in job.spec.metrics}
    scored: list[MetricScores] = []
    lost: dict[str, MetricGap] = {}
    for test_set in job.test_sets:
        for measure in measures[test_set.pair]:
            try:
                scored.append(score(job, test_set, measure, outputs))
            except InfrastructureError as error:
                gap = MetricGap(measure.name, error.problem, error.remedy or "", optional[measure.name])
                lost.setdefault(measure.name, gap)
                scored.append(MetricScores(test_set, measure, {}, {}, failure=error.problem))
    return scored, list(lost.values())


@contextmanager
def _timed(job: Job, timings: dict[str, float], stage: str) -> Iterator[None]:
    started = job.clock()
    yield
    timings[stage] = job.clock() - started
