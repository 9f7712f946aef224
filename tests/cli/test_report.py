from __future__ import annotations

import csv
import http.client
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.store.runs import write_run
from tests.samples import sample_run


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    write_run(sample_run("first", started="2026-01-01T00:00:00Z"), folder)
    return folder


def _harness(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_report_writes_one_file_and_says_where(results: Path, tmp_path: Path) -> None:
    done = _harness("report", "--results", results)
    assert (done.returncode, done.stdout) == (0, f"{results / 'first' / 'report.html'}\n")
    assert (results / "first" / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    done = _harness("report", "--all", "--results", results, "--output", tmp_path / "all.html")
    assert done.stdout == f"{tmp_path / 'all.html'}\n"
    assert "Leaderboard over all runs" in (tmp_path / "all.html").read_text(encoding="utf-8")


def test_report_of_an_unknown_run_is_a_sentence(results: Path) -> None:
    done = _harness("report", "fist", "--results", results)
    assert (done.returncode, done.stderr.split("\n")[0]) == (2, "error: There is no run 'fist'; did you mean 'first'?")


def test_query_prints_tables_csv_and_json(results: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed (extra query)")
    sql = "SELECT system, error FROM segments WHERE segment = 'alpha-003' ORDER BY system"
    table = _harness("query", sql, "--results", results).stdout
    assert table.split("\n")[0].split() == ["system", "error"]
    assert "=timeout after 5 attempts" in table
    rows = list(csv.reader(io.StringIO(_harness("query", sql, "-f", "csv", "--results", results).stdout)))
    assert rows[-1] == ["org/model:v1", "'=timeout after 5 attempts"]
    found = json.loads(_harness("query", sql, "--json", "--results", results).stdout)
    assert found[0] == {"system": "copy", "error": None}
    refused = _harness("query", "DROP TABLE systems", "--results", results)
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.fixture
def port(results: Path) -> Iterator[int]:
    from harness.cli.report_site import make_server

    server = make_server(results, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()


def _ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read().decode("utf-8")
    connection.close()
    return answer


@pytest.mark.loopback
@pytest.mark.enable_socket
def test_serve_shows_the_board_and_the_reports(port: int) -> None:
    status, headers, page = _ask(port, "/")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert "Leaderboard over all runs" in page
    assert "connect-src &#39;self&#39;" in page or "connect-src 'self'" in page
    assert _ask(port, "/first/report.html")[0] == 200
    assert _ask(port, "/leaderboard.csv")[2].startswith("test_set,system,")
    assert _ask(port, "/", "HEAD")[2] == ""


@pytest.mark.loopback
@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "path",
    [
        "/first/run.json",
        "/../secret",
        "/first/../../secret",
        "/%2e%2e/secret",
        "/first%2f..%2f/report.html",
        "//etc/passwd",
        "/first/report.html/x",
        "/first",
    ],
)
def test_serve_gives_nothing_but_its_own_pages(port: int, results: Path, path: str) -> None:
    (results.parent / "secret").write_text("secret", encoding="utf-8")
    assert _ask(port, path)[0] == 404


@pytest.mark.loopback
@pytest.mark.enable_socket
def test_serve_refuses_other_methods_and_other_names(port: int) -> None:
    assert _ask(port, "/", "POST")[0] == 501
    assert _ask(port, "/", "DELETE")[0] == 501
    assert _ask(port, "/", Host="attacker.example")[0] == 403
    assert _ask(port, "/", Host=f"localhost:{port}")[0] == 200


@pytest.mark.loopback
@pytest.mark.enable_socket
def test_serve_notices_a_run_that_lands(port: int, results: Path) -> None:
    before = _ask(port, "/version")[2]
    assert _ask(port, "/version")[2] == before
    write_run(sample_run("second", started="2026-02-01T00:00:00Z"), results)
    assert _ask(port, "/version")[2] != before
    assert "second" in _ask(port, "/")[2]
