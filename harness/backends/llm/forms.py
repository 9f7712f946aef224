"""How an answer is read: freely, or in the form that the prompt asks for (a pattern, a field of JSON)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.backends.llm import containers
from harness.backends.llm.answers import KEPT, CleanedAnswer, clean_answer
from harness.domain import Json, LangPair
from harness.errors import BackendError, ConfigError

#: A pattern may look so long at one answer, in seconds, and at so many characters.
_PATIENCE = 2.0
_MOST = 100_000


class AnswerForm:
    """Reads answers.

    Args:
        given: None reads any answer (`clean_answer`); {"pattern": REGEX} takes what the pattern's one group matches,
            and {"json": "field"} or {"json": "outer.inner"} takes a field of a JSON object. Nothing else of such an
            answer is looked at, and one that is not in its form is an error.

    Raises:
        ConfigError: neither of these, a pattern that is none or has not one group.
    """

    def __init__(self, given: Mapping[str, str] | None) -> None:
        self._given = None if given is None else dict(given)
        self._pattern: Any = None
        self._path: Sequence[str] = ()
        if given is None:
            return
        if not isinstance(given, Mapping) or len(given) != 1 or not set(given) <= {"pattern", "json"}:
            raise ConfigError(
                f"'answer' is {given!r}.",
                allowed="{pattern: 'Translation: (.*)'} or {json: translation}",
            )
        kind, text = next(iter(given.items()))
        if not isinstance(text, str) or not text:
            raise ConfigError(f"'answer': '{kind}' is {text!r}.", allowed="a text")
        if kind == "json":
            self._path = text.split(".")
            return
        import regex  # sacreBLEU brings it; unlike `re` it can be told to give up

        try:
            self._pattern = regex.compile(text, regex.DOTALL)
        except regex.error as error:
            raise ConfigError(f"'answer': the pattern {text!r} is not a regular expression: {error}.") from None
        if self._pattern.groups != 1:
            raise ConfigError(
                f"'answer': the pattern {text!r} has {self._pattern.groups} groups.",
                allowed="one group, which is the translation; (?:...) groups without taking",
            )

    @property
    def identity(self) -> Mapping[str, Json]:
        """What a translation depends on, for System.parameters; nothing where answers are read freely."""
        return {} if self._given is None else {"answer": dict(self._given)}

    def read(self, raw: str, source: str, pair: LangPair) -> CleanedAnswer:
        """The translation in an answer.

        Raises:
            BackendError: there is none, or it is not in its form; `raw` is on the error.
        """
        if self._given is None:
            return clean_answer(raw, source, pair)
        text = containers.without_reasoning(containers.without_control(raw[:_MOST], source), source).strip()
        found = self._matched(text, raw) if self._pattern is not None else self._field(text, raw)
        if not found.strip():
            raise BackendError("The answer has its form, and no text in it.", raw=raw[:KEPT])
        return CleanedAnswer(found.strip(), raw)

    def _matched(self, text: str, raw: str) -> str:
        try:
            found = self._pattern.search(text, timeout=_PATIENCE)
        except TimeoutError:
            raise BackendError(
                f"The pattern of 'answer' looked at an answer for more than {_PATIENCE:.0f} seconds.",
                raw=raw[:KEPT],
                remedy="write it without repetitions inside repetitions",
            ) from None
        if found is None or found[1] is None:
            raise BackendError("The answer does not match the pattern of 'answer'.", raw=raw[:KEPT])
        return str(found[1])

    def _field(self, text: str, raw: str) -> str:
        try:
            value = json.loads(containers.out_of_fence(text).strip(), strict=False)
        except (ValueError, RecursionError):
            raise BackendError("The answer is no JSON.", raw=raw[:KEPT]) from None
        for key in self._path:
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, str):
            raise BackendError(f"The answer has no text in its field '{'.'.join(self._path)}'.", raw=raw[:KEPT])
        return value
