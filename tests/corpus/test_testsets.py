"""References folders: lossless, verified, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import folders
from harness.corpus.testset.references_folder import find_test_sets, load_test_set, write_test_set
from harness.corpus.testset.segments_table import parse_segments, render_segments
from harness.domain.corpus import Kind, LangPair, Segment, TestSet, TestSetInfo
from harness.errors import ConfigError, InputError, UserError
from harness.tabular.tsv import OURS, escape, parse_tsv, render_tsv, unescape

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NASTY = st.text(st.sampled_from('\t\n\r\\"\u2028\u2029\x85\x0b\x0c\x1c ntr=中a\ufeff'))
FLAGS = st.frozensets(st.sampled_from(["truncated", "unaligned", "low-confidence", "healed"]))

INFO = TestSetInfo(
    title="“Chair’s” statement: 主席声明",
    publisher="APEC",
    date="2024-11-20",
    origin="https://example.org/?a=b&c",
    licence="public: see page 2",
    ingest={"layout": "halves", "threshold": 0.5, "aligner": None, "steps": ["a", "b"], "heal": True},
)


def small(name: str = "tiny") -> TestSet:
    segments = (
        Segment("doc-0001", "doc", 1, Kind.TITLE, "标题"),
        Segment("doc-0002", "doc", 2, Kind.SENTENCE, "第一句。", frozenset({"truncated", "healed"}), 0.25),
    )
    return TestSet(name, LangPair("zh", "en"), segments, {"refA": ("Title", "One."), "refB": ("A title", "")}, INFO)


@st.composite
def any_test_set(draw: st.DrawFn) -> TestSet:
    text = st.one_of(TEXT, NASTY)
    ids = draw(st.lists(st.one_of(TEXT, NASTY).filter(bool), min_size=1, max_size=6, unique=True))
    segments = tuple(
        Segment(
            id=i,
            document=draw(text),
            paragraph=draw(st.integers(1, 999)),
            kind=draw(st.sampled_from(Kind)),
            source=draw(text),
            flags=draw(FLAGS),
            confidence=draw(st.none() | st.floats(0, 1)),
        )
        for i in ids
    )
    names = draw(st.lists(st.sampled_from(["refA", "refB", "ref.c-1"]), min_size=1, unique=True))
    return TestSet("set", LangPair("zh", "en"), segments, {n: tuple(draw(text) for _ in ids) for n in names})


@given(st.one_of(TEXT, NASTY))
def test_a_cell_comes_back_and_stays_in_one_cell(text: str) -> None:
    cell = escape(text)
    assert unescape(cell) == text
    assert not set(cell) & {"\t", "\n", "\r"}


@settings(max_examples=40, deadline=None)
@given(any_test_set())
def test_segments_come_back_to_the_character(test_set: TestSet) -> None:
    segments, references = parse_segments(render_segments(test_set), file="segments.tsv")
    assert segments == test_set.segments
    assert list(references.items()) == list(test_set.references.items())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(any_test_set(), st.text(st.characters(codec="utf-8")), st.binary(max_size=50))
def test_a_folder_comes_back_whole(tmp_path: Path, test_set: TestSet, title: str, document: bytes) -> None:
    test_set = TestSet(
        test_set.name, test_set.pair, test_set.segments, test_set.references, TestSetInfo(title=title, date="2024")
    )
    written = write_test_set(test_set, tmp_path / "set", documents={"document.txt": document})
    loaded = load_test_set(tmp_path / "set")
    assert loaded == written
    assert loaded.fingerprint == test_set.fingerprint
    assert loaded.info.title == title
    assert (tmp_path / "set" / "document.txt").read_bytes() == document


def test_the_files_as_people_read_them(tmp_path: Path) -> None:
    # The three hashes are sha256sum's (coreutils 9.1) of the same bytes.
    write_test_set(small(), tmp_path / "tiny", documents={"document.txt": b"x\n"}, provenance="id\tlines\n")
    folder = tmp_path / "tiny"
    assert (folder / "segments.tsv").read_text(encoding="utf-8") == (
        "id\tdocument\tparagraph\tkind\tflags\tconfidence\tsource\trefA\trefB\n"
        "doc-0001\tdoc\t1\ttitle\t\t\t标题\tTitle\tA title\n"
        "doc-0002\tdoc\t2\tsentence\thealed,truncated\t0.25\t第一句。\tOne.\t\n"
    )
    assert (folder / "testset.yaml").read_text(encoding="utf-8") == (
        "schema_version: 1\nname: tiny\ntitle: '“Chair’s” statement: 主席声明'\nversion: '1'\npair: zh-en\n"
        "publisher: APEC\ndate: '2024-11-20'\norigin: https://example.org/?a=b&c\nlicence: 'public: see page 2'\n"
        "files:\n"
        "  document.txt: 73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac\n"
        "  provenance.tsv: eac9b3d79f7503d46cc245d5a1587717609397b784b84846e4d1fbf96f5fa76b\n"
        "  segments.tsv: f715a38b57f3a4b727afd444acb876867aa0c4a521d96d27674b40e2bff74b7c\n"
        "ingest:\n  layout: halves\n  threshold: 0.5\n  aligner: null\n  steps:\n  - a\n  - b\n  heal: true\n"
    )


@pytest.mark.parametrize("name", ["document.txt", "segments.tsv", "provenance.tsv"])
def test_a_changed_file_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    write_test_set(small(), tmp_path / "tiny", documents={"document.txt": b"x\n"}, provenance="id\tlines\n")
    path = tmp_path / "tiny" / name
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InputError, match=f"{name} has changed since the test set 'tiny' was written") as caught:
        load_test_set(tmp_path / "tiny")
    assert "harness ingest DOCUMENT --name tiny" in str(caught.value)
    path.unlink()
    with pytest.raises(InputError, match=f"lacks its file {name}"):
        load_test_set(tmp_path / "tiny")


def test_an_old_folder_is_replaced_but_what_the_user_put_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    write_test_set(
        small(), folder, documents={"document.zh.txt": b"a", "document.en.txt": b"b"}, extras={"alignment.html": b"1"}
    )
    (folder / "corrections.tsv").write_bytes(b"mine")
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_bytes(b"mine too")
    write_test_set(small(), folder, documents={"document.txt": b"c"}, extras={"alignment.html": b"2"})
    assert sorted(p.name for p in folder.iterdir()) == [
        "alignment.html",
        "corrections.tsv",
        "document.txt",
        "notes",
        "segments.tsv",
        "testset.yaml",
    ]
    assert (folder / "alignment.html").read_bytes() == b"2"
    assert (folder / "notes" / "a.txt").read_bytes() == b"mine too"
    assert [p.name for p in tmp_path.iterdir()] == ["tiny"]


def test_a_write_that_fails_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tiny"
    write_test_set(small(), folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def full(temporary: Path, *rest: object) -> None:
        (temporary / "half").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_make_durable", full)
    with pytest.raises(UserError, match="No space left on device"):
        write_test_set(small(), folder, documents={"document.txt": b"new"})
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["tiny"]


def test_a_writer_killed_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    write_test_set(small(), folder)
    (folder / "corrections.tsv").write_bytes(b"mine")
    folder.rename(tmp_path / ".tiny.abc.old")
    write_test_set(small(), folder)
    assert (folder / "corrections.tsv").read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir()] == ["tiny"]


def test_test_sets_are_found_by_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_test_set(small(name), tmp_path / name)
    (tmp_path / "no-test-set").mkdir()
    (tmp_path / ".a.x.tmp").mkdir()
    (tmp_path / ".a.x.tmp" / "testset.yaml").touch()
    assert list(find_test_sets(tmp_path).items()) == [("a", tmp_path / "a"), ("b", tmp_path / "b")]
    assert find_test_sets(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "a b", "名"])
def test_names_that_cannot_be_folders_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be the name of a test set"):
        write_test_set(small(name), tmp_path / "x")


def test_folder_and_name_agree(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be kept in the folder 'other'"):
        write_test_set(small(), tmp_path / "other")
    write_test_set(small(), tmp_path / "tiny").info.files.keys()
    (tmp_path / "tiny").rename(tmp_path / "other")
    with pytest.raises(UserError, match="names the test set 'tiny', but its folder is 'other'"):
        load_test_set(tmp_path / "other")


HEADER = "id\tdocument\tparagraph\tkind\tflags\tconfidence\tsource\trefA\n"
ROW = "a\td\t1\tsentence\t\t0.5\t句\tS\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the header line is missing"),
        (HEADER, "has a header and no segments"),
        (HEADER.replace("kind", "kid") + ROW, r"line 1: the column 'kind' is missing \(is it 'kid'\?\)"),
        (HEADER.replace("id\tdocument", "document\tid") + ROW, "line 1: the columns stand in another order"),
        (HEADER.replace("\trefA", "\treference") + ROW, None),
        (HEADER.replace("\trefA", "\ttarget") + ROW, "line 1: there is no column 'target'"),
        (HEADER.replace("\trefA", "") + ROW.replace("\tS", ""), "line 1: there is no reference column"),
        (HEADER.replace("refA", "refA\trefA") + ROW, "line 1: the column 'refA' stands twice"),
        (HEADER + ROW + ROW, "line 3: the id 'a' stands already in line 2"),
        (HEADER + ROW[1:], "line 2: the id is empty"),
        (HEADER + ROW + "b\td\t1\n", "line 3: 3 fields, but the header has 8"),
        (HEADER + ROW + "\n", "line 3: 1 field, but the header has 8"),
        (HEADER + ROW.replace("sentence", "sentense"), "line 2: there is no kind 'sentense'; did you mean 'sentence'"),
        (HEADER + ROW.replace("0.5", "1.5"), "line 2: the confidence is '1.5'"),
        (HEADER + ROW.replace("0.5", "nan"), "line 2: the confidence is 'nan'"),
        (HEADER + ROW.replace("0.5", "high"), "line 2: the confidence is 'high'"),
        (HEADER + ROW.replace("\t1\t", "\t0\t"), "line 2: the paragraph is '0'"),
        (HEADER + ROW.replace("\t1\t", "\tx\t"), "line 2: the paragraph is 'x'"),
        (HEADER + ROW.replace("\t\t0.5", "\tA b\t0.5"), "line 2: 'A b' is no flag"),
        (HEADER + ROW.replace("句", "句\\x"), r"line 2: '\\x' is no escape"),
        (HEADER + ROW.replace("\tS", "\tS\\"), r"line 2: '\\' is no escape"),
    ],
)
def test_a_damaged_table_is_named_with_file_and_line(text: str, message: str | None) -> None:
    if message is None:
        assert parse_segments(text, file="x.tsv")[1] == {"reference": ("S",)}
        return
    with pytest.raises(InputError, match=message) as caught:
        parse_segments(text, file="x.tsv")
    assert str(caught.value).startswith("x.tsv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: tiny\npair: zh-en\ntitel: x\n", "line 3: there is no key 'titel'; did you mean 'title'"),
        ("name: tiny\n", "the key 'pair' is missing"),
        ("pair: zh-en\n", "the key 'name' is missing"),
        ("name: tiny\npair: chinese\n", "line 2: 'chinese' is not a language pair"),
        ("name: tiny\npair: zh-en\nschema_version: 9\n", "line 3: the test set has schema version 9"),
        ("name: tiny\npair: zh-en\ntitle: [a]\n", "line 3: 'title' is not a text"),
        ("name: tiny\npair: zh-en\nversion: 1.10\n", "line 3: 'version' is not a text"),
        ("name: tiny\npair: zh-en\nfiles: x\n", "line 3: 'files' is not a mapping"),
        ("name: tiny\npair: zh-en\nfiles:\n  a.txt: 12\n", "line 4: '12' is no SHA-256 of a.txt"),
        ("name: tiny\npair: zh-en\nfiles:\n  ../a: " + "0" * 64, "line 4: '../a' is not a file of this folder"),
        ("name: [\n", "line 2: this is not YAML"),
        ("- a\n", "there are no keys"),
        ("name: tiny\npair: zh-en\ndate: 2024-13-45\n", "this is not YAML that can be read"),
    ],
)
def test_a_damaged_manifest_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    write_test_set(small(), tmp_path / "tiny")
    (tmp_path / "tiny" / "testset.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_test_set(tmp_path / "tiny")
    assert "testset.yaml" in str(caught.value)


def test_a_hand_made_test_set_needs_no_hashes_and_no_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "hand"
    folder.mkdir()
    (folder / "testset.yaml").write_text("name: hand\npair: zh-en\ndate: 2024-11-20\nversion: 2\n", encoding="utf-8")
    (folder / "segments.tsv").write_text(HEADER + ROW, encoding="utf-8-sig")
    loaded = load_test_set(folder)
    assert (loaded.info.date, loaded.info.version) == ("2024-11-20", "2")
    assert loaded.segments[0].confidence == 0.5


@pytest.mark.parametrize(
    ("where", "message"), [("nowhere", "There is no test set in"), ("empty", "is no test set: it has no testset.yaml")]
)
def test_what_is_no_test_set_says_so(tmp_path: Path, where: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=message):
        load_test_set(tmp_path / where)


def test_what_no_text_file_can_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    segments = (Segment("a", "d", 1, Kind.SENTENCE, "a\0b"),)
    with pytest.raises(InputError, match="which no text file can hold"):
        write_test_set(TestSet("tiny", LangPair("zh", "en"), segments, {"refA": ("x",)}), tmp_path / "tiny")
    assert not list(tmp_path.iterdir())


def test_flags_and_references_that_cannot_be_columns_are_refused() -> None:
    flagged = (Segment("a", "d", 1, Kind.SENTENCE, "x", frozenset({"a,b"})),)
    with pytest.raises(InputError, match="'a,b' cannot be a flag"):
        render_segments(TestSet("t", LangPair("zh", "en"), flagged, {"refA": ("x",)}))
    with pytest.raises(InputError, match="'human' cannot be the name of a reference"):
        render_segments(TestSet("t", LangPair("zh", "en"), (), {"human": ()}))


def test_a_table_keeps_odd_lines_in_their_rows() -> None:
    text = render_tsv(["a", "b"], [["x\u2028y", "\x85"], ["", ""]])
    table = parse_tsv(text, name="t", style=OURS)
    assert table.columns == ("a", "b")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, {"a": "x\u2028y", "b": "\x85"}),
        (3, {"a": "", "b": ""}),
    ]


@pytest.mark.parametrize(
    "title", ["\x85", "a\x85", "a\n\x85 b", " a", "a ", "\ufeff", "\u2028", "- a: b # c", "'", '"', "~"]
)
def test_a_title_that_yaml_could_mistake_comes_back(tmp_path: Path, title: str) -> None:
    plain = small()
    write_test_set(
        TestSet("tiny", plain.pair, plain.segments, plain.references, TestSetInfo(title=title)), tmp_path / "tiny"
    )
    assert load_test_set(tmp_path / "tiny").info.title == title
