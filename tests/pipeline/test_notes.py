"""What a reader of the board must know is said once a test set."""

from __future__ import annotations

from pathlib import Path

from harness.pipeline.rank import RankedMetric, merged_notes
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened


def test_a_run_says_what_its_test_set_can_show(tmp_path: Path) -> None:
    references = sentences(60)
    hypotheses = {"a": worsened(references, 0.2, seed=1), "b": worsened(references, 0.2, seed=2)}
    run = make_run(tmp_path, hypotheses, make_test_set(references))
    (note,) = [n for n in run.notes if "the smallest differences" in n]
    assert note.startswith("news: the smallest differences between two systems that it can show (80% power, one test)")
    assert note.count(" bleu") == note.count(" chrf") == 1


def test_nothing_to_compare_shows_nothing() -> None:
    assert merged_notes([RankedMetric("news", "bleu", (), (), ()), RankedMetric("news", "chrf", (), (), (), 0.0)]) == ()
    parts = [RankedMetric("news", "bleu", (), (), (), 0.874), RankedMetric("news", "chrf", (), (), (), 0.63)]
    assert merged_notes(parts) == (
        "news: the smallest differences between two systems that it can show (80% power, one test) are about "
        "0.87 bleu, 0.63 chrf.",
    )
