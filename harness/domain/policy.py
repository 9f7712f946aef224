"""What the CI gate asks of a run: margins, floors and limits, as `configs/gate.yaml` says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.domain.spec import StatisticsSpec
from harness.errors import ConfigError, did_you_mean

#: What a check contributes whose margin the test set is too small to see.
Underpowered = Literal["inconclusive", "pass", "fail"]
#: Whether a metric can make the gate red, or is only shown.
Role = Literal["decide", "watch"]
#: How a loss is tested. "jackknife" is one metric's one-sided bound in closed form, over all test sets; the other two
#: are resampling tests of every metric on every test set, whose p-values are corrected for each other.
GateTest = Literal["jackknife", "bootstrap", "randomization"]

#: What no sound system does: one such segment is a defect, whatever the average says (docs/checks.md).
NEVER = (
    "empty", "invented", "copied-source", "untranslated", "html-entities", "control-characters", "refusal",
    "wrong-language", "subword-pieces", "special-tokens", "language-tags", "n-best-line", "mojibake", "html-tags",
    "error-text",
)  # fmt: skip
#: What good systems do now and then, so that only more of it says something.
RATE = (
    "loop", "length-ratio", "line-shift", "tokenised", "punctuation-run", "invisible", "unnormalised", "homoglyph",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MetricRule:
    """What is asked of one metric.

    Attributes:
        margin: a loss up to this, in the metric's own unit, is accepted.
        minimum: the candidate's score must be at least (for error rates: at most) this; None for no floor.
        optional: whether runs without this metric pass.
        role: of a metric that is not the primary one; None for the policy's default.
    """

    margin: float
    minimum: float | None = None
    optional: bool = False
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class FlagLimit:
    """Absolute limits on segments that the hypothesis checks flag, without a test.

    Attributes:
        kinds: the flags that count.
        max_share: of the scored segments, for the candidate by itself.
        max_increase: over the baseline's share.
    """

    kinds: tuple[str, ...] = ("empty", "copied-source", "untranslated")
    max_share: float | None = None
    max_increase: float | None = None


@dataclass(frozen=True, slots=True)
class CollapseLimit:
    """Single segments that fell hard: what an average hides (two swapped sentences, one lost paragraph).

    Attributes:
        metric: the column whose segment scores are looked at.
        drop: how far a segment's score must fall to count, in the metric's unit.
        most: how many may, without a test; None to test whether more fell so far than rose so far.
    """

    metric: str
    drop: float
    most: int | None = None


@dataclass(frozen=True, slots=True)
class CountRules:
    """What is counted segment by segment; the tests of `rate`, `numbers` and `collapse` share their error.

    Attributes:
        never: flags of which the candidate may have none where the baseline has none.
        rate: flags of which it may not have more by a test.
        rate_increase: over the baseline's share, and smaller increases are accepted whatever the test says.
        numbers_increase: the same for segments whose numbers are not those of the source; None for no such test.
        collapse: None for no such test.
        asked: which of "numbers" and "collapse" the policy names: those must be measurable, the defaults need not be.
    """

    never: tuple[str, ...] = NEVER
    rate: tuple[str, ...] = RATE
    rate_increase: float = 0.002
    numbers_increase: float | None = 0.005
    collapse: CollapseLimit | None = CollapseLimit("chrf", 30.0)
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TestSetRule:
    """What is special about one test set.

    Attributes:
        metrics: rules that replace those of the policy.
        groups: name to patterns of document names; each group is checked by itself as well.
    """

    __test__ = False

    metrics: Mapping[str, MetricRule] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """What the gate asks.

    Attributes:
        metrics: in the order of the policy.
        primary: the metric that makes the gate pass; "" for the first of `metrics`.
        test: "jackknife" unless the policy asks for a resampling test of every metric.
        statistics: level and unit, and what a resampling test needs: correction, resamples, seed.
        pool: how much each test set counts in the one verdict over all: by its segments, equally, by shares, or "off"
            for a verdict per test set.
        set_guard: one test set alone is a regression where it lost more than so many margins; None for no guard.
        runs: checks against one baseline that share the error.
        anchor: whether the first accepted baseline is compared as well; it takes half the error.
        underpowered: the outcome of a check whose margin the test set is too small to see.
        counts: what is tested segment by segment; None where the policy has a resampling test and asks for none.
        max_error_share: of segments without a hypothesis; beyond it the candidate is incomplete.
        flags, collapse: absolute limits.
        looks: the shares of the segments after which the gate looked, up to and with this look; () for one look at all.
        max_slowdown: the candidate's seconds per segment over the baseline's.
        max_cost_ratio: the candidate's price a segment over the baseline's.
        file, lines: where the policy was read, and the line of each of its keys, for messages.
    """

    metrics: Mapping[str, MetricRule]
    primary: str = ""
    test: GateTest = "jackknife"
    statistics: StatisticsSpec = field(default_factory=lambda: StatisticsSpec(resamples=2000))
    pool: Literal["segments", "equal", "off"] | Mapping[str, float] = "segments"
    set_guard: float | None = 3.0
    runs: int = 30
    anchor: bool = True
    underpowered: Underpowered = "inconclusive"
    counts: CountRules | None = field(default_factory=CountRules)
    max_error_share: float = 0.0
    flags: FlagLimit | None = None
    collapse: CollapseLimit | None = None
    max_slowdown: float | None = None
    max_cost_ratio: float | None = None
    test_sets: Mapping[str, TestSetRule] = field(default_factory=dict)
    looks: tuple[float, ...] = ()
    file: str | None = None
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict, compare=False)

    def unknown(self, what: str, where: tuple[str, ...], known: Iterable[str]) -> ConfigError:
        """The error of a name in the policy that nothing answers to, with its line and the nearest one that does.

        Args:
            what: the sentence without its end: "The policy has the test set 'newz', which neither side has".
            where: the keys that lead to the name, the name last.
            known: what would have been right.
        """
        names = sorted(set(known))
        return self.error(f"{what}{did_you_mean(where[-1], names)}", where, ", ".join(names))

    def error(self, problem: str, where: tuple[str, ...], allowed: str = "") -> ConfigError:
        """An error at a place of the policy's file, with the line where that is known."""
        line = next((self.lines[where[:k]] for k in range(len(where), 0, -1) if where[:k] in self.lines), None)
        return ConfigError(problem, file=self.file, line=line, allowed=allowed or "(none)")

    @property
    def main(self) -> str:
        """The primary metric's name."""
        able = [name for name, rule in self.metrics.items() if rule.role != "watch"]
        needed = [name for name in able if not self.metrics[name].optional]
        return self.primary or next(iter([*needed, *able, *self.metrics]))

    def role_of(self, metric: str, rule: MetricRule) -> Role:
        """Whether a metric may make the gate red. Where the policy names no primary metric, all may."""
        if metric == self.main:
            return "decide"
        return rule.role or ("watch" if self.primary else "decide")

    @property
    def alpha(self) -> float:
        """What all checks against one baseline may err together, on equal systems."""
        return 1 - self.statistics.level

    def metrics_of(self, test_set: str) -> Mapping[str, MetricRule]:
        """The rules that hold on one test set."""
        special = self.test_sets.get(test_set)
        return {**self.metrics, **(special.metrics if special is not None else {})}
