"""The main job end to end, and the files that programs rely on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.command import ROOT, Outcome, harness

DEFAULT = ROOT / "configs" / "default.yaml"


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """One run of the default config, shared by the tests below."""
    results = tmp_path_factory.mktemp("job") / "results"
    return harness("run", DEFAULT, "--output", results, HF_HUB_OFFLINE="1", HF_HOME=str(results / "no-models")), results


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _folder(results: Path) -> Path:
    return next(results.glob("*/run.json")).parent


def test_it_ends_well_and_prints_the_board(job: tuple[Outcome, Path]) -> None:
    done, results = job
    assert done.code == 0, done.err
    assert "gloss" in done.out
    assert "copy" in done.out
    assert str(_folder(results)) in done.out
    assert "\x1b[" not in done.out + done.err, "no colours off a terminal"


def test_comet_is_empty_and_says_which_command_fills_it(job: tuple[Outcome, Path]) -> None:
    done, results = job
    assert "harness prefetch" in done.out
    assert {row["metric"] for row in _rows(_folder(results) / "systems.csv")} == {"bleu", "chrf", "chrf++"}


def test_the_folder_is_the_contract(job: tuple[Outcome, Path]) -> None:
    folder = _folder(job[1])
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["schema_version"] == 1
    systems = _rows(folder / "systems.csv")
    wanted = [
        "test_set",
        "system",
        "metric",
        "score",
        "ci_low",
        "ci_high",
        "n",
        "n_missing",
        "rank",
        "cluster",
        "signature",
    ]
    assert list(systems[0])[: len(wanted)] == wanted
    assert len(systems) == 2 * 2 * 3
    segments = _rows(folder / "segments" / "gloss.csv")
    wanted = ["test_set", "document", "segment", "source", "reference", "hypothesis", "error", "flags"]
    assert [c for c in segments[0] if c in wanted] == wanted
    assert (folder / "comparisons.csv").exists()
    assert (job[1] / "leaderboard.csv").exists()


def test_the_truncated_end_is_kept_flagged_and_left_out(job: tuple[Outcome, Path]) -> None:
    folder = _folder(job[1])
    cut = [r for r in _rows(folder / "segments" / "gloss.csv") if "truncated" in r["flags"]]
    assert len(cut) == 1
    assert cut[0]["bleu"] == ""
    assert cut[0]["hypothesis"]


def test_the_trap_is_last_and_the_floor_is_above_it(job: tuple[Outcome, Path]) -> None:
    scores = {
        (r["test_set"], r["system"], r["metric"]): float(r["score"]) for r in _rows(_folder(job[1]) / "systems.csv")
    }
    for test_set in ("gdi-digital-forum-2024", "shared-future-cyberspace-2"):
        assert scores[test_set, "gloss", "chrf"] > scores[test_set, "copy", "chrf"] + 10


def test_copies_are_flagged(job: tuple[Outcome, Path]) -> None:
    rows = _rows(_folder(job[1]) / "segments" / "copy.csv")
    assert all("copied-source" in r["flags"] for r in rows if r["kind"] == "sentence") if "kind" in rows[0] else rows
    assert sum("copied-source" in r["flags"] for r in rows) > 0.9 * len(rows)


def test_scores_are_sacrebleus_own(job: tuple[Outcome, Path]) -> None:
    from sacrebleu.metrics import BLEU, CHRF

    folder = _folder(job[1])
    rows = _rows(folder / "systems.csv")
    for system in ("gloss", "copy"):
        segments = [r for r in _rows(folder / "segments" / f"{system}.csv") if r["bleu"] != ""]
        for test_set in {r["test_set"] for r in segments}:
            mine = [r for r in segments if r["test_set"] == test_set]
            hypotheses = [r["hypothesis"].removeprefix("'") for r in mine]
            references = [[r["reference"].removeprefix("'") for r in mine]]
            for name, metric in (("bleu", BLEU()), ("chrf", CHRF()), ("chrf++", CHRF(word_order=2))):
                row = next(r for r in rows if (r["test_set"], r["system"], r["metric"]) == (test_set, system, name))
                assert float(row["score"]) == pytest.approx(metric.corpus_score(hypotheses, references).score, abs=1e-9)
                # sacreBLEU's signature stands first, character for character, behind the metric's name
                assert str(metric.get_signature()) in row["signature"]


def test_a_second_run_gives_the_same_numbers(job: tuple[Outcome, Path], tmp_path: Path) -> None:
    again = harness("run", DEFAULT, "--output", tmp_path / "results")
    assert again.code == 0
    for name in ("systems.csv", "comparisons.csv", "segments/gloss.csv", "segments/copy.csv"):
        first, second = (_folder(r) / name for r in (job[1], tmp_path / "results"))
        assert first.read_bytes() == second.read_bytes(), name


def test_narrowing(tmp_path: Path) -> None:
    done = harness("run", DEFAULT, "--metric", "chrf", "--system", "gloss", "--output", tmp_path / "results", "--json")
    assert done.code == 0, done.err
    rows = _rows(_folder(tmp_path / "results") / "systems.csv")
    assert {(r["system"], r["metric"]) for r in rows} == {("gloss", "chrf")}
    assert json.loads(done.out)["folder"] == str(_folder(tmp_path / "results"))
    wrong = harness("run", DEFAULT, "--metric", "chrF", "--output", tmp_path / "results")
    assert wrong.code == 2
    assert "chrf" in wrong.err


def test_comet_asked_for_by_name_is_not_optional(tmp_path: Path) -> None:
    config = tmp_path / "run.yaml"
    text = DEFAULT.read_text(encoding="utf-8").replace("optional: true", "optional: false")
    config.write_text(text.replace("../references", str(ROOT / "references")), encoding="utf-8")
    done = harness("run", config, "--output", tmp_path / "results", HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path))
    assert done.code == 3
    assert "comet" in done.err
    assert "harness prefetch" in done.err
    assert _rows(_folder(tmp_path / "results") / "systems.csv"), "the other metrics are scored and stored"
    again = harness("run", config, "--output", tmp_path / "again", "--skip-unavailable", HF_HOME=str(tmp_path))
    assert again.code == 0
