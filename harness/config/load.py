"""From a checked config to the values that a run is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.config.schema import Catalogues, ConfigKeys, PriceKeys, parameter_model
from harness.config.yaml_reader import Position, YamlReader
from harness.domain import BackendPolicy, Json, MetricSpec, RunSpec, StatisticsSpec, SystemSpec
from harness.errors import ConfigError, UnknownNameError
from harness.registry import Registry

_OWN_SYSTEM_KEYS = ("name", "backend", "price", "unit")
_UNIT = re.compile("segment|paragraph|document|block:(?:[2-9]|[1-9][0-9]+)")
_OWN_METRIC_KEYS = ("name", "metric", "optional")


def load_config(path: Path, catalogues: Catalogues, environment: Mapping[str, str]) -> RunSpec:
    """Read and check a config.

    Args:
        path: the YAML file. Relative paths inside it are relative to its folder.
        catalogues: the backends and metrics it may name.
        environment: for `${NAME}` and `${NAME:-default}`.

    Raises:
        ConfigError: anything invalid, with file, line, what is allowed and the nearest valid name.
        UserError: the file is missing or is not text.
    """
    reader = YamlReader(path, environment)
    tree = reader.mapping("config", ConfigKeys.model_fields)
    if isinstance(tree.get("metrics"), list):
        tree["metrics"] = [{"metric": m} if isinstance(m, str) else m for m in tree["metrics"]]
    config = reader.validate(ConfigKeys, tree, ())
    systems = tuple(_system(entry, i, reader, catalogues.backends) for i, entry in enumerate(config.systems))
    metrics = tuple(_metric(entry, i, reader, catalogues.metrics) for i, entry in enumerate(config.metrics))
    reader.unique([s.name for s in systems], "systems", "system")
    reader.unique([m.name for m in metrics], "metrics", "metric")
    reader.unique(config.test_sets, "test_sets", "test set")
    if config.baseline is not None and config.baseline not in {s.name for s in systems}:
        error = UnknownNameError("system", config.baseline, [s.name for s in systems])
        raise ConfigError(error.problem, file=str(path), line=reader.line(("baseline",)), allowed=error.allowed)
    return RunSpec(
        name=config.name,
        test_sets=tuple(str(reader.test_set(name, config.references, i)) for i, name in enumerate(config.test_sets)),
        systems=systems,
        metrics=metrics,
        statistics=StatisticsSpec(**config.statistics.model_dump()),
        backends=BackendPolicy(**config.backends.model_dump()),
        baseline=config.baseline,
    )


def load_metrics(path: Path, catalogues: Catalogues, environment: Mapping[str, str]) -> tuple[MetricSpec, ...]:
    """The `metrics` of a config, whatever else it holds; the rest is not looked at.

    Raises:
        ConfigError: there are none, or one is invalid, with file and line.
        UserError: the file is missing or is not text.
    """
    reader = YamlReader(path, environment)
    entries = reader.mapping("config", ConfigKeys.model_fields).get("metrics")
    if not isinstance(entries, list) or not entries:
        raise reader.error("there is no list of metrics.", ("metrics",), allowed="metrics: [bleu, chrf]")
    found: list[MetricSpec] = []
    for index, entry in enumerate(entries):
        keys = {"metric": entry} if isinstance(entry, str) else entry
        if not isinstance(keys, dict):
            raise reader.error(f"a metric is {entry!r}.", ("metrics", index), allowed="a name, or a mapping")
        found.append(_metric(keys, index, reader, catalogues.metrics))
    reader.unique([m.name for m in found], "metrics", "metric")
    return tuple(found)


def _system(entry: dict[str, Any], index: int, reader: YamlReader, registry: Registry[Any]) -> SystemSpec:
    where = ("systems", index)
    backend = reader.text(entry, "backend", where)
    name = reader.text(entry, "name", where) if "name" in entry else backend
    price = reader.validate(PriceKeys, entry.get("price") or {}, (*where, "price"))
    parameters = _parameters(registry, backend, entry, _OWN_SYSTEM_KEYS, reader, where)
    prices = {k: v for k, v in price.model_dump().items() if v is not None}
    return SystemSpec(name=name, backend=backend, parameters=parameters, price=prices, unit=_unit(entry, reader, where))


def _unit(entry: dict[str, Any], reader: YamlReader, where: Position) -> str:
    """`unit: document`, or `unit: {block: 20}`, which is written block:20 here."""
    unit = entry.get("unit", "segment")
    if isinstance(unit, dict) and list(unit) == ["block"]:
        unit = f"block:{unit['block']}"
    if not isinstance(unit, str) or not _UNIT.fullmatch(unit):
        raise reader.error(
            f"a system has no unit {unit!r}.",
            (*where, "unit"),
            allowed="segment, paragraph, document, or block: 20 (so many segments at once, 2 or more)",
        )
    return unit


def _metric(entry: dict[str, Any], index: int, reader: YamlReader, registry: Registry[Any]) -> MetricSpec:
    where = ("metrics", index)
    metric = reader.text(entry, "metric", where)
    name = reader.text(entry, "name", where) if "name" in entry else metric
    optional = entry.get("optional", False)
    if not isinstance(optional, bool):
        raise reader.error("'optional' must be true or false.", (*where, "optional"))
    parameters = _parameters(registry, metric, entry, _OWN_METRIC_KEYS, reader, where)
    return MetricSpec(name=name, metric=metric, parameters=parameters, optional=optional)


def _parameters(
    registry: Registry[Any], name: str, entry: dict[str, Any], own: tuple[str, ...], reader: YamlReader, where: Position
) -> dict[str, Json]:
    """The entry's keys that belong to the constructor, checked against its names and types."""
    try:
        model = parameter_model(registry, name)
    except UnknownNameError as error:
        raise reader.error(error.problem, (*where, registry.kind), allowed=error.allowed, remedy=error.remedy) from None
    given = {k: v for k, v in entry.items() if k not in own}
    checked = reader.validate(model, given, where, also=own)
    values: dict[str, Json] = {}
    for key in given:
        value = getattr(checked, key)
        if isinstance(value, Path):
            value = str(reader.resolve(value))
        elif isinstance(value, dict):
            value = {k: _resolved(v, reader) for k, v in value.items()}
        values[key] = _resolved(value, reader)
    return values


def _resolved(value: Json, reader: YamlReader) -> Json:
    """A text that begins with ./ or ../ is a path relative to the config."""
    if isinstance(value, str) and value.startswith(("./", "../")):
        return str(reader.resolve(Path(value)))
    return value
