from __future__ import annotations

from pathlib import Path

import pytest

from harness.backends.base import KnowsTestSets
from harness.backends.catalogue import backends
from harness.backends.plain.hypothesis_file import read_hypotheses
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment
from harness.errors import ConfigError, InputError, UserError

SEGMENTS = tuple(Segment(i, "d", 1, Kind.SENTENCE, t) for i, t in (("a", "甲"), ("b", "  "), ("c", "丙")))
PAIR = LangPair("zh", "en")


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", "one\n\nthree\n"),
        ("x.txt", "one\r\n\r\nthree"),
        ("x.txt", b"\xef\xbb\xbfone\n\nthree\n"),
        ("x.txt", "one\n\nthree\n".encode("utf-16")),
        ("x.tsv", "c\tthree\na\tone\n"),
        ("x.tsv", "score\ttext\tid\n1\tthree\tc\n2\tone\ta\n3\t\tb\n"),
        ("x.jsonl", '{"id": "c", "hypothesis": "three"}\n\n{"id": "a", "text": "one"}\n'),
    ],
)
def test_formats(tmp_path: Path, name: str, content: str | bytes) -> None:
    backend = backends.create("file", name="s", path=str(write(tmp_path, name, content)))
    found = translate_all(backend, SEGMENTS, PAIR, policy=BackendPolicy())
    assert [(h.id, h.text) for h in found] == [("a", "one"), ("b", ""), ("c", "three")]


def test_unicode_line_separators_do_not_shift_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "x.txt", "one\u2028still one\n\nthree\u0085\n")
    assert [h.text for h in read_hypotheses(path, SEGMENTS)] == ["one\u2028still one", "", "three\u0085"]


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_legacy_chinese_encodings_are_detected(tmp_path: Path, encoding: str) -> None:
    text = "全世界人民\n\n合作共同建立新世界\n"
    path = write(tmp_path, "x.txt", text.encode(encoding))
    assert read_hypotheses(path, SEGMENTS)[0].text == "全世界人民"


@pytest.mark.parametrize("name", ["x.tsv", "x.jsonl"])
def test_an_error_stays_an_error(tmp_path: Path, name: str) -> None:
    content = {
        "x.tsv": "id\ttext\terror\na\tone\t\nc\t\ttimed out\n",
        "x.jsonl": '{"id":"a","text":"one"}\n{"id":"c","error":"timed\\n out"}\n',
    }[name]
    found = read_hypotheses(write(tmp_path, name, content), SEGMENTS)
    assert found[2] == Hypothesis("c", error="timed out")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.txt", "one\nthree\n", "has 2 lines for 3 segments"),
        ("x.txt", "", "is empty"),
        ("x.txt", "\n\n\n", "is empty"),
        ("x.txt", "one\n\nth\0ree\n", "NUL character in line 3"),
        ("x.txt", b"one\n\n\xff\xfethree\n", "byte 0xff at offset 5 (line 3)"),
        ("x.tsv", "a\tone\n", "lacks 1 id of the test set: 'c'"),
        ("x.tsv", "a\tone\na\ttwo\nc\tthree\n", "line 2: the id 'a' stands already in line 1"),
        ("x.tsv", "a\tone\nc\tthree\nz\tfour\n", "has 1 id that the test set does not have: 'z'"),
        ("x.tsv", "a\tone\textra\nc\tthree\n", "line 1: 3 fields, but 2 are needed"),
        ("x.jsonl", '{"id":"a","text":"one"}\n{"id":"c"}\n', "line 2: there is neither a text nor an error"),
        (
            "x.jsonl",
            '{"id":"a","text":"one"}\n{"id":"c","text":null}',
            "line 2: there is neither a text nor an error",
        ),
        ("x.jsonl", '{"id":"a","text":"one","error":"no"}\n', "line 1: there are both a text and an error"),
        ("x.jsonl", '{"id":"a","text":7}\n', "line 1: the text or the error is not a string"),
        ("x.jsonl", '{"id":"a","text"\n', "line 1: this is not JSON"),
        ("x.jsonl", '["a"]\n', "line 1: this is not a JSON object"),
        ("x.jsonl", '{"text":"one"}\n', "line 1: there is no id"),
        ("x.jsonl", '{"id":true,"text":"one"}\n', "line 1: there is no id"),
        ("x.jsonl", '{"id":"a","text":"one","text":"two"}\n', "line 1: the key 'text' stands twice"),
        ("x.jsonl", "[" * 100_000, "line 1: the JSON is nested too deeply"),
        ("x.tsv", "id\ttext\tText\na\tone\tuno\n", "line 1: the column 'text' stands twice"),
        ("x.txt", "one\n\nthree\n\n", "has 4 lines for 3 segments: line 4 is blank at its end"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, name: str, content: str | bytes, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_hypotheses(write(tmp_path, name, content), SEGMENTS)
    assert sentence in caught.value.problem
    assert "\n" not in caught.value.problem
    assert caught.value.exit_code == 2


def test_missing_file_and_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"hypothesis file .* does not exist"):
        backends.create("file", name="s", path=str(tmp_path / "none.txt"))
    with pytest.raises(ConfigError, match="no format 'xml'"):
        backends.create("file", name="s", path=str(write(tmp_path, "x.txt", "a")), format="xml")


def test_the_revision_is_the_content(tmp_path: Path) -> None:
    first = backends.create("file", name="s", path=str(write(tmp_path, "x.txt", "one\n"))).system
    second = backends.create("file", name="s", path=str(write(tmp_path, "x.txt", "two\n"))).system
    assert first.revision is not None
    assert first.revision.startswith("sha256:")
    assert first.key != second.key


def test_a_file_for_each_test_set(tmp_path: Path) -> None:
    files = {n: str(write(tmp_path, f"{n}.en", f"{n} 1\n\n{n} 3\n")) for n in ("news", "talks")}
    backend = backends.create("file", name="s", paths=files)
    assert isinstance(backend, KnowsTestSets)
    backend.expect(["news", "talks"])
    for name in ("talks", "news"):
        backend.turn_to(name)
        found = translate_all(backend, SEGMENTS, PAIR, policy=BackendPolicy())
        assert [h.text for h in found] == [f"{name} 1", "", f"{name} 3"]
    swapped = backends.create("file", name="s", paths={"news": files["talks"], "talks": files["news"]})
    assert swapped.system.key != backend.system.key


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["news", "talk"], "has no file for the test set 'talk'; did you mean 'talks'?"),
        (["news"], "has a file for the test set 'talks', which is not in this run."),
        (["news", "talks", "law"], "has no file for the test set 'law'."),
    ],
)
def test_test_sets_without_a_file_are_named(tmp_path: Path, names: list[str], problem: str) -> None:
    file = str(write(tmp_path, "x.en", "1\n\n3\n"))
    backend = backends.create("file", name="s", paths={"news": file, "talks": file})
    assert isinstance(backend, KnowsTestSets)
    with pytest.raises(ConfigError) as error:
        backend.expect(names)
    assert problem in str(error.value)


@pytest.mark.parametrize("given", [{}, {"path": "x", "paths": {"a": "x"}}, {"paths": {}}])
def test_one_of_path_and_paths(given: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"paths: \{TEST SET: FILE\}"):
        backends.create("file", name="s", **given)
