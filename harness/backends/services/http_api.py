"""Any engine that answers JSON over HTTP, described in the config."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from harness.backends.base import Traits
from harness.backends.failures import answer_fault
from harness.backends.services.json_client import JsonClient
from harness.credentials import read_secret, remember
from harness.domain import Hypothesis, Json, LangPair, Segment, System
from harness.errors import ConfigError

_FIELDS = ("text", "texts", "source", "target", "key")
_SECRET_NAME = re.compile(r"authorization|api[-_]?key|secret|password|token", re.IGNORECASE)
_FIELD = re.compile(r"\{([a-z]+)\}")


class HttpBackend:
    """A JSON endpoint.

    In `body`, `query` and `headers`, {text}, {source} and {target} are replaced by the segment's text and the language
    codes, {key} by the secret. A body value that is exactly "{texts}" becomes the list of a batch's texts.

    Args:
        name: the system's label.
        url: the endpoint.
        method: "POST", "GET" or "PUT".
        body: the request's JSON, with fields; null for none.
        query: query parameters, with fields.
        headers: request headers, with fields.
        answer: where the translation stands in the answer: keys and list positions joined by dots, such as
            "data.translations.0.text"; "*" walks a list: "translations.*.text" for a batch.
        api_key_env: name of the environment variable that holds what {key} stands for.
        batch: most segments in one request; above 1 the body needs {texts} and the answer "*".
        source_code: replaces the source language's code.
        target_code: replaces the target language's code.
        deterministic: false for an engine that answers differently each time.
        timeout: seconds for one attempt.
        revision: what tells this state of the engine from a later one.

    Raises:
        MissingExtraError: httpx is not installed.
        ConfigError: an unknown field, method or address, a batch without {texts}, or a secret in a header.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        url: str,
        answer: str,
        method: str = "POST",
        body: Json = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        api_key_env: str | None = None,
        batch: int = 1,
        source_code: str | None = None,
        target_code: str | None = None,
        deterministic: bool = True,
        timeout: float = 60.0,
        revision: str | None = None,
    ) -> None:
        self._method = method.upper()
        if self._method not in {"GET", "POST", "PUT"}:
            raise ConfigError(f"The backend 'http' has no method '{method}'.", allowed="GET, POST, PUT")
        self._body, self._query, self._headers = body, dict(query or {}), dict(headers or {})
        template = json.dumps([body, self._query, self._headers], ensure_ascii=False)
        _check_fields(template, batch, api_key_env)
        _check_secrets({**self._query, **self._headers})
        if batch > 1 and "*" not in answer.split("."):
            raise ConfigError(f"A batch of {batch} needs a list in the answer.", allowed="such as translations.*.text")
        self._client = JsonClient(url, what="The backend 'http'", timeout=timeout)
        self._path = answer.split(".")
        self._key_variable = api_key_env
        self._codes = (source_code, target_code)
        self.traits = Traits(batch=batch, concurrent=True, versioned=False)
        self.system = System(
            name=name,
            backend="http",
            model=self._client.address,
            revision=revision,
            parameters={
                "method": self._method,
                "body": body,
                "query": self._query,
                "headers": self._headers,
                "answer": answer,
                "source_code": source_code,
                "target_code": target_code,
            },
            deterministic=deterministic,
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """One request for all the segments.

        Raises:
            BackendError: the request failed, or the answer has no translation where the path says.
        """
        values = {
            "text": segments[0].source,
            "source": self._codes[0] or pair.source,
            "target": self._codes[1] or pair.target,
        }
        if self._key_variable is not None:
            values["key"] = read_secret(self._key_variable, what=f"the system '{self.system.name}'")
        texts = [s.source for s in segments]
        answer = self._client.call(
            self._method,
            body=_filled(self._body, values, texts),
            query={k: _replaced(v, values) for k, v in self._query.items()},
            headers={k: _replaced(v, values) for k, v in self._headers.items()},
        )
        found = self._walk(answer)
        if len(found) != len(segments):
            raise self._fault(f"{len(found)} translations for {len(segments)} texts")
        return [Hypothesis(s.id, text=t) for s, t in zip(segments, found, strict=True)]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _walk(self, answer: object) -> list[str]:
        places = [answer]
        for step in self._path:
            nexts: list[object] = []
            for place in places:
                if step == "*" and isinstance(place, list):
                    nexts += place
                elif isinstance(place, dict) and step in place:
                    nexts.append(place[step])
                elif isinstance(place, list) and step.isdigit() and int(step) < len(place):
                    nexts.append(place[int(step)])
                else:
                    raise self._fault(f"nothing at '{step}' of the path {'.'.join(self._path)}")
            places = nexts
        texts = [p for p in places if isinstance(p, str)]
        if len(texts) != len(places):
            raise self._fault(f"no text at the path {'.'.join(self._path)}")
        return texts

    def _fault(self, problem: str) -> Exception:
        return answer_fault(f"The endpoint {self._client.address}", problem)


def _check_fields(template: str, batch: int, key_variable: str | None) -> None:
    fields = set(_FIELD.findall(template))
    for field in sorted(fields - set(_FIELDS)):
        raise ConfigError(
            f"The request has an unknown field {{{field}}}.", allowed=", ".join(f"{{{f}}}" for f in _FIELDS)
        )
    if not fields & {"text", "texts"}:
        raise ConfigError("The request has neither {text} nor {texts}: the engine would never see the segment.")
    if batch > 1 and '"{texts}"' not in template:
        raise ConfigError(f'A batch of {batch} needs a body with "{{texts}}".', allowed='such as {"q": "{texts}"}')
    if ("key" in fields) != (key_variable is not None):
        raise ConfigError("The field {key} and the parameter api_key_env need each other; one of them is missing.")


def _check_secrets(values: Mapping[str, str]) -> None:
    """A key that stands in the config would be kept with the run and the cache."""
    for name, value in values.items():
        if _SECRET_NAME.search(name) and "{key}" not in value:
            remember(value)
            raise ConfigError(
                f"The request's '{name}' has a secret of its own in the config.",
                allowed='a value with {key}, such as "Bearer {key}"',
                remedy="name the environment variable that holds it: api_key_env",
            )


def _filled(template: Json, values: Mapping[str, str], texts: Sequence[str]) -> object:
    if isinstance(template, str):
        return list(texts) if template == "{texts}" else _replaced(template, values)
    if isinstance(template, Mapping):
        return {k: _filled(v, values, texts) for k, v in template.items()}
    if isinstance(template, Sequence):
        return [_filled(v, values, texts) for v in template]
    return template


def _replaced(template: str, values: Mapping[str, str]) -> str:
    """One pass, so that a text which contains "{key}" stays a text."""
    return _FIELD.sub(lambda m: values.get(m.group(1), m.group()), template)
