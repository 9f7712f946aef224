"""Reading text that strangers wrote, and writing files that appear whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import InputError, UserError

# Order matters: a text that is valid in the first of these and reads as Chinese is taken; GB18030 accepts nearly any
# bytes, so Big5 is asked as well and the reading with more common characters wins.
_LEGACY = ("gb18030", "big5hkscs")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class DecodedText:
    """A file's text and how it was read."""

    text: str
    encoding: str
    sha256: str


def read_bytes(path: Path, *, what: str = "file") -> bytes:
    """The bytes of `path`.

    Raises:
        UserError: it is missing, a folder, or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"The {what} {path} does not exist.", remedy="check the path") from None
    except IsADirectoryError:
        raise UserError(f"The {what} {path} is a folder, not a file.") from None
    except OSError as error:
        raise UserError(f"The {what} {path} cannot be read: {error.strerror}.") from None


def read_text(path: Path, *, what: str = "file", encoding: str | None = None) -> DecodedText:
    """Decode a text file; UTF-8 (with or without BOM), UTF-16/32 with BOM, GB18030 and Big5 are detected.

    Line ends are kept exactly as they stand in the file.

    Args:
        path: the file.
        what: the word for messages ("source", "document").
        encoding: skip detection and use this one.

    Raises:
        UserError: missing or unreadable.
        InputError: NUL bytes, or bytes in no known encoding (with their offset).
    """
    return decode(read_bytes(path, what=what), name=f"{what} {path}", encoding=encoding)


def decode(data: bytes, *, name: str, encoding: str | None = None) -> DecodedText:
    """Like `read_text`, for bytes already in memory; `name` is for messages."""
    digest = hashlib.sha256(data).hexdigest()
    if encoding is not None:
        try:
            return _checked(data.decode(encoding), encoding, digest, name)
        except LookupError:
            raise UserError(f"There is no encoding '{encoding}'.", allowed="any that Python knows") from None
        except UnicodeDecodeError as error:
            raise _undecodable(name, error, data) from None
    for bom, codec in _BOMS:
        if data.startswith(bom):
            try:
                return _checked(data.decode(codec), codec, digest, name)
            except UnicodeDecodeError as error:
                raise _undecodable(name, error, data) from None
    try:
        return _checked(data.decode("utf-8"), "utf-8", digest, name)
    except UnicodeDecodeError as error:
        found = _legacy(data)
        if found is None:
            raise _undecodable(name, error, data) from None
        return _checked(found[0], found[1], digest, name)


def _checked(text: str, encoding: str, digest: str, name: str) -> DecodedText:
    position = text.find("\0")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise InputError(
            f"The {name} has a NUL character in line {line}: it is not a text file.",
            remedy="convert it to UTF-8 text (UTF-16 needs its byte order mark)",
        )
    return DecodedText(text, encoding, digest)


def _legacy(data: bytes) -> tuple[str, str] | None:
    """The most plausible reading in a legacy Chinese encoding, or None.

    A wrong reading of Chinese bytes lands in rare ideographs, private-use characters or mixed-in kana and box drawings;
    a right one has mostly common ideographs, and no unassigned characters.
    """
    best: tuple[float, str, str] | None = None
    for codec in _LEGACY:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        outside = [c for c in text if ord(c) > 127]
        if not outside:
            continue
        good = sum(_common(c) for c in outside) / len(outside)
        if good > 0.8 and (best is None or good > best[0]):
            best = (good, text, codec)
    return None if best is None else (best[1], best[2])


def _common(char: str) -> bool:
    """Whether a character is one of the everyday ideographs (level 1 of GB 2312 or Big5) or common punctuation."""
    if char in "，。、；：？！“”‘’（）《》〈〉【】「」『』—…·　％～":
        return True
    try:
        lead = char.encode("gb2312")[0]
        if 0xB0 <= lead <= 0xD7:
            return True
    except UnicodeEncodeError:
        pass
    try:
        pair = char.encode("big5")
    except UnicodeEncodeError:
        return False
    return len(pair) == 2 and 0xA4 <= pair[0] <= 0xC6


def _undecodable(name: str, error: UnicodeDecodeError, data: bytes) -> InputError:
    line = data.count(b"\n", 0, error.start) + 1
    return InputError(
        f"The {name} has bytes that are not text in any known encoding: "
        f"byte 0x{data[error.start]:02x} at offset {error.start} (line {line}).",
        allowed="UTF-8, UTF-16 with a byte order mark, GB18030, Big5",
        remedy="convert it with iconv, or name its encoding",
    )


def split_lines(text: str) -> list[str]:
    r"""Lines as tools such as sacreBLEU count them: at \n, \r\n and \r only.

    `str.splitlines` also splits at U+2028, U+0085 and others, which shifts every later line of a parallel file.
    A newline at the end does not begin another line.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines


@contextlib.contextmanager
def atomic_writer(path: Path, *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    r"""Write a text file that appears whole or not at all; newlines are written as given (use \n)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, before the rename
        "w", encoding=encoding, newline="", dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False
    )
    temporary = Path(handle.name)
    try:
        with handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        fsync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomic(path: Path, text: str) -> None:
    """`atomic_writer` for a text at hand."""
    with atomic_writer(path) as handle:
        handle.write(text)


def fsync_folder(path: Path) -> None:
    """Make renames inside `path` durable, where the platform lets a folder be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
