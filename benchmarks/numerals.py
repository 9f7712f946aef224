"""How often the metric `numbers` accuses a right translation, and how often it notices a wrong one.

    python benchmarks/numerals.py --data ../shared/data/wmt22-zh-en

Right translations are: both references of WMT22 zh-en against the source (they have errors of their own; all flags were
read one by one, and `FALSE_FLAGS` lists those that are false), `numerals.tsv` in this folder in every direction, and
random numbers written by Babel and num2words (`pip install num2words`) in one language and in English. Wrong ones are
those with one change each.
The seed is an option; the same seed prints the same table.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from datetime import time as clock
from itertools import permutations
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from num2words import num2words

from harness.domain import ScoringUnit
from harness.files import read_text, split_lines
from harness.metrics.fidelity.numbers_metric import Numbers

Pairs = list[tuple[str, str]]
# Flags of the references that are false: the English says the same number in a way that the reader does not follow.
# All others were read and are true: a number is lost, wrong or invented there.
FALSE_FLAGS = {"refA": frozenset({740}), "refB": frozenset[int]()}
WRITTEN = ("zh", "de", "fr", "ru", "cs", "ja", "es", "uk")


@dataclass(frozen=True)
class Sample:
    """Right translations of one kind."""

    name: str
    pair: str
    rows: Pairs


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    parser.add_argument("--seed", type=int, default=12345)
    parser.add_argument("--show", action="store_true", help="print every flagged right translation")
    parser.add_argument("--ntrex", type=Path, help="folder NTREX-128 of github.com/MicrosoftTranslator/NTREX")
    parser.add_argument(
        "--flags", type=int, default=0, help="print so many flags of the 12 systems of WMT22, drawn at random"
    )
    options = parser.parse_args()
    if options.flags:
        return drawn(options.data, options.flags, random.Random(options.seed))
    rng = random.Random(options.seed)
    wmt = references(options.data) if options.data.is_dir() else []
    own, made = own_sets(), [generated(language, rng) for language in WRITTEN]
    false_alarms([*wmt, *own, *made, *news(options.ntrex)], options.show)
    planted([*wmt[:1], *own, *made], rng)
    if options.data.is_dir():
        speed(options.data)


def false_alarms(samples: list[Sample], show: bool) -> None:
    """Right translations that are flagged."""
    print(
        f"{'right translations':26}{'pair':8}{'segments':>9}{'with numerals':>15}{'flagged':>9}"
        f"{'true':>6}{'false alarms':>14}"
    )
    pooled: dict[str, list[int]] = {}
    for sample in samples:
        flags, counted = judge(sample)
        true = len(flags - FALSE_FLAGS[sample.name]) if sample.name in FALSE_FLAGS else 0
        label = f"WMT22 {sample.name}" if sample.name in FALSE_FLAGS else sample.name
        if "en" not in sample.pair.split("-"):
            row = pooled.setdefault(label, [0, 0, 0])
            for k, number in enumerate((len(sample.rows), counted, len(flags))):
                row[k] += number
            continue
        line(label, sample.pair, (len(sample.rows), counted, len(flags)), true)
        if show:
            for i in sorted(flags):
                print("   ", i, " | ".join(sample.rows[i]))
    for label, row in pooled.items():
        line(label, "others", (row[0], row[1], row[2]), 0)


def line(label: str, pair: str, counts: tuple[int, int, int], true: int) -> None:
    """One row of the first table."""
    rows, counted, flagged = counts
    share = (flagged - true) / max(counted, 1)
    print(f"{label:26}{pair:8}{rows:9}{counted:15}{flagged:9}{true or '-':>6}{share:14.2%}")


def judge(sample: Sample) -> tuple[set[int], int]:
    """Positions of the flagged rows, and how many rows have a numeral."""
    metric = Numbers(pair=sample.pair)
    units = [unit(i, *row) for i, row in enumerate(sample.rows)]
    stats = metric.segment_stats(units)
    return {i for i, n in enumerate(metric.explain(units)) if n.get("flags")}, int((stats.sum(axis=1) > 0).sum())


def unit(i: int, source: str, text: str) -> ScoringUnit:
    """A row as the metric takes it."""
    return ScoringUnit("a", f"t{i}", str(i), "d", source, text, ())


def planted(samples: list[Sample], rng: random.Random) -> None:
    """One change in each right translation that has a place for it."""
    print(f"\n{'one change each':18}" + "".join(f"{name:>16}" for name in CHANGES))
    sums = {name: [0, 0] for name in CHANGES}
    by_pair: dict[str, dict[str, list[int]]] = {}
    for sample in samples:
        metric = Numbers(pair=sample.pair)
        flagged, _ = judge(sample)
        pair = sample.pair if "en" in sample.pair.split("-") else "others"
        counts = by_pair.setdefault(pair, {name: [0, 0] for name in CHANGES})
        for name, change in CHANGES.items():
            for i, (source, text) in enumerate(sample.rows):
                if i in flagged:
                    continue
                wrong = change(text, sample.pair.split("-")[1], rng)
                if wrong is None or not _said(name, source, sample.pair):
                    continue
                seen = bool(metric.explain([unit(i, source, wrong)])[0].get("flags"))
                for row in (counts[name], sums[name]):
                    row[0] += seen
                    row[1] += 1
    for pair, counts in by_pair.items():
        print(f"{pair:18}" + "".join(f"{cell(*counts[name]):>16}" for name in CHANGES))
    print(f"{'all':18}" + "".join(f"{cell(*sums[name]):>16}" for name in CHANGES))


def _said(name: str, source: str, pair: str) -> bool:
    """Whether a Chinese source says the month or the rank itself: 10日 has no month, 先 ("first") is no ordinal."""
    if not pair.startswith("zh"):
        return True
    return {"month": "月" in source, "ordinal word": re.search("[第首]|[一二三]等", source) is not None}.get(name, True)


def cell(seen: int, tried: int) -> str:
    """A share with its denominator."""
    return f"{seen / tried:.1%} of {tried}" if tried else "-"


def references(data: Path) -> list[Sample]:
    """WMT22 zh-en, both references."""
    sources = lines(data / "source.zh")
    return [Sample(n, "zh-en", list(zip(sources, lines(data / f"{n}.en"), strict=True))) for n in ("refA", "refB")]


def news(folder: Path | None) -> list[Sample]:
    """1,997 sentences of English news and their translations (NTREX-128, CC BY-SA 4.0), in both directions.

    They have errors of their own, and none was taken out: what is flagged bounds the false alarms from above.
    """
    if folder is None:
        return []
    english = lines(folder / "newstest2019-src.eng.txt")
    samples = []
    for code, name in NEWS.items():
        other = lines(folder / f"newstest2019-ref.{name}.txt")
        samples.append(Sample("NTREX news", f"{code}-en", list(zip(other, english, strict=True))))
        samples.append(Sample("NTREX news", f"en-{code}", list(zip(english, other, strict=True))))
    return samples


NEWS = {
    "zh": "zho-CN", "de": "deu", "fr": "fra", "ru": "rus", "cs": "ces", "ja": "jpn", "es": "spa", "uk": "ukr",
    "he": "heb", "is": "isl", "hi": "hin", "ko": "kor", "pl": "pol", "it": "ita", "et": "est", "tr": "tur", "ar": "arb",
}  # fmt: skip


def own_sets() -> list[Sample]:
    """The sentences of this folder, from and into English, and between all other languages."""
    head, *rows = (line.split("\t") for line in lines(Path(__file__).with_suffix(".tsv")) if line)
    columns = {language: [row[k] for row in rows] for k, language in enumerate(head) if k}
    pairs = [(a, b) for a, b in permutations(columns, 2) if "en" in (a, b)]
    others = [(a, b) for a, b in permutations(columns, 2) if "en" not in (a, b)]
    return [
        Sample("own sentences", f"{a}-{b}", list(zip(columns[a], columns[b], strict=True))) for a, b in pairs + others
    ]


def lines(path: Path) -> list[str]:
    """The lines of a file."""
    return split_lines(read_text(path).text)


# Random numbers


def generated(language: str, rng: random.Random, count: int = 40) -> Sample:
    """Numbers of every kind as Babel and num2words write them, with their English."""
    rows: Pairs = []
    for kind in KINDS:
        for _ in range(count):
            row = kind(language, rng)
            if row is not None:
                rows.append(row)
    return Sample("generated", f"{language}-en", rows)


def _framed(a: object, b: object) -> tuple[str, str]:
    return f"({a})", f"({b})"


def _integer(language: str, rng: random.Random) -> tuple[str, str]:
    n = rng.randrange(10 ** rng.randrange(1, 9))
    return _framed(format_decimal(n, locale=language), format_decimal(n, locale="en"))


def _decimal(language: str, rng: random.Random) -> tuple[str, str]:
    n = rng.randrange(10**6) / 100
    return _framed(format_decimal(n, locale=language), format_decimal(n, locale="en"))


def _percent(language: str, rng: random.Random) -> tuple[str, str]:
    n = rng.randrange(1, 1000) / 1000
    return _framed(
        format_percent(n, "#,##0.# %" if rng.random() < 0.5 else "#,##0.#%", locale=language), f"{n * 100:.10g}%"
    )


def _compact(language: str, rng: random.Random) -> tuple[str, str]:
    n = round(rng.uniform(1, 900), 1) * 10 ** rng.choice((6, 9))
    return _framed(
        format_compact_decimal(n, format_type="long", locale=language, fraction_digits=4),
        format_compact_decimal(n, format_type="long", locale="en", fraction_digits=4),
    )


def _day(language: str, rng: random.Random) -> tuple[str, str]:
    day = date(rng.randrange(1900, 2030), rng.randrange(1, 13), rng.randrange(1, 29))
    form = rng.choice(("long", "long", "medium"))
    return _framed(format_date(day, form, locale=language), format_date(day, "long", locale="en"))


def _time(language: str, rng: random.Random) -> tuple[str, str]:
    at = clock(rng.randrange(24), rng.randrange(60))
    return _framed(format_time(at, "short", locale=language), format_time(at, "short", locale="en"))


def _cardinal(language: str, rng: random.Random) -> tuple[str, str] | None:
    n = rng.randrange(3, 10 ** rng.randrange(2, 7))
    return _worded(n, "cardinal", language, f"{n:,}", num2words(n, lang="en"), rng)


def _ordinal(language: str, rng: random.Random) -> tuple[str, str] | None:
    n = rng.randrange(4, 40)
    return _worded(
        n, "ordinal", language, num2words(n, to="ordinal_num", lang="en"), num2words(n, to="ordinal", lang="en"), rng
    )


def _worded(n: int, to: str, language: str, figures: str, words: str, rng: random.Random) -> tuple[str, str] | None:
    english = rng.choice((figures, words))
    if language == "zh":
        return _framed(("第" if to == "ordinal" else "") + han(n) + ("次" if to == "ordinal" else "个"), english)
    try:
        said = num2words(n, to=to, lang={"cs": "cs"}.get(language, language))
    except NotImplementedError:
        return None
    return _framed(said + ("人" if language == "ja" and to == "cardinal" else ""), english)


def han(n: int) -> str:
    """A number below 10^8 in characters."""
    if n < 10:
        return "零一二三四五六七八九"[n]
    for scale, name in ((10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= scale:
            head, rest = divmod(n, scale)
            gap = "零" if rest and rest < scale // 10 else ""
            tail = (("一" if scale > 10 and 10 <= rest < 20 else "") + han(rest)) if rest else ""
            return ("" if scale == 10 and n < 20 else han(head)) + name + gap + tail
    raise AssertionError(n)


KINDS: tuple[Callable[[str, random.Random], tuple[str, str] | None], ...] = (
    _integer, _decimal, _percent, _compact, _day, _time, _cardinal, _ordinal,
)  # fmt: skip

# Changes: of a text in a language, one that is wrong, or None where there is no place for it

_FIGURE = re.compile(
    r"(?<![\d.,])(?<![A-Za-z\u00c0-\u024f\u0400-\u04ff])(?<![A-Za-z]-)\d+(?:[.,\u00a0\u202f]\d+)*(?![A-Za-z])"
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth"),
)
# A magnitude that is counted; "tens of millions" is no number that a translation must have.
_COUNTED = r"(?:(?<=\d )|(?<=\d)|(?<=one )|(?<=two )|(?<=three )|(?<=five )|(?<=ty )|(?<=hundred ))"
_SCALES = {"en": ("thousand", "million", "billion", "trillion"), "zh": ("万", "亿"), "ja": ("万", "億")}


def _pick(found: Iterator[re.Match[str]], rng: random.Random) -> re.Match[str] | None:
    every = list(found)
    return rng.choice(every) if every else None


def _digit(text: str, language: str, rng: random.Random) -> str | None:
    m = _pick(_FIGURE.finditer(text), rng)
    if m is None:
        return None
    at = rng.choice([i for i in range(*m.span()) if text[i].isdecimal()])
    new = rng.choice([d for d in "123456789" if d != text[at]])
    return text[:at] + new + text[at + 1 :]


def _swap(text: str, language: str, rng: random.Random) -> str | None:
    m = _pick(
        re.finditer(
            r"(?<![A-Za-z\u00c0-\u024f\u0400-\u04ff])(?<![A-Za-z]-)(?<!-\d)(?=([1-9])([1-9]))(?!(\d)\3)\d\d(?!\d*[A-Za-z])",
            text,
        ),
        rng,
    )
    return None if m is None else text[: m.start()] + m[2] + m[1] + text[m.end() :]


def _magnitude(text: str, language: str, rng: random.Random) -> str | None:
    scales = _SCALES.get(language)
    counted = rf"{_COUNTED}(?:{'|'.join(scales)})" if scales else ""
    m = _pick(re.finditer(counted, text), rng) if scales else None
    if m is None or scales is None:
        return None
    return text[: m.start()] + rng.choice([s for s in scales if s != m.group()]) + text[m.end() :]


def _point(text: str, language: str, rng: random.Random) -> str | None:
    sign = re.escape(Locale.parse(language).number_symbols["latn"]["decimal"])
    m = _pick(re.finditer(rf"(?<![\d.,])(\d+){sign}(\d)(\d*)(?![\d.,]\d)", text), rng)
    if m is None:
        return None
    moved = m[1] + m[2] + (text[m.end(1)] + m[3] if m[3] else "")
    return text[: m.start()] + moved + text[m.end() :]


def _rank(text: str, language: str, rng: random.Random) -> str | None:
    m = _pick(re.finditer(rf"\b(?:{'|'.join(_ORDINALS)})\b", text), rng) if language == "en" else None
    return None if m is None else _replaced(text, m, rng.choice([o for o in _ORDINALS if o != m.group()]))


def _month(text: str, language: str, rng: random.Random) -> str | None:
    names = [n for n in Locale.parse(language).months["format"]["wide"].values() if not n[0].isdecimal()]
    m = _pick(
        re.finditer(
            rf"\b(?:{'|'.join(map(re.escape, names))})\b(?=\s+(?:\d|de\b))|(?<=\d )(?:{'|'.join(names)})\b", text
        ),
        rng,
    )
    return None if not names or m is None else _replaced(text, m, rng.choice([n for n in names if n != m.group()]))


def _unpercent(text: str, language: str, rng: random.Random) -> str | None:
    m = _pick(re.finditer(r"(?<=\d)[\s\u00a0\u202f]?%|(?<=\d)[- ]per ?cent\b", text), rng)
    return None if m is None else _replaced(text, m, "")


def _dropped(text: str, language: str, rng: random.Random) -> str | None:
    found = [m for m in _FIGURE.finditer(text) if text.count(m.group()) == 1]
    return _replaced(text, rng.choice(found), "") if found else None


def _added(text: str, language: str, rng: random.Random) -> str | None:
    spaces = [m.end() for m in re.finditer(r"(?<=[A-Za-z\u0400-\u04ff]) (?=[A-Za-z\u0400-\u04ff])", text)]
    if not spaces:
        return None
    at = rng.choice(spaces)
    return f"{text[:at]}{rng.randrange(11, 999)} {text[at:]}"


def _replaced(text: str, m: re.Match[str], new: str) -> str:
    return text[: m.start()] + new + text[m.end() :]


CHANGES: dict[str, Callable[[str, str, random.Random], str | None]] = {
    "digit": _digit,
    "digits swapped": _swap,
    "magnitude": _magnitude,
    "decimal moved": _point,
    "ordinal word": _rank,
    "month": _month,
    "percent sign": _unpercent,
    "dropped": _dropped,
    "added": _added,
}


def drawn(data: Path, count: int, rng: random.Random) -> None:
    """Flags of real systems, for a reader to judge."""
    sources, found = lines(data / "source.zh"), []
    for path in sorted((data / "systems").glob("*.en")):
        texts = lines(path)
        notes = Numbers().explain([unit(i, s, t) for i, (s, t) in enumerate(zip(sources, texts, strict=True))])
        found += [(path.stem, i, n["note"], sources[i], texts[i]) for i, n in enumerate(notes) if n.get("flags")]
    print(len(found), "flags, of which", count)
    for name, i, note, source, text in rng.sample(found, count):
        print(f"{name} {i + 1}: {note}\n    {source}\n    {text}")


def speed(data: Path) -> None:
    """Seconds for all systems of WMT22."""
    sources = lines(data / "source.zh")
    units = [
        ScoringUnit(path.stem, "wmt22", str(i), "d", source, text, ())
        for path in sorted((data / "systems").glob("*.en"))
        for i, (source, text) in enumerate(zip(sources, lines(path), strict=True))
    ]
    started = time.process_time()
    Numbers().segment_stats(units)
    print(f"\n{len(units)} segments in {time.process_time() - started:.1f} seconds")


if __name__ == "__main__":
    main()
