"""What the gate promises and what it keeps: the twelve targets of its design, by simulation on real translations.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/gate.py --data ../shared/data/wmt22-zh-en

Two worlds that are exactly equal at a loss of 0: **swap** gives each segment of one of two systems to either side by
a coin, and the other one to the other side (another engine); **update** does so for 31% of the segments and leaves the
rest as it is (a new build). A true loss replaces a share of the candidate's segments by those of the weakest system,
with words left out, so many that the loss over the whole test set is exact. Segments are drawn with replacement.
Statistics, bounds, tests and judgement are the product's own. The targets were set on WMT23: `--equal-power` takes
margins that need as many segments here as 1 chrF needs there.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.checks import Checker
from harness.domain import Hypothesis, Kind, LangPair, MetricInfo, Outputs, Segment, TestSet
from harness.domain.policy import NEVER, RATE, Policy
from harness.domain.verdict import LossEvidence
from harness.files import read_text, split_lines
from harness.gate.evidence.sharing import Sharing
from harness.gate.judgement.judge_loss import judge_loss
from harness.pipeline.rescore import PairedStatistics, Subject, measure
from harness.stats.correction import corrected
from harness.stats.influence import Estimate, estimate, influence_values, weighted_sum
from harness.stats.significance import sign_p

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
UPDATED = 0.31
#: Segments that a margin of 1 chrF needs on WMT23.
_NEEDED = {"swap": 490, "update": 90}


@dataclass(frozen=True)
class World:
    """Two systems, the share of segments in which the sides differ, and the weakest system.

    Attributes:
        rows: statistics of first, second and weakest, shape (3, n, k).
        differ: how many segments a coin decides; the others are the first system's on both sides.
        margin: of the policy, in chrF.
    """

    name: str
    rows: Floats
    differ: float
    found: PairedStatistics
    margin: float = 1.0

    def score(self, rows: Floats) -> float:
        """Of a corpus."""
        return float(self.found.aggregate(rows.sum(axis=0)))

    def share(self, loss: float) -> float:
        """How many of the candidate's segments must be the weakest system's for a true loss."""
        first, second, weak = self.rows
        base = first + self.differ * (second - first) / 2
        whole = self.score(base)
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if whole - self.score(base + middle * (weak - base)) < loss else (low, middle)
        return low

    def draw(self, rng: np.random.Generator, places: npt.NDArray[np.int64], share: float) -> tuple[Floats, Floats]:
        """Both sides' statistics of these segments."""
        first, second, weak = (r[places] for r in self.rows)
        n = len(places)
        changed = rng.random(n) < self.differ
        coin = rng.random(n) < 0.5
        before = np.where((changed & coin)[:, None], second, first)
        after = np.where((changed & ~coin)[:, None], second, first)
        return before, np.where((rng.random(n) < share)[:, None], weak, after)


def main() -> None:
    """Print each target against what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pair", nargs=2, metavar="SYSTEM", help="HuaweiTSC Online-B is a hard one")
    parser.add_argument(
        "--equal-power", action="store_true", help="margins that need as many segments here as 1 chrF needs on WMT23"
    )
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    tested, texts = read_data(options.data)
    worlds, pair = make_worlds(tested, texts, options.pair)
    draws: int = options.draws
    for k, world in enumerate(worlds):
        segments = need(world, rng, draws)
        if options.equal_power:
            worlds[k] = replace(world, margin=math.sqrt(segments / _NEEDED[world.name]))
        print(f"{world.name}: the margin is {worlds[k].margin:.2f} chrF")
    print(f"\n{'target':8}{'what':58}{'asked':>14}{'measured':>12}")
    single_checks(worlds, rng, draws)
    pools(worlds, rng, draws)
    nights(worlds[0], rng, max(60, draws // 5))
    drift(worlds[0], rng, max(30, draws // 20))
    counts(tested, texts, pair, rng, draws)
    cost(worlds[0], rng)


def read_data(folder: Path) -> tuple[TestSet, dict[str, list[str]]]:
    """The test set and the systems' translations."""

    def lines(path: Path) -> list[str]:
        return split_lines(read_text(path).text)

    sources, references = lines(folder / "source.zh"), lines(folder / "refA.en")
    segments = tuple(Segment(f"{i:04d}", "d", i + 1, Kind.SENTENCE, s) for i, s in enumerate(sources))
    tested = TestSet("wmt22", LangPair("zh", "en"), segments, {"refA": tuple(references)})
    return tested, {path.stem: lines(path) for path in sorted((folder / "systems").glob("*.en"))}


