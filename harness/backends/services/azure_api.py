"""Azure AI Translator through its official SDK."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from harness.backends.base import Traits
from harness.backends.failures import answer_fault, connection_fault, http_fault
from harness.backends.service_languages import language_code
from harness.credentials import read_secret
from harness.domain import Hypothesis, LangPair, Segment, System, Usage
from harness.extras import need

_CODES = {"zh": "zh-Hans", "cmn": "zh-Hans", "zh_CN": "zh-Hans", "zh_TW": "zh-Hant"}


class AzureBackend:
    """Azure's text translation.

    Args:
        name: the system's label.
        api_key_env: name of the environment variable that holds the key.
        region: the resource's region; needed for regional and multi-service resources.
        endpoint: another endpoint than the global one.
        model: deployment or custom model; "general" (the service's neural system) by default.
        tone: "neutral", "formal" or "informal", for models that know tones.
        source_code: Azure's code of the source language, where the usual one is not meant.
        target_code: the same for the target language.
        timeout: seconds for one attempt.
        revision: what tells this state of the engine from a later one, such as a date.

    Raises:
        MissingExtraError: the SDK is not installed.
    """

    # The service takes at most 1,000 texts and 50,000 characters per request.
    traits = Traits(batch=100, batch_characters=40_000, concurrent=True, versioned=False)

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        api_key_env: str = "AZURE_TRANSLATOR_KEY",
        region: str | None = None,
        endpoint: str = "https://api.cognitive.microsofttranslator.com",
        model: str | None = None,
        tone: str | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
        timeout: float = 60.0,
        revision: str | None = None,
    ) -> None:
        need("azure.ai.translation.text", what="The backend 'azure'", extra="azure")
        self._key_variable = api_key_env
        self._region = region
        self._endpoint = endpoint
        self._model = model
        self._tone = tone
        self._codes = (source_code, target_code)
        self._timeout = timeout
        self._client: Any = None
        self._lock = threading.Lock()
        self.system = System(
            name=name,
            backend="azure",
            model=model or "general",
            revision=revision,
            parameters={"tone": tone, "source_code": source_code, "target_code": target_code},
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request for all the segments, as plain text.

        Raises:
            BackendError: the request failed.
        """
        from azure.ai.translation.text.models import TranslateInputItem, TranslationTarget
        from azure.core import exceptions

        target = {"language": language_code(pair.target, _CODES, self._codes[1])}
        options = {"deployment_name": self._model, "tone": self._tone}
        target.update({k: v for k, v in options.items() if v is not None})
        source = language_code(pair.source, _CODES, self._codes[0])
        items = [
            TranslateInputItem(text=s.source, language=source, text_type="Plain", targets=[TranslationTarget(**target)])
            for s in segments
        ]
        try:
            found = self._connect().translate(body=items)
            texts = [item.translations[0] for item in found]
            answers = [(str(t.text), t.source_tokens, t.target_tokens) for t in texts if t.text is not None]
        except exceptions.HttpResponseError as error:
            raise self._fault(error) from None
        except exceptions.AzureError as error:
            raise connection_fault("Azure", error) from None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise answer_fault("Azure", f"{type(error).__name__}: {error}") from None
        if len(answers) != len(segments):
            raise answer_fault("Azure", f"{len(answers)} translations for {len(segments)} texts")
        return [
            Hypothesis(s.id, text=text, usage=Usage(None, taken, given))
            for s, (text, taken, given) in zip(segments, answers, strict=True)
        ]

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _fault(self, error: Any) -> Exception:
        if error.status_code is None or 200 <= error.status_code < 300:
            return answer_fault("Azure", str(error.message))
        headers = getattr(error.response, "headers", None) or {}
        return http_fault("Azure", error.status_code, headers, str(error.message))

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                from azure.ai.translation.text import TextTranslationClient
                from azure.core.credentials import AzureKeyCredential

                key = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
                self._client = TextTranslationClient(
                    endpoint=self._endpoint,
                    credential=AzureKeyCredential(key),
                    region=self._region,
                    # The session retries; the SDK would wait on its own, and longer than the policy allows.
                    retry_total=0,
                    connection_timeout=self._timeout,
                    read_timeout=self._timeout,
                )
            return self._client
