"""Several values after one option, as sacreBLEU's and COMET's commands take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def spread(arguments: Sequence[str], options: Iterable[str]) -> list[str]:
    """Write an option again before each further value: `-r a b` becomes `-r a -r b`.

    Only for commands without arguments of their own, where every word that is no option is some option's value.

    Args:
        arguments: the words of the command line after the command's name.
        options: the options that may be repeated.
    """
    repeatable = frozenset(options)
    found: list[str] = []
    last, values = "", 0
    for word in arguments:
        if word.startswith("-") and word != "-":
            last, equals, _ = word.partition("=")
            values = int(bool(equals))
        elif last in repeatable:
            if values:
                found.append(last)
            values += 1
        found.append(word)
    return found
