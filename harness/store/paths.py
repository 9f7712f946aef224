"""Where everything lies under results/. No other module spells a path of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: The version of the run folder; a change to its files or columns is a new one.
SCHEMA_VERSION = 1

#: Windows refuses these as names whatever their extension.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 160


@dataclass(frozen=True)
class RunLayout:
    """The files of one run folder; `docs/results.md` says what stands in each."""

    folder: Path

    @property
    def run(self) -> Path:
        """run.json."""
        return self.folder / "run.json"

    @property
    def systems(self) -> Path:
        """systems.csv."""
        return self.folder / "systems.csv"

    @property
    def comparisons(self) -> Path:
        """comparisons.csv."""
        return self.folder / "comparisons.csv"

    @property
    def report(self) -> Path:
        """report.html."""
        return self.folder / "report.html"

    def segments(self, file: str) -> Path:
        """The table of one system; `file` is its safe name."""
        return self.folder / "segments" / f"{file}.csv"

    def details(self, file: str) -> Path:
        """What of one system does not fit in a table: raw answers, token counts, notes of metrics."""
        return self.folder / "details" / f"{file}.jsonl"

    def test_set(self, file: str) -> Path:
        """One test set as it was scored; `file` is its safe name."""
        return self.folder / "test-sets" / f"{file}.jsonl"


def leaderboard_file(results: Path) -> Path:
    """The board over all runs."""
    return results / "leaderboard.csv"


def translations_file(results: Path) -> Path:
    """The translation cache: beside the runs, so that two results folders share nothing."""
    return results / ".cache" / "translations.sqlite"


def safe_name(name: str) -> str:
    """A file name for any label, on any file system; most labels stay as they are.

    Letters and digits of any script, space, `.`, `_`, `+` and `-` are kept; every other character, a leading dot or
    space, a trailing dot or space, and the first letter of a name that Windows reserves, become `%XX` (UTF-8 bytes).

    >>> safe_name("gpt-4o"), safe_name("org/model:v1"), safe_name("..")
    ('gpt-4o', 'org%2Fmodel%3Av1', '%2E%2E')
    """
    kept = [c if _plain(c) else _percent(c) for c in name]
    for end in {0, len(kept) - 1} if kept else ():
        if kept[end] in {".", " "}:
            kept[end] = _percent(kept[end])
    text = "".join(kept)
    if not text or _RESERVED.fullmatch(text):
        text = _percent(text[0]) + text[1:] if text else "%"
    return text


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A safe and distinct file name per label.

    Two labels that differ in case alone are one file on macOS and Windows, and a very long label is no file name at
    all: those get a number behind a tilde, which no safe name contains. run.json keeps the mapping.
    """
    taken: set[str] = set()
    files: dict[str, str] = {}
    for name in names:
        base = safe_name(name)
        short = base.encode()[:_LONGEST].decode("utf-8", "ignore")
        candidate, number = short, 1
        while candidate.casefold() in taken or (number == 1 and short != base):
            number += 1
            candidate = f"{short}~{number}"
        taken.add(candidate.casefold())
        files[name] = candidate
    return files


def _plain(char: str) -> bool:
    if char in " ._+-":
        return True
    # A letter that composes or decomposes comes back changed from file systems that normalise names.
    return char.isalnum() and unicodedata.normalize("NFC", char) == unicodedata.normalize("NFD", char)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
