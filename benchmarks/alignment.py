"""Alignment on documents whose alignment is known: strict precision, recall and F1 by layout, calibration, time.

    python benchmarks/alignment.py DATA [--part tune|test] [--seeds N] [--calibrate] [--speed] [--lengths]

DATA is a folder with `source.zh` and `refA.en`, one segment per line (WMT22 general, Chinese to English). Documents are
built from its segments in every layout, with what official documents have: a title, headings whose numbering differs
between the languages, page breaks inside sentences and words that do not coincide, running heads, page numbers,
paragraphs that end elsewhere in the other language, merged sentences (two or three of one side are one of the other),
and 6% of the sentences missing on one side. Used are segments whose Chinese is one sentence with an end mark and at
least eight characters (news, e-commerce, social media and the longer lines of conversations); headings are the short
lines without one.

Weights and calibration were tuned on `--part tune`, the first half of the segments; figures are reported on
`--part test`, the second half. A pair counts as right only where all its sentences on both sides are (strict); pairs
with an empty side are not counted, as in the tables of Vecalign and Bertalign, but a sentence without a partner that is
paired all the same costs precision.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.corpus.alignment.aligners import Aligner, DictionaryAligner, LengthAligner
from harness.corpus.alignment.bead_scores import Weights
from harness.corpus.alignment.calibration import THRESHOLD, features
from harness.corpus.alignment.search import Bead as AlignedBead
from harness.corpus.ingest.build import IngestOptions, align, ingest, text_of
from harness.corpus.ingest.result import IngestedDocument, IngestResult
from harness.corpus.readers.document import Document, plain_document
from harness.domain import LangPair

PAIR = LangPair("zh", "en")
LAYOUTS = ("halves", "pages", "paragraphs", "columns", "files")
_END = re.compile(r"[。！？][”’」』）]*$")
_INSIDE = re.compile(r"[。！？；!?](?![”’」』）]*$)|[…]{2}(?!$)|\.\s")
_LAYOUT = re.compile(r"[*#|\t]")
_LISTED = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,2}[)）.、]")
_NUMBERS = ("一二三四五六七八九十", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ")

Bead = tuple[str, str]


@dataclass(frozen=True)
class Parallel:
    """Sentences and headings with their translations."""

    sentences: tuple[Bead, ...]
    headings: tuple[Bead, ...]


@dataclass(frozen=True)
class Built:
    """A document with known alignment."""

    layout: str
    documents: tuple[Document, ...]
    gold: Counter[Bead]


def load(folder: Path, part: str) -> Parallel:
    """The half of the segments that `part` names, those that can be told to be one sentence."""
    zh = (folder / "source.zh").read_text(encoding="utf-8").split("\n")
    en = (folder / "refA.en").read_text(encoding="utf-8").split("\n")
    rows = [(a.strip(), b.strip()) for a, b in zip(zh, en, strict=True) if a.strip() and b.strip()]
    middle = len(rows) // 2
    rows = rows[:middle] if part == "tune" else rows[middle:]
    sentences, headings = [], []
    for a, b in rows:
        han = len(re.findall(r"[\u4e00-\u9fff]", a))
        if (
            _END.search(a)
            and not _INSIDE.search(a)
            and han >= 8
            and re.search(r"[.!?][”’\"')]*$", b)
            and not _LAYOUT.search(a + b)
            and not (_LISTED.match(a) or _LISTED.match(b))
        ):
            sentences.append((a, b))
        elif 4 <= han <= 25 and not re.search(r"[。！？!?；;：:,，.\d]", a) and not re.search(r"[.!?;:\d]", b):
            headings.append((a, b[0].upper() + b[1:]))
    return Parallel(tuple(sentences), tuple(headings))


Unit = tuple[list[str], list[str]]  # sentences of one bead


def _units(sentences: Sequence[Bead], missing: float, rng: random.Random) -> list[Unit]:
    """Merge some neighbours on one side, and drop some sentences of one side."""
    units: list[Unit] = []
    at = 0
    while at < len(sentences):
        zh, en = sentences[at]
        draw = rng.random()
        count = 3 if draw < 0.02 else 2
        group = sentences[at : at + count]
        if draw < 0.10 and len(group) == count and all(a.endswith("。") for a, _ in group):
            units.append((["，".join(a[:-1] for a, _ in group) + "。"], [b for _, b in group]))
            at += count
        elif draw < 0.15 and len(group) == 2 and all(b.endswith(".") for _, b in group):
            units.append(([a for a, _ in group[:2]], [f"{group[0][1][:-1]}; {group[1][1]}"]))
            at += 2
        elif draw > 1 - missing / 2:
            units.append(([], [en]))
            at += 1
        elif draw > 1 - missing:
            units.append(([zh], []))
            at += 1
        else:
            units.append(([zh], [en]))
            at += 1
    return units


@dataclass
class Paragraph:
    """One paragraph of both languages; a heading has one unit and its number."""

    units: list[Unit]
    number: int = 0

    def zh(self) -> str:
        """The Chinese text."""
        return "".join(s for zh, _ in self.units for s in zh)

    def en(self) -> str:
        """The English text."""
        return " ".join(s for _, en in self.units for s in en)


def _outline(parallel: Parallel, size: int, missing: float, rng: random.Random) -> list[Paragraph]:
    start = rng.randrange(max(1, len(parallel.sentences) - size))
    units = _units(parallel.sentences[start : start + size], missing, rng)
    heads = rng.sample(range(len(parallel.headings)), min(8, len(parallel.headings)))
    outline = [Paragraph([([parallel.headings[heads[0]][0]], [parallel.headings[heads[0]][1]])])]
    at, number = 0, 0
    while at < len(units):
        if number + 1 < len(heads) and len(outline) % 4 == 1:
            number += 1
            zh, en = parallel.headings[heads[number]]
            outline.append(Paragraph([([zh], [en])], number))
        count = rng.randint(2, 6)
        outline.append(Paragraph(units[at : at + count]))
        at += count
    return [p for p in outline if p.zh() or p.en()]


def _numbered(text: str, number: int, style: int, chinese: bool) -> str:
    if not number:
        return text
    han = _NUMBERS[0][(number - 1) % 10]
    forms = (
        (f"（{han}）{text}", f"{number}. {text}"),
        (f"{han}、{text}", f"({number}) {text}"),
        (f"{number}.{text}", f"({number}) {text}"),
        (f"{number}、{text}", f"{_roman(number)}. {text}"),
        (f"## {number}. {text}", f"### ({number}) {text}"),
    )
    return forms[style][0 if chinese else 1]


def _unmarked(sentences: Sequence[str], number: int, style: int, chinese: bool) -> str:
    """What the segment of a bead must be: with its numbering, without the marks of markdown."""
    return _numbered("".join(sentences), number, style, chinese).lstrip("# ")


def _roman(number: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1]


def build(parallel: Parallel, layout: str, size: int, seed: int, missing: float = 0.06) -> Built:
    """A document of about `size` sentences; `missing` of them have a partner on neither side."""
    rng = random.Random(f"{layout} {seed}")
    outline = _outline(parallel, size, missing, rng)
    style = rng.randrange(5)
    sides = [[], []]  # type: list[list[str]]
    rows = []
    for paragraph in outline:
        zh = _numbered(paragraph.zh(), paragraph.number, style, True)
        en = _numbered(paragraph.en(), paragraph.number, style, False)
        split = _elsewhere(paragraph, rng) if layout != "columns" else [en]
        sides[0].extend([zh] if zh else [])
        english = split if not paragraph.number and len(split) > 1 else ([en] if en else [])
        sides[1].extend(english)
        rows.append((zh, english))
    gold = Counter(
        (plain(_unmarked(z, p.number, style, True)), plain(_unmarked(e, p.number, style, False)))
        for p in outline
        for z, e in p.units
        if z and e
    )
    texts = _write(layout, sides, rows, rng)
    names = ("doc.zh.txt", "doc.en.txt") if len(texts) == 2 else ("doc.txt",)
    return Built(layout, tuple(plain_document(t, n) for t, n in zip(texts, names, strict=True)), gold)


def _elsewhere(paragraph: Paragraph, rng: random.Random) -> list[str]:
    """English paragraphs that end elsewhere: one in six is two, cut anywhere between sentences."""
    sentences = [s for _, en in paragraph.units for s in en]
    if len(sentences) < 3 or rng.random() > 1 / 6:
        return [" ".join(sentences)]
    cut = rng.randint(1, len(sentences) - 1)
    return [" ".join(sentences[:cut]), " ".join(sentences[cut:])]


def _write(
    layout: str, sides: list[list[str]], rows: list[tuple[str, list[str]]], rng: random.Random
) -> tuple[str, ...]:
    if layout == "halves":
        return ("\n\n".join(sides[0]) + "\n\n" + "\n\n".join(sides[1]) + "\n",)
    if layout == "files":
        return ("\n".join(sides[0]) + "\n", "\n".join(sides[1]) + "\n")
    if layout == "paragraphs":
        return ("\n\n".join(p for zh, en in rows for p in ([zh] if zh else []) + en) + "\n",)
    if layout == "columns":
        return ("\n".join(f"{zh}\t{' '.join(en)}" for zh, en in rows) + "\n",)
    heads = ("世界互联网大会文集", "Collected Papers of the Conference")
    pages = [
        _pages(sides[0], 420, True, rng),
        _pages(sides[1], 1400, False, rng),
    ]
    furniture = rng.random() < 0.5
    out = []
    number = 0
    for index in range(max(len(pages[0]), len(pages[1]))):
        for side in (0, 1):
            if index < len(pages[side]):
                number += 1
                body = "\n\n".join(pages[side][index])
                out.append(f"{heads[side]}\n\n{body}\n\n{number}" if furniture else body)
    return ("\n\n".join(out) + "\n",)


def _pages(paragraphs: Sequence[str], size: int, chinese: bool, rng: random.Random) -> list[list[str]]:
    """Cut a text into pages of about `size` characters, wherever that falls; never inside a heading."""
    pages: list[list[str]] = [[]]
    left = size
    for paragraph in paragraphs:
        rest = paragraph
        while len(rest) > left + 40 and re.search(r"[。！？.!?]", rest):
            at = _cut_at(rest, max(left, 30), chinese, rng)
            pages[-1].append(rest[:at].rstrip() if rest[at - 1] == " " else _hyphened(rest, at, chinese))
            pages.append([])
            rest = rest[at:].lstrip()
            left = size
        if rest:
            pages[-1].append(rest)
            left -= len(rest)
        if left < 60:
            pages.append([])
            left = size
    return [page for page in pages if page]


def _cut_at(text: str, near: int, chinese: bool, rng: random.Random) -> int:
    if chinese:
        at = min(near, len(text) - 8)
        while re.match(r"[A-Za-z0-9。，、；：？！”’）》%]", text[at]) or re.match(r"[“‘（《]", text[at - 1]):
            at -= 1
        return max(at, 5)
    words = [m.start() for m in re.finditer(r"(?<= )\S", text) if m.start() < len(text) - 20]
    at = min(words, key=lambda w: abs(w - near))
    word = re.match(r"[a-z]{8,}", text[at:])
    return at + 4 if word and rng.random() < 0.5 else at


def _hyphened(text: str, at: int, chinese: bool) -> str:
    inside = not chinese and text[at - 1].isalpha() and text[at].isalpha()
    return text[:at] + ("-" if inside else "")


def plain(text: str) -> str:
    """Texts are compared without white space."""
    return "".join(text.split())


def found(result: IngestResult) -> list[tuple[Bead, float]]:
    """The pairs with both sides, and their confidence."""
    segments = zip(result.test_set.segments, result.test_set.references["refA"], strict=True)
    return [((plain(s.source), plain(r)), s.confidence or 0.0) for s, r in segments if r]


@dataclass
class Tally:
    """Right, given and wanted pairs."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, other: Tally) -> None:
        """Count another document in."""
        self.right, self.given, self.wanted = (
            self.right + other.right,
            self.given + other.given,
            self.wanted + other.wanted,
        )

    @property
    def precision(self) -> float:
        """Right pairs among those given."""
        return self.right / max(1, self.given)

    @property
    def recall(self) -> float:
        """Right pairs among those wanted."""
        return self.right / max(1, self.wanted)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / max(1, self.given + self.wanted)


