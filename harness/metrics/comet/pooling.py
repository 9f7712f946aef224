"""From hidden states to sentence vectors, as COMET does it: mix the layers, then pool the tokens.

COMET mixes layers with learned weights (softmax or sparsemax), optionally after normalising each layer over the whole
sentence. Mixing is linear, so it is done layer by layer while the encoder runs, and layers of weight zero are skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import ConfigError
from harness.metrics.comet.packing import Pack


def weights_of(mixture: Any, layer: int | None, pool: str, layers: int) -> Mapping[int, float]:
    """Which layers count, and how much."""
    if pool == "default":
        return {layers - 1: 1.0}
    if mixture is None:
        if layer is None or not 0 <= layer < layers:
            raise ConfigError(f"The COMET checkpoint names the layer {layer}; its encoder has {layers}.")
        return {layer: 1.0}
    import torch

    scalars = torch.cat(list(mixture.scalar_parameters)).float()
    normed = mixture.transform_fn(scalars, dim=0) * mixture.gamma.float()
    return {i: float(w) for i, w in enumerate(normed) if float(w) != 0.0} or {0: 0.0}


@dataclass
class Mixed:
    """The mixture so far: all tokens (tokens, width), or only the first of each sequence (n, width)."""

    states: Any
    first_only: bool

    def vectors(self, batch: Pack, pool: str, padding: int) -> Any:
        """Sentence vectors, (n, width), fp32."""
        import torch

        if self.first_only:
            return self.states
        out, start = [], 0
        for sequence in batch.sequences:
            stop = start + len(sequence.ids)
            tokens = self.states[start:stop]
            if padding in sequence.ids:  # a text that spells the padding token; COMET leaves its place empty
                empty = torch.tensor([i == padding for i in sequence.ids], device=tokens.device)[:, None]
                tokens = tokens.masked_fill(empty, 0.0 if pool == "avg" else float("-inf"))
            out.append(tokens.sum(0) / len(sequence.ids) if pool == "avg" else tokens.amax(0))
            start = stop
        return torch.stack(out)


def pooled(parts: Any, batch: Pack, state: Any, weight: float, so_far: Mixed | None) -> Mixed:
    """Add one layer to the mixture."""
    first_only = parts.sentence_only
    if parts.mixture is not None and parts.pool != "default" and parts.mixture.layer_norm:
        state = _normalised(batch, state.float())
    if first_only:
        starts = [0]
        for sequence in batch.sequences[:-1]:
            starts.append(starts[-1] + len(sequence.ids))
        state = state[starts]
    state = state.float()
    if so_far is None:
        return Mixed(state * weight, first_only)
    so_far.states.add_(state, alpha=weight)
    return so_far


def _normalised(batch: Pack, state: Any) -> Any:
    """Each sentence to mean 0 and variance 1 over all its tokens and dimensions."""
    import torch

    out = torch.empty_like(state)
    for start, count, length in batch.runs():
        stop = start + count * length
        block = state[start:stop].view(count, -1)
        mean = block.mean(1, keepdim=True)
        variance = ((block - mean) ** 2).mean(1, keepdim=True)
        out[start:stop] = ((block - mean) / torch.sqrt(variance + 1e-12)).view(stop - start, -1)
    return out
