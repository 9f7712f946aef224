"""Language codes and their English names."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "ar": "Arabic", "bo": "Tibetan", "cmn": "Chinese", "cs": "Czech", "de": "German", "dz": "Dzongkha", "en":
    "English", "es": "Spanish", "fa": "Persian", "fr": "French", "hi": "Hindi", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "km": "Khmer", "ko": "Korean", "lo": "Lao", "mn": "Mongolian", "ms": "Malay", "my": "Burmese",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sw": "Swahili", "th":
    "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_SCRIPTS: Mapping[str, str] = {"hans": "Simplified Chinese", "hant": "Traditional Chinese"}


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region, in lower case.

    >>> primary("zh_Hans"), primary("EN-gb")
    ('zh', 'en')
    """
    return tag.replace("-", "_").partition("_")[0].lower()


#: ISO 639-2 and 639-3 codes of languages that have one of two letters; of Chinese, those written in ideographs alike.
_TWO_LETTERS: Mapping[str, str] = {
    "zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "wuu": "zh", "lzh": "zh", "hak": "zh", "nan": "zh",
    "jpn": "ja", "kor": "ko", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "rus": "ru", "ukr": "uk", "ces": "cs", "cze": "cs", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl",
    "pol": "pl", "tur": "tr", "vie": "vi", "tha": "th", "lao": "lo", "khm": "km", "mya": "my", "bur": "my",
    "bod": "bo", "tib": "bo", "dzo": "dz", "arb": "ar", "ara": "ar", "heb": "he", "hin": "hi", "ind": "id",
    "isl": "is", "ice": "is", "fin": "fi", "swe": "sv", "dan": "da", "ell": "el", "gre": "el", "hun": "hu",
    "ron": "ro", "rum": "ro", "bul": "bg", "fas": "fa", "per": "fa", "pes": "fa", "urd": "ur", "ben": "bn",
    "tam": "ta", "tel": "te", "kat": "ka", "geo": "ka", "hye": "hy", "arm": "hy", "mon": "mn", "khk": "mn",
}  # fmt: skip


#: Languages that are written without spaces between words, as `macrolanguage` names them.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "dz"})


def macrolanguage(tag: str) -> str:
    """The language of a tag by its two-letter code, where it has one: what tokenizers and scripts go by.

    >>> macrolanguage("zho_Hans"), macrolanguage("yue"), macrolanguage("ja-JP"), macrolanguage("ast")
    ('zh', 'zh', 'ja', 'ast')
    """
    language = primary(tag)
    return _TWO_LETTERS.get(language, language)


def language_name(code: str) -> str:
    """The English name of a language, for prompts; the code itself where it is not known.

    >>> language_name("zh"), language_name("zh_Hant"), language_name("xx")
    ('Chinese', 'Traditional Chinese', 'xx')
    """
    base, _, rest = code.replace("-", "_").partition("_")
    if base in {"zh", "cmn"} and rest.lower() in _SCRIPTS:
        return _SCRIPTS[rest.lower()]
    return _NAMES.get(base, code)
