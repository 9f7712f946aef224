"""Where running text may be cut, and how much speaks against each place.

A segment ends where a sentence does, often at a colon, sometimes at a comma; titles and lines of chats have no full
stop, so a capital letter may begin one. Nowhere else: to allow every place between two words costs ten times the time
and finds no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.language.codes import UNSPACED, macrolanguage
from harness.language.script import HAN

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: What a cut costs, as a log-likelihood: after a paragraph, a sentence, a clause, a comma (the same before a capital
#: letter), and after the full stop of an abbreviation.
PARAGRAPH, SENTENCE, CLAUSE, COMMA, SHORT = 1.5, 0.0, -1.5, -2.5, -2.5

_UNSPACED_LETTERS = f"{HAN}\u3040-\u30ff\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(f"[{_UNSPACED_LETTERS}]|(?:(?![{_UNSPACED_LETTERS}])\\w)+(?:['’](?:(?![{_UNSPACED_LETTERS}])\\w)+)*")
_CLOSING = "\"'”’»›」』）)】》〉]"
_OPENING = "\"'“‘«‹「『（(【《〈[¿¡-–—•*#"
_SENTENCE_END = re.compile(rf"[.!?…。！？।؟][.!?…。！？]*[{re.escape(_CLOSING)}]*\s*$")
_CLAUSE_END = re.compile(rf"[;:；：—–][{re.escape(_CLOSING)}]*\s*$")
_COMMA_END = re.compile(rf"[,，、،)）][{re.escape(_CLOSING)}]*\s*$")
#: "Mr. Wang", "J. Smith", "No. 5": a full stop after which a sentence seldom begins.
_SHORT = re.compile(r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|No|Prof|Sen|Gen|vs|etc|e\.g|i\.e)\.\s*$")
_LINE_END = re.compile(r"\s*[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]\s*")
_WIDE = re.compile(f"[{_UNSPACED_LETTERS}]")


@dataclass(frozen=True)
class CutPlaces:
    """A running text, its words, and the places where it may be cut.

    Attributes:
        text: as it was given.
        words: casefolded, in order; in scripts without spaces every character is one.
        at: for each place the number of words before it: 0 first, all of them last.
        offsets: for each place where in the text it is.
        costs: what a cut at a place adds to a score.
        ends: whether a sentence or a paragraph ends at a place, the first and the last included.
    """

    text: str
    words: tuple[str, ...]
    at: Ints
    offsets: Ints
    costs: Floats
    ends: npt.NDArray[np.bool_]

    def piece(self, first: int, last: int) -> str:
        """The text between two places: without the white space around it, and on one line."""
        text = self.text[int(self.offsets[first]) : int(self.offsets[last])].strip()
        return _LINE_END.sub(_joint, text)


def _joint(line_end: re.Match[str]) -> str:
    """What stands in place of a line end: nothing between characters of a script without spaces."""
    text = line_end.string
    wide = _WIDE.match(text, line_end.start() - 1) and _WIDE.match(text, line_end.end())
    return "" if wide else " "


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, casefolded; in scripts without spaces every character is one.

    >>> words_of("It's 2 a.m. 数字")
    ("it's", '2', 'a', 'm', '数', '字')
    """
    return tuple(m.group().casefold() for m in _WORD.finditer(text))


def cut_places(text: str, language: str) -> CutPlaces:
    """The places where a text in a language may be cut.

    >>> places = cut_places("He came. She, too, left", "en")
    >>> [places.piece(a, a + 1) for a in range(len(places.at) - 1)]
    ['He came.', 'She,', 'too,', 'left']
    """
    matches = list(_WORD.finditer(text))
    words = tuple(m.group().casefold() for m in matches)
    at, offsets, costs = [0], [0], [SENTENCE]
    dense = macrolanguage(language) in UNSPACED
    for number in range(1, len(matches)):
        gap_start, gap_end = matches[number - 1].end(), matches[number].start()
        gap = text[gap_start:gap_end]
        if not gap or (not dense and not any(map(str.isspace, gap)) and not _WIDE.match(text, gap_end)):
            continue
        begins = _beginning(gap)
        cost = _cost(text[max(0, gap_start - 12) : gap_start + begins], gap, text[gap_end], dense)
        if cost is not None:
            at.append(number)
            offsets.append(gap_start + begins)
            costs.append(cost)
    at.append(len(words))
    offsets.append(len(text))
    costs.append(PARAGRAPH)
    every = np.array(costs)
    return CutPlaces(text, words, np.array(at), np.array(offsets), every, every >= SENTENCE)


def _beginning(gap: str) -> int:
    """Where in the gap between two words the second one's opening marks begin."""
    at = len(gap)
    while at and gap[at - 1] in _OPENING and gap[at - 1] not in _closed(gap, at):
        at -= 1
    return at


def _closed(gap: str, at: int) -> str:
    """Straight quotes close what is before them where no space is between."""
    return "\"'" if at >= 2 and not gap[at - 2].isspace() else "" if at >= 2 else "\"'-–—"


def _cost(before: str, gap: str, following: str, dense: bool) -> float | None:
    """What a cut costs here; None where there may be none."""
    whole = before.rstrip()
    stopped = _SENTENCE_END.search(whole) is not None
    short = stopped and _SHORT.search(whole) is not None
    small = following.islower()
    cost = None
    if any(c in gap for c in "\n\r\f"):
        whole_paragraph = (stopped and not short) or gap.count("\n") > 1
        # A line that was wrapped goes on in small letters.
        cost = PARAGRAPH if whole_paragraph else CLAUSE if small else SENTENCE
    elif stopped:
        cost = SHORT if short else COMMA if small else SENTENCE
    elif _CLAUSE_END.search(whole):
        cost = CLAUSE
    elif _COMMA_END.search(whole) or _may_begin(gap, following, dense):
        cost = COMMA
    return cost


def _may_begin(gap: str, following: str, dense: bool) -> bool:
    """A capital letter or a figure after a space; where words are not spaced, whatever follows a space."""
    spaced = any(map(str.isspace, gap))
    return spaced and (following.isupper() or following.isdigit() or (dense and not following.islower()))
