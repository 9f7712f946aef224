"""Which code counts n-grams and edits: compiled modules of this package, or sacreBLEU. The numbers are the same."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from types import ModuleType

from harness.errors import ConfigError, InfrastructureError
from harness.extras import folders_of
from harness.metrics.parameters import choice

#: The compiled modules: n-grams for BLEU and chrF, edits for TER.
NGRAMS, EDITS = "_ngrams", "_edits"

#: The releases of sacreBLEU whose statistics the compiled modules were compared with, bit for bit.
CHECKED = frozenset({"2.6.0"})

ENGINES = ("auto", "compiled", "sacrebleu")


@lru_cache(maxsize=1)
def sacrebleu_version() -> str:
    """The installed version, read from its file: importing the package would take longer than scoring does."""
    file = next((p for p in (folder / "version.py" for folder in folders_of("sacrebleu")) if p.is_file()), None)
    if file is None:
        raise InfrastructureError("The package sacrebleu is not installed.", remedy="pip install sacrebleu")
    found = re.search(r"""version = ['"]([^'"]+)['"]""", file.read_text("utf-8"))
    if found is not None:
        return found.group(1)
    from importlib.metadata import version

    return version("sacrebleu")


@lru_cache
def load(module: str = NGRAMS) -> tuple[ModuleType | None, str]:
    """A compiled module, or None and the reason."""
    version = sacrebleu_version()
    if version not in CHECKED:
        checked = ", ".join(sorted(CHECKED))
        return None, f"sacreBLEU {version} is installed, and the compiled module was checked against {checked} only"
    try:
        return importlib.import_module(
            f"harness.metrics.lexical.{module}"
        ), f"checked against sacreBLEU {version}, bit for bit"
    except ImportError as error:
        return None, f"the compiled module is not built ({error}); with a C compiler at hand, reinstall to build it"


def status(module: str = NGRAMS) -> tuple[str, str]:
    """What "auto" comes to here, "compiled" or "sacrebleu", and why. For `harness doctor`."""
    found, reason = load(module)
    return ("sacrebleu" if found is None else "compiled"), reason


def select(metric: str, engine: object, *, module: str = NGRAMS, covered: bool = True) -> ModuleType | None:
    """The compiled module where it is wanted and available, else None for sacreBLEU.

    Args:
        metric: the column, for messages.
        engine: one of ENGINES.
        module: NGRAMS or EDITS.
        covered: whether the compiled module knows the metric's parameters.

    Raises:
        ConfigError: no such engine, or "compiled" for parameters it does not know.
        InfrastructureError: "compiled" where it is not built.
    """
    wanted = choice(metric, "engine", engine, ENGINES)
    if wanted == "sacrebleu" or (wanted == "auto" and not covered):
        return None
    if not covered:
        raise ConfigError(
            f"{metric}: the compiled engine does not know this tokenizer.", allowed="engine: auto, or sacrebleu"
        )
    found, reason = load(module)
    if wanted == "compiled" and found is None:
        raise InfrastructureError(
            f"{metric}: the compiled engine is not available: {reason}.", remedy="engine: auto, or sacrebleu"
        )
    return found
