"""Score translations that a program already holds: the whole pipeline, without a file or a folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from harness.backends.base import Traits
from harness.config.metric_choice import chosen_metrics
from harness.domain import (
    Hypothesis,
    Json,
    LangPair,
    MetricSpec,
    Run,
    RunSpec,
    Segment,
    StatisticsSpec,
    System,
    SystemSpec,
    TestSet,
    sha256_of,
)
from harness.domain.corpus import check_texts
from harness.errors import InputError
from harness.metrics.catalogue import metrics as catalogue
from harness.pipeline.job import Job
from harness.pipeline.run_job import run_job_with
from harness.version import __version__


def evaluate(
    test_set: TestSet,
    hypotheses: Mapping[str, Sequence[str | None]],
    *,
    metrics: Sequence[str | Mapping[str, Json] | MetricSpec] = ("bleu", "chrf"),
    statistics: StatisticsSpec | None = None,
    baseline: str | None = None,
) -> Run:
    """Scores, intervals, ranks and comparisons of systems whose outputs are at hand.

    Args:
        test_set: what was translated.
        hypotheses: system to one text per segment, in the order of `test_set.segments`; None where it failed.
        metrics: catalogue names, with parameters where one has them ("bleu:tokenizer=zh"); or entries as in a config
            ({"metric": "bleu", "name": "lc", "lowercase": True}); or MetricSpec.
        statistics: resamples, seed, level; the defaults of a config otherwise.
        baseline: the system that the others are compared with.

    Returns:
        A run like any other: `harness.write_run(run, results)` stores it.

    Raises:
        InputError: a system has more or fewer texts than the test set has segments.
        UserError: a metric that nobody registered.
    """
    for name, texts in hypotheses.items():
        if isinstance(texts, (str, bytes)):
            raise InputError(f"The hypotheses of '{name}' are one text.", allowed="a list of texts, one per segment")
        if len(texts) != len(test_set.segments):
            raise InputError(
                f"The system '{name}' has {len(texts)} hypotheses for the {len(test_set.segments)} segments of "
                f"'{test_set.name}'.",
                allowed="one per segment, in order; None where the system failed",
            )
        check_texts([text for text in texts if text is not None], f"The list of hypotheses of the system '{name}'")
    spec = RunSpec(
        name=f"evaluate-{test_set.name}",
        test_sets=(test_set.name,),
        systems=tuple(SystemSpec(name, "given") for name in hypotheses),
        metrics=chosen_metrics(metrics, catalogue),
        statistics=statistics or StatisticsSpec(),
        baseline=baseline,
    )
    now = datetime.now(timezone.utc)
    job = Job(
        id=f"{now:%Y%m%d-%H%M%S}-evaluate",
        spec=spec,
        test_sets=(test_set,),
        record={"name": spec.name, "metrics": [m.name for m in spec.metrics], "seed": spec.statistics.seed},
        provenance={"harness": __version__, "started": now.isoformat(timespec="seconds")},
        clock=time.monotonic,
    )
    engines = [_Given(name, test_set.segments, texts) for name, texts in hypotheses.items()]
    return run_job_with(job, engines)


class _Given:
    """A backend that says what it was told."""

    traits = Traits(batch=1000, reusable=False, timed=False)

    def __init__(self, name: str, segments: Sequence[Segment], texts: Sequence[str | None]) -> None:
        self.system = System(name, "given", revision=f"sha256:{sha256_of(list(texts))}")
        self._texts = {s.id: text for s, text in zip(segments, texts, strict=True)}

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """What was given for each segment."""
        texts = [self._texts[s.id] for s in segments]
        return [
            Hypothesis(s.id, error="no hypothesis was given") if text is None else Hypothesis(s.id, text=text)
            for s, text in zip(segments, texts, strict=True)
        ]

    def close(self) -> None:
        """Nothing is held."""
