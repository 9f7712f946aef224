"""Folders that appear whole or not at all: a reader finds the old one or the new one, never half of either."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from harness.errors import UserError
from harness.files import fsync_folder, umask


@contextlib.contextmanager
def whole_folder(folder: Path, *, dropped: Callable[[Path], Collection[str]] | None = None) -> Iterator[Path]:
    """Write a folder, whole or not at all.

    The block gets an empty temporary folder beside `folder`. When it ends without an error, what it wrote is made
    durable and two renames put it in the place of the old folder. A process that dies between the renames leaves the
    old folder as `.<name>.<random>.old`; the next write puts it back first, and readers call `refuse_cut_short`.

    Args:
        folder: what is written; a link is followed.
        dropped: given an existing folder, the names in it that end with it; what else is in it and is not written anew
            is carried over. None where a folder that exists must stay as it is.

    Raises:
        UserError: the file system refuses, or there is such a folder and it must stay.
    """
    target = folder.resolve() if folder.is_symlink() else folder
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target)
        _check(target, folder, replace=dropped is not None)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        try:
            yield temporary
            if dropped is not None and target.is_dir():
                _carry_over(target, temporary, dropped(target))
            _make_durable(temporary)
            # mkdtemp makes a private folder; the result is as open as its parent and this user's mask allow.
            temporary.chmod(target.parent.stat().st_mode & 0o777 & ~umask())
            _check(target, folder, replace=dropped is not None)
            _swap(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from error


def refuse_cut_short(folder: Path) -> None:
    """Say where a folder is that a killed writer moved away, rather than that it was never written.

    Raises:
        UserError: the folder is not there, and what it was before lies beside it.
    """
    target = folder.resolve() if folder.is_symlink() else folder
    left = [] if target.exists() else _moved_away(target)
    if left:
        raise UserError(
            f"Writing {folder} was cut short; what it was before is {left[-1]}.", remedy=f"mv {left[-1]} {target}"
        )


def _check(target: Path, folder: Path, *, replace: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UserError(f"{folder} is a file, so it cannot become a folder.", remedy="name another one")
    if not replace:
        raise UserError(f"{folder} exists already and is never overwritten.", remedy="choose another name")


def _carry_over(target: Path, temporary: Path, dropped: Collection[str]) -> None:
    for old in target.iterdir():
        new = temporary / old.name
        if old.name in dropped or new.exists():
            continue
        if old.is_dir() and not old.is_symlink():
            shutil.copytree(old, new, symlinks=True)
        else:
            shutil.copy2(old, new, follow_symlinks=False)


def _make_durable(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_symlink():
            continue
        if path.is_dir():
            fsync_folder(path)
        elif path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())


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
        # Where another writer has put it back already, its error is not the one to report.
        with contextlib.suppress(OSError):
            old.rename(target)
        raise
    fsync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(target: Path) -> None:
    """Put back the old folder that a killed writer moved away."""
    left = _moved_away(target)
    if left and not target.exists():
        left.pop().rename(target)
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)


def _moved_away(target: Path) -> list[Path]:
    """What killed writers moved away, oldest first; the random part has no dot, so `a.b` is never taken for `a`."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[^.]+\.old")
    try:
        found = [path for path in target.parent.iterdir() if pattern.fullmatch(path.name)]
        return sorted(found, key=lambda path: path.stat().st_mtime)
    except OSError:
        return []  # no such place, or one that may not be read: nothing of ours is there
