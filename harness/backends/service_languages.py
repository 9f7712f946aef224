"""What engines call languages."""

from __future__ import annotations

from collections.abc import Mapping

from harness.language.codes import language_name

__all__ = ["language_code", "language_name"]


def language_code(code: str, table: Mapping[str, str], override: str | None = None) -> str:
    """An engine's own code: `override`, else from its table, else as it stands."""
    if override is not None:
        return override
    return table.get(code.replace("-", "_"), code.replace("_", "-"))
