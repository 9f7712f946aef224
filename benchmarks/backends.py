"""What stands around every backend, measured: concurrency, the cache, memory, and the overhead of it all.

    python benchmarks/backends.py            # everything, about two minutes
    python benchmarks/backends.py endpoint   # one of: endpoint, cache, memory, overhead

`endpoint`: a loopback server that answers each request after 200 ms, asked by 10 and by 20 calls at a time, held there.
The ideal is 20 / 0.2 s = 100 requests per second; the peer is a thread pool over the official SDK with nothing
around it, on the same machine and server in the same run. The server runs in a process of its own.
`cache`: 100,000 translations written, then read back.
`memory`: the most memory that a run over 1,000 and over 100,000 segments needs beyond its input and its result.
`overhead`: a backend that does nothing, with the session around it and without.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

from harness.backends.base import Traits
from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment, System
from harness.store.translation_cache import TranslationCache

PAIR = LangPair("zh", "en")
LATENCY = 0.2
CALLS = (10, 20)


class Slow(BaseHTTPRequestHandler):
    """A chat endpoint that takes its time."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer after LATENCY seconds."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(LATENCY)
        message = {"role": "assistant", "content": body["messages"][-1]["content"].upper()}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        data = json.dumps({"id": "1", "object": "chat.completion", "model": "m", "created": 1, "choices": choices})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """Room for all who knock at once."""

    request_queue_size = 256
    daemon_threads = True


def serve(pipe: Connection) -> None:
    """Run the endpoint; its port goes through the pipe."""
    server = Server(("127.0.0.1", 0), Slow)
    pipe.send(server.server_address[1])
    server.serve_forever()


class Nothing:
    """A backend that costs nothing, so that all the cost is the session's."""

    def __init__(self, *, context: int = 0) -> None:
        self.system = System("nothing", "nothing")
        self.traits = Traits(batch=64, context=context)
        self.asked = 0

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """Answer at once."""
        self.asked += len(segments)
        return [Hypothesis(s.id, text=s.source) for s in segments]

    def close(self) -> None:
        """Nothing is held."""


def segments_of(n: int) -> list[Segment]:
    """Segments as long as those of official documents."""
    return [
        Segment(
            f"s{i}",
            f"d{i // 100}",
            1,
            Kind.SENTENCE,
            f"第{i}条 各方应加强数字领域务实合作，共同构建网络空间命运共同体。",
        )
        for i in range(n)
    ]


def endpoint() -> None:
    """How near to the ideal rate an endpoint with latency is kept."""
    import openai

    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    n = 1000
    segments = segments_of(n)

    client = openai.OpenAI(api_key="none", base_url=url, max_retries=0)

    def ask(segment: Segment) -> str | None:
        answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": segment.source}])
        return answer.choices[0].message.content

    def bare(calls: int) -> float:
        started = time.perf_counter()
        with ThreadPoolExecutor(calls) as pool:
            assert all(pool.map(ask, segments))
        return n / (time.perf_counter() - started)

    def harness(folder: str, calls: int) -> float:
        from harness.backends.session.translate_segments import concurrency as pace

        pace.CAP = calls  # held at the limit, so that the ideal is known
        backend = backends.create("openai", name="s", model="m", base_url=url, api_key_env=None)
        with TranslationCache(Path(folder) / "c.db") as cache:
            started = time.perf_counter()
            found = translate_all(backend, segments, PAIR, policy=BackendPolicy(concurrency=calls), cache=cache)
            seconds = time.perf_counter() - started
        backend.close()
        assert all(h.ok for h in found)
        return n / seconds

    list(ThreadPoolExecutor(CALLS[-1]).map(ask, segments[:40]))  # imports and connections
    for calls in CALLS:
        ideal = calls / LATENCY
        print(f"endpoint: {n} requests, {LATENCY * 1000:.0f} ms each, {calls} at a time; ideal {ideal:.0f}/s")
        for _ in range(2):
            rate = bare(calls)
            print(f"  bare thread pool over the SDK   {rate:7.1f}/s   {rate / ideal:6.1%} of ideal")
            with tempfile.TemporaryDirectory() as folder:
                rate = harness(folder, calls)
            print(f"  harness, cache and retries on   {rate:7.1f}/s   {rate / ideal:6.1%} of ideal")
    server.terminate()


def cache() -> None:
    """How fast translations come back out of the cache."""
    segments = segments_of(100_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.db"
        started = time.perf_counter()
        with TranslationCache(path) as store:
            first = translate_all(Nothing(), segments, PAIR, policy=BackendPolicy(), cache=store)
        wrote = time.perf_counter() - started
        print(f"cache: {len(segments):,} segments written in {wrote:.2f} s (64 a commit, each commit on the disk)")
        for _ in range(3):
            started, worked = time.perf_counter(), time.process_time()
            idle = Nothing()
            with TranslationCache(path) as store:
                again = translate_all(idle, segments, PAIR, policy=BackendPolicy(), cache=store)
            assert idle.asked == 0
            seconds, worked = time.perf_counter() - started, time.process_time() - worked
            print(f"  read back in {seconds:.2f} s, {worked:.2f} s of it on the processor (target 3 s)")
            assert again == first
        print(f"  file {path.stat().st_size / 1e6:.0f} MB")


def memory() -> None:
    """What a run needs beyond its input and its result."""
    print("memory: most memory held during a run, beyond input and result (tracemalloc)")
    for cached in (False, True):
        for n in (1_000, 10_000, 100_000):
            segments = segments_of(n)
            with tempfile.TemporaryDirectory() as folder, TranslationCache(Path(folder) / "c.db") as store:
                if cached:
                    translate_all(Nothing(), segments, PAIR, policy=BackendPolicy(), cache=store)
                tracemalloc.start()
                found = translate_all(Nothing(), segments, PAIR, policy=BackendPolicy(), cache=store)
                kept, most = tracemalloc.get_traced_memory()
                tracemalloc.stop()
            what = "from the cache" if cached else "translated"
            print(
                f"  {n:>7,} segments {what:15}: result {kept / 1e6:7.1f} MB, beyond it {(most - kept) / 1e6:6.1f} MB "
                f"({(most - kept) / n:.0f} bytes per segment)"
            )
            assert len(found) == n


def overhead() -> None:
    """What the session costs a segment."""
    n = 100_000
    segments = segments_of(n)
    backend = Nothing()
    started = time.perf_counter()
    for start in range(0, n, 64):
        backend.translate(segments[start : start + 64], PAIR)
    bare = time.perf_counter() - started
    started = time.perf_counter()
    translate_all(backend, segments, PAIR, policy=BackendPolicy())
    ours = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder, TranslationCache(Path(folder) / "c.db") as store:
        started = time.perf_counter()
        translate_all(backend, segments, PAIR, policy=BackendPolicy(), cache=store)
        stored = time.perf_counter() - started
    print(
        f"overhead: a segment costs {(ours - bare) / n * 1e6:.1f} µs in the session, "
        f"{(stored - bare) / n * 1e6:.1f} µs with the cache"
    )
    print(f"  3% of an engine's time from {(stored - bare) / n / 0.03 * 1e3:.1f} ms a segment on")


def main() -> None:
    """Run what is named, or everything."""
    parts = {"endpoint": endpoint, "cache": cache, "memory": memory, "overhead": overhead}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == "__main__":
    main()
