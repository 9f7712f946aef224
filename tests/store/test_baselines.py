"""Accepted baselines keep all that the gate needs, and nothing that changes without need."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from harness.domain.verdict import gate_input_of
from harness.errors import InputError, UserError
from harness.store.baselines import Acceptance, is_baseline, read_anchor, read_baseline, write_baseline
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


def resealed(folder: Path, **changes: object) -> None:
    """An edit by somebody who knows of checksums."""
    from harness.store.baselines.intact import checksum_of_record

    path = folder / "baseline.json"
    value = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    value["checksum"] = checksum_of_record(value)
    path.write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize("damage", ["sort", "swap", "edit", "drop", "repeat", "score", "id"])
def test_a_file_that_was_changed_is_no_baseline(folder: Path, damage: str) -> None:
    path = folder / "gloss.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = {
        "sort": sorted(lines, reverse=True),
        "swap": [lines[1], lines[0], *lines[2:]],
        "edit": [lines[0].replace('"hypothesis": "', '"hypothesis": "x'), *lines[1:]],
        "drop": lines[:-1],
        "repeat": [lines[1], *lines[1:]],
        "score": lines,
        "id": [lines[0].replace('"segment": "', '"segment": "x'), *lines[1:]],
    }[damage]
    path.write_text("".join(changed), encoding="utf-8")
    if damage == "score":
        value = json.loads((folder / "baseline.json").read_text(encoding="utf-8"))
        value["scores"][0]["score"] = 99.0
        edit(folder, scores=value["scores"])
    else:
        assert changed != lines
    with pytest.raises(InputError, match=r"is damaged: .*(checksum|are needed|twice)"):
        read_baseline(folder)


def test_line_ends_of_git_are_no_damage(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_baseline(folder)[1] == HISTORY


def test_a_baseline_of_before_there_were_checksums_is_read(folder: Path) -> None:
    path = folder / "baseline.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    for key in ("checksum", "checksums", "contents"):
        del value[key]
    path.write_text(json.dumps({**value, "schema_version": 1}), encoding="utf-8")
    side, history = read_baseline(folder)
    assert (side.label, history) == (RUN.id, HISTORY)


def test_the_anchor_is_kept_beside_the_baseline(folder: Path) -> None:
    assert read_anchor(folder) is None
    later = dataclasses.replace(gate_input_of(RUN), label="later")
    write_baseline(later, folder, HISTORY, SEGMENTS, anchor=gate_input_of(RUN))
    anchor = read_anchor(folder)
    assert anchor is not None
    assert (anchor.label, read_baseline(folder)[0].label) == (RUN.id, "later")
    (folder / "anchor" / "baseline.json").unlink()
    with pytest.raises(InputError, match="anchor is damaged"):
        read_anchor(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"run": 7},
        {"fingerprints": []},
        {"systems": {"gloss": 3}},
        {"metrics": [{"name": 1, "metric": "bleu"}]},
        {"scores": [7]},
        {"history": [{"run": 1, "accepted": "x"}]},
        {"costs": [{"test_set": "t", "system": "s", "seconds": "fast"}]},
        {"segments": {"unknown": 3}},
    ],
)
def test_what_is_not_of_its_type_is_refused(folder: Path, changes: dict[str, object]) -> None:
    resealed(folder, **changes)
    with pytest.raises(InputError, match="is damaged"):
        read_baseline(folder)


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
