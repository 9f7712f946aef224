"""Which numerals of a text are in its translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from harness.language.numerals.numeral import Numeral

# What any language may say in a word: smaller than this, or a scale.
_SAID_IN_WORDS = 100


@dataclass(frozen=True)
class Matching:
    """Which numerals of a source are in its translation.

    Attributes:
        pairs: source and target numerals that render one another; each numeral stands in one pair at most.
        missing: source numerals whose value is nowhere in the target. A value said twice may be rendered once.
        extra: target numerals whose value is nowhere in the source; a month that only makes "the 20th" of the
            source a full date is none.
        kept: how many hard numerals of the source the target has. Those that nobody can judge, since the target may say
            them in words that are not read, are neither kept nor missing.
    """

    pairs: tuple[tuple[Numeral, Numeral], ...]
    missing: tuple[Numeral, ...]
    extra: tuple[Numeral, ...]
    kept: int


def match(
    source: Sequence[Numeral], target: Sequence[Numeral], words_read: tuple[bool, bool] = (True, True)
) -> Matching:
    """Pair the numerals of a text and of its translation by value, each at most once.

    Order plays no role, since word order differs between languages. Hard numerals choose first, equal values before
    alternatives, so that an idiom never takes the partner of a figure.

    Args:
        source, target: what `find` found.
        words_read: of source and target, whether number words of its language are read (`knows_words`). Where they are
            not, what can be said in words there is not judged.
    """
    partner = _pair(source, target)
    taken = set(partner.values())
    kept_as_parts, used = _as_parts(source, partner.keys(), target, taken)
    explained, _ = _as_parts(target, taken | used, source, set(partner) | kept_as_parts)
    served = {i for i, n in enumerate(source) for j in explained if _is_part(n, target[j])}
    kept = set(partner) | kept_as_parts | served
    met = taken | used | explained
    absent = [n for i, n in enumerate(source) if n.hard and i not in kept and not any(n.fits(t) for t in target)]
    missing = [n for n in absent if words_read[1] or not _may_be_words(n)]
    free_months = _months_that_complete(source)
    extra = []
    for j, t in enumerate(target):
        if j in met or not t.hard or any(t.fits(n) for n in source):
            continue
        if t.kind == "month" and free_months:
            free_months -= 1
        elif words_read[0] or not _may_be_words(t):
            extra.append(t)
    lost, invented = _other_rank(source, kept, target, met)
    return Matching(
        pairs=tuple((source[i], target[j]) for i, j in sorted(partner.items())),
        missing=tuple(sorted([*missing, *lost], key=lambda n: n.start)),
        extra=tuple(sorted([*extra, *invented], key=lambda n: n.start)),
        kept=sum(n.hard for n in source) - len(absent),
    )


def _pair(source: Sequence[Numeral], target: Sequence[Numeral]) -> dict[int, int]:
    free = sorted(range(len(target)), key=lambda j: not target[j].hard)
    partner: dict[int, int] = {}
    order = sorted(range(len(source)), key=lambda i: not source[i].hard)
    for equal, hard_only in ((True, True), (False, True), (True, False), (False, False)):
        for i in order:
            if i in partner or (hard_only and not source[i].hard):
                continue
            for j in free:
                if source[i].fits(target[j]) and (not equal or source[i].value == target[j].value):
                    partner[i] = j
                    free.remove(j)
                    break
    return partner


def _as_parts(
    numerals: Sequence[Numeral], paired: Iterable[int], others: Sequence[Numeral], taken: Iterable[int]
) -> tuple[set[int], set[int]]:
    """Unpaired numerals that stand on the other side in several pieces, and those pieces where they were free."""
    done, used = set(paired), set(taken)
    found: set[int] = set()
    pieces: set[int] = set()
    for i, n in enumerate(numerals):
        if i in done or not n.parts:
            continue
        for reading in n.parts:
            here: list[int] = []
            for value in reading:
                fitting = [j for j, o in enumerate(others) if o.can_be(value) and j not in here]
                fitting.sort(key=lambda j: j in used)
                if not fitting:
                    break
                here.append(fitting[0])
            else:
                found.add(i)
                pieces.update(here)
                used.update(here)
                break
    return found, pieces


def _is_part(n: Numeral, whole: Numeral) -> bool:
    return any(n.can_be(value) for reading in whole.parts for value in reading)


def _months_that_complete(source: Sequence[Numeral]) -> int:
    """How many months a translation may add to days, where the source names no month at all."""
    if any(n.kind == "month" for n in source):
        return 0
    return sum(n.kind in ("day", "number") and not n.parts for n in source)


def _other_rank(
    source: Sequence[Numeral], kept: set[int], target: Sequence[Numeral], met: set[int]
) -> tuple[list[Numeral], list[Numeral]]:
    """Soft ordinals that were exchanged: "the first" became "the third".

    None of them alone says anything, since languages do without them; but a lone one here and another one there do.
    """
    here = [n for i, n in enumerate(source) if _soft_rank(n) and i not in kept and not _ranked(n, target)]
    there = [t for j, t in enumerate(target) if _soft_rank(t) and j not in met and not _ranked(t, source)]
    count = min(len(here), len(there))
    return here[:count], there[:count]


def _ranked(n: Numeral, others: Sequence[Numeral]) -> bool:
    return any(o.kind == "ordinal" and n.fits(o) for o in others)


def _soft_rank(n: Numeral) -> bool:
    return n.kind == "ordinal" and not n.hard


def _may_be_words(n: Numeral) -> bool:
    """Whether a language whose words are not read may say it in words."""
    if n.kind not in ("number", "percent", "year", "multiple"):
        return True
    value = n.value * 100 if n.kind == "percent" else n.value
    if value.denominator != 1:
        return value.denominator in (2, 3, 4) and n.kind != "percent"
    if value <= _SAID_IN_WORDS:
        return True
    return n.kind != "year" and _significant(value) <= 2


def _significant(value: Fraction) -> int:
    return len(str(value.numerator).rstrip("0"))