def outputs_of(tested: TestSet, name: str, texts: Sequence[str]) -> Outputs:
    """A system's texts as the gate has them."""
    hypotheses = tuple(Hypothesis(s.id, t, None) for s, t in zip(tested.segments, texts, strict=True))
    return Outputs(tested.name, name, hypotheses, tuple(frozenset() for _ in hypotheses))


def make_worlds(
    tested: TestSet, texts: dict[str, list[str]], chosen: Sequence[str] | None
) -> tuple[list[World], tuple[str, str]]:
    """Both worlds of two systems, by default of those that chrF tells apart least.

    A pair is passed over where one segment alone is more than a twentieth of the variance of the difference: such a
    segment lost half of its text, and what it does to the bounds is told apart (`--pair HuaweiTSC Online-B`).
    """
    systems = {name: outputs_of(tested, name, lines) for name, lines in texts.items()}
    found = measure(Subject(tested, MetricInfo("chrf", "chrf"), systems))
    scores = {name: float(found.aggregate(rows.sum(axis=0))) for name, rows in found.rows.items()}
    shares = {name: influence_values(np.asarray(rows), found.aggregate) for name, rows in found.rows.items()}
    names = sorted(scores)

    def heaviest(a: str, b: str) -> float:
        squares = (shares[a] - shares[b]) ** 2
        return float(squares.max() / squares.sum())

    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if heaviest(a, b) < 0.05]
    a, b = chosen or min(pairs, key=lambda p: abs(scores[p[0]] - scores[p[1]]))
    weak = min(scores, key=lambda name: scores[name])
    damaged = outputs_of(tested, "worse", gaps(texts[weak]))
    worse = measure(Subject(tested, MetricInfo("chrf", "chrf"), {"worse": damaged}))
    rows = np.stack([*(np.asarray(found.rows[n]) for n in (a, b)), np.asarray(worse.rows["worse"])])
    print(f"systems: {a} ({scores[a]:.2f}) and {b} ({scores[b]:.2f}); the worse one is {weak} with gaps")
    print(f"one segment is at most {heaviest(a, b):.0%} of the variance of their difference")
    return [World("swap", rows, 1.0, found), World("update", rows, UPDATED, found)], (a, b)


def gaps(texts: Sequence[str]) -> list[str]:
    """Every sixth word left out, so that a whole test set can lose five margins."""
    return [" ".join(word for k, word in enumerate(text.split(), 1) if k % 6) for text in texts]


def loss_of(world: World, before: Floats, after: Floats) -> Estimate:
    """The product's estimate of a loss."""
    value = world.score(before) - world.score(after)
    shares = [influence_values(rows, world.found.aggregate) for rows in (before, after)]
    return estimate(value, shares[0] - shares[1])


def judged(found: Estimate, margin: float, *, alpha: float = 0.05, decides: str = "pass", red: float = 1.0) -> str:
    """The product's word for an estimate."""
    evidence = LossEvidence(
        kind="metric", test_set="", system="", margin=margin, red_above=red * margin, baseline=0.0, candidate=0.0,
        loss=found.value, loss_low=found.lower(0.95), loss_high=found.upper(0.95), p_value=found.p_above(), alpha=alpha,
        decides="red" if decides == "red" else "pass", needed=1.0, visible=1.0, n=1, units=1,
    )  # fmt: skip
    return judge_loss(evidence)[0]


def rates(world: World, rng: np.random.Generator, n: int, loss: float, draws: int) -> tuple[float, float]:
    """Percent of passes and of regressions."""
    share = world.share(loss) if loss else 0.0
    size = world.rows.shape[1]
    told = [
        judged(loss_of(world, *world.draw(rng, rng.integers(0, size, n), share)), world.margin) for _ in range(draws)
    ]
    return 100 * told.count("pass") / draws, 100 * told.count("regression") / draws


