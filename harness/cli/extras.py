"""Which modules each extra brings, so that what is missing can be told without importing it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from pathlib import Path

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
