"""A hub on 127.0.0.1 that speaks as much of the Hugging Face protocol as fetching a model takes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

COMMIT = "c0ffee" + "0" * 34


@dataclass
class FakeHub:
    """Models by id, each a mapping of file names to bytes; answers that go wrong by model id.

    Attributes:
        faults: model id to (status, headers) of every answer about it.
        damaged: file names that arrive with other bytes than announced.
    """

    models: Mapping[str, Mapping[str, bytes]]
    faults: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, *, body: bool) -> None:
            path = unquote(self.path.partition("?")[0])
            hub.asked.append(f"{self.command} {path}")
            status, headers, content = _respond(hub, path)
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(key, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _respond(hub: FakeHub, path: str) -> tuple[int, dict[str, str], bytes]:
    for name, (status, headers) in hub.faults.items():
        if f"/{name}" in path:
            return status, headers, b"{}"
    if path.startswith("/api/models/"):
        name, _, revision = path.removeprefix("/api/models/").partition("/revision/")
        if name not in hub.models:
            return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        if revision not in {"", "main", COMMIT}:
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        siblings = [
            {
                "rfilename": file,
                "size": len(data),
                "lfs": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 130},
            }
            for file, data in hub.models[name].items()
        ]
        return (
            200,
            {"Content-Type": "application/json"},
            json.dumps({"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings}).encode(),
        )
    name, _, rest = path.removeprefix("/").partition("/resolve/")
    file = rest.partition("/")[2]
    data = hub.models.get(name, {}).get(file)
    if data is None:
        return 404, {"X-Error-Code": "EntryNotFound"}, b"{}"
    headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": COMMIT}
    return 200, headers, data[::-1] if file in hub.damaged else data
