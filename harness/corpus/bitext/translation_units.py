"""Texts that are aligned already: what TMX, XLIFF, Moses pairs and tables by other hands have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from harness.corpus.testset.segments_table import segment_of
from harness.domain.corpus import LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError
from harness.language.codes import primary

#: Languages whose variants are written with other characters.
_WRITTEN_TWO_WAYS = frozenset({"zh", "sr", "uz", "pa", "mn", "az", "kk"})
_INFO = ("title", "version", "publisher", "date", "origin", "licence")


@dataclass(frozen=True)
class Variant:
    """One language's text of an entry; `name` is the reference's name where the file gives one."""

    lang: str
    text: str
    name: str | None = None


class State(NamedTuple):
    """What a file says of one translation; `name` is its own word, "none" where it says nothing."""

    name: str
    approved: bool


NONE = State("none", True)


@dataclass(frozen=True)
class TranslationUnit:
    """One aligned unit of a file.

    Attributes:
        where: its place, for messages.
        sides: its texts, in file order.
        cells: what else the file says, by the columns of segments.tsv (id, document, paragraph, ...).
        state: what the file says of the translation.
    """

    where: str
    sides: Sequence[Variant]
    cells: Mapping[str, str] = field(default_factory=dict)
    state: State = NONE


#: The states whose translations are references; None for what somebody has approved.
States = AbstractSet[str] | None
AS_APPROVED: States = None
ANY_STATE = "any"


@dataclass(frozen=True, slots=True)
class AlignedOptions:
    """What the user says of a file that is aligned already, where it does not say it itself.

    Attributes:
        columns: of a table: header to a language of the pair, or to a column of segments.tsv.
        sheet: of a workbook: the one to read, or None to find it.
        states: of XLIFF: the states whose translations are references; None for what somebody has approved.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    states: States = AS_APPROVED


#: What a file says itself.
AS_FOUND = AlignedOptions()


@dataclass(frozen=True)
class Aligned:
    """A test set that a file held, and sentences about what of the file is not in it."""

    test_set: TestSet
    notes: tuple[str, ...] = ()


def info_cells(test_set: TestSet) -> dict[str, str]:
    """What formats with a header carry of the test set itself, and its first reference's name; no empty values."""
    values = {"name": test_set.name, **{key: str(getattr(test_set.info, key)) for key in _INFO}}
    values["reference"] = next(iter(test_set.references), "")
    return {key: value for key, value in values.items() if value}


