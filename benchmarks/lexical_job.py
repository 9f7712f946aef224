"""One scoring job as a process of its own: what `benchmarks/lexical.py` times against the sacreBLEU command.

    python benchmarks/lexical_job.py JOB FOLDER SYSTEM...

JOB is corpus, sentence, paired (all pairs, intervals, ranks), holm (the same with the default correction) or stream
(in pieces of 10,000 segments, nothing kept).
FOLDER holds refA.en and systems/NAME.en.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from harness.domain import ScoringUnit
from harness.files import read_text, split_lines
from harness.metrics.catalogue import metrics

METRICS = ("bleu", "chrf")
PIECE = 10_000


def lines_of(path: Path) -> list[str]:
    """The lines of a file."""
    return split_lines(read_text(path).text)


def units_of(folder: Path, systems: list[str]) -> list[ScoringUnit]:
    """Every line of every system."""
    references = [(line,) for line in lines_of(folder / "refA.en")]
    ids = [str(i) for i in range(len(references))]
    return [
        ScoringUnit(system, "bench", segment, "d", "", hypothesis, reference)
        for system in systems
        for segment, hypothesis, reference in zip(
            ids, lines_of(folder / "systems" / f"{system}.en"), references, strict=True
        )
    ]


def score(job: str, folder: Path, systems: list[str]) -> None:
    """Print what the job asks for."""
    units = units_of(folder, systems)
    for name in METRICS:
        metric = metrics.create(name)
        print(metric.signature(1))
        stats = metric.segment_stats(units)
        by_system = stats.reshape(len(systems), -1, stats.shape[1])
        if job == "corpus":
            for system, value in zip(systems, metric.aggregate(by_system.sum(axis=1)), strict=True):
                print(f"{system}\t{value:.17g}")
        elif job == "sentence":
            # One line per segment, as the peer prints them (with two decimals).
            for system, scores in zip(systems, metric.segment_scores(by_system), strict=True):
                print(system, "\n".join([f"{score:.4f}" for score in scores.tolist()]), sep="\n")
        else:
            from harness.domain import StatisticsSpec
            from harness.stats import analyse

            found = analyse(
                dict(zip(systems, by_system, strict=True)),
                metric.aggregate,
                higher_is_better=metric.higher_is_better,
                documents=["d"] * by_system.shape[1],
                # sacreBLEU's thousand resamples; the default correction over 66 pairs draws more.
                spec=StatisticsSpec(resample="segment", correction="holm" if job == "holm" else "none"),
                baseline=systems[0],
            )
            for system in systems:
                print(system, found.scores[system], found.intervals[system], found.ranks[system])
            for pair in found.comparisons:
                print(pair)


def stream(folder: Path, system: str) -> None:
    """Corpus scores of more segments than anybody wants to hold."""
    chosen = [metrics.create(name) for name in METRICS]
    totals = [0.0 for _ in chosen]
    count = 0
    with (
        (folder / "refA.en").open(encoding="utf-8") as refs,
        (folder / "systems" / f"{system}.en").open(encoding="utf-8") as hyps,
    ):
        for units in pieces(zip(hyps, refs, strict=True), system):
            count += len(units)
            for i, metric in enumerate(chosen):
                totals[i] = totals[i] + metric.segment_stats(units).sum(axis=0)
    for metric, total in zip(chosen, totals, strict=True):
        print(metric.signature(1), float(metric.aggregate(total)), f"over {count} segments")


def pieces(pairs: Iterator[tuple[str, str]], system: str) -> Iterator[list[ScoringUnit]]:
    """The lines in pieces."""
    while piece := list(islice(pairs, PIECE)):
        yield [ScoringUnit(system, "bench", str(i), "d", "", h[:-1], (r[:-1],)) for i, (h, r) in enumerate(piece)]


if __name__ == "__main__":
    kind, place, *names = sys.argv[1:]
    if kind == "stream":
        stream(Path(place), names[0])
    else:
        score(kind, Path(place), names)
