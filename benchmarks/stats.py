"""Intervals, tests of all pairs, ranks and clusters against `sacrebleu --paired-bs` with one baseline, in one run.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/stats.py --data ../shared/data/wmt22-zh-en
    python benchmarks/stats.py --large          # 15 systems x 200,000 segments: time and memory only

The first prints seconds of whole processes, scoring included on both sides: 12 systems x 1,875 segments, BLEU and chrF,
1,000 resamples. sacreBLEU tests 11 pairs; this project tests all 66, corrects for them and clusters the systems.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

JOB = Path(__file__)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--job", choices=["wmt22", "large"])
    parser.add_argument("--correction", choices=["bh", "holm"], default="bh")
    given = parser.parse_args()
    if given.job == "large":
        large()
    elif given.job is not None:
        wmt22(given.data, given.correction)
    elif given.large:
        seconds, _ = timed([sys.executable, str(JOB), "--job", "large"])
        print(f"whole process: {seconds:.1f} s")
    else:
        compare(given.data)


def compare(data: Path) -> None:
    """Three whole processes, one after the other."""
    systems = sorted(str(p) for p in data.glob("systems/*.en"))
    job = [sys.executable, str(JOB), "--data", str(data), "--job", "wmt22"]
    own, printed = timed(job)
    more, printed_more = timed([*job, "--correction", "holm"])
    peer, _ = timed(
        [sys.executable, "-m", "sacrebleu", str(data / "refA.en"), "-i", *systems, "-m", "bleu", "chrf", "--paired-bs"]
    )
    print(printed, printed_more, sep="", end="")
    print(f"{'sacrebleu --paired-bs, one baseline, 11 pairs':60} {peer:7.2f} s")
    print(f"{'this project, 66 pairs, 1,000 resamples':60} {own:7.2f} s {peer / own:6.1f} x faster")
    print(f"{'this project, 66 pairs, as many resamples as Holm needs':60} {more:7.2f} s {peer / more:6.1f} x faster")


def timed(command: list[str]) -> tuple[float, str]:
    """Wall seconds and the standard output of a process."""
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, done.stdout


def wmt22(data: Path, correction: Literal["holm", "bh"]) -> None:
    """Score and analyse the 12 systems."""
    from harness.domain import ScoringUnit, StatisticsSpec
    from harness.files import read_text, split_lines
    from harness.metrics.catalogue import metrics
    from harness.stats import analyse

    started = time.perf_counter()
    texts = {p.stem: split_lines(read_text(p).text) for p in sorted(data.glob("systems/*.en"))}
    reference, source = (split_lines(read_text(data / name).text) for name in ("refA.en", "source.zh"))
    n = len(reference)
    print(f"{len(texts)} systems x {n} segments: read in {time.perf_counter() - started:.2f} s")
    for name in ("bleu", "chrf"):
        metric = metrics.create(name, name=name)
        started = time.perf_counter()
        units = [
            ScoringUnit(system, "wmt22", str(i), "news", source[i], text, (reference[i],))
            for system, hypotheses in texts.items()
            for i, text in enumerate(hypotheses)
        ]
        stats = metric.segment_stats(units).reshape(len(texts), n, -1)
        scored = time.perf_counter()
        found = analyse(
            dict(zip(texts, stats, strict=True)),
            metric.aggregate,
            higher_is_better=True,
            documents=["news"] * n,
            spec=StatisticsSpec(resamples=1000, correction=correction),
        )
        print(
            f"{name}: statistics {scored - started:.2f} s; {len(found.comparisons)} pairs, {correction}, "
            f"{found.resamples} resamples, {len(set(found.clusters.values()))} clusters: "
            f"{time.perf_counter() - scored:.2f} s"
        )


def large() -> None:
    """15 systems x 200,000 segments of BLEU-like statistics, by segment and by document."""
    import numpy as np

    from harness.domain import StatisticsSpec
    from harness.metrics.catalogue import metrics
    from harness.stats import analyse

    rng = np.random.default_rng(0)
    n, names = 200_000, [f"s{i:02}" for i in range(15)]
    metric = metrics.create("bleu", name="bleu")
    stats = {}
    for i, name in enumerate(names):
        length = rng.integers(5, 40, n)
        hits = [rng.binomial(np.maximum(length - k, 0), 0.6 ** (k + 1) + 0.002 * i) for k in range(4)]
        totals = [np.maximum(length - k, 0) for k in range(4)]
        stats[name] = np.stack([length, length, *hits, *totals], axis=1).astype(np.float64)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for unit in ("segment", "document"):
        started = time.perf_counter()
        found = analyse(
            stats,
            metric.aggregate,
            higher_is_better=True,
            documents=[str(i // 20) for i in range(n)],
            spec=StatisticsSpec(resamples=1000, correction="bh", resample=unit),
        )
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"15 systems x {n:,} segments by {unit} ({found.units:,} units), {len(found.comparisons)} pairs, 1,000 "
            f"resamples: {time.perf_counter() - started:.1f} s, peak {after:,.0f} MB ({before:,.0f} MB before)"
        )


if __name__ == "__main__":
    main()
