"""LibreTranslate, the free engine that anyone can host (https://docs.libretranslate.com)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backends.base import Traits
from harness.backends.failures import answer_fault
from harness.backends.service_languages import language_code
from harness.backends.services.json_client import JsonClient
from harness.credentials import read_secret
from harness.domain import Hypothesis, LangPair, Segment, System

_CODES = {"zh_Hant": "zt", "zh_Hans": "zh", "zh_TW": "zt", "zh_CN": "zh", "cmn": "zh"}


class LibreTranslateBackend:
    """A LibreTranslate server.

    Args:
        name: the system's label.
        url: the server, such as http://localhost:5000.
        api_key_env: name of the environment variable that holds the key; null for a server without keys.
        batch: most segments in one request.
        source_code: the server's code of the source language, where it differs (newer servers: zh-Hans).
        target_code: the same for the target language.
        timeout: seconds for one attempt.
        revision: what tells this state of the server's models from a later one.

    Raises:
        MissingExtraError: httpx is not installed.
        ConfigError: that is no address.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        url: str,
        api_key_env: str | None = None,
        batch: int = 16,
        source_code: str | None = None,
        target_code: str | None = None,
        timeout: float = 60.0,
        revision: str | None = None,
    ) -> None:
        self._client = JsonClient(url.rstrip("/") + "/translate", what="The backend 'libretranslate'", timeout=timeout)
        self._key_variable = api_key_env
        self._codes = (source_code, target_code)
        self.traits = Traits(batch=batch, concurrent=True, versioned=False)
        self.system = System(
            name=name,
            backend="libretranslate",
            model=self._client.address,
            revision=revision,
            parameters={"source_code": source_code, "target_code": target_code, "format": "text"},
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request for all the segments.

        Raises:
            BackendError: the request failed.
        """
        texts = [s.source for s in segments]
        body: dict[str, object] = {
            # A single text goes as a text: old servers know no lists.
            "q": texts if len(texts) > 1 else texts[0],
            "source": language_code(pair.source, _CODES, self._codes[0]),
            "target": language_code(pair.target, _CODES, self._codes[1]),
            "format": "text",
        }
        if self._key_variable is not None:
            body["api_key"] = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
        answer = self._client.call("POST", body=body)
        found = answer.get("translatedText") if isinstance(answer, dict) else None
        translations = [found] if isinstance(found, str) else found
        if not isinstance(translations, list) or not all(isinstance(t, str) for t in translations):
            raise answer_fault(f"The endpoint {self._client.address}", "no translatedText in it")
        if len(translations) != len(segments):
            raise answer_fault(
                f"The endpoint {self._client.address}", f"{len(translations)} translations for {len(segments)} texts"
            )
        return [Hypothesis(s.id, text=t) for s, t in zip(segments, translations, strict=True)]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
