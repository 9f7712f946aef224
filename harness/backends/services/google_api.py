"""Google Cloud Translation through its official SDK: Basic (v2) with a key, Advanced (v3) with a project."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import Any

from harness.backends.base import Traits
from harness.backends.failures import answer_fault, connection_fault, http_fault
from harness.backends.service_languages import language_code
from harness.credentials import read_secret
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.errors import BackendError, ConfigError, UserError
from harness.extras import need

_CODES = {"zh": "zh-CN", "zh_Hans": "zh-CN", "zh_Hant": "zh-TW", "cmn": "zh-CN"}


class GoogleBackend:
    """Google's text translation, always in text format: in html format it answers with entities such as &#39;.

    Args:
        name: the system's label.
        api_key_env: name of the environment variable that holds an API key (v2); not used where `project` is given.
        project: a Google Cloud project (v3), with application default credentials (GOOGLE_APPLICATION_CREDENTIALS).
        location: of the project's models and glossaries.
        model: "nmt" or "base" (v2); the id of a model, such as general/translation-llm (v3).
        glossary: id of a glossary of the project (v3).
        source_code: Google's code of the source language, where the usual one is not meant.
        target_code: the same for the target language.
        endpoint: another endpoint than Google's own.
        timeout: seconds for one attempt (v3; the SDK's v2 client fixes it at 60).
        revision: what tells this state of the engine from a later one, such as a date.

    Raises:
        MissingExtraError: the SDK is not installed.
        ConfigError: a glossary without a project.
    """

    # Google recommends at most 5,000 characters per request; v2 takes at most 128 texts.
    traits = Traits(batch=100, batch_characters=5_000, concurrent=True, versioned=False)

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        api_key_env: str = "GOOGLE_API_KEY",
        project: str | None = None,
        location: str = "global",
        model: str | None = None,
        glossary: str | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
        endpoint: str | None = None,
        timeout: float = 60.0,
        revision: str | None = None,
    ) -> None:
        need("google.cloud.translate_v3", what="The backend 'google'", extra="google")
        if glossary is not None and project is None:
            raise ConfigError("A glossary at Google belongs to a project.", remedy="add the parameter project")
        self._key_variable = api_key_env
        self._parent = None if project is None else f"projects/{project}/locations/{location}"
        self._model = model
        self._glossary = glossary
        self._codes = (source_code, target_code)
        self._endpoint = endpoint
        self._timeout = timeout
        self._client: Any = None
        self._lock = threading.Lock()
        self.system = System(
            name=name,
            backend="google",
            model=model,
            revision=revision,
            parameters={
                "api": "v2" if project is None else "v3",
                "parent": self._parent,
                "glossary": glossary,
                "source_code": source_code,
                "target_code": target_code,
                "format": "text",
            },
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request for all the segments.

        Raises:
            BackendError: the request failed.
        """
        with self._lock:
            _import_quietly()
        import requests
        from google.api_core import exceptions
        from google.auth import exceptions as auth
        from google.protobuf import json_format

        texts = [s.source for s in segments]
        source = language_code(pair.source, _CODES, self._codes[0])
        target = language_code(pair.target, _CODES, self._codes[1])
        ask = self._basic if self._parent is None else self._advanced
        try:
            found = ask(texts, source, target)
        except exceptions.GoogleAPICallError as error:
            raise _call_fault(error) from None
        except auth.TransportError as error:
            raise connection_fault("Google", error) from None
        except auth.GoogleAuthError as error:
            raise UserError(
                f"Google's application default credentials cannot be used: {type(error).__name__}.",
                remedy="set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file",
            ) from None
        except (requests.exceptions.JSONDecodeError, json_format.Error) as error:
            raise answer_fault("Google", str(error)) from None
        except requests.exceptions.RequestException as error:
            raise connection_fault("Google", error) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise answer_fault("Google", f"{type(error).__name__}: {error}") from None
        if len(found) != len(segments):
            raise answer_fault("Google", f"{len(found)} translations for {len(segments)} texts")
        return [Hypothesis(s.id, text=t) for s, t in zip(segments, found, strict=True)]

    def close(self) -> None:
        """Close the connections."""
        close = getattr(getattr(self._client, "_http", None) or self._client, "close", None)
        if close is not None:
            close()

    def _basic(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        with self._lock:
            if self._client is None:
                from google.auth import api_key
                from google.auth.transport.requests import AuthorizedSession
                from google.cloud import translate_v2

                key = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
                options = {"api_endpoint": self._endpoint} if self._endpoint else None
                # An API key cannot be refreshed: a 401 is an answer, not a reason to send everything again.
                session = AuthorizedSession(api_key.Credentials(key), refresh_status_codes=())
                self._client = translate_v2.Client(_http=session, client_options=options)
        answers = self._client.translate(
            list(texts), target_language=target, source_language=source, format_="text", model=self._model
        )
        return [str(a["translatedText"]) for a in answers]

    def _advanced(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        from google.cloud import translate_v3

        with self._lock:
            if self._client is None:
                options = {"api_endpoint": self._endpoint} if self._endpoint else None
                self._client = translate_v3.TranslationServiceClient(client_options=options, transport="rest")
        request: dict[str, Any] = {
            "parent": self._parent,
            "contents": list(texts),
            "mime_type": "text/plain",
            "source_language_code": source,
            "target_language_code": target,
        }
        if self._model is not None:
            request["model"] = f"{self._parent}/models/{self._model}"
        if self._glossary is not None:
            request["glossary_config"] = {"glossary": f"{self._parent}/glossaries/{self._glossary}"}
        answer = self._client.translate_text(request=request, retry=None, timeout=self._timeout)
        listed = answer.translations if self._glossary is None else answer.glossary_translations
        return [t.translated_text for t in listed]


def _import_quietly() -> None:
    """Google's packages warn at import, on stderr, when they will drop this Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from google.cloud import translate_v2, translate_v3  # noqa: F401


def _call_fault(error: Any) -> BackendError:
    headers = getattr(error.response, "headers", None) or {}
    return http_fault("Google", int(error.code or 500), headers, str(error.message))
