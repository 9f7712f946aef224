"""What the gate promises against what it keeps: simulated checks on real translations whose true loss is known.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/gate.py --data ../shared/data/wmt22-zh-en
    python benchmarks/gate.py --targets T1,T3 --draws 4000
    python benchmarks/gate.py --targets T7 --damage fewer-words
    python benchmarks/gate.py --pair HuaweiTSC Online-B      # one segment is 17% of the variance

Worlds, both exactly equal at a loss of 0:

    swap      each segment is one of two systems' by a coin; the other side gets the other one (another engine)
    update    so it is for 31% of the segments, and the rest is the first system's on both sides (a new build). The most
              alike pair of WMT22 has only 20% of its lines in common, so this one is made.

The two systems are, of the pairs whose chrF differs by at most 0.3, the one with most lines that differ and no segment
that is more than a twentieth of the variance. A true loss replaces a share of the candidate's segments by the weakest
system's; where even all of them would not do, by those with one word in eight left out, or with the second half lost.
The share is solved so that the loss over the whole set is exact. Segments are drawn with replacement. Statistics,
bounds, tests, sharing and verdicts are the product's own: each draw goes through `loss_evidence`, `anchor_evidence`,
`count_evidence` and `verdict`.

The targets were set on WMT23, whose pairs differ less. So each is measured twice: with a margin of 1 chrF, and with a
margin that is as many standard errors here as 1 chrF is there (`SHOWN_THERE`), losses in proportion.
"""

from __future__ import annotations

import argparse
import itertools
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt

from harness.checks import Checker
from harness.domain import Hypothesis, Kind, LangPair, MetricInfo, Outputs, Segment, TestSet
from harness.domain.policy import NEVER, CountRules, MetricRule, Policy
from harness.domain.verdict import Evidence, GateInput, LossEvidence, Verdict
from harness.files import read_text, split_lines
from harness.gate.early.looks import SHARES, answered
from harness.gate.evidence import count_evidence as counting
from harness.gate.evidence.count_evidence import Flags, count_evidence
from harness.gate.evidence.loss_evidence import anchor_evidence, loss_evidence
from harness.gate.evidence.paired_metric import BASELINE, CANDIDATE, PairedMetric
from harness.gate.evidence.part import Part
from harness.gate.evidence.sharing import Sharing
from harness.gate.judgement.judge import verdict
from harness.gate.sides.pairing import Pairing
from harness.pipeline.rescore import PairedStatistics, Subject, measure
from harness.stats.influence import influence_values

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

CHRF = MetricInfo("chrf", "chrf")
NUMBERS = MetricInfo("numbers", "numbers")
MT = Pairing("mt", "mt")
UPDATED = 0.31
#: The loss that 200 segments show in 80% of cases, in the worlds of WMT23 for which the targets were set.
SHOWN_THERE = {"swap": 1.56, "update": 0.67}
HEAVY = 0.05
WEEKS = 26


@dataclass(frozen=True)
class Data:
    """A test set, its systems' translations, and their chrF statistics (n, k) and segment scores (n,)."""

    tested: TestSet
    texts: Mapping[str, tuple[str, ...]]
    chrf: PairedStatistics

    @property
    def n(self) -> int:
        """Segments."""
        return len(self.tested.segments)

    def score(self, name: str) -> float:
        """A system's corpus chrF."""
        return float(self.chrf.aggregate(self.chrf.rows[name].sum(axis=0)))

    def differing(self, a: str, b: str) -> float:
        """The share of lines that are not the same."""
        return float(np.mean([x != y for x, y in zip(self.texts[a], self.texts[b], strict=True)]))

    def scatter(self, a: str, b: str) -> Floats:
        """What each segment adds to the variance of the difference, shape (n,)."""
        squares: Floats = (
            influence_values(self.chrf.rows[a], self.chrf.aggregate)
            - influence_values(self.chrf.rows[b], self.chrf.aggregate)
        ) ** 2
        return squares


