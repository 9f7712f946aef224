"""Answers in the form that a prompt asks for: strict, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from harness.backends.llm.forms import AnswerForm
from harness.domain import LangPair
from harness.errors import BackendError, ConfigError

PAIR = LangPair("zh", "en")
SOURCE, GOOD = "会议在北京举行。", "The meeting was held in Beijing."


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        ({"json": "translation"}, f'{{"translation": "{GOOD}", "notes": "Note: passive."}}'),
        ({"json": "translation"}, f'```json\n{{"translation": "{GOOD}"}}\n```'),
        ({"json": "translation"}, f'<think>hm</think>{{"translation": " {GOOD} "}}<|im_end|>'),
        ({"json": "a.b"}, f'{{"a": {{"b": "{GOOD}"}}}}'),
        ({"pattern": r"^Answer: (.*)$"}, f"Answer: {GOOD}"),
        ({"pattern": r"\[\[(.*?)\]\]"}, f"I think it is [[{GOOD}]], or so."),
        ({"pattern": r"(?:EN|Translation): (.+)"}, f"ZH: {SOURCE}\nEN: {GOOD}"),
        (None, f"Translation: {GOOD}"),
    ],
)
def test_the_form_says_where_the_translation_is(form: Any, raw: str) -> None:
    answer = AnswerForm(form).read(raw, SOURCE, PAIR)
    assert (answer.text, answer.raw) == (GOOD, raw)


@pytest.mark.parametrize(
    ("form", "raw", "said"),
    [
        ({"json": "translation"}, GOOD, "is no JSON"),
        ({"json": "translation"}, '{"text": "x"}', "no text in its field 'translation'"),
        ({"json": "translation"}, '{"translation": ["x"]}', "no text in its field"),
        ({"json": "a.b"}, '{"a": "b"}', "no text in its field 'a.b'"),
        ({"json": "translation"}, '{"translation": " "}', "no text in it"),
        ({"pattern": r"Answer: (.*)"}, GOOD, "does not match"),
        ({"pattern": r"^((?:a|aa)+)$"}, "a" * 60 + "b", "more than 2 seconds"),
    ],
)
def test_an_answer_in_another_form_is_an_error_that_keeps_it(form: Any, raw: str, said: str) -> None:
    with pytest.raises(BackendError) as error:
        AnswerForm(form).read(raw, SOURCE, PAIR)
    assert said in str(error.value)
    assert error.value.raw == raw


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "'answer' is {}"),
        ({"pattern": "(a)", "json": "b"}, "'answer' is"),
        ({"regex": "(a)"}, "'answer' is"),
        ({"pattern": ""}, "'pattern' is ''"),
        ({"pattern": "("}, "is not a regular expression"),
        ({"pattern": "a"}, "has 0 groups"),
        ({"pattern": "(a)(b)"}, "has 2 groups"),
        ({"json": 3}, "'json' is 3"),
    ],
)
def test_what_is_no_form_is_refused_before_anything_is_asked(form: Any, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        AnswerForm(form)
    assert said in str(error.value)


def test_the_form_is_part_of_the_system() -> None:
    assert AnswerForm(None).identity == {}
    assert AnswerForm({"json": "t"}).identity == {"answer": {"json": "t"}}
