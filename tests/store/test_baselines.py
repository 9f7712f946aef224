"""Accepted baselines keep all that the gate needs, and nothing that changes without need."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from harness.domain.verdict import gate_input_of
from harness.errors import InputError, UserError
from harness.store.baselines import Acceptance, is_baseline, read_baseline, write_baseline
from tests.samples import sample_run

RUN = sample_run()
SEGMENTS = {t.name: tuple(s.id for s in t.segments) for t in RUN.test_sets}
HISTORY = (Acceptance("run", "2026-01-02T03:04:05+00:00", "better numerals", "pass"),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_baseline(gate_input_of(RUN), tmp_path / "default", HISTORY, SEGMENTS)
    return tmp_path / "default"


def test_what_the_gate_needs_comes_back(folder: Path) -> None:
    side, history = read_baseline(folder)
    expected = gate_input_of(RUN)
    assert is_baseline(folder)
    assert history == HISTORY
    for field in ("label", "fingerprints", "systems", "metrics", "scores", "costs", "provenance"):
        assert getattr(side, field) == getattr(expected, field)
    for mine, theirs in zip(
        sorted(side.outputs, key=lambda o: (o.system, o.test_set)),
        sorted(expected.outputs, key=lambda o: (o.system, o.test_set)),
        strict=True,
    ):
        assert [(h.id, h.text, h.error) for h in mine.hypotheses] == [
            (h.id, h.text, h.error) for h in theirs.hypotheses
        ]
        assert mine.flags == theirs.flags


def test_scores_that_can_be_counted_again_are_not_kept(tmp_path: Path) -> None:
    (first, *_) = RUN.outputs
    values = tuple(float(i) for i in range(len(first.hypotheses)))
    average = sum(values) / len(values)
    outputs = dataclasses.replace(first, scores={"comet": values, "bleu": values})
    cells = [s for s in RUN.scores if (s.test_set, s.system) == (first.test_set, first.system)]
    scores = (
        dataclasses.replace(cells[0], metric="comet", score=average),
        dataclasses.replace(cells[0], metric="bleu", score=1.0),
    )
    side = dataclasses.replace(gate_input_of(RUN), outputs=(outputs,), scores=scores, systems=(first.system,))
    write_baseline(side, tmp_path / "b", HISTORY, {first.test_set: SEGMENTS[first.test_set]})
    (kept,) = read_baseline(tmp_path / "b")[0].outputs
    assert kept.scores == {"comet": values}


def test_writing_the_same_again_changes_no_byte_and_a_new_system_leaves_no_old_file(
    folder: Path, tmp_path: Path
) -> None:
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    write_baseline(gate_input_of(RUN), folder, HISTORY, SEGMENTS)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert len(before) == 1 + len(RUN.systems)
    lonely = dataclasses.replace(
        gate_input_of(RUN), systems=("gloss",), outputs=tuple(o for o in RUN.outputs if o.system == "gloss")
    )
    write_baseline(lonely, folder, HISTORY, SEGMENTS)
    assert sorted(p.name for p in folder.iterdir()) == ["baseline.json", "gloss.jsonl"]


def edit(folder: Path, **changes: object) -> None:
    path = folder / "baseline.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**value, **changes}), encoding="utf-8")


def test_damage_is_one_clear_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="baseline"):
        read_baseline(tmp_path / "missing")
    edit(folder, schema_version=9)
    with pytest.raises(InputError, match="has the schema version 9"):
        read_baseline(folder)
    edit(folder, schema_version=1, systems={"gloss": "../../secret.jsonl"})
    with pytest.raises(InputError, match="is damaged"):
        read_baseline(folder)
    edit(folder, systems={"gloss": "gloss.jsonl"}, scores=[{"nonsense": 1}])
    with pytest.raises(InputError, match="is damaged"):
        read_baseline(folder)
    edit(folder, scores=[])
    lines = (folder / "gloss.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "gloss.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match="has 3 segments of beta; 4 are needed"):
        read_baseline(folder)
    (folder / "baseline.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_baseline(folder)
