"""Systems that cannot be told apart share a rank."""

from __future__ import annotations

from itertools import combinations

from harness.stats.clusters import RankCluster, rank_clusters


def test_nothing_significant_is_one_cluster() -> None:
    assert rank_clusters(["a", "b", "c"], set()) == dict.fromkeys("abc", RankCluster(1, 1, 1, 3))


def test_everything_significant_is_a_strict_order() -> None:
    names = ["a", "b", "c"]
    places = rank_clusters(names, set(combinations(names, 2)))
    assert [places[name] for name in names] == [
        RankCluster(1, 1, 1, 1),
        RankCluster(2, 2, 2, 2),
        RankCluster(3, 3, 3, 3),
    ]


def test_a_cluster_ends_only_where_all_of_it_beat_all_that_follow() -> None:
    # a beats c, but b does not, so the three cannot be parted; all three beat d.
    places = rank_clusters(["a", "b", "c", "d"], {("a", "c"), ("a", "d"), ("b", "d"), ("c", "d")})
    assert places["a"] == RankCluster(1, 1, 1, 2)
    assert places["b"] == RankCluster(1, 1, 1, 3)
    assert places["c"] == RankCluster(1, 1, 2, 3)
    assert places["d"] == RankCluster(4, 2, 4, 4)
