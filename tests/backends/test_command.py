from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment
from harness.errors import BackendError, ConfigError, UserError

PAIR = LangPair("zh", "en")
POLICY = BackendPolicy(max_retries=0)
UPPER = "import sys\nfor line in sys.stdin: print(line.rstrip('\\n').upper(), flush=True)"


def segments(*texts: str) -> list[Segment]:
    return [Segment(f"s{i}", "d", 1, Kind.SENTENCE, text) for i, text in enumerate(texts)]


def run(code: str, texts: Sequence[str], **parameters: Any) -> tuple[Hypothesis, ...]:
    backend = backends.create("command", name="s", command=[sys.executable, "-c", code], **parameters)
    try:
        return translate_all(backend, segments(*texts), PAIR, policy=POLICY)
    finally:
        backend.close()


TEXTS = [f"text {i}" for i in range(20)]


@pytest.mark.parametrize("lifetime", ["run", "call"])
@pytest.mark.parametrize("batch", [1, 3, 64])
def test_lines(lifetime: str, batch: int) -> None:
    texts = TEXTS if batch > 1 else TEXTS[:3]
    assert [h.text for h in run(UPPER, texts, lifetime=lifetime, batch=batch)] == [t.upper() for t in texts]


def test_one_process_serves_a_run() -> None:
    code = "import os, sys\nfor line in sys.stdin: print(os.getpid(), flush=True)"
    assert len({h.text for h in run(code, TEXTS, batch=2)}) == 1


def test_line_breaks_inside_a_segment_cannot_shift_anything() -> None:
    texts = ["one\ntwo", "three\u2028four\u0085five", "six\r\nseven", "eight"]
    found = run(UPPER, texts)
    assert [h.text for h in found] == ["ONE TWO", "THREE FOUR FIVE", "SIX SEVEN", "EIGHT"]
    assert [bool(h.flags) for h in found] == [True, True, True, False]


@pytest.mark.parametrize("lifetime", ["run", "call"])
@pytest.mark.parametrize(
    "answer", ["print(line + '\\n' + line, flush=True)", "pass"], ids=["two lines for one", "none for one"]
)
def test_a_wrong_number_of_lines_costs_its_segment_only(lifetime: str, answer: str) -> None:
    code = f"""
import sys
for line in sys.stdin:
    line = line.rstrip("\\n").upper()
    if line == "TEXT 5": {answer}
    else: print(line, flush=True)
"""
    found = run(code, TEXTS[:8], batch=8, lifetime=lifetime, timeout=0.7)
    assert [h.text for h in found] == [t.upper() if t != "text 5" else None for t in TEXTS[:8]]


LATE = """
import sys, time, threading
def late():
    time.sleep(0.15); print("LATE", flush=True)
for line in sys.stdin:
    if line.startswith("text 0") and len(sys.argv) == 1: threading.Thread(target=late).start(); sys.argv.append("once")
    else: time.sleep(0.1)
    print(line.rstrip("\\n").upper(), flush=True)
"""


@pytest.mark.parametrize("batch", [1, 2])
def test_late_lines_are_never_paired(batch: int) -> None:
    found = run(LATE, TEXTS[:4], batch=batch)
    assert all(h.text in (None, f"TEXT {i}") for i, h in enumerate(found))
    assert any(h.ok for h in found)


def test_lines_that_nobody_asked_for_stop_the_program() -> None:
    code = LATE.replace("else: time.sleep(0.1)", "")
    backend = backends.create("command", name="s", command=[sys.executable, "-c", code], verify=False)
    assert backend.translate(segments("text 0"), PAIR)[0].text == "TEXT 0"
    time.sleep(0.4)
    with pytest.raises(BackendError, match="gave more lines than it was sent") as caught:
        backend.translate(segments("text 1"), PAIR)
    assert caught.value.fatal


def test_a_program_of_moods_must_be_declared() -> None:
    code = "import itertools, sys\nfor i, line in enumerate(sys.stdin): print(i, flush=True)"
    assert "answered the first line of a batch differently" in str(run(code, ["a"])[0].error)
    assert [h.text for h in run(code, ["a", "b"], deterministic=False)] == ["0", "1"]


def test_a_segment_that_kills_the_program_is_found_and_the_program_restarted() -> None:
    code = """
import os, sys
for line in sys.stdin:
    if "7" in line:
        print("segmentation fault, core dumped", file=sys.stderr, flush=True); os._exit(139)
    print(line.rstrip("\\n").upper(), flush=True)
"""
    found = run(code, TEXTS, batch=16)
    assert [h.id for h in found if not h.ok] == ["s7", "s17"]
    assert "ended with exit code 139" in str(found[7].error)
    assert "it said: segmentation fault, core dumped" in str(found[7].error)