def assemble(
    entries: Sequence[TranslationUnit],
    *,
    pair: LangPair | None,
    name: str,
    file: str,
    info: Mapping[str, str],
    states: States = AS_APPROVED,
) -> Aligned:
    """Entries as a test set.

    Args:
        entries: in file order.
        pair: which language is the source; None where the file has exactly two, the first being the source.
        name: of the test set; also its document's, where the file names none.
        file: for messages.
        info: title, publisher ... as `info_cells` gives them.
        states: the states whose translations are references; None for what somebody has approved.

    Raises:
        InputError: nothing aligned inside, languages that are not those of the pair, or bad cells.
    """
    entries = [_with_languages(entry, pair, file) for entry in entries]
    wanted = pair or _only_pair(entries, file)
    entries, told = _approved(entries, states, file)
    for language in (wanted.source, wanted.target):
        told += _one_language(entries, language, wanted, file)
    kept: list[tuple[TranslationUnit, str, list[Variant]]] = []
    lost: list[str] = []
    doubled = 0
    for entry in entries:
        sources = _of(entry.sides, wanted.source)
        doubled += len(sources) > 1
        if sources:
            kept.append((entry, sources[0].text, _of(entry.sides, wanted.target)))
        else:
            lost.append(entry.where)
    if not any(targets for _, _, targets in kept):
        found = ", ".join(dict.fromkeys(s.lang for e in entries for s in e.sides)) or "none"
        raise InputError(
            f"{file} has no text in both languages of {wanted}.", allowed=f"languages it has: {found}", remedy="--pair"
        )
    ids, notes = _ids([entry.cells.get("id", "") for entry, _, _ in kept], name)
    notes += told
    if doubled:
        notes.append(f"{doubled} entries have a second text in {wanted.source}; the first one is taken.")
    if lost:
        some = "; ".join(lost[:5]) + (" ..." if len(lost) > 5 else "")
        notes.append(f"{len(lost)} entries have no text in {wanted.source} and became no segments: {some}.")
    segments: list[Segment] = []
    texts: dict[str, list[str]] = {n: [] for n in _names([targets for _, _, targets in kept])}
    unaligned = 0
    for number, ((entry, source, targets), id_) in enumerate(zip(kept, ids, strict=True), start=1):
        cells = {"document": name, "paragraph": str(number), **entry.cells, "id": id_, "source": source}
        # An empty text is no translation, unless it is our own export that says so.
        if not targets or ("kind" not in entry.cells and source.strip() and not any(t.text.strip() for t in targets)):
            unaligned += 1
            flag = "unaligned" if entry.state.approved else "unapproved"
            cells["flags"] = ",".join(filter(None, [cells.get("flags", ""), flag]))
        segments.append(segment_of(cells, entry.where))
        named = dict(zip(_names_of(targets), (t.text for t in targets), strict=True))
        for reference, column in texts.items():
            column.append(named.get(reference, ""))
    unaligned -= sum("unapproved" in segment.flags for segment in segments)
    if unaligned:
        notes.append(f"{unaligned} segments have no text in {wanted.target}: flagged unaligned, left out of scoring.")
    references = {reference: tuple(column) for reference, column in texts.items()}
    known: dict[str, Any] = {key: value for key, value in info.items() if key in _INFO}
    return Aligned(TestSet(name, wanted, tuple(segments), references, TestSetInfo(**known)), tuple(notes))


def _with_languages(entry: TranslationUnit, pair: LangPair | None, file: str) -> TranslationUnit:
    """An entry whose sides all have a language: one that the file does not name is the other one of the pair."""
    if all(side.lang for side in entry.sides):
        return entry
    if pair is None:
        raise InputError(f"{file} does not say which languages it is in.", remedy="--pair zh-en, for example")
    named = {primary(side.lang) for side in entry.sides if side.lang}
    free = [language for language in (pair.source, pair.target) if primary(language) not in named]
    sides = [s if s.lang else replace(s, lang=(free or [pair.target]).pop(0)) for s in entry.sides[:1]]
    rest = [pair.target if primary(sides[0].lang) == primary(pair.source) else pair.source] if sides else []
    sides += [s if s.lang else replace(s, lang=rest[0]) for s in entry.sides[1:]]
    return replace(entry, sides=sides)


def _approved(entries: Sequence[TranslationUnit], states: States, file: str) -> tuple[list[TranslationUnit], list[str]]:
    """Entries whose translations are left out where nobody approved them, and the counts by state.

    Raises:
        InputError: a state was asked for that no entry has.
    """
    counts = Counter(entry.state.name for entry in entries)
    said = any(not entry.state.approved for entry in entries) or set(counts) - {NONE.name}
    if states is not None and ANY_STATE not in states:
        for asked in states:
            if asked not in counts:
                raise InputError(
                    f"No translation of {file} is in the state '{asked}'.", allowed=", ".join([*counts, ANY_STATE])
                )
    found: list[TranslationUnit] = []
    left_out: Counter[str] = Counter()
    for entry in entries:
        name = entry.state.name
        wanted = entry.state.approved if states is None else bool({name, ANY_STATE} & states)
        left_out[name] += not wanted and len(entry.sides) > 1
        found.append(replace(entry, state=State(name, wanted), sides=entry.sides if wanted else entry.sides[:1]))
    left_out = +left_out
    if left_out and left_out.total() == sum(len(entry.sides) > 1 for entry in entries):
        raise InputError(
            f"Nobody has approved any of the {left_out.total()} translations of {file}: "
            f"{', '.join(f'{n} {state}' for state, n in left_out.most_common())}.",
            remedy=f"--state {','.join(left_out)}, if these are references",
        )
    if not said:
        return found, []
    notes = [f"Translations by state: {', '.join(f'{n} {state}' for state, n in counts.most_common())}."]
    if left_out:
        which = ", ".join(left_out)
        notes.append(f"{left_out.total()} of them are no references, because nobody has approved them: {which}.")
    return found, notes


