"""A conversation in JSON lines with a process that must not be trusted to answer, to end, or to keep the order."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from harness.credentials import redact
from harness.domain import Json
from harness.errors import MetricError
from harness.process import LineProcess

_TAIL_LINES = 12
_ENDING_SECONDS = 5.0


class Conversation:
    """A process that is told JSON objects and answers with JSON objects, one per line.

    What it writes to its error stream is kept, and its end stands in every error.

    Args:
        what: the word for messages.
        command: the process.
        patience: seconds that may pass between two answers.
    """

    def __init__(self, what: str, command: Sequence[str], patience: float) -> None:
        self.what = what
        self.patience = patience
        try:
            self._process = LineProcess(command)
        except OSError as error:
            raise MetricError(
                f"{what}: {command[0]} cannot be started: {error.strerror}.",
                remedy="'python' names a virtual environment or its interpreter",
            ) from error
        self._finalizer = weakref.finalize(self, self._process.kill)

    def hear(self) -> Mapping[str, Any]:
        """The next answer.

        Raises:
            MetricError: none came in time, the process ended, or it said something else; the process is ended.
        """
        try:
            line = self._process.next_line(self.patience)
        except TimeoutError:
            self.fail(f"gave no answer for {self.patience:g} seconds")
        if line is None:
            code = self._process.exit_code(_ENDING_SECONDS)
            self.fail("ended its output" if code is None else f"ended unexpectedly with exit code {code}")
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self.fail(f"said something that is not a JSON object: {line[:80].decode('utf-8', 'replace').strip()!r}")
        if isinstance(message.get("error"), str) and "id" not in message:
            self.fail(f"failed: {message['error']}")
        return message

    def tell(self, messages: Iterable[Mapping[str, Json]]) -> None:
        """Say all of this, without waiting for it to be heard; answers may come meanwhile."""
        self._process.send(json.dumps(message).encode() for message in messages)

    def fail(self, how: str) -> NoReturn:
        """End the process and say why, with the end of its error stream."""
        self.close()
        said = "\n".join(f"    {line}" for line in self._process.complaints()[-_TAIL_LINES:])
        problem = f"{self.what}: the metric's process {how}." + (f" It wrote:\n{said}" if said else "")
        raise MetricError(redact(problem))

    def close(self) -> None:
        """End the process; also happens when nobody holds this any more."""
        self._finalizer()