@dataclass(frozen=True)
class World:
    """Two systems, how many segments a coin decides, and the margin.

    Attributes:
        rows: statistics of both systems and of three kinds of damage, the mildest first, shape (5, n, k).
        differ: the share of segments that a coin decides.
        shown: the loss that 200 segments show in 80% of cases.
        margin: of the policy, in chrF.
        mildest: the first kind of damage that is tried, as a place in `rows`.
        solved: the damage for each true loss.
    """

    name: str
    data: Data
    rows: Floats
    differ: float
    shown: float
    margin: float = 1.0
    mildest: int = 2
    solved: dict[float, tuple[int, float]] = field(default_factory=dict)

    def policy(self, runs: int = 1, *, anchor: bool = False) -> Policy:
        """One metric that decides, and no counts."""
        rules = {"chrf": MetricRule(self.margin)}
        return Policy(metrics=rules, primary="chrf", runs=runs, anchor=anchor, counts=None)

    def damage(self, loss: float) -> tuple[int, float]:
        """Which damage, and the share of the candidate's segments that has it, for a loss over the whole set."""
        if loss == 0:
            return 2, 0.0
        before = self.rows[0].sum(axis=0) + self.differ / 2 * (self.rows[1] - self.rows[0]).sum(axis=0)
        whole = float(self.data.chrf.aggregate(before))
        for kind in range(self.mildest, len(self.rows)):
            after = self.rows[kind].sum(axis=0)

            def lost(q: float, after: Floats = after) -> float:
                return whole - float(self.data.chrf.aggregate((1 - q) * before + q * after))

            if lost(1.0) < loss:
                continue
            low, high = 0.0, 1.0
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if lost(middle) < loss else (low, middle)
            return kind, low
        raise SystemExit(f"no damage loses {loss:.2f} chrF")

    def sides(self, rng: np.random.Generator, places: Places, loss: float) -> tuple[Floats, Floats]:
        """Both sides' statistics of these segments."""
        kind, share = self.damage_of(loss)
        n = len(places)
        moved, coin = rng.random(n) < self.differ, rng.random(n) < 0.5
        before, after = (moved & coin).astype(int), (moved & ~coin).astype(int)
        after[rng.random(n) < share] = kind
        return self.rows[before, places], self.rows[after, places]

    def damage_of(self, loss: float) -> tuple[int, float]:
        """`damage`, solved once."""
        if loss not in self.solved:
            self.solved[loss] = self.damage(loss)
        return self.solved[loss]

    def part(self, before: Floats, after: Floats, policy: Policy, name: str = "set") -> Part:
        """What the gate looks at."""
        return part_of(self.data, {BASELINE: before, CANDIDATE: after}, policy, name)


@dataclass
class Table:
    """Rows of target, what, asked, measured."""

    worlds: Mapping[str, World]
    scaled: Mapping[str, World]
    rng: np.random.Generator
    draws: int

    def both(self, target: str, what: str, asked: str, world: str, found: Callable[[World], tuple[float, int]]) -> None:
        """A percentage at a margin of 1 and at the one of equal power; `found` gives it, and of how many draws."""
        values = [found(self.worlds[world]), found(self.scaled[world])]
        self.row(target, f"{world} {what}", asked, *(f"{v:.1f} {told(asked, v, n)}" for v, n in values))

    def row(self, target: str, what: str, asked: str, *measured: str) -> None:
        """Print one."""
        print(f"| {target} | {what} | {asked} | {' | '.join([*measured, ''][:2])} |", flush=True)


def told(asked: str, value: float, draws: int) -> str:
    """Whether a share in percent is what was asked; "noise": it is missed by less than two standard errors."""
    sign, number = asked.split()
    bound = float(number)
    short = value - bound if sign == "<=" else bound - value
    if short <= 0:
        return "yes"
    error = 100 * math.sqrt(max(bound, 0.1) / 100 * (1 - min(bound, 99.9) / 100) / draws)
    return "noise" if short <= 2 * error else "NO"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--targets", default=",".join(TARGETS), help="of T1 to T13, with commas")
    parser.add_argument("--draws", type=int, default=1000, help="of each cell; slow ones take fewer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damage", choices=DAMAGES, default="weakest", help="the mildest that makes a true loss")
    parser.add_argument("--pair", nargs=2, metavar="SYSTEM")
    given = parser.parse_args()
    wanted = given.targets.split(",")
    unknown = [t for t in wanted if t not in TARGETS]
    if unknown:
        parser.error(f"no target {unknown[0]}; there are {', '.join(TARGETS)}")
    if not (given.data / "source.zh").is_file():
        parser.error(f"{given.data} has no source.zh: give the folder of WMT22 Chinese-English with --data")
    started = time.perf_counter()
    data = read(given.data)
    pair = tuple(given.pair) if given.pair else nearest(data)
    worlds = {k: replace(w, mildest=2 + list(DAMAGES).index(given.damage)) for k, w in worlds_of(data, pair).items()}
    scaled = {w.name: replace(w, margin=w.shown / SHOWN_THERE[w.name]) for w in worlds.values()}
    a, b = pair
    heavy = data.scatter(a, b)
    print(f"{a} ({data.score(a):.2f} chrF) and {b} ({data.score(b):.2f}), {data.differing(a, b):.0%} of lines differ,")
    print(f"one segment is at most {heavy.max() / heavy.sum():.0%} of the variance of their difference")
    for w in worlds.values():
        there, here = SHOWN_THERE[w.name], scaled[w.name]
        print(f"{w.name}: 200 segments show a loss of {w.shown:.2f} chrF (WMT23: {there}), margin {here.margin:.2f}")
        for loss in (w.margin, 2 * w.margin, here.margin, 2 * here.margin, 5 * here.margin):
            kind, share = w.damage_of(loss)
            print(f"    a loss of {loss:.2f}: {share:.0%} of segments {list(DAMAGES.values())[kind - 2]}")
    print("\n| | what | asked | margin 1 | margin of equal power |\n|---|---|---|---|---|")
    for target, function in TARGETS.items():
        if target in wanted:
            # Each target has a seed of its own: asked for alone it gives the same numbers.
            function(Table(worlds, scaled, np.random.default_rng([given.seed, int(target[1:])]), given.draws))
    print(f"\n{time.perf_counter() - started:.0f} s")


# The worlds


