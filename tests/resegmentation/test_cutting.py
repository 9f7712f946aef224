"""Running text is cut where segments begin and end; what is missing, extra or moved is told; what is none refused."""

from __future__ import annotations

import random

import pytest

from harness.domain import LangPair
from harness.errors import InputError
from harness.resegmentation import CutText, Resegmenter
from harness.resegmentation.cut_places import cut_places
from harness.resegmentation.moved_spans import moved
from harness.resegmentation.search_band import longest_rise, search_band

PAIR = LangPair("xx", "en")
REFERENCES = [
    "The museum opens at nine on weekdays.",
    "Visitors who carry large bags must leave them in the cloakroom, where lockers are free.",
    "Photography is allowed",
    "Flash is not.",
    "The café on the second floor serves soup; the terrace is closed in winter.",
    "Guided tours in four languages start every hour from the fountain.",
    "Children under twelve enter without paying.",
    "Please keep your ticket until you have left the building.",
]
HYPOTHESES = [
    "On weekdays the museum opens at 9.",
    "People with large bags have to leave them in the cloakroom, lockers are free there.",
    "Photography is permitted",
    "Flash is forbidden.",
    "The café on the second floor has soup; in winter the terrace is closed.",
    "Every hour guided tours in four languages start at the fountain.",
    "Children under twelve years enter free.",
    "Keep your ticket please until you left the building.",
]
SOURCES = [f"source {k}" for k in range(len(REFERENCES))]


def cut(texts: list[str], joint: str = " ", pair: LangPair = PAIR) -> CutText:
    return Resegmenter(SOURCES, [[r] for r in REFERENCES], pair).cut(joint.join(texts))


@pytest.mark.parametrize("joint", [" ", "\n", "\n\n"])
def test_undamaged_text_comes_back(joint: str) -> None:
    found = cut(HYPOTHESES, joint)
    assert list(found.texts) == HYPOTHESES
    assert (found.omitted, found.moved, dict(found.added)) == (frozenset(), frozenset(), {})
    assert all(0.0 < c <= 1.0 for c in found.certainty)


def test_wrapped_lines_are_joined() -> None:
    text = " ".join(HYPOTHESES)
    wrapped = text.replace("large bags", "large\nbags").replace("tours in", "tours\n  in")
    found = Resegmenter(SOURCES, [[r] for r in REFERENCES], PAIR).cut(wrapped)
    assert list(found.texts) == HYPOTHESES


@pytest.mark.parametrize("gone", range(8))
def test_an_omitted_segment_has_nothing_and_takes_nothing(gone: int) -> None:
    found = cut([t for k, t in enumerate(HYPOTHESES) if k != gone])
    assert found.omitted == {gone}
    assert [t for k, t in enumerate(found.texts) if k != gone] == [t for k, t in enumerate(HYPOTHESES) if k != gone]


@pytest.mark.parametrize("after", [-1, 0, 3, 7])
def test_added_text_belongs_to_no_segment(after: int) -> None:
    extra = "Sign up for our newsletter and win a bicycle made of recycled aluminium."
    texts = [*HYPOTHESES[: after + 1], extra, *HYPOTHESES[after + 1 :]]
    found = cut(texts)
    assert dict(found.added) == {after: extra}
    assert list(found.texts) == HYPOTHESES


@pytest.mark.parametrize(("first", "second"), [(0, 1), (4, 5), (1, 4), (5, 7)])
def test_swapped_segments_are_found(first: int, second: int) -> None:
    texts = list(HYPOTHESES)
    texts[first], texts[second] = texts[second], texts[first]
    found = cut(texts)
    assert list(found.texts) == HYPOTHESES
    assert found.moved
    assert found.moved <= set(range(first, second + 1))


def test_a_segment_far_from_its_place_is_found() -> None:
    texts = [*HYPOTHESES[1:], HYPOTHESES[0]]
    found = cut(texts)
    assert list(found.texts) == HYPOTHESES
    assert found.moved == {0}


def test_blank_sources_have_no_text() -> None:
    sources = [*SOURCES[:2], "  ", *SOURCES[2:]]
    references = [[r] for r in [*REFERENCES[:2], "", *REFERENCES[2:]]]
    found = Resegmenter(sources, references, PAIR).cut(" ".join(HYPOTHESES))
    assert list(found.texts) == [*HYPOTHESES[:2], "", *HYPOTHESES[2:]]
    assert found.omitted == frozenset()


