"""Rows that belong to segments by their id: what to say when they do not match."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from harness.errors import InputError

_SHOWN = 3


def check_ids(
    name: str,
    found: Sequence[str],
    wanted: Sequence[str],
    *,
    owner: str,
    optional: Collection[str] = (),
    remedy: str = "add the missing rows",
) -> None:
    """Refuse a file whose ids are not those that were asked for.

    Args:
        name: the file, for messages.
        found: its ids, each once.
        wanted: the ids that it must have.
        owner: what the wanted ids belong to ("the test set"), for messages.
        optional: further ids that it may have.
        remedy: what to do about missing ids.

    Raises:
        InputError: ids that are missing, or that the owner does not have.
    """
    has, needs = set(found), set(wanted)
    missing = [i for i in wanted if i not in has]
    if missing:
        raise InputError(
            f"{name} lacks {count(len(missing), 'id')} of {owner}: {some(missing)}.",
            allowed="one row for every segment",
            remedy=remedy,
        )
    surplus = [i for i in found if i not in needs and i not in optional]
    if surplus:
        raise InputError(
            f"{name} has {count(len(surplus), 'id')} that {owner} does not have: {some(surplus)}.",
            remedy="check that the files belong together",
        )


def count(n: int, what: str) -> str:
    """A number with its noun.

    >>> count(1, "id"), count(2, "id")
    ('1 id', '2 ids')
    """
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def some(names: Iterable[str]) -> str:
    """The first few of many names, for messages.

    >>> some(["a"]), some("abcde"), some([])
    ("'a'", "'a', 'b', 'c' and 2 more", '(none)')
    """
    given = list(names)
    shown = ", ".join(f"'{name}'" for name in given[:_SHOWN])
    return (shown if len(given) <= _SHOWN else f"{shown} and {len(given) - _SHOWN} more") or "(none)"
