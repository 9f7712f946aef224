"""Whole documents against target: running text that is built from WMT22's translations, damaged, and cut again.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/documents.py --data ../shared/data/wmt22-zh-en
    python benchmarks/documents.py --worlds plain,moved --first 0 --last 300
    python benchmarks/documents.py --length 5000          # time and memory of one long text

Blocks of 30 segments, all systems; each block is joined into running text.

    plain    one line, nothing damaged: what cutting alone costs
    gaps     one line; 2% of the segments are left out, 2% foreign sentences of the same system are put between
    moved    the same, and in each block two segments, one to three apart, change places
    merged   paragraphs drawn anew, 12% of neighbours merged ("; and"), 15% of long sentences split, gaps and moves

Truth is the same damaged text cut rightly. `exact`: segments whose text comes back, white space aside. chrF and BLEU:
cut minus true, mean over systems (worst). flips: pairs of systems in another order. Precision/recall of omissions and
additions. Without `--no-reference` the reference is evidence; with `--no-dictionary` nothing is known of Chinese, as in
pairs without a dictionary. Settings of the product come from segments 0-299; 600-899 are reported.

mweralign (pip install mweralign, GPL-3.0: for this comparison alone) is measured where it is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import re
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sacrebleu.metrics import BLEU, CHRF

from harness.domain import LangPair
from harness.resegmentation import Resegmenter

WORLDS = ("plain", "gaps", "moved", "merged")
#: exact at least, |mean dchrF| at most, |worst dchrF| at most, flips at most, omissions P/R, additions P/R at least.
TARGETS = {
    "plain": ">= .90, chrF .10 (.3), 0 flips, at most 4 false omissions or additions in 1,000",
    "gaps": "omissions .80/.70, additions .90/.70",
    "moved": ">= .85, chrF 1.0, at most 2 flips",
    "merged": ">= .80",
}
_BLOCK = 30


@dataclass(frozen=True)
class Damaged:
    """One block: its running text, what each segment has of it, and the sentences that belong to none."""

    text: str
    truth: tuple[str, ...]
    added: tuple[str, ...]


@dataclass
class Tally:
    """What was found."""

    exact: int = 0
    segments: int = 0
    seconds: float = 0.0
    omitted: list[int] = field(default_factory=lambda: [0, 0, 0])
    added: list[int] = field(default_factory=lambda: [0, 0, 0])


def damaged(lines: Sequence[str], foreign: Sequence[str], world: str, draw: random.Random) -> Damaged:
    """Join a block's lines into the text of a world."""
    truth = list(lines)
    items = list(enumerate(lines))
    added: list[str] = []
    if world != "plain":
        gone = {i for i in range(len(lines)) if draw.random() < 0.02}
        items = [(i, text) for i, text in items if i not in gone]
        for i in gone:
            truth[i] = ""
    if world in ("moved", "merged") and len(items) > 6:
        at, distance = draw.randrange(len(items) - 4), draw.randint(1, 3)
        items[at], items[at + distance] = items[at + distance], items[at]
    if world != "plain":
        with_foreign = []
        for item in items:
            with_foreign.append(item)
            if draw.random() < 0.02:
                added.append(draw.choice(foreign))
                with_foreign.append((-1, added[-1]))
        items = with_foreign
    if world == "merged":
        items = _merged(items, truth, draw)
    joints = ["\n" if world == "merged" and draw.random() < 0.15 else " " for _ in items]
    return Damaged("".join(t + j for (_, t), j in zip(items, joints, strict=True)).strip(), tuple(truth), tuple(added))


