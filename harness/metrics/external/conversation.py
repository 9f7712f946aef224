"""A conversation in JSON lines with a process that must not be trusted to answer, to end, or to keep the order."""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NoReturn

from harness.domain import Json
from harness.errors import MetricError

_TAIL_LINES = 12


class Conversation:
    """A process that is told JSON objects and answers with JSON objects, one a line.

    What it writes to its error stream is kept, and its end stands in every error.

    Args:
        what: the word for messages.
        command: the process.
        patience: seconds that may pass between two answers.
    """

    def __init__(self, what: str, command: Sequence[str], patience: float) -> None:
        self.what = what
        self.patience = patience
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by _stop
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command is the user's own configuration
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._errors.close()
            raise MetricError(
                f"{what}: {command[0]} cannot be started: {error.strerror}.",
                remedy="'python' names a virtual environment or its interpreter",
            ) from error
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(self._process.stdout, self._answers), daemon=True)
        reader.start()
        self._finalizer = weakref.finalize(self, _stop, self._process, reader, self._errors)

    def hear(self) -> Mapping[str, Any]:
        """The next answer.

        Raises:
            MetricError: none came in time, the process ended, or it said something else; the process is ended.
        """
        try:
            line = self._answers.get(timeout=self.patience)
        except queue.Empty:
            self.fail(f"gave no answer for {self.patience:g} seconds")
        if line is None:
            code = self._process.wait()
            self.fail(f"ended unexpectedly with exit code {code}")
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
        threading.Thread(target=_write, args=(self._process.stdin, messages), daemon=True).start()

    def fail(self, how: str) -> NoReturn:
        """End the process and say why, with the end of its error stream."""
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        tail = self._errors.read().decode("utf-8", "replace").strip().splitlines()[-_TAIL_LINES:]
        said = "\n".join(f"    {line}" for line in tail)
        self.close()
        raise MetricError(f"{self.what}: the metric's process {how}." + (f" It wrote:\n{said}" if said else ""))

    def close(self) -> None:
        """End the process; also happens when nobody holds this any more."""
        self._finalizer()


def _read(stream: IO[bytes], answers: queue.SimpleQueue[bytes | None]) -> None:
    for line in stream:
        answers.put(line)
    answers.put(None)


def _write(stream: IO[bytes], messages: Iterable[Mapping[str, Json]]) -> None:
    try:
        for message in messages:
            stream.write(json.dumps(message).encode() + b"\n")
        stream.flush()
    except (OSError, ValueError):
        # The process is gone, or was closed while we spoke: whoever listens to it finds out, and why.
        return


def _stop(process: subprocess.Popen[bytes], reader: threading.Thread, errors: IO[bytes]) -> None:
    process.kill()
    process.wait()
    reader.join(timeout=5)
    for stream in (process.stdin, process.stdout, errors):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # unsaid words to a process that is gone
