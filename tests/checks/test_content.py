"""Each flag fires on what it is for, and stays silent on what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import FLAGS, check_hypotheses
from harness.domain import Hypothesis, Kind, LangPair, Segment
from harness.errors import InputError

ZH_EN = LangPair("zh", "en")


def flags(source: str, text: str, pair: LangPair = ZH_EN) -> set[str]:
    segment = Segment("1", "d", 1, Kind.SENTENCE, source)
    return set(check_hypotheses([segment], [Hypothesis("1", text)], pair)[0])


SOURCE = "中国与五大洲23个国家建立双边电子商务合作机制。"
GOOD = "China has set up bilateral e-commerce cooperation mechanisms with 23 countries across five continents."


def test_a_good_translation_is_clean() -> None:
    assert flags(SOURCE, GOOD) == set()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("", "empty"),
        (" \u3000 ", "empty"),
        (SOURCE, "copied-source"),
        (SOURCE.replace("。", ""), "copied-source"),
        ("China has set up 双边电子商务合作机制 with 23 countries.", "untranslated"),
        (GOOD.replace("five", "five &amp; six &#39;"), "html-entities"),
        (GOOD + "\x07", "control-characters"),
        (GOOD.replace(" ", "\n", 1), "control-characters"),
        (GOOD + "\u202e", "control-characters"),
        (GOOD + "\ufffd", "control-characters"),
        ("I'm sorry, but I can't help with that request about the e-commerce mechanisms of China.", "refusal"),
        ("As an AI language model, I am not able to translate this text for you, I am afraid.", "refusal"),
        ("Here is the translation: " + GOOD, "refusal"),
        (GOOD + " (Note: I translated 机制 as mechanisms.)", "refusal"),
        ("</think>" + GOOD, "refusal"),
        ("抱歉，我无法翻译这段内容。", "refusal"),
        ("China China China China China China China China has set up mechanisms with countries across.", "loop"),
        ("It set up the mechanism, set up the mechanism, set up the mechanism, set up the mechanism.", "loop"),
        ("China.", "length-ratio"),
        (f"{GOOD} And this goes on with words that nobody ever wrote. They were made up by the machine, which did not "
         "stop in time and so went on to the very end of what it had room for.", "length-ratio"),
    ],
)  # fmt: skip
def test_each_flag_fires(text: str, flag: str) -> None:
    assert flag in FLAGS
    assert flag in flags(SOURCE, text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("APEC 2024", "APEC 2024"),  # nothing to translate
        ("哈哈哈哈哈哈哈哈", "Ha ha ha ha ha ha ha ha"),  # the source repeats itself
        ("抱歉，我无法翻译。", "I'm sorry, but I can't translate this."),  # the source says so
        ("他说“AT&T”很好。", "He said “AT&T” is good."),
        ("代码是 &amp; 吗？", "Is the code &amp;?"),
        ("好", "Good, that is fine."),  # short texts have no reliable ratio
        ("《青岛宣言》", "Qingdao Declaration"),
        ("谢谢", "Thank you"),
        ("（一）", "(1)"),
    ],
)
def test_what_only_looks_wrong_is_clean(source: str, text: str) -> None:
    assert flags(source, text) == set()


def test_the_other_direction_and_other_scripts() -> None:
    en_zh, de_en, ru_en = LangPair("en", "zh"), LangPair("de", "en"), LangPair.parse("ru-en")
    assert flags(GOOD, SOURCE, en_zh) == set()
    assert {"copied-source", "untranslated"} <= flags(GOOD, GOOD, en_zh)
    assert "untranslated" not in flags("He visited the UN in New York.", "他访问了 New York 的 UN 总部。", en_zh)
    assert "copied-source" in flags("Das ist ein Satz für alle.", "Das ist ein Satz für alle.", de_en)
    assert flags("Berlin, Bonn", "Berlin, Bonn", de_en) == set()
    assert "untranslated" in flags("Это предложение на русском", "This is a предложение на русском", ru_en)


def test_blank_in_blank_out() -> None:
    assert flags("  ", "") == set()
    assert flags("  ", "I don't know.") == {"invented"}


def test_an_error_has_no_flags() -> None:
    segment = Segment("1", "d", 1, Kind.SENTENCE, SOURCE)
    assert check_hypotheses([segment], [Hypothesis("1", error="timed out")], ZH_EN) == (frozenset(),)


def test_hypotheses_of_other_segments_are_refused() -> None:
    segment = Segment("1", "d", 1, Kind.SENTENCE, SOURCE)
    with pytest.raises(InputError, match="1 segments"):
        check_hypotheses([segment], [], ZH_EN)
    with pytest.raises(InputError, match="'2' stands where '1'"):
        check_hypotheses([segment], [Hypothesis("2", GOOD)], ZH_EN)


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=60)), max_size=6),
    st.sampled_from(["zh-en", "en-zh", "de-en", "ja-zh"]),
)
def test_any_text_gets_known_flags(pairs: list[tuple[str, str]], pair: str) -> None:
    segments = [Segment(str(i), "d", 1, Kind.SENTENCE, s) for i, (s, _) in enumerate(pairs)]
    hypotheses = [Hypothesis(str(i), t) for i, (_, t) in enumerate(pairs)]
    found = check_hypotheses(segments, hypotheses, LangPair.parse(pair))
    assert len(found) == len(pairs)
    assert all(f <= set(FLAGS) for f in found)
