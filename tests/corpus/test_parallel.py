"""Parallel files: by line or by id, and what is said when they do not match."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.corpus.bitext.parallel import read_parallel
from harness.domain.corpus import Kind, LangPair
from harness.errors import InputError, UserError
from harness.tabular.line_counts import find_shift

PAIR = LangPair("zh", "en")
WMT = Path(__file__).parents[3] / "shared" / "data" / "wmt22-zh-en"
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"))


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(LINE, LINE), min_size=1), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_line_i_is_segment_i_to_the_character(
    tmp_path: Path, pairs: list[tuple[str, str]], end: str, closed: bool
) -> None:
    # The mark keeps a file from being blank and from beginning with U+FEFF, which would be a byte order mark.
    pairs = [("一", "one"), *pairs, ("末", "last")]
    source, reference = (end.join(side) + (end if closed else "") for side in zip(*pairs, strict=True))
    found = read_parallel(put(tmp_path, "s.zh", source), [put(tmp_path, "r.en", reference)], pair=PAIR)
    assert [s.source for s in found.segments] == [p[0] for p in pairs]
    assert list(found.references["refA"]) == [p[1] for p in pairs]
    assert [s.id for s in found.segments] == [str(i + 1) for i in range(len(pairs))]


def test_blank_lines_are_blank_segments(tmp_path: Path) -> None:
    found = read_parallel(put(tmp_path, "s.zh", "一\n\n  \n四\n"), [put(tmp_path, "r", "1\n\n\n4\n")] * 2, pair=PAIR)
    assert [s.blank for s in found.segments] == [False, True, True, False]
    assert found.segments[2].source == "  "
    assert list(found.references) == ["refA", "refB"]
    assert found.name == "s"
    assert len(found.info.files) == 2


def test_a_count_mismatch_names_both_counts_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"s\.zh has 3 lines and .*r\.en has 2: they do not match line for line\."):
        read_parallel(put(tmp_path, "s.zh", "一\n二\n三\n"), [put(tmp_path, "r.en", "1\n2\n")], pair=PAIR)


def test_blank_lines_at_the_end_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.en ends in 2 blank lines"):
        read_parallel(put(tmp_path, "s.zh", "一\n二\n"), [put(tmp_path, "r.en", "1\n2\n\n\n")], pair=PAIR)


def test_a_file_cut_at_other_line_ends_is_named(tmp_path: Path) -> None:
    source, reference = put(tmp_path, "s.zh", "一\u2028二\n三\n"), put(tmp_path, "r.en", "1\n2\n3\n")
    with pytest.raises(InputError, match=r"counted so it has 3 lines, as many as .*r\.en"):
        read_parallel(source, [reference], pair=PAIR)


def test_a_shift_is_placed_where_numbers_show_it() -> None:
    source = [f"第{i}条" for i in range(100, 160)]
    reference = [f"Article {i}" for i in range(100, 160)]
    shift = find_shift(source, reference[:20] + reference[21:])
    assert shift is not None
    assert shift.first <= 21 <= shift.last
    assert find_shift(["无数字"] * 9, ["no number"] * 8) is None


@pytest.mark.skipif(not WMT.is_dir(), reason="the WMT22 data is not beside this checkout")
def test_a_shift_in_real_text_is_placed_right_or_not_at_all() -> None:
    source = (WMT / "source.zh").read_bytes().decode().split("\n")[:-1]
    reference = (WMT / "refA.en").read_bytes().decode().split("\n")[:-1]
    rng = random.Random(7)
    placed = 0
    for _ in range(20):
        size = rng.choice([1, 1, 2, 3])
        at = rng.randrange(len(source) - size)
        shift = find_shift(source, reference[:at] + reference[at + size :])
        if shift is not None:
            placed += 1
            assert shift.first - 10 <= at + 1 <= shift.last + 10  # the message says "about"
    assert placed >= 10
    # Three gaps: every single place would be wrong for most lines, so none is named.
    holes = [line for i, line in enumerate(reference) if i not in {166, 504, 738}]
    assert find_shift(source, holes) is None


@pytest.mark.skipif(not WMT.is_dir(), reason="the WMT22 data is not beside this checkout")
def test_wmt22_is_read_line_for_line() -> None:
    found = read_parallel(WMT / "source.zh", [WMT / "refA.en", WMT / "refB.en"], pair=PAIR)
    assert len(found.segments) == 1875
    assert found.references["refB"][-1] == (WMT / "refB.en").read_bytes().decode().rstrip("\n").split("\n")[-1]


ROWS: list[tuple[str, ...]] = [("a", "源\t一\n", 'first, "one"\\n'), ("b", "", ""), ("c", "=1+1\u2028", "third\r\n")]


def as_csv(rows: list[tuple[str, ...]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def as_jsonl(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "".join(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def as_tsv(rows: list[tuple[str, ...]]) -> str:
    table = [
        [c.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r") for c in r] for r in rows
    ]
    return "".join("\t".join(row) + "\n" for row in table)


@pytest.mark.parametrize("suffix", ["csv", "semicolon.csv", "tsv", "jsonl"])
def test_tables_are_read_by_id(tmp_path: Path, suffix: str) -> None:
    def render(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
        if suffix == "jsonl":
            return as_jsonl(columns, rows)
        if suffix == "tsv":
            return as_tsv([columns, *rows])
        return as_csv([columns, *rows], ";" if suffix.startswith("semi") else ",")

    source = put(tmp_path, f"s.{suffix}", render(("id", "source"), [r[:2] for r in ROWS]))
    reference = put(tmp_path, f"r.{suffix}", render(("text", "id"), [(r[2], r[0]) for r in reversed(ROWS)]))
    found = read_parallel(source, [reference, reference], pair=PAIR, name="mine")
    assert [(s.id, s.source) for s in found.segments] == [r[:2] for r in ROWS]
    assert found.references == {"refA": tuple(r[2] for r in ROWS), "refB": tuple(r[2] for r in ROWS)}
    assert {s.document for s in found.segments} == {"mine"}
    whole = put(tmp_path, f"w.{suffix}", render(("id", "source", "reference"), ROWS))
    assert read_parallel(whole, pair=PAIR).references == {"refA": tuple(r[2] for r in ROWS)}


def test_jsonl_carries_what_a_segment_has(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "document": "d",
        "paragraph": 3,
        "kind": "heading",
        "flags": ["excluded", "healed"],
        "confidence": 0.5,
        "source": "一",
        "refA": "one",
    }
    segment = read_parallel(put(tmp_path, "s.jsonl", json.dumps(row)), pair=PAIR).segments[0]
    assert (segment.id, segment.document, segment.paragraph, segment.kind) == ("7", "d", 3, Kind.HEADING)
    assert segment.flags == {"excluded", "healed"}
    assert segment.confidence == 0.5


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.csv", "id,source,refA\na,一\n", "line 2: 2 fields, but the header has 3"),
        ("s.csv", 'id,source,refA\na,一,x\nb,"二,y\n', "line 3: this is not CSV"),
        ("s.csv", "id,source,refA,refA\n", "the column 'refA' stands twice"),
        ("s.csv", "id,source,refA\n", "has a header and no rows"),
        ("s.csv", "id,source,refA\na,一,x\na,二,y\n", "line 3: the id 'a' stands already in line 2"),
        ("s.csv", "id,source,refA\n,一,x\n", "line 2: the id is empty"),
        ("s.csv", "id,source,speaker,refA\na,一,x,y\n", "there is no column 'speaker'"),
        ("s.csv", "id,source,documents,refA\na,一,x,y\n", "no column 'documents'; did you mean 'document'"),
        ("s.csv", "source,refA\n一,x\n", "the column 'id' is missing"),
        ("s.csv", "id,source\na,一\n", "has no reference column, and no reference file is given"),
        ("s.csv", "", "is empty"),
        ("s.csv", "\ufeff\n \n", "is empty"),
        ("s.tsv", "id\tsource\trefA\na\t一\n", "line 2: 2 fields, but the header has 3"),
        ("s.jsonl", '{"id": "a"\n', "line 1: this is not JSON"),
        ("s.jsonl", '\n["a"]\n', "line 2: this is not a JSON object"),
        ("s.jsonl", '{"id": "a", "id": "b"}\n', "line 1: the key 'id' stands twice"),
        ("s.jsonl", '{"id": "a", "source": {"x": 1}}\n', "line 1: the value of 'source' is not a text"),
        ("s.jsonl", '{"id": "a", "source": "\\ud800"}\n', r"line 1: the value of 'source' has the character U\+D800"),
        ("s.jsonl", '{"id": "a", "source": "\\u0000"}\n', r"line 1: the value of 'source' has the character U\+0000"),
        ("s.jsonl", "[" * 100_000, "line 1: the JSON is nested too deeply"),
        (
            "s.jsonl",
            '{"id": "a", "source": "一", "refA": "x"}\n{"id": "b", "refA": "y"}\n',
            "line 2: 'source' is missing",
        ),
    ],
)
def test_a_bad_table_is_one_sentence_with_its_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_parallel(put(tmp_path, name, content), pair=PAIR)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,text\na,x\n", "lacks 1 id of the source: 'b'"),
        ("id,text\na,x\nb,y\nc,z\n", "has 1 id that the source does not have: 'c'"),
        ("id,text\na,x\nb,y\na,z\n", "line 4: the id 'a' stands already in line 2"),
        ("id,text,more\na,x,y\n", "the columns are id, text, more"),
        ("id,hypothesis\na,x\n", "the columns are id, hypothesis"),
        ("text,ref\na,x\n", "the column 'id' is missing"),
        ("id,text\n,x\n", "line 2: 'id' is missing"),
    ],
)
def test_a_reference_has_the_ids_of_its_source(tmp_path: Path, content: str, message: str) -> None:
    source = put(tmp_path, "s.csv", "id,source\na,一\nb,二\n")
    with pytest.raises(InputError, match=message):
        read_parallel(source, [put(tmp_path, "r.csv", content)], pair=PAIR)


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    text, empty = put(tmp_path, "s.zh", "一\n"), put(tmp_path, "e.en", "\n \n")
    with pytest.raises(UserError, match="No reference is given"):
        read_parallel(text, pair=PAIR)
    with pytest.raises(UserError, match=r"source .*none does not exist"):
        read_parallel(tmp_path / "none", [text], pair=PAIR)
    with pytest.raises(InputError, match=r"The reference .*e\.en is empty"):
        read_parallel(text, [empty], pair=PAIR)
    with pytest.raises(InputError, match=r"The source .*e\.en is empty"):
        read_parallel(empty, [text], pair=PAIR)
    with pytest.raises(UserError, match="of different kinds"):
        read_parallel(text, [put(tmp_path, "r.csv", "id,text\na,x\n")], pair=PAIR)
    with pytest.raises(InputError, match="has a NUL character in line 2"):
        read_parallel(text, [put(tmp_path, "n.en", "a\nb\0\n")], pair=PAIR)
