"""The baseline's test sets and segments put beside the candidate's: by content, and by segment id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.domain import Outputs, TestSet
from harness.domain.verdict import GateInput
from harness.errors import InputError


def joined(baseline: GateInput, candidate: GateInput, test_sets: Mapping[str, TestSet]) -> tuple[GateInput, list[str]]:
    """The baseline under the candidate's names of test sets, each line beside the segment that it translates.

    A test set whose content is the candidate's under another name is the same test set. Lines are joined by segment
    id wherever the ids are the same: the order of a file says nothing.

    Args:
        test_sets: the candidate's, by name.

    Returns:
        The baseline, and what a reader must know, as sentences.

    Raises:
        InputError: the baseline has segments that its test set does not have.
    """
    names, notes = _names(baseline, candidate, test_sets)
    renamed = replace(
        baseline,
        fingerprints={names[n]: f for n, f in baseline.fingerprints.items()},
        contents={names[n]: c for n, c in baseline.contents.items() if n in names},
        outputs=tuple(replace(o, test_set=names[o.test_set]) for o in baseline.outputs),
        scores=tuple(replace(s, test_set=names[s.test_set]) for s in baseline.scores),
        costs={(names[t], s): values for (t, s), values in baseline.costs.items()},
    )
    same = {n for n in renamed.fingerprints if n in test_sets and same_content(n, candidate, renamed)}
    outputs = tuple(_in_order(o, test_sets[o.test_set], renamed) if o.test_set in same else o for o in renamed.outputs)
    return replace(renamed, outputs=outputs), notes


def same_content(name: str, candidate: GateInput, baseline: GateInput) -> bool:
    """Whether both sides mean the same texts by the name of a test set."""
    if candidate.fingerprints.get(name) == baseline.fingerprints.get(name):
        return True
    content = baseline.contents.get(name)
    return content is not None and content == candidate.contents.get(name)


def _names(
    baseline: GateInput, candidate: GateInput, test_sets: Mapping[str, TestSet]
) -> tuple[dict[str, str], list[str]]:
    """The baseline's test sets to the candidate's names of them."""
    names = {name: name for name in baseline.fingerprints}
    notes = []
    for name, fingerprint in baseline.fingerprints.items():
        if name in test_sets and same_content(name, candidate, baseline):
            continue
        content = baseline.contents.get(name)
        for other in test_sets:
            if other in names or other in names.values():
                continue
            if fingerprint == candidate.fingerprints[other] or (
                content is not None and content == candidate.contents.get(other)
            ):
                names[name] = other
                notes.append(f"{other} has the content of the baseline's {name}: they are compared as one test set.")
                break
    return names, notes


def _in_order(outputs: Outputs, test_set: TestSet, baseline: GateInput) -> Outputs:
    wanted = [s.id for s in test_set.segments]
    given = [h.id for h in outputs.hypotheses]
    if given == wanted:
        return outputs
    if set(given) != set(wanted):
        if len(given) == len(wanted) and not set(given) & set(wanted):
            # The same texts under other ids, whose order is part of the content.
            hypotheses = (replace(h, id=i) for h, i in zip(outputs.hypotheses, wanted, strict=True))
            return replace(outputs, hypotheses=tuple(hypotheses))
        odd = next(iter([*sorted(set(given) - set(wanted)), *sorted(set(wanted) - set(given))]))
        raise InputError(
            f"The outputs of {outputs.system} in {baseline.label} are not those of {test_set.name}: the segment {odd} "
            "is on one side alone.",
            remedy="restore its files, or harness baseline accept RUN --force --reason TEXT",
        )
    places = {segment: k for k, segment in enumerate(given)}
    order = [places[segment] for segment in wanted]
    return replace(
        outputs,
        hypotheses=tuple(outputs.hypotheses[k] for k in order),
        flags=tuple(outputs.flags[k] for k in order),
        scores={m: tuple(values[k] for k in order) for m, values in outputs.scores.items()},
        notes={m: tuple(values[k] for k in order) for m, values in outputs.notes.items()},
    )
