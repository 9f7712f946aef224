"""What a reviewer changed, in a small readable file next to the document; it survives every re-ingestion.

# corrections.yaml: every text is quoted from the document; a few words that stand nowhere else are enough
pair:                       # these sentences, and no others, belong together
  - source: ["2016年，二十国集团领导人第十一次峰会"]
    target: ["In 2016, the 11th G20 Summit", "Thanks to China's efforts", "Since then, the digital economy"]
accept: ["积极推动世贸组织"]     # the pair with this source sentence is right, whatever its confidence
exclude: ["举办了金砖国家"]      # keep the segment out of scoring
join: ["以来，中国先后提出"]      # the line that begins so goes on with the paragraph before it
part: ["第二部分"]              # the line that begins so begins a paragraph
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.sentences import Sentence
from harness.errors import ConfigError, InputError, did_you_mean

FILE = "corrections.yaml"
_KEYS = ("pair", "accept", "exclude", "join", "part")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One correction: what it does, and the quotations that say where."""

    what: str
    source: tuple[str, ...]
    target: tuple[str, ...] = ()

    def __str__(self) -> str:
        quotes = [f"“{q}”" for q in (*self.source, *self.target)]
        return f"{self.what}: {', '.join(quotes)}"


@dataclass(frozen=True)
class Corrections:
    """All corrections of a test set, in the order of the file."""

    rules: tuple[Rule, ...] = ()
    file: str = FILE

    def blocks_to_part(self, blocks: Sequence[Block]) -> frozenset[int]:
        """Blocks that must begin a paragraph."""
        return frozenset(i for rule in self.rules if rule.what == "part" for i in _blocks(rule, blocks))

    def blocks_to_join(self, blocks: Sequence[Block]) -> frozenset[int]:
        """Blocks that must go on with the paragraph before them."""
        return frozenset(i for rule in self.rules if rule.what == "join" for i in _blocks(rule, blocks))

    def used_on(self, blocks: Sequence[Block]) -> frozenset[int]:
        """Rules about lines that found their line."""
        return frozenset(n for n, r in enumerate(self.rules) if r.what in ("part", "join") and _blocks(r, blocks))

    def check_used(self, used: Iterable[frozenset[int]]) -> None:
        """A correction that finds nothing is an error: the document changed under it.

        Raises:
            InputError: naming the first one.
        """
        found: frozenset[int] = frozenset().union(*used)
        for number, rule in enumerate(self.rules):
            if number not in found:
                raise InputError(
                    f"{self.file}: a correction matches nothing in the document: {rule}.",
                    allowed="words as they stand in one sentence (for join and part: at the start of a line)",
                    remedy="quote the sentence again, or remove the correction",
                )


NO_CORRECTIONS = Corrections()


@dataclass(frozen=True)
class AppliedCorrections:
    """Corrections in terms of one document's sentences.

    Attributes:
        pinned: (source start, source end, target start, target end) of pairs that must be.
        used: numbers of the rules that apply to this document.
    """

    pinned: frozenset[tuple[int, int, int, int]] = frozenset()
    accepted: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    used: frozenset[int] = field(default_factory=frozenset)


def parse_corrections(text: str, *, file: str = FILE) -> Corrections:
    """Read corrections.yaml.

    Raises:
        ConfigError: no YAML, an unknown key, a value that is no text.
    """
    import yaml

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError("this is not YAML.", file=file, line=None if mark is None else mark.line + 1) from None
    if value is None:
        return Corrections(file=file)
    if not isinstance(value, dict):
        raise ConfigError("there are no keys.", file=file, allowed=", ".join(_KEYS))
    rules: list[Rule] = []
    for key, items in value.items():
        if key not in _KEYS:
            hint = did_you_mean(str(key), _KEYS)
            raise ConfigError(f"there is no key '{key}'{hint}", file=file, allowed=", ".join(_KEYS))
        if not isinstance(items, list):
            raise ConfigError(f"'{key}' is not a list.", file=file)
        rules.extend(_rule(str(key), item, file) for item in items)
    return Corrections(tuple(rules), file)


def _rule(key: str, item: Any, file: str) -> Rule:
    if key != "pair":
        if not isinstance(item, str) or not item.strip():
            raise ConfigError(
                f"an item of '{key}' is not a text.", file=file, allowed="words of the document, in quotes"
            )
        return Rule(key, (item,))
    if not isinstance(item, dict) or set(item) - {"source", "target"} or not item:
        raise ConfigError(
            "an item of 'pair' is not a pair.",
            file=file,
            allowed="source: [texts] and target: [texts]; one may be empty",
        )
    return Rule("pair", _quotes(item.get("source"), file), _quotes(item.get("target"), file))


def _quotes(value: Any, file: str) -> tuple[str, ...]:
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or any(not isinstance(i, str) or not i.strip() for i in items):
        raise ConfigError("a side of a pair is not a list of texts.", file=file)
    return tuple(items)


def fix(corrections: Corrections, source: Sequence[Sentence], target: Sequence[Sentence]) -> AppliedCorrections:
    """Find the sentences that corrections quote.

    Raises:
        InputError: a quotation stands in several sentences, or a pair's sentences do not follow one another.
    """
    pinned: set[tuple[int, int, int, int]] = set()
    marked: dict[str, set[int]] = {"accept": set(), "exclude": set()}
    used: set[int] = set()
    for number, rule in enumerate(corrections.rules):
        if rule.what in marked:
            found = _find(rule, rule.source, source, corrections.file)
            if found is not None:
                marked[rule.what].update(range(*found))
                used.add(number)
        elif rule.what == "pair":
            left = _find(rule, rule.source, source, corrections.file)
            right = _find(rule, rule.target, target, corrections.file)
            if left is not None and right is not None:
                pinned.add((*left, *right))
                used.add(number)
    return AppliedCorrections(
        frozenset(pinned), frozenset(marked["accept"]), frozenset(marked["exclude"]), frozenset(used)
    )


def _find(rule: Rule, quotes: Sequence[str], sentences: Sequence[Sentence], file: str) -> tuple[int, int] | None:
    """The run of sentences that quotations name; (0, 0) for none; None where one is not in this document."""
    if not quotes:
        return (0, 0)
    places: list[int] = []
    for quote in quotes:
        wanted = _plain(quote)
        hits = [i for i, s in enumerate(sentences) if wanted in _plain(s.text)]
        exact = [i for i in hits if _plain(sentences[i].text) == wanted]
        hits = exact if len(exact) == 1 else hits
        if not hits:
            return None
        if len(hits) > 1:
            raise InputError(
                f"{file}: “{quote}” stands in {len(hits)} sentences, so that the correction is not clear.",
                remedy="quote more of the sentence",
            )
        places.append(hits[0])
    places.sort()
    if places != list(range(places[0], places[-1] + 1)):
        raise InputError(
            f"{file}: the sentences of a pair do not follow one another ({rule}).",
            remedy="name every sentence between them too",
        )
    return places[0], places[-1] + 1


def _blocks(rule: Rule, blocks: Sequence[Block]) -> list[int]:
    wanted = _plain(rule.source[0])
    return [i for i, b in enumerate(blocks) if _plain(b.text).startswith(wanted)]


def _plain(text: str) -> str:
    return _SPACE.sub("", text)
