"""A chat model behind any OpenAI-compatible endpoint, asked one question at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from harness.credentials import read_secret, redact, remember
from harness.errors import ConfigError, MetricError
from harness.extras import need
from harness.metrics.gemba.questions import Message

_REFUSED = (401, 403)


class NoAnswerError(Exception):
    """The endpoint gave no usable answer to one question; the others may fare better."""


class Judge:
    """The connection and how the model is sampled. Used by several threads.

    Args:
        metric: the column's name, for messages.
        model: the model's name at the endpoint.
        base_url: the endpoint; None is the SDK's default.
        api_key_env: environment variable that holds the key; None for endpoints without one.
        temperature: None sends none.
        max_tokens: longest answer, or None.
        timeout: seconds for one attempt.
        max_retries: further attempts after 408, 409, 429, 5xx and lost connections, as the SDK paces them.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        metric: str,
        model: str,
        base_url: str | None,
        api_key_env: str | None,
        temperature: float | None,
        max_tokens: int | None,
        timeout: float,
        max_retries: int,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        need("openai", what=f"The metric '{metric}'", extra="openai")
        if base_url is not None and urlsplit(base_url).scheme not in {"http", "https"}:
            raise ConfigError(f"{metric}: 'base_url' is {base_url!r}.", allowed="an http or https address")
        if base_url is not None and urlsplit(base_url).username is not None:
            remember(urlsplit(base_url).password or "")
            raise ConfigError(f"{metric}: 'base_url' holds credentials.", allowed="a key by 'api_key_env'")
        self._metric, self._model, self._base_url = metric, model, base_url
        self._key = (
            None
            if api_key_env is None
            else read_secret(
                api_key_env,
                what=f"the metric '{metric}'",
                environment=environment,
                otherwise="set api_key_env to null for an endpoint without keys",
            )
        )
        self._sampling = {
            name: value
            for name, value in {"temperature": temperature, "max_tokens": max_tokens}.items()
            if value is not None
        }
        self._timeout, self._retries = timeout, max_retries
        self._client: Any = None

    def open(self) -> None:
        """Make the client, once, before threads share it."""
        if self._client is None:
            import openai

            self._client = openai.OpenAI(
                api_key=self._key or "none", base_url=self._base_url, timeout=self._timeout, max_retries=self._retries
            )

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def ask(self, messages: Sequence[Message]) -> str:
        """The answer's text.

        Raises:
            NoAnswerError: refused, cut off, empty, or absent after all retries.
            MetricError: the endpoint lets nobody in with this key.
        """
        import openai

        try:
            reply = self._client.chat.completions.create(model=self._model, messages=list(messages), **self._sampling)
        except openai.APIStatusError as error:
            if error.status_code in _REFUSED:
                raise MetricError(
                    f"The judge of '{self._metric}' refuses this key ({error.status_code}).",
                    remedy="check the key, and its access to the model",
                ) from None
            raise NoAnswerError(f"status {error.status_code}: {_brief(str(error))}") from None
        except openai.OpenAIError as error:
            raise NoAnswerError(f"{type(error).__name__}: {_brief(str(error))}") from None
        choices = reply.choices or []
        if not choices:
            raise NoAnswerError("no answer in the reply")
        refusal = getattr(choices[0].message, "refusal", None)
        if refusal:
            raise NoAnswerError(f"refused: {_brief(refusal)}")
        if choices[0].finish_reason != "stop":
            raise NoAnswerError(f"the answer ended with finish_reason {choices[0].finish_reason}")
        content = choices[0].message.content
        if not content or not content.strip():
            raise NoAnswerError("an empty answer")
        return str(content)


def _brief(text: str) -> str:
    """One line without any key: masked before it is cut, because half a key would not be recognised."""
    return redact(" ".join(text.split()))[:200]
