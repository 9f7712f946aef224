"""A candidate that costs money: translate a part, look, and go on only while the verdict needs more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.backends.base import KnowsTestSets, traits_of
from harness.domain import Run, RunSpec, TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput, Verdict, gate_input_of
from harness.errors import UserError
from harness.gate.compare_runs import compare_runs
from harness.gate.early.looks import Look, answered, plan, refuse_what_needs_all, restricted, stopped
from harness.gate.evidence.paired_metric import FEWEST_DOCUMENTS
from harness.gate.sides.joined import joined, same_content
from harness.pipeline.job import EarlierHypotheses, hypotheses_of
from harness.pipeline.run_config import RunOptions, load_job, run_part, run_spec
from harness.pipeline.translate import engines_of

#: How the name of what was looked at ends; it is never stored.
PART = "-part"


@dataclass(frozen=True)
class EarlyRequest:
    """What is compared with what.

    Attributes:
        config: of the candidate.
        systems: NAME, or CANDIDATE=BASELINE; empty for all.
        seed: of the order in which is bought.
    """

    config: Path
    results: Path
    systems: Sequence[str]
    seed: int


def check_early(
    asked: EarlyRequest, baseline: GateInput, anchor: GateInput | None, policy: Policy
) -> tuple[Verdict, str]:
    """Buy and look until the verdict is there.

    What was bought is in the translation cache, so that a run of the config pays for the rest only. Only what reached
    the whole test set is stored as a run.

    Returns:
        The verdict, and the name of the run or part it is about.

    Raises:
        UserError: the policy, the config, its systems or the baseline do not allow it; nothing was bought.
        InfrastructureError: an engine is not available here, or broke altogether.
    """
    refuse_what_needs_all(policy)
    spec, test_sets = load_job(asked.config)
    whole = {t.name: t for t in test_sets}
    options = RunOptions(asked.results, asked.config)
    baseline, anchor = _beside(baseline, spec, whole), None if anchor is None else _joined(anchor, whole)
    shared = tuple(t for t in test_sets if t.name in baseline.fingerprints)
    looks, unit = plan(shared, asked.seed, _fewest_documents(spec))
    careful = replace(policy, underpowered="inconclusive")
    bought: EarlierHypotheses = {}
    for number, look in enumerate(looks[:-1]):
        run = run_part(spec, look.parts, options, bought)
        run = replace(run, id=f"{run.id}{PART}")
        bought = _carried(run, looks[number + 1])
        sides = [restricted(side, look.parts, whole) for side in (baseline, anchor) if side is not None]
        found = compare_runs(
            gate_input_of(run), sides[0], {t.name: t for t in look.parts}, replace(careful, looks=look.shares),
            asked.systems, sides[1] if anchor is not None else None,
        )  # fmt: skip
        if answered(found, look.bought):
            return replace(found, early=stopped(number, looks, asked.seed, unit)), run.id
    last = looks[-1]
    run, _ = run_spec(spec, test_sets, options, bought)
    found = compare_runs(
        gate_input_of(run), baseline, whole, replace(policy, looks=last.shares), asked.systems, anchor
    )  # fmt: skip
    return replace(found, early=stopped(len(looks) - 1, looks, asked.seed, unit)), run.id


def _joined(side: GateInput, whole: dict[str, TestSet]) -> GateInput:
    """A side with the candidate's names of test sets, its lines in their order."""
    contents = {n: t.content_hash for n, t in whole.items()}
    blank = GateInput("", {n: t.fingerprint for n, t in whole.items()}, (), (), (), (), {}, {}, {}, contents)
    found, _ = joined(side, blank, whole)
    kept = {n for n in found.fingerprints if n in whole and same_content(n, blank, found)}
    return replace(
        found,
        fingerprints={n: f for n, f in found.fingerprints.items() if n in kept},
        outputs=tuple(o for o in found.outputs if o.test_set in kept),
        scores=tuple(s for s in found.scores if s.test_set in kept),
    )


def _beside(baseline: GateInput, spec: RunSpec, whole: dict[str, TestSet]) -> GateInput:
    """The baseline, where it and the config have the same test sets: else nothing should be bought."""
    found = _joined(baseline, whole)
    if len(found.fingerprints) < len(baseline.fingerprints):
        raise UserError(
            f"{baseline.label} was made on test sets that {spec.name} does not have, or has with another content: "
            "nothing was bought.",
            allowed=", ".join(baseline.fingerprints),
            remedy="name the same test sets in the config, or accept a new baseline",
        )
    return found


def _fewest_documents(spec: RunSpec) -> int:
    """From how many documents on whole ones are bought, though the verdict would take segments: always where a system
    translates more than a segment at once, from two on where an engine looks at preceding segments.
    """
    with engines_of(spec.systems) as engines:
        for engine in engines:
            if isinstance(engine, KnowsTestSets):
                raise UserError(
                    f"The system '{engine.system.name}' has all its translations already: there is nothing to save.",
                    remedy="check without --stop-early",
                )
        if any(system.unit != "segment" for system in spec.systems):
            return 1
        return 2 if any(traits_of(engine).context > 0 for engine in engines) else FEWEST_DOCUMENTS


def _carried(run: Run, following: Look) -> EarlierHypotheses:
    """What a look bought, as the parts of the next one have it: they hold its segments, and have other fingerprints."""
    names = {t.fingerprint: t.name for t in run.test_sets}
    prints = {t.name: t.fingerprint for t in following.parts}
    return {(key, prints[names[print_]]): texts for (key, print_), texts in hypotheses_of(run).items()}
