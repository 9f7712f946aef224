"""What the harness costs over the bare loop of an engine: transformers and CTranslate2, greedy, on the processor.

    python -m benchmarks.engines [--width 512] [--layers 6] [--segments 256] [--rounds 5]

The model is a Marian network with random weights (the defaults are the size of OPUS-MT), so both sides decode the same
tokens to the same length. The bare loop does what a user's script would: windows of 64 texts sorted by length, padded
batches, `generate` or `translate_batch`, decoding. The harness does the same through `translate_all` with its cache on
the disk. Rounds alternate; processor time is compared, because other work on the machine moves wall time. Target: 3%.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.backends import segments_of
from harness.backends.catalogue import backends
from harness.backends.local.ct2_conversion import ConvertedModel
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, LangPair, Segment
from harness.hub.fetch import Hub
from harness.store.translation_cache import TranslationCache
from tests.backends.models import TEXT, marian

PAIR = LangPair("zh", "en")
WINDOW, LONGEST = 64, 24


def windows(texts: Sequence[str]) -> list[list[str]]:
    """Batches of WINDOW texts, as the harness makes them too: both sides compute the same tensors."""
    return [sorted(texts[start : start + WINDOW], key=len) for start in range(0, len(texts), WINDOW)]


def bare_transformers(folder: Path) -> Callable[[Sequence[str]], Any]:
    """A script's loop over transformers."""
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    model.generation_config.forced_eos_token_id = None
    model.generation_config.max_length = 20

    def loop(texts: Sequence[str]) -> list[str]:
        out = []
        for batch in windows(texts):
            with torch.inference_mode():
                inputs = tokenizer(batch, return_tensors="pt", padding=True)
                ids = model.generate(**inputs, num_beams=1, do_sample=False, max_new_tokens=LONGEST)
            out += tokenizer.batch_decode(ids, skip_special_tokens=True)
        return out

    return loop


def bare_ctranslate2(folder: Path) -> Callable[[Sequence[str]], Any]:
    """A script's loop over CTranslate2."""
    import ctranslate2
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer")
    engine = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8", intra_threads=1)

    def loop(texts: Sequence[str]) -> list[str]:
        out = []
        for start in range(0, len(texts), WINDOW):
            batch = [tokenizer.convert_ids_to_tokens(tokenizer.encode(t)) for t in texts[start : start + WINDOW]]
            found = engine.translate_batch(
                batch, beam_size=1, max_batch_size=4096, batch_type="tokens", max_decoding_length=LONGEST
            )
            out += [tokenizer.decode(tokenizer.convert_tokens_to_ids(f.hypotheses[0])) for f in found]
        return out

    return loop


def measured(work: Callable[[], Any]) -> tuple[float, float]:
    """Processor and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def compare(
    what: str, bare: Callable[[Sequence[str]], Any], backend: Any, segments: list[Segment], rounds: int
) -> None:
    """Print both sides and the ratio of their medians."""
    texts = [s.source for s in segments]

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder, TranslationCache(Path(folder) / "c.db") as cache:
            found = translate_all(backend, segments, PAIR, policy=BackendPolicy(), cache=cache)
        assert all(h.ok for h in found)

    bare(texts[:WINDOW])
    backend.translate(segments[:WINDOW], PAIR)
    pairs = [(measured(lambda: bare(texts)), measured(ours)) for _ in range(rounds)]
    scripts = statistics.median(p[0][0] for p in pairs)
    harness = statistics.median(p[1][0] for p in pairs)
    ratios = sorted(o[0] / b[0] for b, o in pairs)
    print(
        f"{what:14} bare {scripts:6.2f} s  harness {harness:6.2f} s  medians {harness / scripts - 1:+.1%}, "
        f"single rounds {ratios[0] - 1:+.1%} to {ratios[-1] - 1:+.1%}  "
        f"({scripts / len(texts) * 1000:.1f} ms a segment)"
    )


def main() -> None:
    """Build the models, run both sides, print the table."""
    import torch

    parser = argparse.ArgumentParser()
    for name, value in {"width": 512, "layers": 6, "segments": 256, "rounds": 5}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    sources = [TEXT[i % 6] + s.source[:8] for i, s in enumerate(segments_of(given.segments))]
    segments = [
        Segment(s.id, s.document, 1, s.kind, t) for s, t in zip(segments_of(given.segments), sources, strict=True)
    ]
    with tempfile.TemporaryDirectory() as root:
        folder = marian(Path(root) / "marian", width=given.width, layers=given.layers, positions=512)
        ConvertedModel(output=Path(root) / "ct2").fetch(Hub(), str(folder), None)
        options = {"device": "cpu", "beams": 1, "max_new_tokens": LONGEST}
        backend = backends.create(
            "transformers", name="m", model=str(folder), batch=WINDOW, batch_tokens=WINDOW * 64, **options
        )
        compare("transformers", bare_transformers(folder), backend, segments, given.rounds)
        backend.close()
        backend = backends.create("ctranslate2", name="c", model=str(Path(root) / "ct2"), intra_threads=1, **options)
        compare("ctranslate2", bare_ctranslate2(Path(root) / "ct2"), backend, segments, given.rounds)
        backend.close()


if __name__ == "__main__":
    main()