def _one_language(entries: Sequence[TranslationUnit], language: str, pair: LangPair, file: str) -> list[str]:
    """Variants of a language (en-GB and en-US) are one where no entry has two of them, and then are told.

    Raises:
        InputError: an entry has two, or they are written differently (zh-CN and zh-TW): then they are two languages.
    """
    tags: Counter[str] = Counter()
    together = False
    for entry in entries:
        own = {_canonical(domain_tag(s.lang)) for s in _of(entry.sides, language)}
        together = together or len(own) > 1
        tags.update(sorted(own))
    if len(tags) < 2:
        return []
    listed = ", ".join(f"{bcp47(tag)} ({count})" for tag, count in tags.most_common())
    first = tags.most_common(1)[0][0]
    chosen = (first, pair.target) if language == pair.source else (pair.source, first)
    if together or primary(language) in _WRITTEN_TWO_WAYS:
        raise InputError(
            f"{file} has several variants of '{language}': {listed}. They are languages of their own.",
            allowed="one of them",
            remedy=f"--pair {bcp47(str(LangPair(*chosen)))}, or another",
        )
    return [f"Variants of '{language}' are taken as one language: {listed}."]


def _canonical(tag: str) -> str:
    """A tag whose region is in capitals and whose script is in title case, whatever the file writes."""
    language, *rest = tag.split("_")
    return "_".join([language, *(r.upper() if len(r) < 4 else r.title() for r in rest)])


def _only_pair(entries: Sequence[TranslationUnit], file: str) -> LangPair:
    found = list(dict.fromkeys(domain_tag(s.lang) for e in entries for s in e.sides))
    if len(found) != 2:
        raise InputError(
            f"{file} has {len(found)} languages ({', '.join(found) or 'none'}), so which two to take must be said.",
            remedy="--pair zh-en, for example",
        )
    return LangPair.parse(f"{found[0]}-{found[1]}")


def _of(sides: Sequence[Variant], language: str) -> list[Variant]:
    """The sides in a language: of exactly its tag, or else of its primary language (zh-CN and zh-Hans for zh)."""
    exact = [s for s in sides if domain_tag(s.lang).lower() == language.lower()]
    return exact or [s for s in sides if primary(s.lang) == primary(language)]


def _names(targets: Sequence[Sequence[Variant]]) -> list[str]:
    """Reference names over all entries, in order of appearance."""
    return list(dict.fromkeys(name for sides in targets for name in _names_of(sides)))


def _names_of(sides: Sequence[Variant]) -> list[str]:
    """A name for each side: its own, or the next free letter where it has none or another has the same."""
    taken = {s.name for s in sides}
    letters = iter(n for n in (f"ref{chr(65 + i)}" for i in range(26)) if n not in taken)
    found: list[str] = []
    for number, side in enumerate(sides):
        free = side.name if side.name is not None and side.name not in found else next(letters, f"ref{number}")
        found.append(free)
    return found


def _ids(given: Sequence[str], name: str) -> tuple[list[str], list[str]]:
    """The file's own ids where every entry has one of its own, else numbers, and a note that says so."""
    if all(given) and len(set(given)) == len(given):
        return list(given), []
    width = max(4, len(str(len(given))))
    notes = (
        [] if not any(given) else ["The file's ids are missing in places or doubled, so segments are numbered anew."]
    )
    return [f"{name}-{number:0{width}d}" for number in range(1, len(given) + 1)], notes


def domain_tag(tag: str) -> str:
    """A BCP 47 tag as this project writes it: "zh-Hans" is "zh_Hans", because a hyphen joins the pair."""
    language, *rest = tag.replace("_", "-").split("-")
    return "_".join([language.lower(), *rest])


def bcp47(tag: str) -> str:
    """The tag as the standards write it."""
    return tag.replace("_", "-")
