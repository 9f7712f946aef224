"""results/checks.jsonl: which runs were checked against which baseline, so that a reader knows how many share an error.

One line per baseline and run; the same run checked twice is one check.
"""

from __future__ import annotations

from pathlib import Path

from harness.errors import HarnessError
from harness.store.json_lines import read_lines, to_json

FILE = "checks.jsonl"


def count_check(results: Path, baseline: str, candidate: str) -> int | None:
    """Note a check, and say which one against this baseline it is, from 1; None where nothing can be kept.

    Args:
        results: the results folder; where there is none, none is made.
        baseline, candidate: the runs' names.
    """
    path = results / FILE
    try:
        before = (
            [line["candidate"] for line in read_lines(path) if line["baseline"] == baseline] if path.exists() else []
        )
        if candidate in before:
            return before.index(candidate) + 1
        if not results.is_dir():
            return None
        with path.open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(to_json({"baseline": baseline, "candidate": candidate}) + "\n")
    except (OSError, KeyError, HarnessError):
        # A count is a help, and no reason to lose a verdict: a read-only or damaged file counts nothing.
        return None
    return len(before) + 1
