"""The transformers backend on real classes with random weights: exactness, limits, memory, identity, errors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.backends.catalogue import backends
from harness.backends.local.long_inputs import Output as PieceOutput
from harness.backends.local.long_inputs import Plan, assemble, plan
from harness.domain import Hypothesis, LangPair
from harness.errors import BackendError, ConfigError, InputError, MissingModelError
from tests.backends.samples import PAIR, TEXTS, Maker, segments

pytest.importorskip("transformers", reason="needs the extra transformers")


@pytest.fixture
def make(tiny_model: Callable[[str], Path]) -> Maker:
    def one(kind: str, **parameters: Any) -> Any:
        given = {"device": "cpu", "max_new_tokens": 10, **parameters}
        return backends.create("transformers", name="m", model=str(tiny_model(kind)), **given)

    return one


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("marian", {"beams": 1}),
        ("marian", {"beams": 3}),
        ("nllb", {}),
        ("m2m", {"max_new_tokens": 40}),
        ("t5", {}),
        ("llama", {}),
        ("llama", {"temperature": 0.8, "top_p": 0.9, "top_k": 50, "seed": 7}),
    ],
)
def test_order_batch_and_padding_change_nothing(make: Maker, kind: str, parameters: dict[str, Any]) -> None:
    """Also for sampling with a seed: each text has a random stream of its own."""
    backend = make(kind, **parameters)
    wanted = {h.id: h for h in backend.translate(segments(*TEXTS), PAIR)}
    assert len({h.text for h in wanted.values()}) > 1  # else this would prove nothing
    backwards = {h.id: h for h in backend.translate(segments(*TEXTS)[::-1], PAIR)}
    alone = {s.id: backend.translate([s], PAIR)[0] for s in segments(*TEXTS)}
    small = {h.id: h for h in make(kind, batch_tokens=40, **parameters).translate(segments(*TEXTS), PAIR)}
    assert wanted == backwards == alone == small
    assert all(h.usage and h.usage.input_tokens and h.usage.output_tokens for h in wanted.values())


def test_greedy_output_is_what_generate_alone_gives(make: Maker, tiny_model: Callable[[str], Path]) -> None:
    """Against transformers' own call on one unpadded text."""
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from harness.backends.local.seq2seq import quiet

    with quiet(), torch.inference_mode():
        tokenizer = AutoTokenizer.from_pretrained(str(tiny_model("m2m")), src_lang="zh")
        model = AutoModelForSeq2SeqLM.from_pretrained(str(tiny_model("m2m"))).eval()
        english = tokenizer.get_lang_id("en")
        wanted = []
        for text in TEXTS:
            inputs = tokenizer(text, return_tensors="pt")
            assert inputs["input_ids"][0, 0] == tokenizer.get_lang_id("zh")
            ids = model.generate(**inputs, forced_bos_token_id=english, max_new_tokens=40, do_sample=False)[0].tolist()
            wanted.append(tokenizer.decode([i for i in ids if i != english], skip_special_tokens=True).strip())
    found = make("m2m", max_new_tokens=40).translate(segments(*TEXTS), PAIR)
    assert [h.text for h in found] == wanted


def test_languages_are_told_in_the_models_own_codes(make: Maker) -> None:
    backend = make("nllb")
    backend.translate(segments(TEXTS[0]), PAIR)
    tokenizer, texts = backend._texts.tokenizer, backend._texts
    assert tokenizer.src_lang == "zho_Hans"
    assert texts.forced == tokenizer.convert_tokens_to_ids("eng_Latn")
    assert texts.encode("会议")[0] == tokenizer.convert_tokens_to_ids("zho_Hans")
    texts.turn_to(LangPair("zh_Hant", "fr"))
    assert (tokenizer.src_lang, texts.forced) == ("zho_Hant", tokenizer.convert_tokens_to_ids("fra_Latn"))
    with pytest.raises(ConfigError, match="no target language 'xx'"):
        backend.translate(segments(TEXTS[0]), LangPair("zh", "xx"))
    named = make("nllb", target_code="deu_Latn")
    named.translate(segments(TEXTS[0]), PAIR)
    assert named._texts.forced == tokenizer.convert_tokens_to_ids("deu_Latn")


def test_t5_is_told_its_task_in_words(make: Maker) -> None:
    backend = make("t5")
    told = make("t5", prefix="translate {source_language} to {target_language}: ")
    other = make("t5", prefix="summarize: ")
    texts = segments(*TEXTS)
    assert backend.translate(texts, PAIR) == told.translate(texts, PAIR) != other.translate(texts, PAIR)
    with pytest.raises(ConfigError, match=r"field \{language\}"):
        make("t5", prefix="{language}")


