"""A metric that breaks down while it scores costs its own column, and reports how far it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.domain import MetricSpec, RunSpec, SystemSpec
from harness.pipeline import Job, run_job
from tests.pipeline.runs import make_test_set, sentences


def job(metrics: tuple[MetricSpec, ...], told: list[tuple[str, int, int]]) -> Job:
    test_set = make_test_set(sentences(4))
    spec = RunSpec("broken", (test_set.name,), (SystemSpec("gloss", "gloss"),), metrics)
    return Job(
        id="run",
        spec=spec,
        test_sets=(test_set,),
        record={},
        provenance={},
        clock=lambda: 0.0,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )


@pytest.mark.parametrize("optional", [True, False])
def test_a_judge_that_cannot_be_reached_costs_only_its_column(monkeypatch: pytest.MonkeyPatch, optional: bool) -> None:
    pytest.importorskip("openai", reason="needs the extra openai")

    def unreachable(*_: object) -> str:
        from harness.metrics.gemba.chat_judge import NoAnswerError

        raise NoAnswerError("no connection")

    monkeypatch.setattr("harness.metrics.gemba.chat_judge.Judge.ask", unreachable)
    judge = MetricSpec("judge", "gemba-mqm", {"model": "m", "api_key_env": None}, optional=optional)
    run = run_job(job((MetricSpec("chrf", "chrf"), judge), []))
    scores = {s.metric: s for s in run.scores}
    assert scores["chrf"].score is not None
    assert scores["judge"].score is None
    assert "no readable answer" in scores["judge"].reason
    (gap,) = run.gaps
    assert (gap.metric, gap.optional) == ("judge", optional)
    assert gap.remedy.startswith("check model, base_url")


@pytest.mark.comet
def test_comet_says_how_far_it_is(comet_model: Callable[..., Path]) -> None:
    told: list[tuple[str, int, int]] = []
    model = str(comet_model("regression_metric"))
    run_job(job((MetricSpec("comet", "comet", {"model": model, "device": "cpu", "batch_tokens": 20}),), told))
    steps = [(done, total) for stage, done, total in told if stage == "comet scores news"]
    assert len(steps) > 4  # beginning, several packs of tokens, end
    assert steps[1:-1] == sorted(steps[1:-1])
