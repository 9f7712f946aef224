"""What is bought at each look: whole documents, or segments, in a seeded random order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import EarlyStop, GateInput, LimitEvidence, LossEvidence, Verdict
from harness.errors import ConfigError
from harness.gate.evidence.paired_metric import FEWEST_DOCUMENTS

#: Looked at after so much of each test set (docs/gate.md, T9).
SHARES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
#: A pass must rest on so many segments: fewer do not show that rare total losses are absent.
FEWEST_TO_PASS = 200


@dataclass(frozen=True)
class Look:
    """One look.

    Attributes:
        parts: of each test set, what is bought up to here, in the order of the test set.
        shares: of all segments, up to and with this look.
    """

    parts: tuple[TestSet, ...]
    shares: tuple[float, ...]

    @property
    def bought(self) -> int:
        """Segments."""
        return sum(len(t.segments) for t in self.parts)


def plan(test_sets: Sequence[TestSet], seed: int, fewest: int = FEWEST_DOCUMENTS) -> tuple[list[Look], str]:
    """All looks, the last at everything, and the unit that was drawn.

    Args:
        seed: of the order.
        fewest: whole documents are bought where a test set has so many, or more; from five on they are the units of the
            verdict.
    """
    orders = [_order(t, seed, fewest) for t in test_sets]
    whole = sum(len(t.segments) for t in test_sets)
    looks: list[Look] = []
    for share in SHARES:
        parts = tuple(
            part_of(t, [i for unit in units[: math.ceil(share * len(units))] for i in unit])
            for t, units in zip(test_sets, orders, strict=True)
        )
        bought = sum(len(t.segments) for t in parts)
        if not looks or bought > looks[-1].bought:
            looks.append(Look(parts, (*(looks[-1].shares if looks else ()), bought / whole)))
    unit = "document" if any(len(o) < len(t.segments) for o, t in zip(orders, test_sets, strict=True)) else "segment"
    return looks, unit


def _order(test_set: TestSet, seed: int, fewest: int) -> list[list[int]]:
    """Units as lists of places, in random order; another test set has another order."""
    places: dict[str, list[int]] = {}
    for index, segment in enumerate(test_set.segments):
        places.setdefault(segment.document, []).append(index)
    units = list(places.values())
    if not fewest <= len(units) < len(test_set.segments):
        units = [[i] for i in range(len(test_set.segments))]
    drawn = np.random.default_rng([seed, crc32(test_set.name.encode())]).permutation(len(units))
    return [units[k] for k in drawn]


def part_of(test_set: TestSet, places: Sequence[int]) -> TestSet:
    """Some segments of a test set, in its order."""
    kept = sorted(places)
    return replace(
        test_set,
        segments=tuple(test_set.segments[i] for i in kept),
        references={name: tuple(texts[i] for i in kept) for name, texts in test_set.references.items()},
    )


def restricted(side: GateInput, parts: Sequence[TestSet], whole: Mapping[str, TestSet]) -> GateInput:
    """A side's outputs on parts of the test sets; its outputs are in the order of the whole ones."""
    outputs = []
    for part in parts:
        kept = {s.id for s in part.segments}
        places = [i for i, s in enumerate(whole[part.name].segments) if s.id in kept]
        outputs += [
            replace(
                o,
                hypotheses=tuple(o.hypotheses[i] for i in places),
                flags=tuple(o.flags[i] for i in places),
                scores={m: tuple(values[i] for i in places) for m, values in o.scores.items()},
                notes={m: tuple(values[i] for i in places) for m, values in o.notes.items()},
            )
            for o in side.outputs
            if o.test_set == part.name
        ]
    return replace(
        side,
        fingerprints={t.name: t.fingerprint for t in parts},
        contents={t.name: t.content_hash for t in parts},
        outputs=tuple(outputs),
        # The scores are those of the whole test sets: their signatures hold for a part, their values do not.
        scores=tuple(replace(s, n=0) for s in side.scores),
    )


def answered(found: Verdict, bought: int) -> bool:
    """Whether a look before the last one ends the buying.

    A pass must rest on enough segments. A loss must be certain to exceed what is accepted, not only to be one: a true
    loss of half the margin would else be called a regression too often on the way. What can never be complete ends it.
    """
    if any(
        isinstance(c.evidence, LimitEvidence) and c.evidence.kind == "errors" and c.status != "pass"
        for c in found.checks
    ):
        return True
    if found.outcome == "pass":
        return bought >= FEWEST_TO_PASS
    return any(
        c.decides == "regression"
        and (not isinstance(e := c.evidence, LossEvidence) or (e.loss_low is not None and e.loss_low > e.red_above))
        for c in found.checks
    )


def refuse_what_needs_all(policy: Policy) -> None:
    """A rule that is about the whole test set cannot be judged on a part.

    Raises:
        ConfigError: the policy has one.
    """
    rules = [*policy.metrics.items(), *(r for t in policy.test_sets.values() for r in t.metrics.items())]
    asked = {
        f"test: {policy.test}": policy.test != "jackknife",
        "pool: off": policy.pool == "off",
        "min": any(rule.minimum is not None for _, rule in rules),
        "groups": any(t.groups for t in policy.test_sets.values()),
        "max_slowdown": policy.max_slowdown is not None,
        "max_cost_ratio": policy.max_cost_ratio is not None,
        "flags.max_share or max_increase": policy.flags is not None,
        "collapse.most": policy.collapse is not None,
    }
    for name, there in asked.items():
        if there:
            raise ConfigError(
                f"The policy has '{name}', which is about the whole test set: a part of it cannot answer.",
                file=policy.file,
                allowed="primary, metrics with margins, pool, set_guard, runs, anchor, flags.never, flags.rate, "
                "numbers, collapse",
                remedy="remove it, or check without --stop-early",
            )


def stopped(look: int, looks: Sequence[Look], seed: int, unit: str) -> EarlyStop:
    """What every report says of it."""
    last = looks[-1]
    return EarlyStop(look + 1, len(looks), looks[look].bought, last.bought, last.shares, seed, unit)
