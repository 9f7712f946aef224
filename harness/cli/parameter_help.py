"""What a backend or a metric takes, read off its class: for `harness list backends NAME`."""

from __future__ import annotations

import inspect
import json
import re
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

from harness.registry import Registry

_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}\*{0,2}(\w+): ", re.MULTILINE)
_WIDTH = 100


@dataclass(frozen=True)
class ParameterHelp:
    """One parameter.

    Attributes:
        name: the key in a config.
        type: its type as the constructor declares it, with YAML's null for None.
        default: its default as JSON, or None where one must be given.
        meaning: what the docstring says of it, on one line; "" where it says nothing.
    """

    name: str
    type: str
    default: str | None
    meaning: str


def parameter_help(registry: Registry[Any], name: str) -> tuple[str, list[ParameterHelp]]:
    """What the class behind `name` says of itself, without its lists, and its parameters in order.

    A class without an Args section has that of the class it extends, or of a neighbour with the same constructor.

    Raises:
        UnknownNameError: there is no such name.
        HarnessError: a plug-in that cannot be loaded.
    """
    cls = registry.load(name)
    meanings: dict[str, str] = {}
    for related in (*_same_constructor(cls), *reversed(cls.__mro__)):
        meanings.update(_args(related.__dict__.get("__doc__")))
    known = [p for p in registry.parameters(name).values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    found = [ParameterHelp(p.name, _type(p), _default(p), meanings.get(p.name, "")) for p in known]
    return _SECTION.split(inspect.cleandoc(cls.__doc__ or ""))[0].strip(), found


def shown(heading: str, text: str, parameters: list[ParameterHelp]) -> str:
    """The same for people: the heading, the text, two or more lines per parameter."""
    lines = [heading]
    if text:
        lines += ["", text]
    lines += ["", "Parameters:" if parameters else "It takes no parameters."]
    for parameter in parameters:
        asked = "required" if parameter.default is None else f"default {parameter.default}"
        lines.append(
            f"  {parameter.name} ({parameter.type}; {asked})" if parameter.type else f"  {parameter.name} ({asked})"
        )
        lines += textwrap.wrap(parameter.meaning, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join(lines)


def _same_constructor(cls: type) -> list[type]:
    """The classes of its module that are built by the very same function."""
    neighbours = vars(sys.modules[cls.__module__]).values()
    return [c for c in neighbours if isinstance(c, type) and _init(c) is _init(cls)]


def _init(cls: type) -> object:
    return inspect.getattr_static(cls, "__init__")


def _args(docstring: str | None) -> dict[str, str]:
    """Name to meaning, from the section Args of a docstring in Google's style."""
    parts = _SECTION.split(inspect.cleandoc(docstring or ""))
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        if title == "Args":
            entries = _ENTRY.split(body)
            return {name: " ".join(text.split()) for name, text in zip(entries[1::2], entries[2::2], strict=True)}
    return {}


def _type(parameter: inspect.Parameter) -> str:
    if parameter.annotation is inspect.Parameter.empty:
        return ""
    text = (
        parameter.annotation
        if isinstance(parameter.annotation, str)
        else inspect.formatannotation(parameter.annotation)
    )
    return re.sub(r"\bNone\b", "null", text)


def _default(parameter: inspect.Parameter) -> str | None:
    if parameter.default is inspect.Parameter.empty:
        return None
    return json.dumps(parameter.default, ensure_ascii=False, default=str)
