"""What is known and not read, refused by its own name with what to save it as."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from harness.errors import InputError

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OCR = "recognise its text (OCR) and save that as .docx or .txt"

#: What is known and not read: by a mark in the content or by the name's end, what it is, and what mends it.
_NOT_READ: tuple[tuple[bytes, tuple[str, ...], str, str], ...] = (
    ("WordDocument".encode("utf-16-le"), (".doc", ".dot"), "an old Word document (.doc)", "save it as .docx"),
    ("Workbook".encode("utf-16-le"), (".xls", ".xlsb"), "an old Excel workbook (.xls)", "save it as .xlsx"),
    ("PowerPoint".encode("utf-16-le"), (".ppt", ".pps"), "an old presentation (.ppt)", "save it as PDF"),
    (
        "EncryptedPackage".encode("utf-16-le"),
        (),
        "an Office document with a password",
        "save it without the password",
    ),
    (_OLD_OFFICE, (), "an old or encrypted Office document", "save it as .docx or .xlsx, without a password"),
    (b"\x89PNG\r\n", (".png",), "an image", _OCR),
    (b"\xff\xd8\xff", (".jpg", ".jpeg"), "an image", _OCR),
    (b"II*\0", (".tif", ".tiff"), "an image", _OCR),
    (b"MM\0*", (), "an image", _OCR),
    (b"[Script Info]", (".ass", ".ssa"), "Advanced SubStation subtitles", "save them as .srt"),
    (b"BOOKMOBI", (".mobi", ".azw", ".azw3"), "a Kindle book", "save it as .epub"),
    (b"%!PS", (".ps", ".eps"), "a PostScript file", "ps2pdf FILE"),
    (b"\x1f\x8b", (".gz",), "a packed file", "gunzip FILE"),
    (b"7z\xbc\xaf", (".7z",), "an archive", "unpack it"),
    (b"Rar!", (".rar",), "an archive", "unpack it"),
    (b"", (".pages",), "a Pages document", "export it as .docx"),
    (b"", (".wps", ".wpd", ".hwp", ".hwpx"), "a document of another word processor", "save it as .docx"),
    (b"", (".mif", ".idml", ".indd", ".fm"), "a layout program's file", "export it as .docx or .pdf"),
    (b"", (".ttml", ".dfxp", ".sbv", ".sub", ".stl"), "subtitles of another kind", "save them as .srt"),
    (b"", (".properties", ".strings", ".resx", ".ts", ".arb"), "a program's message file", "save it as .po or .xliff"),
)
#: Archives that are known and not read.
_NOT_READ_INSIDE = (
    ("ppt/presentation.xml", "a PowerPoint presentation", "save it as PDF"),
    ("application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation", "save it as PDF"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "save it as .xlsx"),
    ("Index/Document.iwa", "a Pages document", "export it as .docx"),
    ("designmap.xml", "an InDesign document", "export it as .docx or .pdf"),
)


def refuse_file(path: Path, head: bytes, read: Sequence[str]) -> None:
    """Refuse a file that is known and not read.

    Args:
        path: the file.
        head: its first bytes.
        read: the formats that are.

    Raises:
        InputError: names it, and what to save it as.
    """
    # Which Office program wrote an old container is said by the names of the streams in it.
    content = path.read_bytes() if head.startswith(_OLD_OFFICE) else b""
    for mark, suffixes, what, remedy in _NOT_READ:
        # The mark of a Kindle book stands behind its name.
        marked = bool(mark) and (head.startswith(mark) or mark in content or head[60:].startswith(mark))
        if marked or path.suffix.lower() in suffixes:
            raise InputError(f"{path} is {what}, which is not read.", allowed=", ".join(read), remedy=remedy)


def refuse_archive(path: Path, inside: Collection[str], read: Sequence[str]) -> None:
    """Refuse an archive that is known and not read; `inside` is what `kind_of` says of it.

    Raises:
        InputError: names it, and what to save it as.
    """
    for sign, what, remedy in _NOT_READ_INSIDE:
        if sign in inside:
            raise InputError(f"{path} is {what}, which is not read.", allowed=", ".join(read), remedy=remedy)
