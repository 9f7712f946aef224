"""The report: one page that holds everything, asks nobody for anything, and does nothing that a text tells it to.

A strict Content-Security-Policy allows the page's own script and style by their hashes and nothing else: no network, no
inline handlers, no style attributes. Data stands in blocks of base64, so that no text can end a script element.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template

from harness.domain import Json, Run, RunSummary, comparable_part
from harness.pages import JAVASCRIPT_PATTERN
from harness.report.board.rows import board_of
from harness.report.page.html_board import board_html, text
from harness.report.page.html_parts import CHARTS, CHOOSE_PAIR, CHOOSE_SET, COMPARE, EXPLORER, cost
from harness.report.page.page_data import Block, axes_of, blocks_of

_SCRIPTS = ("data.js", "dom.js", "board.js", "diff.js", "charts.js", "compare.js", "explorer.js", "main.js")


def render(run: Run, *, live: bool = False) -> str:
    """The report of one run.

    Args:
        run: the run.
        live: for `harness serve`: the page asks its own server whether something new has landed, and loads it.
    """
    board = board_of(run)
    parts = {"board": "Board"}
    body = [_part("board", "Board", board_html(board, links=False))]
    if board.sections:
        body.insert(0, CHOOSE_PAIR)
        if axes := axes_of(board):
            parts["cost"] = "Quality and cost"
            body.append(cost(axes))
        body += [COMPARE, EXPLORER, CHARTS]
        parts.update(compare="Significance", segments="Segments", charts="Charts")
    parts["provenance"] = "Provenance"
    body.append(_part("provenance", "Provenance and how to reproduce", _provenance(run)))
    page = _Page(
        title=f"{run.id} - translation report",
        kicker="Translation quality report",
        heading=run.id,
        subtitle=_subtitle(run),
        nav=parts,
        body="\n".join(body),
        blocks=blocks_of(board, run) if board.sections else [],
    )
    return page.text(live=live)


def render_all(runs: Sequence[Run | RunSummary], *, live: bool = False) -> str:
    """The board over runs (oldest first): every system by its newest run, with links to the runs' own reports."""
    board = board_of(runs)
    parts = {"board": "Board"}
    body = [_part("board", "Board", board_html(board, links=True))]
    if axes := axes_of(board):
        body.insert(0, CHOOSE_SET)
        parts["cost"] = "Quality and cost"
        body.append(cost(axes))
    parts["runs"] = "Runs"
    body.append(_part("runs", "Runs", _runs_html(runs)))
    page = _Page(
        title="Leaderboard - translation report",
        kicker="Translation quality report",
        heading="Leaderboard over all runs",
        subtitle=f"{len(runs)} run{'s' if len(runs) != 1 else ''}; the newest run of each system counts",
        nav=parts,
        body="\n".join(body),
        blocks=blocks_of(board, None) if "cost" in parts else [],
    )
    return page.text(live=live)


class _Page:
    """Puts the page together from its source files."""

    def __init__(  # noqa: PLR0913 - the slots of one template
        self,
        *,
        title: str,
        kicker: str,
        heading: str,
        subtitle: str,
        nav: Mapping[str, str],
        body: str,
        blocks: list[Block],
    ) -> None:
        self._slots = {
            "title": text(title),
            "kicker": text(kicker),
            "heading": text(heading),
            "subtitle": text(subtitle),
        }
        self._slots["nav"] = "".join(f'<li><a href="#{key}">{text(name)}</a></li>' for key, name in nav.items())
        self._slots["body"] = body
        self._slots["chunks"] = "\n".join(
            f'<script type="application/octet-stream" id="data-{b.name}">{b.text}</script>' for b in blocks
        )

    def text(self, *, live: bool) -> str:
        css, js = _source("style.css"), "\n".join(_source(name) for name in _SCRIPTS + (("live.js",) if live else ()))
        js = f'"use strict";\n(() => {{\nconst ACTING = /{JAVASCRIPT_PATTERN}/gu;\n{js}}})();\n'
        policy = (
            f"default-src 'none'; script-src '{_hash(js)}'; style-src '{_hash(css)}'; img-src data:; "
            f"base-uri 'none'; form-action 'none'" + ("; connect-src 'self'" if live else "")
        )
        return Template(_source("page.html")).substitute(self._slots, csp=policy, css=css, js=js)


