"""Language codes and their English names."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "ar": "Arabic", "cmn": "Chinese", "cs": "Czech", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian",
    "fr": "French", "hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "km": "Khmer",
    "ko": "Korean", "lo": "Lao", "mn": "Mongolian", "ms": "Malay", "my": "Burmese", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sw": "Swahili", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_SCRIPTS: Mapping[str, str] = {"hans": "Simplified Chinese", "hant": "Traditional Chinese"}


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region, in lower case.

    >>> primary("zh_Hans"), primary("EN-gb")
    ('zh', 'en')
    """
    return tag.replace("-", "_").partition("_")[0].lower()


def language_name(code: str) -> str:
    """The English name of a language, for prompts; the code itself where it is not known.

    >>> language_name("zh"), language_name("zh_Hant"), language_name("xx")
    ('Chinese', 'Traditional Chinese', 'xx')
    """
    base, _, rest = code.replace("-", "_").partition("_")
    if base in {"zh", "cmn"} and rest.lower() in _SCRIPTS:
        return _SCRIPTS[rest.lower()]
    return _NAMES.get(base, code)
