"""What every backend owes its callers, one suite for all of them."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.backends.base import Backend, Prepares, Traits, traits_of
from harness.backends.catalogue import backends
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment, System, canonical_json
from tests.backends.services import KEY, NETWORKED, Services

PAIR = LangPair("zh", "en")
TEXTS = ("构建网络空间命运共同体", "全球发展倡议。", "加强数字合作！", "2024年11月20日", "全球发展倡议。", "A\u2028B")
SEGMENTS = tuple(Segment(f"d-{i}", "d", 1, Kind.SENTENCE, text) for i, text in enumerate(TEXTS))
POLICY = BackendPolicy(max_retries=0)

Maker = Callable[[Path], Backend]


def _file(folder: Path) -> Backend:
    path = folder / "out.jsonl"
    rows = [json.dumps({"id": s.id, "text": f"translation {s.id}"}) + "\n" for s in SEGMENTS]
    path.write_text("".join(rows), encoding="utf-8")
    return backends.create("file", name="given", path=str(path))


def _command(_: Path) -> Backend:
    code = "import sys\nfor line in sys.stdin: print(line.rstrip('\\n').upper(), flush=True)"
    return backends.create("command", name="program", command=[sys.executable, "-c", code])


MAKERS: dict[str, Maker] = {
    "gloss": lambda _: backends.create("gloss", name="floor"),
    "copy": lambda _: backends.create("copy", name="trap"),
    "file": _file,
    "command": _command,
}

#: Models that run here: name to (the model, how it is opened).
LOCAL: dict[str, tuple[str, Maker]] = {
    "transformers": ("marian", lambda folder: _model("transformers", folder)),
    "transformers, a chat model": ("llama", lambda folder: _model("transformers", folder)),
    "ctranslate2": ("marian", lambda folder: _model("ctranslate2", folder)),
}


def _model(backend: str, folder: Path) -> Backend:
    return backends.create(backend, name="local", model=str(folder), device="cpu", max_new_tokens=8)


LOOPBACK = [
    pytest.mark.loopback,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # Google's packages announce at import when they will drop this Python.
    pytest.mark.filterwarnings("ignore:You are using a Python version:FutureWarning"),
]


@pytest.fixture(params=[*MAKERS, *LOCAL, *(pytest.param(name, marks=LOOPBACK) for name in NETWORKED)])
def make(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Backend]]:
    """Makes the same backend again and again."""
    server = Services() if request.param in NETWORKED else None
    monkeypatch.setenv("KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made: list[Backend] = []
    folder = tmp_path
    if request.param in LOCAL:
        fixture = "converted_model" if request.param == "ctranslate2" else "tiny_model"
        folder = request.getfixturevalue(fixture)(LOCAL[request.param][0])

    def one() -> Backend:
        if server is not None:
            made.append(NETWORKED[request.param](server.url))
        else:
            made.append((MAKERS[request.param] if request.param in MAKERS else LOCAL[request.param][1])(folder))
        return made[-1]

    yield one
    for backend in made:
        backend.close()
    if server is not None:
        server.stop()


@pytest.fixture
def backend(make: Callable[[], Backend]) -> Backend:
    return make()


def test_is_a_backend_with_a_complete_identity(backend: Backend) -> None:
    assert isinstance(backend, Backend)
    assert backend.system.backend in backends
    assert backend.system.revision or not traits_of(backend).versioned
    json.loads(canonical_json(dict(backend.system.identity)))
    assert isinstance(traits_of(backend), Traits)


def test_same_ids_order_and_length(backend: Backend) -> None:
    if isinstance(backend, Prepares):
        backend.prepare(SEGMENTS, PAIR)
    found = backend.translate(SEGMENTS, PAIR)
    assert [h.id for h in found] == [s.id for s in SEGMENTS]
    assert all(h.ok and h.text for h in found)


def test_order_and_batching_change_nothing(backend: Backend) -> None:
    if isinstance(backend, Prepares):
        backend.prepare(SEGMENTS, PAIR)
    whole = {h.id: h.text for h in backend.translate(SEGMENTS, PAIR)}
    backwards = {h.id: h.text for h in backend.translate(SEGMENTS[::-1], PAIR)}
    alone = {s.id: backend.translate([s], PAIR)[0].text for s in SEGMENTS}
    assert whole == backwards == alone


def test_session_keeps_blanks_blank(backend: Backend) -> None:
    if backend.system.backend == "file":
        pytest.skip("its file names every id of this test set; blanks are tested with the reader")
    mixed = (SEGMENTS[0], Segment("blank", "d", 1, Kind.SENTENCE, " \u3000"), SEGMENTS[1])
    found = translate_all(backend, mixed, PAIR, policy=POLICY)
    assert [h.id for h in found] == ["d-0", "blank", "d-1"]
    assert found[1].text == ""
    assert found[0].text


def test_the_identity_is_always_the_same(make: Callable[[], Backend]) -> None:
    assert make().system.key == make().system.key


def test_a_key_is_no_part_of_the_identity(make: Callable[[], Backend]) -> None:
    backend = make()
    if isinstance(backend, Prepares):
        backend.prepare(SEGMENTS, PAIR)
    backend.translate(SEGMENTS[:1], PAIR)
    assert KEY not in repr(backend.system)


class Shelf:
    """A cache in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Hypothesis] = {}

    def get(self, system: System, pair: LangPair, requests: Sequence[tuple[str, str, str]]) -> list[Hypothesis | None]:
        found = [(i, self.rows.get((system.key, text, context))) for i, text, context in requests]
        return [None if h is None else replace(h, id=i) for i, h in found]

    def put(self, system: System, pair: LangPair, entries: Sequence[tuple[str, str, Hypothesis]]) -> None:
        self.rows.update({(system.key, source, context): h for source, context, h in entries})


def test_a_cached_rerun_is_equal_and_asks_nothing(make: Callable[[], Backend], monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, first, second = Shelf(), make(), make()
    if not traits_of(first).reusable:
        pytest.skip("never cached, by its own word")
    found = translate_all(first, SEGMENTS, PAIR, policy=POLICY, cache=shelf)
    assert all(h.ok for h in found)
    monkeypatch.delenv("KEY")  # not even a key is needed
    monkeypatch.setattr(second, "translate", lambda *_: pytest.fail("asked for what is in the cache"))
    assert translate_all(second, SEGMENTS, PAIR, policy=POLICY, cache=shelf) == found


@pytest.mark.parametrize("name", list(backends))
def test_constructors_take_documented_keywords(name: str) -> None:
    cls = backends.load(name)
    parameters = [p for p in inspect.signature(cls).parameters.values() if p.name != "self"]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters)
    assert "name" in [p.name for p in parameters]
    documented = inspect.getdoc(cls) or ""
    assert all(f"{p.name}:" in documented for p in parameters)
