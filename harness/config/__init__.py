"""YAML to RunSpec: the only reader of configs/. Everything unknown is refused with its line and the nearest valid name.

What a backend or metric takes is read off its constructor, so a config is checked against the very parameters that will
be passed, and the JSON Schema for editors is generated from the same place.

Names are loaded when they are first used: a command that reads no config need not wait for pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.config.load import load_config, load_metrics
    from harness.config.schema import Catalogues, json_schema

__all__ = ["Catalogues", "json_schema", "load_config", "load_metrics"]

_HOMES = {"Catalogues": "schema", "json_schema": "schema", "load_config": "load", "load_metrics": "load"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'harness.config' has no attribute '{name}'")
    return getattr(import_module(f"harness.config.{_HOMES[name]}"), name)