def _source(name: str) -> str:
    return (files("harness.report.page") / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _part(key: str, name: str, content: str) -> str:
    opening = f'<section id="{key}" class="{key}" aria-labelledby="h-{key}"><h2 id="h-{key}">{name}</h2>'
    return f"{opening}\n{content}\n</section>"


def _subtitle(run: Run) -> str:
    segments = sum(len(t.segments) for t in run.test_sets)
    sizes = ", ".join(
        f"{n} {word}{'' if n == 1 else 's'}"
        for n, word in ((len(run.systems), "system"), (len(run.test_sets), "test set"), (segments, "segment"))
    )
    started = run.provenance.get("started")
    return f"{started} · {sizes}" if isinstance(started, str) and started else sizes


def _provenance(run: Run) -> str:
    command, commit = run.provenance.get("command"), run.provenance.get("git")
    facts: list[tuple[str, str]] = [("run", text(run.id))]
    for key, value in run.provenance.items():
        if isinstance(value, (str, int, float)) and value != "":
            facts.append((key.replace("_", " "), text(str(value))))
    for test_set in run.test_sets:
        facts.append((f"test set {test_set.name}", f"<code>sha256:{test_set.fingerprint}</code>"))
    signatures = {(s.metric, comparable_part(s.signature)) for s in run.scores if s.signature}
    facts += [(f"signature of {m}", f"<code>{text(sig)}</code>") for m, sig in sorted(signatures)]
    versions = run.provenance.get("packages")
    if isinstance(versions, Mapping):
        facts.append(("packages", text(", ".join(f"{k} {v}" for k, v in versions.items()))))
    rows = "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in facts)
    steps = []
    if isinstance(commit, str) and commit:
        steps.append(f"check out commit <code>{text(commit)}</code>")
    steps.append("install the versions above (<code>pip install -c constraints.txt -e .</code>)")
    if isinstance(command, (str, list, tuple)) and command:
        # However the program was started, this is how it is started again.
        line = command if isinstance(command, str) else shlex.join(["harness", *map(str, command[1:])])
        steps.append(f"run <code>{text(line)}</code>")
    steps.append("compare the test-set hashes and signatures with the ones above: equal ones give equal scores")
    reproduce = "".join(f"<li>{s}</li>" for s in steps)
    systems: list[Json] = [{"name": s.name, "key": s.key, **dict(s.identity)} for s in run.systems]
    return (
        f'<dl class="facts">{rows}</dl>\n<h3>To reproduce</h3><ol class="links">{reproduce}</ol>\n'
        f"{_json('Config as it was resolved', dict(run.spec))}{_json('Systems', systems)}"
        f"{_json('Timings in seconds', dict(run.timings))}{_json('All provenance', dict(run.provenance))}"
    )


def _json(title: str, value: Json) -> str:
    shown = json.dumps(value, ensure_ascii=False, indent=2, default=dict)
    lines = "\n".join(text(line) for line in shown.split("\n"))
    return f"<details><summary>{title}</summary><pre>{lines}</pre></details>\n"


def _runs_html(runs: Sequence[Run | RunSummary]) -> str:
    from urllib.parse import quote

    items = []
    for run in reversed(runs):
        started = run.provenance.get("started")
        when = f" <span class='muted'>{text(started)}</span>" if isinstance(started, str) else ""
        names = ", ".join(s.name for s in run.systems)
        items.append(
            f'<li><a href="{text(quote(run.id, safe=""))}/report.html">{text(run.id)}</a>{when}: {text(names)}</li>'
        )
    return (
        '<p class="note">A link opens where <code>harness report RUN</code> has written that run\'s report.</p>'
        f'<ul class="links">{"".join(items)}</ul>'
    )
