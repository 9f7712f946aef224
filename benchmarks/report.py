"""Reports, the leaderboard and queries: how long and how large, beside pandas over the same files.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python -m benchmarks.report --data ../shared/data/wmt22-zh-en [--large]

The run is 12 systems by 1,875 segments with random scores (nothing here depends on their values); `--large` repeats
the report with 15 systems by 20,000 segments. The peer of the report is `pandas.DataFrame.to_html` of the hypotheses
alone, which nobody could search or open on a phone; the peer of a query over 100 runs is pandas over the same CSV
files. Times are processor seconds. Where Chromium and Playwright are installed, the time until the page can be used is
measured in it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from harness.domain import Hypothesis, Kind, LangPair, MetricInfo, Outputs, Run, Segment, System, SystemScore, TestSet

T = TypeVar("T")


def timed(work: Callable[[], T], repeats: int = 3) -> tuple[float, T]:
    """The cheapest of a few, in processor seconds (which a busy machine disturbs least), and what came of it."""
    best, result = float("inf"), work()
    for _ in range(repeats):
        started = time.process_time()
        result = work()
        best = min(best, time.process_time() - started)
    return best, result


def make_run(data: Path, systems: int, segments: int) -> Run:
    """A run of real texts with random scores; more systems or segments than there are repeat them."""
    lines = {p.stem: p.read_text(encoding="utf-8").split("\n") for p in sorted((data / "systems").glob("*.en"))}
    source, reference = ((data / name).read_text(encoding="utf-8").split("\n") for name in ("source.zh", "refA.en"))
    n = 1875
    ids = [f"s{i:05d}" for i in range(segments)]
    test_set = TestSet(
        "wmt22",
        LangPair("zh", "en"),
        tuple(Segment(s, f"doc-{i // 10}", i % 10 + 1, Kind.SENTENCE, source[i % n]) for i, s in enumerate(ids)),
        {"refA": tuple(reference[i % n] for i in range(segments))},
    )
    random = np.random.default_rng(0)
    names = [f"{name}-{k}" for k in range(2) for name in lines][:systems]
    outputs = []
    for name in names:
        texts = lines[name.rsplit("-", 1)[0]]
        scores = {m: tuple(float(v) for v in random.random(segments) * 100) for m in ("bleu", "chrf")}
        hypotheses = tuple(Hypothesis(s, texts[i % n]) for i, s in enumerate(ids))
        outputs.append(Outputs("wmt22", name, hypotheses, tuple(frozenset() for _ in ids), scores))
    return Run(
        id="benchmark",
        spec={},
        provenance={"started": "2026-01-01T00:00:00Z"},
        test_sets=(test_set,),
        systems=tuple(System(name, "file", model=name) for name in names),
        outputs=tuple(outputs),
        scores=tuple(
            SystemScore("wmt22", name, m, 30.0 - k, 29.0 - k, 31.0 - k, segments, 0, k + 1, k + 1, m)
            for m in ("bleu", "chrf")
            for k, name in enumerate(names)
        ),
        comparisons=(),
        metrics=(MetricInfo("bleu", "bleu"), MetricInfo("chrf", "chrf")),
    )


def report(run: Run) -> None:
    """Writing the page, its size, and the time until it can be used."""
    import pandas as pd

    from harness.report.page.report_page import render

    sizes = f"{len(run.systems)} x {len(run.test_sets[0].segments):,}"
    ours, page = timed(lambda: render(run), repeats=2)
    rows = [(o.system, h.id, h.text) for o in run.outputs for h in o.hypotheses]
    theirs, table = timed(lambda: pd.DataFrame(rows).to_html(), repeats=1)
    print(f"report {sizes}: written in {ours:.2f} s, {len(page.encode()) / 1e6:.2f} MB")
    print(f"  pandas to_html of its hypotheses: {theirs:.2f} s, {len(table.encode()) / 1e6:.2f} MB")
    ready = in_browser(page)
    print(f"  usable in Chromium after {ready:.0f} ms" if ready is not None else "  (no Chromium here)")


def in_browser(page: str) -> float | None:
    """Milliseconds from navigation until the segments can be searched, or None without a browser."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(page, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        found = []
        for _ in range(3):
            tab = browser.new_page()
            tab.goto(path.as_uri())
            tab.wait_for_selector("html[data-ready]")
            found.append(float(tab.evaluate("Number(document.documentElement.dataset.ready)")))
            tab.close()
        browser.close()
    return min(found)


def hundred_runs(run: Run) -> None:
    """Leaderboard and queries over 100 runs of 3 systems by 100 segments."""
    import pandas as pd

    from harness.store.leaderboard_csv import update
    from harness.store.query import query
    from harness.store.runs import write_run

    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder)
        for k in range(100):
            started = f"2026-01-01T00:{k // 60:02d}:{k % 60:02d}Z"
            write_run(replace(run, id=f"run-{k:03d}", provenance={"started": started}), results)
        spent, _ = timed(lambda: update(results))
        print(f"leaderboard over 100 runs: {spent:.2f} s")
        for table, pattern in (("systems", "*/systems.csv"), ("segments", "*/segments/*.csv")):
            ours, _ = timed(lambda table=table: query(results, f"SELECT avg(bleu) FROM {table}") if table == "segments"
                            else query(results, "SELECT avg(score) FROM systems"))  # fmt: skip
            theirs, _ = timed(lambda pattern=pattern: pd.concat([pd.read_csv(p) for p in results.glob(pattern)]))
            print(f"query {table} over 100 runs: {ours:.2f} s; pandas reads the same files in {theirs:.2f} s "
                  f"({theirs / ours:.1f} times ours)")  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the WMT22 Chinese-English data")
    parser.add_argument("--large", action="store_true", help="also 15 systems by 20,000 segments")
    arguments = parser.parse_args()
    report(make_run(arguments.data, 12, 1875))
    hundred_runs(make_run(arguments.data, 3, 100))
    if arguments.large:
        report(make_run(arguments.data, 15, 20_000))


if __name__ == "__main__":
    main()
