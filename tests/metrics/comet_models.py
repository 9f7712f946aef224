"""COMET models small enough for a test: the real classes, random weights, the published layout on disk.

A tiny XLM-R (3 layers, width 24) with a unigram tokenizer trained here; `hparams.yaml` and `checkpoints/model.ckpt` as
on the hub, with the encoder under a path of "the publisher's machine" that does not exist, and the encoder's tokenizer
and config in `encoder/`. They are loaded by the code that loads published models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

POSITIONS = 98  # room for 96 tokens, so that truncation can be tested with short texts
TEXT = [
    "China will peak carbon emissions before 2030 and build a community with a shared future in cyberspace.",
    "中国在2030年前实现碳达峰，构建网络空间命运共同体。数字经济的发展需要各国共同努力，第二十三次会议。",
    "The weather is fine today; let us go to the park. He said: very good. The 23rd meeting was held in Beijing.",
    "今天天气很好，我们去公园吧。他说：很好。会议在北京举行，习近平主席发表讲话，各国代表出席。",
]
HPARAMS: dict[str, dict[str, Any]] = {
    "regression_metric": {"layer": "mix", "layer_transformation": "sparsemax", "layer_norm": False, "pool": "avg"},
    "referenceless_regression_metric": {
        "layer": "mix",
        "layer_transformation": "softmax",
        "layer_norm": True,
        "pool": "cls",
    },
    "unified_metric": {
        "sent_layer": "mix",
        "layer_transformation": "sparsemax",
        "layer_norm": False,
        "input_segments": ["mt", "src"],
        "word_layer": 2,
    },
    "xcomet_metric": {"sent_layer": "mix", "layer_transformation": "softmax", "layer_norm": True, "word_layer": 2},
}


def build_encoder(folder: Path) -> Path:
    """Tokenizer and config of a tiny XLM-R, the tokenizer trained on a few sentences."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import XLMRobertaConfig, XLMRobertaTokenizerFast

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    alphabet = sorted({c for line in TEXT for c in line})
    tokenizer.train_from_iterator(
        TEXT * 4,
        trainers.UnigramTrainer(
            vocab_size=260, special_tokens=special, unk_token="<unk>", initial_alphabet=alphabet, show_progress=False
        ),
    )
    fast = XLMRobertaTokenizerFast(tokenizer_object=tokenizer, model_max_length=POSITIONS - 2)
    fast.save_pretrained(folder)
    XLMRobertaConfig(
        vocab_size=len(fast),
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=POSITIONS,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        layer_norm_eps=1e-5,
    ).save_pretrained(folder)
    return folder


def reshaped(encoder: Path, model_type: str) -> Path:
    """The same tokenizer under another architecture: "xlm-roberta-xl" normalises before its layers, not after."""
    import json
    import shutil

    folder = encoder.with_name(f"{encoder.name}-{model_type}")
    if not folder.exists():
        shutil.copytree(encoder, folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config |= {"model_type": model_type, "architectures": None}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def build_checkpoint(folder: Path, encoder: Path, architecture: str, **changes: Any) -> Path:
    """A checkpoint folder of one of COMET's architectures with random weights, as its publisher would save it."""
    import shutil

    import torch
    from comet.models import str2model

    hparams: dict[str, Any] = {
        "nr_frozen_epochs": 0.3,
        "encoder_model": "XLM-RoBERTa",
        "pretrained_model": str(encoder),
        "dropout": 0.1,
        "hidden_sizes": [16, 8],
        "activations": "Tanh",
        "final_activation": None,
        **HPARAMS[architecture],
        **changes,
    }
    torch.manual_seed(11)
    model = str2model[architecture](**hparams, load_pretrained_weights=False, local_files_only=True)
    for parameter in model.parameters():
        if parameter.dim() > 1:  # larger than initial weights are, so that different texts get different scores
            torch.nn.init.normal_(parameter, std=2.0 / parameter.shape[-1] ** 0.5)
    if getattr(model, "word_level", False):
        # Some words must be errors and some not: no label may be favoured on average.
        rows = [{"mt": text, "src": text, "ref": text} for text in TEXT]
        inputs = model.eval().prepare_sample(rows, stage="predict")
        with torch.no_grad():
            model.hidden2tag.bias -= torch.cat([model(**one).logits.flatten(0, 1) for one in inputs]).mean(0)
    saved = dict(hparams, class_identifier=architecture, pretrained_model="/home/publisher/models/encoder")
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "hparams.yaml").write_text(yaml.safe_dump(saved), encoding="utf-8")
    torch.save(
        {
            "state_dict": model.state_dict(),
            "hyper_parameters": saved,
            "pytorch-lightning_version": "1.8.2",
            "epoch": 0,
            "global_step": 0,
        },
        folder / "checkpoints" / "model.ckpt",
    )
    shutil.copytree(encoder, folder / "encoder")
    return folder


def comet_itself(folder: Path) -> Any:
    """The model as unbabel-comet loads it: hparams.yaml rewritten for the moved encoder, and reloaded."""
    import shutil

    from comet import load_from_checkpoint

    moved = folder.with_name(folder.name + "-for-comet")
    if not moved.exists():
        shutil.copytree(folder, moved)
        hparams = yaml.safe_load((moved / "hparams.yaml").read_text(encoding="utf-8"))
        hparams["pretrained_model"] = str(moved / "encoder")
        (moved / "hparams.yaml").write_text(yaml.safe_dump(hparams), encoding="utf-8")
    return load_from_checkpoint(str(moved / "checkpoints" / "model.ckpt"), reload_hparams=True, local_files_only=True)


def predict(model: Any, rows: Sequence[Mapping[str, str]], batch_size: int = 4) -> Any:
    """COMET's own prediction on the CPU, in this process, without a progress bar."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Lightning's own use of torch and torchmetrics; not ours to mend
        return model.predict(list(rows), batch_size=batch_size, gpus=0, num_workers=0, progress_bar=False)
