"""Every system over every test set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from harness.backends.base import Backend, HasRunningText, KnowsTestSets, traits_of
from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.checks import Checker
from harness.domain import Hypothesis, Outputs, Segment, SystemSpec, TestSet
from harness.domain.price import Quantities, price
from harness.pipeline.job import Job
from harness.pipeline.running_text.whole_documents import WholeDocuments


def build_backend(spec: SystemSpec) -> Backend:
    """The engine of one configured system."""
    return backends.create(spec.backend, name=spec.name, **spec.parameters)


def translate(
    job: Job, engines: Sequence[Backend]
) -> tuple[tuple[Outputs, ...], dict[tuple[str, str], Mapping[str, float | None]]]:
    """Every system over every test set, with the checks that need no score."""
    outputs: list[Outputs] = []
    costs: dict[tuple[str, str], Mapping[str, float | None]] = {}
    whole = {t.name: WholeDocuments(t) for t in job.test_sets}
    for spec in job.spec.systems:
        if spec.unit != "segment":
            for of_test_set in whole.values():
                of_test_set.ready(spec.unit)
    checkers = {t.name: Checker(t.segments, t.pair, t.references_by_segment) for t in job.test_sets}
    for engine, spec in zip(engines, job.spec.systems, strict=True):
        for test_set in job.test_sets:
            started = job.clock()
            if isinstance(engine, KnowsTestSets):
                engine.turn_to(test_set.name)
            hypotheses = _hypotheses(job, engine, spec, test_set, whole[test_set.name])
            elapsed = job.clock() - started if traits_of(engine).timed else None
            costs[test_set.name, spec.name] = _cost(test_set.segments, hypotheses, elapsed, spec)
            flags = checkers[test_set.name].flags(hypotheses)
            merged = tuple(s.flags | h.flags | f for s, h, f in zip(test_set.segments, hypotheses, flags, strict=True))
            outputs.append(Outputs(test_set.name, spec.name, tuple(hypotheses), merged))
    return tuple(outputs), costs


def _hypotheses(
    job: Job, engine: Backend, spec: SystemSpec, test_set: TestSet, whole: WholeDocuments
) -> Sequence[Hypothesis]:
    """One hypothesis per segment: asked for one by one, or cut out of what was translated in one piece."""
    texts = engine.running_text(test_set.segments) if isinstance(engine, HasRunningText) else None
    if texts is not None:
        return whole.of_files(texts)
    ask = partial(
        translate_all,
        engine,
        pair=test_set.pair,
        policy=job.spec.backends,
        cache=job.cache,
        progress=partial(job.tell, f"{spec.name} translates {test_set.name}"),
    )
    kept = job.earlier.get((engine.system.key, test_set.fingerprint), {})
    if spec.unit == "segment":
        return ask(test_set.segments, kept=kept)
    ids = [s.id for s in test_set.segments]
    found = {i: kept[id_] for i, id_ in enumerate(ids) if id_ in kept}
    # A unit of which a segment is missing is asked for anew: what else it said belongs to another answer.
    units = [places for places in whole.units(spec.unit) if not found.keys() >= set(places)]
    answers = ask([whole.as_segment(spec.unit, places) for places in units])
    for places, answer in zip(units, answers, strict=True):
        found.update(zip(places, whole.of_unit(places, answer), strict=True))
    return [found[i] for i in range(len(ids))]


@contextmanager
def engines_of(specs: Sequence[SystemSpec]) -> Iterator[list[Backend]]:
    """All engines, built before the first of them works, so that a missing model costs no translation."""
    engines: list[Backend] = []
    try:
        for spec in specs:
            engines.append(build_backend(spec))
        yield engines
    finally:
        for engine in engines:
            engine.close()


def _cost(
    segments: Sequence[Segment], hypotheses: Sequence[Hypothesis], elapsed: float | None, spec: SystemSpec
) -> Mapping[str, float | None]:
    """Time, tokens and price of one system on one test set; what a cached answer once cost still counts.

    Unknown is None, never zero: a price is given only where the config has a rate and its quantity is known.

    Args:
        elapsed: wall time, which counts where no hypothesis says its own; None where it says nothing of the system.
    """
    usages = [h.usage for h in hypotheses if h.usage is not None]
    seconds = _total(u.seconds for u in usages)
    seconds = elapsed if seconds is None else seconds
    tokens_in = _total(u.input_tokens for u in usages)
    tokens_out = _total(u.output_tokens for u in usages)
    characters = sum(len(s.source) for s, h in zip(segments, hypotheses, strict=True) if h.ok and not s.blank)
    return {
        "seconds": seconds,
        "segments_per_second": len(hypotheses) / seconds if seconds else None,
        "input_tokens": tokens_in,
        "output_tokens": tokens_out,
        "price": price(spec.price, Quantities(seconds, tokens_in, tokens_out, characters)),
    }


def _total(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [v for v in values if v is not None]
    return float(sum(known)) if known else None