def test_a_program_that_always_dies_is_given_up() -> None:
    found = run("import sys; sys.exit('no model')", [f"text {i}" for i in range(100)], batch=4)
    assert not any(h.ok for h in found)
    assert "no model" in str(found[0].error)
    assert "times in a row" in str(found[-1].error)


def test_a_program_that_hangs_is_ended() -> None:
    started = time.monotonic()
    found = run("import time; time.sleep(600)", ["a"], timeout=0.3)
    assert time.monotonic() - started < 5
    assert "gave 0 lines in 0.3 s, not 2 lines" in str(found[0].error)


def test_more_than_a_pipe_holds() -> None:
    texts = [f"{i} " + "x" * 5000 for i in range(100)]
    assert [h.text for h in run(UPPER, texts, batch=100)] == [t.upper() for t in texts]


def test_bytes_that_are_no_utf8_are_an_error() -> None:
    code = "import sys\nfor line in sys.stdin: sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()"
    assert "not UTF-8" in str(run(code, ["a"])[0].error)


JSONL = """
import json, sys
rows = [json.loads(line) for line in sys.stdin]
for row in reversed(rows):
    answer = {"error": "too hard"} if "3" in row["text"] else {"text": row["text"].upper() + "\\n" + row["target"]}
    print(json.dumps({"id": row["id"], **answer}))
"""


def test_jsonl_pairs_by_id() -> None:
    found = run(JSONL, TEXTS[:6], format="jsonl", lifetime="call")
    assert [h.text for h in found] == [f"TEXT {i}\nen" if i != 3 else None for i in range(6)]
    assert found[3].error == "too hard"


@pytest.mark.parametrize("row", ['{"id": "other", "text": "x"}', '{"text": "x"}', "x", '{"id": "s0", "text": 7}', "[]"])
def test_jsonl_that_cannot_be_paired_is_an_error(row: str) -> None:
    found = run(f"import sys; sys.stdin.read(); print({row!r})", ["a"], format="jsonl", lifetime="call")
    assert found[0].text is None


def test_no_shell_is_involved(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = "import sys\nfor line in sys.stdin: print(sys.argv[1], flush=True)"
    backend = backends.create(
        "command", name="s", command=[sys.executable, "-c", code, f"; touch {trap} $(id) {{source}}"]
    )
    (found,) = backend.translate(segments("a"), PAIR)
    backend.close()
    assert found.text == f"; touch {trap} $(id) zh"
    assert not trap.exists()


def test_the_identity_holds_the_files_that_are_named(tmp_path: Path) -> None:
    model = tmp_path / "model.bin"

    def key() -> str:
        return str(backends.create("command", name="s", command=f"{sys.executable} -c pass {model}").system.key)

    model.write_bytes(b"one")
    first = key()
    assert key() == first
    model.write_bytes(b"two")
    assert key() != first


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no-such-program is not there"):
        backends.create("command", name="s", command="no-such-program --x")
    with pytest.raises(ConfigError, match="empty command"):
        backends.create("command", name="s", command=[])
    with pytest.raises(ConfigError, match="knows no 'xml'"):
        backends.create("command", name="s", command="cat", format="xml")
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    backend = backends.create("command", name="s", command=[str(broken)])
    with pytest.raises(BackendError, match="cannot be started") as caught:
        backend.translate(segments("a"), PAIR)
    assert caught.value.fatal


def test_closing_ends_the_program(tmp_path: Path) -> None:
    code = "import os, sys\nfor line in sys.stdin: print(os.getpid(), flush=True)"
    backend = backends.create("command", name="s", command=[sys.executable, "-c", code])
    pid = int(backend.translate(segments("a"), PAIR)[0].text or "")
    os.kill(pid, 0)
    backend.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(
    shutil.which("apertium") is None, reason="Apertium (apt-get install apertium-eng-spa) is not installed"
)
def test_apertium() -> None:
    # A real engine that looks across lines: it begins a text with a capital. So each segment is a text of its own.
    command = "apertium -u {source}-{target}"
    backend = backends.create("command", name="apertium", command=command, lifetime="call", batch=1)
    found = translate_all(
        backend, segments("the house", "a red car", "the house"), LangPair("eng", "spa"), policy=POLICY
    )
    backend.close()
    assert [h.text for h in found] == ["La casa", "Un coche rojo", "La casa"]
    backend = backends.create("command", name="apertium", command=command, lifetime="call", batch=8)
    sentences = segments(*(f"The house has {i} doors." for i in range(20)))
    found = translate_all(backend, sentences, LangPair("eng", "spa"), policy=POLICY)
    backend.close()
    assert [h.text for h in found] == [f"La casa tiene {i} puertas." for i in range(20)]
