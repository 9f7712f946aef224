"""A program of the user's as a backend speaks with it: what it fails to do, in the session's words."""

from __future__ import annotations

import time
from collections.abc import Sequence

from harness.backends.failures import brief
from harness.errors import BackendError
from harness.process import LineProcess


class Program:
    """One running program that is fed lines and gives lines.

    Args:
        command: program and arguments; no shell is involved.
        folder: working directory, or None for this process's.

    Raises:
        BackendError: it cannot be started (fatal).
    """

    def __init__(self, command: Sequence[str], *, folder: str | None = None) -> None:
        self._command = command
        try:
            self._process = LineProcess(command, folder=folder)
        except OSError as error:
            raise BackendError(
                f"The program {command[0]} cannot be started: {error.strerror or error}.", fatal=True
            ) from None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.alive

    def send(self, lines: Sequence[bytes], *, end: bool = False) -> None:
        """Feed it lines, in the background; `end` closes its input behind them."""
        self._process.send(lines, end=end)

    def receive(self, count: int | None, seconds: float) -> list[bytes]:
        """Its next `count` lines, or all until it ends its output.

        Raises:
            BackendError: it ended before, or took longer.
        """
        deadline = time.monotonic() + seconds
        lines: list[bytes] = []
        while count is None or len(lines) < count:
            try:
                line = self._process.next_line(deadline - time.monotonic())
            except TimeoutError:
                self.kill()
                wanted = "the end of its output" if count is None else f"{count} lines"
                raise BackendError(
                    f"The program {self._command[0]} gave {len(lines)} lines in {seconds:g} s, not {wanted}"
                    f"{self.complaint()}",
                    remedy="raise its timeout, or use lifetime: call if it answers only when its input ends",
                ) from None
            if line is None:
                if count is None:
                    return lines
                raise BackendError(
                    f"The program {self._command[0]} ended {self._ending()} after {len(lines)} of {count} lines"
                    f"{self.complaint()}"
                )
            lines.append(line)
        return lines

    def leftover(self, seconds: float) -> bool:
        """Whether it has said, or says within so many seconds, more than was asked for."""
        try:
            return self._process.next_line(seconds) is not None
        except TimeoutError:
            return False

    def exit_code(self, seconds: float) -> int | None:
        """How it ended; it is killed when it has not after so many seconds. None where even that ends it not."""
        code = self._process.exit_code(max(0.1, seconds))
        if code is None:
            self.kill()
            code = self._process.exit_code(0.1)
        return code

    def complaint(self) -> str:
        """The last of its stderr, as the end of a sentence; "" if it said nothing."""
        said = brief(" / ".join(self._process.complaints()))
        return f"; it said: {said}" if said else ""

    def close(self) -> None:
        """End its input and let it finish; then without asking."""
        self._process.close()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def _ending(self) -> str:
        code = self._process.exit_code(1.0)
        if code is None:
            return "its output"
        return f"with exit code {code}" if code >= 0 else f"by signal {-code}"
