"""What the catalogue says of metrics is what the metrics do."""

from __future__ import annotations

import json

import pytest

from harness.errors import UnknownNameError
from harness.metrics.catalogue import metrics
from harness.metrics.describe import describe
from tests.cli.command import harness


@pytest.mark.parametrize("name", list(metrics))
def test_every_metric_describes_itself(name: str) -> None:
    facts = describe(name)
    assert facts.name == name
    assert facts.direction in {"higher", "lower", "depends"}
    assert facts.needs in {"reference", "no reference", "depends"}
    assert set(facts.levels) <= {"corpus", "segment"}
    assert facts.levels


@pytest.mark.parametrize("name", ["bleu", "chrf", "chrf++", "ter"])
def test_the_facts_are_those_of_the_metric(name: str) -> None:
    facts, metric = describe(name), metrics.create(name)
    assert (facts.direction == "higher") == metric.higher_is_better
    assert (facts.needs == "reference") == metric.needs_reference
    assert "https://aclanthology.org/" in facts.citation


def test_an_unknown_metric_is_guessed() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'bleu'"):
        describe("blue")


def test_the_list_shows_them() -> None:
    listed = harness("list", "metrics", "--json")
    assert listed.code == 0
    rows = {row["name"]: row for row in json.loads(listed.out)}
    assert rows["ter"]["better"] == "lower"
    assert rows["chrf"]["needs"] == "reference"
    assert rows["bleu"]["citation"].startswith("Papineni et al. 2002")
