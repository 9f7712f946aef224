"""Words of a term are found in any of their forms, and nothing else is."""

from __future__ import annotations

import pytest

from harness.language.terminology.inflection import find_inflected, lemmatiser


@pytest.mark.parametrize(
    ("language", "rendering", "text", "found"),
    [
        ("de", "digitale Wirtschaft", "den Ausbau der digitalen Wirtschaft fördern", "digitalen Wirtschaft"),
        ("ru", "цифровая экономика", "развитие цифровой экономики Китая", "цифровой экономики"),
        ("cs", "digitální ekonomika", "rozvoj digitální ekonomiky", "digitální ekonomiky"),
        ("uk", "цифрова економіка", "розвиток цифрової економіки", "цифрової економіки"),
        ("fr", "économie numérique", "les économies numériques", "économies numériques"),
        ("es", "economía digital", "las economías digitales", "economías digitales"),
        ("en", "cross-border data flow", "cross border data flows", "cross border data flows"),
        ("hr", "digitalno gospodarstvo", "razvoj digitalnog gospodarstva", "digitalnog gospodarstva"),
        ("en", "reform & opening", "Reform and opening", "Reform and opening"),
    ],
)
def test_forms_of_one_word_are_one(language: str, rendering: str, text: str, found: str) -> None:
    words = lemmatiser(language)
    assert words is not None
    (span,) = find_inflected(words(rendering), text, words(text))
    assert text[slice(*span)] == found


@pytest.mark.parametrize(
    ("language", "rendering", "text"),
    [
        ("en", "China", "the china was broken"),
        ("en", "data flow", "data, flow"),
        ("en", "data flow", "data that flow"),
        ("de", "Verordnung", "die Anordnung"),
        ("ru", "цифровая экономика", "экономика цифровая"),
    ],
)
def test_other_words_are_others(language: str, rendering: str, text: str) -> None:
    words = lemmatiser(language)
    assert words is not None
    assert find_inflected(words(rendering), text, words(text)) == []


def test_a_language_without_forms_has_none() -> None:
    assert lemmatiser("zh") is None
    assert lemmatiser("ja") is None
