"""Any program that reads lines and writes lines (Marian, Moses, Apertium), or JSON Lines by id."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.backends.base import Traits
from harness.backends.failures import brief
from harness.backends.program.watched_program import Program
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.errors import BackendError, ConfigError, UserError

#: Programs disagree about which of these end a line; in a line protocol none of them may reach the program.
_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SETTLE_SECONDS = 0.01
_DEATHS_IN_A_ROW = 12
_HASHED_BYTES = 64 * 1024 * 1024


class CommandBackend:
    """A program of the user's.

    With `format: lines` it must answer every line with exactly one line, in order; line breaks inside a segment are
    sent as spaces. With `format: jsonl` it gets {"id", "text", "source", "target"} and answers {"id", "text"} or
    {"id", "error"} in any order. With `lifetime: run` one process serves the whole run (it must flush after each
    line); with `lifetime: call` each batch gets a process of its own, whose input ends behind the batch.

    A batch whose number of lines is wrong is never paired: it is tried in halves by new processes. A running program
    that says a line too many would shift all that follows, so each batch ends with its first line once more, and only
    when both answers to that line are equal is the batch paired. A program that dies is started again; the segment that
    kills it, found by halving too, is an error.

    Args:
        name: the system's label.
        command: program and arguments, as a list or one string (split like a shell does; no shell runs it).
            {source} and {target} stand for the language codes.
        format: "lines" or "jsonl".
        lifetime: "run" or "call".
        batch: segments sent together.
        timeout: seconds that a batch may take, the program's start included.
        deterministic: false for a program that answers differently each time.
        verify: send the first line of a batch again (lines from a running, deterministic program only). Without it,
            only a line too many that comes within 10 ms, or before the next batch, is noticed.
        folder: its working directory.
        revision: what tells this state of the engine from a later one; the program's own file and every file named in
            its arguments count without it.

    Raises:
        ConfigError: an empty command, an unknown format or lifetime.
        UserError: the program is not there.
    """

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        name: str,
        command: Sequence[str] | str,
        format: str = "lines",
        lifetime: str = "run",
        batch: int = 16,
        timeout: float = 300.0,
        deterministic: bool = True,
        verify: bool = True,
        folder: str | None = None,
        revision: str | None = None,
    ) -> None:
        words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
        if not words:
            raise ConfigError("The backend 'command' has an empty command.", allowed="a program and its arguments")
        for value, allowed in ((format, ("lines", "jsonl")), (lifetime, ("run", "call"))):
            if value not in allowed:
                raise ConfigError(f"The backend 'command' knows no '{value}'.", allowed=", ".join(allowed))
        program = shutil.which(words[0], path=None)
        if program is None:
            raise UserError(f"The program {words[0]} is not there.", remedy="install it, or give its path")
        self._words = words
        self._format, self._lifetime = format, lifetime
        self._verify = verify and deterministic and format == "lines" and lifetime == "run"
        self._timeout = timeout
        self._folder = folder
        self._running: Program | None = None
        self._deaths = 0
        self.traits = Traits(batch=batch, versioned=False)
        self.system = System(
            name=name,
            backend="command",
            model=Path(words[0]).name,
            revision=revision,
            parameters={
                "command": words,
                "format": format,
                "files": {word: _fingerprint(Path(folder or ".") / word) for word in words[1:] if word}
                | {words[0]: _fingerprint(Path(program))},
            },
            deterministic=deterministic,
        )

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """Feed the program the segments, and read what it says to each.

        Raises:
            BackendError: it died, took too long, or its answers cannot be paired with the segments.
        """
        try:
            lines = self._exchange([self._line(s, pair) for s in segments], pair)
            texts = [line.decode("utf-8") for line in lines]
            found = _paired(segments, texts) if self._format == "jsonl" else _by_line(segments, texts)
        except UnicodeDecodeError:
            self._end()
            raise BackendError(f"The program {self._words[0]} wrote something that is not UTF-8.") from None
        except BackendError as error:
            self._end()
            self._deaths += 1
            if self._deaths >= _DEATHS_IN_A_ROW and not error.fatal:
                raise BackendError(
                    f"{error.problem} (and so {self._deaths} times in a row)", fatal=True, remedy=error.remedy
                ) from None
            raise
        self._deaths = 0
        return found

    def close(self) -> None:
        """Let the program finish."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _exchange(self, lines: Sequence[bytes], pair: LangPair) -> list[bytes]:
        if self._lifetime == "call":
            self._running = program = self._start(pair)
            program.send(lines, end=True)
            answers = program.receive(None, self._timeout)
            code = program.exit_code(self._timeout)
            complaint = program.complaint()
            self._running = None
            if code:
                raise BackendError(f"The program {self._words[0]} ended with exit code {code}{complaint}")
            if len(answers) != len(lines):
                raise BackendError(
                    f"The program {self._words[0]} gave {len(answers)} lines for {len(lines)}{complaint}"
                )
            return answers
        if self._running is not None and self._running.alive and self._running.leftover(0):
            # Lines that nobody asked for: what was paired before may have been paired wrongly.
            raise BackendError(
                f"The program {self._words[0]} gave more lines than it was sent; its translations cannot be trusted",
                fatal=True,
                remedy="use lifetime: call, or format: jsonl, which pairs by id",
            )
        if self._running is None or not self._running.alive:
            self._running = self._start(pair)
        sent = [*lines, lines[0]] if self._verify else lines
        self._running.send(sent)
        answers = self._running.receive(len(sent), self._timeout)
        if self._verify and answers.pop() != answers[0]:
            raise BackendError(
                f"The program {self._words[0]} answered the first line of a batch differently at its end: "
                "it gave a line too many, or answers differently each time",
                remedy="use lifetime: call or format: jsonl; say deterministic: false if it is not",
            )
        if self._running.leftover(_SETTLE_SECONDS):
            raise BackendError(f"The program {self._words[0]} gave more than {len(lines)} lines for {len(lines)}")
        return answers

    def _start(self, pair: LangPair) -> Program:
        words = [w.replace("{source}", pair.source).replace("{target}", pair.target) for w in self._words]
        return Program(words, folder=self._folder)

    def _end(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running = None

    def _line(self, segment: Segment, pair: LangPair) -> bytes:
        if self._format == "jsonl":
            row = {"id": segment.id, "text": segment.source, "source": pair.source, "target": pair.target}
            return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
        return _BREAKS.sub(" ", segment.source).encode("utf-8", "replace")


def _by_line(segments: Sequence[Segment], lines: Sequence[str]) -> list[Hypothesis]:
    found = []
    for segment, line in zip(segments, lines, strict=True):
        joined = _BREAKS.search(segment.source) is not None
        found.append(
            Hypothesis(segment.id, text=line, flags=frozenset({"line-breaks-joined"}) if joined else frozenset())
        )
    return found


def _paired(segments: Sequence[Segment], lines: Sequence[str]) -> list[Hypothesis]:
    rows: dict[str, Hypothesis] = {}
    for line in lines:
        try:
            row = json.loads(line)
            text, error = row.get("text"), row.get("error")
            if not isinstance(text if error is None else error, str):
                raise TypeError
            rows[str(row["id"])] = Hypothesis(str(row["id"]), text=text if error is None else None, error=error)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BackendError(f"The program wrote no object with id and text or error: {brief(line)}") from None
    missing = [s.id for s in segments if s.id not in rows]
    if missing or len(rows) != len(segments):
        raise BackendError(f"The program answered other ids than it was given; missing: {', '.join(missing[:3])}")
    return [rows[s.id] for s in segments]


def _fingerprint(path: Path) -> str | None:
    """What tells a file from a later one of the same name: its hash, or size and time where it is large."""
    try:
        if not path.is_file():
            return None
        status = path.stat()
        if status.st_size > _HASHED_BYTES:
            return f"{status.st_size} bytes, {status.st_mtime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
