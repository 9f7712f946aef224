"""A key that is planted is never found again: not in results, caches, messages, logs or tracebacks."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.credentials import MASK, read_secret, redact, remember
from harness.errors import ConfigError, UserError
from tests.backends.services import Services, Status

CANARY = "cAnArY/7f+3=é&9_xyz"


@pytest.fixture(autouse=True)
def _remembered() -> None:
    remember(CANARY)


@pytest.mark.parametrize(
    "spelled",
    [
        CANARY,
        urllib.parse.quote(CANARY),
        urllib.parse.quote(CANARY, safe=""),
        urllib.parse.quote_plus(CANARY),
        urllib.parse.quote(CANARY, safe="").lower(),
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(CANARY.encode()).decode(),
        CANARY.encode().hex(),
        json.dumps(CANARY),
        CANARY.encode("unicode_escape").decode(),
    ],
)
def test_every_spelling_is_masked(spelled: str) -> None:
    shown = redact(f"GET https://h/?key={spelled} failed")
    assert spelled.strip("\"'") not in shown
    assert MASK in shown
    assert shown.startswith("GET https://h/?key=")
    assert shown.endswith(" failed")


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_base64_at_any_offset_is_masked(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        shown = redact(encode(before + CANARY.encode() + after).decode())
        assert MASK in shown
        # What is left are the neighbours, and at either end the one character or two that they share with the secret.
        left = len(shown.replace(MASK, "").rstrip("="))
        assert left <= (len(before) + len(after)) * 4 / 3 + 4


def test_other_text_is_left_alone() -> None:
    assert redact("数字经济 key canary") == "数字经济 key canary"
    remember("abc")  # too short to be a key
    assert redact("abcdef") == "abcdef"


def test_a_secret_is_named_not_given() -> None:
    assert read_secret("MY_KEY", what="x", environment={"MY_KEY": " canary-from-env \n"}) == "canary-from-env"
    assert redact("canary-from-env") == MASK
    with pytest.raises(UserError, match="MY_KEY, which holds the secret of x, is not set"):
        read_secret("MY_KEY", what="x", environment={"MY_KEY": ""})
    for given_key in ("sk-proj-1234567890", "abcdefABCDEF0123456789abcdef01"):
        with pytest.raises(ConfigError) as caught:
            read_secret(given_key, what="x", environment={})
        assert given_key not in str(caught.value)


SCRIPT = """
import json, logging, sys, traceback
from pathlib import Path
logging.basicConfig(level=logging.DEBUG)
from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Kind, LangPair, Segment
from harness.store.translation_cache import TranslationCache
url, folder = sys.argv[1:]
common = {"name": "s", "api_key_env": "CANARY"}
systems = [
    ("openai", {"model": "m", "base_url": url + "/v1"}),
    ("deepl", {"server_url": url}),
    ("google", {"endpoint": url}),
    ("azure", {"endpoint": url, "region": "x"}),
    ("libretranslate", {"url": url, "batch": 2}),
    ("http", {"url": url, "body": {"texts": "{texts}"}, "headers": {"X-Key": "k {key}"}, "query": {"key": "{key}"},
              "answer": "result.*.out"}),
]
segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"text {i}") for i in range(4)]
cache = TranslationCache(Path(folder) / "c.db")
out = []
for name, parameters in systems:
    backend = backends.create(name, **common, **parameters)
    found = translate_all(backend, segments, LangPair("zh", "en"), policy=BackendPolicy(max_retries=0), cache=cache)
    out += [repr(h) for h in found] + [repr(backend.system)]
    try:
        backend.translate(segments[:1], LangPair("zh", "en"))
    except Exception:
        traceback.print_exc()
    backend.close()
cache.close()
print(json.dumps(out, ensure_ascii=False))
print("errors:", sum("error=None" not in line for line in out))
"""


@pytest.mark.loopback
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_canary_is_found_nowhere(tmp_path: Path, services: Services) -> None:
    canary = "cAnArY-7f+3/9=xyz0"
    echo = json.dumps({"message": f"bad key {canary} or {base64.b64encode(canary.encode()).decode()}"})
    for _ in range(60):  # services that repeat the key in their error messages
        services.script.extend([Status(500, {"X-Echo": canary}, echo), Status(400, {"X-Echo": canary}, echo), "ok"])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, services.url, str(tmp_path)],
        capture_output=True,
        env={"CANARY": canary, "PATH": "/usr/bin", "PYTHONUTF8": "1"},
        timeout=120,
        check=True,
    )
    assert any(canary in json.dumps([headers, body]) or canary in path for path, headers, body in services.requests)
    assert b"errors: " in done.stdout
    assert b"errors: 0" not in done.stdout
    written = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    assert len(written) >= 1
    assert b"Traceback" in done.stderr
    spelled = [canary, urllib.parse.quote(canary, safe=""), urllib.parse.quote(canary), canary.encode().hex()]
    spelled.append(base64.b64encode(canary.encode()).decode().rstrip("="))
    for place in [done.stdout, done.stderr, *written]:
        for text in spelled:
            assert text.lower().encode() not in place.lower()
