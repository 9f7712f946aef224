"""Scores that came with a run, in the gate: what cannot be compared is an open question, in the user's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import harness

N = 60


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An accepted baseline with a judge's scores, and configs whose scores are of another judge, or are not there."""
    folder = tmp_path_factory.mktemp("judged")
    for name, line in (
        ("source", "第{}句话。"),
        ("reference", "It is sentence {} of them."),
        ("mt", "Sentence {} of them."),
    ):
        (folder / f"{name}.txt").write_text("".join(line.format(i) + "\n" for i in range(N)), encoding="utf-8")
    told = harness("ingest", "source.txt", "reference.txt", "--lines", "--name", "news", cwd=folder)
    assert told.code == 0, told.err
    rows = "".join(f"mt\tnews-{i + 1:04d}\t{70 + i % 9}\n" for i in range(N))
    (folder / "scores.tsv").write_text(f"system\tsegment\tscore\n{rows}", encoding="utf-8")
    for name, model in (("before", "a"), ("other", "b"), ("without", "")):
        judge = (
            "\n  - {metric: scores, name: judge, path: ./scores.tsv, higher_is_better: true, "
            f"signature: 'Judge|model:{model}|version:1'}}"
        )
        (folder / f"{name}.yaml").write_text(
            f"name: {name}\nreferences: references\ntest_sets: [news]\n"
            f"systems: [{{name: mt, backend: file, path: ./mt.txt}}]\nmetrics:\n  - chrf{judge if model else ''}\n",
            encoding="utf-8",
        )
    (folder / "gate.yaml").write_text(
        "primary: chrf\nmetrics:\n  chrf: {margin: 1}\n  judge: {margin: 1, role: decide}\n", encoding="utf-8"
    )
    for call in (("run", "before.yaml"), ("baseline", "accept", "latest", "-p", "gate.yaml")):
        told = harness(*call, cwd=folder)
        assert told.code == 0, told.err
    return folder


@pytest.mark.parametrize(
    ("config", "code", "words"),
    [
        ("before", 0, "a loss of 1 or more is excluded"),
        ("other", 3, "judge cannot be compared: judge is model:b in "),
        ("without", 3, "-without, and scores of other texts say nothing of these"),
    ],
)
def test_scores_of_another_judge_or_of_none_are_an_open_question(
    work: Path, config: str, code: int, words: str
) -> None:
    told = harness("check", f"{config}.yaml", "-p", "gate.yaml", cwd=work)
    assert told.code == code, told.out + told.err
    assert words in told.out
