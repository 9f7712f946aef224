"""TER by the compiled module against sacreBLEU's own class: the same numbers, the time and the memory.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python -m benchmarks.ter --data ../shared/data/wmt22-zh-en [--every 10] [--jobs 1000 all]

Each side is a process of its own, one after the other in the same run, that scores with the `ter` metric by one engine
and prints its statistics; they are compared number by number. Processor seconds of the scoring and peak memory of the
process. `--every 10` takes each tenth segment. The long texts are one segment of so many words of WMT22's reference,
with 30 blocks of words moved.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from harness.domain import ScoringUnit
from harness.metrics.catalogue import metrics

LONG = (500, 1000, 5000)


@dataclass(frozen=True)
class Outcome:
    """What one process found, and what it cost."""

    stats: list[list[float]]
    seconds: float
    megabytes: float


def lines_of(path: Path) -> list[str]:
    """The lines of a file."""
    return path.read_text("utf-8").split("\n")[:-1]


def units_of(data: Path, job: str, every: int) -> list[ScoringUnit]:
    """Every system of WMT22 for the job "all", else one segment of that many words."""
    references = lines_of(data / "refA.en")
    if job == "all":
        return [
            ScoringUnit(file.stem, "t", str(i), "d", "", hypothesis, (references[i],))
            for file in sorted((data / "systems").glob("*.en"))
            for i, hypothesis in list(enumerate(lines_of(file)))[::every]
        ]
    chance = random.Random(0)
    words = " ".join(references).split()[: int(job)]
    moved = list(words)
    for _ in range(30):
        start = chance.randrange(len(moved))
        block = moved[start : start + 5]
        del moved[start : start + 5]
        into = max(0, start + chance.randint(-40, 40))
        moved[into:into] = block
    return [ScoringUnit("moved", "t", "1", "d", "", " ".join(moved), (" ".join(words),))]


def measure(data: Path, job: str, engine: str, every: int) -> None:
    """Score, and print statistics and cost as JSON."""
    units = units_of(data, job, every)
    metric = metrics.create("ter", engine=engine)
    started = time.process_time()
    stats = metric.segment_stats(units)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"stats": stats.tolist(), "seconds": seconds, "megabytes": peak}))


def outcome(data: Path, job: str, engine: str, every: int) -> Outcome:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ter", "--data", str(data), "--every", str(every)]
    done = subprocess.run([*command, "--job", job, "--engine", engine], check=True, capture_output=True, text=True)
    return Outcome(**json.loads(done.stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--every", type=int, default=1, help="take each so many-th segment of WMT22")
    parser.add_argument("--jobs", nargs="+", default=[*map(str, LONG), "all"], help="numbers of words, and all")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        measure(arguments.data, arguments.job, arguments.engine, arguments.every)
        return
    print("| job | segments | the same | sacreBLEU s | ours s | ratio | sacreBLEU MB | ours MB |")
    print("|---|---|---|---|---|---|---|---|")
    for job in arguments.jobs:
        theirs, ours = (outcome(arguments.data, job, engine, arguments.every) for engine in ("sacrebleu", "compiled"))
        same = sum(a == b for a, b in zip(theirs.stats, ours.stats, strict=True))
        label = "WMT22, all systems" if job == "all" else f"a segment of {int(job):,} words"
        print(
            f"| {label} | {len(ours.stats):,} | {same:,} | {theirs.seconds:.2f} | {ours.seconds:.3f} "
            f"| {theirs.seconds / ours.seconds:.0f}x | {theirs.megabytes:.0f} | {ours.megabytes:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
