"""What a metric is asked about: the hypotheses of a test set, with all it may look at."""

from __future__ import annotations

from collections.abc import Mapping

from harness.domain import Outputs, ScoringUnit, TestSet


def scoring_units(test_set: TestSet, outputs: Mapping[str, Outputs]) -> tuple[list[ScoringUnit], list[int]]:
    """One unit for every hypothesis of a scored segment, failed ones left out.

    Args:
        test_set: its scored segments count.
        outputs: by the label under which a system is to be known.

    Returns:
        The units, and each one's place among the scored segments.
    """
    units: list[ScoringUnit] = []
    places: list[int] = []
    references = [test_set.references_of(index) for index in test_set.scored]
    for label, output in outputs.items():
        for place, index in enumerate(test_set.scored):
            text = output.hypotheses[index].text
            if text is not None:
                s = test_set.segments[index]
                units.append(ScoringUnit(label, test_set.name, s.id, s.document, s.source, text, references[place]))
                places.append(place)
    return units, places
