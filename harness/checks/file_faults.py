"""What is wrong with a file as a whole: where so many of its lines have one fault that the file was made wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.checks.lookalikes import lookalikes, may_have_lookalikes
from harness.domain import TestSet

#: A kind of flag on more than this share of a file's lines, and on three at least, is a fault of the file. The honest
#: outputs of WMT22 have any one kind on at most 0.4% of their lines.
SHARE = 0.03
_LEAST = 3

#: Flag to what the lines have, and what mends it.
_FAULTS: Mapping[str, tuple[str, str]] = {
    "empty": ("are empty", "look for a crash or a limit of length in the system"),
    "invented": ("have a text where the source has none", "check that the lines belong to these sources"),
    "copied-source": ("are the source again", "check that the system got the right direction"),
    "untranslated": ("are in the source's script", "check that the system got the right direction"),
    "wrong-language": (
        "are in a language that nobody asked for",
        "check the target language that the system was given",
    ),
    "subword-pieces": ("have subword pieces", "join them before scoring: sed -E 's/@@( |$)//g', or spm_decode"),
    "special-tokens": ("have tokens of a model", "decode with skip_special_tokens, or remove them before scoring"),
    "language-tags": ("have language tags", "remove the forced first token before scoring"),
    "n-best-line": (
        "are lines of another program's format",
        "keep the text alone: cut -f3 of fairseq's H- lines, or the best of n",
    ),
    "tokenised": ("are tokenised", "detokenise before scoring: sacremoses -l en detokenize"),
    "mojibake": ("were read in a wrong encoding", "read the system's output as UTF-8"),
    "html-entities": ("have character references", "unescape them before scoring (Python: html.unescape)"),
    "html-tags": ("have tags of a web page", "remove them before scoring"),
    "error-text": ("are error messages", "translate these lines again: an error is no translation"),
    "refusal": ("are refusals of a chat model", "look at the prompt, or take another model for these lines"),
    "control-characters": ("have control characters", "look at how the file was written"),
    "loop": ("repeat themselves", "set a repetition penalty or a shorter limit of length"),
    "punctuation-run": ("have runs of marks", "set a repetition penalty or a shorter limit of length"),
    "length-ratio": (
        "are far too long or too short",
        "look for cut lines, and whether they belong to these sources",
    ),
    "line-shift": ("belong to a neighbouring source", "look for a lost or doubled line"),
    "invisible": ("have characters that cannot be seen", "score with normalise: true, or remove them"),
    "unnormalised": ("are not in composed form", "score with normalise: true, or convert them: uconv -x nfc"),
    "homoglyph": ("mix letters of scripts that look alike", "score with normalise: true, or look at the system"),
}


def file_faults(system: str, flags: Iterable[frozenset[str]]) -> list[str]:
    """A sentence for each kind of flag that too many lines of a system have, the commonest first."""
    lines = list(flags)
    counts: dict[str, int] = {}
    for kinds in lines:
        for kind in kinds:
            counts[kind] = counts.get(kind, 0) + 1
    found = [(count, kind) for kind, count in counts.items() if kind in _FAULTS]
    return [
        f"{count / len(lines):.0%} of the lines of '{system}' {_FAULTS[kind][0]} ({kind}): {_FAULTS[kind][1]}."
        for count, kind in sorted(found, key=lambda item: (-item[0], item[1]))
        if count >= _LEAST and count > SHARE * len(lines)
    ]


def reference_faults(test_set: TestSet) -> list[str]:
    """A sentence for each kind of lookalike that references of a test set have: every system is scored against them."""
    pair = (test_set.pair.source, test_set.pair.target)
    counts: dict[str, int] = {}
    for texts in test_set.references.values():
        for segment, text in zip(test_set.segments, texts, strict=True):
            if may_have_lookalikes(text):
                for kind in lookalikes(segment.source, text, pair):
                    counts[kind] = counts.get(kind, 0) + 1
    return [
        f"{count} references of '{test_set.name}' {_FAULTS[kind][0]} ({kind}): {_FAULTS[kind][1]}."
        for kind, count in sorted(counts.items())
    ]
