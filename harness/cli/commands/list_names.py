"""`harness list`: what there is, and what one backend or metric takes. Nothing heavy is loaded to answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.errors import UserError
from harness.registry import Registry


class What(str, Enum):
    """What can be listed."""

    TEST_SETS = "test-sets"
    SYSTEMS = "systems"
    BACKENDS = "backends"
    METRICS = "metrics"
    FORMATS = "formats"
    RUNS = "runs"


def list_(
    what: Annotated[What, typer.Argument(help="What to list.")],
    name: Annotated[str | None, typer.Argument(help="One backend or metric: print its parameters.")] = None,
    config: Annotated[Path, typer.Option(help="Whose systems to list.")] = Path("configs/default.yaml"),
    references: Annotated[Path, typer.Option(help="The folder of the test sets.")] = Path("references"),
    results: Annotated[Path, typer.Option(help="The folder of the runs.")] = Path("results"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List test sets, systems, backends, metrics, formats or runs; with NAME, what one backend or metric takes."""
    if name is not None:
        _one(what, name, as_json)
        return
    if what is What.TEST_SETS:
        header, rows = _test_sets(references)
    elif what is What.SYSTEMS:
        header, rows = _systems(config)
    elif what is What.RUNS:
        header, rows = _runs(results)
    elif what is What.FORMATS:
        header, rows = _formats()
    else:
        header, rows = _catalogue(what)
    if as_json:
        typer.echo(json.dumps([dict(zip(header, row, strict=True)) for row in rows], indent=2, ensure_ascii=False))
        return
    if not rows:
        typer.echo(f"There are no {what.value} here.", err=True)
        return
    typer.echo(_table(header, rows))


def _one(what: What, name: str, as_json: bool) -> None:
    from harness.cli.parameter_help import parameter_help, shown

    registry = _registry(what)
    if registry is None:
        raise UserError(
            f"`harness list {what.value}` takes no name, but got '{name}'.",
            allowed="a name after backends or metrics",
            remedy=f"harness list {what.value}",
        )
    text, parameters = parameter_help(registry, name)
    row = registry.row(name)
    if as_json:
        found = {"name": name, "summary": row.summary, "available": _available(row.extra), "description": text}
        typer.echo(json.dumps({**found, "parameters": [asdict(p) for p in parameters]}, indent=2, ensure_ascii=False))
        return
    needs = f" ({_available(row.extra)})" if _available(row.extra) != "yes" else ""
    typer.echo(shown(f"{name}: {row.summary}{needs}", text, parameters))


def _registry(what: What) -> Registry[Any] | None:
    if what is What.METRICS:
        from harness.metrics.catalogue import metrics

        return metrics
    if what is What.BACKENDS:
        from harness.backends.catalogue import backends

        return backends
    return None


def _available(extra: str | None) -> str:
    from harness.extras import missing_modules

    return f"needs [{extra}]" if extra is not None and missing_modules(extra) else "yes"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [header, *rows]]
    return "\n".join(line.rstrip() for line in lines)


def _catalogue(what: What) -> tuple[list[str], list[list[str]]]:
    if what is What.METRICS:
        from harness.metrics.catalogue import metrics
        from harness.metrics.describe import describe

        found = [describe(name) for name in metrics]
        return ["name", "available", "better", "levels", "needs", "digits", "what it is", "citation"], [
            [
                m.name,
                _available(m.extra),
                m.direction,
                ", ".join(m.levels),
                m.needs,
                str(m.digits),
                m.summary,
                m.citation,
            ]
            for m in found
        ]
    from harness.backends.catalogue import backends as registry

    rows = [registry.row(name) for name in registry]
    return ["name", "available", "what it is"], [
        [name, _available(row.extra), row.summary] for name, row in zip(registry, rows, strict=True)
    ]


def _formats() -> tuple[list[str], list[list[str]]]:
    from harness.corpus.ingest.formats import ALIGNED, AlignedFormat, readers
    from harness.registry import Row

    rows: list[tuple[str, Row | AlignedFormat, str]]
    rows = [(name, readers.facts(name), "a document, to be aligned") for name in readers]
    rows += [(name, kind, "aligned already") for name, kind in ALIGNED.items()]
    return ["name", "available", "file names end in", "what is in it", "what it is"], [
        [name, _available(row.extra), " ".join(s for s in row.suffixes if s) or "-", holds, row.summary]
        for name, row, holds in rows
    ]


def _test_sets(references: Path) -> tuple[list[str], list[list[str]]]:
    from harness.corpus.testset.references_folder import find_test_sets, load_test_set

    rows = []
    for name, folder in find_test_sets(references).items():
        test_set = load_test_set(folder)
        rows.append(
            [
                name,
                str(test_set.pair),
                str(len(test_set.segments)),
                str(len(test_set.scored)),
                str(len(test_set.references)),
                test_set.info.title,
            ]
        )
    return ["name", "pair", "segments", "scored", "references", "title"], rows


def _systems(config: Path) -> tuple[list[str], list[list[str]]]:
    import os

    from harness.backends.catalogue import backends
    from harness.config import Catalogues, load_config
    from harness.domain import canonical_json
    from harness.metrics.catalogue import metrics

    spec = load_config(config, Catalogues(backends, metrics), os.environ)
    return ["name", "backend", "parameters"], [
        [s.name, s.backend, canonical_json(s.parameters) if s.parameters else ""] for s in spec.systems
    ]


def _runs(results: Path) -> tuple[list[str], list[list[str]]]:
    from harness.store.runs import list_runs, read_summary

    rows = []
    for folder in list_runs(results):
        run = read_summary(folder)
        test_sets = ", ".join(t.name for t in run.test_sets)
        rows.append([folder.name, run.started, test_sets, ", ".join(s.name for s in run.systems)])
    return ["run", "started", "test sets", "systems"], rows
