"""Serve one metric over JSON lines, inside the environment that has its packages.

    python serve_metric.py PROGRAM OPTIONS < requests > answers

Started by `harness.metrics.external.subprocess_metric`, or by hand on another machine; runs on Python 3.8 and
newer and imports nothing of this project. PROGRAM is a Python file or module with a function `load(options)`, which
returns an object with

    signature           str: "Name|key:value|...", everything the score depends on
    higher_is_better    bool
    needs_reference     bool
    score(units)        a list of dictionaries with source, hypothesis, references; a list of numbers, None for "cannot"
    digits              int, optional: how many digits behind the point its scores are shown with
    flags(units)        optional: for each a list of short words, such as "truncated", that stand beside its score

OPTIONS is a JSON object; "batch" (64) says how many units `score` is given at once. The first line of the answers says
what the metric is; then there is one {"id", "score"} a request, with "flags" if it has any, and with the request's
system and segment where it names them. {"end": true} among the requests is answered by {"done": COUNT} when all before
it is answered.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

ECHOED = ("id", "test_set", "system", "segment", "of")


def load_program(program: str) -> ModuleType:
    """The module, from a file or by name."""
    if not program.endswith(".py"):
        return importlib.import_module(program)
    spec = importlib.util.spec_from_file_location("scorer", program)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {program}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def serve(scorer: Any, batch: int, requests: Iterable[bytes], say: Callable[[dict[str, Any]], None]) -> None:
    """Answer every request, `batch` at a time."""
    waiting: list[dict[str, Any]] = []
    count = 0
    for line in requests:
        request = json.loads(line)
        if not request.get("end"):
            waiting.append(request)
        if waiting and (len(waiting) >= batch or request.get("end")):
            answer(scorer, waiting, say)
            count += len(waiting)
            waiting = []
        if request.get("end"):
            say({"done": count})
            count = 0
    if waiting:
        answer(scorer, waiting, say)


def answer(scorer: Any, requests: list[dict[str, Any]], say: Callable[[dict[str, Any]], None]) -> None:
    """Score one batch."""
    scores = list(scorer.score(requests))
    if len(scores) != len(requests):
        raise ValueError(f"{len(scores)} scores for {len(requests)} units")
    flags = scorer.flags(requests) if hasattr(scorer, "flags") else [[] for _ in requests]
    if len(flags) != len(requests):
        raise ValueError(f"flags of {len(flags)} units for {len(requests)}")
    for request, score, words in zip(requests, scores, flags):  # noqa: B905 - Python 3.8 has no `strict`
        found: dict[str, Any] = {key: request[key] for key in ECHOED if key in request}
        found["score"] = None if score is None else float(score)
        if words:
            found["flags"] = sorted(words)
        say(found)


def main() -> int:
    """Serve until the requests end; 1 is a failure, whose last line of answers says why."""
    # What libraries print must not get between the answers: it goes to the error stream.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def say(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    try:
        options = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
        scorer = load_program(sys.argv[1]).load(options)
        say(
            {
                "format": "harness-scores",
                "signature": scorer.signature,
                "higher_is_better": scorer.higher_is_better,
                "needs_reference": scorer.needs_reference,
                **({"digits": scorer.digits} if hasattr(scorer, "digits") else {}),
            }
        )
        serve(scorer, int(options.get("batch", 64)), sys.stdin.buffer, say)
    except Exception as error:
        traceback.print_exc()
        say({"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
