"""Sentence embeddings as evidence, with a tiny model built on disk: random weights know equal from unequal texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.readers.document import plain_document
from harness.domain.corpus import LangPair
from harness.errors import MissingModelError

TEXTS = [
    "The forum was held on Monday.",
    "China builds ports and railways.",
    "Nobody expected such a large crowd in the square.",
    "Trade grew by a fifth.",
    "The two sides signed a treaty.",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("model")
    words = sorted({w.strip(".").lower() for t in TEXTS for w in t.split()})
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *words]) + "\n")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder))
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(words) + 6, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertModel(config).save_pretrained(str(folder))
    return folder


def test_equal_sentences_find_one_another_past_a_missing_one(model: Path) -> None:
    from harness.corpus.alignment.embedding import EmbeddingAligner
    from harness.hub.encoder_folder import FolderEncoder

    documents = [
        plain_document("\n".join(TEXTS), "a.xx.txt"),
        plain_document("\n".join(TEXTS[:1] + TEXTS[2:]), "a.yy.txt"),
    ]
    aligner = EmbeddingAligner(FolderEncoder(model))
    result = ingest("a", [documents], IngestOptions(LangPair("de", "en"), aligner=aligner))
    found = dict(zip((s.source for s in result.test_set.segments), result.test_set.references["refA"], strict=True))
    assert found == {text: ("" if i == 1 else text) for i, text in enumerate(TEXTS)}


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    from harness.hub.encoder_folder import FolderEncoder

    with pytest.raises(MissingModelError, match=r"no config\.json"):
        FolderEncoder(tmp_path)