def test_output_that_does_not_end_is_flagged(make: Maker) -> None:
    """The model's own forced_eos_token_id would hide it: the last token is an end that the model did not want."""
    found = make("marian").translate(segments(*TEXTS), PAIR)
    assert all("truncated-output" in h.flags for h in found if h.usage and h.usage.output_tokens == 10)
    assert any("truncated-output" in h.flags for h in found)
    ended = make("m2m", max_new_tokens=60).translate(segments(*TEXTS), PAIR)
    assert any("truncated-output" not in h.flags for h in ended)


def test_long_segments_are_split_and_nothing_is_lost(make: Maker) -> None:
    long = "构建网络空间命运共同体。" * 5 + "加强数字合作！"
    backend = make("marian")
    (found,) = backend.translate(segments(long), PAIR)
    assert "split" in found.flags
    assert "truncated-input" not in found.flags
    alone = backend.translate(
        segments("构建网络空间命运共同体。" * 3, "构建网络空间命运共同体。" * 2 + "加强数字合作！"), PAIR
    )
    assert found.text == " ".join(h.text for h in alone)
    assert found.usage.output_tokens == sum(h.usage.output_tokens for h in alone)


def test_what_cannot_be_split_is_truncated_and_flagged(make: Maker) -> None:
    (found,) = make("marian").translate(segments("网络空间" * 30), PAIR)
    assert "truncated-input" in found.flags
    assert found.text


def test_a_prompt_without_room_is_an_error_of_its_segment(make: Maker) -> None:
    found = make("llama", max_input_tokens=20).translate(segments("会议"), PAIR)
    assert "no room for the text" in found[0].error
    with pytest.raises(ConfigError, match="leaves no room"):
        make("llama", max_new_tokens=320).translate(segments("会议"), PAIR)


