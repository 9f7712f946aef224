"""A metric as people name it outside a config: "bleu:tokenizer=zh,lowercase=true", an entry like a config's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.domain import Json, MetricSpec
from harness.errors import ConfigError, UserError
from harness.registry import Registry

_OWN = ("name", "metric", "optional")
#: Parameters are parted by commas that another parameter's name follows: a path may have commas.
_NEXT = re.compile(r",(?=[A-Za-z_][A-Za-z0-9_]*=)")
_EXAMPLE = "bleu:tokenizer=zh,lowercase=true, or NAME=METRIC:... for a column of another name"


def chosen_metrics(
    given: Sequence[str | Mapping[str, Json] | MetricSpec], registry: Registry[Any]
) -> tuple[MetricSpec, ...]:
    """The columns that were asked for, in order; the same one twice is one.

    Raises:
        UserError: two different columns of one name, or what `chosen_metric` refuses.
    """
    found: dict[str, MetricSpec] = {}
    for one in given:
        spec = chosen_metric(one, registry)
        if found.setdefault(spec.name, spec) != spec:
            raise UserError(
                f"Two columns are named '{spec.name}'.",
                remedy=f"give one another name, as in {spec.name}2={spec.metric}:...",
            )
    return tuple(found.values())


def chosen_metric(given: str | Mapping[str, Json] | MetricSpec, registry: Registry[Any]) -> MetricSpec:
    """One column.

    Args:
        given: a catalogue name, with parameters or without ("lc=bleu:lowercase=true"); the keys of a config's entry
            (`metric`, perhaps `name` and `optional`, and parameters); or a MetricSpec.
        registry: the metrics there are.

    Raises:
        UnknownNameError: no such metric; the nearest one is named.
        ConfigError: no such parameter, or a value that is not of its type.
        UserError: none of these forms.
    """
    if isinstance(given, MetricSpec):
        registry.row(given.metric)
        _checked(given.metric, given.parameters, registry)
        return given
    if isinstance(given, str):
        return _parsed(given, registry)
    if isinstance(given, Mapping) and isinstance(given.get("metric"), str):
        metric = str(given["metric"])
        registry.row(metric)
        parameters = {key: value for key, value in given.items() if key not in _OWN}
        optional = given.get("optional", False)
        if not isinstance(optional, bool):
            raise ConfigError(f"The metric '{metric}': 'optional' is {optional!r}.", allowed="true or false")
        return MetricSpec(str(given.get("name", metric)), metric, _checked(metric, parameters, registry), optional)
    raise UserError(
        f"A metric was given as {given!r}.",
        allowed=f"a name, {_EXAMPLE}; a mapping with the key 'metric'; or a MetricSpec",
    )


def _parsed(text: str, registry: Registry[Any]) -> MetricSpec:
    head, colon, tail = text.partition(":")
    name, equals, metric = head.rpartition("=")
    if not metric.strip() or (equals and not name.strip()) or (colon and not tail.strip()):
        raise UserError(f"'{text}' does not name a metric.", allowed=f"METRIC, or METRIC:KEY=VALUE, as in {_EXAMPLE}")
    metric = metric.strip()
    registry.row(metric)
    parameters: dict[str, Json] = {}
    for part in _NEXT.split(tail) if colon else []:
        key, sign, value = part.partition("=")
        if not sign or not key.strip():
            raise UserError(f"'{part}' in '{text}' is no parameter.", allowed=f"KEY=VALUE, as in {_EXAMPLE}")
        if key.strip() in parameters:
            raise UserError(f"'{text}' has the parameter '{key.strip()}' twice.")
        parameters[key.strip()] = value
    checked = _checked(metric, parameters, registry, words=True) if parameters else {}
    return MetricSpec(name.strip() or metric, metric, checked)


def _checked(
    metric: str, parameters: Mapping[str, Json], registry: Registry[Any], *, words: bool = False
) -> dict[str, Json]:
    """The parameters in their types; `words` are texts that may stand for numbers and the like."""
    registry.check_parameters(metric, parameters)
    if not parameters:
        return {}
    import pydantic  # a tenth of a second that a metric without parameters need not pay

    from harness.config.schema import parameter_model

    model = parameter_model(registry, metric)
    found: dict[str, Json] = {}
    for key, value in parameters.items():
        first: pydantic.ValidationError | None = None
        for reading in _readings(value) if words else [value]:
            try:
                # The other parameters have their defaults here, or are checked in their turn.
                checked = model.__pydantic_validator__.validate_assignment(model.model_construct(), key, reading)
            except pydantic.ValidationError as error:
                first = first or error
                continue
            read = getattr(checked, key)
            found[key] = str(read) if isinstance(read, Path) else read
            break
        else:
            assert first is not None
            said = first.errors(include_url=False)[0]["msg"]
            raise ConfigError(f"The metric '{metric}': '{key}' is {value!r}.", allowed=said[0].lower() + said[1:])
    return found


def _readings(word: Json) -> list[Json]:
    """What a word on a command line may mean, the likeliest first: as YAML reads it, and as it stands."""
    import yaml

    if not isinstance(word, str):
        return [word]
    try:
        read = yaml.safe_load(word)
    except yaml.YAMLError:
        return [word]
    return [word] if read is None or isinstance(read, str) else [read, word]
