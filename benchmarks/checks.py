"""How often the hypothesis checks fire on honest systems, what they catch, how fast they are.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/checks.py --data ../shared/data/wmt22-zh-en

Prints, for every file (12 systems, two references), the flags of its 1,875 hypotheses; then the share of shifted lines
that are flagged as line-shift, by length of the shifted run; then the share of planted damage of each kind that is
found (300 lines of one system each, seeded); then the time for the 12 systems.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from harness.checks import FLAGS, check_hypotheses
from harness.domain import Hypothesis, Kind, LangPair, Segment
from harness.files import read_text, split_lines

PAIR = LangPair("zh", "en")
CONTEXT = 200


def _words(text: str, change: Callable[[str], str], every: int = 3) -> str:
    return " ".join(change(w) if i % every == 1 else w for i, w in enumerate(text.split(" ")))


def _misread(text: str) -> str:
    return text.replace("'", "\u2019").replace('"', "\u201c").encode().decode("cp1252", errors="ignore")


#: What was done to a line: the flag that should find it, and the damage.
DAMAGE: dict[str, tuple[str, Callable[[str], str]]] = {
    "BPE pieces (@@)": ("subword-pieces", lambda t: _words(t, lambda w: w[:2] + "@@ " + w[2:] if len(w) > 3 else w)),
    "SentencePiece marks": ("subword-pieces", lambda t: "\u2581" + t.replace(" ", " \u2581")),
    "WordPiece marks": (
        "subword-pieces",
        lambda t: _words(t, lambda w: w[:2] + " ##" + w[2:] if w[2:].isalpha() else w),
    ),
    "<unk>": ("special-tokens", lambda t: _words(t, lambda _: "<unk>", 9)),
    "\u2047": ("special-tokens", lambda t: t + " \u2047"),
    "</s>": ("special-tokens", lambda t: t + "</s>"),
    "<|im_end|>": ("special-tokens", lambda t: t + "<|im_end|>"),
    "<end_of_turn>": ("special-tokens", lambda t: t + "<end_of_turn>"),
    "__en__": ("language-tags", lambda t: "__en__ " + t),
    ">>eng<<": ("language-tags", lambda t: ">>eng<< " + t),
    "eng_Latn": ("language-tags", lambda t: "eng_Latn " + t),
    "n-best line": ("n-best-line", lambda t: f"0 ||| {t} ||| -1.23"),
    "fairseq's H-": ("n-best-line", lambda t: f"H-12\t-0.31\t{t}"),
    "tokenised": ("tokenised", lambda t: re.sub(r"([.,!?;:])(?=\s|$)", r" \1", t)),
    "UTF-8 read as Windows-1252": ("mojibake", _misread),
    "question marks": ("mojibake", lambda t: re.sub(r"[A-Za-z]", "?", t)),
    "HTML tags": ("html-tags", lambda t: f"<b>{t}</b>"),
    "character references": ("html-entities", lambda t: t.replace("'", "&#39;").replace('"', "&quot;")),
    "Error: 429": ("error-text", lambda _: "Error: 429 Too Many Requests"),
    "None": ("error-text", lambda _: "None"),
    "{}": ("error-text", lambda _: "{}"),
    "runs of points": ("punctuation-run", lambda t: t + " . . . . . . . . . ."),
    "runs of ideographic stops": ("punctuation-run", lambda t: t + "\u3002" * 8),
    "refusal": ("refusal", lambda _: "I'm sorry, but I can't assist with that request."),
    "refusal in other words": (
        "refusal",
        lambda _: "This sentence seems to contain an error. Please provide a correct sentence.",
    ),
    "soft hyphens": ("invisible", lambda t: _words(t, lambda w: w[:2] + "\u00ad" + w[2:])),
    "zero-width spaces": ("invisible", lambda t: t.replace(" ", " \u200b")),
    "full-width Latin": (
        "unnormalised",
        lambda t: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() and c < "\x7f" else c for c in t),
    ),
    "ligatures": ("unnormalised", lambda t: t.replace("fi", "\ufb01")),
    "Cyrillic letters": ("homoglyph", lambda t: t.replace("o", "\u043e").replace("e", "\u0435")),
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    data = parser.parse_args().data
    sources = lines(data / "source.zh")
    files = {p.stem: lines(p) for p in sorted(data.glob("systems/*.en"))}
    systems = list(files)
    files |= {name: lines(data / f"{name}.en") for name in ("refA", "refB")}

    started = time.process_time()
    found = {name: check(sources, texts) for name, texts in files.items()}
    seconds = time.process_time() - started

    total: Counter[str] = Counter()
    for name, flags in found.items():
        counts = Counter(f for s in flags for f in s)
        total += counts
        print(f"{name:18}", "  ".join(f"{f} {counts[f]}" for f in FLAGS if counts[f]) or "clean")
    n = len(sources) * len(files)
    print(f"{'all':18}", "  ".join(f"{f} {total[f]} ({total[f] / n:.3%})" for f in FLAGS if total[f]))
    print(f"\n{'run':>5} {'flagged':>8} {'outside the run':>16}   (40 runs of a lost line, {CONTEXT} lines around)")
    for length in (1, 2, 3, 5, 10, 20, 50):
        hits, outside, lines_checked = 0, 0, 0
        rng = random.Random(7)
        for _ in range(40):
            k = rng.randrange(CONTEXT, len(sources) - CONTEXT - length - 1)
            whole = files[systems[rng.randrange(len(systems))]]
            part, source = whole[k - CONTEXT : k + length + CONTEXT], sources[k - CONTEXT : k + length + CONTEXT]
            part[CONTEXT : CONTEXT + length] = whole[k + 1 : k + length + 1]
            shifted = ["line-shift" in f for f in check(source, part)]
            inside = sum(shifted[CONTEXT : CONTEXT + length])
            hits, outside, lines_checked = hits + inside, outside + sum(shifted) - inside, lines_checked + len(part)
        print(f"{length:5} {hits / (40 * length):8.1%} {outside:7} of {lines_checked}")
    print(f"\n{'damage':34} {'flag':18} {'found':>6}")
    rng = random.Random(11)
    for what, (flag, damage) in DAMAGE.items():
        places = rng.sample([i for i, s in enumerate(sources) if len(s) > 14], 300)
        texts = [damage(files["Online-B"][i]) for i in places]
        changed = [(i, text) for i, text in zip(places, texts, strict=True) if text != files["Online-B"][i]]
        flagged = check([sources[i] for i, _ in changed], [text for _, text in changed])
        print(f"{what:34} {flag:18} {sum(flag in f for f in flagged) / len(flagged):6.1%}  of {len(flagged)}")
    print(f"\n{len(files)} files of {len(sources)} segments: {seconds:.1f} s of processor time")


def check(sources: list[str], texts: list[str]) -> list[frozenset[str]]:
    """The flags of one file."""
    segments = [Segment(str(i), "d", 1, Kind.SENTENCE, s) for i, s in enumerate(sources)]
    return list(check_hypotheses(segments, [Hypothesis(str(i), t) for i, t in enumerate(texts)], PAIR))


def lines(path: Path) -> list[str]:
    """The lines of a text file."""
    return split_lines(read_text(path).text)


if __name__ == "__main__":
    main()
