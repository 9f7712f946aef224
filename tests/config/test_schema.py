"""The schema that editors complete from is current, and agrees with what the loader accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from harness.backends.catalogue import backends
from harness.config import Catalogues, json_schema, load_config
from harness.metrics.catalogue import metrics

CONFIGS = Path(__file__).parents[2] / "configs"
CATALOGUES = Catalogues(backends, metrics)


def _default() -> Any:
    return yaml.safe_load((CONFIGS / "default.yaml").read_text(encoding="utf-8"))


def _accepts(value: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema(CATALOGUES)).is_valid(value))


def test_the_schema_that_is_checked_in_is_current() -> None:
    stored = json.loads((CONFIGS / "schema.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(json_schema(CATALOGUES))), "harness schema > configs/schema.json"


def test_the_default_config_is_valid_for_editors_and_for_the_harness() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(CATALOGUES))
    assert _accepts(_default())
    assert load_config(CONFIGS / "default.yaml", CATALOGUES, {}).name == "default"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("systms", []),
        ("systems", [{"backend": "glos"}]),
        ("systems", [{"backend": "gloss", "beams": 4}]),
        ("metrics", ["blue"]),
        ("metrics", [{"metric": "bleu", "optional": "yes"}]),
        ("statistics", {"seed": -1}),
        ("statistics", {"level": 95}),
    ],
)
def test_what_the_harness_refuses_editors_mark(key: str, value: Any) -> None:
    assert not _accepts({**_default(), key: value})
