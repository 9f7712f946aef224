"""The loop around `generate`: batches by token budget, out-of-memory halving, sampling that no batch can change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.backends.local.long_inputs import InputPiece, Output
from harness.backends.local.model_folder import ModelFolder
from harness.backends.local.seq2seq import quiet
from harness.backends.local.settings import check_counts
from harness.devices import is_out_of_memory, usable_device
from harness.domain import Json
from harness.errors import BackendError, ConfigError, InputError

DTYPES = ("float32", "float16", "bfloat16")
#: Fields that the backend sets from parameters of its own, which `generation` may not set a second time or undermine.
RESERVED = frozenset(
    {"num_beams", "max_new_tokens", "max_length", "do_sample", "temperature", "top_k", "top_p"}
    | {"num_return_sequences", "forced_bos_token_id", "forced_eos_token_id", "return_dict_in_generate"}
)


@dataclass(frozen=True)
class Decoding:
    """How output is searched for.

    Args:
        beams: beam size; 1 is greedy.
        max_new_tokens: longest output of one piece.
        temperature: above 0 samples; None and 0 search.
        top_k, top_p: narrow what is sampled from.
        seed: of sampling; None draws one, and another the next time.
        extra_fields: further fields of transformers' GenerationConfig.

    Raises:
        ConfigError: invalid numbers, or numbers that contradict each other.
    """

    beams: int = 1
    max_new_tokens: int = 512
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    seed: int | None = None
    extra_fields: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_counts({"beams": self.beams, "max_new_tokens": self.max_new_tokens, "top_k": self.top_k})
        if self.temperature is not None and self.temperature < 0:
            raise ConfigError(f"'temperature' is {self.temperature}.", allowed="0 or more")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise ConfigError(f"'top_p' is {self.top_p}.", allowed="above 0, at most 1")
        if self.samples and self.beams > 1:
            raise ConfigError("Sampling and beam search exclude each other.", remedy="set beams: 1, or no temperature")
        if not self.samples and (self.top_k is not None or self.top_p is not None or self.seed is not None):
            raise ConfigError("top_k, top_p and seed are for sampling.", remedy="set a temperature above 0")
        for name in sorted(RESERVED & set(self.extra_fields)):
            raise ConfigError(
                f"'generation' may not set '{name}'.", remedy="the backend has parameters of its own for it"
            )

    @property
    def samples(self) -> bool:
        """Whether output is sampled."""
        return bool(self.temperature)

    @property
    def deterministic(self) -> bool:
        """Whether the same text has the same output, whatever the batch."""
        return not self.samples or self.seed is not None

    @property
    def identity(self) -> Mapping[str, Json]:
        """For System.parameters."""
        return {
            "beams": self.beams,
            "max_new_tokens": self.max_new_tokens,
            "temperature": self.temperature or 0.0,
            "top_k": self.top_k,
            "top_p": self.top_p,
            "seed": self.seed,
            "generation": dict(self.extra_fields),
        }


class Generator:
    """A loaded model and the loop around it.

    Args:
        weights: what to load.
        decoding: how to search.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: of the weights.
        budget: most tokens of one call of `generate`: rows times the longest row's tokens times beams.
    """

    def __init__(self, weights: ModelFolder, decoding: Decoding, *, device: str, dtype: str, budget: int) -> None:
        self.decoding = decoding
        self.budget = budget
        self.device = usable_device(device)
        self.model = load_model(weights, self.device, dtype)
        self.causal = weights.chats
        #: Most tokens that a decoder can write; None where the model's positions are no limit of its own.
        self.max_positions = None if self.causal else weights.positions
        self._config = self._configured()
        self._ends = _as_ids(self._config.eos_token_id)
        self._pad = int(self._config.pad_token_id)
        self._entropy = self._drawn_seed() if decoding.samples and decoding.seed is None else decoding.seed

    def generate(
        self,
        pieces: Sequence[InputPiece],
        forced: int | None,
        finish: Callable[[InputPiece, Sequence[int], bool], Output],
    ) -> list[Output]:
        """What the model makes of each piece, in their order.

        Args:
            pieces: of any length; they are sorted here, so that little of a batch is padding.
            forced: the token that each output begins with, or None.
            finish: makes an output of a piece, the tokens of its answer, and whether they were cut off.
        """
        outputs: dict[int, Output] = {}
        waiting = sorted(range(len(pieces)), key=lambda i: (len(pieces[i].ids), i))
        while waiting:
            batch = self._batch(waiting, pieces)
            try:
                answers = self._call([pieces[i] for i in batch], forced)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._free()
                if len(batch) == 1:
                    outputs[waiting.pop()] = Output(None, error="There is not enough memory for this segment alone.")
                else:
                    # Later batches stay this small: one failure an hour is cheap, one per batch is not.
                    self.budget = max(1, self._cost(batch, pieces) // 2)
                continue
            del waiting[-len(batch) :]
            for index, (ids, cut) in zip(batch, answers, strict=True):
                outputs[index] = finish(pieces[index], ids, cut)
        return [outputs[i] for i in range(len(pieces))]

    def close(self) -> None:
        """Give the memory back, the device's as well."""
        self.model = None
        self._free()

    def _batch(self, waiting: Sequence[int], pieces: Sequence[InputPiece]) -> list[int]:
        """The longest pieces first: what does not fit into memory shows at once, not after an hour."""
        longest = max(1, len(pieces[waiting[-1]].ids)) * self.decoding.beams
        rows = max(1, self.budget // longest)
        return list(waiting[-rows:])

    def _cost(self, batch: Sequence[int], pieces: Sequence[InputPiece]) -> int:
        return len(batch) * max(len(pieces[i].ids) for i in batch) * self.decoding.beams

    def _call(self, pieces: Sequence[InputPiece], forced: int | None) -> list[tuple[list[int], bool]]:
        import torch

        width = max(len(p.ids) for p in pieces)
        rows, mask = [], []
        for piece in pieces:
            gap = width - len(piece.ids)
            padding, nothing, ones = [self._pad] * gap, [0] * gap, [1] * len(piece.ids)
            # A language model goes on from the last token, so its padding stands on the left.
            rows.append([*padding, *piece.ids] if self.causal else [*piece.ids, *padding])
            mask.append([*nothing, *ones] if self.causal else [*ones, *nothing])
        config = self._config if forced is None else self._beginning_with(forced)
        with torch.inference_mode(), quiet():
            found = self.model.generate(
                input_ids=torch.tensor(rows, device=self.device),
                attention_mask=torch.tensor(mask, device=self.device),
                generation_config=config,
                use_model_defaults=False,  # else a field set to its default is replaced by the model's own value
                logits_processor=self._sampling(pieces),
            )
        skip = width if self.causal else 1
        return [self._answer(row[skip:]) for row in found.tolist()]

    def _answer(self, ids: list[int]) -> tuple[list[int], bool]:
        for place, token in enumerate(ids):
            if token in self._ends:
                return ids[:place], False
        return ids, True

    def _configured(self) -> Any:
        """The model's own configuration with this decoding; it is never changed again."""
        import copy

        d = self.decoding
        config = copy.deepcopy(self.model.generation_config)
        longest = d.max_new_tokens if self.max_positions is None else min(d.max_new_tokens, self.max_positions - 1)
        unknown = config.update(
            **dict(d.extra_fields),
            do_sample=False,
            num_beams=d.beams,
            max_new_tokens=longest,
            max_length=20,  # transformers' default, which says that only max_new_tokens counts
            num_return_sequences=1,
            temperature=1.0,
            top_k=50,
            top_p=1.0,
            # OPUS-MT and mBART force an end at the longest output, which would hide that it was cut off.
            forced_eos_token_id=None,
        )
        if unknown:
            raise ConfigError(
                f"'generation' has a field '{next(iter(unknown))}' that transformers does not know.",
                allowed="fields of transformers.GenerationConfig, such as no_repeat_ngram_size",
            )
        if config.pad_token_id is None:
            config.pad_token_id = (_as_ids(config.eos_token_id) or (0,))[0]
        return config

    def _beginning_with(self, token: int) -> Any:
        """A copy of the configuration for outputs that begin with `token`."""
        import copy

        config = copy.deepcopy(self._config)
        config.forced_bos_token_id = token
        return config

    def _sampling(self, pieces: Sequence[InputPiece]) -> Any:
        import transformers

        chain = transformers.LogitsProcessorList()
        d = self.decoding
        if d.samples:
            chain.append(transformers.TemperatureLogitsWarper(float(d.temperature or 1.0)))
            if d.top_k is not None:
                chain.append(transformers.TopKLogitsWarper(d.top_k))
            if d.top_p is not None and d.top_p < 1:
                chain.append(transformers.TopPLogitsWarper(d.top_p))
            chain.append(GumbelSampler([f"{self._entropy}\0{p.text}" for p in pieces]))
        return chain

    @staticmethod
    def _drawn_seed() -> int:
        import secrets

        return secrets.randbits(63)

    def _free(self) -> None:
        import gc

        import torch

        gc.collect()
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
        elif self.device == "mps":
            torch.mps.empty_cache()


class GumbelSampler:
    """Sampling as a search: the largest of logit plus Gumbel noise is a draw from the softmax (Gumbel 1954).

    Each row has a generator of its own, seeded by its text, so that neither order nor batch changes what is drawn.
    """

    def __init__(self, seeds: Sequence[str]) -> None:
        import torch

        self._generators = []
        for text in seeds:
            number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1
            self._generators.append(torch.Generator().manual_seed(number))

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores with noise; transformers calls it once a token."""
        import torch

        width = scores.shape[-1]
        waits = [torch.empty(width, dtype=torch.float64).exponential_(generator=g) for g in self._generators]
        noise = -torch.log(torch.stack(waits))  # the logarithm of an exponential variable is Gumbel's
        return scores.float() + noise.to(device=scores.device, dtype=torch.float32)


def load_model(weights: ModelFolder, device: str, dtype: str) -> Any:
    """The model, on its device and ready; no network, no code of the model.

    Raises:
        InputError: the files are not what their config says.
    """
    import torch
    import transformers

    loader = transformers.AutoModelForCausalLM if weights.chats else transformers.AutoModelForSeq2SeqLM
    with quiet():
        try:
            model = loader.from_pretrained(
                str(weights.folder), local_files_only=True, dtype=getattr(torch, dtype), trust_remote_code=False
            )
        except Exception as error:  # safetensors, pickle, torch and transformers each have errors of their own
            if is_out_of_memory(error):
                raise BackendError(f"There is not enough memory for the model {weights.name}.", fatal=True) from None
            raise InputError(
                f"The model {weights.name} cannot be loaded: {' '.join(str(error).split())[:300]}",
                remedy="fetch or copy it again; `harness prefetch --verify` finds damaged files",
            ) from None
    try:
        return model.eval().to(device)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        raise BackendError(
            f"There is not enough memory on {device} for the model {weights.name}.",
            fatal=True,
            remedy="use dtype: bfloat16, another device, or a smaller model",
        ) from None


def _as_ids(given: int | Sequence[int] | None) -> tuple[int, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, int) else tuple(given)