def read(folder: Path) -> Data:
    """The test set and the systems."""
    sources, references = (split_lines(read_text(folder / name).text) for name in ("source.zh", "refA.en"))
    tested = test_set_of(sources, references, "set")
    texts = {p.stem: tuple(split_lines(read_text(p).text)) for p in sorted((folder / "systems").glob("*.en"))}
    return Data(tested, texts, statistics(tested, texts, CHRF))


def test_set_of(sources: Sequence[str], references: Sequence[str], name: str) -> TestSet:
    """Segments of one document, so that segments are the units."""
    segments = tuple(Segment(f"{i:04d}", "news", i + 1, Kind.SENTENCE, s) for i, s in enumerate(sources))
    return TestSet(name, LangPair("zh", "en"), segments, {"refA": tuple(references)})


def outputs_of(tested: TestSet, system: str, texts: Sequence[str]) -> Outputs:
    """As a run has them."""
    hypotheses = tuple(Hypothesis(s.id, t) for s, t in zip(tested.segments, texts, strict=True))
    return Outputs(tested.name, system, hypotheses, tuple(frozenset() for _ in hypotheses))


def statistics(tested: TestSet, texts: Mapping[str, Sequence[str]], metric: MetricInfo) -> PairedStatistics:
    """The product's, of whole systems."""
    return measure(Subject(tested, metric, {name: outputs_of(tested, name, t) for name, t in texts.items()}))


def nearest(data: Data) -> tuple[str, str]:
    """The pair of the two worlds."""
    pairs = [
        (a, b)
        for a, b in itertools.combinations(sorted(data.texts), 2)
        if abs(data.score(a) - data.score(b)) <= 0.3 and (x := data.scatter(a, b)).max() <= HEAVY * x.sum()
    ]
    return max(pairs, key=lambda p: data.differing(*p))


DAMAGES = {
    "weakest": "are the weakest system's",
    "fewer-words": "are the weakest system's with one word in eight left out",
    "half": "are the first half of the weakest system's",
}


