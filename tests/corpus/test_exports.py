"""Exports: there and back through the reader of each format, and what a format cannot hold."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus.bitext.mt_metrics_eval import SystemResult
from harness.corpus.bitext.sacrebleu_sets import read_sacrebleu
from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.bitext.write import FORMATS, export, scored_only
from harness.domain.corpus import Kind, LangPair, Segment, TestSet
from harness.errors import InputError, MissingModelError, UnknownNameError, UserError
from tests.corpus.reading import read_document

PAIR = LangPair("zh", "en")
#: What a line can hold and XML can carry; the formats' own tests go further.
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Co", "Cn", "Cs"]))
SUFFIX = {"tmx": "set.tmx", "xliff": "set.xliff", "xliff1": "set.xlf", "tsv": "set.tsv", "jsonl": "set.jsonl"}


@st.composite
def any_test_set(draw: st.DrawFn) -> TestSet:
    # A first line of marks keeps files from being blank, and from beginning with a byte order mark.
    count = draw(st.integers(1, 4))
    first = Segment("s0", "doc0", 1, Kind.TITLE, "标")
    segments = [first] + [
        Segment(
            id=f"s{i + 1}",
            document=f"doc{i // 2}",
            paragraph=draw(st.integers(1, 99)),
            kind=draw(st.sampled_from(Kind)),
            source=draw(LINE),
            flags=draw(st.frozensets(st.sampled_from(["truncated", "unaligned", "healed"]))),
            confidence=draw(st.none() | st.floats(0, 1)),
        )
        for i in range(count)
    ]
    names = draw(st.sampled_from([["refA"], ["refA", "refB"]]))
    references = {n: ("T", *(draw(LINE) for _ in range(count))) for n in names}
    return TestSet("set", PAIR, tuple(segments), references)


def put(folder: Path, format: str, test_set: TestSet) -> list[Path]:
    """Write an export as the command does; the paths that read it back."""
    written = export(test_set, format).files
    for part, text in written.items():
        path = folder / (SUFFIX[format] if not part else f"set{part}" if part.startswith(".") else f"set/{part}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    if format == "moses":
        return [folder / f"set{part}" for part in written if part != ".segments.tsv"]
    return [folder / SUFFIX.get(format, "set")]


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=15, deadline=None)
@given(test_set=any_test_set())
def test_there_and_back(tmp_path_factory: pytest.TempPathFactory, format: str, test_set: TestSet) -> None:
    found = read_document(put(tmp_path_factory.mktemp(format), format, test_set), pair=PAIR)
    assert isinstance(found, Aligned)
    assert found.notes == ()
    assert found.test_set.segments == test_set.segments
    assert found.test_set.references == test_set.references
    assert found.test_set.name == "set"


def small(source: str = "一", document: str = "d") -> TestSet:
    return TestSet("set", PAIR, (Segment("a", document, 1, Kind.SENTENCE, source),), {"refA": ("one",)})


@pytest.mark.parametrize("format", ["moses", "mt-metrics-eval"])
def test_formats_of_lines_refuse_a_line_break(format: str) -> None:
    with pytest.raises(InputError, match="Segment 'a' has a line break inside"):
        export(small("一\n二"), format)


def test_mt_metrics_eval_refuses_what_its_layout_cannot_hold() -> None:
    with pytest.raises(InputError, match="The document 'a b' has a blank"):
        export(small(document="a b"), "mt-metrics-eval")
    segments = tuple(Segment(str(i), d, 1, Kind.SENTENCE, "x") for i, d in enumerate("aba"))
    with pytest.raises(InputError, match="'a' is interrupted by another"):
        export(TestSet("s", PAIR, segments, {"refA": ("", "", "")}), "mt-metrics-eval")
    with pytest.raises(InputError, match=r"'ref\.b' cannot be named so"):
        export(TestSet("s", PAIR, segments[:1], {"ref.b": ("",)}), "mt-metrics-eval")


def test_mt_metrics_eval_has_the_files_of_its_readme() -> None:
    # File names and line formats: README of google-research/mt-metrics-eval, "Specification".
    result = SystemResult(["one!"], {"chrf": [61.5]}, {"chrf": 61.5, "bleu": 0.0})
    assert export(small(), "mt-metrics-eval", systems={"sys": result}).files == {
        "documents/zh-en.docs": "official d\n",
        "sources/zh-en.txt": "一\n",
        "references/zh-en.refA.txt": "one\n",
        "system-outputs/zh-en/sys.txt": "one!\n",
        "metric-scores/zh-en/chrf-refA.seg.score": "sys\t61.5\n",
        "metric-scores/zh-en/chrf-refA.sys.score": "sys\t61.5\n",
        "metric-scores/zh-en/bleu-refA.sys.score": "sys\t0.0\n",
        "harness/zh-en.segments.tsv": "id\tdocument\tparagraph\tkind\tflags\tconfidence\na\td\t1\tsentence\t\t\n",
    }
    with pytest.raises(UserError, match="tmx has no place for what systems said"):
        export(small(), "tmx", systems={})


def test_unknown_formats_are_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'xliff'"):
        export(small(), "xlif")


def test_scored_only_leaves_out_what_scores_leave_out() -> None:
    flagged = Segment("b", "d", 1, Kind.SENTENCE, "二", frozenset({"truncated"}))
    test_set = TestSet("s", PAIR, (*small().segments, flagged), {"refA": ("one", "tw")})
    assert scored_only(test_set).references == {"refA": ("one",)}


def read(path: Path, text: str, **options: object) -> Aligned:
    path.write_text(text, encoding="utf-8")
    found = read_document([path], **options)  # type: ignore[arg-type]
    assert isinstance(found, Aligned)
    return found


@pytest.mark.parametrize("header", ["source\ttarget", "zh\ten", "zh-CN\ten-US", "src\ttrg", "source\treference"])
def test_tables_by_other_hands(tmp_path: Path, header: str) -> None:
    pair = LangPair("zh_CN", "en_US") if "CN" in header else PAIR
    found = read(tmp_path / "t.tsv", f"{header}\n一\tone\n二\ttwo\n", pair=pair)
    assert found.test_set.references == {"refA": ("one", "two")}
    assert [s.id for s in found.test_set.segments] == ["t-0001", "t-0002"]


def test_a_table_without_a_header_is_read_by_its_script(tmp_path: Path) -> None:
    found = read(tmp_path / "t.tsv", "one\t一\ntwo\t二\n", pair=PAIR)
    assert [s.source for s in found.test_set.segments] == ["一", "二"]
    assert found.notes == ("t.tsv has no header: column 2 was taken for zh.",)


def test_columns_that_are_not_used_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([["zh", "en", "speaker"], ["一", "one", "x"]])
    found = read_document([path], pair=PAIR)
    assert isinstance(found, Aligned)
    assert found.notes == ("t.csv has columns that are not used: speaker.",)
    with pytest.raises(InputError, match="which hold zh-en is not clear"):
        read(tmp_path / "u.csv", "a,b,c\n1,2,3\n", pair=PAIR)


def test_moses_pairs_are_told_from_documents(tmp_path: Path) -> None:
    for suffix, text in (("zh", "一\n二\n"), ("en", "one\ntwo\n")):
        (tmp_path / f"corpus.{suffix}").write_text(text, encoding="utf-8")
    found = read_document([tmp_path / "corpus.en", tmp_path / "corpus.zh"], pair=PAIR)
    assert isinstance(found, Aligned)
    assert found.test_set.references == {"refA": ("one", "two")}
    (tmp_path / "corpus.en").write_text("one\n", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape("has 2 lines and")):
        read_document([tmp_path / "corpus.zh", tmp_path / "corpus.en"], pair=PAIR)


def test_sacrebleu_sets_are_read_where_they_are_and_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="is not on this machine") as caught:
        read_sacrebleu("wmt17", PAIR, folder=tmp_path)
    assert "sacrebleu -t wmt17 -l zh-en --echo src" in str(caught.value)
    assert not list(tmp_path.iterdir())
    (tmp_path / "wmt17").mkdir()
    for field, text in (("src", "一\n二\n"), ("ref", "one\ntwo\n")):
        (tmp_path / "wmt17" / f"wmt17.zh-en.{field}").write_text(text, encoding="utf-8")
    found = read_sacrebleu("wmt17", PAIR, folder=tmp_path).test_set
    assert (found.name, found.references) == ("wmt17-zh-en", {"refA": ("one", "two")})
    with pytest.raises(UnknownNameError, match="no test set of sacreBLEU 'wmt177'"):
        read_sacrebleu("wmt177", PAIR, folder=tmp_path)
    with pytest.raises(UserError, match="does not have zh-xx"):
        read_sacrebleu("wmt17", LangPair("zh", "xx"), folder=tmp_path)
    with pytest.raises(UserError, match="has several language pairs"):
        read_sacrebleu("wmt17", None, folder=tmp_path)
