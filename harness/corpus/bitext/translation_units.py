"""Texts that are aligned already: what TMX, XLIFF, Moses pairs and tables by other hands have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.corpus.testset.segments_table import segment_of
from harness.domain.corpus import LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError
from harness.language.codes import primary

_INFO = ("title", "version", "publisher", "date", "origin", "licence")


@dataclass(frozen=True)
class Variant:
    """One language's text of an entry; `name` is the reference's name where the file gives one."""

    lang: str
    text: str
    name: str | None = None


@dataclass(frozen=True)
class TranslationUnit:
    """One aligned unit of a file.

    Attributes:
        where: its place, for messages.
        sides: its texts, in file order.
        cells: what else the file says, by the columns of segments.tsv (id, document, paragraph, ...).
    """

    where: str
    sides: Sequence[Variant]
    cells: Mapping[str, str] = field(default_factory=dict)


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
    entries: Sequence[TranslationUnit], *, pair: LangPair | None, name: str, file: str, info: Mapping[str, str]
) -> Aligned:
    """Entries as a test set.

    Args:
        entries: in file order.
        pair: which language is the source; None where the file has exactly two, the first being the source.
        name: of the test set; also its document's, where the file names none.
        file: for messages.
        info: title, publisher ... as `info_cells` gives them.

    Raises:
        InputError: nothing aligned inside, languages that are not those of the pair, or bad cells.
    """
    wanted = pair or _only_pair(entries, file)
    kept: list[tuple[TranslationUnit, str, list[Variant]]] = []
    lost: list[str] = []
    for entry in entries:
        sources = _of(entry.sides, wanted.source)
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
            cells["flags"] = ",".join(filter(None, [cells.get("flags", ""), "unaligned"]))
        segments.append(segment_of(cells, entry.where))
        named = dict(zip(_names([targets]), (t.text for t in targets), strict=True))
        for reference, column in texts.items():
            column.append(named.get(reference, ""))
    if unaligned:
        notes.append(f"{unaligned} segments have no text in {wanted.target}: flagged unaligned, left out of scoring.")
    references = {reference: tuple(column) for reference, column in texts.items()}
    known: dict[str, Any] = {key: value for key, value in info.items() if key in _INFO}
    return Aligned(TestSet(name, wanted, tuple(segments), references, TestSetInfo(**known)), tuple(notes))


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
    """Reference names over all entries, in order of appearance; a nameless side gets the next free letter."""
    found: dict[str, None] = {}
    for sides in targets:
        taken = {s.name for s in sides}
        letters = iter(n for n in (f"ref{chr(65 + i)}" for i in range(26)) if n not in taken)
        found.update(dict.fromkeys(side.name or next(letters) for side in sides))
    return list(found)


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
