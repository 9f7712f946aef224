from collections.abc import Mapping, Sequence

from harness.domain import Array, ScoringUnit

TOKENIZERS: tuple[str, ...]

def bleu(
    units: Sequence[ScoringUnit],
    groups: Mapping[tuple[str, ...], Sequence[int]],
    tokenizer: str,
    lowercase: bool,
    order: int,
    out: Array,
) -> None: ...
def chrf(
    units: Sequence[ScoringUnit],
    groups: Mapping[tuple[str, ...], Sequence[int]],
    char_order: int,
    word_order: int,
    factor: float,
    options: tuple[bool, bool, bool],
    out: Array,
) -> None: ...
def tokenize(text: str, tokenizer: str) -> list[str]: ...
def zh_tokenizer_separates(char: str) -> bool: ...
