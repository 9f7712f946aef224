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
        (["god"], 2, "There is no run 'god'; did you mean 'good'?"),
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
