"""Two systems of a run side by side: how large, how sure, where, and in which words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.domain import Array, Comparison, MetricInfo, Run, StatisticsSpec, TestSet
from harness.domain.comparison import Difference, GroupDifference, MetricDifference, NgramChange, SegmentChange
from harness.errors import IncompleteRunError, InfrastructureError, UnknownNameError, UserError
from harness.pipeline.rescore import PairedStatistics, measure, statistics_of, subject_of
from harness.portable import totals
from harness.stats import analyse
from harness.stats.agreement import agreement_of
from harness.stats.sacrebleu_compat import DEFAULT_RESAMPLES, paired_test

Label = Callable[[PairedStatistics, int], str]

_LENGTHS = (20, 40, 80)
_NO_SPACES = frozenset({"zh", "ja", "th"})


@dataclass(frozen=True)
class CompareRequest:
    """What to compare.

    Attributes:
        metrics: None for all of the run.
        top: how many segments and n-grams to show each way.
        compat: p-values as sacreBLEU computes them.
    """

    baseline: str
    system: str
    metrics: tuple[str, ...] | None = None
    top: int = 10
    compat: bool = False


def differences(run: Run, wanted: CompareRequest, test_sets: Sequence[str] = ()) -> tuple[Difference, ...]:
    """One difference a test set.

    Raises:
        UnknownNameError: the run has no such system, metric or test set.
        IncompleteRunError: the two systems have no scored segment in common, or no metric is available here.
    """
    names = [s.name for s in run.systems]
    if wanted.baseline == wanted.system:
        raise UserError(f"'{wanted.system}' cannot be compared with itself.", allowed=", ".join(names))
    for name in (wanted.baseline, wanted.system):
        if name not in names:
            raise UnknownNameError("system", name, names, remedy=f"harness list runs shows what {run.id} holds")
    infos = [m for m in run.metrics if wanted.metrics is None or m.name in wanted.metrics]
    for name in wanted.metrics or ():
        if name not in {m.name for m in run.metrics}:
            raise UnknownNameError("metric", name, [m.name for m in run.metrics])
    for name in test_sets:
        if name not in {t.name for t in run.test_sets}:
            raise UnknownNameError("test set", name, [t.name for t in run.test_sets])
    return tuple(_difference(run, t, infos, wanted) for t in run.test_sets if not test_sets or t.name in test_sets)


def _difference(run: Run, test_set: TestSet, infos: Sequence[MetricInfo], wanted: CompareRequest) -> Difference:
    notes: list[str] = []
    measured: list[PairedStatistics] = []
    for info in infos:
        try:
            found = measure(subject_of(run, test_set, info, (wanted.baseline, wanted.system)))
        except InfrastructureError as error:
            notes.append(f"{info.name} is left out: {error.problem}")
            continue
        if found.places:
            measured.append(found)
            notes += [f"{info.name}: {label} lacks {m} segments" for label, m in found.missing.items() if m]
    if not measured:
        raise IncompleteRunError(
            f"{wanted.baseline} and {wanted.system} have no score in common on {test_set.name}.",
            remedy="; ".join(notes) or "harness list metrics",
        )
    rows = [_metric(m, wanted, statistics_of(run), _tests(run, test_set, m.metric.name)) for m in measured]
    notes += [note for _, said in rows for note in said]
    notes += _correction_notes([row for row, _ in rows])
    first = measured[0]
    hypotheses = {o.system: o.hypotheses for o in run.outputs if o.test_set == test_set.name}
    texts = {name: [hypotheses[name][i].text or "" for i in first.places] for name in (wanted.baseline, wanted.system)}
    references = [test_set.references_of(i) for i in first.places]
    gained, lost = _changes(first, wanted, texts, references)
    found_more, found_less = _ngrams(texts, references, wanted, spaced=test_set.pair.target not in _NO_SPACES)
    return Difference(
        test_set=test_set.name,
        baseline=wanted.baseline,
        system=wanted.system,
        n=len(first.places),
        metrics=tuple(row for row, _ in rows),
        gained=gained,
        lost=lost,
        lengths=_groups(measured, wanted, _length_label),
        documents=_groups(measured, wanted, lambda m, i: m.test_set.segments[i].document),
        found=found_more,
        missed=found_less,
        notes=tuple(dict.fromkeys(notes)),
    )


def _tests(run: Run, test_set: TestSet, metric: str) -> list[Comparison]:
    """The run's own tests of all pairs of systems, on which its ranks rest."""
    return [c for c in run.comparisons if (c.test_set, c.metric) == (test_set.name, metric)]


