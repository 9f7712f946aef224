from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from harness.domain import summary_of
from harness.errors import HarnessError, InputError, UnknownNameError, UserError
from harness.store.runs import find_run, list_runs, read_run, read_summary, write_run
from tests.samples import HOSTILE, sample_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(sample_run(), tmp_path / "results")


def test_a_run_reads_back_exactly(folder: Path) -> None:
    assert read_run(folder) == sample_run()


def test_a_summary_is_read_without_the_segment_tables(folder: Path) -> None:
    for path in (folder / "segments").iterdir():
        path.unlink()
    assert read_summary(folder) == summary_of(sample_run())


def test_the_folder_has_the_files_of_the_contract(folder: Path) -> None:
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()) == [
        "comparisons.csv",
        "details/copy.jsonl",
        "details/gloss.jsonl",
        "details/org%2Fmodel%3Av1.jsonl",
        "run.json",
        "segments/copy.csv",
        "segments/gloss.csv",
        "segments/org%2Fmodel%3Av1.csv",
        "systems.csv",
        "test-sets/alpha.jsonl",
        "test-sets/beta.jsonl",
    ]


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        (
            "systems.csv",
            "test_set,system,metric,score,ci_low,ci_high,n,n_missing,rank,cluster,signature,reason,rank_low,rank_high",
        ),
        (
            "segments/gloss.csv",
            "test_set,document,segment,source,reference,reference_2,hypothesis,error,flags,bleu,chrf,comet",
        ),
        (
            "comparisons.csv",
            "test_set,metric,baseline,system,delta,ci_low,ci_high,p_value,p_corrected,correction,test,unit,resamples,"
            "seed,n",
        ),
    ],
)
def test_columns_are_those_of_the_contract(folder: Path, file: str, columns: str) -> None:
    with (folder / file).open(encoding="utf-8", newline="") as handle:
        assert handle.readline() == columns + "\n"


def test_run_json_has_version_spec_provenance_hashes_signatures_counts_timings(folder: Path) -> None:
    value = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert value["schema_version"] == 1
    assert value["spec"]["name"] == "sample"
    assert value["test_sets"][0]["fingerprint"] == sample_run().test_sets[0].fingerprint
    assert value["signatures"]["beta"]["bleu"] == "bleu|nrefs:2"
    assert value["counts"][1] == {
        "test_set": "alpha",
        "system": "org/model:v1",
        "segments": 11,
        "errors": 1,
        "empty": 0,
        "flags": {"cleaned": 10},
    }
    assert value["timings"] == {"translate": 1.25, "score": 0.5}


def test_errors_and_empty_hypotheses_stay_apart_in_the_table(folder: Path) -> None:
    frame = pd.read_csv(folder / "segments" / "org%2Fmodel%3Av1.csv", keep_default_na=False, dtype=str)
    failed = frame[frame["error"] != ""]
    assert list(failed["segment"]) == ["alpha-003", "beta-003"]
    assert set(failed["hypothesis"]) == {""}
    assert set(failed["bleu"]) == {""}
    assert failed["error"].iloc[0] == "'=timeout after 5 attempts"


def test_excluded_segments_show_why_in_the_table(folder: Path) -> None:
    frame = pd.read_csv(folder / "segments" / "copy.csv", keep_default_na=False)
    assert list(frame[frame["segment"] == "alpha-011"]["flags"]) == ["copied truncated"]


def test_no_text_cell_can_run_in_a_spreadsheet(folder: Path) -> None:
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                for column in ("hypothesis", "error", "source", "system", "reason", "flags"):
                    assert not row.get(column, "").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_hostile_texts_are_exact_after_reading(folder: Path) -> None:
    outputs = next(o for o in read_run(folder).outputs if o.system == "org/model:v1")
    assert [h.text for h in outputs.hypotheses][:3] == list(HOSTILE[:3])
    assert outputs.hypotheses[8].text == HOSTILE[8]


def test_a_run_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(UserError, match="exists already"):
        write_run(sample_run(), folder.parent)


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.store.outputs.OutputTables.write", full)
    with pytest.raises(UserError, match="cannot be written: No space left"):
        write_run(sample_run(), tmp_path / "results")
    assert list((tmp_path / "results").iterdir()) == []


@pytest.mark.parametrize("run_id", ["../outside", "", "a/b", ".hidden"])
def test_an_id_that_is_no_folder_name_is_refused(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(UserError, match="cannot be the name"):
        write_run(dataclasses.replace(sample_run(), id=run_id), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_outputs_of_an_unknown_system_are_never_dropped_silently(tmp_path: Path) -> None:
    run = sample_run()
    with pytest.raises(ValueError, match="not among its systems"):
        write_run(dataclasses.replace(run, systems=run.systems[:1]), tmp_path)


def test_runs_are_listed_by_start_and_found_by_name(tmp_path: Path) -> None:
    write_run(sample_run("b-first", started="2026-01-01T00:00:00Z"), tmp_path)
    write_run(sample_run("a-second", started="2026-02-01T00:00:00Z"), tmp_path)
    assert [f.name for f in list_runs(tmp_path)] == ["b-first", "a-second"]
    assert find_run(tmp_path, "latest").name == "a-second"
    assert find_run(tmp_path, "b-first").name == "b-first"
    assert find_run(tmp_path, str(tmp_path / "b-first")) == tmp_path / "b-first"
    with pytest.raises(UnknownNameError, match="did you mean 'a-second'"):
        find_run(tmp_path, "a-secnd")


def test_no_runs_at_all_is_a_sentence(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "absent") == ()
    with pytest.raises(UserError, match="no run in"):
        find_run(tmp_path, "latest")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.update(schema_version=99), "written by a newer harness"),
        (lambda v: v.pop("schema_version"), "no valid schema_version"),
        (lambda v: v.pop("systems"), "no valid 'systems'"),
        (lambda v: v.update(test_sets=3), "no valid 'test_sets'"),
    ],
)
def test_a_changed_run_file_is_refused_with_a_sentence(folder: Path, change: object, message: str) -> None:
    path = folder / "run.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    assert callable(change)
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(HarnessError, match=message):
        read_run(folder)


def test_a_changed_segment_table_is_refused(folder: Path) -> None:
    path = folder / "segments" / "gloss.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(lines[:2] + lines[3:]), encoding="utf-8")
    with pytest.raises(InputError, match="does not hold the segments of the test set 'alpha' in order"):
        read_run(folder)


def test_a_run_without_rank_ranges_is_still_read(tmp_path: Path) -> None:
    """systems.csv had no rank_low and rank_high at first."""
    run = sample_run()
    table = write_run(run, tmp_path) / "systems.csv"
    rows = [line.rsplit(",", 2)[0] for line in table.read_text(encoding="utf-8").splitlines()]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = read_run(table.parent)
    assert all((s.rank_low, s.rank_high) == (None, None) for s in found.scores)
    assert [s.rank for s in found.scores] == [s.rank for s in run.scores]
