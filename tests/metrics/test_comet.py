"""COMET scores are unbabel-comet's own, whatever the batch, the company or the device; and honest about the input.

The other side of every comparison is `CometModel.predict` of unbabel-comet 2.2.7, on models with random weights that
are built here with its own classes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError, MetricError, MissingModelError
from harness.metrics.catalogue import metrics
from harness.metrics.comet import Comet, validity
from harness.metrics.comet.packing import Pack
from tests.metrics import comet_models
from tests.metrics.comet_models import comet_itself, predict
from tests.metrics.wmt22 import needs_wmt22, systems
from tests.metrics.wmt22 import units as wmt22_units

pytestmark = pytest.mark.comet

SOURCES = [
    "中国在2030年前实现碳达峰。",
    "他说：“很好。”",
    "第二十三次会议",
    "今天天气很好，我们去公园吧。",
    "会议在北京举行",
]
REFERENCES = [
    "China is to reach its carbon peak before 2030.",
    "He said, very good.",
    "The 23rd session",
    "It is a fine day, let's go to the park.",
    "The meeting was held in Beijing",
]
OUTPUTS = {
    "one": [
        "China will peak carbon emissions before 2030.",
        "He said: very good.",
        "The 23rd meeting",
        "The weather is fine today; let us go to the park.",
        "The meeting was held in Beijing " * 4,
    ],
    "two": ["China peak", "good good good good", "The 23rd meeting", "Today park go weather we <pad> so", "a"],
}
Build = Callable[..., Path]


def units(
    outputs: dict[str, list[str]] = OUTPUTS, references: Sequence[Sequence[str]] = (REFERENCES,)
) -> list[ScoringUnit]:
    return [
        ScoringUnit(system, "demo", str(i), "d", SOURCES[i], text, tuple(r[i] for r in references))
        for system, texts in outputs.items()
        for i, text in enumerate(texts)
    ]


def rows(given: Sequence[ScoringUnit], *, reference: bool) -> list[dict[str, str]]:
    return [{"src": u.source, "mt": u.hypothesis, **({"ref": u.references[0]} if reference else {})} for u in given]


def comet(model: Path, **parameters: object) -> Comet:
    return Comet(model=str(model), device=str(parameters.pop("device", "cpu")), **parameters)  # type: ignore[arg-type]


MODELS: list[tuple[str, dict[str, object]]] = [
    ("regression_metric", {}),
    ("regression_metric", {"layer_norm": True, "pool": "max"}),
    ("regression_metric", {"layer": 2, "pool": "cls"}),
    ("referenceless_regression_metric", {}),
    ("unified_metric", {}),
    ("unified_metric", {"input_segments": ["mt", "src", "ref"], "word_level_training": True}),
    ("xcomet_metric", {}),
    ("xcomet_metric", {"encoder_model": "XLM-RoBERTa-XL", "layer_norm": False}),
]


@pytest.mark.parametrize(("architecture", "changes"), MODELS)
def test_scores_are_what_comet_predicts(comet_model: Build, architecture: str, changes: dict[str, object]) -> None:
    folder = comet_model(architecture, **changes)
    metric = comet(folder, batch_tokens=100)
    given = units()
    ours = metric.segment_stats(given)
    theirs = predict(comet_itself(folder), rows(given, reference=metric.needs_reference))
    np.testing.assert_allclose(ours[:, 0], theirs.scores, rtol=0, atol=1e-5)
    assert (ours[:, 1] == 1).all()
    assert metric._loaded()._engine.packed  # type: ignore[attr-defined]
    assert np.std(theirs.scores) > 0.01  # or the comparison would say nothing
    if "error_spans" in theirs.get("metadata", {}):
        notes = metric.explain(given)
        assert any(note["error_spans"] for note in notes)
        for note, spans in zip(notes, theirs.metadata["error_spans"], strict=True):
            assert note["error_spans"] == [
                {**span, "confidence": pytest.approx(span["confidence"], abs=1e-4)} for span in spans
            ]


def test_xcomet_scores_without_references_on_request(comet_model: Build) -> None:
    folder = comet_model("xcomet_metric")
    metric = comet(folder, reference_free=True)
    theirs = predict(comet_itself(folder), rows(units(), reference=False))
    np.testing.assert_allclose(metric.segment_stats(units())[:, 0], theirs.scores, rtol=0, atol=1e-5)
    assert metric.signature(1).get("nrefs") == "0"
    with pytest.raises(ConfigError, match="cannot score without a reference"):
        comet(comet_model(), reference_free=True)


@pytest.mark.parametrize("parameters", [{"batch_tokens": 1}, {"batch_tokens": 9999}, {"device": "cpu,cpu"}])
def test_budget_and_devices_move_no_score(comet_model: Build, parameters: dict[str, object]) -> None:
    plain = comet(comet_model()).segment_stats(units())
    np.testing.assert_allclose(comet(comet_model(), **parameters).segment_stats(units()), plain, rtol=0, atol=1e-5)


def test_the_models_own_code_gives_the_same_where_packing_is_not_known(
    comet_model: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = comet(comet_model()).segment_stats(units())
    monkeypatch.setattr("harness.metrics.comet.engine.packable", lambda _: False)
    np.testing.assert_allclose(comet(comet_model()).segment_stats(units()), packed, rtol=0, atol=1e-5)


def test_packing_that_disagrees_with_the_model_is_not_used(comet_model: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = comet(comet_model()).segment_stats(units())
    monkeypatch.setattr(
        "harness.metrics.comet.packing._attend", lambda attention, states, runs: attention.value(states)
    )
    np.testing.assert_allclose(comet(comet_model()).segment_stats(units()), expected, rtol=0, atol=1e-5)


def test_bf16_is_near_and_says_so(comet_model: Build) -> None:
    metric = comet(comet_model(), precision="bf16")
    difference = np.abs(metric.segment_stats(units()) - comet(comet_model()).segment_stats(units()))
    assert 0 < difference.max() < 0.2
    assert metric.signature(1).get("precision") == "bf16"


def test_memory_that_runs_out_halves_the_budget(comet_model: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from harness.metrics.comet import engine

    expected = comet(comet_model()).segment_stats(units())
    run, sizes = engine._Replica.run, []

    def small(self: engine._Replica, batch: Pack, *, packed: bool) -> object:
        if len(batch.rows) > 1 and batch.tokens > 60:
            raise torch.OutOfMemoryError("CUDA out of memory")
        sizes.append(batch.tokens)
        return run(self, batch, packed=packed)

    metric = comet(comet_model(), batch_tokens=500)
    monkeypatch.setattr(engine._Replica, "run", small)
    np.testing.assert_allclose(metric.segment_stats(units()), expected, rtol=0, atol=1e-5)
    assert len(sizes) > 3

    def none(self: engine._Replica, batch: Pack, *, packed: bool) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(engine._Replica, "run", none)
    other = {"new": ["something else entirely", *OUTPUTS["one"][1:]]}
    with pytest.raises(MetricError, match="does not fit into the memory of cpu"):
        metric.segment_stats(units(other))


def test_each_text_is_encoded_once_for_all_systems(comet_model: Build) -> None:
    metric = comet(comet_model())
    seen: list[tuple[int, int]] = []
    metric.progress = lambda done, total: seen.append((done, total))
    many = {f"system{i}": OUTPUTS["one"] for i in range(9)}
    metric.segment_stats(units(many))
    nine = seen[-1]
    assert nine[0] == nine[1]
    metric.segment_stats(units({"alone": OUTPUTS["one"]}))
    assert seen[-1] == nine


def test_several_references_are_averaged(comet_model: Build) -> None:
    other = [f"{text} indeed" for text in REFERENCES]
    metric = comet(comet_model())
    one, two = (metric.segment_stats(units(references=[r]))[:, 0] for r in (REFERENCES, other))
    both = metric.segment_stats(units(references=[REFERENCES, other]))
    np.testing.assert_allclose(both[:, 0], (one + two) / 2, rtol=0, atol=1e-6)
    assert metric.signature(2).get("refs") == "mean"


def test_blank_copied_and_wrong_language_outputs_get_no_score(comet_model: Build) -> None:
    given = {"one": OUTPUTS["one"], "odd": [*OUTPUTS["two"][:3], "我们今天一起去公园吧", " "]}
    stats = (metric := comet(comet_model())).segment_stats(units(given))
    notes = metric.explain(units(given))
    assert notes[8]["flags"] == ["comet-invalid-language"]
    assert notes[9]["flags"] == ["comet-blank"]
    assert np.isnan(stats[8:]).all()
    assert not np.isnan(stats[:8]).any()


def test_a_system_that_copies_has_no_comet_at_all(comet_model: Build) -> None:
    given = {"one": OUTPUTS["one"], "copy": [*SOURCES[:2], *OUTPUTS["one"][2:]]}
    stats = (metric := comet(comet_model())).segment_stats(units(given))
    assert np.isnan(stats[5:]).all()
    assert not np.isnan(stats[:5]).any()
    notes = metric.explain(units(given))[5:]
    assert all("comet-invalid-system" in note["flags"] for note in notes)  # type: ignore[operator]
    assert "comet-invalid-copy" in notes[0]["flags"]  # type: ignore[operator]
    assert str(notes[0]["reason"]).startswith("2 of 5 hypotheses copy the source")


@pytest.mark.parametrize(
    ("source", "hypothesis", "references", "flag"),
    [
        ("碳达峰！", "碳达峰", (), "comet-invalid-copy"),
        ("碳达峰", "碳 达 峰。", ("Carbon peak",), "comet-invalid-copy"),
        ("APEC", "APEC", ("APEC",), None),
        ("unacceptable", "Unacceptable", ("That is unacceptable.",), None),
        ("2030", "2030", ("2030",), None),
        ("碳达峰", "Достижение пика", ("Carbon peak reached",), "comet-invalid-language"),
        ("碳达峰很重要", "碳达峰很重要吗？", (), "comet-invalid-language"),
        ("The carbon peak matters", "碳达峰很重要", ("碳达峰至关重要",), None),
        ("The carbon peak matters", "The carbon peak counts", ("碳达峰至关重要",), "comet-invalid-language"),
        ("习近平在APEC讲话", "Xi Jinping (习近平) speaks at APEC", ("Xi Jinping addresses APEC",), None),
        ("很好", "好", ("Good",), None),
    ],
)
def test_what_counts_as_a_translation(
    source: str, hypothesis: str, references: tuple[str, ...], flag: str | None
) -> None:
    found = validity.flags(ScoringUnit("s", "t", "0", "d", source, hypothesis, references))
    assert found == (frozenset({flag}) if flag is not None else frozenset())


@needs_wmt22
def test_real_systems_are_valid_but_for_one_sentence_that_was_left_in_chinese() -> None:
    given = [u for system in systems() for u in wmt22_units(system, 1)]
    found = [validity.flags(u) for u in given]
    invalid = [(u.system, u.hypothesis) for u, why in zip(given, found, strict=True) if why - {validity.BLANK}]
    assert invalid == [("Online-Y", "I #PRS_ORG #买了，但是我写错了地址")]
    assert validity.copying_systems(given, found) == {}


def test_what_the_encoder_cuts_is_flagged(comet_model: Build) -> None:
    long = " ".join(OUTPUTS["one"]) * 2
    given = [
        ScoringUnit("s", "t", "0", "d", SOURCES[0], long, (REFERENCES[0],)),
        ScoringUnit("s", "t", "1", "d", "，".join(SOURCES) * 5, "It is short", (long,)),
        ScoringUnit("s", "t", "2", "d", SOURCES[0], OUTPUTS["one"][0], (REFERENCES[0],)),
    ]
    notes = comet(comet_model()).explain(given)
    assert [n.get("flags", []) for n in notes] == [
        ["comet-truncated-hypothesis"],
        ["comet-truncated-reference", "comet-truncated-source"],
        [],
    ]
    cut = {f"comet-truncated-{side}" for side in ("hypothesis", "reference", "source")}
    assert cut <= set(metrics.row("comet").flags)


def test_inputs_that_share_the_encoder_are_cut_from_their_end(comet_model: Build) -> None:
    hypothesis, source = "let us go to the park " * 5, "今天天气很好，" * 12
    given = [ScoringUnit("s", "t", "0", "d", source, hypothesis, ("short",))]
    assert comet(comet_model("xcomet_metric")).explain(given)[0]["flags"] == [
        "comet-truncated-reference",
        "comet-truncated-source",
    ]


def test_embeddings_are_kept_between_runs(comet_model: Build, tmp_path: Path) -> None:
    plain = comet(comet_model()).segment_stats(units())
    comet(comet_model(), embeddings=str(tmp_path)).segment_stats(units({"one": OUTPUTS["one"]}))
    again = comet(comet_model(), embeddings=str(tmp_path))
    encoded: list[int] = []
    again.progress = lambda done, total: encoded.append(total)
    np.testing.assert_allclose(again.segment_stats(units()), plain, rtol=0, atol=1e-5)
    fresh = comet(comet_model())
    fresh.progress = lambda done, total: encoded.append(total)
    fresh.segment_stats(units())
    assert encoded[0] < encoded[-1]
    store = next(tmp_path.iterdir())
    assert {p.suffix for p in store.iterdir()} == {".npy", ".json"}
    damaged = next(store.glob("*.npy"))
    damaged.write_bytes(b"\x93NUMPY not really")
    with pytest.raises(InputError, match=r"embeddings is damaged") as caught:
        comet(comet_model(), embeddings=str(tmp_path)).segment_stats(units())
    assert caught.value.remedy == f"delete {damaged}"


def test_embeddings_of_another_precision_are_not_mixed_in(comet_model: Build, tmp_path: Path) -> None:
    comet(comet_model(), embeddings=str(tmp_path), precision="bf16").segment_stats(units())
    mixed = comet(comet_model(), embeddings=str(tmp_path)).segment_stats(units())
    np.testing.assert_allclose(mixed, comet(comet_model()).segment_stats(units()), rtol=0, atol=1e-5)
    with pytest.raises(ConfigError, match="no embeddings of single texts"):
        comet(comet_model("xcomet_metric"), embeddings=str(tmp_path))


def test_a_model_that_gives_nan_is_an_error(comet_model: Build, tmp_path: Path) -> None:
    import shutil

    import torch

    folder = shutil.copytree(comet_model(), tmp_path / "broken")
    weights = folder / "checkpoints" / "model.ckpt"
    saved = torch.load(weights, weights_only=True)
    saved["state_dict"]["estimator.ff.0.bias"][:] = float("nan")
    torch.save(saved, weights)
    with pytest.raises(MetricError, match="gives NaN"):
        comet(folder).segment_stats(units())


def test_the_signature_names_model_weights_and_precision(comet_model: Build) -> None:
    import hashlib

    signature = comet(comet_model()).signature(1)
    weights = comet_model() / "checkpoints" / "model.ckpt"
    assert signature.get("sha256") == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert signature.get("precision") == "fp32"
    assert signature.get("version") == "2.2.7"
    other = comet(comet_model("regression_metric", layer=2, pool="cls")).signature(1)
    assert other != signature


def test_a_model_that_is_not_here_costs_no_import_of_torch(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom harness.errors import MissingModelError\nfrom harness.metrics.catalogue import metrics\n"
        f"try: metrics.create('comet', cache={str(tmp_path)!r})\n"
        "except MissingModelError as error: print(error.remedy)\n"
        "assert not {'torch', 'comet', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("harness prefetch comet --model Unbabel/wmt22-comet-da ")


def test_unknown_devices_are_refused(comet_model: Build) -> None:
    with pytest.raises(ConfigError, match="no device 'cuda:7'"):
        comet(comet_model(), device="cuda:7").segment_stats(units())


def test_an_encoder_that_is_not_here_is_named(comet_model: Build, tmp_path: Path) -> None:
    import shutil

    folder = shutil.copytree(comet_model(), tmp_path / "moved", ignore=shutil.ignore_patterns("encoder"))
    with pytest.raises(MissingModelError, match="tokenizer and config of the encoder") as caught:
        comet(folder)
    assert caught.value.remedy == f"copy the encoder's tokenizer and config to {folder / 'encoder'}"
    named = Comet(model=str(folder), encoder=str(comet_model() / "encoder"), device="cpu")
    np.testing.assert_array_equal(named.segment_stats(units()), comet(comet_model()).segment_stats(units()))


def test_positions_of_the_fixture_are_what_the_truncation_tests_count_on() -> None:
    assert comet_models.POSITIONS == 98
