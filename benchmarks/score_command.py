"""The whole `harness score` against the sacreBLEU command, in turn: many systems, and one.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python -m benchmarks.score_command --data ../shared/data/wmt22-zh-en [--rounds 5]

`harness score` reads, checks every hypothesis, scores with BLEU and chrF, tests all pairs, ranks, and writes its run
folder. sacreBLEU's paired bootstrap (`--paired-bs`, one process) compares all systems with the first one; for one
system it only scores. The test set is made as large as that of WMT23: 15 systems (the 12 of WMT22, reference B, and two
of the 12 with words exchanged) and 1,976 segments (the last 101 are pairs of lines joined). Both commands run in every
round, with one thread each; a ratio is taken inside its round, where both met the same machine.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.lexical import HARNESS, SACREBLEU, Cost, cost
from harness.files import read_text, split_lines

SEGMENTS = 1976


def main() -> None:
    """Print a row for many systems and one for a single one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = write_test_set(arguments.data, folder)
        print("| job | sacreBLEU s | harness s | wall, median (range) | processor time, median (range) |")
        print("|---|---|---|---|---|")
        compare(folder, names, ["--paired-bs"], arguments.rounds)
        compare(folder, names[:1], [], arguments.rounds)


def compare(folder: Path, names: list[str], options: list[str], rounds: int) -> None:
    """One row: both commands in turn, after a round that is not counted."""
    reference = str(folder / "refA.en")
    files = {name: str(folder / f"{name}.en") for name in names}
    theirs = [*SACREBLEU, reference, "-i", *files.values(), "-m", "bleu", "chrf", *options]
    ours = [*HARNESS, "--source", str(folder / "source.zh"), "--reference", reference, "-m", "bleu", "-m", "chrf"]
    ours += [f"--hypothesis={name}={file}" for name, file in files.items()]
    pairs: list[tuple[Cost, Cost]] = []
    for number in range(rounds + 1):
        both = (cost(theirs), cost([*ours, "--output", str(folder / f"results-{len(names)}-{number}")]))
        pairs += [both] if number else []
    wall = [a.wall / b.wall for a, b in pairs]
    cpu = [a.cpu / b.cpu for a, b in pairs]
    print(
        f"| {len(names)} x {SEGMENTS} | {min(a.wall for a, _ in pairs):.2f} | {min(b.wall for _, b in pairs):.2f} | "
        f"{median(wall):.1f}x ({min(wall):.1f} to {max(wall):.1f}) | "
        f"{median(cpu):.1f}x ({min(cpu):.1f} to {max(cpu):.1f}) |",
        flush=True,
    )


def write_test_set(data: Path, folder: Path) -> list[str]:
    """Write source, reference and systems; the systems' names."""
    systems = {p.stem: lines(p) for p in sorted(data.glob("systems/*.en"))}
    rng = random.Random(1)
    systems |= {f"{name}-exchanged": [exchanged(t, rng) for t in systems[name]] for name in list(systems)[:2]}
    systems["refB"] = lines(data / "refB.en")
    write(folder / "source.zh", enlarged(lines(data / "source.zh"), ""))
    write(folder / "refA.en", enlarged(lines(data / "refA.en"), " "))
    for name, texts in systems.items():
        write(folder / f"{name}.en", enlarged(texts, " "))
    return list(systems)


def enlarged(texts: list[str], glue: str) -> list[str]:
    """The lines, and as many pairs of them as are missing."""
    return texts + [texts[18 * i] + glue + texts[18 * i + 7] for i in range(SEGMENTS - len(texts))]


def exchanged(text: str, rng: random.Random) -> str:
    """The text with two neighbouring words exchanged."""
    words = text.split(" ")
    if len(words) > 3:
        i = rng.randrange(len(words) - 1)
        words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def lines(path: Path) -> list[str]:
    """The lines of a text file."""
    return split_lines(read_text(path).text)


def write(path: Path, texts: list[str]) -> None:
    """Write lines."""
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


if __name__ == "__main__":
    main()
