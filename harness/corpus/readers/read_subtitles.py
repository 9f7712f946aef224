"""Subtitles (SubRip .srt and WebVTT .vtt), through pysubs2: a cue is a segment, its times are provenance."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from harness.corpus.readers.common import collapse, document_of
from harness.corpus.readers.document import Block, Document
from harness.errors import InputError, MissingExtraError
from harness.files import decode, read_bytes
from harness.language.script import han_count

_TIME = re.compile(r"\d{1,3}:\d\d(?::\d\d)?[.,]\d{1,3}[ \t]*-->")
_MARKUP = re.compile(r"</?(?:[bciuv]|font|ruby|rt|lang)(?:[ .][^<>]*)?>|<\d\d:[\d:.]+>|\{\\[^{}]*\}", re.IGNORECASE)
_READING = re.compile(r"<rt>.*?</rt>", re.IGNORECASE | re.DOTALL)


class SubtitleReader:
    """One block for each cue: the lines of a cue are one text; lines in two scripts are two cells of one row."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no text in a known encoding, or no cues.
            MissingExtraError: pysubs2 is not installed.
        """
        try:
            import pysubs2
        except ImportError as error:
            raise MissingExtraError("Reading subtitles", "formats", cause=str(error)) from error
        data = read_bytes(path, what="document")
        text = decode(data, name=f"document {path}", encoding=encoding).text
        written = len(_TIME.findall(text))
        if not written:
            raise InputError(
                f"The document {path} has no cues: no line with times (00:00:01,000 --> 00:00:04,000).",
                remedy="check that it is the right file; --format text, if it is plain text",
            )
        kind = "vtt" if text.lstrip("\ufeff").startswith("WEBVTT") else "srt"
        try:
            cues = list(pysubs2.SSAFile.from_string(text, format_=kind, keep_unknown_html_tags=True))
        except Exception as error:  # pysubs2 raises errors of its own and of the parsers under it
            raise InputError(f"The document {path} is not subtitles that can be read: {error}.") from None
        blocks: list[Block] = []
        for number, cue in enumerate(cues, start=1):
            blocks += _blocks(cue, number, path.name, escaped=kind == "vtt")
        notes = (
            []
            if len(cues) == written
            else [f"{path.name} has {written} lines with times, of which {len(cues)} are cues"]
        )
        if not blocks:
            raise InputError(f"The document {path} has {len(cues)} cues and no text in any.")
        empty = len(cues) - len({b.lines for b in blocks})
        notes += [f"{empty} cues of {path.name} have no text"] if empty else []
        return document_of(path, data, blocks, f"{'; '.join(notes)}." if notes else "", given=True)


def _blocks(cue: Any, number: int, file: str, *, escaped: bool) -> list[Block]:
    """The blocks of one cue: one, or one for each run of lines of one script; WebVTT has `&amp;` for "&"."""
    text = _MARKUP.sub("", _READING.sub("", cue.text.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ")))
    text = html.unescape(text) if escaped else text
    place = f"{_clock(cue.start)} --> {_clock(cue.end)}"
    runs: list[list[str]] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if runs and _is_han(runs[-1][-1]) == _is_han(line):
            runs[-1].append(line)
        else:
            runs.append([line])
    if len(runs) == 1:
        return [Block(collapse("\n".join(runs[0])), file, (number, number), None, "paragraph", place=place)]
    return [
        Block(collapse("\n".join(run)), file, (number, number), None, "cell", column, number, place)
        for column, run in enumerate(runs)
    ]


def _is_han(line: str) -> bool:
    """Whether a line is written in ideographs in the main."""
    return 2 * han_count(line) > sum(c.isalpha() for c in line)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(max(0, milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"
