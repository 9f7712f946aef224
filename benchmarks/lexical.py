"""BLEU and chrF against the sacreBLEU command, as whole processes in the same run.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python -m benchmarks.lexical --data ../shared/data/wmt22-zh-en [--quick]

Processor seconds (user and system, which a busy machine disturbs least), wall seconds and peak memory of child
processes, each with one thread; the best of a few. "ours" is `benchmarks/lexical_job.py`: start, imports, reading,
scoring, printing.
The last tables time the whole `harness score`, which also checks hypotheses, tests all pairs, ranks and writes its run
folder, against all the sacreBLEU commands that it takes the place of; and the floor, what a Python process costs that
only imports what it needs. `--quick` leaves out the slow comparisons (memory, a million segments, all statistics).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SACREBLEU = [sys.executable, "-m", "sacrebleu"]
OURS = [sys.executable, "-m", "benchmarks.lexical_job"]
HARNESS = [sys.executable, "-m", "harness", "score"]


@dataclass(frozen=True)
class Cost:
    """What child processes cost together; memory is that of the largest."""

    cpu: float
    wall: float
    megabytes: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.megabytes, other.megabytes))


def cost(command: Sequence[str], repeats: int = 1) -> Cost:
    """The cheapest of `repeats` runs."""
    return min((_once(command) for _ in range(repeats)), key=lambda c: c.cpu)


def _once(command: Sequence[str]) -> Cost:
    import time

    started = time.perf_counter()
    # One thread on both sides: numpy's idle ones spin, which would count as work.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"failed with {child.returncode}: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


def row(job: str, theirs: Cost, ours: Cost, target: str) -> None:
    """One line of the table."""
    print(
        f"| {job} | {theirs.cpu:.2f} | {ours.cpu:.2f} | {theirs.cpu / ours.cpu:.1f}x | {theirs.wall / ours.wall:.1f}x "
        f"| {theirs.megabytes:.0f} | {ours.megabytes:.0f} | {theirs.megabytes / ours.megabytes:.1f}x | {target} |",
        flush=True,
    )


def files(folder: Path, systems: Sequence[str]) -> list[str]:
    """The systems' files."""
    return [str(folder / "systems" / f"{name}.en") for name in systems]


def compare(folder: Path, systems: Sequence[str]) -> None:
    """The four jobs, then the whole command."""
    ref = str(folder / "refA.en")
    both = ["-m", "bleu", "chrf"]
    print("| job | sacreBLEU cpu s | ours cpu s | cpu | wall | sacreBLEU MB | ours MB | memory | target |")
    print("|---|---|---|---|---|---|---|---|---|")
    corpus = cost([*SACREBLEU, ref, "-i", *files(folder, systems), *both])
    row(f"corpus scores, {len(systems)} systems", corpus, cost([*OURS, "corpus", str(folder), *systems], 5), "30x")
    sentence = sum(
        (
            cost([*SACREBLEU, ref, "-i", file, "-m", metric, "-sl"])
            for file in files(folder, systems)
            for metric in ("bleu", "chrf")
        ),
        Cost(0, 0, 0),
    )
    row("sentence scores (a process each)", sentence, cost([*OURS, "sentence", str(folder), *systems], 5), "80x")
    one = cost([*SACREBLEU, ref, "-i", *files(folder, systems[:1]), *both], 3)
    row("corpus scores, one system", one, cost([*OURS, "corpus", str(folder), systems[0]], 9), "7x")
    paired = cost([*SACREBLEU, ref, "-i", *files(folder, systems), *both, "--paired-bs"])
    for job, label, target in (("paired", "", "40x"), ("holm", ", Holm's correction", "-")):
        ours = cost([*OURS, job, str(folder), *systems], 5)
        row(f"bootstrap: theirs one baseline, ours all pairs{label}", paired, ours, target)
    print()
    whole = ["--source", str(folder / "source.zh"), "--reference", ref, "--metric", "bleu", "--metric", "chrf"]
    with tempfile.TemporaryDirectory() as results:
        whole += ["--output", results]
        named = [f"--hypothesis={name}={file}" for name, file in zip(systems, files(folder, systems), strict=True)]
        row("harness score, for all of the above", corpus + sentence + paired, cost([*HARNESS, *whole, *named], 2), "-")
        row("harness score, one system", one, cost([*HARNESS, *whole, named[0]], 2), "-")
    print()
    for label, code in (
        ("python", "pass"),
        ("python, numpy", "import numpy"),
        ("python, numpy, the metrics", "import harness.metrics.lexical.bleu, harness.metrics.lexical.chrf"),
        ("python, numpy, typer", "import numpy, typer"),
    ):
        floor = cost([sys.executable, "-c", code], 9)
        print(
            f"floor: {label}: {floor.cpu:.3f} s; a process that imports it cannot beat {one.cpu / floor.cpu:.1f}x for "
            f"one system, {corpus.cpu / floor.cpu:.0f}x for all, {sentence.cpu / floor.cpu:.0f}x for sentences, "
            f"{paired.cpu / floor.cpu:.0f}x for the bootstrap"
        )


