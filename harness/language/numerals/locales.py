"""How a language writes figures: separators, months, scales, the order of dates. From CLDR, through Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from harness.language.codes import primary

_SPACES = "\u00a0\u202f\u2009"
# CLDR has one locale per language; these differ by country, and texts seldom say which country they are from.
_EITHER_WAY = frozenset({"es", "pt", "ar", "af", "sr", "bs", "hr"})


@dataclass(frozen=True)
class Conventions:
    """What one locale does with figures.

    Attributes:
        decimal: the decimal sign.
        group: the sign between thousands; " " for every kind of space.
        either: whether both "." and "," may be the decimal sign: the countries of the language differ.
        day_first: whether 3/5 is the third of May; None where both are written.
        months: a month's name, case folded and without a full stop, to 1 to 12.
        short_months: the same of abbreviations that are no full names.
        month_word: what stands before the number of a month where months have no names ("tháng 5").
        scales: a word after a figure, case folded, to what it multiplies by ("million", "mrd", "万").
    """

    decimal: str = "."
    group: str = ","
    either: bool = True
    day_first: bool | None = None
    months: Mapping[str, int] = field(default_factory=dict)
    short_months: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)
    month_word: str = ""


@lru_cache(maxsize=64)
def conventions(language: str) -> Conventions:
    """The conventions of a language; of one that CLDR does not have, nothing is assumed.

    Args:
        language: a BCP 47 tag.
    """
    locale = _locale(language)
    if locale is None:
        return Conventions()
    symbols = locale.number_symbols
    latin = symbols.get("latn") or next(iter(symbols.values()))
    group = latin.get("group", ",")
    pattern = locale.date_formats["short"].pattern.lower()
    months = dict(_months(locale, "wide"))
    english = primary(language) == "en"
    return Conventions(
        decimal=latin.get("decimal", "."),
        group=" " if group in _SPACES else "'" if group in "'’" else group,
        either=primary(language) in _EITHER_WAY and "_" not in str(locale),
        day_first=None if english else pattern.find("d") < pattern.find("m"),
        months=months,
        short_months={w: n for w, n in _months(locale, "abbreviated") if w not in months},
        scales=dict(_scales(locale)),
        month_word=_month_word(locale),
    )


def _locale(language: str) -> Locale | None:
    for tag in (language.replace("-", "_"), primary(language)):
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _months(locale: Locale, width: str) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for number, name in locale.months[context][width].items():
            word = name.casefold().rstrip(".")
            if len(word) > 1 and not re.search(r"[\d\s]", word):
                yield word, number


def _month_word(locale: Locale) -> str:
    m = re.fullmatch(r"(\D+)\s5", locale.months["format"]["wide"][5])
    return "" if m is None else m[1].casefold()


def _scales(locale: Locale) -> Iterator[tuple[str, int]]:
    for width in ("short", "long"):
        for form in locale.compact_decimal_formats.get(width, {}).values():
            for size, pattern in form.items():
                m = re.fullmatch(r"[^\w0]*(0+)[\s\u200e\u200f]*'?(\w[\w.']*?)'?\.?'?", pattern.pattern)
                if m is not None:
                    word = m[2].replace("'", "").casefold().rstrip(".")
                    yield word, int(size) // 10 ** (len(m[1]) - 1)
