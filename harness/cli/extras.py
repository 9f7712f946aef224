"""Which modules each extra brings, so that what is missing can be told without importing it."""

from __future__ import annotations

from collections.abc import Mapping

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
    """The modules of an extra that are not installed; nothing is imported beyond parent packages."""
    from importlib.util import find_spec

    missing = []
    for module in MODULES.get(extra, ()):
        try:
            found = find_spec(module) is not None
        except ModuleNotFoundError:  # the parent package is not there
            found = False
        if not found:
            missing.append(module)
    return missing
