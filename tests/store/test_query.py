from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from harness.domain import MetricInfo
from harness.errors import UserError
from harness.store.query import query
from harness.store.runs import write_run
from tests.samples import HOSTILE, sample_run

pytest.importorskip("duckdb", reason="DuckDB is not installed (extra query)")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    write_run(sample_run("first", started="2026-01-01T00:00:00Z"), folder)
    second = sample_run("second", started="2026-02-01T00:00:00Z")
    outputs = tuple(
        dataclasses.replace(o, scores={**o.scores, "ter": tuple(0.5 for _ in o.hypotheses)}) for o in second.outputs
    )
    write_run(
        dataclasses.replace(second, outputs=outputs, metrics=(*second.metrics, MetricInfo("ter", "ter", False))), folder
    )
    return folder


def test_systems_has_every_score_of_every_run(results: Path) -> None:
    answer = query(results, "SELECT run, system, score, rank FROM systems WHERE test_set='alpha' AND metric='bleu'")
    assert answer.header == ("run", "system", "score", "rank")
    assert sorted(answer.rows, key=str) == sorted(
        [
            (run, system, score, rank)
            for run in ("first", "second")
            for system, score, rank in (("gloss", 1 / 3, 1), ("copy", 0.3, 1), ("org/model:v1", 31.4159, None))
        ],
        key=str,
    )


def test_segments_give_texts_as_they_were(results: Path) -> None:
    answer = query(
        results,
        "SELECT hypothesis, error FROM segments WHERE run='first' AND test_set='alpha' AND system='org/model:v1' "
        "ORDER BY segment",
    )
    assert [row[0] for row in answer.rows[:3]] == list(HOSTILE[:3])
    assert answer.rows[3] == ("", "=timeout after 5 attempts")
    assert [row[0] for row in answer.rows[4:8]] == list(HOSTILE[4:8])


def test_a_metric_that_only_some_runs_have_is_null_in_the_others(results: Path) -> None:
    answer = query(results, "SELECT run, count(ter), count(bleu), count(*) FROM segments GROUP BY run ORDER BY run")
    assert answer.rows == (("first", 0, 46, 48), ("second", 48, 46, 48))


def test_comparisons_are_numbers(results: Path) -> None:
    answer = query(results, "SELECT delta, p_corrected, seed FROM comparisons WHERE run='first'")
    assert answer.rows == ((-0.1 + 0.3, 0.5, 0),)


def test_no_run_at_all_is_empty_tables(tmp_path: Path) -> None:
    for table in ("systems", "segments", "comparisons"):
        assert query(tmp_path, f"SELECT * FROM {table}").rows == ()


@pytest.mark.parametrize(
    "sql",
    [
        "COPY systems TO '/tmp/stolen.csv'",
        "DROP TABLE systems",
        "CREATE TABLE x (a INT)",
        "SELECT 1; DROP TABLE systems",
        "INSTALL httpfs",
        "ATTACH '/tmp/x.db'",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "",
    ],
)
def test_anything_but_one_select_is_refused(results: Path, sql: str) -> None:
    with pytest.raises(UserError, match="Only one SELECT"):
        query(results, sql)


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{file}')",
        "read_text('{file}')",
        "'{file}'",
        "glob('{folder}/*')",
        "read_csv('http://127.0.0.1/x.csv')",
    ],
)
def test_no_file_and_no_network_can_be_read(results: Path, source: str) -> None:
    target = source.format(file=results / "first" / "systems.csv", folder=os.sep)
    with pytest.raises(UserError, match="cannot be answered"):
        query(results, f"SELECT * FROM {target}")


def test_mistakes_in_the_sql_are_a_sentence(results: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be answered: Binder Error: .*skore"):
        query(results, "SELECT skore FROM systems")
