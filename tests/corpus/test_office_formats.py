"""Texts of office programs and e-books: what a reader sees is read, what was left out is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.ingest import sniff
from harness.corpus.readers.document import Document
from harness.errors import InputError
from tests.cli.command import harness
from tests.corpus.office_files import archive, epub, odt

HIDDEN = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
RTF = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\fswiss\fcharset0 Arial;}}"
    r"{\info{\title Not text}}{\header head}\pard\f0 \'d6\'d0\'b9\'fa\'bc\'e1\'b3\'d6\'ba\'cd\'c6\'bd\'a1\'a3\par "
    r"\f1 China {\v secret }adheres to {\deleted war}peace.{\footnote a note}\par "
    r'See {\field{\*\fldinst{HYPERLINK "http://x.example"}}{\fldrslt the site}}: a|b \{c\}\~d.\par '
    r"\uc1\u-10187?\u-8695?\u20013?\u22269?\u12290?\par }trailing"
)


def read(tmp_path: Path, name: str, data: bytes | str) -> Document:
    path = tmp_path / name
    path.write_bytes(data.encode("ascii") if isinstance(data, str) else data)
    return sniff.read_document(path)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_rtf_reads_what_is_shown(tmp_path: Path) -> None:
    document = read(tmp_path, "a.rtf", RTF)
    assert texts(document) == [
        "中国坚持和平。",
        "China adheres to peace.",
        "See the site: a|b {c}\u00a0d.",
        "\U0001d609中国。",
    ]
    assert document.note == "Left out of a.rtf: deleted text (1), footnotes (1), hidden text (1)."


def test_rtf_is_known_by_its_first_bytes_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("a.txt", "a.doc", "a.docx", "a"):
        assert texts(read(tmp_path, name, RTF))[0] == "中国坚持和平。"


def test_rtf_tables_are_cells(tmp_path: Path) -> None:
    row = r"\trowd\cellx1\cellx2\pard\intbl {one}\cell {two}\cell\row "
    document = read(tmp_path, "a.rtf", rf"{{\rtf1\ansi {row}{row}\pard after\par}}")
    assert [(b.row, b.column, b.text) for b in document.blocks] == [
        (1, 0, "one"),
        (1, 1, "two"),
        (2, 0, "one"),
        (2, 1, "two"),
        (None, None, "after"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"{\rtf1\ansi\ansicpg936 \'ff\'ff\par}", "no text in its code page gb18030"),
        (r"{\rtf1 }", "has no text"),
        ("{\\rtf1 " + "{" * 3000, "nested too deeply"),
    ],
)
def test_rtf_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, "a.rtf", text)


def test_odt_reads_what_is_shown(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">标题</text:h>'
        '<text:p>China <text:span text:style-name="H">secret </text:span>adheres<text:s text:c="1"/>to\n  peace.'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body>"
        "</text:note></text:p>"
        "<text:p><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby>。"
        "<text:line-break/>第二行。</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>和平</text:p></table:table-cell>"
        "<table:table-cell><text:p>Peace</text:p></table:table-cell></table:table-row></table:table>"
        "<text:list><text:list-item><text:p>an item</text:p></text:list-item></text:list>"
        "<text:p>before<draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame></text:p>"
    )
    document = read(tmp_path, "a.odt", odt(body, HIDDEN))
    assert [(b.text, b.style, b.row, b.column) for b in document.blocks] == [
        ("标题", "heading", None, None),
        ("China adheres to peace.", "paragraph", None, None),
        ("漢字。", "line", None, None),
        ("第二行。", "line", None, None),
        ("和平", "cell", 1, 0),
        ("Peace", "cell", 1, 1),
        ("an item", "paragraph", None, None),
        ("before", "paragraph", None, None),
        ("in a box", "paragraph", None, None),
    ]
    told = "Left out of a.odt: deleted text (1), hidden text (1), notes (1), readings above the line (1)."
    assert document.note == told


def test_an_encrypted_odt_is_refused(tmp_path: Path) -> None:
    media = "application/vnd.oasis.opendocument.text"
    manifest = '<m xmlns:m="x"><m:encryption-data/></m>'
    data = archive({"mimetype": media, "content.xml": "x", "META-INF/manifest.xml": manifest})
    with pytest.raises(InputError, match="is encrypted"):
        read(tmp_path, "a.odt", data)


def test_epub_pages_follow_the_spine(tmp_path: Path) -> None:
    table = "<table><tr><td>和平</td><td>Peace</td></tr></table>"
    document = read(tmp_path, "a.epub", epub({"one": f"<h1>第一章</h1>{table}", "two": f"<p>中国。</p>{table}"}))
    assert [(b.text, b.row) for b in document.blocks] == [
        ("第一章", None),
        ("和平", 1),
        ("Peace", 1),
        ("中国。", None),
        ("和平", 2),
        ("Peace", 2),
    ]
    assert [b.lines for b in document.blocks] == sorted(b.lines for b in document.blocks)


def test_a_protected_epub_is_refused_and_one_with_hidden_fonts_is_not(tmp_path: Path) -> None:
    def encryption(method: str) -> dict[str, str]:
        inside = f'<EncryptionMethod xmlns="http://www.w3.org/2001/04/xmlenc#" Algorithm="{method}"/>'
        return {"META-INF/encryption.xml": f"<encryption>{inside}</encryption>"}

    pages = {"one": "<p>中国。</p>"}
    assert texts(read(tmp_path, "a.epub", epub(pages, encryption("http://www.idpf.org/2008/embedding")))) == ["中国。"]
    with pytest.raises(InputError, match="protected"):
        read(tmp_path, "b.epub", epub(pages, encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")))


UTF16 = {name: name.encode("utf-16-le") for name in ("WordDocument", "Workbook", "EncryptedPackage")}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600 + UTF16["WordDocument"], "an old Word document"),
        ("a.txt", b"\xd0\xcf\x11\xe0" + b"\0" * 600 + UTF16["Workbook"], "an old Excel workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600 + UTF16["EncryptedPackage"], "with a password"),
        ("a.pptx", archive({"ppt/presentation.xml": "<p/>"}), "a PowerPoint presentation"),
        ("a.zip", archive({"a.txt": "text"}), "an archive, and no document"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "an image"),
        ("a.ass", b"[Script Info]\n", "Advanced SubStation"),
        ("a.pages", archive({"Index/Document.iwa": "x"}), "a Pages document"),
        ("a.properties", b"key=value", "a program's message file"),
        ("book.azw3", b"Title" + b"\0" * 55 + b"BOOKMOBI", "a Kindle book"),
        ("a.txt.gz", b"\x1f\x8b\x08", "a packed file"),
    ],
)
def test_what_is_not_read_is_refused_by_its_own_name(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=said) as error:
        sniff.sniff([tmp_path / name])
    assert error.value.remedy


def test_a_page_that_was_saved_as_a_word_file_is_a_page(tmp_path: Path) -> None:
    document = read(tmp_path, "a.doc", "<html><body><p>Peace</p></body></html>")
    assert texts(document) == ["Peace"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.odt", odt("<text:p>中国坚持和平。</text:p><text:p>China adheres to peace.</text:p>")),
        ("a.epub", epub({"one": "<p>中国坚持和平。</p><p>China adheres to peace.</p>"})),
        ("a.rtf", RTF.encode("ascii")),
    ],
)
def test_ingest_takes_it_and_checks_it_again(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    out = ("--name", "a", "--output", tmp_path / "out")
    assert harness("ingest", tmp_path / name, *out).code == 0
    assert harness("ingest", "--check", *out).code == 0
