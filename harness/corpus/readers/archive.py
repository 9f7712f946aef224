"""Zip archives that hold a document: what kind they are of, and whether they may be unpacked at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection

from harness.errors import InputError

#: Office XML packs 10 to 20 times; a file made to blow up packs a thousand times.
_LARGEST = 256 * 1024 * 1024
_RATIO = 100
_RATIO_FROM = 4 * 1024 * 1024
_MEMBERS = 10_000


def kind_of(data: bytes) -> Collection[str]:
    """What says which document an archive holds: the names of its members, and its `mimetype`, where it has one.

    OpenDocument and EPUB write their media type into a first member of that name; Office Open XML is known by its
    parts. Nothing for what is no archive that can be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {member.filename for member in archive.infolist()[:_MEMBERS]}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                names.add(archive.read("mimetype").decode("ascii", "replace").strip())
            return names
    # Besides its own error, zipfile lets these through: for a damaged directory, and for a version it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, EOFError):
        return ()


def check_archive(data: bytes, what: str, kind: str, sign: str) -> None:
    """Refuse what is no archive of the kind, or one whose contents are out of proportion, before unpacking.

    Args:
        data: the file's bytes.
        what: the file, for messages ("The document a.docx").
        kind: what it should be, for messages ("a Word document").
        sign: a member or media type that says so (see `kind_of`).

    Raises:
        InputError: with the reason; a "zip bomb" among them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    # As above: a version that zipfile does not know is NotImplementedError.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise InputError(f"{what} is not {kind}: {error}.", remedy="check that it is the right file") from None
    total = sum(m.file_size for m in members)
    worst = max((m.file_size / max(m.compress_size, 1) for m in members if m.file_size > _RATIO_FROM), default=0)
    if total > _LARGEST or worst > _RATIO or len(members) > _MEMBERS:
        raise InputError(
            f"{what} would unpack to {total / 1e6:,.0f} MB in {len(members)} parts from {len(data) / 1e6:,.2f} MB: "
            "it is built to exhaust memory (a zip bomb), or damaged.",
            allowed=f"at most {_LARGEST // 2**20} MB, packed at most {_RATIO} times",
        )
    if sign not in kind_of(data):
        raise InputError(f"{what} is an archive, but not {kind}.", remedy="check that it is the right file")
    if any(m.flag_bits & 1 for m in members):
        raise InputError(f"{what} is encrypted.", remedy="save it without a password")


def member(data: bytes, name: str, what: str) -> bytes:
    """The bytes of one member.

    Raises:
        InputError: it is not there, or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name)
    except KeyError:
        raise InputError(
            f"{what} has no part '{name}'.", remedy="save it again with the program that made it"
        ) from None
    # zlib's own error is no subclass of anything more telling.
    except Exception as error:
        raise InputError(
            f"{what}: its part '{name}' is damaged: {error}.", remedy="save or download it again"
        ) from None
