"""Texts by strangers: what is detected, and what is refused with its place."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError, UserError
from harness.files import decode, read_text, split_lines
from harness.language.script import han_count

WMT = Path(__file__).parents[3] / "shared" / "data" / "wmt22-zh-en"

SIMPLIFIED = "第一条　为了推动构建网络空间命运共同体，各国应当加强合作。\r\n“5G+”发展迅速！\n"
TRADITIONAL = "第一條　為了推動構建網絡空間命運共同體，各國應當加強合作。\n「電子商務」發展迅速！\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "cp950", "big5hkscs"),
        (TRADITIONAL, "utf-16", "utf-16"),
        ("中国人民", "gb18030", "gb18030"),
        ("中國人民", "big5", "big5hkscs"),
        ("AI & Education, 5G (see 第3条)", "gb18030", "gb18030"),
        ("", "utf-8", "utf-8"),
    ],
)
def test_encodings_are_detected(text: str, encoding: str, found: str) -> None:
    decoded = decode(text.encode(encoding), name="document")
    assert (decoded.text, decoded.encoding) == (text, found)


def test_big_endian_marks_are_detected() -> None:
    assert decode(codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), name="x").text == SIMPLIFIED
    assert decode(codecs.BOM_UTF32_BE + SIMPLIFIED.encode("utf-32-be"), name="x").text == SIMPLIFIED


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_utf8_is_always_read_as_utf8(text: str) -> None:
    assert decode(text.encode("utf-8"), name="x").text == text.removeprefix("\ufeff")


@given(st.text(st.sampled_from("的一是不在有了人学我大为中和会国以个生要到时发这年，。"), min_size=6))
def test_everyday_simplified_chinese_is_read_as_gb18030(text: str) -> None:
    assert decode(text.encode("gb18030"), name="x").text == text


@given(st.text(st.sampled_from("的一是不在有了人學我大為中和會國以個生要到時發這年，。"), min_size=6))
def test_everyday_traditional_chinese_is_read_as_big5(text: str) -> None:
    assert decode(text.encode("big5"), name="x").text == text


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE"])
def test_utf16_without_its_mark_is_named(encoding: str) -> None:
    with pytest.raises(InputError, match=f"looks like {encoding} without a byte order mark") as caught:
        decode("标题\nTitle\n".encode(encoding), name="document d.txt")
    assert f"iconv -f {encoding} -t UTF-8" in str(caught.value)
    assert decode("标题\nTitle\n".encode(encoding), name="x", encoding=encoding).text == "标题\nTitle\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"one\ntwo\0\n", "NUL character in line 2"),
        ("第一条\n".encode() * 3 + b"\xff\n", r"byte 0xff at offset 30 \(line 4\)"),
        ("It’s a “test” of naïveté.".encode("cp1252"), "byte 0x92 at offset 2"),
        ("中文".encode() + b"\xe4\xb8", "byte 0xe4 at offset 6"),
        (bytes(range(128, 256)) * 4, "byte 0x80 at offset 0"),
        (codecs.BOM_UTF16_LE + b"a\0b", "byte 0x62 at offset 4"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, message: str | None) -> None:
    with pytest.raises(InputError, match=message):
        decode(data, name="document")


def test_a_named_encoding_is_believed_and_checked() -> None:
    assert decode("标题".encode("utf-8-sig"), name="x", encoding="utf-8").text == "标题"
    assert decode("é".encode("cp1252"), name="x", encoding="cp1252").text == "é"
    with pytest.raises(InputError, match="The x is not utf-8: byte 0xb1 at offset 0"):
        decode("标题".encode("gb18030"), name="x", encoding="utf-8")
    for unknown in ("klingon", "base64"):
        with pytest.raises(UserError, match=f"no text encoding '{unknown}'"):
            decode(b"x", name="x", encoding=unknown)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_an_input_error(data: bytes) -> None:
    try:
        text = decode(data, name="x").text
    except InputError:
        return
    assert "\0" not in text


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"The source .*none does not exist"):
        read_text(tmp_path / "none", what="source")
    with pytest.raises(UserError, match="is a folder, not a file"):
        read_text(tmp_path)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=1))
def test_lines_end_at_line_ends_only(lines: list[str]) -> None:
    assert split_lines("".join(line + "\n" for line in lines)) == lines


@pytest.mark.skipif(not WMT.is_dir(), reason="the WMT22 data is not beside this checkout")
def test_every_longer_sentence_of_real_text_is_read_as_what_it_is() -> None:
    lines = [line for line in split_lines(read_text(WMT / "source.zh").text) if han_count(line) >= 20]
    assert len(lines) == 1186
    assert [decode(line.encode("gb18030"), name="x").text for line in lines] == lines
