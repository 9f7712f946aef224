"""A gate that could not be asked, in the same forms as a verdict: a CI system must never read the report of before."""

from __future__ import annotations

import json

from harness.report.text.escape import markdown_escaped, visible
from harness.report.verdict.junit import attribute, text_of
from harness.report.verdict.verdict_text import workflow_command


def failed_junit(problem: str) -> str:
    """One suite with one error."""
    counts = 'tests="1" failures="0" errors="1"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {counts}>\n"
        f'  <testsuite name="translation gate" {counts}>\n'
        '    <properties><property name="outcome" value="error"/></properties>\n'
        '    <testcase classname="harness.gate" name="gate">'
        f'<error type="error" message={attribute(problem)}>{text_of(problem)}</error></testcase>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def failed_json(problem: str, exit_code: int) -> str:
    """The keys of a verdict that say something of it."""
    value = {"outcome": "error", "exit_code": exit_code, "problem": problem, "checks": [], "notes": []}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def failed_markdown(problem: str) -> str:
    """For a job summary or a comment."""
    return f"## Translation gate: error\n\n{markdown_escaped(problem)}\n\nNothing was compared.\n"


def failed_annotation(problem: str) -> str:
    """GitHub's workflow command."""
    return f"::error title=translation gate::{workflow_command(visible(problem))}\n"
