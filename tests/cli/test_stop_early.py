"""`harness check CONFIG --stop-early`: no more is bought than the verdict needs, and no part pretends to be all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.corpus.testset.references_folder import write_test_set
from harness.store.runs import write_run
from tests.cli.command import Outcome, harness
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

N = 1000
REFERENCES = sentences(N, seed=31)
GOOD, BAD = worsened(REFERENCES, 0.1, seed=1), worsened(REFERENCES, 0.6, seed=2)
ENGINE = """
import json, sys
texts = json.load(open(sys.argv[1], encoding="utf-8"))
lines = [line.rstrip("\\n") for line in sys.stdin]
open(sys.argv[1] + ".log", "a", encoding="utf-8").writelines(line + "\\n" for line in lines)
print("\\n".join(texts[line] for line in lines))
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A baseline, and engines that write down what they were asked for."""
    tested = make_test_set(REFERENCES)
    write_run(make_run(tmp_path, {"mt": GOOD}, tested, run_id="good"), tmp_path / "results")
    write_test_set(tested, tmp_path / "references" / "news", documents={})
    (tmp_path / "engine.py").write_text(ENGINE, encoding="utf-8")
    for name, texts in (("same", GOOD), ("worse", BAD)):
        pairs = {s.source: text for s, text in zip(tested.segments, texts, strict=True)}
        (tmp_path / f"{name}.json").write_text(json.dumps(pairs), encoding="utf-8")
        command = json.dumps([sys.executable, "engine.py", f"{name}.json"])
        (tmp_path / f"{name}.yaml").write_text(
            "name: nightly\nreferences: references\ntest_sets: [news]\nmetrics: [chrf]\n"
            f"systems: [{{name: mt, backend: command, command: {command}, lifetime: call}}]\n",
            encoding="utf-8",
        )
    (tmp_path / "gate.yaml").write_text(
        "primary: chrf\nmetrics: {chrf: {margin: 1.0}}\nnumbers: off\n", encoding="utf-8"
    )
    return tmp_path


def check(work: Path, config: str, *arguments: str) -> Outcome:
    return harness("check", config, "-b", "good", "-p", "gate.yaml", "--stop-early", *arguments, cwd=work)


def bought(work: Path, name: str) -> list[str]:
    log = work / f"{name}.json.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_a_pass_buys_a_fifth_and_a_full_run_the_rest(work: Path) -> None:
    told = check(work, "same.yaml", "--junit", "j.xml", "--json-file", "j.json", "--comment", "c.md")
    assert told.code == 0, told.out + told.err
    assert told.out.endswith("\nverdict: pass\n")
    said = "Stopped early at look 3 of 7, 200 of 1000 segments bought (segments in random order, seed 12345)."
    plain = json.loads((work / "j.json").read_text(encoding="utf-8"))
    assert {k: plain["early"][k] for k in ("look", "looks", "bought", "segments", "seed", "unit")} == {
        "look": 3, "looks": 7, "bought": 200, "segments": 1000, "seed": 12345, "unit": "segment",
    }  # fmt: skip
    root = ElementTree.fromstring((work / "j.xml").read_text(encoding="utf-8"))
    (early,) = [e.attrib["value"] for e in root.iterfind(".//property[@name='early']")]
    for text in (told.out, early, (work / "c.md").read_text(encoding="utf-8")):
        assert said in text
    first = bought(work, "same")
    assert len(first) == len(set(first)) == 200
    # A part is no run and no baseline.
    assert [p.name for p in (work / "results").iterdir() if (p / "run.json").exists()] == ["good"]
    refused = harness("baseline", "accept", plain["candidate"], "-p", "gate.yaml", cwd=work)
    assert refused.code == 2
    assert "is the part of a test set at which a check stopped early: it is no run" in refused.err
    # What was bought is not bought again.
    whole = harness("run", "same.yaml", cwd=work)
    assert whole.code == 0, whole.err
    assert len(bought(work, "same")) == len(set(bought(work, "same"))) == N


def test_another_seed_is_another_order_and_one_seed_one_order(work: Path) -> None:
    orders: list[frozenset[str]] = []
    for seed in ("1", "2", "2"):
        assert check(work, "same.yaml", "--seed", seed, "-o", f"results-{len(orders)}", "-b", "results/good").code == 0
        orders.append(frozenset(bought(work, "same")))
        (work / "same.json.log").unlink()
    assert orders[0] != orders[1] == orders[2]


def test_a_great_loss_is_red_at_once(work: Path) -> None:
    told = check(work, "worse.yaml", "--json")
    plain = json.loads(told.out)
    assert (told.code, plain["outcome"], plain["early"]["look"]) == (1, "regression", 1)
    assert len(bought(work, "worse")) == 50


def test_a_verdict_that_needs_all_buys_all_and_is_a_run(work: Path) -> None:
    """Nothing answers where the loss is the margin itself: the last look is a run like any other."""
    rules = "primary: chrf\nmetrics: {{chrf: {{margin: {}}}}}\nnumbers: off\ncollapse: off\nflags: off\n"
    (work / "gate.yaml").write_text(rules.format(1000), encoding="utf-8")
    plain = harness("check", "worse.yaml", "-b", "good", "-p", "gate.yaml", "--json", cwd=work)
    loss = json.loads(plain.out)["checks"][0]["loss"]
    (work / "gate.yaml").write_text(rules.format(loss), encoding="utf-8")
    found = json.loads(check(work, "worse.yaml", "--json").out)
    assert (found["early"]["look"], found["early"]["bought"]) == (7, N)
    assert (work / "results" / found["candidate"] / "run.json").is_file()
    assert len(bought(work, "worse")) == len(set(bought(work, "worse"))) == N


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("primary: chrf\nmetrics: {chrf: {margin: 1, min: 20}}\n", "The policy has 'min'"),
        ("metrics: {chrf: {margin: 1}}\nresamples: 200\n", "The policy has 'test: bootstrap'"),
        ("metrics: {chrf: {margin: 1}}\nmax_cost_ratio: 1.1\n", "The policy has 'max_cost_ratio'"),
        ("metrics: {chrf: {margin: 1}}\nflags: {max_share: 0.1}\n", "The policy has 'flags.max_share"),
    ],
)
def test_rules_about_the_whole_are_refused_before_anything_is_bought(work: Path, policy: str, said: str) -> None:
    (work / "gate.yaml").write_text(policy, encoding="utf-8")
    told = check(work, "same.yaml")
    assert told.code == 2
    assert said in told.err
    assert not bought(work, "same")


def test_what_is_translated_already_is_refused(work: Path) -> None:
    assert "yet to be translated" in check(work, "good").err
    (work / "mt.en").write_text("\n".join(GOOD) + "\n", encoding="utf-8")
    (work / "file.yaml").write_text(
        "references: references\ntest_sets: [news]\nmetrics: [chrf]\n"
        "systems: [{name: mt, backend: file, path: ./mt.en}]\n",
        encoding="utf-8",
    )
    told = check(work, "file.yaml")
    assert (told.code, "has all its translations already" in told.err) == (2, True)
