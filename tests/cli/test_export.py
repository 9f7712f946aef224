"""`harness export` as people run it."""

from __future__ import annotations

from pathlib import Path

from harness.corpus.testset.references_folder import write_test_set
from harness.domain.corpus import Kind, LangPair, Segment, TestSet
from tests.cli.command import harness


def references(folder: Path) -> Path:
    segments = (
        Segment("t-1", "d", 1, Kind.SENTENCE, "一。"),
        Segment("t-2", "d", 2, Kind.SENTENCE, "二", frozenset({"truncated"})),
    )
    write_test_set(TestSet("tiny", LangPair("zh", "en"), segments, {"refA": ("One.", "Tw")}), folder / "tiny")
    return folder


def test_export_writes_the_files_and_names_them(tmp_path: Path) -> None:
    root = references(tmp_path / "references")
    done = harness("export", "tiny", "--references", root, "--format", "moses", "--scored", "--output", tmp_path / "m")
    assert (done.code, done.err) == (0, "")
    assert done.out.split() == [f"{tmp_path / 'm'}.zh", f"{tmp_path / 'm'}.en", f"{tmp_path / 'm'}.segments.tsv"]
    assert (tmp_path / "m.zh").read_text(encoding="utf-8") == "一。\n"
    done = harness("export", root / "tiny", "-f", "tmx", "-o", tmp_path / "deep" / "t.tmx")
    assert (done.code, done.out) == (0, f"{tmp_path / 'deep' / 't.tmx'}\n")


def test_export_takes_outputs_and_scores_of_a_run_along(tmp_path: Path) -> None:
    root = references(tmp_path / "references")
    (tmp_path / "a.txt").write_text("One.\nTwo\n", encoding="utf-8")
    results = tmp_path / "results"
    done = harness(
        "score", "--test-set", root / "tiny", "--hypothesis", f"sysA={tmp_path / 'a.txt'}", "-m", "chrf",
        "--resamples", "10", "-o", results,
    )  # fmt: skip
    assert done.code == 0, done.err
    done = harness(
        "export", "tiny", "--references", root, "--run", "latest", "--results", results, "-f", "mt-metrics-eval",
        "-o", tmp_path / "tiny",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert (tmp_path / "tiny/system-outputs/zh-en/sysA.txt").read_text(encoding="utf-8") == "One.\n"
    assert (tmp_path / "tiny/metric-scores/zh-en/chrf-refA.sys.score").read_text(encoding="utf-8") == "sysA\t100.0\n"


def test_what_cannot_be_exported_is_the_users_to_mend(tmp_path: Path) -> None:
    root = references(tmp_path / "references")
    done = harness("export", "tinny", "--references", root, "-f", "tmx", "-o", tmp_path / "x")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'tiny'" in done.err
    done = harness("export", "tiny", "--references", root, "-f", "tmxx", "-o", tmp_path / "x")
    assert done.code == 2
    assert "did you mean 'tmx'" in done.err
