"""Prompts for chat models: templates, examples, glossary terms and preceding segments become messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.backends.base import Turn
from harness.backends.service_languages import language_name
from harness.domain import Json, LangPair
from harness.errors import ConfigError
from harness.language.terminology.glossary_files import read_glossary

SYSTEM_PROMPT = (
    "You are a professional translator of official documents. Translate the text from {source_language} into "
    "{target_language}. Answer with the translation alone: no notes, no quotation marks around it, no explanations."
    "{glossary}"
)
USER_PROMPT = "{text}"
_FIELDS = ("text", "source_language", "target_language", "source_code", "target_code", "glossary")
_FIELD = re.compile(r"\{([A-Za-z_]+)\}")

Message = Mapping[str, str]


class PromptTemplate:
    """Builds the messages of one request.

    Examples and preceding segments become pairs of user and assistant messages, rendered like the request itself.

    Args:
        system: template of the system message; "" for none.
        user: template of the user message; it must have {text}.
        examples: objects with `source` and `target`.
        glossary: source term to target term, or the path of a glossary (docs/fidelity.md); only the terms that stand in
            a segment go into its prompt, each with its preferred rendering.

    Raises:
        ConfigError: an unknown field in a template, or examples or a glossary that are not what they should be.
    """

    def __init__(
        self,
        *,
        system: str = SYSTEM_PROMPT,
        user: str = USER_PROMPT,
        examples: Sequence[Mapping[str, str]] = (),
        glossary: Mapping[str, str] | str | None = None,
    ) -> None:
        self._system, self._user = system, user
        self._examples = [_example(e) for e in examples]
        self._glossary = _glossary(glossary)
        for template in (system, user):
            for field in _FIELD.findall(template):
                if field not in _FIELDS:
                    raise ConfigError(
                        f"The prompt has an unknown field {{{field}}}.",
                        allowed=", ".join(f"{{{f}}}" for f in _FIELDS),
                    )
        if "{text}" not in user:
            raise ConfigError("The user prompt has no {text}: the model would never see the segment.")
        if self._glossary and "{glossary}" not in system + user:
            raise ConfigError(
                "A glossary is given, but no prompt has {glossary}.", remedy="add {glossary} to the system prompt"
            )

    @property
    def identity(self) -> Mapping[str, Json]:
        """All that the messages depend on, for System.parameters."""
        return {
            "system_prompt": self._system,
            "prompt": self._user,
            "examples": [list(e) for e in self._examples],
            "glossary": dict(self._glossary),
        }

    def messages(self, text: str, context: Sequence[Turn], pair: LangPair) -> list[Message]:
        """Chat messages, oldest first; the last one asks for `text`."""
        messages: list[Message] = []
        if self._system:
            messages.append({"role": "system", "content": self._fill(self._system, text, pair)})
        shown = [*self._examples, *((t.source, t.translation) for t in context if t.translation is not None)]
        for source, target in shown:
            messages.append({"role": "user", "content": self._fill(self._user, source, pair)})
            messages.append({"role": "assistant", "content": target})
        messages.append({"role": "user", "content": self._fill(self._user, text, pair)})
        return messages

    def _fill(self, template: str, text: str, pair: LangPair) -> str:
        values = {
            "text": text,
            "source_language": language_name(pair.source),
            "target_language": language_name(pair.target),
            "source_code": pair.source,
            "target_code": pair.target,
            "glossary": self._terms(text),
        }
        # One pass: a text that contains "{glossary}" is a text.
        return _FIELD.sub(lambda m: values[m.group(1)], template)

    def _terms(self, text: str) -> str:
        lines = [f"{source} = {target}" for source, target in self._glossary if source in text]
        return "\nUse these terms:\n" + "\n".join(lines) if lines else ""


def _example(example: Mapping[str, str]) -> tuple[str, str]:
    if not isinstance(example, Mapping) or set(example) != {"source", "target"}:
        raise ConfigError(f"An example of the prompt is {example!r}.", allowed="an object with source and target")
    return str(example["source"]), str(example["target"])


def _glossary(given: Mapping[str, str] | str | None) -> tuple[tuple[str, str], ...]:
    """Term to its preferred rendering: of a file, the first one that is accepted."""
    if given is None:
        return ()
    if isinstance(given, Mapping):
        return tuple(sorted((str(s), str(t)) for s, t in given.items()))
    return tuple(sorted((entry.term, entry.accepted[0]) for entry in read_glossary(Path(given), None)))