def large(folder: Path, scratch: Path, systems: Sequence[str]) -> None:
    """Peak memory: 20,000 distinct segments with a bootstrap, and a million streamed."""
    enlarge(folder, scratch / "20k", systems[:2], 20_000)
    ref = str(scratch / "20k" / "refA.en")
    print("\n| job | sacreBLEU cpu s | ours cpu s | cpu | wall | sacreBLEU MB | ours MB | memory | target |")
    print("|---|---|---|---|---|---|---|---|---|")
    theirs = cost([*SACREBLEU, ref, "-i", *files(scratch / "20k", systems[:2]), "-m", "bleu", "chrf", "--paired-bs"])
    ours = cost([*OURS, "paired", str(scratch / "20k"), *systems[:2]])
    row("20,000 segments, 2 systems, bootstrap", theirs, ours, "memory 10x")
    enlarge(folder, scratch / "1m", systems[:1], 1_000_000)
    streamed = cost([*OURS, "stream", str(scratch / "1m"), systems[0]])
    print(f"\na million segments streamed: {streamed.cpu:.1f} s cpu, {streamed.megabytes:.0f} MB (target: under 2,000)")


def enlarge(folder: Path, into: Path, systems: Sequence[str], count: int) -> None:
    """Repeat the test set up to `count` segments, each time with a number at its end, so that no two are equal."""
    (into / "systems").mkdir(parents=True)
    for name in ("refA.en", *(f"systems/{system}.en" for system in systems)):
        lines = (folder / name).read_text("utf-8").split("\n")[:-1]
        with (into / name).open("w", encoding="utf-8") as handle:
            handle.writelines(f"{lines[i % len(lines)]} No. {i // len(lines)}\n" for i in range(count))


def identical(folder: Path, systems: Sequence[str]) -> None:
    """Whether every statistic of every segment is the same bits as sacreBLEU's, and every score within 1e-9."""
    import numpy as np
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    from harness.domain import ScoringUnit
    from harness.metrics.catalogue import metrics

    print()
    for name, peer, sentence in (
        ("bleu", BLEU(), BLEU(effective_order=True)),
        ("chrf", CHRF(), CHRF()),
        ("chrf++", CHRF(word_order=2), CHRF(word_order=2)),
    ):
        for n_refs in (1, 2):
            refs = [(folder / f).read_text("utf-8").split("\n")[:-1] for f in ("refA.en", "refB.en")[:n_refs]]
            metric, same, worst, worst_sentence = metrics.create(name), 0, 0.0, 0.0
            for system in systems:
                hyps = (folder / "systems" / f"{system}.en").read_text("utf-8").split("\n")[:-1]
                units = [
                    ScoringUnit(system, "t", str(i), "d", "", h, tuple(r))
                    for i, (h, *r) in enumerate(zip(hyps, *refs, strict=True))
                ]
                stats = metric.segment_stats(units)
                expected = np.array(peer._extract_corpus_statistics(hyps, refs), dtype=np.float64)
                same += int((stats == expected).all(axis=1).sum())
                corpus = peer.corpus_score(hyps, refs).score
                worst = max(worst, abs(float(metric.aggregate(stats.sum(axis=0))) - corpus))
                scores = np.array([sentence._aggregate_and_compute([list(map(int, r))]).score for r in expected])
                worst_sentence = max(worst_sentence, float(abs(scores - metric.segment_scores(stats)).max()))
            print(
                f"{name}, {n_refs} reference(s): {same} of {len(systems) * len(refs[0])} segments have the same "
                f"statistics; largest difference of corpus scores {worst:.1e}, of sentence scores {worst_sentence:.1e}",
                flush=True,
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    systems = sorted(path.stem for path in (arguments.data / "systems").glob("*.en"))
    compare(arguments.data, systems)
    if not arguments.quick:
        with tempfile.TemporaryDirectory() as scratch:
            large(arguments.data, Path(scratch), systems)
        identical(arguments.data, systems)


if __name__ == "__main__":
    main()
