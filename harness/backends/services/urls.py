"""Addresses of engines, as they may be shown and kept."""

from __future__ import annotations

import urllib.parse

from harness.credentials import remember
from harness.errors import ConfigError


def public_address(url: str) -> str:
    """The address without user, password and query, which may hold secrets.

    Raises:
        ConfigError: it is no http or https address.
    """
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("An engine's address is not an http or https address.", allowed="https://host/path")
    for secret in (parts.password, *(v for _, v in urllib.parse.parse_qsl(parts.query))):
        if secret:
            remember(secret)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}{parts.path}"
