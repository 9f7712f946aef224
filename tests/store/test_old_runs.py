"""Runs and baselines that are stored already keep their meaning: `stored/` was written before systems said `timed`.

Its run has three systems whose texts were made elsewhere, each with the microseconds that reading them took, and one
that translated.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from harness.domain import standings
from harness.domain.policy import MetricRule, Policy
from harness.domain.verdict import gate_input_of
from harness.gate.compare_runs import compare_runs
from harness.report.board.rows import board_of
from harness.store.baselines import read_baseline
from harness.store.leaderboard_csv import leaderboard_rows
from harness.store.runs import read_run, read_summary, write_run

STORED = Path(__file__).with_name("stored")
OLD = STORED / "20261101-120000-before"
ELSEWHERE = ("mt", "copy", "handed-in")


def test_the_file_is_one_of_before() -> None:
    record = json.loads((OLD / "run.json").read_text(encoding="utf-8"))
    assert all("timed" not in s and "trap" not in s for s in record["systems"])
    assert all(c["seconds"] > 0 for c in record["costs"])


def test_no_old_run_has_a_speed_of_what_it_did_not_translate() -> None:
    run = read_run(OLD)
    assert [(s.name, s.timed, s.trap) for s in run.systems] == [
        ("mt", False, False), ("copy", False, True), ("handed-in", False, False), ("gloss", True, False)
    ]  # fmt: skip
    for name in ELSEWHERE:
        assert run.costs["news", name]["seconds"] is None
        assert run.costs["news", name]["segments_per_second"] is None
    seconds = run.costs["news", "gloss"]["seconds"]
    assert seconds is not None
    assert seconds > 0
    assert read_summary(OLD).costs == run.costs
    shown = {s.system.name: s.cost.get("segments_per_second") for s in standings([read_summary(OLD)])}
    assert [name for name, speed in shown.items() if speed is not None] == ["gloss"]
    header, rows = leaderboard_rows([read_summary(OLD)])
    cells = {row[1]: row[header.index("seconds")] for row in rows}
    assert [name for name, cell in cells.items() if cell] == ["gloss"]


def test_an_old_runs_untranslated_source_is_still_the_trap() -> None:
    (section,) = board_of(read_run(OLD)).sections
    assert [r.system for r in section.rows if r.trap] == ["copy"]


def test_identities_are_those_that_were_stored() -> None:
    """Caches and leaderboards are keyed by them."""
    record = json.loads((OLD / "run.json").read_text(encoding="utf-8"))
    assert [s.key for s in read_run(OLD).systems] == [s["key"] for s in record["systems"]]


def test_a_run_says_it_itself_from_now_on(tmp_path: Path) -> None:
    folder = write_run(read_run(OLD), tmp_path)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert [(s["timed"], s["trap"]) for s in record["systems"]] == [
        (False, False), (False, True), (False, False), (True, False)
    ]  # fmt: skip
    assert read_run(folder) == read_run(OLD)
    # What a run says wins over what its backend is called.
    record["systems"][0]["timed"] = True
    record["costs"][0]["seconds"] = 4.0
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert read_run(folder).systems[0].timed
    assert read_run(folder).costs["news", "mt"]["seconds"] == 4.0


def test_an_old_baselines_microseconds_decide_nothing(tmp_path: Path) -> None:
    shutil.copytree(OLD, tmp_path / OLD.name)
    run = read_run(tmp_path / OLD.name)
    before = read_baseline(STORED / "baselines" / "before")[0]
    assert before.costs["news", "mt"]["seconds"], "it was stored with a time"
    policy = Policy(metrics={"chrf": MetricRule(2.0)}, max_slowdown=1.01)
    found = compare_runs(gate_input_of(run), before, {t.name: t for t in run.test_sets}, policy, ["mt"])
    (speed,) = [c for c in found.checks if c.evidence.kind == "speed"]
    assert speed.decides == "inconclusive"
    assert "There is no speed in 20261101-120000-before for mt: its texts were not translated in that run" in (
        speed.sentence
    )
