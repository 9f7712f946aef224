"""The aligner that `harness ingest` was asked for; here a translation system becomes evidence for alignment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.corpus.alignment.aligners import Aligner, Translate
    from harness.domain import LangPair


def make_aligner(name: str, system: str | None, config: Path, model: Path | None, pair: LangPair) -> Aligner:
    """Build an aligner by name.

    Raises:
        UnknownNameError: there is no aligner, or no system, of that name.
        UserError: --system or --model is missing.
    """
    from harness.corpus.alignment.aligners import ALIGNERS, DictionaryAligner, LengthAligner, TranslationAligner
    from harness.errors import UnknownNameError, UserError

    if name == "auto":
        from harness.corpus.alignment.default_aligner import default_aligner

        return default_aligner(pair)
    if name == "semantic":
        from harness.corpus.alignment.embedding import EmbeddingAligner
        from harness.hub.sentence_encoder import LANGUAGES, encodes, packaged_encoder

        if not encodes(pair.source, pair.target):
            raise UserError(
                f"The aligner 'semantic' does not know both languages of {pair}.",
                allowed=", ".join(sorted(LANGUAGES)),
                remedy="--aligner length, or --aligner labse --model FOLDER",
            )
        return EmbeddingAligner(packaged_encoder(), kind="semantic")
    if name == "dictionary":
        return DictionaryAligner()
    if name == "length":
        return LengthAligner()
    if name == "mt":
        if system is None:
            raise UserError(
                "The aligner 'mt' needs a system whose translations it looks at.",
                remedy=f"name one of {config} with --system",
            )
        return TranslationAligner(_translate(system, config, pair), system)
    if name == "labse":
        from harness.corpus.alignment.embedding import EmbeddingAligner
        from harness.hub.encoder_folder import FolderEncoder

        if model is None:
            raise UserError(
                "The aligner 'labse' needs the folder of an embedding model.", remedy="give it with --model"
            )
        return EmbeddingAligner(FolderEncoder(model))
    raise UnknownNameError("aligner", name, ALIGNERS)


def recorded(folder: Path) -> tuple[str, str | None]:
    """The aligner that a stored test set was made with, and its system."""
    from harness.corpus.testset.references_folder import load_manifest

    name, _, detail = str(load_manifest(folder).info.ingest.get("aligner", "dictionary")).partition(" ")
    return name, detail or None


def _translate(system: str, config: Path, pair: LangPair) -> Translate:
    """A configured system as a function of texts; what it fails to translate gives no evidence."""
    import os

    from harness.backends.catalogue import backends
    from harness.backends.session.translate_segments import translate_all
    from harness.config import Catalogues, load_config
    from harness.domain import Kind, Segment
    from harness.errors import UnknownNameError
    from harness.metrics.catalogue import metrics

    spec = load_config(config, Catalogues(backends, metrics), os.environ)
    known = {entry.name: entry for entry in spec.systems}
    if system not in known:
        raise UnknownNameError("system", system, known, remedy=f"add it to {config}")
    chosen = known[system]

    def translate(texts: Sequence[str]) -> list[str]:
        backend = backends.create(chosen.backend, name=chosen.name, **chosen.parameters)
        segments = [Segment(f"s{i}", "document", 1, Kind.SENTENCE, text) for i, text in enumerate(texts)]
        try:
            return [h.text or "" for h in translate_all(backend, segments, pair, policy=spec.backends)]
        finally:
            backend.close()

    return translate
