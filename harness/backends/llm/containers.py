"""What holds a translation: control tokens, reasoning, fences, tags, boxes, emphasis, quotation marks, JSON.

Each function gives what is inside, or the text itself. Whether that is a translation, `answers` asks `Question.fits`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

# --- control tokens and reasoning -----------------------------------------------------------------------------------

_FINAL = re.compile(r"<\|channel\|>\s*final\s*(?:<\|[^|<>]{1,20}\|>[^<]{0,40})*?<\|message\|>")
_TOKEN = re.compile(
    r"<\|[A-Za-z_][A-Za-z0-9_ ]{0,40}\|>|<｜[^｜<>]{1,40}｜>|</?s>|<(?:bos|eos|pad)>|<(?:start|end)_of_turn>"
    r"|\[/?INST\]|<</?SYS>>"
)
#: Behind one of these the model has ended, whatever else was decoded.
_END = re.compile(
    r"<\|(?:im_end|end|return|eot_id|eom_id|endoftext|end_of_text|END_OF_TURN_TOKEN|user)\|>|<｜end▁of▁sentence｜>"
    r"|</s>|<eos>|<end_of_turn>|\[INST\]"
)
_ROLE = re.compile(r"\A\s*(?:assistant|model)\s*[:：]?\s*\n+", re.IGNORECASE)
_THOUGHT = r"(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|analysis|inner_monologue|plan(?:ning)?)"
_OPENED = re.compile(rf"<{_THOUGHT}>|◁think▷|\[THINK\]", re.IGNORECASE)
_CLOSED = re.compile(rf"</{_THOUGHT}>|◁/think▷|\[/THINK\]", re.IGNORECASE)


def without_control(text: str, source: str) -> str:
    """The final channel, or the text up to the model's end, without its control tokens."""
    finals = list(_FINAL.finditer(text))
    if finals and not _FINAL.search(source):
        text = text[finals[-1].end() :]
    elif "<|channel|>" in text and "<|channel|>" not in source:
        return ""  # only other channels: reasoning without an answer
    known = set(_TOKEN.findall(source))
    if not any(token not in known for token in _TOKEN.findall(text)):
        return text
    text = _TOKEN.sub(lambda m: m[0] if m[0] in known or _END.fullmatch(m[0]) else "", text).lstrip()
    end = next((m for m in _END.finditer(text) if m[0] not in known and text[: m.start()].strip()), None)
    text = text if end is None else text[: end.start()]
    text = _TOKEN.sub(lambda m: m[0] if m[0] in known else "", text)
    return _ROLE.sub("", text)


def without_reasoning(text: str, source: str) -> str:
    """What stands behind the reasoning: behind the last closing tag that the source has not."""
    closed = list(_CLOSED.finditer(text))
    extra = len(closed) - len(_CLOSED.findall(source))
    if extra > 0:
        text = text[closed[extra - 1].end() :]
    opened = list(_OPENED.finditer(text))
    if len(opened) > len(_OPENED.findall(source)) and len(_CLOSED.findall(text)) < len(opened):
        text = text[: opened[0].start() if len(_OPENED.findall(source)) == 0 else len(text)]
    return text


# --- containers -----------------------------------------------------------------------------------------------------

_FENCE = re.compile(r"```[\w+-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_TAGS = (
    "translation|translated|translated_text|translated-text|translatedtext|answer|final_answer|final|output|target|"
    "result|response|text|english|chinese|german|french|spanish|russian|japanese|korean|en|zh|de|fr|es|ru|ja|ko|"
    "p|div|"
    "译文|翻译|tgt|trg|t"
)
_TAGGED = re.compile(rf"<({_TAGS})(?:\s[^<>]{{0,80}})?>", re.IGNORECASE)
_BOXED = re.compile(r"(?:\\\[|\$\$?)?\s*\\boxed\{(?:\\text\{)?")
_BOLD = re.compile(r"\A(\*\*\*|\*\*|__|\*|`)(?=\S)(.+)(?<=\S)\1\Z", re.DOTALL)
_QUOTES = {
    '"': '"',
    "“": "”",
    "„": "“",
    "'": "'",
    "‘": "’",
    "「": "」",
    "『": "』",
    "«": "»",
    "»": "«",
    "`": "`",
    "”": "”",
}
QUOTE = re.compile(r"""["“”„'‘’「」『』«»《》〈〉【】〔〕（）()\[\]`]""")


def out_of_fence(text: str) -> str:
    """What is inside the one code fence of a text, unless it has several."""
    if text.count("```") != 2:
        return text
    found = _FENCE.search(text)
    return text if found is None else found[1]


def out_of_tags(text: str) -> str:
    """What is inside the one pair of tags that stands for a translation."""
    opened = list(_TAGGED.finditer(text))
    if len(opened) != 1:
        return text
    closing = f"</{opened[0][1]}>"
    at = text.lower().find(closing.lower(), opened[0].end())
    return text[opened[0].end() :] if at < 0 else text[opened[0].end() : at]


def out_of_box(text: str) -> str:
    r"""What is inside \boxed{...}."""
    found = _BOXED.search(text)
    if found is None:
        return text
    depth, at = 1 + found[0].count("\\text{"), found.end()
    start = at
    while at < len(text) and depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == found[0].count("\\text{"):
            return text[start : at - 1]
    return text[start:at].rstrip("}")


def out_of_emphasis(text: str) -> str:
    """A text that is bold, a heading or a quotation of Markdown as a whole."""
    bold = _BOLD.match(text)
    if bold is not None and bold[1] not in bold[2]:
        return bold[2]
    lines = text.split("\n")
    for mark in ("> ", "# ", "## ", "### ", "#### "):
        if all(line.startswith(mark) or not line.strip() for line in lines):
            return "\n".join(line.removeprefix(mark) for line in lines)
    return text


def out_of_quotes(text: str) -> str:
    """A text between two quotation marks that belong to one another."""
    closing = _QUOTES.get(text[:1])
    if closing is None or len(text) < 3 or text[-1] != closing:
        return text
    inner = text[1:-1]
    if text[0] == closing:
        return text if closing in inner else inner.strip()
    depth = 0
    for char in inner:
        depth += {text[0]: 1, closing: -1}.get(char, 0)
        if depth < 0:  # two quotations, not one around all
            return text
    return inner.strip()


def leaves_of_json(text: str) -> list[str] | None:
    """Every text in a JSON value or a Python literal; None where it is none."""
    escaped = text[:1] == text[-1:] == '"' and "\\" in text
    if (not escaped and (text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"))) or len(text) > 100_000:
        return None
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        if text[:1] not in ("{", "[") or len(text) > 10_000:
            return None
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    return list(_leaves(value, 0)) if isinstance(value, (dict, list, str)) else None


def _leaves(value: object, depth: int) -> Iterator[str]:
    if depth > 8:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part, depth + 1)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _leaves(part, depth + 1)
