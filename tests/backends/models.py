"""Translation and chat models small enough for a test: the real classes, random weights, the published layout on disk.

They are loaded by the code that loads published models. Weights are larger than initial ones are, so that different
texts get different outputs and no rounding decides between two tokens.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

TEXT = [
    "构建网络空间命运共同体。", "全球发展倡议，全球安全倡议。", "加强数字合作！",
    "2024年11月20日，世界互联网大会在乌镇开幕。",
    "习近平主席发表视频致辞；各国代表出席会议。", "我们愿同各国一道，把握数字化、网络化、智能化机遇。",
    "China will build a community with a shared future in cyberspace.", "The Global Development Initiative.",
    "We shall strengthen digital cooperation!", "The 2024 conference opened in Wuzhen on November 20.",
    "Representatives of many countries attended the meeting; he sent a video message.",
]  # fmt: skip
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def _pieces(folder: Path, name: str, size: int = 180, **options: Any) -> Path:
    """A sentencepiece model trained on a few sentences."""
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 3), model_prefix=str(folder / "trained"), vocab_size=size, minloglevel=2,
        character_coverage=1.0, hard_vocab_limit=False, num_threads=1, **options,
    )  # fmt: skip
    (folder / "trained.vocab").unlink()
    return (folder / "trained.model").rename(folder / name)


def _randomised(model: Any, seed: int, unlikely: Iterable[int], *, scale: float = 2.0) -> Any:
    """With larger random weights, and without a preference for the tokens that are `unlikely`."""
    import torch

    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1 and "norm" not in name:
            torch.nn.init.normal_(parameter, std=scale / parameter.shape[-1] ** 0.5)
    with torch.no_grad():
        model.get_output_embeddings().weight[list(unlikely)] *= 0.3
    return model.eval()


def marian(folder: Path, *, width: int = 32, layers: int = 2, positions: int = 40) -> Path:
    """As Helsinki-NLP/opus-mt-zh-en: two sentencepiece models, one vocabulary, the padding token begins the output."""
    import sentencepiece
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    for name in ("source.spm", "target.spm"):
        _pieces(folder, name)
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    tokens = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    words = ["</s>", "<unk>", *(t for t in tokens if t not in {"<s>", "</s>", "<unk>"}), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(words)}), encoding="utf-8")
    pad = len(words) - 1
    config = MarianConfig(
        vocab_size=len(words), d_model=width, encoder_layers=layers, decoder_layers=layers, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=2 * width, decoder_ffn_dim=2 * width,
        max_position_embeddings=positions,
        pad_token_id=pad, eos_token_id=0, bos_token_id=0, decoder_start_token_id=pad, scale_embedding=True,
        static_position_embeddings=True,
    )  # fmt: skip
    network = _randomised(MarianMTModel(config), 1, [])
    published = {"num_beams": 2, "bad_words_ids": [[pad]], "forced_eos_token_id": 0, "max_length": 40}
    network.get_input_embeddings().weight.data[pad] = 0.0  # as published: Marian begins its output from nothing
    network.generation_config.update(**published)
    network.save_pretrained(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends a package that it does not use
        MarianTokenizer.from_pretrained(str(folder), model_max_length=positions).save_pretrained(folder)
    return folder


def nllb(folder: Path) -> Path:
    """As facebook/nllb-200: M2M-100's network, languages named as in FLORES-200."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    path = _pieces(folder, "sentencepiece.bpe.model")
    tokenizer = NllbTokenizer(str(path), model_max_length=64)
    tokenizer.save_pretrained(folder)
    _m2m(M2M100Config, M2M100ForConditionalGeneration, tokenizer.convert_tokens_to_ids("zul_Latn")).save_pretrained(
        folder
    )
    return folder


def m2m(folder: Path) -> Path:
    """As facebook/m2m100: languages named "zh" and "en"."""
    import sentencepiece
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    path = _pieces(folder, "sentencepiece.bpe.model")
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    tokens = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    words = ["<s>", "<pad>", "</s>", "<unk>", *(t for t in tokens if t not in {"<s>", "</s>", "<unk>"})]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(words)}), encoding="utf-8")
    codes = [f"__{code}__" for code in FAIRSEQ_LANGUAGE_CODES["m2m100"]]  # listed in the published special_tokens_map
    tokenizer = M2M100Tokenizer(
        str(folder / "vocab.json"), str(path), model_max_length=64, additional_special_tokens=codes
    )
    tokenizer.save_pretrained(folder)
    _m2m(M2M100Config, M2M100ForConditionalGeneration, max(tokenizer.lang_token_to_id.values())).save_pretrained(folder)
    return folder


def _m2m(configure: Any, build: Any, last_code: int) -> Any:
    config = configure(
        vocab_size=last_code + 9, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=48, decoder_ffn_dim=48, max_position_embeddings=64,
    )  # fmt: skip
    return _randomised(build(config), 2, [0, 1, 3, *range(last_code - 220, last_code + 9)])


def t5(folder: Path) -> Path:
    """As google-t5/t5-small: no positions of its own, its task said in words."""
    from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

    path = _pieces(folder, "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    tokenizer = T5Tokenizer(str(path), extra_ids=4, model_max_length=96, legacy=False)
    tokenizer.save_pretrained(folder)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=48, num_layers=1, num_heads=4, decoder_start_token_id=0,
    )  # fmt: skip
    _randomised(T5ForConditionalGeneration(config), 3, [0, 2]).save_pretrained(folder)
    return folder


def llama(folder: Path) -> Path:
    """A chat model as Llama and Qwen are published: rotary positions, a fast tokenizer, a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    trained.train_from_iterator(TEXT * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=trained, eos_token="<|end|>", pad_token="<|pad|>")
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.add_special_tokens({"additional_special_tokens": special[2:]})
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=320, pad_token_id=0, eos_token_id=1, bos_token_id=1,
    )  # fmt: skip
    _randomised(LlamaForCausalLM(config), 4, range(5)).save_pretrained(folder)
    return folder


BUILDERS: dict[str, Callable[[Path], Path]] = {"marian": marian, "nllb": nllb, "m2m": m2m, "t5": t5, "llama": llama}
