"""Subtitles, spreadsheets and message catalogues: rows and cues are segments, and what is left out is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.corpus.bitext.read import read_aligned
from harness.corpus.bitext.translation_units import Aligned, AlignedOptions
from harness.corpus.ingest import sniff
from harness.domain import LangPair
from harness.errors import HarnessError, InputError, UnknownNameError, UserError
from harness.language.language_headers import named_side
from tests.cli.command import harness
from tests.corpus.office_files import ods, xlsx

ZH, EN = "会议在北京举行。", "The meeting was held in Beijing."
ZH2, EN2 = "双方签署了协议。", "Both sides signed an agreement."
ROWS: list[list[str | int]] = [["编号", "中文", "English", "备注"], [1, ZH, EN, "x"], [2, ZH2, EN2, ""]]
SRT = (
    "1\r\n00:00:01,000 --> 00:00:04,000\r\n<i>{zh}</i>\r\n\r\n2\r\n00:01:02,500 --> 01:00:04,000 X1:3\r\n{zh2}\r\n\r\n"
)
ZH_EN = LangPair("zh", "en")


def aligned(
    path: Path,
    data: bytes | str,
    pair: LangPair = ZH_EN,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Aligned:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    options = AlignedOptions(columns or {}, sheet)
    return read_aligned([path], sniff.sniff([path], pair), pair=pair, name=None, encoding=None, options=options)


def pairs(found: Aligned) -> list[tuple[str, ...]]:
    texts = found.test_set.references.values()
    return [(s.source, *refs) for s, *refs in zip(found.test_set.segments, *texts, strict=True)]


# --- spreadsheets -------------------------------------------------------------------------------------------------


def test_a_workbook_is_a_table_whose_columns_name_languages(tmp_path: Path) -> None:
    found = aligned(tmp_path / "a.xlsx", xlsx({"Texts": ROWS, "Old": [["中文", "English"], ["旧", "old"]]}, ["Old"]))
    assert pairs(found) == [(ZH, EN), (ZH2, EN2)]
    assert found.notes == ("a.xlsx has columns that are not used: 编号, 备注.",)


def test_an_opendocument_spreadsheet_is_one_too(tmp_path: Path) -> None:
    assert pairs(aligned(tmp_path / "a.ods", ods([["译文", "原文"], [EN, ZH]]))) == [(ZH, EN)]


def test_two_columns_without_a_header_are_told_apart_by_script(tmp_path: Path) -> None:
    found = aligned(tmp_path / "a.xlsx", xlsx({"Texts": [[EN, ZH], [EN2, ZH2]]}))
    assert pairs(found) == [(ZH, EN), (ZH2, EN2)]
    assert found.notes == ("a.xlsx has no header: column 2 was taken for zh.",)


def test_columns_and_sheets_can_be_named(tmp_path: Path) -> None:
    rows: list[list[str | int]] = [["A", "B", "English"], [ZH, EN, "something else"]]
    data = xlsx({"One": rows, "Two": [["A", "B"], [ZH2, EN2]]})
    named = {"A": "zh", "B": "en"}
    with pytest.raises(UserError, match="2 sheets with both languages of zh-en: 'One', 'Two'"):
        aligned(tmp_path / "a.xlsx", data, columns=named)
    assert pairs(aligned(tmp_path / "a.xlsx", data, sheet="Two", columns=named)) == [(ZH2, EN2)]
    assert pairs(aligned(tmp_path / "a.xlsx", data, sheet="One", columns=named)) == [(ZH, EN)]
    with pytest.raises(UnknownNameError, match="sheet"):
        aligned(tmp_path / "a.xlsx", data, sheet="Tow")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["A", "B"], ["x", "y"]], "has the columns A, B, so which hold zh-en is not clear"),
        ([["zh-CN", "zh-TW", "English"], [ZH, ZH, EN]], "2 columns for 'zh': zh-CN, zh-TW"),
        ([["中文", "English", "English (US)"], [ZH, EN, EN]], "2 columns for 'en': English, English (US)"),
        ([], "has no text in any sheet"),
    ],
)
def test_columns_that_are_not_clear_are_refused(tmp_path: Path, rows: list[list[str | int]], said: str) -> None:
    with pytest.raises(HarnessError) as error:
        aligned(tmp_path / "a.xlsx", xlsx({"Texts": rows}))
    assert said in str(error.value)


def test_the_command_takes_columns_and_refuses_them_where_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx({"Texts": [["A", "B"], [ZH, EN]]}))
    out = ("--name", "a", "--output", tmp_path / "out")
    assert harness("ingest", tmp_path / "a.xlsx", "--columns", "A=zh,B=en", *out).code == 0
    assert harness("ingest", tmp_path / "a.xlsx", "--columns", "A:zh", *out).code == 2
    assert "is missing" in harness("ingest", tmp_path / "a.xlsx", "--columns", "C=zh,B=en", *out).err
    (tmp_path / "a.txt").write_text(f"{ZH}\n{EN}\n", encoding="utf-8")
    assert "is for tables" in harness("ingest", tmp_path / "a.txt", "--columns", "A=zh", *out).err


@pytest.mark.parametrize(
    ("header", "pair", "side"),
    [
        ("中文", "zh-en", "source"),
        ("英文", "zh-en", "target"),
        ("英语", "zh-en", "target"),
        ("中文（简体）", "zh-en", "source"),
        ("Chinese (Simplified)", "zh-en", "source"),
        ("EN-US", "zh-en", "target"),
        ("zh_Hans", "zh-en", "source"),
        ("Original", "zh-en", "source"),
        ("Deutsch", "de-fr", "source"),
        ("Französisch", "de-fr", "target"),
        ("German", "de-fr", "source"),
        ("日本語", "ja-en", "source"),
        ("Japanese", "ja-en", "source"),
        ("Русский", "ru-en", "source"),
        ("Chinese wall", "zh-en", None),
        ("enter", "zh-en", None),
        ("中文房间", "zh-en", None),
        ("", "zh-en", None),
    ],
)
def test_headers_name_languages_in_many_words(header: str, pair: str, side: str | None) -> None:
    assert named_side(header, *pair.split("-")) == side


# --- subtitles ----------------------------------------------------------------------------------------------------


def test_a_cue_is_a_segment_and_its_times_are_provenance(tmp_path: Path) -> None:
    (tmp_path / "a.zh.srt").write_text(SRT.format(zh=ZH + ZH, zh2="他说"), encoding="utf-8", newline="")
    (tmp_path / "a.en.srt").write_text(SRT.format(zh=f"{EN}\r\n{EN}", zh2="he said"), encoding="utf-8", newline="")
    out = ("--name", "a", "--output", tmp_path / "out", "--aligner", "length")
    assert harness("ingest", tmp_path / "a.zh.srt", tmp_path / "a.en.srt", *out).code == 0
    rows = [line.split("\t") for line in (tmp_path / "out/a/segments.tsv").read_text("utf-8").splitlines()[1:]]
    assert [row[6:] for row in rows] == [[ZH + ZH, f"{EN} {EN}"], ["他说", "he said"]]
    provenance = (tmp_path / "out/a/provenance.tsv").read_text("utf-8")
    assert "p002s01\ttarget\t\t\t\tplace\t00:01:02.500 --> 01:00:04.000" in provenance
    assert harness("ingest", "--check", *out).code == 0


def test_a_cue_in_two_languages_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(SRT.format(zh=f"{ZH}\r\n{EN}", zh2=f"{ZH2}\r\n{EN2}"), encoding="utf-8")
    out = ("--name", "a", "--output", tmp_path / "out")
    assert harness("ingest", tmp_path / "a.srt", *out).code == 0
    rows = [line.split("\t") for line in (tmp_path / "out/a/segments.tsv").read_text("utf-8").splitlines()[1:]]
    assert [row[6:] for row in rows] == [[ZH, EN], [ZH2, EN2]]


def test_webvtt_has_notes_and_voices_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT - a title\n\nNOTE not text\n\nSTYLE\n::cue { color: red }\n\nintro\n"
        "00:01.000 --> 00:02.000 align:start\n"
        "<v Mary>Hello, <b>world</b> &amp; 3 < 4\n\n00:03.000 --> 00:04.000\n- One\n- Two\n",
        encoding="utf-8",
    )
    blocks = sniff.read_document(path).blocks
    assert [b.text for b in blocks] == ["Hello, world & 3 < 4", "- One - Two"]
    assert [b.place for b in blocks] == ["00:00:01.000 --> 00:00:02.000", "00:00:03.000 --> 00:00:04.000"]


def test_lines_that_say_the_same_and_short_ones_stay(tmp_path: Path) -> None:
    cue = "{}\n00:00:0{},000 --> 00:00:0{},500\n{}\n\n"
    path = tmp_path / "a.srt"
    path.write_text(
        "".join(cue.format(i, i, i, t) for i, t in enumerate(("Yes", "Yes", "3", "Yes"), 1)), encoding="utf-8"
    )
    (tmp_path / "a.zh.srt").write_text(
        "".join(cue.format(i, i, i, t) for i, t in enumerate(("是的", "是的", "3", "是的"), 1)), encoding="utf-8"
    )
    path.rename(tmp_path / "a.en.srt")
    out = ("--name", "a", "--output", tmp_path / "out", "--aligner", "length")
    assert harness("ingest", tmp_path / "a.zh.srt", tmp_path / "a.en.srt", *out).code == 0
    rows = [line.split("\t") for line in (tmp_path / "out/a/segments.tsv").read_text("utf-8").splitlines()[1:]]
    assert [row[6:] for row in rows] == [["是的", "Yes"], ["是的", "Yes"], ["3", "3"], ["是的", "Yes"]]


@pytest.mark.parametrize("text", ["WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n\n"])
def test_a_file_without_cues_or_text_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.vtt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no cues|no text"):
        sniff.read_document(tmp_path / "a.vtt")


# --- message catalogues -------------------------------------------------------------------------------------------

PO = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Open file"
msgstr "打开文件"

msgid "Save"
msgstr ""

#, fuzzy
msgid "Close file"
msgstr "关闭窗口"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d 个文件"

#~ msgid "old"
#~ msgstr "旧"
"""