def measure(built: Built, aligner: Aligner) -> tuple[Tally, list[tuple[float, bool]], str]:
    """Ingest one document; how right it is, and each pair's confidence with whether it is right."""
    result = ingest("benchmark", [built.documents], IngestOptions(PAIR, aligner=aligner))
    pairs = found(result)
    left = Counter(built.gold)
    marks = []
    for bead, sure in pairs:
        marks.append((sure, left[bead] > 0))
        left[bead] -= left[bead] > 0
    return Tally(sum(m for _, m in marks), len(pairs), sum(built.gold.values())), marks, result.documents[0].layout


def table(parallel: Parallel, aligner: Aligner, seeds: Iterable[int], sizes: Sequence[int]) -> list[tuple[float, bool]]:
    """Print one row per layout; give back confidences."""
    print(f"{'layout':<12}{'documents':>10}{'recognised':>12}{'precision':>11}{'recall':>9}{'F1':>9}{'lowest F1':>11}")
    every: list[tuple[float, bool]] = []
    means = []
    for layout in LAYOUTS:
        total, each, recognised = Tally(), [], 0
        for seed in seeds:
            built = build(parallel, layout, sizes[seed % len(sizes)], seed)
            tally, marks, name = measure(built, aligner)
            total.add(tally)
            each.append(tally.f1)
            every.extend(marks)
            recognised += name == layout
        mean = sum(each) / len(each)
        means.append(mean)
        print(
            f"{layout:<12}{len(each):>10}{recognised:>12}{total.precision:>11.4f}{total.recall:>9.4f}"
            f"{mean:>9.4f}{min(each):>11.4f}"
        )
    print(f"{'mean':<12}{'':>42}{sum(means) / len(means):>9.4f}{min(means):>11.4f} (lowest layout)")
    return every


