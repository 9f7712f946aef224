"""What the catalogue says of metrics is what the metrics do."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_the_documentation_shows_the_catalogue() -> None:
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [
        f"| `{m.name}` | {m.direction} | {m.digits} | {m.citation or '-'} |" for m in map(describe, built_in_names())
    ]
    table = "\n".join(["| metric | better | digits | defined by |", "|---|---|---|---|", *rows, ""])
    assert f"\n{table}\n" in page


def built_in_names() -> list[str]:
    return [name for name in metrics if metrics.row(name).origin == "harness"]


@pytest.mark.parametrize("name", built_in_names())
def test_every_metric_of_ours_is_cited_and_has_digits_unless_its_scores_come_from_elsewhere(name: str) -> None:
    row = metrics.row(name)
    assert (bool(row.citation), row.digits is not None) == (
        (False, False) if name in {"scores", "external"} else (True, True)
    )
