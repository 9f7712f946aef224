"""Numerals in text: figures, words and characters to exact values, with their spans, and which renders which.

Per language one reader (`chinese`, `japanese`, `english`, `alphabetic` for all others), shared: how figures are written
where (`locales`, from CLDR), forms of figures that mean the same everywhere (`figures`), and `counterparts`.
"""

from harness.language.numerals.counterparts import Matching, match
from harness.language.numerals.numeral import KINDS, Numeral
from harness.language.numerals.reading import find, hard_values, knows_words, possible

__all__ = ["KINDS", "Matching", "Numeral", "find", "hard_values", "knows_words", "match", "possible"]
