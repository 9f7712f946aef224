"""A program that is fed lines and gives lines, watched closely."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence

from harness.backends.failures import brief
from harness.credentials import redact
from harness.errors import BackendError

_KEPT_LINES = 40
_CLOSING_SECONDS = 5.0


class Program:
    """One running process.

    Lines are bytes ended by a newline. Reading and writing happen in threads of their own, so that neither a full pipe
    nor a silent program can hold the caller beyond its deadline.

    Args:
        command: program and arguments; no shell is involved.
        folder: working directory, or None for this process's.

    Raises:
        BackendError: it cannot be started (fatal).
    """

    def __init__(self, command: Sequence[str], *, folder: str | None = None) -> None:
        self._command = command
        try:
            # A session of its own: Ctrl-C is for us, and we let the program finish or end it ourselves.
            self._process = subprocess.Popen(  # noqa: S603 - the user's own program, from the user's config
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise BackendError(
                f"The program {command[0]} cannot be started: {error.strerror or error}.", fatal=True
            ) from None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._complaints: deque[str] = deque(maxlen=_KEPT_LINES)
        self._complainer = threading.Thread(target=self._listen, daemon=True)
        self._complainer.start()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, lines: Sequence[bytes], *, end: bool = False) -> None:
        """Feed it lines, in the background; `end` closes its input behind them."""
        threading.Thread(target=self._write, args=(b"".join(line + b"\n" for line in lines), end), daemon=True).start()

    def receive(self, count: int | None, seconds: float) -> list[bytes]:
        """Its next `count` lines, or all until it ends its output.

        Raises:
            BackendError: it ended before, or took longer.
        """
        deadline = time.monotonic() + seconds
        lines: list[bytes] = []
        while count is None or len(lines) < count:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
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
            line = self._lines.get(timeout=seconds) if seconds else self._lines.get_nowait()
        except queue.Empty:
            return False
        if line is None:
            self._lines.put(None)  # the end of its output stays to be seen
        return line is not None

    def exit_code(self, seconds: float) -> int:
        """How it ended; it is killed when it has not after so many seconds."""
        try:
            return self._process.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def complaint(self) -> str:
        """The last of its stderr, as the end of a sentence; "" if it said nothing."""
        if not self.alive:
            self._complainer.join(1.0)
        said = brief(redact(" / ".join(self._complaints)))
        return f"; it said: {said}" if said else ""

    def close(self) -> None:
        """End its input and let it finish; then without asking."""
        self._close_input()
        try:
            self._process.wait(_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_CLOSING_SECONDS)
        self._close_input()

    def _close_input(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _ending(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(1.0)
            return f"with exit code {code}" if code >= 0 else f"by signal {-code}"
        return "its output"

    def _write(self, data: bytes, end: bool) -> None:
        stream = self._process.stdin
        if stream is None:
            return
        with contextlib.suppress(OSError, ValueError):  # it ended: the reading side says so
            stream.write(data)
            stream.flush()
            if end:
                stream.close()

    def _read(self) -> None:
        stream = self._process.stdout
        if stream is not None:
            with contextlib.suppress(OSError, ValueError), stream:
                for line in stream:
                    self._lines.put(line.removesuffix(b"\n").removesuffix(b"\r"))
        self._lines.put(None)

    def _listen(self) -> None:
        stream = self._process.stderr
        if stream is not None:
            with contextlib.suppress(OSError, ValueError), stream:
                for line in stream:
                    text = line.decode("utf-8", "replace").strip()
                    if text:
                        self._complaints.append(text)