def test_a_catalogue_gives_what_somebody_has_approved(tmp_path: Path) -> None:
    found = aligned(tmp_path / "a.po", PO.format(language="zh_CN"), LangPair("en", "zh"))
    assert pairs(found) == [
        ("Open file", "打开文件"),
        ("Save", ""),
        ("Close file", ""),
        ("%d files", "%d 个文件"),
    ]
    assert len(found.test_set.scored) == 2
    assert "1 fuzzy" in " ".join(found.notes)
    assert "1 obsolete" in " ".join(found.notes)
    assert pairs(aligned(tmp_path / "b.po", PO.format(language="zh_CN")))[0] == ("打开文件", "Open file")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PO.format(language="fr"), "is in 'fr', which is no language of zh-en"),
        ('msgid ""\nmsgstr ""\n"Language: zh\\n"\n', "has no messages"),
        ('msgid ""\nmsgstr ""\n"Language: zh\\n"\n\n#, fuzzy\nmsgid "a"\nmsgstr "b"\n', "all are fuzzy"),
        ('msgid "a"\nmsgstr "b"\ngarbage\n', "is not a message catalogue"),
    ],
)
def test_a_catalogue_that_gives_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        aligned(tmp_path / "a.po", text)
    assert said in str(error.value)


def test_sentences_that_are_given_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.zh.txt").write_text(f"{ZH}{ZH2}\n他说\n", encoding="utf-8")
    (tmp_path / "a.en.txt").write_text(f"{EN} {EN2}\nhe said\n", encoding="utf-8")
    out = ("--name", "a", "--output", tmp_path / "out", "--sentences", "given")
    assert harness("ingest", tmp_path / "a.zh.txt", tmp_path / "a.en.txt", *out).code == 0
    rows = [line.split("\t") for line in (tmp_path / "out/a/segments.tsv").read_text("utf-8").splitlines()[1:]]
    assert [row[6:] for row in rows] == [[ZH + ZH2, f"{EN} {EN2}"], ["他说", "he said"]]
    assert harness("ingest", "--check", "--name", "a", "--output", tmp_path / "out").code == 0
    assert harness("ingest", tmp_path / "a.zh.txt", tmp_path / "a.en.txt", *out[:-1], "givn").code == 2
