"""A judge's answers kept on disk: what was paid for once is not asked again, and a run that was killed goes on."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.domain import Json, sha256_of
from harness.errors import InputError, UserError
from harness.metrics.gemba.questions import Message


class KeptAnswers:
    """One file per judge, in it one JSON line per answer, written as the answer comes. Used by several threads.

    Args:
        folder: of all judges.
        identity: everything that an answer depends on besides the question.

    Raises:
        UserError: the folder cannot be made, or the file not be read.
        InputError: a line of the file is damaged.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Json]) -> None:
        self._path = folder / f"{sha256_of(identity)[:32]}.jsonl"
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            data = self._path.read_bytes() if self._path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):  # the last line was being written when a run was killed
                os.truncate(self._path, len(whole))
        except OSError as error:
            raise UserError(f"Answers cannot be kept in {folder}: {error.strerror}.") from None
        self._answers = dict(self._read(number, line) for number, line in enumerate(whole.splitlines(), 1) if line)

    def get(self, question: Sequence[Message]) -> str | None:
        """The answer to this question, if it is kept."""
        return self._answers.get(_digest(question))

    def add(self, question: Sequence[Message], answer: str) -> None:
        """Keep an answer; it is written when this returns."""
        digest = _digest(question)
        with self._lock:
            try:
                with self._path.open("a", encoding="utf-8", newline="") as handle:
                    handle.write(json.dumps({"question": digest, "answer": answer}) + "\n")
            except OSError as error:
                raise UserError(f"Answers cannot be kept in {self._path}: {error.strerror}.") from None
            self._answers[digest] = answer

    def _read(self, number: int, line: bytes) -> tuple[str, str]:
        try:
            row = json.loads(line)
            return str(row["question"]), str(row["answer"])
        except (ValueError, TypeError, KeyError):
            raise InputError(
                f"{self._path}, line {number}: this is not a kept answer.",
                remedy="delete the line, or the file: its questions are asked again",
            ) from None


def _digest(question: Sequence[Message]) -> str:
    return sha256_of([dict(message) for message in question])
