"""A real HTTP server on loopback that speaks the engines' protocols, and misbehaves when told to.

Its translation of a text is "EN(" + text + ")". `script` says how requests are answered, one entry per request;
when it is used up, all is well.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from harness.backends.base import Backend
from harness.backends.catalogue import backends


@dataclass(frozen=True)
class Status:
    """Answer with an HTTP error."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"message": "as the test asked"}'


@dataclass(frozen=True)
class Say:
    """Answer a chat request with this choice."""

    content: str | None
    finish_reason: str | None = "stop"
    refusal: str | None = None


#: Other entries of a script: "half", "garbage", "empty", "count", "stall", "reset", "ok".
Entry = Status | Say | str


class Services(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: deque[Entry] = deque()
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.bought: Counter[str] = Counter()
        self.latency = 0.0
        self.flying = 0
        self.most_flying = 0
        self.flying_limit: int | None = None
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None: ...

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null"))

    def _serve(self, body: Any) -> None:
        services = cast("Services", self.server)
        with services.lock:
            entry = services.script.popleft() if services.script else "ok"
            services.requests.append((self.path, dict(self.headers), body))
            services.flying += 1
            services.most_flying = max(services.most_flying, services.flying)
            if services.flying_limit is not None and services.flying > services.flying_limit:
                entry = Status(429)
        try:
            time.sleep(services.latency)
            self._answer(services, entry, body)
        finally:
            with services.lock:
                services.flying -= 1

    def _answer(self, services: Services, entry: Entry, body: Any) -> None:
        if isinstance(entry, Status):
            self._send(entry.code, entry.body.encode(), entry.headers)
        elif entry == "garbage":
            self._send(200, b"<html>gateway</html>")
        elif entry == "empty":
            self._send(200, b"{}")
        elif entry == "stall":
            time.sleep(3.0)
        elif entry == "reset":
            # Linger 0: the connection ends with RST, as a crashed proxy's does.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            answer, texts = self._translate(body, entry)
            data = json.dumps(answer, ensure_ascii=False).encode()
            if entry == "half":
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2])
                self.close_connection = True
                return
            with services.lock:
                services.bought.update(texts)
            self._send(200, data)

    def _translate(self, body: Any, entry: Entry) -> tuple[object, list[str]]:  # noqa: PLR0911 - a protocol each
        path = self.path.partition("?")[0]
        if path.endswith("/chat/completions"):
            text = body["messages"][-1]["content"]
            said = entry if isinstance(entry, Say) else Say(f"EN({text})")
            message = {"role": "assistant", "content": said.content}
            if said.refusal is not None:
                message["refusal"] = said.refusal
            choice = {"index": 0, "message": message, "finish_reason": said.finish_reason}
            usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
            return {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}, [text]
        if path == "/v2/translate":  # DeepL
            texts = body["text"]
            rows = [{"detected_source_language": "ZH", "text": f"EN({t})", "billed_characters": len(t)} for t in texts]
            return {"translations": rows[:-1] if entry == "count" else rows}, texts
        if path == "/translate" and isinstance(body, dict) and "q" in body:  # LibreTranslate
            texts = body["q"] if isinstance(body["q"], list) else [body["q"]]
            found = [f"EN({t})" for t in texts]
            found = found[:-1] if entry == "count" else found
            return {"translatedText": found if isinstance(body["q"], list) else found[0]}, texts
        if path == "/language/translate/v2":  # Google Basic
            return {"data": {"translations": [{"translatedText": f"EN({t})"} for t in body["q"]]}}, body["q"]
        if path.endswith(":translateText"):  # Google Advanced
            rows = [{"translatedText": f"EN({t})"} for t in body["contents"]]
            return {"translations": rows, "glossaryTranslations": rows}, body["contents"]
        if isinstance(body, dict) and "inputs" in body:  # Azure
            texts = [i["text"] for i in body["inputs"]]
            return {"value": [{"translations": [{"language": "en", "text": f"EN({t})"}]} for t in texts]}, texts
        texts = body["texts"] if isinstance(body, dict) and "texts" in body else ["?"]  # an endpoint of one's own
        return {"result": [{"out": f"EN({t})"} for t in texts]}, texts

    def _send(self, code: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(code)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


KEY = "canary-0123456789-key"


def _google_advanced(url: str) -> Backend:
    backend: Any = backends.create("google", name="s", project="p", glossary="terms", model="general/nmt")
    from google.auth import credentials
    from google.cloud import translate_v3
    from google.cloud.translate_v3.services.translation_service.transports import TranslationServiceRestTransport

    transport = TranslationServiceRestTransport(
        host=url.removeprefix("http://"), url_scheme="http", credentials=credentials.AnonymousCredentials()
    )
    backend._client = translate_v3.TranslationServiceClient(transport=transport)
    return cast("Backend", backend)


NETWORKED: dict[str, Callable[[str], Backend]] = {
    "openai": lambda url: backends.create("openai", name="s", model="m", base_url=url + "/v1", api_key_env="KEY"),
    "deepl": lambda url: backends.create("deepl", name="s", server_url=url, api_key_env="KEY", formality="more"),
    "google": lambda url: backends.create("google", name="s", endpoint=url, api_key_env="KEY"),
    "google v3": _google_advanced,
    "azure": lambda url: backends.create("azure", name="s", endpoint=url, api_key_env="KEY", region="x", tone="formal"),
    "libretranslate": lambda url: backends.create("libretranslate", name="s", url=url, api_key_env="KEY"),
    "http": lambda url: backends.create(
        "http",
        name="s",
        url=url + "/mine",
        headers={"Authorization": "Bearer {key}"},
        body={"texts": "{texts}", "from": "{source}"},
        answer="result.*.out",
        batch=4,
        api_key_env="KEY",
    ),
}
