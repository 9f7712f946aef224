"""Encode each distinct input once: packed, within a token budget, on one or several devices.

COMET's `predict` spends 98.6% of its time in the encoder, encodes source and reference again for every system and pads
every batch. Here unique inputs are encoded once for all systems, and nothing is padded.
"""

from __future__ import annotations

import copy
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.devices import available_devices, is_out_of_memory, usable_device
from harness.errors import MetricError
from harness.metrics.comet.packing import EncoderInput, Pack, pack, packable, packed_states

Progress = Callable[[int, int], None]
Vectors = npt.NDArray[np.float32]

#: Tokens that go through the encoder together. Measured on one CPU thread with XLM-R-large (docs/comet.md).
CPU_TOKENS = 1024
GPU_TOKENS = 16384
#: The packed encoder must agree with the model's own code this closely, or that code is used.
AGREEMENT = 1e-4


@dataclass(frozen=True)
class Encoded:
    """What the encoder said of each input, in the order of the inputs.

    Attributes:
        vectors: (n, width) sentence vectors, fp32.
        tags: per input (words, labels) logits, for models that tag words; else None.
    """

    vectors: Vectors
    tags: tuple[Vectors, ...] | None


class Engine:
    """Runs one COMET model's encoder.

    Args:
        model: a loaded COMET model.
        precision: "fp32", or "bf16" for the encoder's weights; pooling and the scoring head stay in fp32.
        devices: torch device names; each gets a copy of the encoder and takes the next pack when it is free.
        batch_tokens: the token budget; None takes the default of the device.
        progress: called with (tokens done, tokens in all).
    """

    def __init__(
        self,
        model: Any,
        *,
        precision: str = "fp32",
        devices: Sequence[str] = ("cpu",),
        batch_tokens: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.model = model
        self.precision = precision
        self.devices = tuple(devices)
        self.budget = batch_tokens or (CPU_TOKENS if self.devices[0] == "cpu" else GPU_TOKENS)
        self.progress = progress
        self.packed = packable(model.encoder.model) and self._agrees()
        self._replicas = self._spread()

    def encode(self, sequences: Sequence[EncoderInput]) -> Encoded:
        """Vectors (and tags) of the inputs, each computed once however often it occurs.

        Raises:
            MetricError: one input alone does not fit into memory, or the model gives NaN.
        """
        unique = list(dict.fromkeys(sequences))
        place = {sequence: i for i, sequence in enumerate(unique)}
        found = _Results(len(unique), sum(len(s.ids) for s in unique), self.progress)
        work: queue.SimpleQueue[Pack] = queue.SimpleQueue()
        for batch in pack(unique, self.budget, one_length=not self.packed):
            work.put(batch)
        if len(self._replicas) == 1:
            self._drain(self._replicas[0], work, found)
        else:
            self._drain_together(work, found)
        order = [place[s] for s in sequences]
        tags = tuple(found.tags[i] for i in order) if found.tags else None
        return Encoded(found.stacked()[order], tags)

    def _drain_together(self, work: queue.SimpleQueue[Pack], found: _Results) -> None:
        failures: list[BaseException] = []

        def drain(replica: _Replica) -> None:
            try:
                self._drain(replica, work, found)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=drain, args=(replica,), daemon=True) for replica in self._replicas]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _drain(self, replica: _Replica, work: queue.SimpleQueue[Pack], found: _Results) -> None:
        while True:
            try:
                batch = work.get_nowait()
            except queue.Empty:
                return
            if batch.tokens > self.budget and len(batch.rows) > 1:  # the budget shrank after this was packed
                for half in batch.halves():
                    work.put(half)
                continue
            try:
                vectors, tags = replica.run(batch, packed=self.packed)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if len(batch.rows) == 1:
                    raise MetricError(
                        f"A text of {batch.tokens} tokens does not fit into the memory of {replica.device}.",
                        remedy="score on another device, or with a smaller model",
                    ) from error
                self.budget = max(1, min(self.budget, batch.tokens) // 2)
                for half in batch.halves():
                    work.put(half)
                continue
            found.take(batch, vectors, tags)

    def _spread(self) -> list[_Replica]:
        import torch

        kind = torch.bfloat16 if self.precision == "bf16" else torch.float32
        replicas = []
        for number, device in enumerate(self.devices):
            parts = _Parts.of(self.model) if number == 0 else copy.deepcopy(_Parts.of(self.model))
            replicas.append(_Replica(parts.to(device, kind), device))
        return replicas

    def _agrees(self) -> bool:
        """Whether packing gives what the model's own code gives, on inputs of mixed length.

        The layers' inner parts are called by name; a release of transformers that rearranges them must cost speed,
        never a score.
        """
        import torch

        size = self.model.encoder.model.config.vocab_size
        probes = [EncoderInput(tuple((7 * i * n + 11) % size for i in range(n))) for n in (3, 5, 5, 8)]
        parts = _Parts.of(self.model)
        replica = _Replica(parts, str(next(parts.transformer.parameters()).device))
        together = Pack((0, 1, 2, 3), tuple(probes))
        try:
            ours = replica.run(together, packed=True)[0]
        except (AttributeError, TypeError, RuntimeError):
            return False
        alone = [replica.run(Pack((0,), (probe,)), packed=False)[0] for probe in probes]
        scale = max(1.0, float(torch.cat(alone).abs().max()))
        return bool((ours - torch.cat(alone)).abs().max() <= AGREEMENT * scale)


class _Results:
    """Collects what the devices bring back, by row; the only state that threads share."""

    def __init__(self, count: int, tokens: int, progress: Progress | None) -> None:
        self.tags: dict[int, Vectors] = {}
        self._vectors: list[Vectors | None] = [None] * count
        self._tokens, self._done, self._progress = tokens, 0, progress
        self._lock = threading.Lock()

    def take(self, batch: Pack, vectors: Any, tags: Any) -> None:
        array = vectors.cpu().numpy()
        with self._lock:
            for i, row in enumerate(batch.rows):
                self._vectors[row] = array[i]
                if tags is not None:
                    self.tags[row] = tags[i].cpu().numpy()
            self._done += batch.tokens
            if self._progress is not None:
                self._progress(self._done, self._tokens)

    def stacked(self) -> Vectors:
        rows = [v for v in self._vectors if v is not None]
        if len(rows) != len(self._vectors):
            raise MetricError("The encoder gave no answer for some inputs.")
        stacked = np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
        if not np.isfinite(stacked).all():
            raise MetricError(
                "The COMET model gives NaN or infinity for some inputs.",
                remedy="use precision fp32; if it is in use, the checkpoint is damaged: harness prefetch --verify",
            )
        return stacked


@dataclass
class _Parts:
    """What the encoder's side of a COMET model is made of."""

    encoder: Any
    mixture: Any
    tagger: Any
    pool: str
    layer: int | None
    word_layer: int | None
    sentence_only: bool

    @classmethod
    def of(cls, model: Any) -> _Parts:
        unified = hasattr(model, "input_weights_spans") or hasattr(model.hparams, "sent_layer")
        layer = model.hparams.sent_layer if unified else model.hparams.layer
        tagger = model.hidden2tag if getattr(model, "word_level", False) else None
        return cls(
            encoder=model.encoder,
            mixture=model.layerwise_attention,
            tagger=tagger,
            pool="cls" if unified else model.pool,
            layer=None if model.layerwise_attention is not None else int(layer),
            word_layer=int(model.hparams.word_layer) if tagger is not None else None,
            sentence_only=unified or model.pool in {"cls", "default"},
        )

    @property
    def transformer(self) -> Any:
        return self.encoder.model

    def to(self, device: str, kind: Any) -> _Parts:
        self.encoder.to(device=device, dtype=kind)
        for part in (self.mixture, self.tagger):
            if part is not None:
                part.to(device=device)
        return self


class _Replica:
    """The encoder on one device."""

    def __init__(self, parts: _Parts, device: str) -> None:
        self.parts = parts
        self.device = device

    def run(self, batch: Pack, *, packed: bool) -> tuple[Any, list[Any] | None]:
        """Sentence vectors (n, width) and, for models that tag words, one (words, labels) tensor a sequence."""
        import torch

        from harness.metrics.comet.pooling import Mixed, pooled, weights_of

        parts = self.parts
        with torch.inference_mode():
            wanted = weights_of(parts.mixture, parts.layer, parts.pool, parts.transformer.config.num_hidden_layers + 1)
            last = max([*wanted, parts.word_layer or 0])
            mixed: Mixed | None = None
            tags = None
            states = packed_states(parts.transformer, batch, self.device) if packed else self._own_states(batch)
            for number, state in enumerate(states):
                if number in wanted:
                    mixed = pooled(parts, batch, state, wanted[number], mixed)
                if parts.tagger is not None and number == parts.word_layer:
                    tags = self._tags(batch, state)
                if number == last:
                    break
            assert mixed is not None  # weights_of names at least one layer
            padding = parts.encoder.tokenizer.pad_token_id
            return mixed.vectors(batch, parts.pool, padding), tags

    def _own_states(self, batch: Pack) -> Any:
        """The model's own forward, for a batch of one length."""
        import torch

        ids = torch.tensor([s.ids for s in batch.sequences], device=self.device)
        types = None
        if batch.sequences[0].types is not None:
            types = torch.tensor([s.types for s in batch.sequences], device=self.device)
        out = self.parts.encoder(ids, torch.ones_like(ids), token_type_ids=types)
        return [state.reshape(-1, state.shape[-1]) for state in out["all_layers"]]

    def _tags(self, batch: Pack, state: Any) -> list[Any]:
        logits = self.parts.tagger(state.float())
        tags, start = [], 0
        for sequence in batch.sequences:
            tags.append(logits[start : start + sequence.words])
            start += len(sequence.ids)
        return tags


def devices_of(wanted: str) -> tuple[str, ...]:
    """Device names for "auto", "cpu", "cuda", "cuda:1" or a comma-separated list of them.

    "auto" is every CUDA card, or the processor.

    Raises:
        ConfigError: torch does not have one of them here, or it is "mps": scores computed there have not been compared
            with the processor's.
    """
    there = tuple(d for d in available_devices() if d != "mps")
    if wanted == "auto":
        return tuple(d for d in there if d.startswith("cuda:")) or ("cpu",)
    return tuple(usable_device(part.strip(), among=there) for part in wanted.split(","))
