"""One YAML file with the line of everything in it; complaints that say where, what is allowed, and what was meant."""

from __future__ import annotations

import os
import re
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pydantic
import yaml
from pydantic import BaseModel

from harness.errors import ConfigError, HarnessError, did_you_mean
from harness.files import read_text

_ENVIRONMENT = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_SECRET = re.compile(r"(?i)(^|_)(api_?key|key|token|secret|password|passwd|credentials?)$")

Position = tuple[Any, ...]


class YamlReader:
    """One YAML file with the line of everything in it."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self._environment = environment
        self._lines: dict[Position, int] = {(): 1}
        self._visited = 0

    def tree(self) -> Any:
        """The whole file as plain values; every position's line is remembered."""
        text = read_text(self.path, what="config").text
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise ConfigError(f"not YAML: {error.problem}.", file=str(self.path), line=line) from None
        except (yaml.YAMLError, RecursionError) as error:
            raise ConfigError(f"not YAML: {error}.", file=str(self.path)) from None
        if node is None:
            raise ConfigError("the config is empty.", file=str(self.path), remedy="see configs/default.yaml")
        return self._plain(node, ())

    def mapping(self, what: str, allowed: Iterable[str]) -> dict[str, Any]:
        """`tree` of a file that must be a mapping; `what` is the word for messages, `allowed` are its keys."""
        tree = self.tree()
        if not isinstance(tree, dict):
            raise self.error(f"a {what} is a mapping of keys to values.", (), allowed=", ".join(allowed))
        return tree

    def _plain(self, node: yaml.Node, where: Position) -> Any:
        self._lines.setdefault(where, node.start_mark.line + 1)
        self._visited += 1
        # Aliases of aliases can make a short file grow without end.
        if len(where) > 20 or self._visited > 100_000:
            raise self.error("too large or nested too deeply for a config.", where)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*where, i)) for i, child in enumerate(node.value)]
        if not node.tag.startswith("tag:yaml.org,2002:"):
            raise self.error(f"the tag {node.tag} is not allowed.", where)
        try:
            value = yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            raise self.error(f"not a value: {error}.", where) from None
        return self._expand(value, where) if isinstance(value, str) else value

    def _mapping(self, node: yaml.MappingNode, where: Position) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            position = (*where, key)
            self._lines[position] = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise self.error("a key must be a text.", position)
            if key in found:
                raise self.error(f"the key '{key}' stands twice.", position)
            if _SECRET.search(key) and not key.endswith("_env"):
                raise self.error(
                    f"'{key}' looks like a secret, and secrets never stand in a config.",
                    position,
                    remedy="name the environment variable that holds it, as in `api_key_env: OPENAI_API_KEY`",
                )
            found[key] = self._plain(value_node, position)
        return found

    def _expand(self, text: str, where: Position) -> str:
        def replace(match: re.Match[str]) -> str:
            name, default = match.groups()
            if _SECRET.search(name):
                raise self.error(
                    f"${{{name}}} looks like a secret: its value would be written into the run's records.",
                    where,
                    remedy="use the parameter that takes the variable's name, such as `api_key_env`",
                )
            value = self._environment.get(name, default)
            if value is None:
                raise self.error(
                    f"the environment variable {name} is not set.",
                    where,
                    remedy=f"export {name}=..., or give a default: ${{{name}:-value}}",
                )
            return value

        return _ENVIRONMENT.sub(replace, text)

    @property
    def lines(self) -> Mapping[Position, int]:
        """The line of every position."""
        return self._lines

    def line(self, where: Position) -> int:
        """The line of a position, or of the nearest thing around it."""
        while where not in self._lines:
            where = where[:-1]
        return self._lines[where]

    def error(
        self, problem: str, where: Position, *, allowed: str | None = None, remedy: str | None = None
    ) -> ConfigError:
        """A ConfigError that knows its line."""
        return ConfigError(problem, file=str(self.path), line=self.line(where), allowed=allowed, remedy=remedy)

    def validate(self, model: type[Any], values: Any, where: Position, also: tuple[str, ...] = ()) -> Any:
        """Build a pydantic model; its first complaint becomes a ConfigError with a line."""
        try:
            return model.model_validate(values)
        except pydantic.ValidationError as error:
            # A key that is only misspelt also leaves the right one missing: the misspelling is the news.
            first = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
            raise self._explain(first, model, where, also) from None
        except HarnessError as error:
            raise self.error(error.problem, where, allowed=error.allowed, remedy=error.remedy) from None

    def _explain(self, first: Any, model: type[BaseModel], where: Position, also: tuple[str, ...]) -> ConfigError:
        path = (*where, *first["loc"])
        key = ".".join(str(p) for p in first["loc"] if isinstance(p, str)) or "the config"
        if first["type"] == "extra_forbidden":
            known = [*also, *_keys_at(model, first["loc"][:-1])]
            hint = did_you_mean(str(first["loc"][-1]), known)
            return self.error(f"there is no key '{path[-1]}' here{hint}", path, allowed=", ".join(known) or "no keys")
        if first["type"] == "missing":
            return self.error(f"'{key}' is missing.", path, allowed=", ".join([*also, *model.model_fields]))
        given = "" if isinstance(first.get("input"), (dict, list)) else f" (it is {first.get('input')!r})"
        return self.error(f"'{key}' is not right{given}.", path, allowed=first["msg"][0].lower() + first["msg"][1:])

    def text(self, entry: dict[str, Any], key: str, where: Position) -> str:
        """A text that must be there."""
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip():
            problem = f"'{key}' is missing." if value is None else f"'{key}' must be a text (it is {value!r})."
            raise self.error(problem, (*where, key))
        return value

    def unique(self, names: list[str], key: str, kind: str) -> None:
        """Refuse two entries of one name."""
        for i, name in enumerate(names):
            if name in names[:i]:
                raise self.error(f"there are two {kind}s named '{name}'.", (key, i), remedy="give one another `name`")

    def resolve(self, path: Path) -> Path:
        """A path as the config means it: relative to the config's own folder."""
        expanded = path.expanduser()
        return expanded if expanded.is_absolute() else Path(os.path.normpath(self.path.parent / expanded))

    def test_set(self, name: str, references: str, index: int) -> Path:
        """The folder of a test set: a path, or a name in `references`."""
        given = Path(name) if "/" in name or os.sep in name else Path(references) / name
        folder = self.resolve(given)
        if not folder.is_dir():
            parent = self.resolve(Path(references))
            known = sorted(p.name for p in parent.iterdir() if p.is_dir()) if parent.is_dir() else []
            hint = did_you_mean(name, known)
            raise self.error(
                f"there is no test set '{name}' in {parent}{hint}",
                ("test_sets", index),
                allowed=", ".join(known) or "a folder that `harness ingest` made",
                remedy="harness ingest DOCUMENT --name NAME makes one",
            )
        return folder


def _keys_at(model: Any, path: tuple[int | str, ...]) -> list[str]:
    """The keys allowed at a place inside a model: through fields, lists, mappings and options."""
    owner = model
    for part in path:
        fields = getattr(owner, "model_fields", {})
        by_key = {field.alias or name: field for name, field in fields.items()}
        owner = by_key[part].annotation if part in by_key else _inside(owner)
    if not hasattr(owner, "model_fields"):
        owner = _inside(owner)
    return [field.alias or name for name, field in getattr(owner, "model_fields", {}).items()]


def _inside(annotation: Any) -> Any:
    """What a list, a mapping or an option holds: its last argument that is not None."""
    held = [a for a in typing.get_args(annotation) if a is not type(None)]
    return held[-1] if held else annotation
