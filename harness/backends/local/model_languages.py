"""What multilingual models call languages: `zho_Hans` (NLLB), `zh_CN` (mBART), `zh` (M2M-100), `>>eng<<` (OPUS-MT)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from harness.errors import ConfigError

# ISO 639-3 and script, as in FLORES-200.
_FLORES: Mapping[str, str] = {
    "ar": "arb_Arab", "cs": "ces_Latn", "de": "deu_Latn", "en": "eng_Latn", "es": "spa_Latn", "fa": "pes_Arab",
    "fr": "fra_Latn", "hi": "hin_Deva", "id": "ind_Latn", "it": "ita_Latn", "ja": "jpn_Jpan", "km": "khm_Khmr",
    "ko": "kor_Hang", "lo": "lao_Laoo", "mn": "khk_Cyrl", "ms": "zsm_Latn", "my": "mya_Mymr", "nl": "nld_Latn",
    "pl": "pol_Latn", "pt": "por_Latn", "ro": "ron_Latn", "ru": "rus_Cyrl", "sw": "swh_Latn", "th": "tha_Thai",
    "tr": "tur_Latn", "uk": "ukr_Cyrl", "vi": "vie_Latn", "yue": "yue_Hant", "zh": "zho_Hans", "cmn": "zho_Hans",
    "zh_Hans": "zho_Hans", "zh_Hant": "zho_Hant", "zh_CN": "zho_Hans", "zh_TW": "zho_Hant", "zh_HK": "zho_Hant",
}  # fmt: skip
_MBART: Mapping[str, str] = {"en": "en_XX", "zh": "zh_CN", "cmn": "zh_CN", "zh_Hans": "zh_CN"}


def code_among(known: Collection[str], language: str, override: str | None, *, side: str) -> str:
    """A model's code for a language.

    Args:
        known: the model's codes.
        language: BCP 47 tag of the test set.
        override: the code a user named, or None.
        side: "source" or "target", for the message.

    Raises:
        ConfigError: the model has no such language, or it is not plain which of its codes is meant.
    """
    tag = language.replace("-", "_")
    base = tag.partition("_")[0]
    if override is not None:
        candidates = [override]
    else:
        flores = _FLORES.get(tag) or _FLORES.get(base) or ""
        candidates = [tag, flores, _MBART.get(tag, ""), base, flores[:3], *(["cmn_Hans"] if base == "zh" else [])]
        same = [c for c in known if re.split("[_-]", c)[0] == base]
        candidates += same if len(same) == 1 else []
    for candidate in candidates:
        if candidate and candidate in known:
            return candidate
    raise ConfigError(
        f"The model has no {side} language '{override or language}'.",
        allowed=", ".join(sorted(known)[:300]),
        remedy=f"name one of its codes as {side}_code",
    )
