"""YAML to RunSpec: the only reader of configs/. Everything unknown is refused with its line and the nearest valid name.

What a backend or metric takes is read off its constructor, so a config is checked against the very parameters that will
be passed, and the JSON Schema for editors is generated from the same place.
"""

from harness.config.load import load_config
from harness.config.schema import Catalogues, json_schema

__all__ = ["Catalogues", "json_schema", "load_config"]
