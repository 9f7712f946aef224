"""What a config may say: its keys and types, and the JSON Schema that editors complete from."""

from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from harness.domain.price import RATES
from harness.registry import Registry

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


@dataclass(frozen=True)
class Catalogues:
    """What a config may name. Handed in, because this room does not know the others."""

    backends: Registry[Any]
    metrics: Registry[Any]


class Strict(BaseModel):
    """Unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StatisticsKeys(Strict):
    """How uncertainty is computed."""

    resamples: int = Field(1000, ge=1, le=1_000_000, description="bootstrap or randomization resamples")
    seed: int = Field(12345, ge=0, description="of the one random generator; 0 is a seed like any other")
    level: float = Field(0.95, gt=0.5, lt=1.0, description="of the confidence intervals")
    interval: Literal["percentile", "bca", "jackknife"] = "jackknife"
    test: Literal["bootstrap", "randomization"] = "randomization"
    correction: Literal["holm", "bh", "none"] = Field("holm", description="for many comparisons at once")
    resample: Literal["auto", "segment", "document"] = Field("auto", description="what is drawn: segments or documents")


def _off(value: object) -> object:
    """YAML 1.1 reads a bare `off` as false; here it is the word."""
    return "off" if value is False else value


class BackendKeys(Strict):
    """How patiently and how fast backends are called."""

    max_retries: int = Field(5, ge=0, le=100, description="of one call; 0 is one attempt")
    max_seconds: float = Field(600.0, gt=0, description="wall time of one call with all its retries")
    concurrency: int = Field(20, ge=1, le=1000, description="calls in flight at the start")
    fail_on_error: float = Field(
        0.0, ge=0, description="failed segments that are accepted: a share below 1, else a count"
    )
    cache: Annotated[Literal["deterministic", "all", "off"], BeforeValidator(_off)] = "deterministic"


_RATES: dict[str, Any] = {key: (float | None, Field(None, ge=0)) for key in RATES}
PriceKeys: type[Strict] = pydantic.create_model(
    "PriceKeys", __base__=Strict, __doc__="What a system costs, for the cost column.", **_RATES
)


class ConfigKeys(Strict):
    """A run of the translation harness."""

    name: Name = Field("run", description="part of the run's folder name")
    references: str = Field("../references", description="folder of the test sets, relative to this file")
    test_sets: list[Name] = Field(min_length=1, description="names of folders in `references`, or paths")
    systems: list[dict[str, Any]] = Field(min_length=1)
    metrics: list[dict[str, Any]] = Field(min_length=1)
    statistics: StatisticsKeys = StatisticsKeys()
    backends: BackendKeys = BackendKeys()
    baseline: Name | None = Field(None, description="name of the system that the others are compared with")


def parameter_model(registry: Registry[Any], name: str) -> type[BaseModel]:
    """A pydantic model of what the constructor behind `name` takes besides `name` itself."""
    cls = registry.load(name)
    # Any JSON will do where a constructor says Json; the alias names itself, which a model cannot.
    hints = typing.get_type_hints(cls.__init__, localns={"Json": Any}, include_extras=True)
    fields: dict[str, Any] = {}
    open_ended = False
    for parameter in registry.parameters(name).values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            open_ended = True
        elif parameter.name != "name":
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (_checked_type(hints.get(parameter.name, Any)), Field(default))
    extra: Literal["allow", "forbid"] = "allow" if open_ended else "forbid"
    settings = ConfigDict(extra=extra, arbitrary_types_allowed=True, protected_namespaces=(), strict=False)
    return pydantic.create_model(f"{registry.kind}_{name}", __config__=settings, **fields)


def _checked_type(hint: Any) -> Any:
    """YAML's own types, taken strictly (no "3" for 3), except where a path is meant and text is given."""
    if hint is bool or hint is int or hint is str:
        return Annotated[hint, Field(strict=True)]
    return hint


def json_schema(catalogues: Catalogues) -> dict[str, Any]:
    """JSON Schema of a config, for completion and checks in editors."""
    schema = ConfigKeys.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "translation harness run"
    definitions = schema.setdefault("$defs", {})
    definitions["PriceKeys"] = PriceKeys.model_json_schema()
    systems = [_entry_schema(catalogues.backends, n, "backend", definitions) for n in catalogues.backends]
    metrics = [_entry_schema(catalogues.metrics, n, "metric", definitions) for n in catalogues.metrics]
    schema["properties"]["systems"]["items"] = {"oneOf": systems}
    schema["properties"]["metrics"]["items"] = {
        "oneOf": [{"type": "string", "enum": list(catalogues.metrics.names())}, *metrics]
    }
    return schema


def _entry_schema(registry: Registry[Any], name: str, key: str, definitions: dict[str, Any]) -> dict[str, Any]:
    model = parameter_model(registry, name)
    entry = model.model_json_schema()
    definitions.update(entry.pop("$defs", {}))
    own: dict[str, Any] = {key: {"const": name}, "name": {"type": "string"}}
    if key == "backend":
        own["price"] = {"$ref": "#/$defs/PriceKeys"}
        own["unit"] = {
            "description": "what it is asked to translate at once",
            "default": "segment",
            "oneOf": [
                {"enum": ["segment", "paragraph", "document"]},
                {
                    "type": "object",
                    "properties": {"block": {"type": "integer", "minimum": 2}},
                    "required": ["block"],
                    "additionalProperties": False,
                },
            ],
        }
    else:
        own["optional"] = {"type": "boolean", "default": False}
    entry["properties"] = {**own, **entry.get("properties", {})}
    entry["required"] = [key, *entry.get("required", [])]
    entry["title"] = f"{key} {name}"
    entry["description"] = registry.row(name).summary
    return entry
