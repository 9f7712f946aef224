"""A line in another line's place is seen by the references, in any language that is written with blanks."""

from __future__ import annotations

import pytest

from harness.checks import Checker
from harness.checks.reference_lines import ReferenceLines
from harness.domain import Hypothesis, Kind, LangPair, Segment

GERMAN = [
    "Der Vertrag über die Zusammenarbeit wurde am Montag in der Hauptstadt unterzeichnet.",
    "Die Preise für Rohöl sind den dritten Tag in Folge deutlich gefallen.",
    "Im kommenden Frühjahr soll die neue Stadtbibliothek eröffnet werden.",
    "Danke.",
    "Die Mannschaft kehrte nach dem verlorenen Endspiel noch am selben Abend zurück.",
    "Forscher haben im Süden des Landes eine bisher unbekannte Froschart entdeckt.",
    "Bitte.",
    "Der Minister kündigte an, die Steuern auf kleine Einkommen zu senken.",
]
HONEST = [
    "Am Montag wurde in der Hauptstadt der Vertrag über eine Zusammenarbeit unterschrieben.",
    "Rohöl ist am dritten Tag hintereinander viel billiger geworden.",
    "Die neue Bibliothek der Stadt öffnet nächstes Frühjahr.",
    "Vielen Dank.",
    "Nach der Niederlage im Endspiel reiste das Team noch am Abend heim.",
    "Eine unbekannte Art von Fröschen wurde von Forschern im Süden gefunden.",
    "Gern.",
    "Kleine Einkommen sollen laut dem Minister weniger besteuert werden.",
]


def flagged(texts: list[str], references: list[str] = GERMAN) -> list[int]:
    return ReferenceLines([[r] for r in references]).misplaced(texts)


def test_honest_lines_are_left_in_peace() -> None:
    assert flagged(GERMAN) == []
    assert flagged(HONEST) == []


@pytest.mark.parametrize(("place", "other"), [(0, 1), (4, 5), (5, 2), (7, 0), (0, 7)])
def test_another_lines_translation_is_seen(place: int, other: int) -> None:
    texts = [*HONEST]
    texts[place] = GERMAN[other]
    assert flagged(texts) == [place]


def test_swapped_neighbours_are_both_seen() -> None:
    texts = [*GERMAN]
    texts[1], texts[2] = texts[2], texts[1]
    assert flagged(texts) == [1, 2]


def test_what_is_short_says_nothing() -> None:
    texts = [*GERMAN]
    texts[3], texts[6] = texts[6], texts[3]
    assert flagged(texts) == []


def test_a_segment_without_a_reference_is_left_out() -> None:
    known = ReferenceLines([[], *([r] for r in GERMAN[1:])])
    assert known.misplaced([GERMAN[1], *GERMAN[1:]]) == []


def test_a_second_reference_may_be_the_one_that_is_followed() -> None:
    known = ReferenceLines([[a, b] for a, b in zip(GERMAN, reversed(GERMAN), strict=True)])
    assert known.misplaced(GERMAN) == []
    assert known.misplaced(list(reversed(GERMAN))) == []


def test_the_flag_is_that_of_the_checks() -> None:
    segments = [
        Segment(f"s{i}", "d", 1, Kind.SENTENCE, "Zpráva z domova a ze světa, která je dlouhá.")
        for i in range(len(GERMAN))
    ]
    texts = [GERMAN[5], *GERMAN[1:]]
    hypotheses = [Hypothesis(s.id, t, None) for s, t in zip(segments, texts, strict=True)]
    checker = Checker(segments, LangPair("cs", "de"), [[r] for r in GERMAN])
    assert ["line-shift" in flags for flags in checker.flags(hypotheses)] == [True] + [False] * 7
    without = Checker(segments, LangPair("cs", "de"))
    assert not any("line-shift" in flags for flags in without.flags(hypotheses))
