"""A child process that is fed lines and gives lines: started, fed, listened to and ended, here alone.

What the lines mean, and which error a silent or dead process is, belongs to whoever speaks with it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import IO

_KEPT_LINES = 40
_LONGEST_COMPLAINT = 1 << 16
_CLOSING_SECONDS = 5.0
_JOINING_SECONDS = 1.0


class LineProcess:
    """One running process.

    Lines are bytes ended by a newline. Reading and writing happen in threads of their own, so that neither a full pipe
    nor a silent process can hold the caller beyond its deadline. No thread holds this object: an owner may end the
    process when it is forgotten (`weakref.finalize(owner, process.kill)`).

    Args:
        command: program and arguments; no shell is involved.
        folder: working directory, or None for this process's.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, command: Sequence[str], *, folder: str | None = None) -> None:
        # A session of its own: Ctrl-C is for us, and we let the process finish or end it with all that it started.
        self._process = subprocess.Popen(  # noqa: S603 - the user's own program, from the user's config
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._complaints: deque[str] = deque(maxlen=_KEPT_LINES)
        self._reader = threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True)
        self._listener = threading.Thread(target=_listen, args=(self._process.stderr, self._complaints), daemon=True)
        self._reader.start()
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, lines: Iterable[bytes], *, end: bool = False) -> None:
        """Feed it lines (without their newlines), in the background; `end` closes its input behind them."""
        threading.Thread(target=_write, args=(self._process.stdin, lines, end), daemon=True).start()

    def next_line(self, seconds: float) -> bytes | None:
        """Its next line without its line break; None when its output has ended, now and ever after.

        Raises:
            TimeoutError: it said nothing for so many seconds; it still runs.
        """
        try:
            line = self._lines.get(timeout=seconds) if seconds > 0 else self._lines.get_nowait()
        except queue.Empty:
            raise TimeoutError from None
        if line is None:
            self._lines.put(None)  # the end of its output stays to be seen
        return line

    def exit_code(self, seconds: float) -> int | None:
        """How it ended (below 0: by a signal), waiting so many seconds for that; None while it runs."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def complaints(self) -> list[str]:
        """The last lines of its error stream that are not blank, at most 40; all that it wrote when it has ended."""
        if not self.alive:
            self._listener.join(_JOINING_SECONDS)
        return list(self._complaints)

    def close(self) -> None:
        """End its input and let it finish; then without asking."""
        self._close_input()
        if self.exit_code(_CLOSING_SECONDS) is None:
            self.kill()

    def kill(self) -> None:
        """End it now, with the processes that it started; nothing happens where all have ended."""
        # Its number is its own as long as it is not waited for, or somebody it started still holds its output.
        if self.alive or self._reader.is_alive():
            with contextlib.suppress(OSError):
                _end(self._process)
        self.exit_code(_CLOSING_SECONDS)
        self._close_input()
        for thread in (self._reader, self._listener):
            if thread is not threading.current_thread():
                thread.join(_JOINING_SECONDS)

    def _close_input(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
    else:
        process.kill()


def _write(stream: IO[bytes], lines: Iterable[bytes], end: bool) -> None:
    with contextlib.suppress(OSError, ValueError):  # it ended, or was ended: the reading side says so
        for line in lines:
            stream.write(line + b"\n")
        stream.flush()
        if end:
            stream.close()


def _read(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError), stream:
        for line in stream:
            lines.put(line.removesuffix(b"\n").removesuffix(b"\r"))
    lines.put(None)


def _listen(stream: IO[bytes], complaints: deque[str]) -> None:
    with contextlib.suppress(OSError, ValueError), stream:
        while line := stream.readline(_LONGEST_COMPLAINT):
            text = line.decode("utf-8", "replace").strip()
            if text:
                complaints.append(text)
