"""The aligner of a language pair that nobody named one for: never one that finds less than lengths alone do."""

from __future__ import annotations

from harness.corpus.alignment.aligners import Aligner, DictionaryAligner, LengthAligner
from harness.corpus.alignment.embedding import EmbeddingAligner
from harness.domain.corpus import LangPair
from harness.hub.sentence_encoder import encoder_for
from harness.language.codes import macrolanguage


def default_aligner(pair: LangPair) -> Aligner:
    """The dictionary between Chinese and English, else the packaged encoder where it is installed and knows both sides.

    Elsewhere lengths: without a dictionary, spellings and numbers that two languages share find fewer pairs than
    lengths do, since a name that is written otherwise speaks against a true pair.

    Raises:
        MissingModelError: the encoder is installed, and not as it was published.
    """
    languages = macrolanguage(pair.source), macrolanguage(pair.target)
    if set(languages) == {"zh", "en"}:
        return DictionaryAligner()
    encoder = encoder_for(*languages)
    return LengthAligner() if encoder is None else EmbeddingAligner(encoder, kind="semantic")
