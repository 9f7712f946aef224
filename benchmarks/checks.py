"""How often the hypothesis checks fire on honest systems, what they catch, how fast they are.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/checks.py --data ../shared/data/wmt22-zh-en

Prints, for every file (12 systems, two references), the flags of its 1,875 hypotheses; then the share of shifted lines
that are flagged as line-shift, by length of the shifted run; then the time for the 12 systems.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from harness.checks import FLAGS, check_hypotheses
from harness.domain import Hypothesis, Kind, LangPair, Segment
from harness.files import read_text, split_lines

PAIR = LangPair("zh", "en")
CONTEXT = 200


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    data = parser.parse_args().data
    sources = lines(data / "source.zh")
    files = {p.stem: lines(p) for p in sorted(data.glob("systems/*.en"))}
    systems = list(files)
    files |= {name: lines(data / f"{name}.en") for name in ("refA", "refB")}

    started = time.process_time()
    found = {name: check(sources, texts) for name, texts in files.items()}
    seconds = time.process_time() - started

    total: Counter[str] = Counter()
    for name, flags in found.items():
        counts = Counter(f for s in flags for f in s)
        total += counts
        print(f"{name:18}", "  ".join(f"{f} {counts[f]}" for f in FLAGS if counts[f]) or "clean")
    n = len(sources) * len(files)
    print(f"{'all':18}", "  ".join(f"{f} {total[f]} ({total[f] / n:.3%})" for f in FLAGS if total[f]))
    print(f"\n{'run':>5} {'flagged':>8} {'outside the run':>16}   (40 runs of a lost line, {CONTEXT} lines around)")
    for length in (1, 2, 3, 5, 10, 20, 50):
        hits, outside, lines_checked = 0, 0, 0
        rng = random.Random(7)
        for _ in range(40):
            k = rng.randrange(CONTEXT, len(sources) - CONTEXT - length - 1)
            whole = files[systems[rng.randrange(len(systems))]]
            part, source = whole[k - CONTEXT : k + length + CONTEXT], sources[k - CONTEXT : k + length + CONTEXT]
            part[CONTEXT : CONTEXT + length] = whole[k + 1 : k + length + 1]
            shifted = ["line-shift" in f for f in check(source, part)]
            inside = sum(shifted[CONTEXT : CONTEXT + length])
            hits, outside, lines_checked = hits + inside, outside + sum(shifted) - inside, lines_checked + len(part)
        print(f"{length:5} {hits / (40 * length):8.1%} {outside:7} of {lines_checked}")
    print(f"\n{len(files)} files of {len(sources)} segments: {seconds:.1f} s of processor time")


def check(sources: list[str], texts: list[str]) -> list[frozenset[str]]:
    """The flags of one file."""
    segments = [Segment(str(i), "d", 1, Kind.SENTENCE, s) for i, s in enumerate(sources)]
    return list(check_hypotheses(segments, [Hypothesis(str(i), t) for i, t in enumerate(texts)], PAIR))


def lines(path: Path) -> list[str]:
    """The lines of a text file."""
    return split_lines(read_text(path).text)


if __name__ == "__main__":
    main()
