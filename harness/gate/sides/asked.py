"""Whether a policy asks for something: a name that nothing answers to is a mistake, and never a check that passes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from harness.backends.catalogue import backends
from harness.checks import FLAGS
from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput
from harness.errors import nearest
from harness.metrics.catalogue import metrics as catalogue

#: Metrics, by catalogue name, whose scores and flags were made by other programs.
_FROM_ELSEWHERE = frozenset({"scores", "external"})


def refuse_what_nothing_answers_to(
    policy: Policy, candidate: GateInput, baseline: GateInput, test_sets: Mapping[str, TestSet]
) -> None:
    """Look at every name in a policy before anything is measured.

    Args:
        test_sets: the candidate's, by name.

    Raises:
        ConfigError: a metric, flag, test set or group of documents that is misspelt or that neither side has, or a
            policy of which nothing is left to compare.
    """
    sides = (candidate, baseline)
    scored = {m.name for side in sides for m in side.metrics}
    _metrics(policy, scored)
    _flags(policy, sides)
    known = {*test_sets, *baseline.fingerprints}
    shares = () if isinstance(policy.pool, str) else tuple(policy.pool)
    for name, where in (*((n, ("test_sets", n)) for n in policy.test_sets), *((n, ("pool", n)) for n in shares)):
        if name not in known:
            raise policy.unknown(f"The policy names the test set '{name}', which neither side has", where, known)
    for name, special in policy.test_sets.items():
        documents = {s.document for s in test_sets[name].segments} if name in test_sets else set()
        for group, patterns in special.groups.items():
            for pattern in patterns:
                if name in test_sets and not any(fnmatchcase(d, pattern) for d in documents):
                    raise policy.error(
                        f"'{pattern}' of the group '{group}' matches no document of {name}.",
                        ("test_sets", name, "groups", group),
                        ", ".join(sorted(documents)),
                    )


def _metrics(policy: Policy, scored: Collection[str]) -> None:
    """A metric must be in one of the runs; an optional one may be in neither, but must be one that there is."""
    for where, name, optional in _metric_names(policy):
        if name in scored:
            continue
        if not optional:
            raise policy.unknown(f"The policy asks for the metric '{name}', which neither run has", where, scored)
        if name not in catalogue:
            known = {*scored, *catalogue}
            raise policy.unknown(
                f"The policy asks for the metric '{name}', and there is none of this name", where, known
            )
    if not any(name in scored for _, name, _ in _metric_names(policy)):
        asked = ", ".join(dict.fromkeys(name for _, name, _ in _metric_names(policy)))
        raise policy.error(f"This gate compares nothing: neither run has {asked}.", ("metrics",), ", ".join(scored))


def _metric_names(policy: Policy) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    for name, rule in policy.metrics.items():
        yield ("metrics", name), name, rule.optional
    for test_set, special in policy.test_sets.items():
        for name, rule in special.metrics.items():
            yield ("test_sets", test_set, "metrics", name), name, rule.optional
    if policy.collapse is not None:
        yield ("collapse", policy.collapse.metric), policy.collapse.metric, False
    if policy.counts is not None and policy.counts.collapse is not None and "collapse" in policy.counts.asked:
        # Counted here if the runs have it not, so that it must only be a metric.
        yield ("collapse", policy.counts.collapse.metric), policy.counts.collapse.metric, True


def _flags(policy: Policy, sides: Sequence[GateInput]) -> None:
    """Flags are those of the checks, of metrics and engines, and any other that a run has."""
    asked: list[tuple[tuple[str, ...], str]]
    asked = [(("flags", "kinds", k), k) for k in (policy.flags.kinds if policy.flags is not None else ())]
    if policy.counts is not None:
        asked += [(("flags", "never", k), k) for k in policy.counts.never]
        asked += [(("flags", "rate", "kinds", k), k) for k in policy.counts.rate]
    seen = {flag for side in sides for outputs in side.outputs for flags in outputs.flags for flag in flags}
    anybodys = {*FLAGS, *seen, *(flag for name in backends for flag in backends.facts(name).flags)}
    scored = {m.metric for side in sides for m in side.metrics}
    giver = {flag: name for name in catalogue for flag in catalogue.facts(name).flags}
    for where, kind in asked:
        if kind in anybodys or giver.get(kind) in scored:
            continue
        if kind in giver:
            raise policy.error(
                f"The flag '{kind}' is given by the metric {giver[kind]}, and neither run has it.",
                where,
                ", ".join(sorted(scored)),
            )
        known = {*anybodys, *giver}
        # Scores from elsewhere come with flags of their own, which nobody here can list.
        if not scored & _FROM_ELSEWHERE or nearest(kind, known) is not None:
            raise policy.unknown(f"There is no flag '{kind}'", where, known)
