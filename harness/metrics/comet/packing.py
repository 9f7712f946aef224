"""Run an encoder over many texts without one padded token.

Everything in a transformer layer except attention looks at one token at a time, so the tokens of many texts are laid
end to end and go through each matrix once. Attention runs over runs of texts that have the same length: no mask, no
padding, the same numbers as COMET's padded batches to within rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EncoderInput:
    """One input of the encoder.

    Attributes:
        ids: token ids with the special tokens.
        types: token type ids, for encoders that have them.
        words: how many tokens from the start are tagged (the hypothesis), for models with word-level output.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...] | None = None
    words: int = 0


@dataclass(frozen=True)
class Pack:
    """Sequences whose tokens are laid end to end, shorter ones first.

    Attributes:
        rows: where each sequence's result goes.
        sequences: in the order of their tokens.
    """

    rows: tuple[int, ...]
    sequences: tuple[EncoderInput, ...]

    @property
    def tokens(self) -> int:
        """Of all sequences together."""
        return sum(len(s.ids) for s in self.sequences)

    def runs(self) -> list[tuple[int, int, int]]:
        """(first token, number of sequences, their common length) for each length."""
        found: list[tuple[int, int, int]] = []
        start = 0
        for sequence in self.sequences:
            length = len(sequence.ids)
            if found and found[-1][2] == length:
                first, count, _ = found[-1]
                found[-1] = (first, count + 1, length)
            else:
                found.append((start, 1, length))
            start += length
        return found

    def halves(self) -> tuple[Pack, Pack]:
        """The same work in two parts."""
        middle = len(self.rows) // 2
        return (
            Pack(self.rows[:middle], self.sequences[:middle]),
            Pack(self.rows[middle:], self.sequences[middle:]),
        )


def pack(sequences: Sequence[EncoderInput], budget: int, *, one_length: bool = False) -> list[Pack]:
    """Sort by length and cut into packs of at most `budget` tokens, longest first.

    The longest go first so that a budget that does not fit memory shows itself at once. A sequence longer than the
    budget is a pack of its own. With `one_length`, no pack mixes lengths.
    """
    order = sorted(range(len(sequences)), key=lambda i: (len(sequences[i].ids), sequences[i].ids))
    packs: list[Pack] = []
    rows: list[int] = []
    tokens = 0
    for row in order:
        length = len(sequences[row].ids)
        full = tokens + length > budget or (one_length and length != len(sequences[rows[-1]].ids)) if rows else False
        if full:
            packs.append(Pack(tuple(rows), tuple(sequences[i] for i in rows)))
            rows, tokens = [], 0
        rows.append(row)
        tokens += length
    if rows:
        packs.append(Pack(tuple(rows), tuple(sequences[i] for i in rows)))
    return packs[::-1]


def packable(transformer: Any) -> bool:
    """Whether the encoder is one whose layers `packed_states` knows: XLM-R and XLM-R XL, as published COMET models use.

    Any other encoder runs through its own code, in batches of one length.
    """
    config = getattr(transformer, "config", None)
    return (
        getattr(config, "model_type", None) in {"xlm-roberta", "xlm-roberta-xl"}
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and hasattr(transformer, "embeddings")
        and hasattr(getattr(transformer, "encoder", None), "layer")
    )


def packed_states(transformer: Any, batch: Pack, device: Any) -> Iterator[Any]:
    """Hidden states of the embeddings and then of each layer, each (tokens, width).

    The caller takes what it needs of one layer before it asks for the next, so only two layers are ever held.
    """
    import torch

    config = transformer.config
    ids = torch.tensor([i for s in batch.sequences for i in s.ids], device=device)
    types = torch.zeros_like(ids)
    positions = torch.tensor(_positions(batch, config), device=device)
    runs = batch.runs()
    states = transformer.embeddings(input_ids=ids[None], token_type_ids=types[None], position_ids=positions[None])[0]
    step = _pre_norm_layer if config.model_type == "xlm-roberta-xl" else _post_norm_layer
    layers = transformer.encoder.layer
    yield states
    for number, layer in enumerate(layers):
        states = step(layer, states, runs)
        if config.model_type == "xlm-roberta-xl" and number == len(layers) - 1:
            states = transformer.encoder.LayerNorm(states)
        yield states


def _positions(batch: Pack, config: Any) -> list[int]:
    """Positions as the RoBERTa family counts them: from after the padding index, padding tokens skipped."""
    padding = config.pad_token_id
    positions = []
    for sequence in batch.sequences:
        place = padding
        for token in sequence.ids:
            place += token != padding
            positions.append(padding if token == padding else place)
    return positions


def _post_norm_layer(layer: Any, states: Any, runs: Sequence[tuple[int, int, int]]) -> Any:
    attended = layer.attention.output(_attend(layer.attention.self, states, runs), states)
    return layer.output(layer.intermediate(attended), attended)


def _pre_norm_layer(layer: Any, states: Any, runs: Sequence[tuple[int, int, int]]) -> Any:
    normed = layer.attention.self_attn_layer_norm(states)
    attended = layer.attention.output(_attend(layer.attention.self, normed, runs), states)
    return layer.output(layer.intermediate(layer.LayerNorm(attended)), attended)


def _attend(attention: Any, states: Any, runs: Sequence[tuple[int, int, int]]) -> Any:
    """Self-attention within each sequence: (tokens, width) to (tokens, width)."""
    import torch

    heads, width = attention.num_attention_heads, attention.attention_head_size
    query, key, value = attention.query(states), attention.key(states), attention.value(states)
    context = torch.empty_like(query)
    for start, count, length in runs:
        stop = start + count * length
        shape = (count, length, heads, width)
        result = torch.nn.functional.scaled_dot_product_attention(
            *(part[start:stop].view(shape).transpose(1, 2) for part in (query, key, value))
        )
        context[start:stop] = result.transpose(1, 2).reshape(stop - start, heads * width)
    return context