def calibration(marks: Sequence[tuple[float, bool]], threshold: float) -> None:
    """Print how often pairs of each confidence are right."""
    bins: dict[int, list[bool]] = defaultdict(list)
    for sure, right in marks:
        bins[min(9, int(sure * 10))].append(right)
    print(f"\n{'confidence':<14}{'pairs':>8}{'right':>9}")
    for index in sorted(bins):
        share = sum(bins[index]) / len(bins[index])
        print(f"{index / 10:.1f}-{(index + 1) / 10:.1f}{'':<7}{len(bins[index]):>8}{share:>9.4f}")
    above = [right for sure, right in marks if sure >= threshold]
    print(f"at {threshold} and above: {len(above)} of {len(marks)} pairs, {sum(above) / max(1, len(above)):.4f} right")


def calibrate(parallel: Parallel, seeds: Iterable[int], sizes: Sequence[int]) -> None:
    """Fit the constants of confidence.py by logistic regression (Newton's method) and print them."""
    import numpy as np

    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    options = IngestOptions(PAIR)
    for layout in LAYOUTS:
        for seed in seeds:
            built = build(parallel, layout, sizes[seed % len(sizes)], seed, (0.06, 0.06, 0.25)[seed % 3])
            document = ingest("benchmark", [built.documents], options).documents[0]
            for bead in align(document.source, document.target, options):
                pair = _texts(document, bead)
                if all(pair):
                    rows.append((*features(bead), 1.0))
                    right.append(pair in built.gold)
    x, y = np.array(rows), np.array(right, dtype=float)
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        weights -= np.linalg.solve(
            (x.T * (p * (1 - p))) @ x + 1e-3 * np.eye(len(weights)), x.T @ (p - y) + 1e-3 * weights
        )
    names = ("_SLOPE", "_SCORE", "_SHAPE", "_INTERCEPT")
    print("\nfitted: " + ", ".join(f"{name} = {w:.2f}" for name, w in zip(names, weights, strict=True)))


