"""Replace a folder so that a reader finds the old one or the new one, never half of either."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Set
from pathlib import Path

from harness.errors import UserError
from harness.files import fsync_folder


def replace_folder(folder: Path, contents: Mapping[str, bytes], *, dropped: Set[str] = frozenset()) -> None:
    """Write `contents` as `folder`, whole or not at all.

    Everything is written to a temporary folder beside it and made durable; then two renames put it in place. Files of
    an existing folder that are neither in `contents` nor in `dropped` are carried over. A process that dies between the
    renames leaves the old folder as `.<name>.*.old`; the next write puts it back first.

    Raises:
        UserError: the file system refuses.
    """
    target = folder.resolve() if folder.is_symlink() else folder
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target)
        if target.exists() and not target.is_dir():
            raise UserError(f"{folder} is a file, so it cannot become a folder.", remedy="name another one")
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        try:
            _fill(temporary, target, contents, dropped)
            _swap(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _fill(temporary: Path, target: Path, contents: Mapping[str, bytes], dropped: Set[str]) -> None:
    if target.is_dir():
        for old in target.iterdir():
            if old.name in contents or old.name in dropped:
                continue
            if old.is_dir() and not old.is_symlink():
                shutil.copytree(old, temporary / old.name, symlinks=True)
            else:
                shutil.copy2(old, temporary / old.name, follow_symlinks=False)
    for name, data in contents.items():
        with (temporary / name).open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    # mkdtemp makes a private folder; the result is as open as any other that this user makes.
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o777 & ~mask)
    fsync_folder(temporary)


def _swap(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
        fsync_folder(target.parent)
        return
    old = temporary.with_suffix(".old")
    target.rename(old)
    try:
        temporary.rename(target)
    except BaseException:
        old.rename(target)
        raise
    fsync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(target: Path) -> None:
    """Put back the old folder that a killed writer moved away."""
    left = sorted(target.parent.glob(f".{target.name}.*.old"), key=lambda p: p.stat().st_mtime)
    if left and not target.exists():
        left.pop().rename(target)
    for folder in left:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
