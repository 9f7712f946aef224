"""What every backend owes its callers, one suite for all of them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.backends.base import Backend, Prepares, Traits, traits_of
from harness.backends.catalogue import backends
from harness.backends.session import translate_all
from harness.domain import BackendPolicy, Kind, LangPair, Segment, canonical_json

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


MAKERS: dict[str, Maker] = {
    "gloss": lambda _: backends.create("gloss", name="floor"),
    "copy": lambda _: backends.create("copy", name="trap"),
    "file": _file,
}


@pytest.fixture(params=sorted(MAKERS))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def test_is_a_backend_with_a_complete_identity(backend: Backend) -> None:
    assert isinstance(backend, Backend)
    assert backend.system.backend in backends
    assert backend.system.revision
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


def test_renaming_a_system_keeps_its_identity(backend: Backend, tmp_path: Path) -> None:
    assert MAKERS[backend.system.backend](tmp_path).system.key == backend.system.key


@pytest.mark.parametrize("name", list(backends))
def test_constructors_take_documented_keywords(name: str) -> None:
    cls = backends.load(name)
    parameters = [p for p in inspect.signature(cls).parameters.values() if p.name != "self"]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters)
    assert "name" in [p.name for p in parameters]
    documented = inspect.getdoc(cls) or ""
    assert all(f"{p.name}:" in documented for p in parameters)
