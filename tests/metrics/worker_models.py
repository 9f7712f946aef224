"""MetricX and BLEURT small enough for a test: the published layouts on disk, every weight a sine, nothing random."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

TEXT = [
    "source: candidate: reference: The meeting adopted the Beijing Declaration in 2024.",
    "source: candidate: reference: 会议通过了北京宣言，各国代表出席。",
    "A community with a shared future; the digital economy needs all countries.",
]


def fill(model: Any, scale: float) -> None:
    """Weights that no random number generator can change."""
    import torch

    with torch.no_grad():
        for i, (_, weights) in enumerate(sorted(model.named_parameters())):
            values = torch.sin(torch.arange(weights.numel(), dtype=torch.float64) * (1.7 + math.sqrt(i)))
            weights.copy_((values * scale).reshape(weights.shape))


def build_metricx(folder: Path) -> Path:
    """An mT5 of two layers with mT5's vocabulary, and a tokenizer, as MetricX has them."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import MT5Config, MT5ForConditionalGeneration, PreTrainedTokenizerFast

    # Every character is a piece: training would choose pieces by chance.
    pieces = ["<pad>", "</s>", "<unk>", "▁", *sorted({char for text in TEXT for char in text} - {" "})]
    tokenizer = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=2))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=1536
    ).save_pretrained(folder)
    model = MT5ForConditionalGeneration(
        MT5Config(vocab_size=250112, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, tie_word_embeddings=False)
    )
    fill(model, 0.5)
    model.lm_head.weight.data.mul_(-60)
    model.save_pretrained(folder)
    return folder


def build_bleurt(folder: Path) -> Path:
    """A BLEURT-20 of two layers and a sentencepiece model, for bleurt-pytorch."""
    import io

    import sentencepiece
    from bleurt_pytorch import BleurtConfig, BleurtForSequenceClassification, BleurtTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 4),
        model_writer=pieces,
        vocab_size=70,
        pad_id=0,
        unk_id=1,
        bos_id=-1,
        eos_id=-1,
        pad_piece="[PAD]",
        unk_piece="[UNK]",
        control_symbols=["[CLS]", "[SEP]", "[MASK]"],
        minloglevel=2,
    )
    (folder / "spm.model").write_bytes(pieces.getvalue())
    BleurtTokenizer.from_pretrained(folder).save_pretrained(folder)
    model = BleurtForSequenceClassification(
        BleurtConfig(
            vocab_size=128,
            embedding_size=8,
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=256,
        )
    )
    fill(model, 0.5)
    model.save_pretrained(folder)
    return folder
