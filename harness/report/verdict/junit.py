"""The verdict as JUnit XML, which GitLab, Jenkins and others read.

A regression is a <failure>, an open question an <error>: red for the model and red for the pipeline stay apart.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from harness.domain.verdict import Check, Verdict
from harness.report.text.escape import visible

# What XML 1.0 cannot hold even escaped; `visible` has spelt out controls, these are left.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render_junit(verdict: Verdict) -> str:
    """One test suite, one test case a check; a gate that checked nothing is one error."""
    cases = [_case(check) for check in verdict.checks]
    failures = sum(c.decides == "regression" for c in verdict.checks)
    errors = sum(c.decides == "inconclusive" for c in verdict.checks)
    if not cases:
        cases = [
            '    <testcase classname="harness.gate" name="checks"><error message="Nothing was checked."/></testcase>\n'
        ]
        errors = 1
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    name = attribute(f"translation gate: {verdict.candidate} against {verdict.baseline}")
    early = "" if verdict.early is None else f'<property name="early" value={attribute(verdict.early.sentence)}/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {counts}>\n"
        f"  <testsuite name={name} {counts}>\n"
        f'    <properties><property name="outcome" value="{verdict.outcome}"/>{early}</properties>\n'
        f"{''.join(cases)}"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def _case(check: Check) -> str:
    e = check.evidence
    where = attribute(".".join(part.replace(".", "_") for part in ("harness.gate", e.test_set, e.group) if part))
    head = f"    <testcase classname={where} name={attribute(check.name)}"
    if check.decides == "pass":
        return f"{head}><system-out>{text_of(check.sentence)}</system-out></testcase>\n"
    tag = "failure" if check.decides == "regression" else "error"
    message = attribute(check.sentence)
    whole = text_of("\n".join((check.sentence, *check.advice)))
    return f'{head}><{tag} type="{check.status}" message={message}>{whole}</{tag}></testcase>\n'


def text_of(text: str) -> str:
    """Text for an XML element."""
    return escape(_ILLEGAL.sub("�", visible(text)))


def attribute(text: str) -> str:
    """A quoted XML attribute."""
    return quoteattr(_ILLEGAL.sub("�", visible(text)))
