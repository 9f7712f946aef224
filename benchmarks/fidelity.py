"""What the fidelity metrics notice that BLEU and chrF do not, how rarely honest systems are accused, and how fast.

Run from the repository's root, with the WMT22 Chinese-English data at hand:

    python benchmarks/fidelity.py --data ../shared/data/wmt22-zh-en

Prints the four metrics for 12 systems and both references; the share of injected errors (a figure changed, a term
replaced, a title or token dropped) that lower the segment's score, beside what all of them together cost in BLEU and
chrF2; and the time for 12 systems.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from harness.domain import ScoringUnit
from harness.files import read_text, split_lines
from harness.language.numerals import find
from harness.metrics.base import Explains, Metric
from harness.metrics.fidelity.names_metric import Names
from harness.metrics.fidelity.numbers_metric import Numbers
from harness.metrics.fidelity.terms_metric import Terms
from harness.metrics.lexical.contamination import Contamination

OFFICIAL = ("gdi-digital-forum-2024", "shared-future-cyberspace-2")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/wmt22-zh-en"))
    data = parser.parse_args().data
    sources, reference = lines(data / "source.zh"), lines(data / "refA.en")
    texts = {p.stem: lines(p) for p in sorted(data.glob("systems/*.en"))}
    count = len(texts)
    texts |= {"refB": lines(data / "refB.en")}
    units = {n: wmt(n, sources, hypotheses, reference) for n, hypotheses in texts.items()}

    print(f"{'':18}{'numbers':>9}{'names':>9}{'terms':>9}{'contamination':>15}")
    metrics: list[Metric] = [Numbers(), Names(), Terms(), Contamination()]
    seconds = dict.fromkeys((m.name for m in metrics), 0.0)
    together = [u for rows in units.values() for u in rows]
    scores: dict[str, list[float]] = {n: [] for n in units}
    for metric in metrics:
        started = time.process_time()
        stats = metric.segment_stats(together).reshape(len(units), len(sources), -1)
        seconds[metric.name] = time.process_time() - started
        for name, total in zip(units, stats.sum(axis=1), strict=True):
            scores[name].append(float(metric.aggregate(total)))
    for name, row in scores.items():
        print(f"{name:18}{row[0]:9.2f}{row[1]:9.2f}{row[2]:9.2f}{row[3]:15.2f}")
    cheat = wmt("cheat", sources, reference, reference)
    rows = Contamination().segment_stats([*together[: count * len(sources)], *cheat])[-len(cheat) :]
    print(f"{'the reference itself':45}{float(Contamination().aggregate(rows.sum(axis=0))):15.2f}")
    print("seconds for", len(units), "x", len(sources), {n: round(s, 1) for n, s in seconds.items()})

    print(f"\n{'injected into':34}{'error':>16}{'tried':>7}{'noticed':>9}{'BLEU':>8}{'chrF2':>8}   (all at once)")
    sets = {"WMT22, JDExploreAcademy": units["JDExploreAcademy"]} | {f"official, {n}": official(n) for n in OFFICIAL}
    for label, rows_of_set in sets.items():
        for error, metric, alter in (
            ("figure", metrics[0], change_figure),
            ("term", metrics[2], replace_term),
            ("name", metrics[1], drop_name),
        ):
            inject(label, rows_of_set, error, metric, alter)


def inject(
    label: str, units: Sequence[ScoringUnit], error: str, metric: Metric, alter: Callable[[ScoringUnit], str | None]
) -> None:
    """Alter every segment that can be altered, one error each."""
    altered = [(i, text) for i, u in enumerate(units) if (text := alter(u)) is not None]
    changed = list(units)
    for i, text in altered:
        changed[i] = units[i]._replace(hypothesis=text)
    before = metric.segment_scores(metric.segment_stats(units))
    after = metric.segment_scores(metric.segment_stats(changed))
    noticed = sum(after[i] < before[i] for i, _ in altered)
    references = [[u.references[0] for u in units]]
    deltas = [
        m.corpus_score([u.hypothesis for u in changed], references).score
        - m.corpus_score([u.hypothesis for u in units], references).score
        for m in (BLEU(), CHRF())
    ]
    share = f"{noticed / len(altered):.1%}" if altered else "-"
    print(f"{label:34}{error:>16}{len(altered):7}{share:>9}{deltas[0]:8.2f}{deltas[1]:8.2f}")


def change_figure(unit: ScoringUnit) -> str | None:
    """The first figure that the source wants, plus three."""
    wanted = {n.value for n in find(unit.source, "zh") if n.hard}
    for n in find(unit.hypothesis, "en"):
        if n.hard and n.text.isdecimal() and n.value in wanted:
            return unit.hypothesis[: n.start] + str(int(n.text) + 3) + unit.hypothesis[n.end :]
    return None


TERMS, NAMES = Terms(), Names()


def replace_term(unit: ScoringUnit) -> str | None:
    """The first term that was rendered, made "this matter" wherever an accepted rendering of it stands."""
    return _without(unit, TERMS, "terms", "term", "this matter")


def drop_name(unit: ScoringUnit) -> str | None:
    """The first title or token that was carried over, made "it" wherever it stands."""
    return _without(unit, NAMES, "names", "text", "it")


def _without(unit: ScoringUnit, metric: Explains, key: str, label: str, word: str) -> str | None:
    first, text = None, unit.hypothesis
    for _ in range(8):
        (note,) = metric.explain([unit._replace(hypothesis=text)])
        found: Any = note.get(key, [])
        here = next((t for t in found if t["hypothesis"] is not None and first in (None, t[label])), None)
        if here is None:
            break
        first = here[label]
        start, end = here["hypothesis"]
        text = f"{text[:start]}{word}{text[end:]}"
    return None if first is None else text


def wmt(name: str, sources: list[str], hypotheses: list[str], reference: list[str]) -> list[ScoringUnit]:
    """The units of one system."""
    rows = zip(sources, hypotheses, reference, strict=True)
    return [ScoringUnit(name, "wmt22", str(i), "d", s, h, (r,)) for i, (s, h, r) in enumerate(rows)]


def official(name: str) -> list[ScoringUnit]:
    """The official English as a system of its own."""
    path = Path("references") / name / "segments.tsv"
    if not path.is_file():
        return []
    rows = csv.DictReader(read_text(path).text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        ScoringUnit("official", name, r["id"], r["document"], r["source"], r["refA"], (r["refA"],))
        for r in rows
        if "truncated" not in r["flags"]
    ]


def lines(path: Path) -> list[str]:
    """The lines of a text file."""
    return split_lines(read_text(path).text)


if __name__ == "__main__":
    main()
