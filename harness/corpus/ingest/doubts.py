"""Whether a document is one: how much of its text could be paired, and whether its two sides say the same at all.

An aligner finds pairs in any two texts. What tells them is measured on the way: the share of the text on both sides
that stands in pairs of enough confidence, and what the pairs share. A number, a name or a word that stands in few
sentences of the other side stands by chance in the paired one as often as its rarity says; in translations it stands
there in most cases, whatever the pair and whatever the aligner looked at.

Measured on 235 right documents (the two official ones, generated layouts with 6% and 25% of the sentences missing on
one side, manual pages in eleven languages beside their English, from 5 sentences on) and 185 wrong ones (another
document's translation, sentences out of order): docs/ingest.md has the table, `benchmarks/wrong_documents.py` makes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.corpus.alignment.calibration import THRESHOLD
from harness.corpus.ingest.result import IngestedDocument, IngestResult
from harness.domain.corpus import LangPair
from harness.errors import InconclusiveError
from harness.language.lexical_keys import tokens

#: Less of the text of either side than this in pairs, and there is no test set in it.
LEAST_PAIRED = 0.5
#: In a document of fewer sentences a side than this, one of them is a large share: half of LEAST_PAIRED is enough.
_FEW = 5
#: What pairs share beyond chance: right documents have .30 and more, wrong ones a median of 0 and seldom .25.
LEAST_SHARED = 0.25
#: With fewer things that could be shared than this, nothing is said of them.
ENOUGH_KEYS = 10
#: A key that more sentences of the other side have says little.
_RARE_SHARE, _RARE_COUNT = 0.1, 3
#: More of the source standing unchanged on the other side is no translation.
_MOST_SAME = 0.5


@dataclass(frozen=True)
class PairedShares:
    """How much of a document is paired.

    Attributes:
        source, target: the share of each side's characters in pairs of enough confidence, 0 to 1.
        shared: of the rare words, names and numbers of the source that the other side has anywhere, the share that its
            pair has beyond what chance gives; None where there are fewer than ENOUGH_KEYS.
        same: the share of the source's characters whose pair is the same text.
        sentences: how many the side has that has fewer.
    """

    source: float
    target: float
    shared: float | None
    same: float
    sentences: int

    @property
    def paired(self) -> float:
        """The share of the side of which less is paired."""
        return min(self.source, self.target)


def pairing_of(document: IngestedDocument, pair: LangPair, threshold: float = THRESHOLD) -> PairedShares:
    """Measure one document; `threshold` is what its pairs were flagged by."""
    paired = [0, 0]
    same = 0
    for found in document.pairs:
        if not found.source or not found.target:
            continue
        accepted = found.confidence < threshold and "low-confidence" not in found.flags
        if found.confidence >= THRESHOLD or accepted:
            left = "".join(document.source[i].text for i in found.source)
            right = "".join(document.target[j].text for j in found.target)
            paired[0] += len(left)
            paired[1] += len(right)
            same += len(left) * (left == right)
    sizes = [max(1, sum(len(s.text) for s in side)) for side in (document.source, document.target)]
    fewest = min(len(document.source), len(document.target))
    return PairedShares(paired[0] / sizes[0], paired[1] / sizes[1], _shared(document, pair), same / sizes[0], fewest)


def _shared(document: IngestedDocument, pair: LangPair) -> float | None:
    """See `PairedShares.shared`."""
    left = tokens([s.text for s in document.source], pair.source)
    right = [
        {key for token in row for key in token.keys} for row in tokens([s.text for s in document.target], pair.target)
    ]
    where = Counter(key for keys in right for key in keys)
    total = len(right)
    most = max(_RARE_COUNT, _RARE_SHARE * total)
    hits = chance = count = 0.0
    for found in document.pairs:
        has = set().union(*(right[j] for j in found.target))
        for token in (token for i in found.source for token in left[i]):
            places = sum(where[key] for key in token.keys)
            if 0 < places <= most:
                hits += not has.isdisjoint(token.keys)
                chance += min(1.0, places * max(1, len(found.target)) / total)
                count += 1
    return None if count < ENOUGH_KEYS else (hits - chance) / max(1.0, count - chance)


def doubt_of(pairing: PairedShares) -> str | None:
    """What is wrong with a document, the end of a sentence about it; None for one that can stand."""
    if pairing.same > _MOST_SAME:
        return f"is the same text twice: {pairing.same:.0%} of its source stands unchanged on the other side"
    if pairing.shared is not None and pairing.shared < LEAST_SHARED:
        return (
            "hardly translates itself: of the names, numbers and words that both sides could share, its pairs share "
            f"{max(0.0, pairing.shared):.0%} more than chance (translations share {LEAST_SHARED:.0%} and more), and "
            f"{pairing.paired:.0%} of the text could be paired"
        )
    if pairing.paired < (LEAST_PAIRED if pairing.sentences >= _FEW else LEAST_PAIRED / 2):
        return (
            f"can be paired by less than half: {pairing.source:.0%} of the source's text and {pairing.target:.0%} of "
            "the target's"
        )
    return None


def looked_at(result: IngestResult, aligner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A sentence for each document that is none; and one for each of which lengths alone cannot tell."""
    doubts: list[str] = []
    unknown: list[str] = []
    for document in result.documents:
        pairing = pairing_of(document, result.test_set.pair, result.threshold)
        doubt = doubt_of(pairing)
        if doubt is not None:
            doubts.append(f"{document.name} {doubt}.")
        if aligner == "length" and pairing.shared is None:
            unknown.append(
                f"{document.name}: lengths are all that was compared, and too few names and numbers stand on both "
                "sides to say whether they translate one another; look at alignment.html."
            )
    return tuple(doubts), tuple(unknown)


def refuse_doubts(doubts: Sequence[str]) -> None:
    """Stop where a document is none.

    Raises:
        InconclusiveError: with the first documents, in words; nothing has been written.
    """
    if doubts:
        several = f" ({len(doubts)} documents in all)" if len(doubts) > 3 else ""
        raise InconclusiveError(
            " ".join(doubts[:3]) + several,
            allowed="two texts that translate one another, in the same order, more than half of each",
            remedy="check the files and the --pair; --layout or --aligner may help; --keep-going writes it anyway",
        )
