"""The text side of causal language models: a prompt through the model's chat template, and the answer cleaned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.backends.llm.forms import AnswerForm
from harness.backends.llm.prompts import PromptTemplate
from harness.backends.local.long_inputs import InputPiece, Output
from harness.domain import Json, LangPair
from harness.errors import BackendError, ConfigError


class Chat:
    """Turns texts into a chat model's tokens and its tokens into answers, for one pair of languages at a time.

    Args:
        tokenizer: a transformers tokenizer.
        template: the prompt.
        chat_template: Jinja text that replaces the model's own template, or None.
        template_variables: more variables for the template, such as {"enable_thinking": false} for Qwen3.
        form: how its answers are read.

    Raises:
        ConfigError: the model has no chat template and none is given.
    """

    forced: int | None = None

    def __init__(
        self,
        tokenizer: Any,
        template: PromptTemplate,
        *,
        chat_template: str | None,
        template_variables: Mapping[str, Json],
        form: AnswerForm,
    ) -> None:
        self.tokenizer = tokenizer
        self._template = template
        self._form = form
        self._chat_template = chat_template
        self._variables = dict(template_variables)
        self._pair = LangPair("zh", "en")
        if chat_template is None and not tokenizer.chat_template:
            raise ConfigError(
                "The model has no chat template, so it is not known how to put a prompt to it.",
                remedy="use the tuned variant of the model, or give its template as chat_template (Jinja text)",
            )

    def turn_to(self, pair: LangPair) -> None:
        """Set the languages that the prompt names."""
        self._pair = pair

    def encode(self, text: str) -> list[int]:
        """Tokens of the whole prompt, up to where the answer begins.

        Raises:
            ConfigError: the model's template refuses these messages.
        """
        import jinja2

        messages = [dict(m) for m in self._template.messages(text, (), self._pair)]
        try:
            prompt: str = self.tokenizer.apply_chat_template(
                messages,
                tokenize=False,
                add_generation_prompt=True,
                chat_template=self._chat_template,
                **self._variables,
            )
        except jinja2.TemplateError as error:
            raise ConfigError(
                f"The model's chat template refuses the prompt: {error}",
                remedy='where it knows no system message, set system_prompt: "" and say all in prompt',
            ) from None
        return list(self.tokenizer(prompt, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])

    def output(self, piece: InputPiece, ids: Sequence[int], cut: bool) -> Output:
        """The translation in the model's answer, or an error where there is none (a refusal, reasoning alone)."""
        raw = self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        try:
            answer = self._form.read(raw, piece.text, self._pair)
        except BackendError as error:
            return Output(None, len(ids), cut, error=error.problem, raw=error.raw)
        return Output(answer.text, len(ids), cut, raw=answer.raw)

    def limit(self, positions: int | None, longest_output: int) -> int:
        """Most tokens of a prompt: prompt and answer share the model's positions.

        Raises:
            ConfigError: the answer may take them all.
        """
        room = (positions or 1_000_000) - longest_output
        if room < 1:
            raise ConfigError(
                f"'max_new_tokens' is {longest_output}, which leaves no room for a prompt in the {positions} tokens "
                "that the model sees.",
                remedy="set a smaller max_new_tokens",
            )
        return room