def worlds_of(data: Data, pair: tuple[str, str]) -> dict[str, World]:
    """Swap and update."""
    weak = data.texts[min(data.texts, key=data.score)]
    words = [t.split() for t in weak]
    damaged = {
        "fewer": [" ".join(w for i, w in enumerate(own) if i % 8 != 7) for own in words],
        "half": [" ".join(own[: max(1, len(own) // 2)]) for own in words],
    }
    found = statistics(data.tested, {"a": data.texts[pair[0]], "b": data.texts[pair[1]], "weak": weak, **damaged}, CHRF)
    rows = np.stack([np.asarray(found.rows[k]) for k in ("a", "b", "weak", "fewer", "half")])
    error = math.sqrt(float(data.scatter(*pair).mean()))
    return {
        name: World(name, data, rows, differ, (1.645 + 0.842) * error * math.sqrt(differ / 200))
        for name, differ in (("swap", 1.0), ("update", UPDATED))
    }


@lru_cache(maxsize=64)
def blank(n: int, name: str) -> TestSet:
    """A test set of n segments whose texts nobody reads: their statistics are at hand."""
    return test_set_of(["x"] * n, ["x"] * n, name)


def side_of(label: str, outputs: Sequence[Outputs] = ()) -> GateInput:
    """A run of one system."""
    return GateInput(label, {}, ("mt",), (CHRF,), tuple(outputs), (), {}, {}, {})


def part_of(
    data: Data, rows: Mapping[str, Floats], policy: Policy, name: str, values: Mapping[str, Floats] | None = None
) -> Part:
    """One pair on one test set, measured."""
    n = len(rows[BASELINE])
    tested = blank(n, name)
    found = replace(
        data.chrf,
        test_set=tested,
        rows=rows,
        values=values or {},
        places=tuple(range(n)),
        missing={BASELINE: 0, CANDIDATE: 0},
    )
    return Part(side_of("now"), side_of("before"), tested, policy, MT, {"chrf": PairedMetric(found)})


def decide(evidence: Sequence[Evidence], policy: Policy) -> Verdict:
    """The product's verdict."""
    level = policy.statistics.level
    return verdict(evidence, level=level, underpowered=policy.underpowered, sides=("before", "now"))


# Losses: T1 to T8, T11, T12


def singles(t: Table, world: World, n: int, loss: float) -> Sequence[tuple[str, LossEvidence]]:
    """Outcome and evidence of checks that stand alone, of one test set."""
    policy, found = world.policy(), []
    sharing = Sharing(policy, 1, anchored=False)
    for _ in range(t.draws):
        places = t.rng.integers(0, world.data.n, n)
        evidence = loss_evidence([world.part(*world.sides(t.rng, places, loss), policy)], sharing)
        found.append((decide(evidence, policy).outcome, evidence[0]))
    return found


def rate(t: Table, n: int, margins: float, outcome: str) -> Callable[[World], tuple[float, int]]:
    """Percent of one outcome, at a true loss of so many margins."""

    def found(world: World) -> tuple[float, int]:
        outcomes = [o for o, _ in singles(t, world, n, margins * world.margin)]
        return 100 * outcomes.count(outcome) / len(outcomes), len(outcomes)

    return found


def t1(t: Table) -> None:
    """False alarms, and both tails of the standard error."""
    for n, most in ((60, 6.5), (100, 6.5), (200, 6.5), (500, 1.5), (1000, 1.5)):
        t.both("T1", f"{n}, loss 0: regression", f"<= {most}", "swap", rate(t, n, 0, "regression"))
    for name in ("swap", "update"):
        for n in (30, 60, 100, 500, 1500):
            below, above, excluded = tails(t, t.worlds[name], n)
            words = {told("<= 6.5", max(below, above), t.draws), told(">= 4", min(below, above), t.draws)}
            word = next(w for w in ("NO", "noise", "yes") if w in words)
            measured = f"{below:.1f} / {above:.1f} {word}"
            t.row("T1", f"{name} {n}: both tails of Student's t", "4 to 6.5", measured, "the same")
            t.row("T1", f"{name} {n}: true loss above the bound that excludes", "-", f"{excluded:.1f}", "the same")


def tails(t: Table, world: World, n: int) -> tuple[float, float, float]:
    """Percent of draws whose true loss, 0, is beyond a 95% bound: below, above, and above the corrected one."""
    policy, level, found = world.policy(), 0.95, np.zeros(3)
    for _ in range(t.draws):
        part = world.part(*world.sides(t.rng, t.rng.integers(0, world.data.n, n), 0), policy)
        pair = part.measured("chrf")
        own = pair.estimate(pair.units("segment")) if isinstance(pair, PairedMetric) else None
        if own is not None:
            plain = replace(own, skewness=0.0)
            found += [own.lower(level) > 0, plain.upper(level) < 0, own.upper(level) < 0]
    below, above, excluded = 100 * found / t.draws
    return float(below), float(above), float(excluded)


def t2(t: Table) -> None:
    """Passes at the margin."""
    for name, n, most in (
        ("swap", 100, 7), ("swap", 200, 7), ("swap", 500, 7), ("swap", 1000, 7),
        ("update", 100, 13), ("update", 200, 13), ("update", 500, 9), ("update", 1000, 9),
    ):  # fmt: skip
        t.both("T2", f"{n}, loss 1 margin: pass", f"<= {most}", name, rate(t, n, 1, "pass"))


def t3(t: Table) -> None:
    """Passes of equal systems."""
    for name, n, least in (
        ("swap", 200, 44),
        ("swap", 500, 76),
        ("swap", 1000, 95),
        ("update", 100, 75),
        ("update", 200, 92),
    ):
        t.both("T3", f"{n}, loss 0: pass", f">= {least}", name, rate(t, n, 0, "pass"))


def t4(t: Table) -> None:
    """Losses that are found."""
    for name, n, least in (("swap", 200, 78), ("swap", 500, 96), ("update", 100, 73), ("update", 200, 92)):
        t.both("T4", f"{n}, loss 2 margins: regression", f">= {least}", name, rate(t, n, 2, "regression"))


def pool(t: Table, n: int, margins: Sequence[float], outcome: str) -> Callable[[World], tuple[float, int]]:
    """Percent of one outcome over as many test sets as there are losses, each a part of the whole."""

    def found(world: World) -> tuple[float, int]:
        policy, draws = world.policy(), max(100, t.draws // 2)
        sharing, count = Sharing(policy, 1, anchored=False), 0
        fields = np.array_split(np.arange(world.data.n), len(margins))
        for _ in range(draws):
            parts = [
                world.part(*world.sides(t.rng, t.rng.choice(own, n), m * world.margin), policy, f"set{k}")
                for k, (own, m) in enumerate(zip(fields, margins, strict=True))
            ]
            count += decide(loss_evidence(parts, sharing), policy).outcome == outcome
        return 100 * count / draws, draws

    return found


def t5(t: Table) -> None:
    """Five test sets of 100 segments."""
    for name, least in (("swap", 77), ("update", 99)):
        t.both("T5", "5 x 100, loss 0: pass", f">= {least}", name, pool(t, 100, [0] * 5, "pass"))
        t.both("T5", "5 x 100, loss 0: regression", "<= 2", name, pool(t, 100, [0] * 5, "regression"))
        t.both("T5", "5 x 100, loss 1 margin: pass", "<= 10", name, pool(t, 100, [1] * 5, "pass"))
        t.both("T5", "5 x 100, loss 2 margins: regression", ">= 97", name, pool(t, 100, [2] * 5, "regression"))
        one = pool(t, 100, [0, 0, 0, 0, 5], "regression")
        t.both("T5", "5 x 100, one set loses 5 margins: regression", ">= 92", name, one)


def t6(t: Table) -> None:
    """Two test sets of 30 segments."""
    for name, least in (("swap", 18), ("update", 57)):
        t.both("T6", "2 x 30, loss 0: pass", f">= {least}", name, pool(t, 30, [0, 0], "pass"))
        t.both("T6", "2 x 30, loss 1 margin: pass", "<= 15", name, pool(t, 30, [1, 1], "pass"))


def nights(t: Table, n: int, most: int, margins: float) -> Callable[[World], tuple[float, int]]:
    """Percent of series of nights, each by a new coin against one baseline, of which one is red."""

    def found(world: World) -> tuple[float, int]:
        policy, draws, red = world.policy(runs=30), max(60, t.draws // 5), 0
        sharing = Sharing(policy, 1, anchored=False)
        kind, share = world.damage_of(margins * world.margin)
        for _ in range(draws):
            places = t.rng.integers(0, world.data.n, n)
            before = world.rows[t.rng.integers(0, 2, n), places]
            for _ in range(most):
                now = np.where(t.rng.random(n) < share, kind, t.rng.integers(0, 2, n))
                evidence = loss_evidence([world.part(before, world.rows[now, places], policy)], sharing)
                if decide(evidence, policy).outcome == "regression":
                    red += 1
                    break
        return 100 * red / draws, draws

    return found


def t7(t: Table) -> None:
    """Thirty checks against one baseline."""
    for n, most in ((100, 6), (200, 3), (500, 3)):
        t.both("T7", f"{n}, 30 equal nights: any red", f"<= {most}", "swap", nights(t, n, 30, 0))
    t.both("T7", "200, 2 margins lost: red within 10 nights", ">= 90", "swap", nights(t, 200, 10, 2))
    t.both("T7", "500, 2 margins lost: red within 3 nights", ">= 99", "swap", nights(t, 500, 3, 2))


def drift(t: Table, world: World, n: int, weekly: float, draws: int) -> list[float]:
    """True losses, in margins, of the weeks that were red; every run that is not becomes the last baseline."""
    policy = world.policy(runs=WEEKS, anchor=True)
    sharing = Sharing(policy, 1, anchored=True)
    damages = [world.damage_of(weekly * week * world.margin) for week in range(1, WEEKS + 1)]
    caught = []
    for _ in range(draws):
        places, spoilt = t.rng.integers(0, world.data.n, n), t.rng.random(n)
        coin = t.rng.integers(0, 2, n)
        anchor = last = world.rows[coin, places]
        for week, (kind, share) in enumerate(damages, start=1):
            coin = np.where(t.rng.random(n) < 0.1, t.rng.integers(0, 2, n), coin)
            now = world.rows[np.where(spoilt < share, kind, coin), places]
            evidence = [
                *loss_evidence([world.part(last, now, policy)], sharing),
                *anchor_evidence([world.part(anchor, now, policy)], sharing),
            ]
            if decide(evidence, policy).outcome == "regression":
                caught.append(weekly * week)
                break
            last = now
    return caught


def t8(t: Table) -> None:
    """A little is lost each week."""
    draws = max(40, t.draws // 10)
    for n in (200, 500, 1500):
        found = [drift(t, w["swap"], n, 0.25, draws) for w in (t.worlds, t.scaled)]
        t.row(
            "T8", f"swap {n}, a quarter of a margin lost a week: red in {WEEKS} weeks", ">= 100",
            *(f"{100 * len(f) / draws:.0f} {told('>= 100', 100 * len(f) / draws, draws)}" for f in found),
        )  # fmt: skip
        if n >= 500:
            for what, q, most in (("median", 50, 1.3), ("90%", 90, 1.8)):
                values = [float(np.percentile(f, q)) for f in found]
                words = [f"{v:.2f} {'yes' if v <= most else 'NO'}" for v in values]
                t.row("T8", f"swap {n}, true loss when it is red, in margins, {what}", f"<= {most}", *words)
        calm = [100 * len(drift(t, w["swap"], n, 0.0, draws)) / draws for w in (t.worlds, t.scaled)]
        words = [f"{v:.1f} {told('<= 2', v, draws)}" for v in calm]
        t.row("T8", f"swap {n}, nothing lost: red in {WEEKS} weeks", "<= 2", *words)


@dataclass(frozen=True)
class Early:
    """One cell of T9: outcome and share bought of the gate that stops early, and the outcome of the whole."""

    outcomes: tuple[str, ...]
    shares: tuple[float, ...]
    whole: tuple[str, ...]


def early(t: Table, world: World, n: int, margins: float) -> Early:
    """Checks of n segments that come in random order."""
    policy = world.policy()
    cuts = [math.ceil(share * n) for share in SHARES]
    outcomes, shares, whole = [], [], []
    for _ in range(t.draws):
        before, after = world.sides(t.rng, t.rng.integers(0, world.data.n, n), margins * world.margin)
        for k, cut in enumerate(cuts, start=1):
            own = replace(policy, looks=SHARES[:k])
            part = world.part(before[:cut], after[:cut], own)
            found = decide(loss_evidence([part], Sharing(own, 1, anchored=False)), own)
            if cut == n or answered(found, cut):
                outcomes.append(found.outcome)
                shares.append(cut / n)
                break
        part = world.part(before, after, policy)
        whole.append(decide(loss_evidence([part], Sharing(policy, 1, anchored=False)), policy).outcome)
    return Early(tuple(outcomes), tuple(shares), tuple(whole))


def t9(t: Table) -> None:
    """Stopping early: the share of segments that is bought, and what the outcomes lose by it."""
    cells = {("swap", 0): 45, ("update", 0): 17, ("swap", 1): None, ("swap", 2): None, ("swap", 4): 17, ("swap", 7): 9}
    for (name, margins), most in cells.items():
        found = [early(t, worlds[name], 2000, margins) for worlds in (t.worlds, t.scaled)]
        what = f"{name} 2000, {margins} margins lost"
        bought = [100 * float(np.mean(f.shares)) for f in found]
        asked = "-" if most is None else f"<= {most}"
        words = [f"{v:.0f}" if most is None else f"{v:.0f} {'yes' if v <= most else 'NO'}" for v in bought]
        t.row("T9", f"{what}: mean share bought", asked, *words)
        for outcome in ("pass", "regression"):
            rates = [(100 * f.outcomes.count(outcome) / t.draws, 100 * f.whole.count(outcome) / t.draws) for f in found]
            words = [f"{a:.1f} for {b:.1f} {'yes' if abs(a - b) <= 3 else 'NO'}" for a, b in rates]
            t.row("T9", f"{what}: {outcome}, for that of the whole", "within 3", *words)
    for n in (500, 2000):
        red = [100 * early(t, w["swap"], n, 0).outcomes.count("regression") / t.draws for w in (t.worlds, t.scaled)]
        words = [f"{v:.1f} {told('<= 5', v, t.draws)}" for v in red]
        t.row("T9", f"swap {n}, equal: red at any look", "<= 5", *words)


def t11(t: Table) -> None:
    """The number of segments that the message gives."""
    for name, there in (("swap", 490), ("update", 90)):
        said: list[list[str]] = [[], []]
        for world in (t.worlds[name], t.scaled[name]):
            true = 200 * (world.shown / world.margin) ** 2
            low, middle, high = (
                np.percentile([e.needed or 0 for _, e in singles(t, world, 100, 0)], [10, 50, 90]) / true
            )
            said[0].append(f"{true:.0f}")
            said[1].append(f"x{middle:.2f} [x{low:.2f}, x{high:.2f}]")
            if name == "swap":
                said[1][-1] += " yes" if abs(middle - 1) <= 0.1 and low >= 0.65 and high <= 1.45 else " NO"
        t.row("T11", f"{name}, segments that are needed", f"WMT23: {there}", *said[0])
        asked = "x0.9 to x1.1 [x0.65, x1.45]" if name == "swap" else "-"
        t.row("T11", f"{name}, said from 100: median [10%, 90%]", asked, *said[1])


# Counts: T10


@dataclass(frozen=True)
class Counted:
    """What is counted of each system, by the product's own checks, on the whole set."""

    flags: Mapping[str, Flags]
    numbers: PairedStatistics

    @classmethod
    def of(cls, data: Data) -> Counted:
        """Of every system."""
        checker = Checker(data.tested.segments, data.tested.pair)
        flags = {k: checker.flags(outputs_of(data.tested, k, t).hypotheses) for k, t in data.texts.items()}
        return cls(flags, statistics(data.tested, data.texts, NUMBERS))

    def never(self, system: str) -> int:
        """Segments with a flag that nothing sound has."""
        return sum(bool(f & set(NEVER)) for f in self.flags[system])


def count_part(
    data: Data, counted: Counted, pair: tuple[str, str], choices: Mapping[str, Places], places: Places, policy: Policy
) -> tuple[Part, dict[str, Flags], PairedStatistics]:
    """Sides that take each segment from one of two systems, with their flags and numbers."""

    def pick(of: Mapping[str, Floats]) -> dict[str, Floats]:
        both = np.stack([np.asarray(of[s]) for s in pair])
        return {label: both[own, places] for label, own in choices.items()}

    part = part_of(data, pick(data.chrf.rows), policy, "set", pick(data.chrf.values))
    flags = {
        label: tuple(counted.flags[pair[c]][i] for c, i in zip(own, places, strict=True))
        for label, own in choices.items()
    }
    full = {s: np.zeros((data.n, counted.numbers.rows[s].shape[1])) for s in pair}
    for s in pair:
        full[s][list(counted.numbers.places)] = counted.numbers.rows[s]
    numbers = replace(counted.numbers, test_set=part.test_set, rows=pick(full), places=tuple(range(len(places))))
    return part, flags, numbers


def equal_counts(
    t: Table, counted: Counted, pair: tuple[str, str], n: int, again: float, draws: int
) -> tuple[int, int, int]:
    """How often equal systems are red: by `never`, by the three tests, by the whole gate in one of 30 checks."""
    data = t.worlds["swap"].data
    policy = replace(t.worlds["swap"].policy(), counts=CountRules())
    often = replace(policy, runs=30)
    never = tested = gate = 0
    for _ in range(draws):
        places = t.rng.integers(0, data.n, n)
        coin = t.rng.integers(0, 2, n)
        after = np.where(t.rng.random(n) < again, t.rng.integers(0, 2, n), coin)
        part, flags, numbers = count_part(data, counted, pair, {BASELINE: coin, CANDIDATE: after}, places, policy)
        # Flags and numbers were counted once on the whole set; the rule that reads them is the product's.
        with (
            mock.patch.object(counting, "_both_flags", lambda _, flags=flags: flags),
            mock.patch.object(counting, "measure", lambda _, numbers=numbers: numbers),
        ):
            sharing = Sharing(policy, 1, anchored=False)
            checks = decide(count_evidence([[part]], CountRules(), sharing), policy).checks
            red = {c.evidence.kind for c in checks if c.decides == "regression"}
            never += "never" in red
            tested += bool(red - {"never"})
            own = replace(part, policy=often)
            shared = Sharing(often, 1, anchored=False)
            evidence = [*loss_evidence([own], shared), *count_evidence([[own]], CountRules(), shared)]
            gate += decide(evidence, often).outcome == "regression"
    return never, tested, gate


def counted_nights(t: Table, counted: Counted, pair: tuple[str, str], again: float, draws: int) -> tuple[int, int, int]:
    """Series of thirty nights of equal systems against one baseline of 200 segments: how many have a red one.

    Returns:
        By the three tests where each check stands alone, where thirty share the error, and single nights by the former.
    """
    data, rules = t.worlds["swap"].data, CountRules()
    policies = [replace(t.worlds["swap"].policy(runs=runs), counts=rules) for runs in (1, 30)]
    series, nights = [0, 0], 0
    for _ in range(draws):
        places, coin = t.rng.integers(0, data.n, 200), t.rng.integers(0, 2, 200)
        red = [False, False]
        for _ in range(30):
            after = np.where(t.rng.random(200) < again, t.rng.integers(0, 2, 200), coin)
            part, flags, numbers = count_part(
                data, counted, pair, {BASELINE: coin, CANDIDATE: after}, places, policies[0]
            )
            with (
                mock.patch.object(counting, "_both_flags", lambda _, flags=flags: flags),
                mock.patch.object(counting, "measure", lambda _, numbers=numbers: numbers),
            ):
                for k, policy in enumerate(policies):
                    found = count_evidence([[replace(part, policy=policy)]], rules, Sharing(policy, 1, anchored=False))
                    checks = decide(found, policy).checks
                    bad = any(c.decides == "regression" and c.evidence.kind != "never" for c in checks)
                    red[k] |= bad
                    nights += bad and k == 0
        series = [s + r for s, r in zip(series, red, strict=True)]
    return series[0], series[1], nights


DEFECTS: dict[str, Callable[[str, str], str]] = {
    "empty": lambda source, text: "",
    "copied": lambda source, text: source,
    "refused": lambda source, text: "I'm sorry, but I can't assist with that request.",
    "escaped": lambda source, text: f"&quot;{text}&quot;".replace("'", "&#39;"),
}


def injected(
    t: Table, pair: tuple[str, str], n: int, chosen: int, change: Callable[[str, str], str], usable: Sequence[int]
) -> bool:
    """Whether the gate's counts, texts and all, see a change of so many segments of an update."""
    data = t.worlds["swap"].data
    victims = t.rng.choice(usable, chosen, replace=False)
    rest = t.rng.permutation(np.setdiff1d(np.arange(data.n), victims))[: n - chosen]
    places = [*victims, *rest]
    own = test_set_of(
        [data.tested.segments[i].source for i in places],
        [data.tested.references["refA"][i] for i in places],
        "set",
    )
    before = [data.texts[pair[0]][i] for i in places]
    after = [data.texts[pair[1]][i] if t.rng.random() < UPDATED / 2 else b for i, b in zip(places, before, strict=True)]
    after[:chosen] = [change(own.segments[k].source, before[k]) for k in range(chosen)]
    policy = replace(t.worlds["swap"].policy(), counts=CountRules())
    part = Part(
        side_of("now", [outputs_of(own, "mt", after)]),
        side_of("before", [outputs_of(own, "mt", before)]),
        own, policy, MT,
    )  # fmt: skip
    evidence = count_evidence([[part]], CountRules(), Sharing(policy, 1, anchored=False))
    return decide(evidence, policy).outcome == "regression"


def other_numbers(source: str, text: str) -> str:
    """Every digit one higher."""
    return re.sub(r"\d", lambda m: str((int(m.group()) + 1) % 10), text)


def t10(t: Table) -> None:
    """What is counted segment by segment."""
    data = t.worlds["swap"].data
    counted = Counted.of(data)
    ordered = sorted(data.texts, key=data.score)
    clean = [s for s in ordered if not counted.never(s)]
    spoiled = ", ".join(f"{s} {counted.never(s)}" for s in ordered if counted.never(s))
    t.row("T10", f"systems with flags of `never`: {spoiled}", "-", "-", "-")
    clean_pairs, others = list(itertools.pairwise(clean))[:4], list(itertools.pairwise(ordered))
    pairs = [*clean_pairs, *(p for p in others if not set(p) <= set(clean))][:7]
    for n, draws in ((200, max(50, t.draws // 2)), (data.n, max(20, t.draws // 20))):
        cells = {(p, again): equal_counts(t, counted, p, n, again, draws) for p in pairs for again in (0.1, 0.5)}
        never = max(100 * c[0] / draws for (p, _), c in cells.items() if p in clean_pairs)
        what = f"{n}, equal, the worst of"
        t.row("T10", f"{what} 4 clean pairs: `never` red", "<= 0", f"{never:.1f} {told('<= 0', never, draws)}")
        spoilt = max(100 * c[0] / draws for (p, _), c in cells.items() if p not in clean_pairs)
        t.row("T10", f"{what} 3 other pairs: `never` red", "-", f"{spoilt:.1f}")
        tests = max(100 * c[1] / draws for c in cells.values())
        t.row(
            "T10", f"{what} 7 pairs: rate, numbers or collapse red", "<= 5", f"{tests:.1f} {told('<= 5', tests, draws)}"
        )
        gate = max(100 * c[2] / draws for (p, _), c in cells.items() if p in clean_pairs)
        t.row(
            "T10",
            f"{what} 4 clean pairs: the whole gate red, in one of 30 checks",
            "<= 2",
            f"{gate:.1f} {told('<= 2', gate, draws)}",
        )
    pair = (clean[-1], clean[-2])
    for name, change in DEFECTS.items():
        tries = max(20, t.draws // 20)
        seen = 100 * sum(injected(t, pair, 200, 1, change, range(data.n)) for _ in range(tries)) / tries
        t.row("T10", f"1 of 200 {name}: red", ">= 98", f"{seen:.0f} {told('>= 98', seen, tries)}")
    rows = counted.numbers.rows[pair[0]]
    right = {p for p, r in zip(counted.numbers.places, rows, strict=True) if r[0] == r[1] > 0 and r[2] == 0}
    usable = [i for i, text in enumerate(data.texts[pair[0]]) if i in right and re.search(r"\d", text)]
    for chosen, n, tries in ((10, 200, max(20, t.draws // 20)), (20, data.n, max(8, t.draws // 100))):
        seen = 100 * sum(injected(t, pair, n, chosen, other_numbers, usable) for _ in range(tries)) / tries
        t.row("T10", f"numbers changed in {chosen} of {n}: red", ">= 100", f"{seen:.0f} {told('>= 100', seen, tries)}")


def t13(t: Table) -> None:
    """What is counted, over thirty nights against one baseline."""
    data = t.worlds["swap"].data
    counted = Counted.of(data)
    pairs = list(itertools.pairwise(sorted(data.texts, key=data.score)))[-7:]
    draws = max(10, t.draws // 20)
    series = [counted_nights(t, counted, p, again, draws) for p in pairs for again in (0.1, 0.5)]
    worst = [max(100 * s[k] / draws for s in series) for k in (0, 1)]
    mean = [100 * sum(s[k] for s in series) / draws / len(series) for k in (0, 1)]
    single = max(100 * s[2] / draws / 30 for s in series)
    what = "200, equal: rate, numbers or collapse red"
    t.row("T13", f"{what}, a night alone, the worst of 14", "<= 5", f"{single:.1f} {told('<= 5', single, 30 * draws)}")
    for k, runs in enumerate((1, 30)):
        t.row("T13", f"{what}, any of 30 nights, `runs: {runs}`, the mean of 14", "-", f"{mean[k]:.1f}")
        asked = "-" if runs == 1 else "<= 5"
        words = f"{worst[k]:.1f}" + ("" if runs == 1 else f" {told('<= 5', worst[k], draws)}")
        t.row("T13", f"{what}, any of 30 nights, `runs: {runs}`, the worst of 14", asked, words)


def t12(t: Table) -> None:
    """What a check costs, once the statistics are counted."""
    world = t.worlds["swap"]
    counted = Counted.of(world.data)
    pair = nearest(world.data)
    policy = replace(world.policy(runs=30, anchor=True), counts=CountRules())
    sharing = Sharing(policy, 1, anchored=True)
    drawn = []
    for k in range(5):
        coin = t.rng.integers(0, 2, 400)
        choices = {BASELINE: coin, CANDIDATE: 1 - coin}
        part, flags, numbers = count_part(
            world.data, counted, pair, choices, t.rng.integers(0, world.data.n, 400), policy
        )
        tested = blank(400, f"set{k}")
        found = part.measured("chrf")
        assert isinstance(found, PairedMetric)
        known = PairedMetric(replace(found.found, test_set=tested))
        drawn.append((replace(part, test_set=tested, known={"chrf": known}), flags, replace(numbers, test_set=tested)))
    flags_of = {part.name: flags for part, flags, _ in drawn}
    numbers_of = {part.name: numbers for part, _, numbers in drawn}
    parts = [part for part, _, _ in drawn]

    def once() -> str:
        evidence = [*loss_evidence(parts, sharing), *anchor_evidence(parts, sharing)]
        return repr(decide([*evidence, *count_evidence([parts], CountRules(), sharing)], policy))

    with (
        mock.patch.object(counting, "_both_flags", lambda part: flags_of[part.name]),
        mock.patch.object(counting, "measure", lambda subject: numbers_of[subject.test_set.name]),
    ):
        first, times = once(), []
        same = True
        for _ in range(20):
            started = time.process_time()
            again = once()
            times.append(1000 * (time.process_time() - started))
            same &= again == first
    median = float(np.median(times))
    t.row(
        "T12",
        "5 x 400: milliseconds of processor for all tests, anchor and counts too",
        "<= 50",
        f"{median:.0f} {'yes' if median <= 50 else 'NO'}",
    )
    t.row("T12", "5 x 400: the same verdict, all digits, 20 times", "yes", "yes" if same else "NO")


TARGETS: dict[str, Callable[[Table], None]] = {
    "T1": t1, "T2": t2, "T3": t3, "T4": t4, "T5": t5, "T6": t6, "T7": t7, "T8": t8, "T9": t9, "T10": t10, "T11": t11,
    "T12": t12, "T13": t13,
}  # fmt: skip


if __name__ == "__main__":
    main()
