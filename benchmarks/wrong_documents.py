"""Whether documents are told that are none: the share paired and what pairs share, on right and on wrong documents.

    python benchmarks/wrong_documents.py DATA [--aligner dictionary|semantic|length]

DATA is a folder with `source.zh` and `refA.en`, one segment per line (WMT22 general, Chinese to English). Right are the
two official documents, `alignment.py`'s documents in every layout with 6% and 25% of the sentences missing on one side,
and blocks of 5 to 60 sentences; wrong are blocks beside another block's translation, and beside their own in another
order; parts are blocks beside the first half or third of their translation.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from alignment import LAYOUTS, PAIR, Parallel, build, load

from harness.corpus.alignment.aligners import Aligner, DictionaryAligner, LengthAligner
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.doubts import doubt_of, pairing_of
from harness.corpus.readers.document import Document, plain_document
from harness.hub.sentence_encoder import packaged_encoder

Case = tuple[str, Sequence[Document]]


def _files(left: Sequence[str], right: Sequence[str]) -> tuple[Document, ...]:
    return plain_document("\n".join(left), "a.txt"), plain_document("\n".join(right), "b.txt")


def cases(parallel: Parallel) -> Iterator[Case]:
    """Every kind of document, right, wrong and in part."""
    for folder in sorted((Path(__file__).resolve().parents[1] / "references").iterdir()):
        text = (folder / "document.txt").read_text(encoding="utf-8")
        yield "right, official", (plain_document(text, "document.txt"),)
    for layout in LAYOUTS:
        for seed, size in enumerate((20, 40, 90, 160)):
            for missing in (0.06, 0.25):
                yield f"right, generated, {missing:.0%} missing", build(parallel, layout, size, seed, missing).documents
    blocks = [parallel.sentences[at : at + 60] for at in range(0, len(parallel.sentences) - 60, 60)]
    for number, block in enumerate(blocks):
        other = blocks[(number + 1) % len(blocks)]
        for size in (5, 10, 20, 60):
            zh = [a for a, _ in block[:size]]
            en = [b for _, b in block[:size]]
            yield f"right, {size} sentences", _files(zh, en)
            yield f"wrong, {size} sentences of another", _files(zh, [b for _, b in other[:size]])
            if size == 60:
                yield "part, the first half", _files(zh, en[:30])
                yield "part, the first third", _files(zh, en[:20])
                random.Random(number).shuffle(en)
                yield "wrong, in another order", _files(zh, en)


def main() -> None:
    """Print a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--aligner", choices=("dictionary", "semantic", "length"), default="dictionary")
    chosen = parser.parse_args()
    aligner: Aligner = LengthAligner() if chosen.aligner == "length" else DictionaryAligner()
    if chosen.aligner == "semantic":
        from harness.corpus.alignment.embedding import EmbeddingAligner

        aligner = EmbeddingAligner(packaged_encoder(), kind="semantic")
    paired: dict[str, list[float]] = defaultdict(list)
    shared: dict[str, list[float]] = defaultdict(list)
    refused: Counter[str] = Counter()
    for kind, documents in cases(load(chosen.data, "test")):
        result = ingest("x", [documents], IngestOptions(PAIR, aligner=aligner))
        found = pairing_of(result.documents[0], PAIR)
        paired[kind].append(found.paired)
        shared[kind] += [] if found.shared is None else [found.shared]
        refused[kind] += doubt_of(found) is not None
    print(f"{'kind':<38}{'documents':>10}{'refused':>9}{'paired':>14}{'shared':>16}")
    for kind, values in sorted(paired.items()):
        beyond = shared[kind] or [float("nan")]
        print(
            f"{kind:<38}{len(values):>10}{refused[kind]:>9}{min(values):>8.2f}-{max(values):.2f}"
            f"{min(beyond):>10.2f}-{max(beyond):.2f}"
        )


if __name__ == "__main__":
    main()
