"""Which tokenizer BLEU takes for a target language, and what a language written without spaces means for words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.errors import MissingExtraError, MissingModelError
from harness.language.codes import UNSPACED, language_name, macrolanguage

#: Target language to tokenizer, as `sacrebleu -l` chooses it (sacreBLEU 2.6.0, `BLEU._TOKENIZER_MAP`).
BY_TARGET = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
#: For every other language.
DEFAULT = "13a"
#: Tokenizers that cut at spaces and punctuation: of text without spaces they make a few long words.
_AT_SPACES = frozenset({"13a", "intl", "none"})
#: SentencePiece models, by the tokenizer that needs them.
MODELS = ("flores101", "flores200", "spBLEU-1K")


def tokenizer_for(target: str) -> str:
    """sacreBLEU's own choice for a target language, whatever its code.

    >>> tokenizer_for("zh_Hant"), tokenizer_for("jpn"), tokenizer_for("de")
    ('zh', 'ja-mecab', '13a')
    """
    return BY_TARGET.get(macrolanguage(target), DEFAULT)


def caution(metric: str, tokenizer: str, target: str) -> str:
    """What a reader of the column must know of a tokenizer for a target language, one sentence, or ""."""
    language = macrolanguage(target)
    if language not in UNSPACED or tokenizer not in _AT_SPACES:
        return ""
    better = BY_TARGET.get(language)
    remedy = f"tokenizer: {better}" if better is not None else "the metrics spbleu or chrf"
    return (
        f"{metric}: {language_name(language)} is written without spaces, so the tokenizer {tokenizer} makes a few long "
        f"words of a segment, and the score says little; better is {remedy}."
    )


def check_model(tokenizer: str) -> None:
    """Refuse a tokenizer whose SentencePiece model is not here; sacreBLEU would download it without asking.

    Raises:
        MissingExtraError: sentencepiece is not installed.
        MissingModelError: the file is not where sacreBLEU looks for it.
    """
    try:
        import sentencepiece  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(f"The tokenizer '{tokenizer}'", "spbleu", cause=str(error)) from error
    url, path = model_of(tokenizer)
    if not path.is_file() or not path.stat().st_size:
        raise MissingModelError(
            f"The tokenizer '{tokenizer}' needs its model, which is not at {path}.",
            remedy=f"harness prefetch spbleu --model {tokenizer}; or, without a network here, bring {url} to {path}",
        )


def model_of(tokenizer: str) -> tuple[str, Path]:
    """Where the SentencePiece model of a tokenizer comes from, and where sacreBLEU looks for it."""
    from sacrebleu import utils
    from sacrebleu.tokenizers.tokenizer_spm import SPM_MODELS

    known: dict[str, Any] = SPM_MODELS
    url = str(known[tokenizer]["url"])
    return url, Path(utils.SACREBLEU_DIR) / "models" / url.rsplit("/", 1)[1]
