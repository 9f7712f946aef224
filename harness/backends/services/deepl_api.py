"""DeepL through its official SDK."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from harness.backends.base import Traits
from harness.backends.failures import answer_fault, connection_fault, http_fault
from harness.backends.service_languages import language_code
from harness.credentials import read_secret
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.errors import BackendError, ConfigError
from harness.extras import need

_SOURCE = {"zh": "ZH", "zh_Hans": "ZH", "zh_Hant": "ZH", "cmn": "ZH", "en": "EN"}
_TARGET = {"en": "EN-US", "zh": "ZH-HANS", "zh_Hans": "ZH-HANS", "zh_Hant": "ZH-HANT", "pt": "PT-PT"}
_FORMALITIES = ("default", "more", "less", "prefer_more", "prefer_less")


class DeepLBackend:
    """DeepL's text translation.

    Args:
        name: the system's label.
        api_key_env: name of the environment variable that holds the key.
        formality: "default", "more", "less", "prefer_more" or "prefer_less".
        glossary: id of a glossary at DeepL.
        model_type: "quality_optimized", "prefer_quality_optimized" or "latency_optimized".
        source_code: DeepL's code of the source language, where the usual one is not meant.
        target_code: the same for the target language (EN-GB instead of EN-US).
        server_url: another server; by default the key's kind decides.
        timeout: seconds for one attempt.
        revision: what tells this state of the engine from a later one, such as a date.

    Raises:
        MissingExtraError: the SDK is not installed.
        ConfigError: an unknown formality.
    """

    # DeepL takes at most 50 texts and 128 KiB a request; a Chinese character is three bytes, nine when escaped.
    traits = Traits(batch=50, batch_characters=12_000, concurrent=True, versioned=False)

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        api_key_env: str = "DEEPL_API_KEY",
        formality: str | None = None,
        glossary: str | None = None,
        model_type: str | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
        server_url: str | None = None,
        timeout: float = 60.0,
        revision: str | None = None,
    ) -> None:
        need("deepl", what="The backend 'deepl'", extra="deepl")
        if formality is not None and formality not in _FORMALITIES:
            raise ConfigError(f"DeepL has no formality '{formality}'.", allowed=", ".join(_FORMALITIES))
        self._key_variable = api_key_env
        self._options = {"formality": formality, "glossary": glossary, "model_type": model_type}
        self._codes = (source_code, target_code)
        self._server = server_url
        self._timeout = timeout
        self._own = threading.local()
        self._clients: list[Any] = []
        self.system = System(
            name=name,
            backend="deepl",
            revision=revision,
            parameters={**self._options, "source_code": source_code, "target_code": target_code},
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request for all the segments, each a text of its own.

        Raises:
            BackendError: the request failed.
        """
        import deepl

        client = self._connect()
        try:
            found = client.translate_text(
                [s.source for s in segments],
                source_lang=language_code(pair.source, _SOURCE, self._codes[0]),
                target_lang=language_code(pair.target, _TARGET, self._codes[1]),
                split_sentences="off",
                preserve_formatting=True,
                **{k: v for k, v in self._options.items() if v is not None},
            )
        except deepl.ConnectionException as error:
            raise connection_fault("DeepL", error.__cause__ or error) from None
        except deepl.DeepLException as error:
            raise self._fault(error) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # an answer that the SDK cannot read
            raise answer_fault("DeepL", f"{type(error).__name__}: {error}") from None
        if len(found) != len(segments):
            raise answer_fault("DeepL", f"{len(found)} translations for {len(segments)} texts")
        return [Hypothesis(s.id, text=r.text) for s, r in zip(segments, found, strict=True)]

    def close(self) -> None:
        """Close the connections of all threads."""
        for client in self._clients:
            client.close()

    def _fault(self, error: Any) -> BackendError:
        status = error.http_status_code
        if status is None:  # the SDK could not read the answer: half a body, no JSON
            return answer_fault("DeepL", str(error))
        return http_fault("DeepL", status, getattr(self._own, "headers", {}), str(error))

    def _connect(self) -> Any:
        """A client of this thread: the SDK's session is not made to be shared, nor are its answer's headers."""
        if not hasattr(self._own, "client"):
            import deepl
            from deepl import http_client

            # The SDK's documented way to switch its own retries off; the session's are the only ones.
            http_client.max_network_retries = 0
            http_client.min_connection_timeout = self._timeout
            key = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
            client = deepl.DeepLClient(key, server_url=self._server, send_platform_info=False)
            own, session = self._own, client._client._session
            send = session.send

            def send_and_note(*args: Any, **kwargs: Any) -> Any:
                response = send(*args, **kwargs)
                own.headers = dict(response.headers)  # the SDK's exceptions drop Retry-After
                return response

            session.send = send_and_note
            own.client = client
            self._clients.append(client)
        return self._own.client
