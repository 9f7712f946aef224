"""A process that is killed at any moment loses nothing that was finished."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.store.cache_maintenance import export_cache
from tests.backends.services import Services

TEXTS = 160
DRIVER = """
import json, sys
from pathlib import Path
from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Kind, LangPair, Segment
from harness.store.translation_cache import TranslationCache

name, parameters, folder, texts = json.loads(sys.argv[1])
def fail(text): raise SystemExit(text)
segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"text {i}") for i in range(texts)]
cache = TranslationCache(Path(folder) / "c.db", notice=fail)
backend = backends.create(name, name="s", **parameters)
found = translate_all(backend, segments, LangPair("zh", "en"), policy=BackendPolicy(concurrency=8), cache=cache)
backend.close()
(Path(folder) / "out.json").write_text(json.dumps([[h.id, h.text, h.error] for h in found]))
"""
PROGRAM = """
import sys, time
log = open(sys.argv[1], "a")
for line in sys.stdin:
    log.write(line); log.flush()
    time.sleep(0.004)
    print("EN(" + line.rstrip("\\n") + ")", flush=True)
"""
EXPECTED = [[f"s{i}", f"EN(text {i})", None] for i in range(TEXTS)]


def start(name: str, parameters: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    given = json.dumps([name, parameters, str(folder), TEXTS])
    return subprocess.Popen([sys.executable, "-c", DRIVER, given], stderr=subprocess.PIPE, start_new_session=True)


def stored(folder: Path) -> set[str]:
    path = folder / "c.db"
    if not path.exists():
        return set()
    return {str(row["source"]) for row in export_cache(path)}


def kill_and_resume(
    start_one: Callable[[], subprocess.Popen[bytes]], asked: Callable[[], list[str]], folder: Path
) -> None:
    chance = random.Random(7)
    kills = 0
    while not (folder / "out.json").exists():
        before, finished = len(asked()), stored(folder)
        process = start_one()
        if kills < 5:
            deadline = time.monotonic() + 30
            wanted = before + chance.randrange(1, 40)
            while len(asked()) < wanted and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            kills += 1
        _, stderr = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL), stderr
        assert finished <= stored(folder)  # nothing is lost
        assert not finished & set(asked()[before:])  # nothing finished is translated again
    assert kills >= 3
    assert json.loads((folder / "out.json").read_text()) == EXPECTED


def test_kill_with_a_program(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    # The log is an argument, and files that are named there belong to the identity: it must not change.
    parameters = {"command": [sys.executable, str(program), f"--log={log}"], "batch": 4, "revision": "1"}
    program.write_text(PROGRAM.replace("sys.argv[1]", 'sys.argv[1].partition("=")[2]'))

    def asked() -> list[str]:
        return log.read_text().split("\n")[:-1] if log.exists() else []

    kill_and_resume(lambda: start("command", parameters, tmp_path), asked, tmp_path)


HTTP = {"body": {"texts": "{texts}"}, "answer": "result.*.out", "batch": 2}


@pytest.mark.loopback
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_kill_with_many_calls_in_flight(tmp_path: Path, services: Services) -> None:
    services.latency = 0.04
    parameters = {"url": services.url, **HTTP}

    def asked() -> list[str]:
        with services.lock:
            return [text for _, _, body in services.requests if body for text in body["texts"]]

    def start_one() -> subprocess.Popen[bytes]:
        return start("http", parameters, tmp_path)

    kill_and_resume(start_one, asked, tmp_path)
    (tmp_path / "out.json").unlink()
    before = len(services.requests)
    again = start_one()
    again.communicate(timeout=60)
    assert json.loads((tmp_path / "out.json").read_text()) == EXPECTED
    assert len(services.requests) == before  # a fully cached rerun makes no call


@pytest.mark.loopback
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_ctrl_c_keeps_the_answers_that_were_on_their_way(tmp_path: Path, services: Services) -> None:
    services.latency = 0.2
    process = start("http", {"url": services.url, **HTTP}, tmp_path)
    deadline = time.monotonic() + 30
    while len(services.requests) < 20 and time.monotonic() < deadline:
        time.sleep(0.005)
    asked_at = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert time.monotonic() - asked_at < 5
    assert b"KeyboardInterrupt" in stderr
    assert process.returncode != 0
    assert not (tmp_path / "out.json").exists()
    assert len(services.bought) < TEXTS
    assert stored(tmp_path) == set(services.bought)
