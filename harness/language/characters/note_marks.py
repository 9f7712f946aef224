"""Raised marks in a text: which of them call a note, and which belong to the text (10², m³, the 20th)."""

from __future__ import annotations

import re

#: What calls a note: a number or several, a symbol, a circled number; perhaps in brackets.
MARK = re.compile(r"[\[(（〔［]?\s*(?:\d{1,3}(?:\s*[,，、–-]\s*\d{1,3})*|[*＊∗†‡§¶]{1,3}|[①-⑳])\s*[\])）〕］]?")
#: A line that says that notes follow.
NOTES_HEADING = re.compile(
    r"(?:注|注释|尾注|附注|脚注|参考文献|notes?|endnotes?|footnotes|references)\s*[:：]?", re.IGNORECASE
)
#: What has an exponent: a digit, a unit, a variable of one letter. A word of three letters and more has none.
_BASE = re.compile(
    r"(?:[0-9０-９⁰-⁹%]|(?<![A-Za-z])(?:[kcdmµμn]m|\d\s*(?:in|ft|yd|mi))|(?<![A-Za-zα-ωΑ-Ω])[A-Za-zα-ωΑ-Ω]"
    r"|(?:[千厘毫分]?米|公里|公尺|里|秒))$"
)
_EXPONENT = re.compile(r"[-−–]?[1-9]|10")


def is_mark(text: str) -> bool:
    """Whether a raised text has the form of a mark: letters (20th, 1er) have not.

    >>> is_mark("12"), is_mark("[3]"), is_mark("th")
    (True, True, False)
    """
    return MARK.fullmatch(text.strip()) is not None


def calls_note(before: str, mark: str, *, known: bool = False) -> bool:
    """Whether a raised text calls a note.

    Args:
        before: the text that it stands behind.
        mark: the raised text.
        known: a note that begins with it was found.

    >>> calls_note("the report", "3"), calls_note("声明。", "1"), calls_note("10", "3"), calls_note("3 km", "2")
    (True, True, False, False)
    """
    if not is_mark(mark) or not before.strip():
        return False
    inner = mark.strip().strip("[](（）)〔〕［］ ")
    if before[-1:].isspace() or not _BASE.search(before):
        return True
    # Behind a number or a unit a small number is an exponent, unless the page has such a note; 13 is none of a unit.
    return known if _EXPONENT.fullmatch(inner) else known or not inner.isdigit() or not before[-1:].isdigit()


def numbers_of(mark: str) -> frozenset[str]:
    """What a mark calls: "1, 3-5" calls 1, 3, 4 and 5; a symbol calls itself.

    >>> sorted(numbers_of("[1, 3-5]"))
    ['1', '3', '4', '5']
    """
    found: set[str] = set()
    for part in re.split(r"[,，、]", mark.strip().strip("[](（）)〔〕［］ ")):
        first, dash, last = (p.strip() for p in re.sub("–", "-", part).partition("-"))
        if dash and first.isdigit() and last.isdigit() and int(first) < int(last) < int(first) + 20:
            found |= {str(n) for n in range(int(first), int(last) + 1)}
        elif first:
            found.add(first)
    return frozenset(found)
