"""Accepted baselines: small enough to commit, one line per segment, so that a change of one shows as one line.

baselines/<name>/baseline.json        which run, when, why; fingerprints, scores, signatures, parameters, costs, sums
baselines/<name>/<system>.jsonl       one line per test set and segment: hypothesis, flags, and the scores of metrics
                                      that are means of segment scores; the others are counted again from the texts
baselines/<name>/anchor/              the same files of what was accepted first, once the baseline is another run: many
                                      small losses, each of them accepted, are seen as one against it

A checksum is over what a file says and not over its bytes: the line ends that git converts change none.

Here belongs how a baseline is stored and whether it is whole. Whether a run may become one is the gate's business.
"""

from harness.store.baselines.baseline_folder import (
    FILE,
    SCHEMA_VERSION,
    Acceptance,
    check_baseline_name,
    is_baseline,
    read_anchor,
    read_baseline,
    read_history,
    write_baseline,
)

__all__ = [
    "FILE",
    "SCHEMA_VERSION",
    "Acceptance",
    "check_baseline_name",
    "is_baseline",
    "read_anchor",
    "read_baseline",
    "read_history",
    "write_baseline",
]
