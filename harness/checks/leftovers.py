"""What no translator wrote: pieces and tokens of models, lines of other programs' files, broken encodings, errors.

Every rule is judged against the source: what the source has, the translation may have. The rules look for a few signs
first (`SIGNS`); only a text that has one is looked at closely.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from harness.language.length import size

_PIECES = re.compile(r"\S@@(?=\s|\Z)|(?:\A|\s)@@\S|\u2581|\u0120|\w\s##[a-z]{1,12}(?=\s|\Z)|@-@")
_TOKENS = re.compile(
    r"<(?:unk|pad|s|bos|eos|mask|sep|cls|extra_id_\d+|(?:start|end)_of_turn|0x[0-9A-Fa-f]{2})>|</s>|\u2047|"
    r"\[(?:UNK|PAD|CLS|SEP|MASK|BOS|EOS)\]"
    r"|<\|[A-Za-z_][\w ]{0,40}\|>|<\uff5c[^\uff5c<>]{1,40}\uff5c>|\[/?INST\]|<</?SYS>>|</?(?:think|thinking|"
    r"reasoning)>"
)
_TAGS = re.compile(
    r"__(?:[a-z]{2,3})(?:_[A-Za-z]{2,4})?__|>>[a-z]{2,3}(?:_[A-Za-z]{2,4})?<<|<2[a-z]{2,3}>|"
    r"<(?:lang:)?[a-z]{2,3}_[A-Z][A-Za-z]{1,3}>"
    r"|(?:\A|\s)[a-z]{3}_(?:Latn|Hans|Hant|Cyrl|Arab|Jpan|Hang|Deva|Thai|Hebr|Grek)(?=\s|\Z)|(?:\A|"
    r"\s)[a-z]{2}_[A-Z]{2}(?=\s|\Z)"
)
_N_BEST = re.compile(r"\A\s*\d{1,7}\s*\|\|\|\s|\A[HDSTP]-\d{1,8}(?:\t|\s+-?\d+\.\d+)|\s\|\|\|\s")
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,9}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_HTML = re.compile(
    r"</?(?:a|b|i|u|p|br|hr|em|strong|span|div|font|td|tr|th|table|ul|ol|li|sup|sub|h[1-6]|html|head|body|title|"
    r"script|"
    r"style|img|code|pre|small|center)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_SPACED = re.compile(r"\w\s[.,!?;:](?=\s|\Z)|\w\s(?:n't|'s|'re|'ll|'ve|'m|'d)\b|\(\s\w|\w\s\)|&(?:apos|quot);")
_SOURCE_SPACED = re.compile(r"\w\s[.,!?;:。，！？；：、]|[。，！？；：”’]\s[”’」』）)。，！？；：]|\(\s|\s\)")
#: In French a space before these is right, and other languages have been seen to follow it.
_FRENCH = re.compile(r"\s[!?;:»]")
_ERRORS = re.compile(
    r"""\A\W*(?:
    (?:error|exception|failed|failure|fatal|warning)\b\s*[:：\[(\d].*
  | (?:http|https|status|code|error|api)?\s*[:#]?\s*[45]\d\d\b\s*[:：-]?\s*(?:\Z|error|bad|not|too|internal
    |service|gateway|unauthor|forbidden|client|server|request|rate|\().*
  | (?:internal\ server\ error|bad\ gateway|bad\ request|service\ (?:temporarily\ )?unavailable
    |gateway\ time-?out|too\ many\ requests|rate\ limit\b|quota\ exceeded|request\ timed\ out
    |connection\ (?:refused|reset|timed|error|aborted)|read\ timed\ out|unauthorized|access\ denied|forbidden
    |invalid\ api|model\ not\ found|context\ length\ exceeded|out\ of\ memory|cuda\ (?:error|out)
    |max\ retries\ exceeded|segmentation\ fault).*
  | traceback\ \(most\ recent.* | \w+(?:Error|Exception)\b[:(].* | <!doctype\ html.* | <html\b.*
  | (?:none|null|nan|undefined|n/a|nil|\#n/a|\#value!|\#ref!|\[object\ object\]|\{\s*\}|\[\s*\]|"\s*"|'\s*'|true
    |false)
  | \{\s*"(?:error|message|detail|status|code)".*
  )\W*\Z""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SOURCE_ERRORS = re.compile(
    "错误|误差|失败|异常|出错|报错|警告|超时|拒绝|禁止|服务器|限制|error|fail|exception|warning|timeout|denied|"
    "forbidden|server|"
    "fehler|erreur|ошиб|エラー|오류",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?:\.\s?){7,}|。{4,}|…{4,}|-{6,}|_{6,}|={4,}|!{6,}|！{6,}|\?{6,}|？{6,}|,{4,}|，{4,}|、{4,}|\*{6,}|#{4,}|~{6,}"
)
_LOST = re.compile(
    r"\?{2,}(?:\s\?{2,})+|\?{5,}|锟斤拷|烫烫烫|屯屯屯|ï¿½|â\s?€|\u00c3[\u0080-\u00bf]|\u00c2[\u00a0-\u00bf]"
)
#: What the bytes of UTF-8 become where they are read as Windows-1252.
_HIGH = (
    "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_RUN_OF_HIGH = re.compile(f"[{_HIGH}]{{2,}}")
_HAN_RUN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]{3,}")

#: A text without any of these has no leftover.
SIGNS = re.compile(
    r"@@|@-@|\u2581|\u0120|##|<|\u2047|\[|__|>>|[a-z]{2,3}_[A-Z]|\|\|\||\A[HDSTP]-\d|&|\w\s[.,!?;:](?:\s|\Z)|"
    r"\w\s(?:n'|')"
    r"|\(\s|\s\)|(?:\.\s?){7}|([。…\-_=!！?？,，、*#~])\1{3}|\?\?|锟|烫烫|屯屯|ï¿|"
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]"
)
_SHORT_ERRORS = 60  # characters; longer texts are no error messages unless they begin as one


def leftovers(source: str, text: str, pair: tuple[str, str]) -> set[str]:
    """The kinds of what no translator wrote in one text.

    >>> leftovers("会议在北京举行。", "The meet@@ ing was held in Beijing.<unk>", ("zh", "en")) == {
    ...     "subword-pieces",
    ...     "special-tokens",
    ... }
    True
    """
    found = {kind for kind, pattern in _PLAIN.items() if _new(pattern, source, text)}
    found |= {kind for kind, rule in _RULES.items() if rule(source, text, pair)}
    return found


def may_be_error(text: str) -> bool:
    """Whether a text may be an error message: all but few are told from one by their length and first letters."""
    return _ERRORS.match(text[:400]) is not None


def _new(pattern: re.Pattern[str], source: str, text: str) -> bool:
    """Whether the text has what the pattern finds, and more of it than the source."""
    first = pattern.search(text)
    if first is None:
        return False
    return pattern.search(source) is None or len(pattern.findall(text)) > len(pattern.findall(source))


def _has_entities(source: str, text: str, pair: tuple[str, str]) -> bool:
    return any(html.unescape(e) != e and e not in source for e in _ENTITY.findall(text))


def spaced_marks(source: str, text: str, pair: tuple[str, str]) -> int:
    """How many marks of a text stand apart from their word as tokenisers leave them; 0 where the source has such.

    In French a space before some marks is right.
    """
    places = [m for m in _SPACED.finditer(text) if pair[1][:2] != "fr" or not _FRENCH.match(m[0][1:])]
    return 0 if places and _SOURCE_SPACED.search(source) else len(places)


def _is_tokenised(source: str, text: str, pair: tuple[str, str]) -> bool:
    """One mark apart is a slip of somebody's, unless the whole file is so (see `Checker`); three are none."""
    return spaced_marks(source, text, pair) >= 3


def _is_error(source: str, text: str, pair: tuple[str, str]) -> bool:
    """An error message, or the word for nothing, in place of a translation of a source that says more."""
    if not may_be_error(text) or _SOURCE_ERRORS.search(source) or text.strip().casefold() in source.casefold():
        return False
    return size(source) > 12 or len(text) > 12


def _is_mojibake(source: str, text: str, pair: tuple[str, str]) -> bool:
    """UTF-8 that was read as another encoding, or characters that an encoding lost."""
    if _new(_LOST, source, text):
        return True
    high = [run for run in _RUN_OF_HIGH.findall(text) if run not in source]
    if sum(map(_misread, high)) >= 1:
        return True
    return any(_misread_as_gbk(run) for run in _HAN_RUN.findall(text) if run not in source)


def _misread(run: str) -> int:
    """How many characters of UTF-8 stand behind a run of high characters, if it is nothing else.

    One character of two bytes may be chance (an accented capital before a quotation mark), unless it begins as those of
    Western European letters do.
    """
    data = bytearray()
    for char in run:
        code = ord(char)
        try:
            data += bytes([code]) if code < 0x100 else char.encode("cp1252")
        except UnicodeEncodeError:
            return 0
    try:
        read = data.decode("utf-8")
    except UnicodeDecodeError:
        # The run may begin or end inside a character: what stands for a typographic mark is enough.
        return int("\u00e2\u20ac" in run)
    if any(unicodedata.category(char)[0] not in "LNPSZM" for char in read):
        return 0
    return len(read) if len(read) > 1 or len(data) > 2 or run[0] in "\u00c2\u00c3" else 0


def _misread_as_gbk(run: str) -> bool:
    try:
        read = run.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return False
    return all(unicodedata.category(char)[0] in "LNPSZ" for char in read)


_PLAIN = {
    "subword-pieces": _PIECES,
    "special-tokens": _TOKENS,
    "language-tags": _TAGS,
    "n-best-line": _N_BEST,
    "html-tags": _HTML,
    "punctuation-run": _RUN,
}
_RULES: dict[str, Callable[[str, str, tuple[str, str]], bool]] = {
    "html-entities": _has_entities,
    "tokenised": _is_tokenised,
    "error-text": _is_error,
    "mojibake": _is_mojibake,
}
