"""`harness check`: the CI gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain.verdict import Verdict


def check(  # noqa: PLR0913, PLR0917 - one parameter an option
    candidate: Annotated[str, typer.Argument(help="A run's name or folder, latest, or a config to run first.")],
    baseline: Annotated[str, typer.Option("--baseline", "-b", help="An accepted baseline, or a run.")] = "default",
    policy: Annotated[Path, typer.Option("--policy", "-p", help="What is asked.")] = Path("configs/gate.yaml"),
    system: Annotated[
        list[str] | None, typer.Option("--system", "-s", help="NAME, or CANDIDATE=BASELINE; repeatable.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write a job summary here.")] = None,
    comment: Annotated[Path | None, typer.Option(help="Write a pull-request comment here.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json-file", help="Write JSON here.")] = None,
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    baselines: Annotated[Path, typer.Option(help="The folder of accepted baselines.")] = Path("baselines"),
    stop_early: Annotated[
        bool, typer.Option("--stop-early", help="Of a config: translate no more than the verdict needs.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the random order of --stop-early.")] = 12345,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Has the translation got worse? 0: no. 1: yes. 3: this test set or these runs cannot say."""
    import os

    from harness.cli.screen import put, screen
    from harness.errors import UNEXPECTED, HarnessError
    from harness.gate.check import check as gate
    from harness.report.verdict.verdict_text import render_annotations, render_json, render_text

    reports = _Reports(junit, markdown, comment, json_file)
    reports.clear()
    try:
        found = gate(
            candidate, baseline=baseline, policy=policy, systems=system or (), results=results, baselines=baselines,
            stop_early=stop_early, seed=seed,
        )  # fmt: skip
    except HarnessError as error:
        reports.write_failure(str(error), error.exit_code)
        raise
    except Exception as error:
        reports.write_failure(f"harness failed: {type(error).__name__}: {error}", UNEXPECTED)
        raise
    reports.write(found)
    put(render_json(found) if as_json else render_text(found, screen()))
    if _on_github():
        # The runner reads commands from both streams; on this one they cannot end up in somebody's JSON.
        typer.echo(render_annotations(found), err=True, nl=False)
    from harness.report.verdict.verdict_markdown import render_markdown

    _summary(lambda room: render_markdown(found, limit=room), os.environ.get("GITHUB_STEP_SUMMARY", ""))
    return found.exit_code


def _on_github() -> bool:
    import os

    return os.environ.get("GITHUB_ACTIONS") == "true"


@dataclass(frozen=True)
class _Reports:
    """The files that were asked for."""

    junit: Path | None
    markdown: Path | None
    comment: Path | None
    json_file: Path | None

    def clear(self) -> None:
        """Take away those of before: a report that is there says what this gate found.

        Raises:
            UserError: one cannot be written.
        """
        for path in (self.junit, self.markdown, self.comment, self.json_file):
            if path is not None:
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise _unwritable(path, error) from None

    def write(self, verdict: Verdict) -> None:
        """All of one verdict."""
        from harness.report.verdict.junit import render_junit
        from harness.report.verdict.verdict_markdown import COMMENT_BYTES, render_markdown
        from harness.report.verdict.verdict_text import render_json

        self._put(
            render_junit(verdict),
            render_markdown(verdict),
            render_markdown(verdict, limit=COMMENT_BYTES),
            render_json(verdict),
        )

    def write_failure(self, problem: str, exit_code: int) -> None:
        """That there is no verdict, and why; on GitHub as an annotation and in the summary as well."""
        import os

        from harness.report.verdict.failed_gate import failed_annotation, failed_json, failed_junit, failed_markdown

        page = failed_markdown(problem)
        self._put(failed_junit(problem), page, page, failed_json(problem, exit_code))
        if _on_github():
            typer.echo(failed_annotation(problem), err=True, nl=False)
        _summary(lambda room: page if len(page.encode()) <= room else "", os.environ.get("GITHUB_STEP_SUMMARY", ""))

    def _put(self, junit: str, markdown: str, comment: str, json_text: str) -> None:
        from harness.files import write_atomic

        for path, text in zip(
            (self.junit, self.markdown, self.comment, self.json_file),
            (junit, markdown, comment, json_text),
            strict=True,
        ):
            if path is not None:
                try:
                    write_atomic(path, text)
                except OSError as error:
                    raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> Exception:
    from harness.errors import UserError

    return UserError(f"{path} cannot be written: {error.strerror}.")


def _summary(page: Callable[[int], str], file: str) -> None:
    """GitHub's job summary, where there is one; what other steps wrote there counts towards its limit."""
    from harness.report.verdict.verdict_markdown import SUMMARY_BYTES

    if not file:
        return
    path = Path(file)
    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(page(max(0, SUMMARY_BYTES - used)))
    except OSError as error:
        typer.echo(f"warning: the job summary {file} cannot be written: {error.strerror}", err=True)
