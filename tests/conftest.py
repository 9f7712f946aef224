"""Fixtures that several rooms share. Each imports what it needs when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure, and what CI says must not depend on luck; at home every run tries something new.
settings.register_profile(
    "harness", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("harness")


@pytest.fixture(scope="session")
def comet_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function from an architecture (and changed hparams) to a COMET checkpoint folder with random weights."""
    pytest.importorskip("comet", reason="needs the extra comet")
    from tests.metrics import comet_models

    root = tmp_path_factory.mktemp("comet")
    encoder = comet_models.build_encoder(root / "xlm-r-tiny")
    built: dict[str, Path] = {}

    def build(architecture: str = "regression_metric", **changes: object) -> Path:
        key = repr((architecture, sorted(changes.items())))
        if key not in built:
            large = changes.get("encoder_model") == "XLM-RoBERTa-XL"
            base = comet_models.reshaped(encoder, "xlm-roberta-xl") if large else encoder
            built[key] = comet_models.build_checkpoint(root / f"model{len(built)}", base, architecture, **changes)
        return built[key]

    return build


@pytest.fixture(scope="session")
def comet_parameters(comet_model: Callable[..., Path]) -> dict[str, object]:
    """Parameters of a COMET metric whose model is at hand."""
    return {"model": str(comet_model("regression_metric")), "device": "cpu"}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function from "marian", "nllb", "m2m", "t5" or "llama" to the folder of such a model with random weights."""
    torch = pytest.importorskip("torch", reason="needs the extra transformers")
    pytest.importorskip("transformers", reason="needs the extra transformers")
    from tests.backends.models import BUILDERS

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("models")

    def build(kind: str) -> Path:
        return root / kind if (root / kind).exists() else BUILDERS[kind](root / kind)

    return build


@pytest.fixture(scope="session")
def converted_model(
    tiny_model: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The same models, converted for CTranslate2 as `harness prefetch ctranslate2` does."""
    pytest.importorskip("ctranslate2", reason="needs the extra ctranslate2")
    from harness.backends.local.ct2_conversion import ConvertedModel
    from harness.hub.fetch import Hub

    root = tmp_path_factory.mktemp("converted")

    def build(kind: str) -> Path:
        if not (root / kind).exists():
            ConvertedModel(output=root / kind, quantization="float32").fetch(Hub(), str(tiny_model(kind)), None)
        return root / kind

    return build


@pytest.fixture
def judge_parameters(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Parameters of an LLM judge that marks an error in every text that does not end like a sentence."""
    pytest.importorskip("openai", reason="needs the extra openai")

    def ask(_: object, messages: Sequence[Mapping[str, str]]) -> str:
        question = messages[-1]["content"]
        if question.startswith("Rate a translation"):
            return "60" if "accuracy" in question else "99"
        text = question.split("translation:\n```")[1].split("```")[0]
        major = "no-error" if text.rstrip('"').endswith((".", "!")) else 'accuracy/omission - "?"'
        critical = "Critical:\nno-error\n" if "'Critical:'" in question else ""
        return f"{critical}Major:\n{major}\nMinor:\nno-error"

    monkeypatch.setattr("harness.metrics.gemba.chat_judge.Judge.ask", ask)
    return {"api_key_env": None}
