"""The ctranslate2 backend on converted models: the same output as transformers, limits, conversion, errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from harness.backends.catalogue import backends
from harness.cli.app import app
from harness.domain import LangPair
from harness.errors import ConfigError, MissingModelError, UserError
from tests.backends.samples import PAIR, TEXTS, Maker, segments

pytest.importorskip("ctranslate2", reason="needs the extra ctranslate2")


@pytest.fixture
def make(converted_model: Callable[[str], Path]) -> Maker:
    def one(kind: str, **parameters: Any) -> Any:
        given = {"device": "cpu", "compute_type": "float32", "max_new_tokens": 10, "intra_threads": 1, **parameters}
        return backends.create("ctranslate2", name="c", model=str(converted_model(kind)), **given)

    return one


@pytest.mark.parametrize("kind", ["marian", "nllb", "m2m", "t5"])
def test_the_converted_model_says_what_the_original_says(
    make: Maker, tiny_model: Callable[[str], Path], kind: str
) -> None:
    """Greedy in float32: texts, flags and token counts."""
    original = backends.create(
        "transformers", name="t", model=str(tiny_model(kind)), device="cpu", beams=1, max_new_tokens=10
    )
    wanted = original.translate(segments(*TEXTS, TEXTS[0] * 6), PAIR)
    found = make(kind, beams=1).translate(segments(*TEXTS, TEXTS[0] * 6), PAIR)
    assert [(h.text, h.flags) for h in found] == [(h.text, h.flags) for h in wanted]
    assert len({h.text for h in found}) > 1


@pytest.mark.parametrize("compute_type", ["float32", "int8"])
def test_order_and_batch_change_nothing(make: Maker, compute_type: str) -> None:
    backend = make("marian", compute_type=compute_type, beams=1)
    wanted = {h.id: h for h in backend.translate(segments(*TEXTS), PAIR)}
    backwards = {h.id: h for h in backend.translate(segments(*TEXTS)[::-1], PAIR)}
    alone = {s.id: backend.translate([s], PAIR)[0] for s in segments(*TEXTS)}
    assert wanted == backwards == alone


def test_nothing_is_cut_without_a_flag(make: Maker) -> None:
    """CTranslate2 by itself would cut input at 1,024 and output at 256 tokens, and say nothing."""
    long, unbroken = make("marian").translate(segments(TEXTS[0] * 6, "网络空间" * 30), PAIR)
    assert "split" in long.flags
    assert "truncated-input" in unbroken.flags
    assert "truncated-output" in long.flags
    ended = make("m2m", max_new_tokens=60).translate(segments(*TEXTS), PAIR)
    assert any("truncated-output" not in h.flags for h in ended)


def test_memory_that_runs_out_makes_batches_smaller(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = make("marian")
    wanted = backend.translate(segments(*TEXTS), PAIR)
    engine, budgets = backend._engine, []

    class Scarce:
        def translate_batch(self, *given: Any, **options: Any) -> Any:
            budgets.append(options["max_batch_size"])
            if budgets[-1] > 1024:
                raise RuntimeError("CUDA failed with error out of memory")
            return engine.translate_batch(*given, **options)

    monkeypatch.setattr(backend, "_engine", Scarce())
    assert backend.translate(segments(*TEXTS), PAIR) == wanted
    assert budgets == [4096, 2048, 1024]
    monkeypatch.setattr(backend, "_engine", engine)


def test_identity(make: Maker, converted_model: Callable[[str], Path]) -> None:
    plain = make("marian").system
    assert plain.parameters["beams"] == 2  # the publisher's, from before the conversion
    assert make("marian", intra_threads=2, batch=5).system.key == plain.key
    assert make("marian", compute_type="int8").system.key != plain.key
    assert make("marian", options={"length_penalty": 0.5}).system.key != plain.key


def test_wrong_parameters(make: Maker, tiny_model: Callable[[str], Path]) -> None:
    with pytest.raises(ConfigError, match="no compute type 'int4'"):
        make("marian", compute_type="int4")
    with pytest.raises(ConfigError, match="may not set 'beam_size'"):
        make("marian", options={"beam_size": 3})
    with pytest.raises(ConfigError, match="does not know"):
        make("marian", options={"no_such": 3}).translate(segments("会议"), PAIR)
    with pytest.raises(ConfigError, match="no target language"):
        make("nllb").translate(segments("会议"), LangPair("zh", "xx"))
    with pytest.raises(MissingModelError, match="not converted") as missing:
        backends.create("ctranslate2", name="c", model=str(tiny_model("marian")))
    assert "harness prefetch ctranslate2 --model" in str(missing.value)


def test_prefetch_converts_and_verifies(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    run = CliRunner()
    command = ["prefetch", "ctranslate2", "--model", str(tiny_model("marian")), "--output", str(tmp_path / "made")]
    done = run.invoke(app, [*command, "--json"], catch_exceptions=False)
    (manifest,) = json.loads(done.stdout)
    assert manifest["endpoint"].endswith(", int8")
    assert {"model.bin", "tokenizer/source.spm", "tokenizer/config.json"} <= {f["path"] for f in manifest["files"]}
    assert not any("safetensors" in f["path"] for f in manifest["files"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["made"]
    backend = backends.create("ctranslate2", name="c", model=str(tmp_path / "made"), device="cpu", max_new_tokens=5)
    assert backend.translate(segments("会议"), PAIR)[0].ok

    verify = ["prefetch", "--verify", "--model", str(tmp_path / "made")]
    assert run.invoke(app, verify, catch_exceptions=False).exit_code == 0
    (tmp_path / "made" / "tokenizer" / "source.spm").write_bytes(b"damaged")
    assert run.invoke(app, verify, catch_exceptions=False).exit_code == 3
    with pytest.raises(UserError, match="exists already"):
        run.invoke(app, command, catch_exceptions=False)
    chat = ["prefetch", "ctranslate2", "--model", str(tiny_model("llama")), "--output", str(tmp_path / "chat")]
    with pytest.raises(UserError, match="is a language model"):
        run.invoke(app, chat, catch_exceptions=False)
    with pytest.raises(ConfigError, match="no parameter 'output'"):
        run.invoke(app, ["prefetch", "comet", "--model", "a/b", "--output", "x"], catch_exceptions=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["made"]
