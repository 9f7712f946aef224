from __future__ import annotations

import pytest

from harness.backends.llm.answers import clean_answer
from harness.errors import BackendError

SOURCE = "携手构建网络空间命运共同体。"
GOOD = "Let us build a community with a shared future in cyberspace."


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        f"  {GOOD}\n",
        f"<think>Chinese: 携手 means hand in hand.</think>\n\n{GOOD}",
        f"reasoning without its opening tag</think>{GOOD}",
        f"<thinking>a</thinking><think>b</think>{GOOD}<think>and now I am cut off",
        f"```\n{GOOD}\n```",
        f"```english\n{GOOD}\n```\n",
        f"Translation: {GOOD}",
        f"**Translation:** {GOOD}",
        f"English translation: {GOOD}",
        f"Here is the translation:\n\n{GOOD}",
        f"Sure! Here's the English translation of the text:\n{GOOD}",
        f"译文：{GOOD}",
        f'"{GOOD}"',
        f"“{GOOD}”",
        f"{GOOD}\n\nNote: 携手 literally means hand in hand.",
        f"{GOOD}\n\n(Note: the term is official.)",
        f"{GOOD}\n\n---\n**Explanation of terms:**\n- one\n- two",
        f'Here is the translation:\n\n"{GOOD}"\n\nNotes: none.',
        GOOD.replace("in cyberspace", "in\ncyberspace"),
    ],
)
def test_what_stands_around_a_translation_goes(raw: str) -> None:
    answer = clean_answer(raw, SOURCE)
    assert answer.text == GOOD
    assert answer.raw == (None if raw == GOOD else raw)


@pytest.mark.parametrize(
    ("source", "raw"),
    [
        ("“你好”", '"Hello"'),  # the source has the quotation marks
        ("他说“好”。再说“不”。", '"Good," he said, and then "no"'),  # two quotations, not one around all
        ("注：以下为草案。", "Note: the following is a draft."),
        ("说明：略。", "Explanation: omitted."),
        ("译文：略", "Translation: omitted"),
        ("我们对此深表歉意，无法提供协助。", "I'm sorry, we cannot assist."),
        ("数字经济：机遇与挑战", "The digital economy: opportunities and challenges"),
        ("第一行\n第二行", "Line one\nLine two"),
        ("遗憾的是，请求未获批准。", "Unfortunately, the request was not approved."),
    ],
)
def test_what_belongs_to_a_translation_stays(source: str, raw: str) -> None:
    assert clean_answer(raw, source).text == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " \n",
        "<think>only reasoning</think>",
        "<think>never closed",
        "I'm sorry, but I can't help with that.",
        "As an AI language model, I cannot translate this content.",
        "I cannot fulfill this request.",
        "```\n\n```",
    ],
)
def test_what_is_no_translation_is_an_error(raw: str) -> None:
    with pytest.raises(BackendError):
        clean_answer(raw, SOURCE)
