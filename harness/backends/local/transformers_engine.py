"""Models that run here through transformers: translation models, and chat models through their templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.backends.base import Traits
from harness.backends.llm.forms import AnswerForm
from harness.backends.llm.prompts import SYSTEM_PROMPT, USER_PROMPT, PromptTemplate
from harness.backends.local.long_inputs import assemble, plan
from harness.backends.local.model_folder import find_weights
from harness.backends.local.seq2seq import Texts, Wording, load_tokenizer
from harness.backends.local.settings import check_choice, check_counts, check_device
from harness.domain import Hypothesis, Json, LangPair, Segment, System
from harness.errors import BackendError
from harness.extras import need, release

if TYPE_CHECKING:
    from harness.backends.local.causal import Chat
    from harness.backends.local.generation import Generator


class TransformersBackend:
    """A model of the Hugging Face hub, or one's own, on this machine; never downloaded unasked.

    Sequence-to-sequence models (OPUS-MT, NLLB, M2M-100, mBART, T5, MADLAD) and causal language models with a chat
    template (Qwen, Tower, Hunyuan-MT) are told apart by their config. Output that reaches `max_new_tokens` is flagged
    "truncated-output"; a segment over the model's limit is translated in pieces and flagged "split".

    Args:
        name: the system's label.
        model: a folder, or a hub id that `harness prefetch transformers` has fetched.
        revision: branch, tag or commit of a hub model; null is main.
        device: auto (cuda, mps, cpu: the first there is), cpu, cuda, cuda:1, mps.
        dtype: float32, float16 or bfloat16. In half precision the other texts of a batch can change an output.
        beams: beam size, 1 for greedy; null is what the model's publisher set.
        max_new_tokens: longest output of a piece, in tokens.
        temperature: above 0 samples, and then `beams` is 1; null or 0 does not sample.
        top_k: sample from the k likeliest tokens.
        top_p: sample from the likeliest tokens that have this share together.
        seed: of sampling; without one each run differs, and the cache keeps nothing.
        generation: more of transformers' GenerationConfig, such as {"no_repeat_ngram_size": 4}.
        prefix: translation models: put before every text, with {source_language}, {target_language}, {source_code},
            {target_code}; null is what the model was trained with (T5, MADLAD and multilingual OPUS-MT need one).
        source_code: translation models: the model's own code, such as zho_Hans; null finds it.
        target_code: the same for the target language.
        system_prompt: chat models: template of the system message; "" for none.
        prompt: chat models: template of the user message, with {text}.
        examples: chat models: few-shot examples, objects with source and target.
        glossary: chat models: source term to target term, or the path of a two-column TSV.
        chat_template: chat models: Jinja text in place of the model's own template.
        template_variables: chat models: more variables for the template, such as {"enable_thinking": false}.
        answer: chat models: how the translation is read out of an answer, as in `openai`.
        max_input_tokens: a lower limit than the model's own, beyond which segments are split.
        batch: segments that are sorted and finished together; what a killed process can lose.
        batch_tokens: most tokens of one call, padding and beams included; it halves itself when memory runs out.
        cache: Hugging Face cache folder; null is the usual one.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        MissingModelError: the model is not on this machine.
        ConfigError: an invalid parameter.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        model: str,
        revision: str | None = None,
        device: str = "auto",
        dtype: str = "float32",
        beams: int | None = None,
        max_new_tokens: int = 512,
        temperature: float | None = None,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        generation: Mapping[str, Json] | None = None,
        prefix: str | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
        system_prompt: str = SYSTEM_PROMPT,
        prompt: str = USER_PROMPT,
        examples: Sequence[Mapping[str, str]] = (),
        glossary: Mapping[str, str] | str | None = None,
        chat_template: str | None = None,
        template_variables: Mapping[str, Json] | None = None,
        answer: Mapping[str, str] | None = None,
        max_input_tokens: int | None = None,
        batch: int = 64,
        batch_tokens: int = 4096,
        cache: str | None = None,
    ) -> None:
        from harness.backends.local.generation import DTYPES, Decoding

        for package in ("torch", "transformers"):
            need(package, what="The backend 'transformers'", extra="transformers")
        check_choice("dtype", dtype, DTYPES)
        check_device(device, "mps")
        check_counts({"batch": batch, "batch_tokens": batch_tokens, "max_input_tokens": max_input_tokens})
        self._weights = find_weights(model, revision=revision, cache=cache)
        if beams is None:
            beams = 1 if temperature or self._weights.chats else self._weights.default_beams
        self._decoding = Decoding(beams, max_new_tokens, temperature, top_k, top_p, seed, dict(generation or {}))
        self._template: PromptTemplate | None = None
        self._wording = Wording(prefix, source_code, target_code)
        self._chat: dict[str, Any] = {}
        self._form = AnswerForm(answer)
        if self._weights.chats:
            self._template = PromptTemplate(system=system_prompt, user=prompt, examples=examples, glossary=glossary)
            self._chat = {"chat_template": chat_template, "template_variables": dict(template_variables or {})}
        words: dict[str, Json] = {"prefix": prefix, "source_code": source_code, "target_code": target_code}
        if self._template is not None:
            words = {**self._template.identity, **self._chat, **self._form.identity}
        self._placed: dict[str, Any] = {"device": device, "dtype": dtype, "budget": batch_tokens}
        self._most = max_input_tokens
        self._engine: Generator | None = None
        self._texts: Texts | Chat | None = None
        self.traits = Traits(batch=batch)
        self.system = System(
            name=name,
            backend="transformers",
            model=model,
            revision=self._weights.revision,
            parameters={
                **words,
                **self._decoding.identity,
                "dtype": dtype,
                "max_input_tokens": max_input_tokens,
                "transformers": release("transformers"),
            },
            deterministic=self._decoding.deterministic,
        )

    def warm_up(self) -> None:
        """The model and its tokenizer."""
        self._loaded()

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The model's translations; greedy ones do not depend on order and batch.

        Raises:
            ConfigError: the model does not know a language, or its chat template refuses the prompt.
            InputError: the model's files are damaged.
        """
        engine, texts = self._loaded()
        texts.turn_to(pair)
        limit = texts.limit(self._weights.positions, self._decoding.max_new_tokens)
        limit = limit if self._most is None else min(limit, self._most)
        plans, failed = [], {}
        for segment in segments:
            try:
                plans.append(plan(segment, texts.encode, limit))
            except BackendError as error:
                failed[segment.id] = Hypothesis(segment.id, error=error.problem)
        outputs = iter(engine.generate([p for one in plans for p in one.pieces], texts.forced, texts.output))
        done = {p.segment.id: assemble(p, [next(outputs) for _ in p.pieces], pair) for p in plans}
        return [done[s.id] if s.id in done else failed[s.id] for s in segments]

    def close(self) -> None:
        """Drop the model, so that the next system finds the memory free."""
        if self._engine is not None:
            self._engine.close()
        self._engine = self._texts = None

    def _loaded(self) -> tuple[Generator, Texts | Chat]:
        if self._engine is None or self._texts is None:
            from harness.backends.local.causal import Chat
            from harness.backends.local.generation import Generator

            tokenizer = load_tokenizer(self._weights.folder)
            if self._template is not None:
                self._texts = Chat(tokenizer, self._template, form=self._form, **self._chat)
            else:
                self._texts = Texts(tokenizer, self._wording, t5=self._weights.kind in {"t5", "mt5", "umt5"})
            self._engine = Generator(self._weights, self._decoding, **self._placed)
        return self._engine, self._texts
