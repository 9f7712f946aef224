"""A config is read kindly and strictly: every complaint names its line, what is allowed and the nearest valid name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.config import Catalogues, load_config
from harness.errors import ConfigError, UserError
from harness.registry import Registry, Row


class Engine:
    """A stand-in constructor: what a config may say is read off it."""

    def __init__(self, *, name: str, path: Path | None = None, beams: int = 4, mode: str = "greedy") -> None:
        self.arguments: dict[str, Any] = {"name": name, "path": path, "beams": beams, "mode": mode}


class Measure:
    """A metric with one parameter."""

    def __init__(self, *, name: str, lowercase: bool = False) -> None:
        self.arguments: dict[str, Any] = {"name": name, "lowercase": lowercase}


CATALOGUES = Catalogues(
    backends=Registry("backend", {"engine": Row(f"{__name__}:Engine", "an engine")}),
    metrics=Registry("metric", {"bleu": Row(f"{__name__}:Measure", "a metric")}),
)

GOOD = """\
name: trial
references: refs
test_sets: [statement]
systems:
  - name: fast
    backend: engine
    beams: 1
  - name: slow
    backend: engine
    path: out/slow.txt
    mode: ./local
metrics:
  - bleu
  - metric: bleu
    name: bleu-lower
    lowercase: true
    optional: true
statistics:
  seed: 0
baseline: fast
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "refs" / "statement").mkdir(parents=True)
    return tmp_path


def _load(folder: Path, text: str, environment: dict[str, str] | None = None) -> Any:
    path = folder / "run.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, CATALOGUES, environment or {})


def test_a_good_config_becomes_a_spec(folder: Path) -> None:
    spec = _load(folder, GOOD)
    assert [s.name for s in spec.systems] == ["fast", "slow"]
    assert spec.systems[0].parameters == {"beams": 1}
    # paths, and texts that begin with ./, are relative to the config's folder
    assert spec.systems[1].parameters == {"path": str(folder / "out/slow.txt"), "mode": str(folder / "local")}
    assert [(m.name, m.metric, m.optional) for m in spec.metrics] == [
        ("bleu", "bleu", False),
        ("bleu-lower", "bleu", True),
    ]
    assert spec.statistics.seed == 0
    assert spec.test_sets == (str(folder / "refs" / "statement"),)


@pytest.mark.parametrize(("unit", "stands_for"), [("document", "document"), ("{block: 20}", "block:20")])
def test_a_system_is_asked_for_a_unit(folder: Path, unit: str, stands_for: str) -> None:
    spec = _load(folder, GOOD.replace("    beams: 1", f"    beams: 1\n    unit: {unit}", 1))
    assert [s.unit for s in spec.systems] == [stands_for, "segment"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("name: trial", "nam: trial", 1, ["no key 'nam'", "did you mean 'name'?"]),
        ("  seed: 0", "  sead: 0", 19, ["no key 'sead'", "did you mean 'seed'?"]),
        ("  seed: 0", "  seed: many", 19, ["'statistics.seed' is not right", "valid integer"]),
        ("    beams: 1", "    beam: 1", 7, ["no key 'beam'", "did you mean 'beams'?"]),
        ("    beams: 1", '    beams: "1"', 7, ["'beams' is not right", "'1'"]),
        ("    backend: engine\n    beams", "    backend: engin\n    beams", 6, ["no backend 'engin'", "'engine'"]),
        ("  - bleu\n", "  - bleuu\n", 13, ["no metric 'bleuu'", "did you mean 'bleu'?"]),
        ("[statement]", "[statment]", 3, ["no test set 'statment'", "did you mean 'statement'?"]),
        ("baseline: fast", "baseline: fats", 20, ["no system 'fats'", "did you mean 'fast'?"]),
        ("  - name: slow", "  - name: fast", 8, ["two systems named 'fast'"]),
        ("    beams: 1", "    api_key: abc", 7, ["secrets never stand in a config", "api_key_env"]),
        ("    mode: ./local", "    mode: ${NOWHERE}", 11, ["NOWHERE is not set"]),
        ("    mode: ./local", "    mode: ${MY_TOKEN}", 11, ["looks like a secret"]),
        ("name: trial", "name: trial\nname: again", 2, ["the key 'name' stands twice"]),
        ("name: trial", "name: [", 3, ["not YAML"]),
        ("name: trial", "name: !!python/object:os.system x", 1, ["tag"]),
        ("    beams: 1", "    beams: 1\n    unit: chapter", 8, ["no unit 'chapter'", "block: 20"]),
        ("    beams: 1", "    beams: 1\n    unit: {block: 1}", 8, ["no unit 'block:1'", "2 or more"]),
        ("    optional: true", "    optional: maybe", 17, ["'optional' must be true or false"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(folder: Path, old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        _load(folder, GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert f"run.yaml, line {line}: " in message
    for word in words:
        assert word in message


def test_environment_variables_are_named_not_secret(folder: Path) -> None:
    text = GOOD.replace("mode: ./local", "mode: ${MODE:-beam}-${SIZE}")
    assert _load(folder, text, {"SIZE": "4"}).systems[1].parameters["mode"] == "beam-4"


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "just text"])
def test_a_file_that_is_no_config_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        _load(folder, text)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"The config .*nowhere\.yaml does not exist"):
        load_config(tmp_path / "nowhere.yaml", CATALOGUES, {})


def test_aliases_cannot_grow_without_end(folder: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(ord(c) + 1)}: &{chr(ord(c) + 1)} [{','.join([f'*{c}'] * 10)}]\n" for c in "abcdefgh"
    )
    with pytest.raises(ConfigError, match="too large"):
        _load(folder, bomb)
