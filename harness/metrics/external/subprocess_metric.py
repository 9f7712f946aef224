"""Metrics whose packages cannot live beside ours: they run in an environment of their own and answer in JSON lines.

One pins an old transformers, the next a TensorFlow; in a virtual environment each, they stand on the board like any
other metric.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature, mean_of
from harness.errors import ConfigError, InfrastructureError
from harness.metrics.external.conversation import Conversation
from harness.metrics.external.score_files import digits_said, fingerprint, flags_of, signature_of
from harness.metrics.parameters import number
from harness.metrics.references import group_by_references

WORKERS = Path(__file__).with_name("workers")
#: Programs that come with the harness; others are named by file or module.
SHIPPED = ("metricx", "bleurt", "comet")


class External:
    """A metric in an environment of its own.

    The statistics of a segment are (score, 1): a corpus score is the mean. A unit that the metric gives no score for is
    a row of NaN. The program is asked at once what it is, so that what is missing there is known before anything is
    translated; it stays loaded for all test sets.

    Args:
        python: the virtual environment's folder, or its interpreter.
        program: "metricx", "bleurt", "comet", a Python file or a module of that environment; `workers/serve_metric.py`
            says what it must define.
        name: the column.
        options: what the program wants to know (its model, for one); JSON.
        timeout: seconds that may pass between two answers, loading included.
    """

    higher_is_better: bool
    needs_reference: bool
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(
        self,
        *,
        python: str,
        program: str,
        name: str = "external",
        options: Mapping[str, Json] | None = None,
        timeout: float = 600.0,
    ) -> None:
        self.name = name
        patience = number(name, "timeout", timeout, above=0)
        command = [
            str(_interpreter(name, python)),
            str(WORKERS / "serve_metric.py"),
            _program(name, program),
            _options(name, options),
        ]
        self._flags: dict[ScoringUnit, list[Json]] = {}
        self._conversation = Conversation(name, command, patience)
        said = self._conversation.hear()
        better, needs = said.get("higher_is_better"), said.get("needs_reference")
        if not isinstance(better, bool) or not isinstance(needs, bool):
            self._conversation.fail("did not say whether higher is better and whether it needs references")
        self.higher_is_better, self.needs_reference = better, needs
        self.digits = digits_said(said)
        self._signature = signature_of(said.get("signature"))
        if self._signature is None:
            self._conversation.fail(f"has no signature that can be read: {said.get('signature')!r}")

    def signature(self, n_refs: int) -> Signature:
        """The program's own, with the number of references where it looks at them."""
        assert self._signature is not None
        return self._signature.extended(("nrefs", str(n_refs))) if self.needs_reference else self._signature

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(score, 1) a unit, shape (n, 2)."""
        if self.needs_reference:
            group_by_references(self.name, units)
        stats = np.full((len(units), 2), np.nan)
        if not units:
            return stats
        self._conversation.tell(_requests(units))
        seen: set[int] = set()
        while True:
            answer = self._conversation.hear()
            if "done" in answer:
                break
            position, score = answer.get("id"), answer.get("score")
            if not isinstance(position, int) or not 0 <= position < len(units) or position in seen:
                self._conversation.fail(f"answered for the id {position!r}, which it was not asked for, or twice")
            seen.add(position)
            if score is not None:
                if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
                    unit = units[position]
                    self._conversation.fail(f"gave {score!r} for segment {unit.segment} of {unit.system}")
                stats[position] = score, 1.0
            flags = flags_of(answer)
            if flags is None:
                self._conversation.fail(f"gave the flags {answer['flags']!r}, which are no list of words")
            if flags:
                self._flags[units[position]] = flags
        if len(seen) < len(units):
            missing = next(units[i] for i in range(len(units)) if i not in seen)
            self._conversation.fail(
                f"answered {len(seen)} of {len(units)} units; segment {missing.segment} of {missing.system} is missing"
            )
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """What the program flagged."""
        return [{"flags": self._flags[unit]} if unit in self._flags else {} for unit in units]

    def aggregate(self, totals: Array) -> Array:
        """The mean score."""
        return mean_of(totals)

    def segment_scores(self, stats: Array) -> Array:
        """The scores as they were given."""
        return mean_of(stats)


def _requests(units: Sequence[ScoringUnit]) -> Iterator[Mapping[str, Json]]:
    for position, unit in enumerate(units):
        yield {"id": position, **request(unit)}
    yield {"end": True}


def request(unit: ScoringUnit) -> dict[str, Json]:
    """A unit as `workers/serve_metric.py` reads it, here or on another machine."""
    return {
        "test_set": unit.test_set,
        "system": unit.system,
        "segment": unit.segment,
        "source": unit.source,
        "hypothesis": unit.hypothesis,
        "references": list(unit.references),
        "of": fingerprint(unit),
    }


def _interpreter(metric: str, python: object) -> Path:
    if not isinstance(python, str) or not python:
        raise ConfigError(f"{metric}: 'python' is {python!r}.", allowed="the path of a virtual environment")
    path = Path(python).expanduser()
    if path.is_dir():
        found = [p for p in (path / "bin" / "python", path / "Scripts" / "python.exe") if p.exists()]
        if not found:
            raise InfrastructureError(
                f"{metric}: {path} is not a virtual environment.", remedy=f"python -m venv {path}, then install into it"
            )
        return found[0]
    if not path.exists():
        raise InfrastructureError(
            f"{metric}: the environment {path} is not on this machine.",
            remedy=f"python -m venv {path}, then install the metric into it",
        )
    return path


def _program(metric: str, program: object) -> str:
    if not isinstance(program, str) or not program:
        raise ConfigError(f"{metric}: 'program' is {program!r}.", allowed=f"{', '.join(SHIPPED)}, a file or a module")
    if program in SHIPPED:
        return str(WORKERS / f"{program}_worker.py")
    if program.endswith(".py") and not Path(program).is_file():
        raise ConfigError(f"{metric}: the program {program} does not exist.", allowed=f"{', '.join(SHIPPED)} or a file")
    return program


def _options(metric: str, options: Any) -> str:
    if options is not None and not isinstance(options, Mapping):
        raise ConfigError(f"{metric}: 'options' is {options!r}.", allowed="a mapping of names to values")
    return json.dumps({} if options is None else dict(options))
