"""What no translator wrote, what looks the same and is not, other languages: found, unless the source has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU

import harness
from harness import LangPair, Segment, TestSet
from harness.checks import FLAGS, check_hypotheses
from harness.checks.file_faults import _FAULTS, file_faults
from harness.domain import Hypothesis, Kind, ScoringUnit
from harness.language.characters.normal_form import normalised
from harness.language.characters.radicals import as_ideographs
from harness.metrics.catalogue import metrics

S = "本次会议于星期一在北京举行，各国代表出席。"
G = "The meeting was held in Beijing on Monday and attended by all."
NEW = set(FLAGS[10:]) | {"html-entities", "refusal"}


def flags(text: str, source: str = S, pair: str = "zh-en") -> set[str]:
    segments = [Segment("s", "d", 1, Kind.SENTENCE, source)]
    found = check_hypotheses(segments, [Hypothesis("s", text=text)], LangPair.parse(pair))
    return set(found[0]) & NEW


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The meet@@ ing was held in Bei@@ jing.", "subword-pieces"),
        ("▁The ▁meeting ▁was ▁held.", "subword-pieces"),
        ("ĠThe Ġmeeting Ġwas held in Beijing", "subword-pieces"),
        ("The meet ##ing was held in Beijing", "subword-pieces"),
        ("The <unk> was held in Beijing on Monday.", "special-tokens"),
        ("The ⁇ was held in Beijing on Monday.", "special-tokens"),
        (f"{G}</s>", "special-tokens"),
        (f"{G} <pad> <pad>", "special-tokens"),
        (f"[CLS] {G} [SEP]", "special-tokens"),
        (f"{G}<|im_end|>", "special-tokens"),
        (f"{G}<|endoftext|>", "special-tokens"),
        (f"<|channel|>final<|message|>{G}", "special-tokens"),
        (f"{G}<end_of_turn>", "special-tokens"),
        (f"[/INST] {G}", "special-tokens"),
        ("The meeting<0x0A> was held in Beijing on Monday.", "special-tokens"),
        (f"__en__ {G}", "language-tags"),
        (f">>eng<< {G}", "language-tags"),
        (f"<2en> {G}", "language-tags"),
        (f"eng_Latn {G}", "language-tags"),
        (f"en_XX {G}", "language-tags"),
        (f"0 ||| {G} ||| -0.5", "n-best-line"),
        (f"H-0\t-0.41\t{G}", "n-best-line"),
        ("The meeting , held in Beijing , was attended by all .", "tokenised"),
        ("It is n't held , and they do n't attend .", "tokenised"),
        ("The delegatesâ€™ meeting was held in Beijing on Monday.", "mojibake"),
        ("The cafÃ© was open in Beijing on Monday for all.", "mojibake"),
        ("The price is Â£5 in Beijing on Monday for all.", "mojibake"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚ the meeting was held in Beijing", "mojibake"),
        ("The meeting 锟斤拷 was held in Beijing on Monday.", "mojibake"),
        ("??? ??????? ??? ???? ?? ???????", "mojibake"),
        (f"<p>{G}</p>", "html-tags"),
        ("The meeting was held<br/>in Beijing on Monday.", "html-tags"),
        ("The delegates&#39; meeting was held in Beijing.", "html-entities"),
        ("Error: 429", "error-text"),
        ("HTTP 503 Service Unavailable", "error-text"),
        ("Internal Server Error", "error-text"),
        ("Traceback (most recent call last):", "error-text"),
        ("None", "error-text"),
        ("nan", "error-text"),
        ("null", "error-text"),
        ("{}", "error-text"),
        ('{"error": {"code": 429}}', "error-text"),
        ("quota exceeded for this month", "error-text"),
        (f"{G} . . . . . . . . . .", "punctuation-run"),
        (f"{G}。。。。。。", "punctuation-run"),
        (f"{G} ----------", "punctuation-run"),
        ("Das Treffen wurde am Montag in der Stadt Peking abgehalten und von allen besucht.", "wrong-language"),
        ("La reunión se celebró el lunes en la ciudad de Pekín con los delegados.", "wrong-language"),
        ("Встреча состоялась в Пекине в понедельник.", "wrong-language"),
        ("회의는 월요일에 베이징에서 열렸다 모두가 참석했다.", "wrong-language"),
        ("会議は月曜日に北京で開催されました。", "wrong-language"),
        ("The mee\u00adting was held in Bei\u00adjing.", "invisible"),
        ("The\u200b meeting was held in Beijing.", "invisible"),
        ("\u200eThe meeting was held in Beijing.", "invisible"),
        ("The meeting\u2060 was held.", "invisible"),
        ("The cafe\u0301 was open on Monday.", "unnormalised"),
        ("Ｔｈｅ ｍｅｅｔｉｎｇ was held.", "unnormalised"),
        ("The ﬁrst meeting was held.", "unnormalised"),
        ("Thе mееting was held in Bеijing.", "homoglyph"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("This sentence seems to contain errors. Please provide a correct sentence.", "refusal"),
        ("Here is the translation: The meeting was held.", "refusal"),
    ],
)
def test_each_kind_is_found_by_its_name(text: str, kind: str) -> None:
    # Japanese leaves the source's own script, which has a flag of its own.
    assert kind in flags(text) or (kind == "wrong-language" and "untranslated" in _all(text))


def _all(text: str) -> frozenset[str]:
    segments = [Segment("s", "d", 1, Kind.SENTENCE, S)]
    return check_hypotheses(segments, [Hypothesis("s", text=text)], LangPair("zh", "en"))[0]


@pytest.mark.parametrize(
    ("source", "text", "pair"),
    [
        (S, G, "zh-en"),
        ("没办法。", "I can't help it.", "zh-en"),
        ("很抱歉，我无法参加。", "I'm sorry, I can't attend.", "zh-en"),
        ("错误：429", "Error: 429", "zh-en"),
        ("服务器内部错误", "Internal server error", "zh-en"),
        ("无", "None", "zh-en"),
        ("没有", "None", "zh-en"),
        ("使用<b>粗体</b>。", "Use <b>bold</b>.", "zh-en"),
        ("标记<unk>表示未知。", "The token <unk> means unknown.", "zh-en"),
        ("使用@@作为分隔。", "Use @@ to separate.", "zh-en"),
        ("等等……………………", "And so on ........ and on", "zh-en"),
        ("他说 “好” 。 ", "He said , and again , and again .", "zh-en"),
        ("The meeting: a success!", "La réunion : un succès ! Vraiment ? Oui : vraiment !", "en-fr"),
        ("My books", "کتاب‌های من در خانه است", "en-fa"),
        ("Hello, world", "\u200fשלום, עולם\u200f", "en-he"),
        ("Peace", "和平　与发展", "en-zh"),
        ("50％的人", "５０％の人々", "zh-ja"),
        ("family", "👨\u200d👩\u200d👧 The family is here", "zh-en"),
        ("微米", "It is 5 μm long and Ω is its sign", "zh-en"),
        ("普京", "Putin (Путин) arrived on Monday in the city of Beijing", "zh-en"),
        ("《共产党宣言》", "Manifest der Kommunistischen Partei", "zh-en"),
        ("café", "Das Café ist am Montag geöffnet.", "en-de"),
        ("He said “É…”", "Il a dit « É… » et rien de plus.", "en-fr"),
        ("Straße", "The street called Straße is in Köln, über alles.", "de-en"),
        ("会议", "Konference se konala v pondělí.", "zh-cs"),
        ("Peace", "和平、发展、合作、共赢。", "en-zh"),
    ],
)
def test_what_the_source_or_the_language_has_is_right(source: str, text: str, pair: str) -> None:
    assert flags(text, source, pair) == set()


def test_one_mark_apart_is_a_slip_and_a_file_of_them_is_tokenised() -> None:
    segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"第{i}次会议在北京举行。") for i in range(20)]

    def found(spaced: int) -> int:
        texts = [f"The meeting {i} was held{' .' if i < spaced else '.'}" for i in range(20)]
        hypotheses = [Hypothesis(f"s{i}", text=t) for i, t in enumerate(texts)]
        return sum("tokenised" in f for f in check_hypotheses(segments, hypotheses, LangPair("zh", "en")))

    assert (found(1), found(10), found(20)) == (0, 10, 20)


def test_every_flag_has_a_remedy() -> None:
    assert set(_FAULTS) == set(FLAGS)


def test_a_file_is_told_what_is_wrong_with_it() -> None:
    bad, good = frozenset({"subword-pieces"}), frozenset[str]()
    assert file_faults("a", [good] * 97 + [bad] * 3) == []
    said = file_faults("a", [good] * 59 + [bad] * 41)
    assert said[0].startswith("41% of the lines of 'a' have subword pieces (subword-pieces): join them before scoring")
    assert file_faults("a", [good] * 7 + [bad] * 2) == []


def test_the_run_says_it_and_scores_do_not_change() -> None:
    segments = tuple(Segment(f"s{i}", "d", 1, Kind.SENTENCE, S) for i in range(5))
    test_set = TestSet("t", LangPair("zh", "en"), segments, {"refA": (G,) * 5})
    pieces = "The meet@@ ing was held in Bei@@ jing on Monday and attended by all."
    run = harness.evaluate(test_set, {"a": [pieces] * 5}, metrics=["bleu"])
    assert any("100% of the lines of 'a' have subword pieces" in note for note in run.notes)
    assert run.scores[0].score == pytest.approx(BLEU().corpus_score([pieces] * 5, [[G] * 5]).score)


# --- normalise ----------------------------------------------------------------------------------------------------

VARIANTS = {
    "soft hyphens": "The mee\u00adting was held in Bei\u00adjing on Monday and attended by all.",
    "zero width": "The\u200b meeting was\ufeff held in Beijing on Monday and attended by all.",
    "spaces": "The\u00a0meeting was\u3000held in Beijing on Monday and attended by all.",
    "full width": "Ｔｈｅ meeting was held in Ｂeijing on Monday and attended by all.",
    "Cyrillic": "Thе mееting was held in Bеijing on Monday and attended by all.",
}


@pytest.mark.parametrize("metric", ["bleu", "chrf", "chrf++", "ter"])
@pytest.mark.parametrize("name", VARIANTS)
def test_normalise_scores_the_cleaned_text_on_both_sides(metric: str, name: str) -> None:
    perfect = 0.0 if metric == "ter" else 100.0
    scorer = metrics.create(metric, normalise=True)
    for hypothesis, reference in ((VARIANTS[name], G), (G, VARIANTS[name])):
        unit = ScoringUnit("a", "t", "s", "d", S, hypothesis, (reference,))
        assert float(scorer.segment_scores(scorer.segment_stats([unit]))[0]) == pytest.approx(perfect)
    assert str(scorer.signature(1)).endswith("|norm:harness-1")
    assert "norm" not in str(metrics.create(metric).signature(1)).replace("norm:no", "")


@given(st.text(max_size=60))
def test_normal_form_is_stable(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


@pytest.mark.parametrize("text", [G, "Das Café „Größe“ – süß", "和平、发展。", "Привет, мир", "Ελλάδα", "5 μm, Ω"])
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert normalised(text) == text
    assert as_ideographs(text) == text