def _correction_notes(rows: Sequence[MetricDifference]) -> list[str]:
    """Why a rank may say "tied" beside a small p: one is of many comparisons, the other of this one."""
    tested = [row for row in rows if row.p_corrected is not None and row.pairs > 1]
    if not tested:
        return []
    counts = {row.pairs for row in tested}
    pairs = f"all {counts.pop()} pairs of systems" if len(counts) == 1 else "all pairs of systems"
    correction = tested[0].correction
    if correction == "none":
        return [f"p is for this one comparison. The board's ranks rest on such tests of {pairs}, not corrected either."]
    values = ", ".join(f"{row.metric} {row.p_corrected:.4f}" for row in tested)
    return [
        f"p is for this one comparison, not corrected. The board's ranks rest on p-values corrected for {pairs} "
        f"({correction}); of these two: {values}."
    ]


def _metric(
    measured: PairedStatistics, wanted: CompareRequest, spec: StatisticsSpec, tests: Sequence[Comparison]
) -> tuple[MetricDifference, list[str]]:
    base, system = wanted.baseline, wanted.system
    higher = measured.metric.higher_is_better
    notes: list[str] = []
    found = analyse(
        {base: measured.rows[base], system: measured.rows[system]},
        measured.aggregate,
        higher_is_better=higher,
        documents=measured.documents,
        spec=spec,
        baseline=base,
    )
    delta = found.scores[system] - found.scores[base]
    pair = found.comparisons[0] if found.comparisons else None
    p_value = None if pair is None else pair.p_value
    test: str = spec.test
    resamples = found.resamples
    if wanted.compat and pair is not None:
        kind: Literal["bs", "ar"] = "bs" if spec.test == "bootstrap" else "ar"
        rows = paired_test(measured.rows, measured.aggregate, baseline=base, test=kind, seed=spec.seed)
        p_value, test, resamples = rows[1].p_value, f"sacrebleu-{kind}", DEFAULT_RESAMPLES[kind]
        notes.append("p-values are computed as sacreBLEU does, which calls equal systems different too often.")
    own = next((c for c in tests if {c.baseline, c.system} == {base, system}), None)
    agreement = agreement_of(measured.signature, delta)
    row = MetricDifference(
        metric=measured.metric.name,
        baseline_score=found.scores[base],
        system_score=found.scores[system],
        delta=delta,
        better=None if delta == 0 else (delta > 0) == higher,
        ci_low=None if pair is None else pair.ci_low,
        ci_high=None if pair is None else pair.ci_high,
        p_value=p_value,
        test=test,
        unit=found.unit,
        resamples=resamples,
        seed=spec.seed,
        mdd=None if found.mdd is None else found.mdd.typical,
        agreement="" if agreement is None else str(agreement),
        signature=str(measured.signature),
        digits=measured.metric.digits,
        p_corrected=None if own is None else own.p_corrected,
        correction="" if own is None else own.correction,
        pairs=len(tests),
    )
    return row, [*found.notes, *notes]


