"""Scores from what the encoder said. The scoring heads are COMET's own methods, fed with vectors instead of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from harness.domain import Array, Json
from harness.metrics.comet.engine import Engine, Vectors
from harness.metrics.comet.packing import EncoderInput
from harness.metrics.comet.vector_cache import EmbeddingStore

_HEAD_ROWS = 1024
_PREPARED_ROWS = 64


@dataclass(frozen=True)
class Sample:
    """One thing to score; `reference` is None for models that need none."""

    source: str
    hypothesis: str
    reference: str | None


@dataclass(frozen=True)
class Judgement:
    """Scores in the order of the samples, and what else the model said of each."""

    scores: Array
    notes: tuple[Mapping[str, Json], ...]
    cut: tuple[frozenset[str], ...] = field(default=())


class Scorer(Protocol):
    """Samples to scores; one for each family of COMET models."""

    def score(self, samples: Sequence[Sample]) -> Judgement:
        """Scores, notes, and which of "source", "hypothesis", "reference" the encoder's limit cut."""
        ...


class SentenceScorer:
    """Regression, with and without reference: source, hypothesis and reference are encoded apart (Rei et al. 2020)."""

    def __init__(self, engine: Engine, store: EmbeddingStore | None = None) -> None:
        self._engine = engine
        self._store = store
        self._model = engine.model
        # The head asks for the embedding of "input ids"; what it is handed are embeddings already.
        self._model.get_sentence_embedding = lambda vectors, *_args, **_kwargs: vectors

    def score(self, samples: Sequence[Sample]) -> Judgement:
        """See Scorer."""
        texts = list(dict.fromkeys(t for s in samples for t in _texts(s).values()))
        lengths = token_counts(self._model, texts)
        limit = self._model.encoder.max_positions - 2
        too_long = {text for text, length in zip(texts, lengths, strict=True) if length > limit}
        vectors = self._vectors(texts)
        place = {text: i for i, text in enumerate(texts)}
        scores = np.full(len(samples), np.nan)
        for start in range(0, len(samples), _HEAD_ROWS):
            block = samples[start : start + _HEAD_ROWS]
            scores[start : start + len(block)] = self._head(block, vectors, place)
        cut = tuple(frozenset(side for side, text in _texts(s).items() if text in too_long) for s in samples)
        return Judgement(scores, tuple({} for _ in samples), cut)

    def _head(self, block: Sequence[Sample], vectors: Vectors, place: Mapping[str, int]) -> Array:
        import torch

        def column(texts: Sequence[str]) -> Any:
            return torch.from_numpy(vectors[[place[t] for t in texts]])

        inputs = {
            "src_input_ids": column([s.source for s in block]),
            "src_attention_mask": None,
            "mt_input_ids": column([s.hypothesis for s in block]),
            "mt_attention_mask": None,
        }
        if block[0].reference is not None:
            inputs |= {
                "ref_input_ids": column([s.reference or "" for s in block]),
                "ref_attention_mask": None,
            }
        with torch.inference_mode():
            return np.asarray(self._model(**inputs).score.double().numpy())

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        kept = self._store.read(texts) if self._store is not None else {}
        new = [t for t in texts if t not in kept]
        if new:
            limit = self._model.encoder.max_positions - 2
            encoded = self._model.encoder.tokenizer(new, truncation=True, max_length=limit, verbose=False)["input_ids"]
            fresh = self._engine.encode([EncoderInput(tuple(ids)) for ids in encoded]).vectors
            if self._store is not None:
                self._store.write(new, fresh)
            if not kept:
                return fresh
            kept |= dict(zip(new, fresh, strict=True))
        return np.stack([kept[t] for t in texts])


