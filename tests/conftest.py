"""Fixtures that several rooms share. Each imports what it needs when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


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
            built[key] = comet_models.build_checkpoint(root / f"model{len(built)}", encoder, architecture, **changes)
        return built[key]

    return build


@pytest.fixture(scope="session")
def comet_parameters(comet_model: Callable[..., Path]) -> dict[str, object]:
    """Parameters of a COMET metric whose model is at hand."""
    return {"model": str(comet_model("regression_metric")), "device": "cpu"}