def _merged(items: Sequence[tuple[int, str]], truth: list[str], draw: random.Random) -> list[tuple[int, str]]:
    """Neighbours joined by "; and", long sentences cut at a comma."""
    found = []
    k = 0
    while k < len(items):
        i, text = items[k]
        following = items[k + 1] if k + 1 < len(items) else (-1, "")
        if i >= 0 and following[0] >= 0 and draw.random() < 0.12 and re.search(r"[.!?]$", text):
            j, second = following[0], "and " + following[1][:1].lower() + following[1][1:]
            truth[i], truth[j] = text[:-1] + ";", second
            found.append((i, f"{truth[i]} {second}"))
            k += 2
            continue
        words = text.split()
        commas = [n for n, word in enumerate(words) if word.endswith(",") and 6 < n < len(words) - 6]
        if i >= 0 and len(words) > 25 and commas and draw.random() < 0.15:
            n = draw.choice(commas)
            words[n] = words[n][:-1] + "."
            words[n + 1] = words[n + 1][:1].upper() + words[n + 1][1:]
            text = truth[i] = " ".join(words)
        found.append((i, text))
        k += 1
    return found


def bare(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def count(tally: Tally, damage: Damaged, texts: Sequence[str], extra: Sequence[str]) -> None:
    """Add one block's result."""
    for got, true in zip(texts, damage.truth, strict=True):
        tally.segments += 1
        tally.exact += bare(got) == bare(true)
        tally.omitted[0] += not got and not true
        tally.omitted[1] += not got
        tally.omitted[2] += not true
    wanted = [bare(text) for text in damage.added]
    tally.added[0] += sum(any(w in bare(text) for w in wanted) for text in extra)
    tally.added[1] += len(extra)
    tally.added[2] += len(wanted)


def ratio(counts: Sequence[int]) -> str:
    """Precision/recall, with how many were told and how many there are."""
    hit, told, there = counts
    return f"{hit / told if told else 1:.2f}/{hit / there if there else 1:.2f} of {told}, {there}"


class Cutter:
    """The product."""

    def __init__(self, sources: Sequence[str], references: Sequence[Sequence[str]], pair: LangPair) -> None:
        self._cutter = Resegmenter(sources, references, pair)

    def cut(self, text: str) -> tuple[Sequence[str], Sequence[str]]:
        """Texts of segments, and texts that belong to none."""
        found = self._cutter.cut(text)
        return found.texts, list(found.added.values())


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing on stderr, compiled code included."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Mweralign:
    """Token Levenshtein against the reference (mwerSegmenter's method), in words and marks."""

    def __init__(self, sources: Sequence[str], references: Sequence[Sequence[str]], pair: LangPair) -> None:
        import mweralign

        self._align = mweralign.align_texts
        self._references = [r[0] for r in references]

    def cut(self, text: str) -> tuple[Sequence[str], Sequence[str]]:
        """Texts of segments; nothing is ever left over."""
        tokens = re.findall(r"\w+|[^\w\s]", text)
        references = "\n".join(" ".join(re.findall(r"\w+|[^\w\s]", r)) for r in self._references)
        with quiet():
            cut = self._align(references.lower(), " ".join(tokens).lower()).split("\n")
        found, at = [], 0
        for line in cut[: len(self._references)]:
            wanted = len(bare(line))
            start = at
            while at < len(text) and wanted:
                wanted -= not text[at].isspace()
                at += 1
            found.append(text[start:at].strip())
        return [*found, *[""] * (len(self._references) - len(found))], []


def measure(arguments: argparse.Namespace, world: str, method: type[Cutter] | type[Mweralign]) -> None:
    """One world, all systems, one line."""
    source, reference, systems = data(arguments.data)
    places = range(arguments.first, min(arguments.last, len(source)))
    blocks = [list(places)[a : a + _BLOCK] for a in range(0, len(places), _BLOCK)]
    pair = LangPair("und" if arguments.no_dictionary else "zh", "en")
    tally = Tally()
    started = time.process_time()
    cutters = [
        method([source[i] for i in block], [[] if arguments.no_reference else [reference[i]] for i in block], pair)
        for block in blocks
    ]
    tally.seconds += time.process_time() - started
    scores = []
    for name, lines in systems.items():
        foreign = [lines[i] for i in places if len(lines[i].split()) > 5]
        got: list[str] = []
        true: list[str] = []
        for block, cutter in zip(blocks, cutters, strict=True):
            draw = random.Random(f"{arguments.seed}{name}{block[0]}{world}")
            damage = damaged([lines[i] for i in block], foreign, world, draw)
            started = time.process_time()
            texts, extra = cutter.cut(damage.text)
            tally.seconds += time.process_time() - started
            count(tally, damage, texts, extra)
            got += texts
            true += damage.truth
        wanted = [[reference[i] for i in places]]
        scores.append([m.corpus_score(t, wanted).score for m in (CHRF(), BLEU()) for t in (got, true)])
    chrf, bleu = [a - b for a, b, _, _ in scores], [c - d for _, _, c, d in scores]
    flips = [
        sum((x[k] - y[k]) * (x[k + 1] - y[k + 1]) < 0 for x, y in itertools.combinations(scores, 2)) for k in (0, 2)
    ]
    print(
        f"{world:7} {method.__name__:9} exact {tally.exact / tally.segments:.3f}  "
        f"chrF {mean(chrf):+.3f} ({worst(chrf):+.2f})  BLEU {mean(bleu):+.3f} ({worst(bleu):+.2f})  "
        f"flips {flips[0]}/{flips[1]} of {len(scores) * (len(scores) - 1) // 2}  omitted {ratio(tally.omitted)}  "
        f"added {ratio(tally.added)}  {tally.seconds / tally.segments * 1000:.2f} CPU s per 1,000"
    )


def mean(values: Sequence[float]) -> float:
    """The mean."""
    return sum(values) / len(values)


def worst(values: Sequence[float]) -> float:
    """The one farthest from zero."""
    return max(values, key=abs)


def data(folder: Path) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Source, reference A and all systems."""
    read = {p: p.read_text(encoding="utf-8").split("\n") for p in sorted((folder / "systems").glob("*.en"))}
    source = (folder / "source.zh").read_text(encoding="utf-8").rstrip("\n").split("\n")
    reference = (folder / "refA.en").read_text(encoding="utf-8").split("\n")[: len(source)]
    return source, reference, {p.stem: lines[: len(source)] for p, lines in read.items()}


def long_text(arguments: argparse.Namespace) -> None:
    """Time and memory of one text of so many segments: the test set several times over, its words marked each time."""
    source, reference, systems = data(arguments.data)
    copies = range(-(-arguments.length // len(source)))

    def marked(texts: Sequence[str], copy: int) -> list[str]:
        return [re.sub(r"\w{4,}", lambda m: f"{m.group()}{copy}", text) for text in texts]

    names = list(systems)
    lines = [t for k in copies for t in marked(systems[names[k % len(names)]], k)][: arguments.length]
    references = [[t] for k in copies for t in marked(reference, k)][: arguments.length]
    started = time.process_time()
    cutter = Resegmenter((source * len(copies))[: arguments.length], references, LangPair("und", "en"))
    found = cutter.cut(" ".join(lines))
    seconds = time.process_time() - started
    exact = sum(bare(a) == bare(b) for a, b in zip(found.texts, lines, strict=True)) / len(lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(lines)} segments in one text: exact {exact:.3f}, {seconds:.1f} CPU s, {peak:.0f} MB at most")


def main() -> None:
    """Print every world against its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--first", type=int, default=600)
    parser.add_argument("--last", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--no-dictionary", action="store_true")
    parser.add_argument("--length", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.length:
        long_text(arguments)
        return
    methods: list[type[Cutter] | type[Mweralign]] = [Cutter]
    if not arguments.no_reference:
        try:
            import mweralign  # noqa: F401
        except ImportError:
            print("mweralign is not installed: it is left out")
        else:
            methods.append(Mweralign)
    for world in arguments.worlds.split(","):
        print(f"target {world}: {TARGETS[world]}")
        for method in methods:
            measure(arguments, world, method)


if __name__ == "__main__":
    main()
