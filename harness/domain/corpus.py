"""Documents become test sets; a test set is a list of segments with references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from harness.domain.canonical_json import Json, sha256_of
from harness.errors import UserError

#: Two BCP 47 tags whose scripts (Hans) and regions (CN, 419) are told from languages by their capitals.
_TAG = r"[a-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}|[0-9]{3}))*"
_TAGS = re.compile(rf"({_TAG})-({_TAG})")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

#: Flags that keep a segment out of scoring. Such segments stay in the test set and are counted.
EXCLUDING_FLAGS = frozenset({"truncated", "unaligned", "low-confidence", "excluded", "unapproved", "damaged"})

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

    @property
    def blank(self) -> bool:
        """Nothing but white space: blank in, blank out, and no backend is called."""
        return not self.source.strip()

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


@dataclass(frozen=True)
class TestSet:
    """Named, versioned list of segments of one language pair with one or more references.

    Attributes:
        references: name ("refA", "refB") to one text per segment, in the order of `segments`.

    Raises:
        UserError: duplicate ids, or a reference whose length is not the number of segments.
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
            if len(texts) != len(self.segments):
                raise UserError(
                    f"The reference '{name}' of the test set '{self.name}' has {len(texts)} texts "
                    f"for {len(self.segments)} segments."
                )

    @cached_property
    def scored(self) -> tuple[int, ...]:
        """Indices of the segments that scores are computed over."""
        return tuple(i for i, s in enumerate(self.segments) if s.scored)

    def references_of(self, index: int) -> tuple[str, ...]:
        """The references of one segment, in the order of their names' appearance."""
        return tuple(texts[index] for texts in self.references.values())

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
