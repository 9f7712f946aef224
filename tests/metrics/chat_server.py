"""A judge on 127.0.0.1 that speaks the chat completions protocol and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: From the request's body to (status, the choice's message content or whole body).
Answer = Callable[[dict[str, Any]], "tuple[int, dict[str, Any]]"]


def says(content: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> tuple[int, dict[str, Any]]:
    """A well-formed reply with this content."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return 200, {"id": "1", "object": "chat.completion", "created": 0, "model": "judge", "choices": [choice]}


@contextmanager
def judging(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The endpoint's address and the list of requests it got."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({**body, "authorization": self.headers.get("Authorization")})
            status, reply = answer(body)
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