def need(world: World, rng: np.random.Generator, draws: int) -> float:
    """Segments that pass an equal system in four of five cases at a margin of 1, and T11: what small samples say."""
    size = world.rows.shape[1]
    whole = loss_of(world, *world.draw(rng, np.tile(np.arange(size), 4), 0.0))
    true = 4 * size * whole.needed(1.0, 0.95)
    samples = (loss_of(world, *world.draw(rng, rng.integers(0, size, 100), 0.0)) for _ in range(draws))
    low, middle, high = np.percentile([100 * one.needed(1.0, 0.95) for one in samples], [10, 50, 90]) / true
    print(
        f"{world.name}: about {true:.0f} segments pass an equal system 4 times out of 5 "
        f"(WMT23: {_NEEDED[world.name]})\n"
        f"T11     told from 100 segments: median x{middle:.2f} (asked 0.90 to 1.10), "
        f"10-90% x{low:.2f} to x{high:.2f} (asked 0.65 to 1.45)"
    )
    return true


def line(target: str, what: str, asked: str, value: float) -> None:
    """One row of the table."""
    print(f"{target:8}{what:58}{asked:>14}{value:>11.1f}%", flush=True)


def single_checks(worlds: Sequence[World], rng: np.random.Generator, draws: int) -> None:
    """T1 to T4: one check, one test set."""
    swap, update = worlds
    for n in (30, 60, 100, 200, 500, 1000):
        passes, reds = rates(swap, rng, n, 0.0, draws)
        line("T1", f"swap {n}, loss 0: regression", "<= 6.5" if n < 500 else "<= 1.5", reds)
        if n in {200, 500, 1000}:
            line("T3", f"swap {n}, loss 0: pass", {200: ">= 44", 500: ">= 76", 1000: ">= 95"}[n], passes)
    for n in (100, 200):
        line("T3", f"update {n}, loss 0: pass", {100: ">= 75", 200: ">= 92"}[n], rates(update, rng, n, 0.0, draws)[0])
    for world, sizes in ((swap, (100, 200, 500)), (update, (100, 200, 500))):
        for n in sizes:
            asked = "<= 7" if world is swap else "<= 13" if n < 500 else "<= 9"
            line("T2", f"{world.name} {n}, loss 1 margin: pass", asked, rates(world, rng, n, world.margin, draws)[0])
    for world, n, asked in ((swap, 200, 78), (swap, 500, 96), (update, 100, 73), (update, 200, 92)):
        value = rates(world, rng, n, 2 * world.margin, draws)[1]
        line("T4", f"{world.name} {n}, loss 2 margins: regression", f">= {asked}", value)


def pooled(world: World, rng: np.random.Generator, sets: int, n: int, losses: Sequence[float], draws: int) -> list[str]:
    """Words for a pool of parts of the test set, with the guard."""
    parts = np.array_split(np.arange(world.rows.shape[1]), sets)
    shares = [world.share(loss) if loss else 0.0 for loss in losses]
    guard = Sharing(Policy(metrics={}, runs=1, anchor=False), 1, anchored=False).part(1, sets)
    told = []
    for _ in range(draws):
        found = [
            loss_of(world, *world.draw(rng, rng.choice(part, n), share))
            for part, share in zip(parts, shares, strict=True)
        ]
        words = {judged(weighted_sum(found, [1 / sets] * sets), world.margin)}
        words |= {judged(one, world.margin, alpha=guard, decides="red", red=3.0) for one in found} & {"regression"}
        told.append("regression" if "regression" in words else next(iter(words)))
    return told


