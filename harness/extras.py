"""Optional dependencies: which modules each extra brings, and whether they are there, asked without importing them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from pathlib import Path

from harness.errors import MissingExtraError

MODULES: Mapping[str, tuple[str, ...]] = {
    "azure": ("azure.ai.translation.text",),
    "comet": ("comet", "torch"),
    "ctranslate2": ("ctranslate2", "transformers"),
    "deepl": ("deepl",),
    "formats": ("defusedxml", "docx", "lxml", "markdown_it", "pdfplumber"),
    "google": ("google.cloud.translate_v3",),
    "http": ("httpx",),
    "openai": ("openai",),
    "query": ("duckdb",),
    "ray": ("ray",),
    "transformers": ("torch", "transformers", "sentencepiece"),
}


def missing_modules(extra: str) -> list[str]:
    """The modules of an extra that are not installed. Nothing is imported, parent packages neither."""
    return [module for module in MODULES.get(extra, ()) if not _findable(module)]


def _findable(module: str) -> bool:
    top, *rest = module.split(".")
    if not rest:
        return PathFinder.find_spec(top) is not None
    # Namespace packages (google.cloud, azure.ai) cannot be searched without importing them, but their folders can.
    return any(Path(entry, top, *rest).is_dir() for entry in sys.path)


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
