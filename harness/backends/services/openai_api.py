"""Any chat model behind an OpenAI-compatible endpoint: vLLM, llama.cpp, Ollama, DeepSeek, OpenAI and others."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from harness.backends.base import Traits, Turn
from harness.backends.failures import answer_fault, brief, connection_fault, http_fault
from harness.backends.llm.forms import AnswerForm
from harness.backends.llm.prompts import SYSTEM_PROMPT, USER_PROMPT, PromptTemplate
from harness.backends.services.urls import public_address
from harness.credentials import read_secret, redact
from harness.domain import Hypothesis, Json, LangPair, Segment, System, Usage
from harness.errors import BackendError, ConfigError
from harness.extras import need

DEFAULT_URL = "https://api.openai.com/v1"


class OpenAIBackend:
    """A chat model through the official SDK, one segment per request.

    The answer is kept as it came (`raw`) where cleaning changed it. An answer whose finish reason is not "stop" (cut
    off, filtered) and one without content is an error, never a text.

    Args:
        name: the system's label.
        model: the model's name at the endpoint.
        base_url: the endpoint; OpenAI's own by default.
        api_key_env: name of the environment variable that holds the key; null for an endpoint without keys.
        system_prompt: template of the system message: {source_language}, {target_language}, {glossary}.
        prompt: template of the user message, with {text}.
        examples: few-shot examples, objects with source and target.
        glossary: source term to target term, or the path of a two-column TSV; terms in the segment go into {glossary}.
        context: preceding segments of the document shown with the system's own translations; 0 for none. Documents
            then run side by side, each in its order.
        temperature: 0 by default; null sends none (some reasoning models refuse it).
        top_p: nucleus sampling, or null.
        seed: for endpoints that honour one.
        max_tokens: longest answer, or null for the endpoint's own limit.
        answer: how the translation is read out of an answer: null reads any (docs/backends.md), {"pattern": REGEX}
            takes the pattern's one group, {"json": FIELD} a field of a JSON object.
        response_format: the form that the endpoint is asked for, such as {"type": "json_object"} or a JSON schema; best
            with `answer: {json: ...}`.
        extra: more fields of the request body, such as {"top_k": 1} for vLLM.
        timeout: seconds for one attempt.
        revision: what tells this state of the model from a later one of the same name (a snapshot, a date).

    Raises:
        MissingExtraError: the SDK is not installed.
        ConfigError: an invalid prompt, address or number.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        model: str,
        base_url: str | None = None,
        api_key_env: str | None = "OPENAI_API_KEY",
        system_prompt: str = SYSTEM_PROMPT,
        prompt: str = USER_PROMPT,
        examples: Sequence[Mapping[str, str]] = (),
        glossary: Mapping[str, str] | str | None = None,
        context: int = 0,
        temperature: float | None = 0.0,
        top_p: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
        answer: Mapping[str, str] | None = None,
        response_format: Mapping[str, Json] | None = None,
        extra: Mapping[str, Json] | None = None,
        timeout: float = 120.0,
        revision: str | None = None,
    ) -> None:
        need("openai", what="The backend 'openai'", extra="openai")
        if context < 0:
            raise ConfigError(f"The backend 'openai' cannot show {context} preceding segments.", allowed="0 or more")
        self._template = PromptTemplate(system=system_prompt, user=prompt, examples=examples, glossary=glossary)
        self._form = AnswerForm(answer)
        self._url = base_url or DEFAULT_URL
        self._key_variable = api_key_env
        self._timeout = timeout
        sampling = {"temperature": temperature, "top_p": top_p, "seed": seed, "max_tokens": max_tokens}
        self._fields: dict[str, Json] = {k: v for k, v in sampling.items() if v is not None}
        if response_format is not None:
            self._fields["response_format"] = dict(response_format)
        self._fields.update(extra or {})
        self._model = model
        self._client: Any = None
        self._lock = threading.Lock()
        self._what = f"The endpoint {public_address(self._url)}"
        self.traits = Traits(batch=1, concurrent=True, context=context, versioned=False)
        self.system = System(
            name=name,
            backend="openai",
            model=model,
            revision=revision,
            parameters={
                **self._template.identity,
                "base_url": public_address(self._url),
                "context": context,
                "request": self._fields,
                **self._form.identity,
            },
            deterministic=self._fields.get("temperature") == 0,
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request per segment.

        Raises:
            BackendError: the request failed; `retryable` and `fatal` say what that means.
        """
        return [self.translate_in_context(segment, (), pair) for segment in segments]

    def translate_in_context(self, segment: Segment, context: Sequence[Turn], pair: LangPair) -> Hypothesis:
        """One request, with preceding segments as earlier turns of the conversation."""
        body = self._request(self._template.messages(segment.source, context, pair))
        content, usage = self._content(body)
        return self._read(segment.id, content, segment.source, pair, usage)

    def reread(self, hypothesis: Hypothesis, source: str, pair: LangPair) -> Hypothesis:
        """The translation in an answer that was bought before, by today's rules."""
        answer = hypothesis.text if hypothesis.raw is None else hypothesis.raw
        try:
            return self._read(hypothesis.id, answer or "", source, pair, hypothesis.usage)
        except BackendError as error:
            return Hypothesis(hypothesis.id, error=error.problem, raw=error.raw, usage=hypothesis.usage)

    def _read(self, id: str, content: str, source: str, pair: LangPair, usage: Usage | None) -> Hypothesis:
        answer = self._form.read(content, source, pair)
        flags = frozenset({"cleaned"}) if answer.raw is not None else frozenset[str]()
        return Hypothesis(id, text=answer.text, raw=answer.raw, flags=flags, usage=usage)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _request(self, messages: Sequence[Mapping[str, str]]) -> Mapping[str, Any]:
        import openai

        client = self._connect()
        try:
            # The raw answer: endpoints that only resemble OpenAI's leave fields out that the SDK's types insist on.
            response = client.chat.completions.with_raw_response.create(
                model=self._model, messages=list(messages), extra_body=dict(self._fields)
            )
            body = json.loads(response.text if isinstance(response.text, str) else response.text())
        except openai.APIStatusError as error:
            raise self._status_fault(error) from None
        except openai.APIConnectionError as error:
            raise connection_fault(self._what, error.__cause__ or error) from None
        except (openai.OpenAIError, ValueError) as error:
            raise answer_fault(self._what, f"{type(error).__name__}: {error}") from None
        if not isinstance(body, dict):
            raise answer_fault(self._what, "not a JSON object")
        return body

    def _content(self, body: Mapping[str, Any]) -> tuple[str, Usage]:
        try:
            choice = body["choices"][0]
            message, reason = choice["message"], choice.get("finish_reason")
        except (KeyError, IndexError, TypeError, AttributeError):
            said = body.get("error") or body
            raise answer_fault(self._what, f"no choices in {brief(json.dumps(said, ensure_ascii=False))}") from None
        if message.get("refusal"):
            raise BackendError(redact(f"The model refused: {brief(str(message['refusal']))}"))
        if reason != "stop":
            raise BackendError(f'The answer ended with the finish reason {json.dumps(reason)}, not "stop".')
        content = message.get("content")
        if not isinstance(content, str):
            raise BackendError("The answer has no content.")
        counts = body.get("usage") or {}
        return content, Usage(None, counts.get("prompt_tokens"), counts.get("completion_tokens"))

    def _status_fault(self, error: Any) -> BackendError:
        detail = error.body if isinstance(error.body, Mapping) else {}
        message = str(detail.get("message") or error.message)
        fault = http_fault(self._what, error.status_code, error.response.headers, message)
        if detail.get("code") == "insufficient_quota" or detail.get("type") == "insufficient_quota":
            # A 429 that waiting does not mend: the account is empty.
            return BackendError(fault.problem, fatal=True, remedy="check the account's quota and billing")
        return fault

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                import openai

                key = "none"
                if self._key_variable is not None:
                    key = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
                # The session retries; an SDK that does so too would turn 5 attempts into 15.
                self._client = openai.OpenAI(api_key=key, base_url=self._url, timeout=self._timeout, max_retries=0)
            return self._client
