"""Existing outputs are scored as sacreBLEU scores them, from any of the file kinds people have."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.command import ROOT, harness

WMT22 = ROOT.parent / "shared" / "data" / "wmt22-zh-en"
needs_wmt22 = pytest.mark.skipif(not WMT22.is_dir(), reason="the WMT22 data is not beside this checkout")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _run_folder(results: Path) -> Path:
    return next(results.glob("*/run.json")).parent


@needs_wmt22
def test_wmt22_is_sacrebleus_to_nine_digits(tmp_path: Path) -> None:
    """Every system and every sentence against sacreBLEU's own classes, two references, one run."""
    from sacrebleu.metrics import BLEU, CHRF

    systems = sorted((WMT22 / "systems").glob("*.en"))
    arguments: list[str | Path] = [
        "--source",
        WMT22 / "source.zh",
        "--reference",
        WMT22 / "refA.en",
        "--reference",
        WMT22 / "refB.en",
    ]
    for path in systems:
        arguments += ["--hypothesis", f"{path.stem}={path}"]
    chosen = ["--metric", "bleu", "--metric", "chrf", "--resamples", "20"]
    done = harness("score", *arguments, *chosen, "--output", tmp_path / "results")
    assert done.code == 0, done.err
    references = [(WMT22 / f"ref{x}.en").read_text(encoding="utf-8").split("\n")[:1875] for x in "AB"]
    folder = _run_folder(tmp_path / "results")
    scores = {(r["system"], r["metric"]): float(r["score"]) for r in _rows(folder / "systems.csv")}
    assert len(scores) == 2 * len(systems)
    for path in systems:
        lines = path.read_text(encoding="utf-8").split("\n")[:1875]
        assert scores[path.stem, "bleu"] == pytest.approx(BLEU().corpus_score(lines, references).score, abs=1e-9)
        assert scores[path.stem, "chrf"] == pytest.approx(CHRF().corpus_score(lines, references).score, abs=1e-9)
    one = systems[0]
    lines = one.read_text(encoding="utf-8").split("\n")[:1875]
    sentence, chrf = BLEU(effective_order=True), CHRF()
    for row, line, *pair in zip(_rows(folder / "segments" / f"{one.stem}.csv"), lines, *references, strict=True):
        assert float(row["bleu"]) == pytest.approx(sentence.sentence_score(line, pair).score, abs=1e-9)
        assert float(row["chrf"]) == pytest.approx(chrf.sentence_score(line, pair).score, abs=1e-9)


TEXTS = {"s1": ("论坛开幕。", "The forum opened."), "s2": ("", ""), "s3": ("世界合作。", "The world cooperates.")}


def test_tables_by_id_in_any_order(tmp_path: Path) -> None:
    source = "id\tsource\trefA\n" + "".join(f"{i}\t{zh}\t{en}\n" for i, (zh, en) in TEXTS.items())
    (tmp_path / "data.tsv").write_text(source, encoding="utf-8")
    shuffled = [json.dumps({"id": i, "hypothesis": TEXTS[i][1]}) for i in ("s3", "s1", "s2")]
    (tmp_path / "hyp.jsonl").write_text("\n".join(shuffled) + "\n", encoding="utf-8")
    arguments: list[str | Path] = ["--source", tmp_path / "data.tsv", "--output", tmp_path / "results", "--json"]
    done = harness("score", *arguments, "--hypothesis", f"same={tmp_path / 'hyp.jsonl'}")
    assert done.code == 0, done.err
    rows = _rows(_run_folder(tmp_path / "results") / "segments" / "same.csv")
    assert [r["hypothesis"] for r in rows] == [en for _, en in TEXTS.values()]
    board = json.loads(done.out)
    assert board["folder"] == str(_run_folder(tmp_path / "results"))


def test_a_failed_segment_is_lost_alone_recorded_and_shown(tmp_path: Path) -> None:
    (tmp_path / "source.zh").write_text("论坛开幕。\n世界合作。\n", encoding="utf-8")
    (tmp_path / "ref.en").write_text("The forum opened.\nThe world cooperates.\n", encoding="utf-8")
    rows = [{"id": "1", "hypothesis": "The forum opened."}, {"id": "2", "error": "the engine ran out of memory"}]
    (tmp_path / "hyp.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    whole = tmp_path / "whole.en"
    whole.write_text("A forum.\nThe world.\n", encoding="utf-8")
    data: list[str | Path] = ["--source", tmp_path / "source.zh", "--reference", tmp_path / "ref.en"]
    systems = ["--hypothesis", f"broken={tmp_path / 'hyp.jsonl'}", "--hypothesis", f"whole={whole}"]
    done = harness("score", *data, *systems, "--output", tmp_path / "results")
    assert done.code == 3, "a run with failed segments is not whole"
    assert "broken failed on 1 of 2 segments" in done.err
    folder = _run_folder(tmp_path / "results")
    scores = {(r["system"], r["metric"]): r for r in _rows(folder / "systems.csv")}
    assert scores["broken", "bleu"]["n_missing"] == "1"
    assert scores["broken", "bleu"]["rank"] == "", "an incomplete system takes no rank"
    assert scores["whole", "bleu"]["rank"] == "1"
    segments = _rows(folder / "segments" / "broken.csv")
    assert segments[1]["error"] == "the engine ran out of memory"
    assert segments[1]["hypothesis"] == ""
    assert segments[1]["bleu"] == ""
