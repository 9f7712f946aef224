"""JSON over HTTP, with failures in the session's words."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from harness.backends.failures import answer_fault, connection_fault, http_fault
from harness.backends.services.urls import public_address
from harness.extras import need


class JsonClient:
    """One address that answers JSON. Thread-safe; connects on the first call.

    Args:
        url: where calls go.
        what: whose client, for messages about a missing package.
        timeout: seconds that an attempt may stand still: to connect, to send, or between two bytes of the answer.

    Raises:
        MissingExtraError: httpx is not installed.
        ConfigError: that is no address.
    """

    def __init__(self, url: str, *, what: str, timeout: float) -> None:
        need("httpx", what=what, extra="http")
        self.address = public_address(url)
        self._url = url
        self._what = f"The endpoint {self.address}"
        self._timeout = timeout
        self._client: Any = None
        self._lock = threading.Lock()

    def call(
        self,
        method: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of one answer.

        Raises:
            BackendError: no answer, an answer that is no success, or one that is no JSON.
        """
        import httpx

        try:
            response = self._connect().request(
                method, self._url, json=body, params=dict(query) if query else None, headers=dict(headers or {})
            )
        except httpx.HTTPError as error:
            raise connection_fault(self._what, error) from None
        if not response.is_success:
            raise http_fault(self._what, response.status_code, response.headers, _detail(response.text))
        try:
            return json.loads(response.content)
        except ValueError as error:
            raise answer_fault(self._what, f"no JSON: {error}") from None

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                import httpx

                limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
                self._client = httpx.Client(timeout=self._timeout, limits=limits, follow_redirects=False)
            return self._client


def _detail(text: str) -> str:
    """What an error's body says, out of the fields where services put it."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    for key in ("message", "error", "detail"):
        found = body.get(key) if isinstance(body, dict) else None
        if isinstance(found, str):
            return found
        if isinstance(found, dict) and isinstance(found.get("message"), str):
            return str(found["message"])
    return text
