"""Whether a text is in a language that nobody asked for: told by its script, or by its commonest words."""

from __future__ import annotations

import re

from harness.language.codes import macrolanguage
from harness.language.script import script_counts

_ENOUGH_LETTERS = 12
_ENOUGH_WORDS = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Words that stand in nearly every sentence of a language, and seldom in one of the others.
_COMMON = {
    "en": "the of and to in is that it was for on are with as be this by have from or an at not but they which "
    "you were we",
    "de": "der die das und ist nicht ein eine von mit den dem des auf für sich auch wird werden sind bei aus im "
    "zu wie dass",
    "fr": "le la les des et est une dans que qui pour pas sur avec ce cette sont aux du au il elle nous être "
    "par plus ne",
    "es": "el la los las de que y en un una por con para del se es no su al como más son pero fue este está lo ha",
    "it": "il di che la è e un una per non del con sono le della dei nel alla più si gli anche questo come ha lo",
    "pt": "o de que e do da em um uma para com não os as no na por mais dos das se foi ao como é são pelo",
    "nl": "de het een en van is dat niet op te zijn met voor aan er die ook wordt bij naar om maar zal hebben",
    "pl": "i w na nie się z do to że jest o jak ale po co tak za od przez są dla przy był oraz może",
    "cs": "a se v na je že s z do o to jako za by pro ale jsou si po jeho byl od také nebo jen",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar sonra ne var en ama olduğu ise",
    "id": "yang dan di itu dengan untuk tidak dari dalam akan pada ini adalah juga ke karena atau oleh telah",
    "vi": "và của là có được trong cho không một với các người này để những đã khi từ về như",
    "sv": "och att det i en som är på för av med till den inte har om ett men var jag",
    "ro": "și de în a la cu pe nu este care din mai că pentru un o sunt fi ca să",
    "hu": "a az és hogy nem egy is van ez meg volt de csak már mint még ki el",
    "fi": "ja on ei että se oli hän mutta ovat kun myös joka olla sen niin tai kuin",
}
#: Letters that stand alone are words in many languages, and parts of names in all.
_WORDS = {language: frozenset(w for w in words.split() if len(w) > 1) for language, words in _COMMON.items()}
#: The scripts of languages, as `script_counts` names them; Latin where nothing else is said.
_WRITTEN = {
    "CJK": "zh ja ko", "CYRILLIC": "ru uk be bg mk kk ky mn tg sr", "ARABIC": "ar fa ur ps", "HEBREW": "he",
    "GREEK": "el", "DEVANAGARI": "hi mr ne", "THAI": "th", "LAO": "lo", "KHMER": "km", "MYANMAR": "my",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "ETHIOPIC": "am",
}  # fmt: skip
_SCRIPT = {language: script for script, languages in _WRITTEN.items() for language in languages.split()}
_ASCII = re.compile("[A-Za-z]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")


def is_third_language(source: str, text: str, pair: tuple[str, str]) -> bool:
    """Whether a text is neither in the target language nor left in the source's.

    >>> is_third_language("会议在北京。", "Das Treffen wurde in der Stadt von den Ländern gehalten.", ("zh", "en"))
    True
    """
    origin, target = macrolanguage(pair[0]), macrolanguage(pair[1])
    wanted, own = _SCRIPT.get(target, "LATIN"), _SCRIPT.get(origin, "LATIN")
    if wanted == "LATIN" and 2 * len(_ASCII.findall(text)) > len(text):
        return target in _WORDS and _is_other_latin(text, origin, target)
    counts = script_counts(text)
    letters = sum(counts.values())
    if letters < _ENOUGH_LETTERS:
        return False
    main = max(counts, key=lambda script: counts[script])
    if counts[main] > 0.7 * letters and main not in (wanted, own, "UNKNOWN"):
        return main not in script_counts(source)
    if main == "CJK" and "CJK" in (wanted, own):
        return _is_other_east_asian(text, target, origin)
    return main == "LATIN" == wanted and target in _WORDS and _is_other_latin(text, origin, target)


def _is_other_east_asian(text: str, target: str, origin: str) -> bool:
    """Japanese and Korean are told by their syllables; Chinese by having none."""
    kana, hangul = len(_KANA.findall(text)), len(_HANGUL.findall(text))
    written = "ja" if kana > 0.1 * len(text) else "ko" if hangul > 0.3 * len(text) else "zh"
    return written not in (target, origin) and (written != "zh" or len(text) >= 12)


def _is_other_latin(text: str, origin: str, target: str) -> bool:
    """Another language has three different common words at least, and three times as many as the target has."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _ENOUGH_WORDS:
        return False
    own = sum(word in _WORDS[target] for word in words)
    if 8 * own > len(words):  # most texts: every eighth word is one of the language's commonest
        return False
    words_of = frozenset(words)
    others = {
        language: len(words_of & known - _WORDS[target])
        for language, known in _WORDS.items()
        if language not in (target, origin)
    }
    most = max(others.values())
    return most >= 3 and most >= 3 * own and most >= 0.12 * len(words)