def test_a_target_without_spaces() -> None:
    references = [
        "博物馆平日九点开门。",
        "携带大件行李的参观者须寄存。",
        "十二岁以下儿童免费入场。",
        "请保留门票直至离开。",
    ]
    texts = [
        "博物馆周一至周五九点开门。",
        "带大件行李的参观者必须寄存行李。",
        "十二岁以下的儿童免费。",
        "请保留您的门票，直到离开。",
    ]
    found = Resegmenter(["a", "b", "c", "d"], [[r] for r in references], LangPair("en", "zh")).cut("".join(texts))
    assert list(found.texts) == texts


def test_the_dictionary_is_enough_for_chinese() -> None:
    sources = ["博物馆平日九点开门。", "十二岁以下的儿童免费。", "请保留门票，直到离开大楼。", "咖啡厅冬天关闭。"]
    texts = [
        "The museum opens at nine on weekdays.",
        "Children under twelve are free.",
        "Keep the ticket until you leave the building.",
        "In winter the café is closed.",
    ]
    found = Resegmenter(sources, [[]] * 4, LangPair("zh", "en")).cut(" ".join(texts))
    assert list(found.texts) == texts


def test_without_reference_and_dictionary_nothing_is_cut() -> None:
    with pytest.raises(InputError, match="no reference, and no dictionary for de-en"):
        Resegmenter(["Guten Tag."], [[]], LangPair("de", "en"))


def test_another_documents_translation_is_refused() -> None:
    other = (
        "Steel prices rose sharply in March. Analysts had expected a fall after two quiet quarters. Exports to Brazil "
        "doubled, while the domestic market shrank. Several mills announced new furnaces. Their shares gained. "
        "Unions asked for higher wages; talks begin tomorrow. A strike would cost millions. Nobody wants that."
    )
    with pytest.raises(InputError, match="no translation of these segments"):
        cut([other])


def test_an_empty_text_and_the_source_are_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        cut([" \n"])
    with pytest.raises(InputError, match="it is the source: 8 of 8"):
        cut(SOURCES)


def test_sources_between_the_translations_are_left_out() -> None:
    found = cut([text for pair in zip(SOURCES, HYPOTHESES, strict=True) for text in pair], "\n")
    assert list(found.texts) == HYPOTHESES
    assert found.beside == set(range(8))


def test_every_word_is_in_a_segment_or_told() -> None:
    draw = random.Random(5)
    for _ in range(30):
        texts = [t for t in HYPOTHESES if draw.random() > 0.1]
        if draw.random() < 0.5:
            texts.insert(draw.randrange(len(texts)), "Nothing of the kind was ever planned by anybody here.")
        found = cut(texts, draw.choice([" ", "\n"]))
        told = [*found.texts, *found.added.values()]
        assert sorted(w for t in told for w in t.split()) == sorted(w for t in texts for w in t.split())


def test_places_are_where_sentences_and_clauses_end() -> None:
    places = cut_places('He said: "Go." Dr. Wu, who 5 left', "en")
    pieces = [places.piece(a, a + 1) for a in range(len(places.at) - 1)]
    assert pieces == ["He said:", '"Go."', "Dr.", "Wu,", "who", "5 left"]
    assert places.ends.tolist() == [True, False, True, False, False, False, True]


def test_the_longest_rise_and_what_moved() -> None:
    assert longest_rise([]) == []
    assert longest_rise([5, 1, 2, 9, 3]) == [1, 2, 4]
    assert moved([0, 2, 1, 3]) in ({1}, {2})
    assert moved([3, 0, 1, 2]) == {3}


def test_a_band_goes_on_where_the_one_before_ends() -> None:
    import numpy as np

    at = np.arange(5000)
    wrong = [(k, (k * 7919) % 5000) for k in range(0, 800, 3)]
    band = search_band(wrong, 800, at)
    assert band.of(0)[0] == 0
    assert band.of(800)[1] == 5000
    for k in range(800):
        assert band.low[k] <= band.low[k + 1] < band.high[k] <= band.high[k + 1]