def test_out_of_memory_halves_the_batch(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    wanted = make("marian").translate(segments(*TEXTS), PAIR)
    backend = make("marian")
    engine, _ = backend._loaded()
    real, sizes = engine.model.generate, []

    def scarce(**given: Any) -> Any:
        sizes.append(len(given["input_ids"]))
        if sizes[-1] > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return real(**given)

    monkeypatch.setattr(engine.model, "generate", scarce)
    assert backend.translate(segments(*TEXTS), PAIR) == wanted
    assert sizes == [5, 2, 3, 1, 2]  # 5 is too much, 3 shorter ones as well; both times the budget shrinks for good
    monkeypatch.setattr(engine.model, "generate", lambda **_: (_ for _ in ()).throw(MemoryError()))
    assert all("not enough memory" in h.error for h in backend.translate(segments(*TEXTS), PAIR))


def test_an_empty_answer_stays_empty(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """MarianMT makes nothing of some valid texts; that is its answer, and checks flag it."""
    import torch

    backend = make("marian")
    engine, _ = backend._loaded()
    start = engine._pad
    monkeypatch.setattr(engine.model, "generate", lambda **g: torch.tensor([[start, 0]] * len(g["input_ids"])))
    assert [h.text for h in backend.translate(segments("会议"), PAIR)] == [""]


def test_identity_and_determinism(make: Maker, tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    plain = make("marian").system
    assert plain.parameters["beams"] == 2  # the publisher's
    assert plain.deterministic
    assert make("marian", batch=3, batch_tokens=99).system.key == plain.key
    changes = ({"beams": 1}, {"dtype": "bfloat16"}, {"max_new_tokens": 11}, {"target_code": "en"}, {"prefix": "x"})
    assert len({make("marian", **c).system.key for c in changes} | {plain.key}) == 6
    assert not make("llama", temperature=1.0).system.deterministic
    assert make("llama", temperature=1.0, seed=0).system.deterministic
    assert make("llama", prompt="Say in English: {text}").system.key != make("llama").system.key

    copied = Path(shutil.copytree(tiny_model("marian"), tmp_path / "copy"))
    revision = backends.create("transformers", name="m", model=str(copied)).system.revision
    assert revision == plain.revision
    (copied / "README.md").write_text("# Notes", encoding="utf-8")
    assert backends.create("transformers", name="m", model=str(copied)).system.revision == plain.revision
    vocabulary = json.loads((copied / "vocab.json").read_text(encoding="utf-8"))
    (copied / "vocab.json").write_text(json.dumps(vocabulary) + " ", encoding="utf-8")
    assert backends.create("transformers", name="m", model=str(copied)).system.revision != plain.revision


def test_unseeded_sampling_varies(make: Maker) -> None:
    first, second = (make("llama", temperature=2.0).translate(segments(*TEXTS), PAIR) for _ in range(2))
    assert first != second


def test_sampling_draws_from_the_softmax() -> None:
    """Gumbel noise and a maximum against the probabilities: 4,000 draws, five standard errors."""
    import torch

    from harness.backends.local.generation import GumbelSampler

    probabilities = torch.tensor([0.5, 0.3, 0.15, 0.05])
    sampler = GumbelSampler([f"7\0{i}" for i in range(4000)])
    scores = probabilities.log().repeat(4000, 1)
    drawn = torch.bincount(sampler(None, scores).argmax(-1), minlength=4) / 4000
    error = (probabilities * (1 - probabilities) / 4000).sqrt()
    assert ((drawn - probabilities).abs() < 5 * error).all()


@pytest.mark.parametrize(
    ("kind", "parameters", "problem"),
    [
        ("marian", {"dtype": "int8"}, "no dtype 'int8'"),
        ("marian", {"device": "tpu"}, "no device 'tpu'"),
        ("marian", {"beams": 0}, "'beams' is 0"),
        ("marian", {"beams": 2, "temperature": 1.0}, "exclude each other"),
        ("marian", {"seed": 3}, "are for sampling"),
        ("marian", {"generation": {"num_beams": 3}}, "may not set 'num_beams'"),
        ("marian", {"batch": 0}, "'batch' is 0"),
        ("marian", {"revision": "main"}, "has no revision"),
        ("llama", {"prompt": "no field"}, r"has no \{text\}"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_loads(
    make: Maker, kind: str, parameters: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Exception, match=problem):
        make(kind, **parameters)


def test_unknown_generation_fields_are_refused(make: Maker) -> None:
    with pytest.raises(ConfigError, match="'no_such_field'"):
        make("marian", generation={"no_such_field": 3}).translate(segments("会议"), PAIR)


def test_missing_and_damaged_models_are_told_apart(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(MissingModelError) as missing:
        backends.create("transformers", name="m", model="Org/absent", cache=str(tmp_path))
    assert "harness prefetch transformers --model Org/absent" in str(missing.value)
    cut = Path(shutil.copytree(tiny_model("marian"), tmp_path / "cut"))
    weights = (cut / "model.safetensors").read_bytes()
    (cut / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(InputError, match="cannot be loaded"):
        backends.create("transformers", name="m", model=str(cut)).translate(segments("会议"), PAIR)
    (cut / "model.safetensors").unlink()
    with pytest.raises(MissingModelError, match="lacks"):
        backends.create("transformers", name="m", model=str(cut))
    (cut / "config.json").write_text('{"architectures": ["BertForMaskedLM"]}', encoding="utf-8")
    (cut / "model.safetensors").write_bytes(weights)
    with pytest.raises(ConfigError, match="writes no text"):
        backends.create("transformers", name="m", model=str(cut))


def test_a_model_without_a_chat_template_says_so(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    bare = Path(shutil.copytree(tiny_model("llama"), tmp_path / "bare"))
    (bare / "chat_template.jinja").unlink()
    backend = backends.create("transformers", name="m", model=str(bare), device="cpu", max_new_tokens=4)
    with pytest.raises(ConfigError, match="no chat template"):
        backend.translate(segments("会议"), PAIR)
    given = "{{ messages[-1]['content'] }}<|assistant|>"
    templated: Any = backends.create(
        "transformers", name="m", model=str(bare), device="cpu", max_new_tokens=4, chat_template=given
    )
    templated.translate(segments("会议"), PAIR)
    assert 0 < len(templated._texts.encode("会议")) < 12
    refusing = "{{ raise_exception('System role not supported') }}"
    backend = backends.create(
        "transformers", name="m", model=str(bare), device="cpu", max_new_tokens=4, chat_template=refusing
    )
    with pytest.raises(ConfigError, match="System role not supported"):
        backend.translate(segments("会议"), PAIR)


def test_the_constructor_imports_nothing_heavy(tiny_model: Callable[[str], Path]) -> None:
    code = (
        "import sys\nfrom harness.backends.catalogue import backends\n"
        f"backends.create('transformers', name='m', model={str(tiny_model('marian'))!r})\n"
        "assert not {'torch', 'transformers', 'numpy', 'sentencepiece'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pieces_hold_all_of_the_text() -> None:
    text = "第一句话。“第二句话！”第三句，很长很长很长很长很长很长，还没有完；3.5 percent. Next one"
    made: Plan = plan(segments(text)[0], lambda t: [0] * (len(t) + 1), 14)
    assert "".join(p.text for p in made.pieces).replace(" ", "") == text.replace(" ", "")
    assert all(len(p.ids) <= 14 for p in made.pieces)
    assert made.flags == {"split"}
    assert any(p.text.endswith("！”") for p in made.pieces)
    with pytest.raises(BackendError, match="no room"):
        plan(segments(text)[0], lambda t: [0] * (len(t) + 20), 14)
    outputs = [PieceOutput(f"p{i}", tokens=2) for i in range(len(made.pieces))]
    joined: Hypothesis = assemble(made, outputs, LangPair("en", "zh"))
    assert joined.text == "".join(f"p{i}" for i in range(len(made.pieces)))  # Chinese has no spaces
    failed = assemble(made, [*outputs[:-1], PieceOutput(None, error="refused")], PAIR)
    assert (failed.text, failed.error) == (None, "refused")
