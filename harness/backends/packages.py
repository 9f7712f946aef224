"""Whether an extra's package is there, asked without importing it."""

from __future__ import annotations

import importlib.metadata
import importlib.util

from harness.errors import MissingExtraError


def need(module: str, *, what: str, extra: str) -> None:
    """Raise MissingExtraError unless `module` can be found; nothing but its parent packages is imported."""
    try:
        found = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        raise MissingExtraError(what, extra, cause=f"no module named {module}")


def release(package: str) -> str:
    """The release of an installed package, as "4.57": what its outputs depend on; bug fixes within one are not."""
    return ".".join(importlib.metadata.version(package).split(".")[:2])
