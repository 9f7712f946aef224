"""testset.yaml: where a test set is from and what its files are, to text and back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from harness.domain.canonical_json import Json
from harness.domain.corpus import LangPair, TestSetInfo
from harness.errors import ConfigError, UserError, did_you_mean

MANIFEST = "testset.yaml"
_TEXTS = ("title", "version", "publisher", "date", "origin", "licence")
_KEYS = ("schema_version", "name", *_TEXTS, "pair", "files", "ingest")
_SCHEMA = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What testset.yaml says."""

    name: str
    pair: LangPair
    info: TestSetInfo


def render_manifest(manifest: Manifest) -> str:
    """The text of testset.yaml; keys in one fixed order, so that a diff shows what changed."""
    import yaml

    info = manifest.info
    value = {
        "schema_version": _SCHEMA,
        "name": manifest.name,
        "title": info.title,
        "version": info.version,
        "pair": str(manifest.pair),
        "publisher": info.publisher,
        "date": info.date,
        "origin": info.origin,
        "licence": info.licence,
        "files": dict(sorted(info.files.items())),
        "ingest": _plain(info.ingest),
    }

    class Dumper(yaml.SafeDumper):
        """Quotes what cannot be seen: PyYAML 6.0 writes a plain U+0085 that it then reads as a blank."""

    def text(dumper: yaml.SafeDumper, item: str) -> yaml.Node:
        style = None if item.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", item, style=style)

    Dumper.add_representer(str, text)
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def _plain(value: Json) -> Any:
    """Only what YAML writes plainly: dict, list and scalars."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (str, bytes)) or value is None or isinstance(value, (bool, int, float)):
        return value
    return [_plain(item) for item in value]


def parse_manifest(text: str, *, file: str) -> Manifest:
    """Read testset.yaml.

    Raises:
        ConfigError: no YAML, an unknown or missing key, a wrong type; with file and, where YAML knows it, the line.
    """
    value = _yaml(text, file)
    for key in value:
        if key not in _KEYS:
            hint = did_you_mean(str(key), _KEYS)
            raise ConfigError(
                f"there is no key '{key}'{hint}", file=file, line=_line(text, key), allowed=", ".join(_KEYS)
            )
    for key in ("name", "pair"):
        if not value.get(key):
            raise ConfigError(f"the key '{key}' is missing.", file=file)
    if value.get("schema_version", _SCHEMA) != _SCHEMA:
        raise ConfigError(
            f"the test set has schema version {value['schema_version']}.",
            file=file,
            line=_line(text, "schema_version"),
            allowed=str(_SCHEMA),
            remedy="use a newer version of the harness",
        )
    try:
        pair = LangPair.parse(_text(value, "pair", text, file))
    except ConfigError:
        raise
    except UserError as error:
        raise ConfigError(error.problem, file=file, line=_line(text, "pair"), allowed=error.allowed) from None
    texts = {key: _text(value, key, text, file) for key in _TEXTS if key in value}
    info = TestSetInfo(**texts, files=_files(value, text, file), ingest=_mapping(value, "ingest", text, file))
    return Manifest(_text(value, "name", text, file), pair, info)


def _yaml(text: str, file: str) -> Mapping[Any, Any]:
    import yaml

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise ConfigError(f"this is not YAML: {problem}.", file=file, line=line) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"this is not YAML that can be read: {error}.", file=file) from None
    if not isinstance(value, Mapping):
        raise ConfigError("there are no keys.", file=file, allowed=", ".join(_KEYS))
    return value


def _text(value: Mapping[Any, Any], key: str, text: str, file: str) -> str:
    found = value[key]
    if found is None:
        return ""
    if isinstance(found, str):
        return found
    # People write `date: 2024-11-20` and `version: 2` without quotes.
    if isinstance(found, datetime.date):
        return found.isoformat()
    # (Not `1.10`: as a number it is 1.1, so a number with a point is refused below.)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    raise ConfigError(f"'{key}' is not a text.", file=file, line=_line(text, key), allowed="text, in quotes if need be")


def _mapping(value: Mapping[Any, Any], key: str, text: str, file: str) -> Mapping[str, Json]:
    found = value.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise ConfigError(f"'{key}' is not a mapping.", file=file, line=_line(text, key), allowed="names with values")
    return {str(name): item for name, item in found.items()}


def _files(value: Mapping[Any, Any], text: str, file: str) -> Mapping[str, str]:
    found = _mapping(value, "files", text, file)
    for name, digest in found.items():
        if "/" in name or "\\" in name or name in {".", ".."}:
            raise ConfigError(f"'{name}' is not a file of this folder.", file=file, line=_line(text, name))
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise ConfigError(
                f"'{digest}' is no SHA-256 of {name}.", file=file, line=_line(text, name), allowed="64 hex digits"
            )
    return cast("Mapping[str, str]", found)


def _line(text: str, key: object) -> int | None:
    """The line where a key stands, or None."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().lstrip("'\"").startswith(str(key)):
            return number
    return None