def _texts(document: IngestedDocument, bead: AlignedBead) -> Bead:
    left = text_of(document.source[slice(*bead.source)], document.source_paragraphs, PAIR.source)
    return plain(left), plain(text_of(document.target[slice(*bead.target)], document.target_paragraphs, PAIR.target))


def speed(parallel: Parallel, counts: Sequence[int]) -> None:
    """Time and peak memory of whole ingestions of long documents in two halves, dictionary loaded."""
    aligner = DictionaryAligner()
    measure(build(parallel, "halves", 30, 0), aligner)
    print(f"\n{'sentences':>10}{'seconds':>10}{'of CPU':>10}{'peak MiB':>10}{'F1':>9}")
    for count in counts:
        long = Parallel(_longer(parallel.sentences, count), parallel.headings)
        built = build(long, "halves", count, 1)
        start, work = time.perf_counter(), time.process_time()
        tally, _, _ = measure(built, aligner)
        seconds, work = time.perf_counter() - start, time.process_time() - work
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>10}{seconds:>10.2f}{work:>10.2f}{peak:>10.0f}{tally.f1:>9.4f}")


def _longer(sentences: Sequence[Bead], count: int) -> tuple[Bead, ...]:
    """Sentences again and again in another order, until there are enough.

    Every twentieth names a number of its own, as documents of that length do; without any, no word is rare, and the
    search has to look far from the diagonal.
    """
    rng = random.Random(7)
    out: list[Bead] = []
    while len(out) <= count:
        block = list(sentences)
        rng.shuffle(block)
        out.extend(block)
    return tuple(
        (f"第{1000 + i}号文件：{zh}", f"Document No. {1000 + i}: {en}") if i % 20 == 0 else (zh, en)
        for i, (zh, en) in enumerate(out)
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=("tune", "test"), default="test")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--lengths", action="store_true", help="also plain lengths (Gale and Church)")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--calibrate", action="store_true", help="fit the constants of confidence.py on this part")
    options = parser.parse_args()
    parallel = load(options.data, options.part)
    print(f"{options.part}: {len(parallel.sentences)} sentences, {len(parallel.headings)} headings\n")
    sizes = (40, 80, 160)
    marks = table(parallel, DictionaryAligner(), range(options.seeds), sizes)
    calibration(marks, THRESHOLD)
    if options.calibrate:
        calibrate(parallel, range(options.seeds), sizes)
    if options.lengths:
        print("\nlengths alone (Gale and Church), without structure:")
        bare = Weights(both_open=0, one_opens=0, crosses=0, headings=0, same_number=0, other_number=0,
                       heading_with_text=0, heading_merged=0, other_group=0)  # fmt: skip
        table(parallel, LengthAligner(bare), range(options.seeds), sizes)
        print("\nlengths and structure (headings, numbering, paragraphs, layout):")
        table(parallel, LengthAligner(), range(options.seeds), sizes)
    if options.speed:
        speed(parallel, (1000, 10_000))


if __name__ == "__main__":
    main()
