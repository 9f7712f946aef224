"""The pages of `harness serve`: a results folder, read-only, for this machine alone."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness.errors import HarnessError
from harness.report.page.report_page import render, render_all, render_error
from harness.store.leaderboard_csv import read_summaries
from harness.store.paths import RunLayout
from harness.store.runs import list_runs, read_run

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HTML, _PLAIN, _CSV = "text/html; charset=utf-8", "text/plain; charset=utf-8", "text/csv; charset=utf-8"


class Site:
    """Answers by path. Names in a path are looked up among the runs, never joined to a folder."""

    def __init__(self, results: Path) -> None:
        self._results = results
        self._pages: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.Lock()

    def version(self) -> str:
        """Changes when a run lands, goes, or is replaced."""
        states = [f"{f.name}\0{RunLayout(f).run.stat().st_mtime_ns}" for f in list_runs(self._results)]
        return hashlib.sha256("\n".join(states).encode("utf-8", "surrogateescape")).hexdigest()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for the path of a URL."""
        try:
            if path == "/":
                return 200, _HTML, self._cached("/", lambda: render_all(read_summaries(self._results), live=True))
            if path == "/version":
                return 200, _PLAIN, self.version().encode()
            if path == "/leaderboard.csv":
                return 200, _CSV, self._cached(path, self._leaderboard)
            name, _, file = path[1:].partition("/")
            runs = {f.name: f for f in list_runs(self._results)}
            folder = runs.get(unquote(name))
            if folder is not None and file == "report.html":
                return 200, _HTML, self._cached(path, lambda: render(read_run(folder), live=True))
        except HarnessError as error:
            return 500, _HTML, render_error(str(error)).encode()
        return 404, _PLAIN, b"There is nothing here. The leaderboard is at /\n"

    def _leaderboard(self) -> str:
        import io

        from harness.store.csv_tables import write_rows
        from harness.store.leaderboard_csv import leaderboard_rows

        file = io.StringIO()
        write_rows(file, *leaderboard_rows(read_summaries(self._results)))
        return file.getvalue()

    def _cached(self, path: str, make: Callable[[], str]) -> bytes:
        """The page as it was made for the present state of the folder."""
        version = self.version()
        with self._lock:
            known = self._pages.get(path)
            if known is None or known[0] != version:
                known = self._pages[path] = (version, make().encode("utf-8", "backslashreplace"))
            return known[1]


def make_server(results: Path, port: int) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 and nowhere else; port 0 takes a free one.

    Only GET and HEAD are answered, and only under the names that this machine has for itself: a page elsewhere that
    points its own name at 127.0.0.1 (DNS rebinding) gets nothing.
    """
    site = Site(results)

    class Handler(BaseHTTPRequestHandler):
        server_version = "harness"
        sys_version = ""
        timeout = 30

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
            if host not in {"127.0.0.1", "localhost", "[::1]"}:
                self._send(403, _PLAIN, b"This server answers to 127.0.0.1 and localhost alone.\n")
                return
            self._send(*site.answer(urlsplit(self.path).path))

        do_HEAD = do_GET  # noqa: N815 - the base class asks for this name

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what is asked for is nobody's business, and stderr is for messages."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server
