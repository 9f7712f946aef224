"""The report: one page that holds everything, asks nobody for anything, and does nothing that a text tells it to.

A strict Content-Security-Policy allows the page's own script and style by their hashes and nothing else: no network, no
inline handlers, no style attributes. Data stands in blocks of base64, so that no text can end a script element. What is
on the page is here, how it is written is in report.html.j2, where every value is escaped.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from harness.domain import Json, Run, RunSummary, comparable_part
from harness.pages import JAVASCRIPT_PATTERN, fragment, page, source
from harness.report.board.rows import board_of
from harness.report.page.html_board import board_html
from harness.report.page.page_data import axes_of, blocks_of

_HERE = "harness.report.page"
_SCRIPTS = ("data.js", "dom.js", "board.js", "diff.js", "charts.js", "compare.js", "explorer.js", "main.js")


def render(run: Run, *, live: bool = False) -> str:
    """The report of one run.

    Args:
        run: the run.
        live: for `harness serve`: the page asks its own server whether something new has landed, and loads it.
    """
    board = board_of(run)
    axes = axes_of(board)
    nav = {"board": "Board"}
    if board.sections:
        if axes:
            nav["cost"] = "Quality and cost"
        nav.update(compare="Significance", segments="Segments", charts="Charts")
    nav["provenance"] = "Provenance"
    body = {
        "heading": run.id,
        "subtitle": _subtitle(run),
        "nav": nav,
        "board": board_html(board, links=False),
        "axes": axes,
        "provenance": _provenance(run),
        "blocks": blocks_of(board, run) if board.sections else [],
    }
    return _page(f"{run.id} - translation report", body, live=live)


def render_all(runs: Sequence[Run | RunSummary], *, live: bool = False) -> str:
    """The board over runs (oldest first): every system by its newest run, with links to the runs' own reports."""
    board = board_of(runs)
    axes = axes_of(board)
    nav = {"board": "Board", **({"cost": "Quality and cost"} if axes else {}), "runs": "Runs"}
    body = {
        "heading": "Leaderboard over all runs",
        "subtitle": f"{len(runs)} run{'s' if len(runs) != 1 else ''}; the newest run of each system counts",
        "nav": nav,
        "board": board_html(board, links=True),
        "axes": axes,
        "provenance": None,
        "runs": [_listed(run) for run in reversed(runs)],
        "blocks": blocks_of(board, None) if axes else [],
    }
    return _page("Leaderboard - translation report", body, live=live)


def render_error(message: str) -> str:
    """A page that says why there is no page."""
    return fragment(_HERE, "error.html.j2", message=message)


def _page(title: str, body: Mapping[str, object], *, live: bool) -> str:
    sources = "\n".join(source(_HERE, name) for name in _SCRIPTS + (("live.js",) if live else ()))
    script = f'"use strict";\n(() => {{\nconst ACTING = /{JAVASCRIPT_PATTERN}/gu;\n{sources}}})();\n'
    style = source(_HERE, "style.css")
    return page(title, fragment(_HERE, "report.html.j2", **body), style=style, script=script, connect=live)


def _subtitle(run: Run) -> str:
    segments = sum(len(t.segments) for t in run.test_sets)
    sizes = ", ".join(
        f"{n} {word}{'' if n == 1 else 's'}"
        for n, word in ((len(run.systems), "system"), (len(run.test_sets), "test set"), (segments, "segment"))
    )
    started = run.provenance.get("started")
    return f"{started} · {sizes}" if isinstance(started, str) and started else sizes


def _provenance(run: Run) -> Mapping[str, object]:
    command, commit = run.provenance.get("command"), run.provenance.get("git")
    if isinstance(command, (list, tuple)) and command:
        # However the program was started, this is how it is started again.
        command = shlex.join(["harness", *map(str, command[1:])])
    systems: list[Json] = [{"name": s.name, "key": s.key, **dict(s.identity)} for s in run.systems]
    details: Mapping[str, Json] = {
        "Config as it was resolved": dict(run.spec),
        "Systems": systems,
        "Timings in seconds": dict(run.timings),
        "All provenance": dict(run.provenance),
    }
    return {
        "facts": list(_facts(run)),
        "commit": commit if isinstance(commit, str) else "",
        "command": command if isinstance(command, str) else "",
        "details": [
            (title, json.dumps(value, ensure_ascii=False, indent=2, default=dict).split("\n"))
            for title, value in details.items()
        ],
    }


def _facts(run: Run) -> Iterator[tuple[str, str, bool]]:
    """Name, value, and whether the value is code."""
    yield "run", run.id, False
    for key, value in run.provenance.items():
        if isinstance(value, (str, int, float)) and value != "":
            yield key.replace("_", " "), str(value), False
    for test_set in run.test_sets:
        yield f"test set {test_set.name}", f"sha256:{test_set.fingerprint}", True
    for metric, signature in sorted({(s.metric, comparable_part(s.signature)) for s in run.scores if s.signature}):
        yield f"signature of {metric}", signature, True
    versions = run.provenance.get("packages")
    if isinstance(versions, Mapping):
        yield "packages", ", ".join(f"{k} {v}" for k, v in versions.items()), False


def _listed(run: Run | RunSummary) -> Mapping[str, object]:
    started = run.provenance.get("started")
    return {
        "id": run.id,
        "url": quote(run.id, safe=""),
        "started": started if isinstance(started, str) else None,
        "systems": ", ".join(s.name for s in run.systems),
    }
