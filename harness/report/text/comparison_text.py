"""Two systems side by side: for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from harness.domain.comparison import Difference, GroupDifference, MetricDifference, NgramChange, SegmentChange
from harness.report.text import text_table as grid
from harness.report.text.console import Screen
from harness.report.text.escape import markdown_escaped as escaped
from harness.report.text.escape import visible
from harness.report.text.rounding import rounded
from harness.report.text.text_table import Value

Table = tuple[str, Sequence[str], list[list[Value]]]


def render_text(differences: Sequence[Difference], screen: Screen | None = None) -> str:
    """Aligned tables; texts of segments below each other, so that they can be compared."""
    parts = []
    for d in differences:
        parts.append(f"{visible(d.test_set)}: {visible(d.system)} against {visible(d.baseline)}, {d.n} segments\n")
        for title, header, rows in _tables(d):
            parts.append(
                f"{title}\n{grid.render(header, rows, screen)}" if title else grid.render(header, rows, screen)
            )
        parts += [f"{m.metric}: {m.agreement}\n" for m in d.metrics if m.agreement]
        for title, changes in (("most gained", d.gained), ("most lost", d.lost)):
            if changes:
                parts.append(f"{title} ({d.metrics[0].metric})\n\n" + "\n".join(_block(c, d) for c in changes))
        parts += [f"note: {visible(note)}\n" for note in d.notes]
    return "\n".join(parts)


def render_markdown(differences: Sequence[Difference]) -> str:
    """GitHub Markdown."""
    parts = []
    for d in differences:
        parts.append(
            f"### {escaped(d.test_set)}: {escaped(d.system)} against {escaped(d.baseline)}\n\n{d.n} segments\n"
        )
        for title, header, rows in _tables(d):
            lines = [f"**{title}**\n"] if title else []
            lines += [_line(header), _line(["---"] * len(header), raw=True), *(_line(row) for row in rows)]
            parts.append("\n".join(lines) + "\n")
        parts += [f"- {escaped(m.metric)}: {escaped(m.agreement)}\n" for m in d.metrics if m.agreement]
        for title, changes in (("Most gained", d.gained), ("Most lost", d.lost)):
            if changes:
                header = ["segment", d.metrics[0].metric, "source", "reference", d.baseline, d.system]
                rows = [
                    [c.segment, _change(c, d.metrics[0]), c.source, c.reference, c.baseline, c.system] for c in changes
                ]
                table = [_line(header), _line(["---"] * len(header), raw=True), *(_line(row) for row in rows)]
                parts.append(f"**{title}**\n\n" + "\n".join(table) + "\n")
        parts += [f"- {escaped(note)}\n" for note in d.notes]
    return "\n".join(parts)


def render_json(differences: Sequence[Difference]) -> str:
    """A JSON array, one object per test set, full precision."""
    return json.dumps([_record(d) for d in differences], ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _record(d: Difference) -> dict[str, object]:
    # Programs read the minimum detectable difference under the key "visible"; digits are for screens.
    names = {"mdd": "visible"}
    metrics = [{names.get(k, k): v for k, v in asdict(m).items() if k != "digits"} for m in d.metrics]
    return {**asdict(d), "metrics": metrics}


def _tables(d: Difference) -> list[Table]:
    names = [m.metric for m in d.metrics]
    header = ["metric", d.baseline, d.system, "difference", "interval", "p", "min. detectable"]
    tables: list[Table] = [("", header, [_metric(m) for m in d.metrics])]
    for title, groups in (("by length of the source", d.lengths), ("by document", d.documents)):
        if len(groups) > 1:
            tables.append((title, ["", "segments", *names], [_group(g, d.metrics) for g in groups]))
    for title, changes in (("found more often", d.found), ("found less often", d.missed)):
        if changes:
            tables.append((f"n-grams of the reference {title}", ["n-gram", d.baseline, d.system], _ngrams(changes)))
    return tables


def _metric(m: MetricDifference) -> list[Value]:
    digits = _digits(m)
    low, high = (rounded(end, digits) for end in (m.ci_low, m.ci_high))
    return [
        m.metric,
        rounded(m.baseline_score, digits),
        rounded(m.system_score, digits),
        _signed(m.delta, digits),
        "-" if m.ci_low is None else f"[{low}, {high}]",
        "-" if m.p_value is None else f"{m.p_value:.4f}",
        rounded(m.mdd, digits),
    ]


def _group(group: GroupDifference, metrics: Sequence[MetricDifference]) -> list[Value]:
    digits = {m.metric: _digits(m) for m in metrics}
    cells = [_signed(group.deltas[m], digits[m]) if m in group.deltas else "-" for m in digits]
    return [group.group.strip(), group.n, *cells]


def _ngrams(changes: Sequence[NgramChange]) -> list[list[Value]]:
    return [[c.ngram, c.baseline, c.system] for c in changes]


def _block(c: SegmentChange, d: Difference) -> str:
    lines = [f"{c.segment} ({_change(c, d.metrics[0])})"]
    named = (("source", c.source), ("reference", c.reference), (d.baseline, c.baseline), (d.system, c.system))
    width = max(len(name) for name, _ in named)
    lines += [f"  {visible(name):<{width}}  {visible(text)}" for name, text in named]
    return visible(lines[0]) + "\n" + "\n".join(lines[1:]) + "\n"


def _change(c: SegmentChange, first: MetricDifference) -> str:
    digits = _digits(first)
    return f"{rounded(c.baseline_score, digits)} to {rounded(c.system_score, digits)}"


def _digits(m: MetricDifference) -> int:
    """As on a board, and at least two, for differences are small; of older runs, which do not know, a guess."""
    if m.digits is None:
        return 4 if max(abs(m.baseline_score), abs(m.system_score)) <= 1.5 else 2
    return max(m.digits, 2)


def _signed(value: float, digits: int) -> str:
    text = rounded(value, digits)
    return text if text.startswith("-") else f"+{text}"


def _line(cells: Sequence[Value], *, raw: bool = False) -> str:
    return "| " + " | ".join(str(c) if raw else escaped(str(c)) for c in cells) + " |"
