"""What a board says of texts that were cut out of running text, and which of them take no rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.domain import Array, Outputs, TestSet
from harness.metrics.base import Metric

#: A system that has no text for more than this share of the scored segments takes no rank.
UNALIGNED = 0.1


def omitted_places(output: Outputs, test_set: TestSet) -> frozenset[int]:
    """Places among the scored segments for which a running text has nothing."""
    hypotheses = (output.hypotheses[i] for i in test_set.scored)
    return frozenset(k for k, h in enumerate(hypotheses) if h.cut is not None and not h.text)


def too_little(outputs: Sequence[Outputs], test_sets: Sequence[TestSet]) -> dict[tuple[str, str], str]:
    """By test set and system, why a system takes no rank: too much of the source has no translation in its text."""
    found = {}
    by_name = {t.name: t for t in test_sets}
    for output in outputs:
        test_set = by_name[output.test_set]
        count, all_of_them = len(omitted_places(output, test_set)), len(test_set.scored)
        if count > UNALIGNED * all_of_them:
            found[output.test_set, output.system] = (
                f"{count} of {all_of_them} segments are not found in its text: more than a tenth"
            )
    return found


def cut_notes(outputs: Sequence[Outputs], test_sets: Sequence[TestSet]) -> list[str]:
    """A sentence for each running text: how many segments were found in it, and what else is there."""
    found = []
    scored = {t.name: t.scored for t in test_sets}
    for output in outputs:
        places = [i for i in scored[output.test_set] if output.hypotheses[i].cut is not None]
        if not places:
            continue
        count = {
            kind: sum(kind in output.hypotheses[i].flags for i in places)
            for kind in ("unsure", "omitted", "moved", "added-text")
        }
        sure = len(places) - count["omitted"] - count["unsure"]
        where = f"{output.test_set}: " if len(scored) > 1 else ""
        found.append(
            f"{where}'{output.system}' is running text and was cut into segments: {sure} of {len(places)} found "
            f"surely, {count['unsure']} unsurely, {count['omitted']} omitted, {count['moved']} moved; text "
            f"that belongs to no segment stands in {count['added-text']} places.{_left_out(output)}"
        )
    return found


def _left_out(output: Outputs) -> str:
    count = sum("source-beside" in h.flags for h in output.hypotheses)
    return f" {count} source segments that stood between were left out." if count else ""


def with_omissions_as_zero(
    metric: Metric, stats: Array, omissions: Mapping[str, frozenset[int]], rows: Sequence[tuple[str, int]]
) -> Array:
    """The statistics of a mean over segments, with 0 where a system has no text, as SEGALE does.

    A mean of other sums (BLEU, chrF, TER) and one where less is better stay what they are: an empty text is scored.

    Args:
        omissions: system to places among the scored segments.
        rows: the system and the place that each row is about.
    """
    missing = [place in omissions.get(system, ()) for system, place in rows]
    if not (metric.higher_is_better and averages_segments(stats)):
        return stats
    return np.where(np.array(missing)[:, None], np.array([[0.0, 1.0]]), stats)


def averages_segments(stats: Array) -> bool:
    """Whether statistics are those of a mean over segments: a score and a one."""
    return stats.shape[1] == 2 and bool(((stats[:, 1] == 1.0) | np.isnan(stats[:, 1])).all())


def aligned_notes(
    metric: Metric, test_set: TestSet, rows: Mapping[str, Array], outputs: Sequence[Outputs]
) -> list[str]:
    """The mean over the segments that were found alone, beside the one where the others count as 0."""
    found = []
    for output in outputs:
        if output.test_set != test_set.name or output.system not in rows or not averages_segments(rows[output.system]):
            continue
        gone = omitted_places(output, test_set)
        keep = np.array([k not in gone for k in range(len(test_set.scored))], dtype=bool)
        if not gone or not keep.any() or not metric.higher_is_better:
            continue
        mean = float(np.nanmean(rows[output.system][keep, 0]))
        found.append(
            f"{test_set.name}: '{output.system}' has {metric.name} {mean:.4f} over the {int(keep.sum())} segments that "
            "were found in its text; on the board the others count as 0."
        )
    return found
