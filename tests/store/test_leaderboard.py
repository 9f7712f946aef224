from __future__ import annotations

import csv
import dataclasses
import json
import threading
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from harness.domain import NOT_COMPARABLE, Run, RunSummary, SystemScore, standings, summary_of
from harness.store.leaderboard_csv import leaderboard_rows, update
from harness.store.runs import write_run
from tests.samples import sample_run


def _with_scores(run: Run, **scores: tuple[float, float, float]) -> RunSummary:
    """A summary of `run` with BLEU alone on alpha: system to score and bounds, ranks as if each were alone."""
    rows = tuple(
        SystemScore("alpha", name, "bleu", score, low, high, 11, 0, 1, 1, "bleu|v:1")
        for name, (score, low, high) in scores.items()
    )
    keep = tuple(s for s in run.systems if s.name in scores)
    return dataclasses.replace(summary_of(run), scores=rows, systems=keep, test_sets=summary_of(run).test_sets[:1])


OLD, NEW = sample_run("old", started="2026-01-01T00:00:00Z"), sample_run("new", started="2026-02-01T00:00:00Z")


def test_one_row_per_test_set_and_system_of_the_newest_run(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    write_run(NEW, tmp_path)
    frame = pd.read_csv(update(tmp_path))
    assert list(zip(frame["test_set"], frame["system"], frame["run"], strict=True)) == [
        (t, s, "new") for t in ("alpha", "beta") for s in ("gloss", "copy", "org/model:v1")
    ]


def test_a_system_missing_from_the_newest_run_keeps_its_older_row() -> None:
    rows = standings([_with_scores(OLD, gloss=(1, 0, 2), copy=(0, 0, 0.5)), _with_scores(NEW, gloss=(3, 2, 4))])
    assert {(s.system.name, s.run) for s in rows} == {("gloss", "new"), ("copy", "old")}


def test_ranks_of_one_run_are_its_own_and_over_runs_they_are_from_intervals() -> None:
    apart = standings([_with_scores(OLD, copy=(1, 0.5, 1.9)), _with_scores(NEW, gloss=(3, 2, 4))])
    assert [(s.system.name, s.scores["bleu"].rank) for s in apart] == [("gloss", 1), ("copy", 2)]
    tied = standings([_with_scores(OLD, copy=(1, 0.5, 2.1)), _with_scores(NEW, gloss=(3, 2, 4))])
    assert [(s.system.name, s.scores["bleu"].rank) for s in tied] == [("gloss", 1), ("copy", 1)]


def test_less_is_better_where_the_metric_says_so() -> None:
    old, new = _with_scores(OLD, copy=(1, 0.5, 1.9)), _with_scores(NEW, gloss=(3, 2, 4))
    lower = tuple(dataclasses.replace(m, higher_is_better=False) for m in new.metrics)
    rows = standings([dataclasses.replace(r, metrics=lower) for r in (old, new)])
    assert [(s.system.name, s.scores["bleu"].rank) for s in rows] == [("copy", 1), ("gloss", 2)]


def test_a_score_of_another_signature_is_shown_and_takes_no_rank() -> None:
    old = _with_scores(OLD, copy=(9, 8, 10))
    old = dataclasses.replace(old, scores=(dataclasses.replace(old.scores[0], signature="bleu|v:0"),))
    rows = standings([old, _with_scores(NEW, gloss=(3, 2, 4))])
    assert [(s.system.name, s.scores["bleu"].rank, s.scores["bleu"].reason) for s in rows] == [
        ("gloss", 1, ""),
        ("copy", None, NOT_COMPARABLE),
    ]


def test_columns_keep_their_order_and_a_new_metric_moves_none() -> None:
    first, _ = leaderboard_rows([summary_of(OLD)])
    extra = dataclasses.replace(
        summary_of(NEW), metrics=(dataclasses.replace(NEW.metrics[0], name="ter"), *NEW.metrics)
    )
    second, _ = leaderboard_rows([summary_of(OLD), extra])
    assert [c for c in second if c in first] == list(first)
    assert [c for c in second if c not in first] == ["ter", "ter_low", "ter_high", "ter_rank", "ter_signature"]
    assert first[:10] == (
        *("test_set", "system", "bleu", "bleu_low", "bleu_high", "bleu_rank"),
        *("chrf", "chrf_low", "chrf_high", "chrf_rank"),
    )


def test_a_second_update_changes_no_byte_and_a_new_run_changes_its_rows_alone(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    before = update(tmp_path).read_bytes()
    assert update(tmp_path).read_bytes() == before
    only_gloss = dataclasses.replace(
        NEW,
        systems=NEW.systems[:1],
        outputs=tuple(o for o in NEW.outputs if o.system == "gloss"),
        scores=tuple(s for s in NEW.scores if s.system == "gloss"),
        comparisons=(),
    )
    write_run(only_gloss, tmp_path)
    changed = set(update(tmp_path).read_text(encoding="utf-8").split("\n")) - set(before.decode().split("\n"))
    assert {line.split(",")[1] for line in changed} == {"gloss"}


def test_an_incomplete_system_has_its_errors_counted_and_no_rank(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    with update(tmp_path).open(encoding="utf-8", newline="") as handle:
        row = next(r for r in csv.DictReader(handle) if r["system"] == "org/model:v1" and r["test_set"] == "alpha")
    assert (row["bleu_rank"], row["errors"], row["n_missing"], row["flags"]) == ("", "1", "1", "10")
    assert float(row["error_share"]) == 1 / 11
    assert row["seconds"] == "12.5"
    assert row["price"] == ""
    assert row["reasons"] == (
        "bleu: 1 segment has no hypothesis; chrf: 1 segment has no hypothesis; "
        "comet: The model Unbabel/wmt22-comet-da is not on this machine."
    )


def test_no_cell_is_mistaken_for_a_number_or_a_formula(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    frame = pd.read_csv(update(tmp_path), keep_default_na=False)
    assert all(key.startswith("sha256:") for key in frame["key"])
    assert not any(str(v).startswith(("=", "+", "-", "@", "\t")) for v in frame["reasons"])


def test_a_run_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    folder = write_run(NEW, tmp_path)
    value = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**value, "schema_version": 99}), encoding="utf-8")
    assert set(pd.read_csv(update(tmp_path))["run"]) == {"old"}


@pytest.mark.parametrize("bom", [False, True])
def test_the_file_is_utf8_with_a_byte_order_mark_on_request(tmp_path: Path, bom: bool) -> None:
    write_run(OLD, tmp_path)
    data = update(tmp_path, bom=bom).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") is bom
    assert data.removeprefix(b"\xef\xbb\xbf").startswith(b"test_set,system,bleu,")


def test_one_run_waits_for_another_that_writes_the_board(tmp_path: Path) -> None:
    write_run(OLD, tmp_path)
    writer = threading.Thread(target=update, args=(tmp_path,))
    with FileLock(tmp_path / ".leaderboard.lock"):
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        assert not (tmp_path / "leaderboard.csv").exists()
    writer.join(30)
    assert (tmp_path / "leaderboard.csv").exists()
