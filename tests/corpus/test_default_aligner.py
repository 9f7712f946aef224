"""Nobody who names no aligner gets one that finds less than lengths do."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.alignment import default_aligner as module
from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.alignment.default_aligner import default_aligner
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.readers.document import plain_document
from harness.domain import LangPair
from harness.hub.sentence_encoder import is_installed

#: Sentences of very different lengths whose names are written in two scripts.
JAPANESE = [
    "契約は月曜日に東京で署名された。",
    "猫はソファで寝ている。",
    "原油価格は三日続けて下落し、市場では先行きへの不安が広がっている。",
    "雨が降った。",
    "新しい図書館は来年の春に開館し、誰でも無料で利用できる予定だと市長は述べた。",
    "選手たちは帰国した。",
]
ENGLISH = [
    "The contract was signed in Tokyo on Monday.",
    "The cat is asleep on the sofa.",
    "Oil prices fell for the third day in a row, and worries about the outlook are spreading in the markets.",
    "It rained.",
    "The new library will open next spring and anyone will be able to use it free of charge, the mayor said.",
    "The players went home.",
]


@pytest.mark.parametrize(("pair", "name"), [("zh-en", "dictionary"), ("en-zh", "dictionary"), ("cs-en", "length")])
def test_the_pair_decides(pair: str, name: str) -> None:
    assert default_aligner(LangPair.parse(pair)).name == name


def test_without_the_encoder_lengths_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "encoder_for", lambda *_: None)
    assert isinstance(default_aligner(LangPair("ja", "en")), LengthAligner)


@pytest.mark.parametrize("with_encoder", [True, False])
def test_a_japanese_text_finds_its_translation(with_encoder: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not with_encoder:
        monkeypatch.setattr(module, "encoder_for", lambda *_: None)
    elif not is_installed():
        pytest.skip("the extra `semantic` is not installed")
    documents = [plain_document("\n".join(JAPANESE), "a.ja.txt"), plain_document("\n".join(ENGLISH), "a.en.txt")]
    options = IngestOptions(LangPair("ja", "en"))
    found = ingest("a", [documents], options).test_set
    assert options.evidence.name == ("semantic use-multilingual-v3" if with_encoder else "length")
    assert list(found.references["refA"]) == ENGLISH


def test_the_aligner_on_record_ingests_again(tmp_path: Path) -> None:
    from tests.cli.command import harness

    for name, lines in (("a.ja.txt", JAPANESE), ("a.en.txt", ENGLISH)):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    made = harness("ingest", "a.ja.txt", "a.en.txt", "--pair", "ja-en", "--name", "a", cwd=tmp_path)
    assert made.code == 0, made.err
    wanted = "semantic use-multilingual-v3" if is_installed() else "length"
    assert f"aligner: {wanted}" in (tmp_path / "references/a/testset.yaml").read_text(encoding="utf-8")
    again = harness("ingest", "--name", "a", "--check", "--pair", "ja-en", cwd=tmp_path)
    assert again.code == 0, again.err