def pools(worlds: Sequence[World], rng: np.random.Generator, draws: int) -> None:
    """T5 and T6: several small test sets."""
    for world, equal, at, small in ((worlds[0], 77, 10, 18), (worlds[1], 99, 10, 57)):

        def share(word: str, sets: int, n: int, losses: Sequence[float], world: World = world) -> float:
            return 100 * pooled(world, rng, sets, n, losses, draws // 2).count(word) / (draws // 2)

        line("T5", f"{world.name} 5 x 100, loss 0: pass", f">= {equal}", share("pass", 5, 100, [0.0] * 5))
        line("T5", f"{world.name} 5 x 100, loss 0: regression", "<= 2", share("regression", 5, 100, [0.0] * 5))
        line("T5", f"{world.name} 5 x 100, loss 1 margin: pass", f"<= {at}", share("pass", 5, 100, [world.margin] * 5))
        line(
            "T5",
            f"{world.name} 5 x 100, loss 2 margins: regression",
            ">= 97",
            share("regression", 5, 100, [2 * world.margin] * 5),
        )
        one = share("regression", 5, 100, [0.0] * 4 + [5 * world.margin])
        line("T5", f"{world.name} 5 x 100, one set loses 5 margins: regression", ">= 92", one)
        line("T6", f"{world.name} 2 x 30, loss 0: pass", f">= {small}", share("pass", 2, 30, [0.0] * 2))
        line("T6", f"{world.name} 2 x 30, loss 1 margin: pass", "<= 15", share("pass", 2, 30, [world.margin] * 2))


def nights(world: World, rng: np.random.Generator, draws: int) -> None:
    """T7: thirty checks against one baseline."""
    size = world.rows.shape[1]
    alpha = Sharing(Policy(metrics={}, runs=30, anchor=False), 1, anchored=False).loss(1)
    first, second, weak = world.rows

    def night(places: npt.NDArray[np.int64], share: float) -> Floats:
        coin = rng.random(len(places)) < 0.5
        rows = np.where(coin[:, None], first[places], second[places])
        return np.where((rng.random(len(places)) < share)[:, None], weak[places], rows)

    for n, most in ((100, 6), (200, 3)):
        reds = 0
        for _ in range(draws):
            places = rng.integers(0, size, n)
            before = night(places, 0.0)
            reds += any(
                judged(loss_of(world, before, night(places, 0.0)), world.margin, alpha=alpha) == "regression"
                for _ in range(30)
            )
        line("T7", f"30 equal nights, {n} segments: any red", f"<= {most}", 100 * reds / draws)
    share = world.share(2 * world.margin)
    for n, within, least in ((200, 10, 90), (500, 3, 99)):
        seen = 0
        for _ in range(draws):
            places = rng.integers(0, size, n)
            before = night(places, 0.0)
            seen += any(
                judged(loss_of(world, before, night(places, share)), world.margin, alpha=alpha) == "regression"
                for _ in range(within)
            )
        line("T7", f"2 margins lost, {n} segments: found within {within} nights", f">= {least}", 100 * seen / draws)


def drift(world: World, rng: np.random.Generator, draws: int) -> None:
    """T8: a little is lost each week, and every run that is not red becomes the baseline."""
    size, n, weeks = world.rows.shape[1], 500, 26
    alpha = Sharing(Policy(metrics={}, runs=weeks), 1, anchored=True).loss(1)
    first, second, weak = world.rows
    for weekly in (0.25, 0.0):
        shares = [world.share(weekly * (week + 1)) if weekly else 0.0 for week in range(weeks)]
        caught = []
        for _ in range(draws):
            places = rng.integers(0, size, n)
            coin, spoilt = rng.random(n) < 0.5, rng.random(n)
            anchor = last = np.where(coin[:, None], first[places], second[places])
            for week, share in enumerate(shares):
                again = rng.random(n) < 0.1
                coin = np.where(again, rng.random(n) < 0.5, coin)
                now = np.where(coin[:, None], first[places], second[places])
                now = np.where((spoilt < share)[:, None], weak[places], now)
                if "regression" in {
                    judged(loss_of(world, side, now), world.margin, alpha=alpha) for side in (last, anchor)
                }:
                    caught.append(week)
                    break
                last = now
        what = f"{weekly:g} chrF lost a week, 500 segments: red in {weeks} weeks"
        line("T8", what, "= 100" if weekly else "<= 2", 100 * len(caught) / draws)
        if weekly and caught:
            lost = [weekly * (week + 1) for week in caught]
            line("T8", "true loss then, median, in hundredths of chrF", "<= 130", 100 * float(np.median(lost)))
            line("T8", "true loss then, 90%, in hundredths of chrF", "<= 180", 100 * float(np.percentile(lost, 90)))


def counts(
    tested: TestSet, texts: dict[str, list[str]], pair: tuple[str, str], rng: np.random.Generator, draws: int
) -> None:
    """T10: what is counted."""
    checker = Checker(tested.segments, tested.pair)
    a, b = (outputs_of(tested, name, texts[name]) for name in pair)
    flags = [checker.flags(o.hypotheses) for o in (a, b)]
    never, rate = (np.array([[bool(f & set(kinds)) for f in own] for own in flags]) for kinds in (NEVER, RATE))
    numbers = measure(Subject(tested, MetricInfo("numbers", "numbers"), {"a": a, "b": b}))
    wrong = np.zeros((2, len(tested.segments)), dtype=bool)
    for k, rows in enumerate(numbers.rows.values()):
        wrong[k, list(numbers.places)] = (rows[:, 0] < rows[:, 1]) | (rows[:, 2] > 0)
    values = np.array(list(measure(Subject(tested, MetricInfo("chrf", "chrf"), {"a": a, "b": b})).values.values()))
    clean = ~never.any(axis=0)
    left_out = int((~clean).sum())
    print(f"         {left_out} segments have a flag of `never` already, and are left out of the first line")
    for n in (200, len(tested.segments)):
        alarms = tests = 0
        for _ in range(draws):
            places = rng.integers(0, len(tested.segments), n)
            coin = (rng.random(n) < 0.5).astype(int)
            alarms += bool((never[1 - coin, places] & ~never[coin, places])[clean[places]].any())
            tests += counted_red(rate, wrong, values, places, coin)
        line("T10", f"equal systems, {n} segments: a flag of `never` is new", "= 0", 100 * alarms / draws)
        line("T10", f"equal systems, {n} segments: rate, numbers or collapse", "<= 5", 100 * tests / draws)
    for kind, damage in (
        ("emptied", lambda s, t: ""),
        ("copied", lambda s, t: s),
        ("refused", lambda s, t: "I'm sorry, but I can't assist with that request."),
        ("escaped", lambda s, t: t.replace("'", "&#39;") + " &quot;"),
    ):
        places = [i for i in rng.permutation(len(tested.segments)) if not never[0][i]][: min(300, draws)]
        seen = 0
        for i in places:
            changed = [*texts[pair[0]]]
            changed[i] = damage(tested.segments[i].source, changed[i])
            hypothesis = Hypothesis(tested.segments[i].id, changed[i], None)
            seen += bool(Checker([tested.segments[i]], tested.pair).flags([hypothesis])[0] & set(NEVER))
        line("T10", f"one segment {kind}: seen", ">= 98", 100 * seen / len(places))


def counted_red(
    rate: Booleans, wrong: Booleans, values: Floats, places: npt.NDArray[np.int64], coin: npt.NDArray[np.int64]
) -> bool:
    """Whether the three exact tests, corrected for each other, make equal systems red."""
    n, found = len(places), []
    for kind, least in ((rate, 0.002), (wrong, 0.005)):
        before, after = kind[coin, places], kind[1 - coin, places]
        new, gone = int((after & ~before).sum()), int((before & ~after).sum())
        found.append((sign_p(new, gone), (new - gone) / n > least))
    change = values[1 - coin, places] - values[coin, places]
    found.append((sign_p(int((change <= -30).sum()), int((change >= 30).sum())), True))
    fixed = corrected([p for p, _ in found], "holm")
    return any(p < 0.05 and enough for p, (_, enough) in zip(fixed, found, strict=True))


def cost(world: World, rng: np.random.Generator) -> None:
    """T12: the time of all bounds of 5 test sets of 400 segments, once the statistics are counted."""
    sides = [world.draw(rng, rng.integers(0, world.rows.shape[1], 400), 0.0) for _ in range(5)]

    def decide() -> list[float]:
        found = [loss_of(world, *side) for side in sides]
        whole = weighted_sum(found, [0.2] * 5)
        return [x for one in (*found, whole) for x in (one.value, one.upper(0.95), one.lower(0.95), one.p_above())]

    first = decide()
    start = time.perf_counter()
    again = decide()
    took = time.perf_counter() - start
    same = "yes" if first == again else "NO"
    print("T9      stopping early is not built")
    print(f"T12     {'5 x 400 segments: same digits without a seed':58}{'yes':>14}{same:>12}")
    print(f"T12     {'5 x 400 segments: all bounds, milliseconds':58}{'<= 50':>14}{1000 * took:>12.1f}")


if __name__ == "__main__":
    main()
