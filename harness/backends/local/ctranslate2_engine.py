"""Translation models converted for CTranslate2: the same networks, several times faster on a processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.backends.base import Traits
from harness.backends.local.long_inputs import InputPiece, Output, assemble, plan
from harness.backends.local.model_folder import ModelFolder, checksum, read_json
from harness.backends.local.seq2seq import Texts, Wording, load_tokenizer
from harness.backends.local.settings import check_choice, check_counts, check_device
from harness.domain import Hypothesis, Json, LangPair, Segment, System
from harness.errors import BackendError, ConfigError, MissingModelError
from harness.extras import need, release
from harness.hub import find_model

COMPUTE_TYPES = ("int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32")
#: Fields of CTranslate2's call that this backend sets itself.
_NAMED = frozenset(
    {"source", "target_prefix", "max_batch_size", "batch_type", "asynchronous", "beam_size", "num_hypotheses"}
    | {"max_input_length", "max_decoding_length", "return_end_token", "sampling_topk", "sampling_temperature"}
)


class CTranslate2Backend:
    """A converted translation model (`harness prefetch ctranslate2` converts one). Greedy or beam search.

    CTranslate2's own limits (1,024 tokens in, 256 out) cut without a word. Here the limits are the model's own: longer
    segments are split and flagged, and output that does not end is flagged "truncated-output".

    Args:
        name: the system's label.
        model: folder of a converted model, or the hub id of one that `harness prefetch model` has fetched.
        revision: branch, tag or commit of a hub model; null is main.
        tokenizer: folder or hub id of the tokenizer; null is `tokenizer/` in the model's folder, or the folder itself.
        device: auto, cpu, cuda, cuda:1.
        compute_type: int8, int8_float32, int8_float16, int8_bfloat16, int16, float16, bfloat16 or float32.
        beams: beam size, 1 for greedy; null is what the model's publisher set.
        max_new_tokens: longest output of a piece, in tokens.
        options: more of CTranslate2's Translator.translate_batch, such as {"no_repeat_ngram_size": 4}.
        prefix: put before every text; see the backend transformers.
        source_code: the model's own code, such as zho_Hans; null finds it.
        target_code: the same for the target language.
        max_input_tokens: a lower limit than the model's own, beyond which segments are split.
        inter_threads: batches computed at the same time.
        intra_threads: threads of each; 0 leaves it to CTranslate2.
        batch: segments that are finished together; what a killed process can lose.
        batch_tokens: most tokens of one batch inside; it halves itself when memory runs out.
        cache: Hugging Face cache folder; null is the usual one.

    Raises:
        MissingExtraError: ctranslate2 is not installed.
        MissingModelError: the model is not on this machine, or not converted.
        ConfigError: an invalid parameter.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        model: str,
        revision: str | None = None,
        tokenizer: str | None = None,
        device: str = "auto",
        compute_type: str = "int8",
        beams: int | None = None,
        max_new_tokens: int = 512,
        options: Mapping[str, Json] | None = None,
        prefix: str | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
        max_input_tokens: int | None = None,
        inter_threads: int = 1,
        intra_threads: int = 0,
        batch: int = 64,
        batch_tokens: int = 4096,
        cache: str | None = None,
    ) -> None:
        for package in ("ctranslate2", "transformers"):
            need(package, what="The backend 'ctranslate2'", extra="ctranslate2")
        check_choice("compute type", compute_type, COMPUTE_TYPES)
        check_device(device)
        check_counts({"beams": beams, "max_new_tokens": max_new_tokens, "max_input_tokens": max_input_tokens})
        check_counts({"inter_threads": inter_threads, "batch": batch, "batch_tokens": batch_tokens})
        for word in sorted(_NAMED & set(options or {})):
            raise ConfigError(f"'options' may not set '{word}'.", remedy="the backend has parameters of its own for it")
        self._model, self._words = _find(model, revision, tokenizer, cache)
        beams = self._words.default_beams if beams is None else beams
        self._wording = Wording(prefix, source_code, target_code)
        self._longest = min(max_new_tokens, (self._words.positions or max_new_tokens + 1) - 1)
        self._most = max_input_tokens
        self._budget = batch_tokens
        self._options = dict(options or {}) | {"beam_size": beams}
        kind, _, index = device.partition(":")
        self._placed: dict[str, Any] = {"device": kind, "device_index": int(index or 0), "compute_type": compute_type}
        self._placed |= {"inter_threads": inter_threads, "intra_threads": intra_threads}
        self._engine: Any = None
        self._texts: Texts | None = None
        self.traits = Traits(batch=batch)
        self.system = System(
            name=name,
            backend="ctranslate2",
            model=model,
            revision=self._model.revision,
            parameters={
                "prefix": prefix,
                "source_code": source_code,
                "target_code": target_code,
                "compute_type": compute_type,
                "beams": beams,
                "max_new_tokens": max_new_tokens,
                "max_input_tokens": max_input_tokens,
                "options": dict(options or {}),
                "tokenizer": self._words.revision,
                "ctranslate2": release("ctranslate2"),
            },
        )

    def warm_up(self) -> None:
        """The model and its tokenizer."""
        self._loaded()

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The model's translations.

        Raises:
            ConfigError: the model does not know a language, or cannot be computed in this type on this device.
            BackendError: there is not enough memory for a segment.
        """
        engine, texts = self._loaded()
        texts.turn_to(pair)
        limit = texts.limit(self._words.positions, self._longest)
        plans = [plan(s, texts.encode, limit if self._most is None else min(limit, self._most)) for s in segments]
        outputs = iter(self._translated(engine, texts, [p for one in plans for p in one.pieces]))
        return [assemble(one, [next(outputs) for _ in one.pieces], pair) for one in plans]

    def close(self) -> None:
        """Drop the model, so that the next system finds the memory free."""
        if self._engine is not None:
            self._engine.unload_model()
        self._engine = self._texts = None

    def _translated(self, engine: Any, texts: Texts, pieces: Sequence[InputPiece]) -> list[Output]:
        tokenizer = texts.tokenizer
        sources = [tokenizer.convert_ids_to_tokens(list(p.ids)) for p in pieces]
        start = None if texts.forced is None else [[tokenizer.convert_ids_to_tokens(texts.forced)]] * len(pieces)
        while True:
            try:
                results = engine.translate_batch(
                    sources,
                    target_prefix=start,
                    max_batch_size=self._budget,
                    batch_type="tokens",
                    max_input_length=0,  # nothing is cut off: the pieces fit
                    max_decoding_length=self._longest,
                    return_end_token=True,
                    **self._options,
                )
                break
            except TypeError:
                raise ConfigError(
                    f"'options' has a field that CTranslate2 does not know, or a wrong type: {self._options}.",
                    allowed="arguments of ctranslate2.Translator.translate_batch",
                ) from None
            except RuntimeError as error:
                if "out of memory" not in str(error).lower():
                    raise
                if self._budget <= max(len(p.ids) for p in pieces):
                    raise BackendError("There is not enough memory for this segment alone.") from None
                self._budget //= 2
        return [_output(texts, p, r.hypotheses[0]) for p, r in zip(pieces, results, strict=True)]

    def _loaded(self) -> tuple[Any, Texts]:
        if self._engine is None or self._texts is None:
            import ctranslate2

            t5 = self._words.kind in {"t5", "mt5", "umt5"}
            self._texts = Texts(load_tokenizer(self._words.folder), self._wording, t5=t5)
            try:
                self._engine = ctranslate2.Translator(str(self._model.folder), **self._placed)
            except (ValueError, RuntimeError) as error:
                said = " ".join(str(error).split())[:300]
                raise ConfigError(
                    f"CTranslate2 cannot open {self._model.name}: {said}",
                    remedy="choose another compute_type or device; a language model needs the backend transformers",
                ) from None
        return self._engine, self._texts


def _output(texts: Texts, piece: InputPiece, tokens: Sequence[str]) -> Output:
    ended = bool(tokens) and tokens[-1] == texts.tokenizer.eos_token
    kept = list(tokens[:-1] if ended else tokens)
    separate = getattr(texts.tokenizer, "target_encoder", None)  # OPUS-MT with a vocabulary for each side
    if separate is None:
        ids = texts.tokenizer.convert_tokens_to_ids(kept)
    else:
        ids = [separate.get(t, texts.tokenizer.unk_token_id) for t in kept]
    return texts.output(piece, ids, not ended)


def _find(
    model: str, revision: str | None, tokenizer: str | None, cache: str | None
) -> tuple[ModelFolder, ModelFolder]:
    """The converted model, and the folder with its tokenizer and the config it was converted from."""
    place = Path(cache).expanduser() if cache else None
    found = find_model(model, revision=revision, needs=("config.json",), kind="model", cache=place)
    if not (found.folder / "model.bin").is_file():
        raise MissingModelError(
            f"The model {model} is not converted for CTranslate2: it has no model.bin.",
            remedy=f"harness prefetch ctranslate2 --model {model} --output FOLDER, then name that folder as the model",
        )
    converted = ModelFolder(model, found.folder, found.revision or checksum(found.folder), {}, {})
    beside = found.folder / "tokenizer"
    folder, commit = (beside if beside.is_dir() else found.folder), None
    if tokenizer is not None:
        words = find_model(tokenizer, kind="transformers", cache=place)
        folder, commit = words.folder, words.revision
    config = read_json(folder / "config.json", optional=True)
    generation = read_json(folder / "generation_config.json", optional=True)
    # Inside the model's folder it is part of the model's own revision or checksum.
    named = "with the model" if tokenizer is None else commit or checksum(folder)
    return converted, ModelFolder(str(folder), folder, named, config, generation)