def _changes(
    measured: PairedStatistics,
    wanted: CompareRequest,
    texts: Mapping[str, Sequence[str]],
    references: Sequence[Sequence[str]],
) -> tuple[tuple[SegmentChange, ...], tuple[SegmentChange, ...]]:
    """The segments whose score rose and fell most, in the sense of better and worse."""
    base, system = measured.values[wanted.baseline], measured.values[wanted.system]
    gain = (system - base) * (1 if measured.metric.higher_is_better else -1)
    order = [int(k) for k in np.argsort(-gain, kind="stable") if np.isfinite(gain[k])]

    def change(k: int) -> SegmentChange:
        segment = measured.test_set.segments[measured.places[k]]
        return SegmentChange(
            segment=segment.id,
            document=segment.document,
            baseline_score=float(base[k]),
            system_score=float(system[k]),
            source=segment.source,
            reference=references[k][0] if references[k] else "",
            baseline=texts[wanted.baseline][k],
            system=texts[wanted.system][k],
        )

    gained = tuple(change(k) for k in order[: wanted.top] if gain[k] > 0)
    lost = tuple(change(k) for k in order[::-1][: wanted.top] if gain[k] < 0)
    return gained, lost


def _groups(measured: Sequence[PairedStatistics], wanted: CompareRequest, label: Label) -> tuple[GroupDifference, ...]:
    """Differences over groups of segments, in the order in which groups first appear by name of length or document."""
    sizes: Counter[str] = Counter()
    deltas: dict[str, dict[str, float]] = {}
    for m in measured:
        labels = np.array([label(m, i) for i in m.places])
        for name in dict.fromkeys(labels.tolist()):
            inside = labels == name
            scores = [_score(m, label_, inside) for label_ in (wanted.baseline, wanted.system)]
            change = deltas.setdefault(name, {})
            if np.isfinite(scores).all():
                change[m.metric.name] = scores[1] - scores[0]
            sizes[name] = max(sizes[name], int(inside.sum()))
    names: Iterable[str] = sorted(deltas) if label is _length_label else deltas
    return tuple(GroupDifference(name, sizes[name], deltas[name]) for name in names)


def _score(measured: PairedStatistics, label: str, inside: Array) -> float:
    return float(measured.aggregate(totals(measured.rows[label][inside])))


def _length_label(measured: PairedStatistics, index: int) -> str:
    """Which length of source a segment has; sorts by length."""
    length = len(measured.test_set.segments[index].source)
    for low, high in zip((0, *_LENGTHS), _LENGTHS, strict=False):
        if length <= high:
            return f"{low + 1:>3}-{high} characters"
    return f"{_LENGTHS[-1] + 1:>3} and more characters"


def _ngrams(
    texts: Mapping[str, Sequence[str]], references: Sequence[Sequence[str]], wanted: CompareRequest, *, spaced: bool
) -> tuple[tuple[NgramChange, ...], tuple[NgramChange, ...]]:
    """N-grams of one to four words that one system shares with the references more often than the other."""
    counts: dict[str, Counter[str]] = {}
    for name in (wanted.baseline, wanted.system):
        total: Counter[str] = Counter()
        for text, refs in zip(texts[name], references, strict=True):
            wanted_here: Counter[str] = Counter()
            for reference in refs:
                wanted_here |= _grams(reference, spaced=spaced)
            total += _grams(text, spaced=spaced) & wanted_here
        counts[name] = total
    base, system = counts[wanted.baseline], counts[wanted.system]
    change = {gram: system[gram] - base[gram] for gram in base.keys() | system.keys()}
    ordered = sorted(change, key=lambda g: (-abs(change[g]), -len(g), g))

    def take(sign: int) -> tuple[NgramChange, ...]:
        return tuple(
            NgramChange(gram, base[gram], system[gram])
            for gram in [g for g in ordered if change[g] * sign > 0][: wanted.top]
        )

    return take(1), take(-1)


def _grams(text: str, *, spaced: bool) -> Counter[str]:
    words = re.findall(r"\w+|[^\w\s]", text.lower()) if spaced else [c for c in text if not c.isspace()]
    glue = " " if spaced else ""
    return Counter(glue.join(words[i : i + n]) for n in range(1, 5) for i in range(len(words) - n + 1))
