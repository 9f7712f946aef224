"""A column of scores that were computed elsewhere: on a machine with a GPU or a network, or by another tool.

They come in by segment id with their own signature and are then like any metric's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature, mean_of
from harness.errors import ConfigError, InputError
from harness.metrics.external.score_files import GivenScore, fingerprint, read_scores, signature_of
from harness.metrics.parameters import flag, whole
from harness.tabular.matching import some


class Scores:
    """A column of scores from a file.

    The statistics of a segment are (score, 1): a corpus score is the mean. A unit without a score in the file is a row
    of NaN and counts as missing.

    Args:
        path: the file.
        name: the column.
        signature: what the scores depend on, where the file does not say.
        higher_is_better: likewise; there is no default, because a wrong one turns the board upside down.
        digits: how many digits behind the point to show, where the file does not say.
        segments: for *.seg.score, which knows no ids: a file with them in order, one per line, or segments.tsv of the
            test set.
    """

    needs_reference = False
    higher_is_better: bool
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(
        self,
        *,
        path: str,
        name: str = "scores",
        signature: str | None = None,
        higher_is_better: bool | None = None,
        segments: str | None = None,
        digits: int | None = None,
    ) -> None:
        self.name = name
        self._path = Path(path)
        found = read_scores(self._path, None if segments is None else Path(segments))
        self._scores = found.scores
        given = None if signature is None else signature_of(signature)
        if signature is not None and given is None:
            raise ConfigError(f"{name}: '{signature}' is not a signature.", allowed="Name|key:value|...")
        chosen = given or found.signature
        if chosen is None:
            raise ConfigError(f"{name}: {path} does not say what its scores depend on.", remedy="give 'signature'")
        better = (
            found.higher_is_better if higher_is_better is None else flag(name, "higher_is_better", higher_is_better)
        )
        if better is None:
            raise ConfigError(
                f"{name}: {path} does not say whether higher is better.", remedy="give 'higher_is_better'"
            )
        self._signature, self.higher_is_better = chosen, better
        self.digits = found.digits if digits is None else whole(name, "digits", digits, least=0, most=10)

    def signature(self, n_refs: int) -> Signature:
        """The file's own; how many references the scores saw is for it to say."""
        return self._signature

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(score, 1) a unit, shape (n, 2).

        Raises:
            InputError: the file knows none of these units, or scored another text under the same id.
        """
        stats = np.full((len(units), 2), np.nan)
        known = False
        for position, unit in enumerate(units):
            found = self._of(unit)
            if found is None:
                continue
            known = True
            if found.of and found.of != fingerprint(unit):
                raise InputError(
                    f"{self._path} scored another text than {unit.system} now has for segment {unit.segment}.",
                    remedy="score the present hypotheses again",
                )
            if found.score is not None:
                stats[position] = found.score, 1.0
        if units and not known:
            systems, segments = (some(sorted({key[i] for key in self._scores})) for i in (1, 2))
            raise InputError(
                f"{self._path} has no score for any of {len(units)} units; its systems are {systems}, its segments "
                f"{segments}.",
                allowed=f"systems such as {units[0].system}, segments such as {units[0].segment}",
            )
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """The flags that the file has."""
        found = [self._of(unit) for unit in units]
        return [{"flags": list(f.flags)} if f is not None and f.flags else {} for f in found]

    def aggregate(self, totals: Array) -> Array:
        """The mean score."""
        return mean_of(totals)

    def segment_scores(self, stats: Array) -> Array:
        """The scores as the file has them."""
        return mean_of(stats)

    def _of(self, unit: ScoringUnit) -> GivenScore | None:
        named = self._scores.get((unit.test_set, unit.system, unit.segment))
        return named or self._scores.get(("", unit.system, unit.segment))
