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
    shared = [
        (place, index, s.id, s.document, s.source, test_set.references_of(index))
        for place, index in enumerate(test_set.scored)
        for s in (test_set.segments[index],)
    ]
    name = test_set.name
    for label, output in outputs.items():
        for place, index, segment, document, source, references in shared:
            text = output.hypotheses[index].text
            if text is not None:
                units.append(ScoringUnit(label, name, segment, document, source, text, references))
                places.append(place)
    return units, places
