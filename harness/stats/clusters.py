"""Ranks that do not pretend: systems that cannot be told apart share one.

As at WMT (Kocmi et al. 2022, "Findings of the 2022 Conference on Machine Translation"): a system's rank range runs from
one plus the number of systems it significantly loses to, to the number of all systems less those it significantly
beats; systems are grouped into clusters so that all systems of one cluster significantly beat all systems of every
lower cluster. The rank on the board is that of the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankCluster:
    """The cluster, rank and rank range of a system.

    Attributes:
        rank: one plus the number of systems in better clusters; shared inside a cluster.
        cluster: numbered from 1, the best.
        best: the best rank it may have: one plus its significant losses.
        worst: the worst rank it may have: all systems less its significant wins.
    """

    rank: int
    cluster: int
    best: int
    worst: int


def rank_clusters(best_first: Sequence[str], beats: Set[tuple[str, str]]) -> Mapping[str, RankCluster]:
    """Ranks, clusters and rank ranges.

    Args:
        best_first: systems by score.
        beats: (winner, loser) for each significant difference.
    """
    n = len(best_first)
    losses = {name: sum((other, name) in beats for other in best_first) for name in best_first}
    wins = {name: sum((name, other) in beats for other in best_first) for name in best_first}
    result: dict[str, RankCluster] = {}
    cluster, start = 1, 0
    for end in range(1, n + 1):
        top, rest = best_first[start:end], best_first[end:]
        if all((winner, loser) in beats for winner in top for loser in rest):
            for name in top:
                result[name] = RankCluster(start + 1, cluster, 1 + losses[name], n - wins[name])
            cluster, start = cluster + 1, end
    return result
