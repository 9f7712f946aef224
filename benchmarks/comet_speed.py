"""COMET: this engine against unbabel-comet's own `predict`, same model, same data, same process, one CPU thread.

    python benchmarks/comet_speed.py                    # 24 layers, 8 segments: about 12 minutes
    python benchmarks/comet_speed.py --segments 64      # longer, and nearer to a whole test set
    python benchmarks/comet_speed.py --segments 64 --layers 4
    python benchmarks/comet_speed.py --count            # only tokens, as XLM-R cuts them (pip install blingfire)
    python benchmarks/comet_speed.py --precision bf16   # where the CPU multiplies bf16 itself (AVX512-BF16, AMX)

The model is a COMET regression model of XLM-R-large's shape (width 1024, 16 heads, 4096 inner) with random weights:
speed does not depend on what the weights are. With fewer than its 24 layers, what surrounds the encoder weighs more.
Texts are WMT22 Chinese-English (../shared/data/wmt22-zh-en); the tokenizer is trained on them and cuts them into about
as many pieces as XLM-R's. Each cell is timed once after a warm-up, COMET and this
engine in turn, in CPU seconds of the one thread: other work on the machine stretches the clock, and these less.

Nearly all of the time is matrix products of tokens, equally fast on both sides, so the ratio is that of the tokens that
go through the encoder, padding included. Tokens can be counted without noise, for the segments that are timed and for
the whole test set: the last two columns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.files import read_text, split_lines

DATA = Path(__file__).parents[2] / "shared" / "data" / "wmt22-zh-en"
SYSTEMS = (1, 4, 15)
#: COMET's own default.
BATCH = 16


def main() -> None:
    """Build the model, time both engines, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=24)
    parser.add_argument("--segments", type=int, default=8)
    parser.add_argument("--systems", type=int, nargs="+", default=SYSTEMS)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--batch-tokens", type=int, default=None)
    parser.add_argument("--own-layers", action="store_true", help="also time batches of one length without packing")
    parser.add_argument("--count", action="store_true", help="only count the tokens of the whole test set")
    options = parser.parse_args()
    if options.count:
        count(options.systems)
        return

    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    print(f"torch {torch.__version__}, one thread, bf16 products in hardware: {_has_bf16(torch)}")
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = build(Path(folder), options.layers)
        compare(checkpoint, options)


def compare(checkpoint: Path, options: argparse.Namespace) -> None:
    """Print one row for each number of systems."""
    from harness.metrics.comet.checkpoint import find_checkpoint
    from harness.metrics.comet.engine import Engine
    from harness.metrics.comet.loading import load_model
    from harness.metrics.comet.scoring import Sample, SentenceScorer

    theirs = load_model(find_checkpoint(str(checkpoint)))
    engine = Engine(
        load_model(find_checkpoint(str(checkpoint))), precision=options.precision, batch_tokens=options.batch_tokens
    )
    ours = SentenceScorer(engine)
    _predict(theirs, rows(1, 2))
    print(f"{options.layers} layers, {options.segments} segments, {options.precision}, budget {engine.budget} tokens")
    print(
        "systems  COMET predict s  engine s  ratio  largest difference"
        + "  unpacked s" * options.own_layers
        + "  tokens ratio  of all segments"
    )
    tokenizer = engine.model.encoder.tokenizer

    def lengths(texts: list[str]) -> list[int]:
        return [len(ids) for ids in tokenizer(texts)["input_ids"]]

    for count in options.systems:
        given = rows(count, options.segments)
        samples = [Sample(r["src"], r["mt"], r["ref"]) for r in given]
        start = time.process_time()
        expected = _predict(theirs, given)
        middle = time.process_time()
        found = ours.score(samples).scores
        end = time.process_time()
        slow, fast = middle - start, end - middle
        line = f"{count:7}  {slow:15.1f}  {fast:8.1f}  {slow / fast:5.2f}  {np.abs(found - expected).max():18.1e}"
        if options.own_layers:
            engine.packed = False
            start = time.process_time()
            ours.score(samples)
            line += f"  {time.process_time() - start:10.1f}"
            engine.packed = True
        everything = rows(count, len(_lines("source.zh")))
        print(f"{line}  {work_ratio(given, lengths):12.2f}  {work_ratio(everything, lengths):15.2f}", flush=True)


