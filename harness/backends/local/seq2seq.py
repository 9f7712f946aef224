"""The text side of encoder-decoder translation models: prefixes, language codes, tokens, limits."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.backends.local.long_inputs import InputPiece, Output
from harness.backends.local.model_languages import code_among
from harness.backends.service_languages import language_name
from harness.domain import LangPair
from harness.errors import ConfigError, InputError

_CODE = re.compile(r"[a-z]{2,3}_[A-Z][A-Za-z]{1,3}")
_PREFIX_FIELD = re.compile(r"\{([a-z_]+)\}")
_PREFIX_FIELDS = ("source_language", "target_language", "source_code", "target_code")


@dataclass(frozen=True)
class Wording:
    """How a text is put to a model, beyond what its tokenizer knows.

    Args:
        prefix: put before every text, with {source_language}, {target_language}, {source_code} and {target_code};
            None is what the model was trained with.
        source_code, target_code: the model's own codes; None finds them by the test set's languages.

    Raises:
        ConfigError: an unknown field in the prefix.
    """

    prefix: str | None = None
    source_code: str | None = None
    target_code: str | None = None

    def __post_init__(self) -> None:
        for field in _PREFIX_FIELD.findall(self.prefix or ""):
            if field not in _PREFIX_FIELDS:
                raise ConfigError(
                    f"The prefix has an unknown field {{{field}}}.",
                    allowed=", ".join(f"{{{f}}}" for f in _PREFIX_FIELDS),
                )


class Texts:
    """Turns texts into a model's tokens and back, for one pair of languages at a time.

    Args:
        tokenizer: a transformers tokenizer.
        wording: prefix and codes.
        t5: whether the model is of the T5 family, which is told its task in words or tags.

    Attributes:
        forced: the token that the decoder must begin with (the target language), or None.
    """

    def __init__(self, tokenizer: Any, wording: Wording, *, t5: bool = False) -> None:
        self.tokenizer = tokenizer
        self.forced: int | None = None
        self._wording = wording
        self._t5 = t5
        self._prefix = ""
        self._special = frozenset(tokenizer.all_special_ids)

    def turn_to(self, pair: LangPair) -> None:
        """Set tokenizer, prefix and forced token for a pair.

        Raises:
            ConfigError: the model does not know one of the languages.
        """
        w = self._wording
        codes = self._codes()
        target = w.target_code or pair.target
        if codes:
            self.tokenizer.src_lang = code_among(codes, pair.source, w.source_code, side="source")
            target = code_among(codes, pair.target, w.target_code, side="target")
            token = getattr(self.tokenizer, "lang_code_to_token", {}).get(target, target)
            self.forced = int(self.tokenizer.convert_tokens_to_ids(token))
            # Also where the tokenizer does not count languages as special (an M2M-100 saved again).
            self._special |= {self.forced}
        values = {
            "source_language": language_name(pair.source),
            "target_language": language_name(pair.target),
            "source_code": w.source_code or pair.source,
            "target_code": target,
        }
        template = self._trained_prefix(pair) if w.prefix is None else w.prefix
        self._prefix = _PREFIX_FIELD.sub(lambda m: values[m.group(1)], template)

    def encode(self, text: str) -> list[int]:
        """Tokens of a text with its prefix and the model's special tokens; nothing is cut off."""
        return list(self.tokenizer(self._prefix + text, truncation=False, verbose=False)["input_ids"])

    def output(self, piece: InputPiece, ids: Sequence[int], cut: bool) -> Output:
        """The text of the model's tokens, without special ones; an empty answer stays empty."""
        # skip_special_tokens would gather the special tokens anew for every single token: 5% of a small model's time.
        kept = [i for i in ids if i not in self._special]
        text: str = self.tokenizer.decode(kept, clean_up_tokenization_spaces=False)
        return Output(text.strip(), len(ids), cut)

    def limit(self, positions: int | None, longest_output: int) -> int:
        """Most tokens of one input: what the model has positions for and its tokenizer was made for; else 512."""
        made_for = int(self.tokenizer.model_max_length)
        known = [n for n in (positions, made_for) if n is not None and n < 1_000_000]
        return min(known) if known else 512

    def _codes(self) -> list[str]:
        if not hasattr(self.tokenizer, "src_lang"):
            return []
        tokens = getattr(self.tokenizer, "lang_code_to_token", None)
        if tokens:
            return list(tokens)
        return [str(t) for t in self.tokenizer.additional_special_tokens if _CODE.fullmatch(str(t))]

    def _trained_prefix(self, pair: LangPair) -> str:
        tags = getattr(self.tokenizer, "supported_language_codes", None)
        if tags:  # OPUS-MT with several target languages
            known = [t[2:-2] for t in tags]
            return f">>{code_among(known, pair.target, self._wording.target_code, side='target')}<< "
        if not self._t5:
            return ""
        madlad = self._wording.target_code or pair.target.replace("-", "_")
        if f"<2{madlad}>" in self.tokenizer.get_vocab():
            return f"<2{madlad}> "
        return "translate {source_language} to {target_language}: "


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in a folder; nothing is asked of the network, no code of the model is run.

    Raises:
        InputError: it cannot be loaded.
    """
    import transformers

    with quiet():
        try:
            return transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
            said = " ".join(str(error).split())[:300]
            raise InputError(
                f"The tokenizer in {folder} cannot be loaded: {type(error).__name__}: {said}",
                remedy="copy or fetch the whole model again",
            ) from None


@contextmanager
def quiet() -> Iterator[None]:
    """No advice from transformers on stderr: a library's hints are for people who write its callers."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
