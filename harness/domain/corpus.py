"""Documents become test sets; a test set is a list of segments with references."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from harness.domain.canonical_json import Json, sha256_of
from harness.errors import UserError

#: Two BCP 47 tags whose scripts (Hans) and regions (CN, 419) are told from languages by their capitals.
_TAG = r"[a-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}|[0-9]{3}))*"
_TAGS = re.compile(rf"({_TAG})-({_TAG})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

#: The flag of a segment whose references are all missing.
NO_REFERENCE = "no-reference"
#: Flags that keep a segment out of scoring. Such segments stay in the test set and are counted.
EXCLUDING_FLAGS = frozenset(
    {"truncated", "unaligned", "low-confidence", "excluded", "unapproved", "damaged", NO_REFERENCE}
)

#: The subset that says the reference side is missing or cut: the source may still be worth translating.
TARGET_SIDE_FLAGS = frozenset({"truncated", "unaligned"})


class Kind(str, Enum):
    """What a segment is in its document."""

    TITLE = "title"
    HEADING = "heading"
    SENTENCE = "sentence"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class LangPair:
    """Source and target language, as BCP 47 tags.

    >>> str(LangPair.parse("zh-en"))
    'zh-en'
    """

    source: str
    target: str

    @classmethod
    def parse(cls, text: str) -> LangPair:
        """Read "zh-en", or "zh_Hans-en" (inside one language, subtags are joined by an underscore, or are in capitals).

        >>> LangPair.parse("zh-CN-en-GB")
        LangPair(source='zh_CN', target='en_GB')
        """
        tagged = _TAGS.fullmatch(text)
        if tagged is not None:
            return cls(tagged[1].replace("-", "_"), tagged[2].replace("-", "_"))
        source, dash, target = text.partition("-")
        if not dash or not _LANGUAGE.fullmatch(source) or not _LANGUAGE.fullmatch(target):
            raise UserError(
                f"'{text}' is not a language pair.", allowed="two language codes and a hyphen, such as zh-en"
            )
        return cls(source, target)

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in a text: white space, and characters without a width (a byte-order mark).

    >>> is_blank(" \\u200b\\ufeff"), is_blank(".")
    (True, False)
    """
    return not text.strip() or all(c.isspace() or unicodedata.category(c) in ("Cf", "Cc") for c in text)


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit of scoring. It holds no reference: what a backend is given cannot leak one.

    Attributes:
        id: stable and unique within its test set.
        document: the document it is from.
        paragraph: counted from 1 within the document.
        kind: title, heading or sentence.
        source: the text to translate; never stripped or normalised after ingestion.
        flags: short lower-case words; those in EXCLUDING_FLAGS keep it out of scoring.
        confidence: of the alignment, 0 to 1, or None where the pairs were given, not found.
    """

    id: str
    document: str
    paragraph: int
    kind: Kind
    source: str
    flags: frozenset[str] = frozenset()
    confidence: float | None = None

    def __post_init__(self) -> None:
        if type(self.kind) is not Kind:
            kinds = {kind.value: kind for kind in Kind}
            if self.kind not in kinds:
                raise UserError(f"Segment '{self.id}' has the kind {self.kind!r}.", allowed=", ".join(kinds))
            object.__setattr__(self, "kind", kinds[self.kind])

    @property
    def blank(self) -> bool:
        """Nothing that can be seen: blank in, blank out, and no backend is called."""
        return is_blank(self.source)

    @property
    def scored(self) -> bool:
        """Whether scores are computed over this segment."""
        return not (self.flags & EXCLUDING_FLAGS)


@dataclass(frozen=True)
class TestSetInfo:
    """Where a test set is from. Free text, except `date` (ISO 8601) and `version`."""

    __test__ = False

    title: str = ""
    version: str = "1"
    publisher: str = ""
    date: str = ""
    origin: str = ""
    licence: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    ingest: Mapping[str, Json] = field(default_factory=dict)


def check_texts(texts: Sequence[object], what: str, *, missing: str | None = None) -> tuple[str, ...]:
    """The texts, after a look at what they are.

    Args:
        texts: what a program gave.
        what: they are, for messages ("The source of the test set 'x'").
        missing: what None becomes; None refuses it.

    Raises:
        UserError: one is no text, or has half of a surrogate pair, which no file can hold.
    """
    found: list[str] = []
    for number, text in enumerate(texts, start=1):
        if isinstance(text, str):
            found.append(text)
        elif text is None and missing is not None:
            found.append(missing)
        else:
            found_type = "None" if text is None else f"a value of the type {type(text).__name__}"
            raise UserError(
                f"{what} has {found_type} in place {number}.",
                allowed="text" if missing is None else "text, or None where there is none",
            )
    try:
        "".join(found).encode("utf-8")
    except UnicodeEncodeError:
        number = next(n for n, text in enumerate(found, start=1) if _SURROGATE.search(text))
        raise UserError(
            f"{what} has half of a surrogate pair in place {number}: that is no character.",
            remedy='decode it anew, with errors="strict"',
        ) from None
    return tuple(found)


@dataclass(frozen=True)
class TestSet:
    """Named, versioned list of segments of one language pair with one or more references.

    A reference that is blank where the source is not is missing: nobody translated that segment, or not twice. No
    metric sees it. A segment whose references are all missing is not scored, and gets the flag "no-reference".

    Attributes:
        references: name ("refA", "refB") to one text per segment, in the order of `segments`; None may stand for a
            missing one, and becomes "".

    Raises:
        UserError: duplicate ids, a reference whose length is not the number of segments, or what is no text.
    """

    __test__ = False

    name: str
    pair: LangPair
    segments: tuple[Segment, ...]
    references: Mapping[str, tuple[str, ...]]
    info: TestSetInfo = field(default_factory=TestSetInfo)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for segment in self.segments:
            if segment.id in seen:
                raise UserError(f"The test set '{self.name}' has the segment id '{segment.id}' twice.")
            seen.add(segment.id)
        for name, texts in self.references.items():
            one: object = texts
            if isinstance(one, (str, bytes)) or len(texts) != len(self.segments):
                raise UserError(
                    f"The reference '{name}' of the test set '{self.name}' has "
                    f"{'one text' if isinstance(one, (str, bytes)) else f'{len(texts)} texts'} "
                    f"for {len(self.segments)} segments.",
                    allowed="one per segment, in order; None or a blank one where it is missing",
                )
        sources = check_texts([s.source for s in self.segments], f"The source of the test set '{self.name}'")
        references = {
            name: check_texts(texts, f"The reference '{name}' of the test set '{self.name}'", missing="")
            for name, texts in self.references.items()
        }
        object.__setattr__(self, "references", references)
        # The flag follows from the references: one that was stored may be out of date.
        flags = [segment.flags - {NO_REFERENCE} for segment in self.segments]
        for i, source in enumerate(sources):
            if references and not flags[i] & EXCLUDING_FLAGS and not is_blank(source) and not self.references_of(i):
                flags[i] |= {NO_REFERENCE}
        if any(f != s.flags for f, s in zip(flags, self.segments, strict=True)):
            flagged = (replace(s, flags=f) for f, s in zip(flags, self.segments, strict=True))
            object.__setattr__(self, "segments", tuple(flagged))

    @cached_property
    def scored(self) -> tuple[int, ...]:
        """Indices of the segments that scores are computed over."""
        return tuple(i for i, s in enumerate(self.segments) if s.scored)

    def references_of(self, index: int) -> tuple[str, ...]:
        """The references that one segment has, in the order of their names' appearance; missing ones are left out."""
        texts = tuple(texts[index] for texts in self.references.values())
        if all(texts) and not any(map(is_blank, texts)):
            return texts
        return texts if self.segments[index].blank else tuple(text for text in texts if not is_blank(text))

    @cached_property
    def references_by_segment(self) -> tuple[tuple[str, ...], ...]:
        """`references_of` every segment, in order."""
        return tuple(self.references_of(i) for i in range(len(self.segments)))

    @cached_property
    def reference_counts(self) -> Mapping[int, int]:
        """How many scored segments have how many references, the most references first."""
        counts = Counter(len(self.references_of(i)) for i in self.scored)
        return dict(sorted(counts.items(), reverse=True))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all that a score depends on: pair, ids, documents, sources, references, exclusions."""
        return sha256_of(
            {
                "pair": str(self.pair),
                "segments": [[s.id, s.document, s.source, s.scored] for s in self.segments],
                "references": {name: list(texts) for name, texts in self.references.items()},
            }
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the texts and their order alone: two test sets that differ in names and ids have the same."""
        return sha256_of(
            {
                "pair": str(self.pair),
                "segments": [[s.source, s.scored] for s in self.segments],
                "references": {name: list(texts) for name, texts in self.references.items()},
            }
        )