def count(systems: Sequence[int]) -> None:
    """Print `work_ratio` of the whole test set, by XLM-R's own vocabulary."""
    import blingfire

    model = blingfire.load_model(str(Path(blingfire.__file__).with_name("xlm_roberta_base.bin")))

    def lengths(texts: list[str]) -> list[int]:
        return [2 + len(blingfire.text_to_ids(model, text, 510, 3, no_padding=True)) for text in texts]

    for number in systems:
        print(f"{number:7}  {work_ratio(rows(number, len(_lines('source.zh'))), lengths):5.2f}")


def work_ratio(given: Sequence[Mapping[str, str]], lengths_of: Callable[[list[str]], list[int]]) -> float:
    """How many tokens COMET's encoder works through, padding included, for each that a distinct text has."""
    distinct = list(dict.fromkeys(text for row in given for text in row.values()))
    lengths = dict(zip(distinct, lengths_of(distinct), strict=True))
    # As `predict` does: sorted by the length of the source, source and hypothesis and reference padded apart.
    ordered = sorted(given, key=lambda row: len(row["src"]))
    batches = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    padded = sum(max(lengths[row[side]] for row in b) * len(b) for b in batches for side in ("src", "mt", "ref"))
    return padded / sum(lengths.values())


def rows(systems: int, segments: int) -> list[Mapping[str, str]]:
    """Segments spread over the test set, for each of the first `systems` outputs.

    Fifteen systems are twelve real ones and doubles of three. A double says what its original says with the first word
    last; but where the original says the same as another real system, so does the double. So texts are as long, and as
    often repeated, as those of real systems.
    """
    source, reference = _lines("source.zh"), _lines("refA.en")
    outputs = [split_lines(read_text(p).text) for p in sorted((DATA / "systems").glob("*.en"))]
    doubles = [
        [
            text if sum(text == other[i] for other in outputs) > 1 else " ".join([*text.split()[1:], *text.split()[:1]])
            for i, text in enumerate(output)
        ]
        for output in outputs[:3]
    ]
    every = len(source) // segments
    chosen = range(0, every * segments, every)
    return [
        {"src": source[i], "mt": output[i], "ref": reference[i]}
        for output in (outputs + doubles)[:systems]
        for i in chosen
    ]


def build(folder: Path, layers: int) -> Path:
    """A checkpoint folder: COMET's regression class over XLM-R-large's layers, random weights."""
    import yaml
    from comet.models import RegressionMetric
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import XLMRobertaConfig, XLMRobertaTokenizerFast

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        _lines("source.zh") + _lines("refA.en") + _lines("refB.en"),
        trainers.UnigramTrainer(vocab_size=8000, special_tokens=special, unk_token="<unk>", show_progress=False),
    )
    encoder = folder / "model" / "encoder"
    XLMRobertaTokenizerFast(tokenizer_object=tokenizer, model_max_length=512).save_pretrained(encoder)
    XLMRobertaConfig(
        vocab_size=8000,
        hidden_size=1024,
        num_hidden_layers=layers,
        num_attention_heads=16,
        intermediate_size=4096,
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    ).save_pretrained(encoder)
    import torch

    torch.manual_seed(1)
    hparams: dict[str, Any] = {
        "pretrained_model": str(encoder),
        "layer_transformation": "sparsemax",
        "layer_norm": False,
        "class_identifier": "regression_metric",
    }
    given = {k: v for k, v in hparams.items() if k != "class_identifier"}
    model = RegressionMetric(**given, load_pretrained_weights=False, local_files_only=True)
    (folder / "model" / "checkpoints").mkdir()
    (folder / "model" / "hparams.yaml").write_text(yaml.safe_dump(hparams), encoding="utf-8")
    torch.save(
        {"state_dict": model.state_dict(), "hyper_parameters": hparams}, folder / "model" / "checkpoints" / "model.ckpt"
    )
    return folder / "model"


def _predict(model: Any, given: Sequence[Mapping[str, str]]) -> Any:
    return np.array(model.predict(list(given), batch_size=BATCH, gpus=0, num_workers=0, progress_bar=False).scores)


def _lines(name: str) -> list[str]:
    return split_lines(read_text(DATA / name).text)


def _has_bf16(torch: Any) -> bool:
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(probe and probe())


if __name__ == "__main__":
    main()
