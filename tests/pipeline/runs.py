"""Runs made by the pipeline itself from texts at hand."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.domain import (
    Kind,
    LangPair,
    MetricSpec,
    Run,
    RunSpec,
    Segment,
    StatisticsSpec,
    SystemSpec,
    TestSet,
)
from harness.pipeline import Job, run_job

WORDS = (
    *("the", "economy", "of", "China", "grew", "by", "steady", "and", "open", "trade", "with", "all", "partners"),
    *("in", "many", "new", "fields", "this", "year", "again", "a", "plan", "for", "rural", "schools", "water"),
)


def sentences(n: int, *, seed: int = 1) -> list[str]:
    """Made-up references: n sentences of 6 to 14 words and a number."""
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(6, 14))) + f" {rng.randint(10, 999)} ." for _ in range(n)]


def worsened(texts: Sequence[str], share: float, *, seed: int) -> list[str]:
    """Texts with a share of their words replaced: a system of known weakness."""
    rng = random.Random(seed)
    return [" ".join(rng.choice(WORDS) if rng.random() < share else w for w in t.split()) for t in texts]


def make_test_set(references: Sequence[str], *, name: str = "news", documents: int = 1) -> TestSet:
    """A test set whose sources are as long as their numbers are large."""
    n = len(references)
    segments = tuple(
        Segment(f"{name}-{i:04d}", f"doc-{i * documents // n:03d}", i + 1, Kind.SENTENCE, f"第{i}句" + "话" * (i % 90))
        for i in range(n)
    )
    return TestSet(name, LangPair("zh", "en"), segments, {"refA": tuple(references)})


def make_run(
    folder: Path,
    hypotheses: Mapping[str, Sequence[str]],
    test_set: TestSet,
    *,
    run_id: str = "run",
    metrics: Sequence[str] = ("bleu", "chrf"),
    statistics: StatisticsSpec | None = None,
) -> Run:
    """Score `hypotheses` (system to one text per segment) as `harness score` would."""
    systems = []
    for name, texts in hypotheses.items():
        file = folder / f"{run_id}-{name}.jsonl"
        rows = [{"id": s.id, "hypothesis": t} for s, t in zip(test_set.segments, texts, strict=True)]
        file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        systems.append(SystemSpec(name=name, backend="file", parameters={"path": str(file)}))
    spec = RunSpec(
        name=run_id,
        test_sets=(test_set.name,),
        systems=tuple(systems),
        metrics=tuple(MetricSpec(name=m, metric=m) for m in metrics),
        statistics=statistics or StatisticsSpec(resamples=200),
    )
    ticks = iter(range(10_000))
    job = Job(
        id=run_id,
        spec=spec,
        test_sets=(test_set,),
        record=json.loads(json.dumps(dataclasses.asdict(spec))),
        provenance={"started": "2026-01-02T03:04:05Z"},
        clock=lambda: float(next(ticks)),
    )
    return run_job(job)
