"""The gate as CI runs it: exit code, printed verdict, JUnit and JSON never disagree."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.store.runs import write_run
from tests.cli.command import Outcome, harness
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

REFERENCES = sentences(200, seed=21)
POLICY = "metrics: {bleu: {margin: 2.0}, chrf: {margin: 2.0}}\nresamples: 300\n"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    tested = make_test_set(REFERENCES)
    for name, share, seed in (("good", 0.1, 1), ("again", 0.1, 1), ("bad", 0.4, 2)):
        texts = worsened(REFERENCES, share, seed=seed)
        write_run(make_run(folder, {"mt": texts}, tested, run_id=name), folder / "results")
    (folder / "gate.yaml").write_text(POLICY, encoding="utf-8")
    return folder


def check(work: Path, *arguments: str, **environment: str) -> Outcome:
    return harness("check", *arguments, "--policy", "gate.yaml", cwd=work, **environment)


@pytest.mark.parametrize(
    ("candidate", "outcome", "code", "tag"), [("again", "pass", 0, None), ("bad", "regression", 1, "failure")]
)
def test_verdict_code_junit_and_json_agree(
    work: Path, candidate: str, outcome: str, code: int, tag: str | None
) -> None:
    summary = work / f"summary-{candidate}.md"
    summary.write_text("# before\n", encoding="utf-8")
    told = check(
        work, candidate, "--baseline", "good", "--junit", "out/j.xml", "--json-file", "out/j.json",
        "--comment", "out/c.md",
        GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    assert told.code == code, told.err
    assert told.out.endswith(f"\nverdict: {outcome}\n")
    plain = json.loads((work / "out/j.json").read_text(encoding="utf-8"))
    assert (plain["outcome"], plain["exit_code"]) == (outcome, code)
    root = ElementTree.fromstring((work / "out/j.xml").read_text(encoding="utf-8"))
    assert [e.attrib["value"] for e in root.iterfind(".//property[@name='outcome']")] == [outcome]
    assert {e.tag for e in root.iter() if e.tag in {"failure", "error"}} == ({tag} if tag else set())
    page = summary.read_text(encoding="utf-8")
    assert page.startswith(f"# before\n## Translation gate: {outcome}\n")
    assert (work / "out/c.md").read_text(encoding="utf-8").startswith(f"## Translation gate: {outcome}\n")
    assert ("::error title=" in told.err) == (outcome == "regression")


def test_baselines_are_accepted_on_purpose(work: Path) -> None:
    accept = ("baseline", "accept", "--policy", "gate.yaml")
    first = harness(*accept, "good", cwd=work)
    assert (first.code, first.out) == (0, "baseline: baselines/default is now good\n")
    refused = harness(*accept, "bad", cwd=work)
    assert refused.code == 2
    assert "bad is worse than the baseline it would replace (good)." in refused.err
    assert harness(*accept, "bad", "--force", cwd=work).code == 2
    assert check(work, "again").code == 0
    forced = harness(*accept, "bad", "--force", "--reason", "cheaper engine", cwd=work)
    assert forced.code == 0
    kept = json.loads((work / "baselines/default/baseline.json").read_text(encoding="utf-8"))
    assert [(h["run"], h["reason"], h["outcome"]) for h in kept["history"]] == [
        ("good", "", ""),
        ("bad", "cheaper engine", "regression"),
    ]
    assert check(work, "again").code == 0
    assert json.loads(check(work, "bad", "--json").out)["outcome"] == "pass"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["god", "--baseline", "good"], 2, "There is no run 'god'; did you mean 'good'?"),
        (["good", "--baseline", "nothing"], 2, "There is no baseline 'nothing'."),
        (["good", "--baseline", "again", "--system", "tm"], 2, "There is no system 'tm'."),
        (["missing.yaml", "--baseline", "again"], 2, "missing.yaml"),
    ],
)
def test_mistakes_are_a_sentence(work: Path, arguments: list[str], code: int, sentence: str) -> None:
    told = check(work, *arguments)
    assert (told.code, told.out) == (code, "")
    assert told.err.startswith("error: ")
    assert sentence in told.err
    assert "Traceback" not in told.err


def test_a_config_is_run_first(work: Path) -> None:
    from harness.corpus.testset.references_folder import write_test_set

    write_test_set(make_test_set(REFERENCES), work / "references" / "news", documents={})
    lines = "\n".join(worsened(REFERENCES, 0.1, seed=1)) + "\n"
    (work / "mt.en").write_text(lines, encoding="utf-8")
    (work / "candidate.yaml").write_text(
        "name: nightly\nreferences: references\ntest_sets: [news]\n"
        "systems: [{name: mt, backend: file, path: ./mt.en}]\nmetrics: [bleu, chrf]\n",
        encoding="utf-8",
    )
    told = check(work, "candidate.yaml", "--baseline", "good")
    assert told.code == 0, told.err
    assert told.out.startswith("candidate 2")
    assert "-nightly, baseline good\n" in told.out.splitlines()[0] + "\n"


def test_reports_are_written_where_there_is_no_verdict(work: Path) -> None:
    """A CI system must not read what another gate found."""
    for name in ("j.xml", "j.json", "c.md", "m.md"):
        (work / "stale" / name).parent.mkdir(exist_ok=True)
        (work / "stale" / name).write_text("of before", encoding="utf-8")
    summary = work / "summary-error.md"
    told = check(
        work, "god", "--baseline", "good", "--junit", "stale/j.xml", "--json-file", "stale/j.json",
        "--comment", "stale/c.md", "--markdown", "stale/m.md", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    assert told.code == 2
    root = ElementTree.fromstring((work / "stale/j.xml").read_text(encoding="utf-8"))
    assert [e.attrib["value"] for e in root.iterfind(".//property[@name='outcome']")] == ["error"]
    (error,) = root.iter("error")
    assert "There is no run 'god'" in error.attrib["message"]
    plain = json.loads((work / "stale/j.json").read_text(encoding="utf-8"))
    assert (plain["outcome"], plain["exit_code"], plain["checks"]) == ("error", 2, [])
    for page in (work / "stale/c.md", work / "stale/m.md", summary):
        assert page.read_text(encoding="utf-8").startswith("## Translation gate: error\n")
    assert "::error title=translation gate::There is no run 'god'" in told.err


def test_a_fault_of_the_program_is_no_regression(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.cli import app
    from harness.errors import UNEXPECTED

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("harness.gate.check.check", broken)
    monkeypatch.setattr("sys.argv", ["harness", "check", "good", "--json-file", str(work / "fault.json")])
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == UNEXPECTED == 70
    assert "RuntimeError: boom" in json.loads((work / "fault.json").read_text(encoding="utf-8"))["problem"]


def test_what_cannot_be_compared_is_accepted_by_force_alone(work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    (tmp_path / "gate.yaml").write_text("primary: chrf\nmetrics: {chrf: {margin: 2.0}}\nruns: 1\n", encoding="utf-8")
    accept = ("baseline", "accept", "--policy", str(tmp_path / "gate.yaml"), "--baselines", str(folder))
    assert harness(*accept, "good", cwd=work).code == 0
    other = make_test_set(sentences(80, seed=5), name="other")
    texts = worsened(sentences(80, seed=5), 0.1, seed=3)
    write_run(make_run(tmp_path, {"mt": texts}, other, run_id="moved"), work / "results")
    refused = harness(*accept, "moved", cwd=work)
    assert refused.code == 2
    assert "share no test set" in refused.err
    forced = harness(*accept, "moved", "--force", "--reason", "a new test set", cwd=work)
    assert forced.code == 0, forced.err
    (folder / "default" / "mt.jsonl").write_text("", encoding="utf-8")
    assert "is damaged" in harness(*accept, "moved", cwd=work).err
    assert harness(*accept, "moved", "--force", "--reason", "git lost it", cwd=work).code == 0
    kept = json.loads((folder / "default" / "baseline.json").read_text(encoding="utf-8"))
    assert [(h["run"], h.get("forced", False), h["reason"]) for h in kept["history"]] == [
        ("good", False, ""),
        ("moved", True, "a new test set"),
        ("moved", True, "git lost it"),
    ]
    assert not (folder / "default" / "anchor").exists()


def test_the_first_baseline_stays_the_anchor(work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    (tmp_path / "gate.yaml").write_text("primary: chrf\nmetrics: {chrf: {margin: 2.0}}\nruns: 1\n", encoding="utf-8")
    accept = ("baseline", "accept", "--policy", str(tmp_path / "gate.yaml"), "--baselines", str(folder))
    better = worsened(REFERENCES, 0.05, seed=1)
    write_run(make_run(tmp_path, {"mt": better}, make_test_set(REFERENCES), run_id="better"), work / "results")
    assert harness(*accept, "good", cwd=work).code == 0
    told = harness(*accept, "better", cwd=work)
    assert told.code == 0, told.err
    assert "compared: chrf gained" in told.out
    anchor = json.loads((folder / "default" / "anchor" / "baseline.json").read_text(encoding="utf-8"))
    assert anchor["run"] == "good"
    found = harness("check", "again", "--policy", str(tmp_path / "gate.yaml"), "--baselines", str(folder), cwd=work)
    assert "news/mt/anchor/chrf" in found.out


def test_a_check_says_how_many_there_were(work: Path, tmp_path: Path) -> None:
    (tmp_path / "gate.yaml").write_text("primary: chrf\nmetrics: {chrf: {margin: 2.0}}\nruns: 2\n", encoding="utf-8")
    write_run(
        make_run(tmp_path, {"mt": worsened(REFERENCES, 0.1, seed=1)}, make_test_set(REFERENCES), run_id="counted"),
        work / "results",
    )
    told = []
    for name in ("again", "bad", "again", "good"):
        found = harness("check", name, "-b", "counted", "--policy", str(tmp_path / "gate.yaml"), cwd=work)
        told += [line for line in found.out.splitlines() if line.startswith("note: Check ")]
    assert told == [
        "note: Check 1 of 2 against this baseline: 0.05/2 is asked of each.",
        "note: Check 2 of 2 against this baseline: 0.05/2 is asked of each.",
        "note: Check 1 of 2 against this baseline: 0.05/2 is asked of each.",
        "note: Check 3 against this baseline, and the policy shares the error over 2 (0.05/2 is asked of each): "
        "raise `runs`, or accept a new baseline.",
    ]
