"""Reading text that strangers wrote, and writing files that appear whole or not at all."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import gzip
import hashlib
import lzma
import os
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from harness.errors import InputError, UserError

# GB18030 accepts nearly any bytes, so Big5 is asked as well and the reading with more everyday characters wins.
_LEGACY = ("gb18030", "big5hkscs")
# The characters that make up half of any Chinese text, simplified and traditional. A wrong reading lands in other
# common ideographs now and then, in these hardly ever, so a line or two of text is enough to tell.
_FREQUENT = frozenset(
    "的一是不在有了人学我大为中和会国以个生要到时发这年新用能好可业理上就家来也们对你出多作行成经实全下主后自很电现日保过定品等方美"
    "体动如开小工合还没高机地前说力点化重果所产与表都分于者本正他教月特得其么最进度而心道情面同之长展单期比性流消问看题目部及民制次"
    "程但务提子通费手明感书加天数位考公更关服科价从那注社应代意当法外师系水名想种因各并入然平区信间样需些常文市给联政党建设推基层"
    "學為會國個時發這業來們對經實電現過體動開還沒機說點產與麼進長單問題務費書數關價從應當師係種並區間樣給聯黨設層後於將無"
)
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


#: Standard input as a path.
STDIN = Path("-")
#: How the names of packed files end, and what unpacks them.
PACKED: Mapping[str, type[gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]] = {
    ".gz": gzip.GzipFile,
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}
_LARGEST_UNPACKED = 1 << 30


@lru_cache(maxsize=1)
def _standard_input() -> bytes:
    """Standard input, read once: whoever asks again gets the same."""
    return sys.stdin.buffer.read()


def content_suffix(path: Path) -> str:
    """The end of a file's name that says what is in it: of `a.tsv.gz` it is `.tsv`."""
    plain = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return plain.suffix.lower()


def files_in(folder: Path) -> list[Path]:
    """The files of a folder that were put there to be read, by name: no hidden ones, and no README."""
    return [p for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith((".", "README"))]


def read_bytes(path: Path, *, what: str = "file") -> bytes:
    """The bytes of `path`, unpacked where its name says that it is packed; "-" is standard input.

    Raises:
        UserError: it is missing, a folder, or may not be read.
        InputError: it is not packed as its name says, or holds more than a gigabyte.
    """
    if path == STDIN:
        return _standard_input()
    unpack = PACKED.get(path.suffix.lower())
    try:
        if unpack is None:
            return path.read_bytes()
        with unpack(path) as handle:
            data = handle.read(_LARGEST_UNPACKED + 1)
        if len(data) > _LARGEST_UNPACKED:
            raise InputError(f"The {what} {path} holds more than a gigabyte.", remedy="split it")
        return data
    except (gzip.BadGzipFile, lzma.LZMAError, EOFError, zlib.error) as error:
        raise InputError(f"The {what} {path} cannot be unpacked: {error}.", remedy="pack or download it anew") from None
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
        return _checked(_decode_as(data, encoding, name), encoding, digest, name)
    guess = _utf16_without_mark(data)
    if guess is not None:
        raise InputError(
            f"The {name} looks like {guess} without a byte order mark.",
            remedy=f"convert it: iconv -f {guess} -t UTF-8",
        )
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


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    """Decode in the encoding that the user named; a byte order mark is no part of the text."""
    try:
        text = data.decode(encoding)
    except LookupError:
        raise UserError(
            f"There is no text encoding '{encoding}'.", allowed="utf-8, utf-16-le, gb18030, big5, any that Python knows"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"The {name} is not {encoding}: byte 0x{data[error.start]:02x} at offset {error.start}.",
            remedy="name the encoding that it is in, or none to have it detected",
        ) from None
    except UnicodeError as error:
        raise InputError(f"The {name} is not {encoding}: {error}.") from None
    return text.removeprefix("\ufeff")


def _checked(text: str, encoding: str, digest: str, name: str) -> DecodedText:
    position = text.find("\0")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise InputError(
            f"The {name} has a NUL character in line {line}: it is not a text file.",
            remedy="check that it is the right file, and convert it to UTF-8 text",
        )
    return DecodedText(text, encoding, digest)


def _utf16_without_mark(data: bytes) -> str | None:
    """ "UTF-16LE" or "UTF-16BE" where zero bytes stand in one half of the byte pairs only and all decodes as text.

    In such a file every line end and every ASCII character has a zero byte on the same side; no text in another
    encoding has zero bytes at all.
    """
    if b"\0" not in data:
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE, codecs.BOM_UTF8)):
        return None
    low, high = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 or (low == 0) == (high == 0):
        return None
    codec = "UTF-16LE" if high else "UTF-16BE"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return codec if "\0" not in text and sum(c.isprintable() or c in "\r\n\t" for c in text) > 0.9 * len(text) else None


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
        # A hundred thousand characters decide as well as all of a large file.
        outside = [c for c in text if ord(c) > 127][:100_000]
        if not outside:
            continue
        counts = Counter(outside)
        common = sum(n for c, n in counts.items() if _common(c)) / len(outside)
        likely = common + sum(n for c, n in counts.items() if c in _FREQUENT) / len(outside)
        if common > 0.8 and (best is None or likely > best[0]):
            best = (likely, text, codec)
    return None if best is None else (best[1], best[2])


def _common(char: str) -> bool:
    """Whether a character is one of the everyday ideographs (level 1 of GB 2312 or Big5) or common punctuation."""
    if char in "，。、；：？！“”‘’（）《》〈〉【】「」『』—…·　％～" or "０" <= char <= "９" or "Ａ" <= char <= "ｚ":
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
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
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
        temporary.chmod(0o666 & ~umask())
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


def umask() -> int:
    """The permissions that this process takes away from what it makes."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
