"""One small registry for everything that people plug in.

A row names its implementation as "module:Class" and imports it only when asked, so that listing what exists never loads
torch. Third parties add rows through entry points (groups `harness.backends`, `harness.metrics`, ...).
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from harness.errors import ConfigError, HarnessError, UnknownNameError, UserError, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One thing that can be plugged in.

    Attributes:
        target: "package.module:Name", imported on first use.
        summary: one line for `harness list`.
        extra: the extra of this package that brings its dependencies (`harness.extras.EXTRAS` says which modules these
            are), or None for the light core.
        origin: the distribution that registered it.
        citation: of a metric: the paper or page that defines it, or "".
        digits: of a metric: how many digits behind the point its scores are shown with; None where it says so itself.
        flags: of a metric or a backend: the flags that it may give a segment (the hypothesis checks have their own).
        suffixes: of a file format: how the names of its files end, in lower case, with the dot.
        magic: of a file format: what its files begin with, where that is certain.
        inside: of a file format that is an archive: a member, or a media type, that only its files have.
        largest: of a file format: the most bytes that are read, or None.
    """

    target: str
    summary: str
    extra: str | None = None
    origin: str = "harness"
    citation: str = ""
    digits: int | None = None
    flags: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    magic: tuple[bytes, ...] = ()
    inside: str = ""
    largest: int | None = None


class Registry(Generic[T]):
    """Names to implementations: lazy, loud about collisions, kind about typos.

    Args:
        kind: the word for messages ("backend", "metric").
        rows: the built-in catalogue.
        group: entry-point group that third parties add to, or None.
    """

    def __init__(self, kind: str, rows: Mapping[str, Row], group: str | None = None) -> None:
        self.kind = kind
        self._rows: dict[str, Row] = dict(rows)
        self._group = group
        self._discovered = group is None

    def add(self, name: str, row: Row) -> None:
        """Register one more row; a name that is taken is an error, never an override."""
        self._discover()
        self._insert(name, row)

    def names(self) -> tuple[str, ...]:
        """All names in catalogue order."""
        self._discover()
        return tuple(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def row(self, name: str) -> Row:
        """The row of `name`.

        Raises:
            UnknownNameError: nobody registered it; the message names the nearest one.
        """
        # Reading the entry points of everything installed costs as much as scoring a system: a name that is known
        # without them does not need them, and nothing they say could replace it.
        if name not in self._rows:
            self._discover()
        if name not in self._rows:
            raise UnknownNameError(self.kind, name, self._rows, remedy=f"harness list {self.kind}s")
        return self._rows[name]

    def facts(self, name: str) -> Row:
        """The row of `name`, with what a plug-in says of its files and flags: by attributes of its class."""
        row = self.row(name)
        if row.origin == "harness":
            return row
        known = {
            key: getattr(self.load(name), key, getattr(row, key))
            for key in ("flags", "suffixes", "magic", "inside", "largest")
        }
        return replace(row, **known)

    def load(self, name: str) -> type[T]:
        """Import and return the class behind `name`; its heavy imports wait for its constructor."""
        row = self.row(name)
        module_name, _, attribute = row.target.partition(":")
        try:
            loaded = getattr(importlib.import_module(module_name), attribute)
        except (ImportError, AttributeError) as error:
            raise HarnessError(
                f"The {self.kind} '{name}' of {row.origin} cannot be loaded from {row.target}: {error}",
                remedy=f"repair or remove the package {row.origin}",
            ) from error
        return cast("type[T]", loaded)

    def create(self, name: str, /, **parameters: Any) -> T:
        """Build the thing; parameters it does not know are refused with the nearest one it does."""
        cls = self.load(name)
        self.check_parameters(name, parameters)
        return cls(**parameters)

    def parameters(self, name: str) -> Mapping[str, inspect.Parameter]:
        """The keyword parameters that the constructor behind `name` takes."""
        signature = inspect.signature(self.load(name))
        return {p.name: p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_POSITIONAL}

    def check_parameters(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Raise ConfigError for an unknown or a missing parameter."""
        known = self.parameters(name)
        if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values()):
            return
        for key in parameters:
            if key not in known:
                hint = did_you_mean(key, known)
                raise ConfigError(
                    f"The {self.kind} '{name}' has no parameter '{key}'{hint}",
                    allowed=", ".join(k for k in known if k != "name") or "(no parameters)",
                )
        missing = [k for k, p in known.items() if p.default is inspect.Parameter.empty and k not in parameters]
        if missing:
            raise ConfigError(
                f"The {self.kind} '{name}' needs the parameter '{missing[0]}', which is not given.",
                remedy=f"add '{missing[0]}' to its entry",
            )

    def _insert(self, name: str, row: Row) -> None:
        if name in self._rows:
            raise UserError(
                f"Two packages register the {self.kind} '{name}': {self._rows[name].origin} and {row.origin}.",
                remedy="uninstall one of them",
            )
        self._rows[name] = row

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True
        from importlib.metadata import entry_points

        for point in entry_points(group=self._group or ""):
            origin = point.dist.name if point.dist is not None else point.value
            self._insert(point.name, Row(target=point.value, summary=f"from {origin}", origin=origin))
