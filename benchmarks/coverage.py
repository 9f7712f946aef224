"""How often intervals hold the truth, and how often equal systems are called different.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/coverage.py --data ../shared/data/wmt22-zh-en
    python benchmarks/coverage.py --draws 2000 --metrics bleu --segments 10,23

The truth is a system's score over all 1,875 segments; samples are drawn from them with replacement. Documents are runs
of consecutive lines of random length (6 to 40): the data have no document ids. Scores of the best, the middle and the
worst system; differences of the first two of them. BLEU and chrF lie between 0 and 100; the mean of segment chrF is
taken as a score without bounds, like COMET. Intervals are the product's: the default (Student's t on the jackknife, on
the logistic scale for a score with bounds) and, beside it, the percentile bootstrap and BCa. Equal systems: each unit
is one of two systems' by a coin, and the other side gets the other one; tests are the product's, at 0.05.

A line says: coverage in percent (truth below, truth above), and how many samples had an interval. The promise is 93 to
97 percent of the samples that have one; what is outside is marked with *.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from harness.domain import Array, ScoringUnit, StatisticsSpec, mean_of
from harness.metrics.catalogue import metrics
from harness.stats import analyse
from harness.stats.resample import Aggregate, BoundedScore

#: A metric's name, its statistics by system and segment, and how their sums become a score.
World = tuple[str, Array, Aggregate]
_LENGTHS = (6, 40)
_PROMISE = (0.93, 0.97)


def worlds(folder: Path, wanted: Sequence[str]) -> list[World]:
    """The statistics of every system of WMT22, for BLEU, chrF and the mean of segment chrF."""
    source = (folder / "source.zh").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    reference = (folder / "refA.en").read_text(encoding="utf-8").split("\n")
    files = sorted((folder / "systems").glob("*.en"))
    units = [
        ScoringUnit(path.stem, "wmt22", str(i), "d", source[i], text, (reference[i],))
        for path in files
        for i, text in enumerate(path.read_text(encoding="utf-8").split("\n")[: len(source)])
    ]
    found: list[World] = []
    for name in ("bleu", "chrf"):
        metric = metrics.create(name, name=name)
        rows = np.asarray(metric.segment_stats(units)).reshape(len(files), len(source), -1)
        found.append((name, rows, BoundedScore(metric.aggregate, (0.0, 100.0))))
        if name == "chrf":
            scores = metric.segment_scores(rows.reshape(-1, rows.shape[-1])).reshape(rows.shape[:2])
            mean = np.stack([scores, np.ones_like(scores)], axis=2)
            found.append(("mean", mean, mean_of))
    return [world for world in found if world[0] in wanted]


def documents(count: int) -> list[str]:
    """Runs of consecutive segments, named."""
    draw = np.random.default_rng(7)
    names: list[str] = []
    while len(names) < count:
        length = int(math.exp(draw.uniform(math.log(_LENGTHS[0]), math.log(_LENGTHS[1]))))
        names += [f"d{len(names)}"] * length
    return names[:count]


def samples(world: World, size: int, by_document: bool, draws: int) -> list[tuple[Array, list[str]]]:
    """Segments of each sample, and the documents they are from; a document drawn twice is two."""
    count = world[1].shape[1]
    draw = np.random.default_rng([size, by_document])
    if not by_document:
        return [(draw.integers(0, count, size), [f"s{i}" for i in range(size)]) for _ in range(draws)]
    names = documents(count)
    places = [np.flatnonzero(np.array(names) == name) for name in dict.fromkeys(names)]
    found = []
    for _ in range(draws):
        chosen = draw.integers(0, len(places), size)
        segments = np.concatenate([places[c] for c in chosen])
        found.append((segments, [f"d{k}" for k, c in enumerate(chosen) for _ in places[c]]))
    return found


def covered(world: World, size: int, by_document: bool, draws: int, spec: StatisticsSpec) -> tuple[str, str]:
    """Coverage of scores, and of the difference of two systems."""
    _, rows, aggregate = world
    order = np.argsort(-np.asarray(aggregate(rows.sum(axis=1))))
    picked = {"best": int(order[0]), "middle": int(order[len(order) // 2]), "worst": int(order[-1])}
    truth = {name: float(aggregate(rows[i].sum(axis=0))) for name, i in picked.items()}
    scores: list[tuple[float | None, float | None, float]] = []
    differences: list[tuple[float | None, float | None, float]] = []
    for segments, names in samples(world, size, by_document, draws):
        found = analyse(
            {name: rows[i][segments] for name, i in picked.items()},
            aggregate,
            higher_is_better=True,
            documents=names,
            spec=spec,
        )
        scores += [(*found.intervals[name], truth[name]) for name in picked]
        for c in found.comparisons_of("t", "m"):
            if {c.baseline, c.system} == {"best", "middle"}:
                differences.append((c.ci_low, c.ci_high, truth[c.system] - truth[c.baseline]))
    return told(scores), told(differences)


def told(intervals: Sequence[tuple[float | None, float | None, float]]) -> str:
    """Coverage as text."""
    shown = [(low, high, true) for low, high, true in intervals if low is not None and high is not None]
    if not shown:
        return "no interval"
    below = sum(true < low for low, _, true in shown) / len(shown)
    above = sum(true > high for _, high, true in shown) / len(shown)
    share = len(shown) / len(intervals)
    mark = " " if _PROMISE[0] <= 1 - below - above <= _PROMISE[1] else "*"
    return f"{100 * (1 - below - above):5.1f}{mark} ({100 * below:.1f}, {100 * above:.1f}) of {share:.0%}"


def false_alarms(world: World, size: int, by_document: bool, draws: int, spec: StatisticsSpec) -> str:
    """How often two equal systems are called different."""
    _, rows, aggregate = world
    order = np.argsort(-np.asarray(aggregate(rows.sum(axis=1))))
    first, second = rows[order[0]], rows[order[len(order) // 2]]
    draw = np.random.default_rng([size, by_document, 1])
    alarms = 0
    for segments, names in samples(world, size, by_document, draws):
        units = {name: k for k, name in enumerate(dict.fromkeys(names))}
        coins = (draw.random(len(units)) < 0.5)[[units[name] for name in names]][:, None]
        a, b = first[segments], second[segments]
        pair = {"a": np.where(coins, a, b), "b": np.where(coins, b, a)}
        found = analyse(pair, aggregate, higher_is_better=True, documents=names, spec=spec)
        alarms += sum(c.p_value < 0.05 for c in found.comparisons_of("t", "m"))
    return f"{100 * alarms / draws:.1f}%"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--metrics", default="bleu,chrf,mean")
    parser.add_argument("--intervals", default="default,bootstrap,bca")
    parser.add_argument("--segments", default="10,23,40,100,500")
    parser.add_argument("--documents", default="5,10,20,50")
    arguments = parser.parse_args()
    default = replace(StatisticsSpec(), correction="none")
    kinds = {
        "default": default,
        "bootstrap": replace(default, interval="percentile", test="bootstrap"),
        "bca": replace(default, interval="bca", test="bootstrap"),
    }
    for world in worlds(arguments.data, arguments.metrics.split(",")):
        for by_document, sizes in ((False, arguments.segments), (True, arguments.documents)):
            for size in map(int, filter(None, sizes.split(","))):
                of = "documents" if by_document else "segments"
                for label, spec in ((k, kinds[k]) for k in arguments.intervals.split(",")):
                    score, difference = covered(world, size, by_document, arguments.draws, spec)
                    alarms = false_alarms(world, size, by_document, arguments.draws, spec)
                    print(
                        f"{world[0]:5} {size:4} {of:9} {label:9} score {score:28} difference {difference:28} "
                        f"equal called different {alarms}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
