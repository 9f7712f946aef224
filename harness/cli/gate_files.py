"""What `harness init gate` writes, as texts: a candidate, a policy, a CI job, a page on the baseline."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.domain.spec import MetricSpec

#: Losses that are accepted where nobody says another, in each metric's unit: what people begin to see
#: (docs/gate.md); the first of these that a config has is the primary metric.
MARGINS = {"chrf": "1.0", "chrf++": "1.0", "bleu": "1.0", "spbleu": "1.0", "comet": "0.01"}


@dataclass(frozen=True)
class GatePaths:
    """What a CI job calls, as paths from the repository's root."""

    config: str = "configs/candidate.yaml"
    policy: str = "configs/gate.yaml"
    baseline: str = "default"

    @property
    def check(self) -> str:
        """The command, without its reports."""
        config, policy, baseline = (shlex.quote(text) for text in (self.config, self.policy, self.baseline))
        return f"harness check {config} --baseline {baseline} --policy {policy}"


def candidate_text(references: str, test_sets: Sequence[str], system: Mapping[str, object]) -> str:
    """A config of one system; JSON texts are YAML, whatever is in them."""
    entries = "\n".join(f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in system.items())
    names = "\n".join(f"  - {json.dumps(name, ensure_ascii=False)}" for name in test_sets)
    return (
        "# The system that `harness check` asks about. docs/configuration.md says what else may stand here.\n"
        f"name: candidate\nreferences: {json.dumps(references)}\ntest_sets:\n{names}\n"
        f"systems:\n  - name: mt\n{entries}\nmetrics: [chrf, bleu]\n"
    )


def policy_text(metrics: Sequence[MetricSpec]) -> str:
    """A policy for the metrics of a config that have a margin; "" where none has."""
    known = {m.name: m for m in metrics if m.metric in MARGINS}
    needed = [name for name, m in known.items() if not m.optional] or list(known)
    if not needed:
        return ""
    primary = min(needed, key=lambda name: list(MARGINS).index(known[name].metric))
    lines = [f"  {_key(primary)}: {{margin: {MARGINS[known[primary].metric]}}}"]
    for name, metric in known.items():
        if name != primary:
            optional = ", optional: true" if metric.optional else ""
            why = "watched where both runs have it" if metric.optional else "decide: may make the gate red"
            entry = f"  {_key(name)}: {{margin: {MARGINS[metric.metric]}, role: watch{optional}}}"
            lines.append(f"{entry:<53} # {why}")
    return _POLICY.replace("PRIMARY", _key(primary)).replace("METRICS", "\n".join(lines))


def _key(name: str) -> str:
    return name if name in MARGINS else json.dumps(name, ensure_ascii=False)


def github_text(paths: GatePaths) -> str:
    """A workflow for pull requests."""
    return _GITHUB.replace("CHECK", paths.check)


def gitlab_text(paths: GatePaths) -> str:
    """A job for merge requests."""
    return _GITLAB.replace("CHECK", paths.check)


def first_commands(paths: GatePaths) -> list[str]:
    """What makes the first baseline."""
    name = "" if paths.baseline == "default" else f" --name {shlex.quote(paths.baseline)}"
    return [
        f"harness run {shlex.quote(paths.config)}",
        f"harness baseline accept latest --policy {shlex.quote(paths.policy)}{name}",
    ]


def baseline_page(paths: GatePaths) -> str:
    """What stands beside the accepted baselines."""
    return _BASELINE.replace("FIRST", "\n".join(first_commands(paths))).replace("CHECK", paths.check)


_POLICY = """\
# What `harness check` asks. Margins are in each metric's own unit: a loss up to the margin is accepted.
# docs/gate.md of translation-harness says how the verdict is reached; every other key has its default.
primary: PRIMARY  # the one metric that makes the gate pass
metrics:
METRICS

level: 0.95                  # a pass excludes a loss as large as the margin with this certainty
runs: 30                     # checks against one baseline that share the 5% of false alarms; 1 for a single check
anchor: true                 # compare with the first accepted baseline as well, so that small losses do not add up
underpowered: inconclusive   # where the test set is too small to say: inconclusive (exit 3), pass, or fail
"""

_GITHUB = """\
# .github/workflows/translation.yml: translate and score on every pull request, and stop it when it got worse.
# The job summary and the annotations come by themselves; the comment and the JUnit file are kept as an artifact.
# A service's key is a repository secret: add `env: {OPENAI_API_KEY: "${{ secrets.OPENAI_API_KEY }}"}` to the step.
name: translation
on: pull_request
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - name: Install
        run: python -m pip install translation-harness
      - name: Translate, score and check
        run: >-
          CHECK
          --junit gate-reports/junit.xml --json-file gate-reports/gate.json --comment gate-reports/comment.md
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: translation-gate
          path: gate-reports
"""

_GITLAB = """\
# A job for .gitlab-ci.yml: merge requests show the JUnit report; exit code 3 (cannot tell) warns, 1 stops the merge.
translation-gate:
  image: python:3.11
  script:
    - python -m pip install translation-harness
    - >-
      CHECK
      --junit gate-reports/junit.xml --json-file gate-reports/gate.json
  allow_failure:
    exit_codes: 3
  artifacts:
    when: always
    paths: [gate-reports]
    reports:
      junit: gate-reports/junit.xml
"""

_BASELINE = """\
# Accepted baselines

What the translation gate compares with. The first one, once:

```sh
FIRST
```

Then commit this folder. From then on each pull request is checked by

```sh
CHECK
```

A better system becomes the new baseline by the same two commands; `harness baseline accept` refuses one that is worse.
"""
