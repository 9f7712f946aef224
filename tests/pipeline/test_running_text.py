"""Documents that were translated in one piece go through the whole pipeline."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from harness.backends.base import Traits
from harness.cli.app import app
from harness.domain import (
    Hypothesis,
    Kind,
    LangPair,
    MetricSpec,
    Outputs,
    RunSpec,
    Segment,
    System,
    SystemSpec,
    TestSet,
)
from harness.errors import InputError
from harness.pipeline.job import Job, hypotheses_of
from harness.pipeline.run_job import run_job, run_job_with
from harness.store.runs import read_run, write_run
from tests.resegmentation.test_cutting import HYPOTHESES, REFERENCES

SEGMENTS = tuple(
    Segment(f"s{k}", "first" if k < 4 else "second", 1 + k // 2, Kind.SENTENCE, f"Quelle {k}.") for k in range(8)
)
TEST_SET = TestSet("house", LangPair("de", "en"), SEGMENTS, {"refA": tuple(REFERENCES)})
METRICS = (MetricSpec("chrf", "chrf"),)


def job(*systems: SystemSpec) -> Job:
    spec = RunSpec("r", ("house",), systems, METRICS)
    return Job("r", spec, (TEST_SET,), {"name": "r"}, {"harness": "0"}, clock=lambda: 0.0)


def filed(path: Path, **more: str) -> SystemSpec:
    return SystemSpec("sys", "file", {"path": str(path), **more})


def texts_of(outputs: Outputs) -> list[str | None]:
    return [h.text for h in outputs.hypotheses]


class Speaker:
    """An engine that says what it was told to each unit."""

    traits = Traits(batch=100, reusable=False)

    def __init__(self, answers: Sequence[Hypothesis]) -> None:
        self.system = System("sys", "speaker")
        self.asked: list[Segment] = []
        self._answers = list(answers)

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        self.asked += segments
        return [Hypothesis(s.id, a.text, a.error, flags=a.flags) for s, a in zip(segments, self._answers, strict=True)]

    def close(self) -> None:
        """Nothing is held."""


def test_a_file_of_running_text(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text(" ".join([*HYPOTHESES[:3], "Buy one, get a second umbrella for nothing today.", *HYPOTHESES[3:]]))
    run = run_job(job(filed(path)))
    outputs = run.outputs[0]
    assert texts_of(outputs) == HYPOTHESES
    assert outputs.hypotheses[2].cut is not None
    assert outputs.hypotheses[2].cut.added == "Buy one, get a second umbrella for nothing today."
    assert "added-text" in outputs.flags[2]
    assert "8 of 8 found surely" in run.notes[0]
    assert run.scores[0].rank == 1


def test_lines_that_are_lost_are_no_running_text(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("\n".join(HYPOTHESES[:6]) + "\n")
    with pytest.raises(InputError, match="6 lines for 8 segments") as found:
        run_job(job(filed(path)))
    assert "--segmentation document" in (found.value.remedy or "")
    assert texts_of(run_job(job(filed(path, segmentation="document"))).outputs[0])[:6] == HYPOTHESES[:6]


def test_word_file_and_folder_of_documents(tmp_path: Path) -> None:
    whole = docx.Document()
    for text in HYPOTHESES:
        whole.add_paragraph(text)
    whole.save(str(tmp_path / "whole.docx"))
    assert texts_of(run_job(job(filed(tmp_path / "whole.docx"))).outputs[0]) == HYPOTHESES
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "first.en.txt").write_text(" ".join(HYPOTHESES[:4]))
    (folder / "second.en.txt").write_text("\n\n".join(HYPOTHESES[4:]))
    assert texts_of(run_job(job(filed(folder))).outputs[0]) == HYPOTHESES
    (folder / "second.en.txt").rename(folder / "secnd.en.txt")
    with pytest.raises(InputError, match="no file for the document 'second'"):
        run_job(job(filed(folder)))


def test_what_word_does_not_show_is_no_translation(tmp_path: Path) -> None:
    whole = docx.Document()
    for text in HYPOTHESES:
        whole.add_paragraph(text)
    whole.paragraphs[3].add_run(" Parking is behind the house and costs nothing at all.").font.hidden = True
    whole.save(str(tmp_path / "whole.docx"))
    outputs = run_job(job(filed(tmp_path / "whole.docx"))).outputs[0]
    assert texts_of(outputs) == HYPOTHESES
    assert not any("added-text" in flags for flags in outputs.flags)


def test_too_little_takes_no_rank_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text(" ".join(HYPOTHESES[:7]))
    score = run_job(job(filed(path))).scores[0]
    assert score.rank is None
    assert score.reason == "1 of 8 segments are not found in its text: more than a tenth"


def test_a_run_keeps_how_a_text_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("Welcome, dear guests of every age! " + " ".join(HYPOTHESES[:7]))
    run = run_job(job(filed(path)))
    folder = write_run(run, tmp_path / "results")
    assert read_run(folder).outputs == run.outputs
    header = (folder / "segments" / "sys.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.endswith(",chrf,certainty")
    first = run.outputs[0].hypotheses[0].cut
    assert first is not None
    assert first.before == "Welcome, dear guests of every age!"


@pytest.mark.parametrize(
    ("unit", "sources"),
    [
        ("document", ["Quelle 0. Quelle 1.\nQuelle 2. Quelle 3.", "Quelle 4. Quelle 5.\nQuelle 6. Quelle 7."]),
        ("paragraph", [f"Quelle {k}. Quelle {k + 1}." for k in (0, 2, 4, 6)]),
        ("block:3", ["Quelle 0. Quelle 1.\nQuelle 2.", "Quelle 3.", "Quelle 4. Quelle 5.\nQuelle 6.", "Quelle 7."]),
    ],
)
def test_a_system_is_asked_for_units(unit: str, sources: list[str]) -> None:
    starts = {"document": (0, 4, 8), "paragraph": (0, 2, 4, 6, 8), "block:3": (0, 3, 4, 7, 8)}[unit]
    answers = [Hypothesis("u", "\n".join(HYPOTHESES[a:b])) for a, b in itertools.pairwise(starts)]
    engine = Speaker(answers)
    run = run_job_with(job(SystemSpec("sys", "speaker", unit=unit)), [engine])
    assert [s.source for s in engine.asked] == sources
    assert texts_of(run.outputs[0]) == HYPOTHESES


def test_an_answer_with_a_preface_a_gap_and_no_end() -> None:
    answers = [
        Hypothesis("u", "Here is the translation you asked me for:\n" + " ".join(HYPOTHESES[:3])),
        Hypothesis("u", HYPOTHESES[4] + " " + HYPOTHESES[5], flags=frozenset({"truncated-output"})),
    ]
    outputs = run_job_with(job(SystemSpec("sys", "speaker", unit="document")), [Speaker(answers)]).outputs[0]
    assert texts_of(outputs) == [*HYPOTHESES[:3], "", *HYPOTHESES[4:6], "", ""]
    assert [k for k, f in enumerate(outputs.flags) if "omitted" in f] == [3, 6, 7]
    assert [k for k, f in enumerate(outputs.flags) if "truncated-output" in f] == [5, 6, 7]


def test_a_unit_that_fails_is_an_error_of_its_segments() -> None:
    nonsense = Hypothesis("u", "Steel prices rose sharply. Exports to Brazil doubled while analysts expected a fall.")
    answers = [Hypothesis("u", error="no answer"), nonsense]
    outputs = run_job_with(job(SystemSpec("sys", "speaker", unit="document")), [Speaker(answers)]).outputs[0]
    assert [h.error for h in outputs.hypotheses[:4]] == ["no answer"] * 4
    assert all("the answer cannot be cut: it is no translation" in str(h.error) for h in outputs.hypotheses[4:])


def test_what_could_not_be_cut_is_not_asked_for() -> None:
    bare = TestSet("bare", LangPair("de", "en"), SEGMENTS, {})
    engine = Speaker([])
    spec = RunSpec("r", ("bare",), (SystemSpec("sys", "speaker", unit="document"),), METRICS)
    with pytest.raises(InputError, match="no reference, and no dictionary for de-en"):
        run_job_with(Job("r", spec, (bare,), {}, {}, clock=lambda: 0.0), [engine])
    assert engine.asked == []


def test_a_unit_that_is_there_is_not_asked_for_again() -> None:
    said = [Hypothesis("u", " ".join(HYPOTHESES[:4])), Hypothesis("u", error="no answer")]
    asked = job(SystemSpec("sys", "speaker", unit="document"))
    first = run_job_with(asked, [Speaker(said)])
    engine = Speaker([Hypothesis("u", " ".join(HYPOTHESES[4:]))])
    second = run_job_with(replace(asked, earlier=hypotheses_of(first)), [engine])
    assert [s.id for s in engine.asked] == ["document:s4"]
    assert texts_of(second.outputs[0]) == HYPOTHESES
    assert second.outputs[0].hypotheses[:4] == first.outputs[0].hypotheses[:4]


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("".join(f"{s.source}\n" for s in SEGMENTS))
    (tmp_path / "r.txt").write_text("".join(f"{r}\n" for r in REFERENCES))
    (tmp_path / "h.txt").write_text(" ".join(HYPOTHESES))
    common = ["score", "--source", str(tmp_path / "s.txt"), "-r", str(tmp_path / "r.txt"), "--pair", "de-en"]
    files = ["--hypothesis", str(tmp_path / "h.txt"), "-m", "chrf", "--output", str(tmp_path / "results")]
    done = CliRunner().invoke(app, [*common, *files])
    assert done.exit_code == 0, done.output
    assert "cut into segments: 8 of 8 found surely" in " ".join(done.output.split())
    refused = CliRunner().invoke(app, [*common, *files, "--segmentation", "lines"])
    assert isinstance(refused.exception, InputError)
    assert "1 line for 8 segments" in refused.exception.problem
