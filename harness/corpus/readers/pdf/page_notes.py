"""Notes of a page and what calls them: footnotes under the text, endnotes behind it, raised marks in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.corpus.readers.pdf.page_geometry import PageLine, Word
from harness.language.characters.note_marks import NOTES_HEADING, calls_note, is_mark, numbers_of

#: Notes are set in type of at most this share of the text's.
_SMALL = 0.93
#: A raised mark is set in type of at most this share of the type beside it, and its foot stands higher by this share.
_MARK_SIZE = 0.85
_RAISED = 0.12
#: A mark follows its word at most so far behind, in heights of the word's type.
_BEHIND = 0.35
_STARTS = re.compile(
    r"\s*(?:\[(?P<square>\d{1,3})\]|[(（](?P<round>\d{1,3})[)）]|(?P<plain>\d{1,3})(?![\d.,%：:]\d)|(?P<sign>[*＊∗†‡§¶①-⑳]{1,3}))\s*[.、．]?\s*\S"
)
_PAGE_NUMBER = re.compile(r"[-–—\s]*\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\s]*|第\s*\d+\s*页.*|Page\s+\d+.*", re.IGNORECASE)
_ENDS = "。．.！？!?;；”’\"')）]】"


@dataclass(frozen=True, slots=True)
class RaisedWord:
    """A small raised word and the one that it stands behind."""

    word: Word
    behind: Word


def raised_words(words: Sequence[Word]) -> list[RaisedWord]:
    """The words that may be marks by their form and place; whether they are, `calls_note` says."""
    by_end: dict[int, list[Word]] = {}
    for word in words:
        by_end.setdefault(int(word.x1 // 8), []).append(word)
    found = []
    for word in words:
        if not is_mark(word.text):
            continue
        cell = int(word.x0 // 8)
        near = (w for c in range(cell - 2, cell + 3) for w in by_end.get(c, ()))
        before = [w for w in near if w is not word and _stands_behind(word, w)]
        if before:
            found.append(RaisedWord(word, max(before, key=lambda w: w.x1)))
    return found


def _stands_behind(mark: Word, word: Word) -> bool:
    """Whether a word of small type stands right behind another, with its foot above the other's."""
    return (
        mark.size <= _MARK_SIZE * word.size
        and -0.2 * word.size <= mark.x0 - word.x1 <= _BEHIND * word.size
        and mark.bottom <= word.bottom - _RAISED * word.size
        and word.top - 0.6 * word.size <= mark.centre <= word.bottom
    )


def body_size(words: Iterable[Word]) -> float:
    """The size of most type of a document, in points; 0 for none."""
    weights: Counter[float] = Counter()
    for word in words:
        weights[round(2 * word.size) / 2] += len(word.text)
    return max(weights, key=lambda size: weights[size]) if weights else 0.0


def footnote_lines(
    lines: Sequence[PageLine], body: float, called: Collection[str], rules: Sequence[float], goes_on: bool
) -> tuple[frozenset[int], bool]:
    """The lines of one column that are notes, and whether the last note goes on over the page.

    Notes are the lines of small type at the foot, from the first one that begins with a number. The number must be
    called on the page, or a rule must stand over it, unless the page has no type of the text's size at all.

    Args:
        lines: of one column, from top to bottom.
        body: the size of the document's type.
        called: what the raised marks of the page call.
        rules: how far from the top short rules stand.
        goes_on: whether a note of the page before has no end yet.
    """
    end = len(lines)
    while end > 0 and len(lines) - end < 2 and _PAGE_NUMBER.fullmatch(lines[end - 1].text.strip()):
        end -= 1
    begin = end
    while begin > 0 and lines[begin - 1].size < _SMALL * body:
        begin -= 1
    starts = [i for i in range(begin, end) if note_number(lines[i].text) is not None]
    first = next(
        (i for i in starts if note_number(lines[i].text) in called or _under_rule(lines[i], lines[:i], rules)), None
    )
    if goes_on and begin < end and (first is None or begin < first):
        first = begin
    if first is None or (begin == 0 and not goes_on and not called):
        return frozenset(), False
    notes = frozenset(range(first, end))
    return notes, lines[end - 1].text.rstrip()[-1:] not in _ENDS


def endnote_lines(
    lines: Sequence[PageLine], starts: Sequence[bool], body: float, called: Collection[str]
) -> frozenset[int]:
    """The lines that are endnotes: a heading such as "Notes" and the numbered lines behind it.

    Args:
        lines: of the whole document, in reading order.
        starts: whether white space parts a line from the one before.
        body: the size of the document's type.
        called: what raised marks call that no footnote answers.
    """
    found: set[int] = set()
    for at, line in enumerate(lines[:-1]):
        if not NOTES_HEADING.fullmatch(line.text.strip()) or note_number(lines[at + 1].text) not in called:
            continue
        last = max((int(n) for n in called if n.isdigit()), default=0)
        small = lines[at + 1].size < _SMALL * body
        number = 0
        end = at + 1
        while end < len(lines):
            own = note_number(lines[end].text)
            if own is not None and own.isdigit() and number < int(own) <= number + 3:
                number = int(own)
            elif (small and lines[end].size >= _SMALL * body) or (not small and number >= last and starts[end]):
                break
            end += 1
        found.update(range(at, end))
    return frozenset(found)


def note_number(text: str) -> str | None:
    """What a line begins with where it begins as a note does: "3", "*", "①"."""
    match = _STARTS.match(text)
    return None if match is None else next(group for group in match.groups() if group is not None)


def _under_rule(line: PageLine, before: Sequence[PageLine], rules: Sequence[float]) -> bool:
    """Whether a short rule stands between a line and the one before it."""
    above = before[-1].top if before else 0.0
    return any(above < rule <= line.top + 0.3 * line.size for rule in rules)


def marks_among(
    raised: Sequence[RaisedWord], notes: Collection[str], before: dict[Word, str]
) -> Iterator[tuple[RaisedWord, bool]]:
    """Every raised word, and whether it calls a note.

    Args:
        raised: of one page.
        notes: the numbers of the notes that the page has.
        before: the text of the line up to the word that a mark stands behind, that word included.
    """
    texts = [before.get(one.behind, one.behind.text) for one in raised]
    plain = [calls_note(text, one.word.text) for one, text in zip(raised, texts, strict=True)]
    called = {n for one, calls in zip(raised, plain, strict=True) if calls for n in numbers_of(one.word.text)}
    # Behind a number or a unit only a note that nothing else calls makes a mark of an exponent.
    free = set(notes) - called
    for one, text, calls in zip(raised, texts, plain, strict=True):
        yield one, calls or calls_note(text, one.word.text, known=bool(numbers_of(one.word.text) & free))