class UnifiedScorer:
    """Unified models and xCOMET: hypothesis, source and reference share one input.

    A sample with source and reference is three inputs, [hypothesis, source], [hypothesis, reference] and all together
    (Wan et al. 2022, "UniTE"; Guerreiro et al. 2024, "xCOMET").
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._model = engine.model
        # `predict_step` calls forward once for each input; it is handed the answers that the engine already has.
        self._model.forward = _answers

    def score(self, samples: Sequence[Sample]) -> Judgement:
        """See Scorer."""
        import torch

        prepared = [self._prepare(samples[i : i + _PREPARED_ROWS]) for i in range(0, len(samples), _PREPARED_ROWS)]
        sequences = [s for inputs in prepared for one in inputs for s in self._sequences(one)]
        encoded = self._engine.encode(sequences)
        scores: list[float] = []
        notes: list[Mapping[str, Json]] = []
        row = 0
        with torch.inference_mode():
            for inputs in prepared:
                for one in inputs:
                    count = len(one["input_ids"])
                    vectors = torch.from_numpy(encoded.vectors[row : row + count])
                    one["score"] = self._model.estimator(vectors).view(-1)
                    if encoded.tags is not None:
                        tags = [torch.from_numpy(t) for t in encoded.tags[row : row + count]]
                        one["logits"] = torch.nn.utils.rnn.pad_sequence(tags, batch_first=True)
                    row += count
                said = self._model.predict_step(inputs)
                scores.extend(said.scores.double().tolist())
                notes.extend(_spans(said, len(inputs[0]["input_ids"])))
        return Judgement(np.array(scores), tuple(notes), self._cut(samples))

    def _prepare(self, block: Sequence[Sample]) -> list[dict[str, Any]]:
        names = {"source": "src", "hypothesis": "mt", "reference": "ref"}
        rows = [{names[side]: text for side, text in _texts(s).items()} for s in block]
        return [dict(one) for one in self._model.prepare_sample(rows, stage="predict")]

    def _sequences(self, one: Mapping[str, Any]) -> list[EncoderInput]:
        lengths = one["attention_mask"].sum(1).tolist()
        ids, types = one["input_ids"].tolist(), one.get("token_type_ids")
        words = (one["label_ids"] != -1).sum(1).tolist() if "label_ids" in one else [0] * len(ids)
        kinds = types.tolist() if types is not None else None
        return [
            EncoderInput(tuple(ids[i][:n]), None if kinds is None else tuple(kinds[i][:n]), min(words[i], n))
            for i, n in enumerate(lengths)
        ]

    def _cut(self, samples: Sequence[Sample]) -> tuple[frozenset[str], ...]:
        """Which sides are cut: each text has a limit, and so have the inputs that they share, cut from their end."""
        texts = list(dict.fromkeys(t for s in samples for t in _texts(s).values()))
        length = dict(zip(texts, token_counts(self._model, texts), strict=True))
        encoder = self._model.encoder
        alone, together = encoder.max_positions - 2, encoder.max_positions
        found = []
        for sample in samples:
            sides = {k: t for k, t in _texts(sample).items() if k == "hypothesis" or k in self._others()}
            cut = {side for side, text in sides.items() if length[text] > alone}
            others = [k for k in ("source", "reference") if k in sides]
            for used in [[k] for k in others] + ([others] if len(others) > 1 else []):
                total = min(length[sample.hypothesis], alone)
                for side in used:
                    # Each text brings its own two special tokens, and a separator stands between two texts.
                    total += min(length[sides[side]], alone) - 2 + encoder.size_separator
                    if total > together:
                        cut.add(side)
            found.append(frozenset(cut))
        return tuple(found)

    def _others(self) -> set[str]:
        names = {"src": "source", "ref": "reference"}
        return {names[k] for k in self._model.hparams.input_segments if k in names}


def token_counts(model: Any, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has, special tokens included, before anything is cut."""
    if not texts:
        return []
    encoded = model.encoder.tokenizer(list(texts), truncation=False, verbose=False)
    return [len(ids) for ids in encoded["input_ids"]]


def _texts(sample: Sample) -> dict[str, str]:
    texts = {"source": sample.source, "hypothesis": sample.hypothesis}
    if sample.reference is not None:
        texts["reference"] = sample.reference
    return texts


def _answers(score: Any = None, logits: Any = None, **_: Any) -> Any:
    from comet.models.utils import Prediction

    return Prediction(score=score, logits=logits) if logits is not None else Prediction(score=score)


def _spans(said: Any, count: int) -> list[Mapping[str, Json]]:
    metadata = said.get("metadata", {})
    if "error_spans" not in metadata:
        return [{} for _ in range(count)]
    return [{"error_spans": [dict(span) for span in spans]} for spans in metadata["error_spans"]]
