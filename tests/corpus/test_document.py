"""A plain text file becomes blocks that say where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.corpus.readers.document import plain_document, read_plain
from harness.errors import InputError, UserError


def test_lines_are_blocks_and_blank_lines_only_count() -> None:
    document = plain_document("\n甲\n \nB b\r\nC", "doc.zh.txt")
    assert [(b.text, b.lines, b.page) for b in document.blocks] == [
        ("甲", (2, 2), None),
        ("B b", (4, 4), None),
        ("C", (5, 5), None),
    ]
    assert document.name == "doc.zh"


def test_form_feeds_begin_pages() -> None:
    document = plain_document("a\fb\n\fc\n", "x.txt")
    assert [(b.text, b.lines[0], b.page) for b in document.blocks] == [("a", 1, 1), ("b", 1, 2), ("c", 2, 3)]


@given(st.text(alphabet="a甲 \n\r\f\t\u2028\u00a0.", max_size=60))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    kept = "".join("".join(b.text.split()) for b in plain_document(text, "x").blocks)
    assert kept == "".join(text.split())


def test_legacy_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("全球发展倡议数字合作论坛\n".encode("gb18030"))
    assert read_plain(path).blocks[0].text == "全球发展倡议数字合作论坛"


def test_a_missing_and_a_binary_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        read_plain(tmp_path / "none.txt")
    path = tmp_path / "b.txt"
    path.write_bytes(b"\x00\x01\x02\xff")
    with pytest.raises(InputError):
        read_plain(path)
