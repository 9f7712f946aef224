"""`harness doctor`: what works on this machine, what does not, and what would mend it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True)
class Finding:
    """One line of the report. `status`: ok, absent (nothing is wrong, something could be added) or broken."""

    area: str
    status: str
    detail: str
    remedy: str = ""


def doctor(
    references: Annotated[Path, typer.Option(help="The folder of the test sets.")] = Path("references"),
    results: Annotated[Path, typer.Option(help="The folder of the runs.")] = Path("results"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check versions, extras, models, devices, test sets and folders; exit code 3 when something is broken."""
    findings = [finding for check in _checks(references, results) for finding in check()]
    broken = [f for f in findings if f.status == "broken"]
    if as_json:
        typer.echo(json.dumps([asdict(f) for f in findings], indent=2, ensure_ascii=False))
        return 3 if broken else 0
    marks = {"ok": "ok    ", "absent": "absent", "broken": "BROKEN"}
    width = max(len(f.area) for f in findings)
    for f in findings:
        typer.echo(f"{marks[f.status]}  {f.area.ljust(width)}  {f.detail}")
        if f.remedy:
            typer.echo(" " * (10 + width) + f"-> {f.remedy}")
    typer.echo("\nEverything needed works." if not broken else f"\n{len(broken)} things are broken.")
    return 3 if broken else 0


def _checks(references: Path, results: Path) -> list[Callable[[], Iterator[Finding]]]:
    return [
        _versions,
        _core,
        _kernel,
        _extras,
        _encoder,
        _plugins,
        _comet_import,
        _devices,
        _models,
        lambda: _test_sets(references),
        lambda: _folder(results),
    ]


def _versions() -> Iterator[Finding]:
    from harness.version import __version__

    yield Finding("harness", "ok", __version__)
    yield python_finding(sys.version_info[:2], ".".join(str(n) for n in sys.version_info[:3]))


def python_finding(version: tuple[int, int], shown: str) -> Finding:
    """The light core is tested on each Python from 3.10 to 3.13, the extras up to 3.12."""
    if (3, 10) <= version <= (3, 12):
        return Finding("python", "ok", shown)
    if version == (3, 13):
        return Finding("python", "ok", f"{shown}: tested without extras; the extras are tested on 3.10 to 3.12")
    return Finding("python", "broken", shown, "use Python 3.10, 3.11, 3.12 or, without extras, 3.13")


def _core() -> Iterator[Finding]:
    from harness.extras import CORE
    from harness.pipeline.environment import installed

    found = installed(CORE)
    for name in CORE:
        if name in found:
            yield Finding(name, "ok", str(found[name]))
        else:
            yield Finding(name, "broken", "not installed", "pip install --force-reinstall translation-harness")


def _kernel() -> Iterator[Finding]:
    from harness.metrics.lexical.kernel import EDITS, NGRAMS, status

    for label, module in (("n-gram kernel", NGRAMS), ("edit kernel", EDITS)):
        name, reason = status(module)
        yield Finding(label, "ok", f"{name}: {reason}")


def _extras() -> Iterator[Finding]:
    from harness.extras import EXTRAS, missing_modules

    for extra in EXTRAS:
        missing = missing_modules(extra)
        if missing:
            detail = f"without {', '.join(missing)}"
            yield Finding(f"[{extra}]", "absent", detail, f"pip install 'translation-harness[{extra}]'")
        else:
            yield Finding(f"[{extra}]", "ok", "installed")


def _encoder() -> Iterator[Finding]:
    """The encoder is loaded, so that files which are not those of the package are found here first."""
    from harness.errors import HarnessError
    from harness.hub.sentence_encoder import EXTRA, LANGUAGES, is_installed, packaged_encoder

    if not is_installed():
        detail = "none: without a dictionary files are aligned by lengths, and lines are not looked at by meaning"
        yield Finding("sentence encoder", "absent", detail, f"pip install 'translation-harness[{EXTRA}]'")
        return
    try:
        name = packaged_encoder().name
    except HarnessError as error:
        yield Finding("sentence encoder", "broken", error.problem, error.remedy or "")
    else:
        yield Finding("sentence encoder", "ok", f"{name}: {' '.join(sorted(LANGUAGES))}")


def _plugins() -> Iterator[Finding]:
    """What other packages add, each loaded as a run would load it."""
    from harness.backends.catalogue import backends
    from harness.corpus.ingest.formats import readers
    from harness.errors import HarnessError
    from harness.metrics.catalogue import metrics

    for registry in (backends, metrics, readers):
        try:
            names = registry.names()
        except HarnessError as error:  # two packages with one name
            yield Finding(f"{registry.kind}s", "broken", error.problem, error.remedy or "")
            continue
        for name in names:
            origin = registry.row(name).origin
            if origin == "harness":
                continue
            try:
                registry.load(name)
            except HarnessError as error:
                yield Finding(f"{registry.kind} {name}", "broken", error.problem, error.remedy or "")
            else:
                yield Finding(f"{registry.kind} {name}", "ok", f"from {origin}")


def _comet_import() -> Iterator[Finding]:
    """COMET is the one package that installs and then may not import (setuptools 81, numpy 2)."""
    from harness.extras import missing_modules

    if missing_modules("comet"):
        return
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import comet  # noqa: F401
    except Exception as error:
        yield Finding(
            "import comet", "broken", f"{type(error).__name__}: {error}", "pip install -c constraints.txt '.[comet]'"
        )
    else:
        yield Finding("import comet", "ok", "works")


def _devices() -> Iterator[Finding]:
    from harness.extras import missing_modules

    if missing_modules("transformers"):
        return
    import torch

    names = [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    yield Finding("devices", "ok", ", ".join([*names, f"cpu ({torch.get_num_threads()} threads)"]))


def _models() -> Iterator[Finding]:
    from harness.hub.inventory import cached_models

    models = cached_models()
    if not models:
        yield Finding("models", "absent", "none on this machine", "harness prefetch --help")
    for model in models:
        yield Finding("model", "ok", model)


def _test_sets(references: Path) -> Iterator[Finding]:
    from harness.corpus.testset.references_folder import find_test_sets, load_test_set
    from harness.errors import HarnessError

    if not references.is_dir():
        yield Finding("test sets", "absent", f"{references} does not exist", "harness ingest DOCUMENT --name NAME")
        return
    for name, folder in find_test_sets(references).items():
        try:
            test_set = load_test_set(folder)
        except HarnessError as error:
            yield Finding(f"test set {name}", "broken", error.problem, error.remedy or "")
        else:
            count = f"{len(test_set.segments)} segments, {len(test_set.scored)} scored"
            yield Finding(f"test set {name}", "ok", count)


def _folder(results: Path) -> Iterator[Finding]:
    import os

    parent = results if results.exists() else results.absolute().parent
    if os.access(parent, os.W_OK):
        yield Finding("results", "ok", f"{results} can be written")
    else:
        yield Finding("results", "broken", f"{results} cannot be written", "choose another with --output")
