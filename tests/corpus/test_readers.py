"""Document formats to blocks: every text once, in order, with its place; bad files are one sentence."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.ingest.formats import ALIGNED, readers
from harness.corpus.readers.common import collapse
from harness.corpus.readers.document import Block, Document
from harness.errors import InputError, UnknownNameError, UserError
from tests.corpus.reading import read_document

Row = tuple[Any, ...]


def blocks_of(path: Path, **options: Any) -> tuple[Block, ...]:
    found = read_document([path], **options)
    assert not isinstance(found, Aligned)
    return found[0].blocks


def brief(blocks: tuple[Block, ...]) -> list[Row]:
    return [(b.style, b.column, b.row, b.text) for b in blocks]


def document(path: Path) -> Document:
    found = read_document([path])
    assert not isinstance(found, Aligned)
    return found[0]


MARKDOWN = """# 标题

第一段跨
两行。And
English *wrap*\\
hard break

1. 一点 **bold** [link](http://x)

| 中文 | English |
|---|---|
| 网络 | Network `x` |

<div>html <b>块</b></div>
"""


def test_markdown(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    assert brief(blocks_of(path)) == [
        ("title", None, None, "标题"),
        ("line", None, None, "第一段跨两行。And English wrap"),
        ("line", None, None, "hard break"),
        ("paragraph", None, None, "1. 一点 bold link"),
        ("cell", 0, 1, "中文"),
        ("cell", 1, 1, "English"),
        ("cell", 0, 2, "网络"),
        ("cell", 1, 2, "Network x"),
        ("paragraph", None, None, "html 块"),
    ]
    assert [b.lines for b in blocks_of(path)][:3] == [(1, 1), (3, 6), (3, 6)]


HTML = """<!doctype html><html><head><title>T</title><style>x{}</style></head><body>
<nav><a href="/">Home</a> <a>News</a></nav><script>var a="<p>no</p>";</script>
<h1>标题</h1><p>第一段
跨行。&amp; <b>bold</b> text<p>unclosed<br>next
<table><tr><td>网络<td>Network<tr><td><p>一</p><p>二</p></td><td>one<br>two</td></tr></table>
<table><tr><td><p>layout</p></td></tr></table>
<ol start=3><li>三<li>四</ol><pre>a
 b</pre><!-- no --></body></html>"""


def test_html(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(HTML, encoding="utf-8")
    assert brief(blocks_of(path)) == [
        ("title", None, None, "标题"),
        ("paragraph", None, None, "第一段跨行。& bold text"),
        ("line", None, None, "unclosed"),
        ("paragraph", None, None, "next"),
        ("cell", 0, 1, "网络"),
        ("cell", 1, 1, "Network"),
        ("cell", 0, 2, "一"),
        ("cell", 0, 2, "二"),
        ("cell", 1, 2, "one"),
        ("cell", 1, 2, "two"),
        ("paragraph", None, None, "layout"),
        ("paragraph", None, None, "3. 三"),
        ("paragraph", None, None, "4. 四"),
        ("line", None, None, "a"),
        ("paragraph", None, None, "b"),
    ]
    assert document(path).note == "Left out of a.html: 1 <head>, 1 <nav>, 1 <script>, with the text: T | Home News."


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "big5", "utf-8"])
def test_html_in_the_encoding_that_it_declares(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.htm"
    path.write_bytes(f'<meta charset="{charset}"><p>中文</p>'.encode(charset))
    assert [b.text for b in blocks_of(path)] == ["中文"]


WORDS = st.text(st.sampled_from("网络空间abc 12，。"), min_size=1).map(str.strip).filter(bool)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=5))
def test_no_text_of_a_page_is_lost_or_doubled(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("html") / "a.html"
    table = "".join("<tr>" + "".join(f"<td>{t}</td>" for t in row) + "</tr>" for row in rows)
    text = "".join(f"<div>{t}<span>{t}</span></div>" for row in rows for t in row)
    path.write_text(f"<table>{table}</table>{text}", encoding="utf-8")
    expected = [collapse(t) for row in rows for t in row] + [collapse(t + t) for row in rows for t in row]
    assert [b.text for b in blocks_of(path)] == expected


def word(path: Path) -> Path:
    import docx

    made = docx.Document()
    made.add_heading("总标题", 0)
    made.add_heading("一、引言", 1)
    made.add_paragraph("第一段。\n软换行")
    made.add_paragraph("项", style="List Number")
    made.add_paragraph(" ")
    table = made.add_table(2, 3)
    for column, text in enumerate(("网络", "Network")):
        table.cell(0, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).text = "空间"
    table.cell(1, 2).text = "Space"
    table.cell(1, 2).add_paragraph("second")
    inner = table.cell(1, 1).add_table(1, 1)
    inner.cell(0, 0).text = "inner"
    made.add_paragraph("End.")
    made.save(str(path))
    return path


def test_docx(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx")
    assert brief(blocks_of(path)) == [
        ("title", None, None, "总标题"),
        ("heading", None, None, "一、引言"),
        ("line", None, None, "第一段。"),
        ("line", None, None, "软换行"),
        ("paragraph", None, None, "项"),
        ("cell", 0, 1, "网络"),
        ("cell", 1, 1, "Network"),
        ("cell", 0, 2, "空间"),
        ("cell", 1, 2, "inner"),
        ("cell", 2, 2, "Space"),
        ("cell", 2, 2, "second"),
        ("paragraph", None, None, "End."),
    ]
    assert list(document(path).files) == ["a.docx"]


def test_docx_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    import docx

    path = tmp_path / "a.docx"
    made = docx.Document()
    made.add_paragraph("kept X")
    made.save(str(path))
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    body = parts["word/document.xml"].decode()
    tracked = "</w:r><w:ins w:id='1'><w:r><w:t> new</w:t></w:r></w:ins><w:del w:id='2'><w:r><w:delText>old</w:delText>"
    parts["word/document.xml"] = body.replace("</w:r>", f"{tracked}</w:r></w:del>", 1).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [(b.text, b.style) for b in blocks_of(path)] == [("kept X new", "paragraph"), ("old", "deleted")]


def pdf(path: Path, draw: Callable[[Any], None]) -> Path:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    draw(canvas)
    canvas.save()
    return path


def write(canvas: Any, x: float, y: float, text: str, size: int = 11) -> None:
    canvas.setFont("STSong-Light" if any(ord(c) > 0x2FFF for c in text) else "Helvetica", size)
    canvas.drawString(x, y, text)


def test_pdf_columns_tables_and_pages(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write(canvas, 100, 780, "携手构建网络空间命运共同体，迈向更加美好的未来", 18)
        for i in range(8):
            write(canvas, 60, 740 - i * 16, f"第{i}条，中文内容在左边一栏")
            write(canvas, 310, 740 - i * 16, f"Article {i} stands in the right")
        canvas.showPage()
        write(canvas, 60, 700, "第二页 单栏文本。")
        write(canvas, 60, 680, "Second page in a single column.")
        canvas.grid([60, 280, 520], [600, 570, 540])
        for x, y, text in [(65, 580, "网络"), (65, 550, "空间"), (285, 586, "Network is a"), (285, 574, "wide thing")]:
            write(canvas, x, y, text)
        write(canvas, 285, 550, "Space")
        write(canvas, 60, 500, "After.")
        canvas.showPage()

    path = pdf(tmp_path / "a.pdf", draw)
    blocks = blocks_of(path)
    assert brief(blocks) == [
        ("line", None, None, "携手构建网络空间命运共同体，迈向更加美好的未来"),
        *(("line", 0, None, f"第{i}条，中文内容在左边一栏") for i in range(8)),
        *(("line", 1, None, f"Article {i} stands in the right") for i in range(8)),
        ("line", None, None, "第二页 单栏文本。"),
        ("line", None, None, "Second page in a single column."),
        ("cell", 0, 1, "网络"),
        ("cell", 1, 1, "Network is a wide thing"),
        ("cell", 0, 2, "空间"),
        ("cell", 1, 2, "Space"),
        ("line", None, None, "After."),
    ]
    assert [b.page for b in blocks] == [1] * 17 + [2] * 7
    lines = [b.lines[0] for b in blocks]
    assert lines == sorted(set(lines))


def test_pdf_paragraphs_are_parted_by_gaps_and_indents_as_by_blank_lines(tmp_path: Path) -> None:
    places = [
        (60, 700, "indented first line of a paragraph in this page"),
        (40, 686, "and the rest of it, as long as the line before was"),
        (60, 672, "indented again, after a full line, before another"),
        (40, 658, "that goes back to the margin of this column here"),
        (40, 620, "after a gap"),
        (40, 606, "and its end"),
    ]

    def draw(canvas: Any) -> None:
        for x, y, text in places:
            write(canvas, x, y, text)

    blocks = blocks_of(pdf(tmp_path / "a.pdf", draw))
    assert [b.text for b in blocks] == [text for _, _, text in places]
    steps = [b.lines[0] - a.lines[0] for a, b in itertools.pairwise(blocks)]
    assert steps == [1, 2, 1, 2, 1]


def test_a_scan_is_refused_and_an_empty_page_is_told(tmp_path: Path) -> None:
    scan = pdf(tmp_path / "scan.pdf", lambda c: c.rect(9, 9, 99, 99))
    with pytest.raises(InputError, match="has 1 page and no text layer: it is a scan or a picture"):
        read_document([scan])

    def half(canvas: Any) -> None:
        write(canvas, 60, 700, "Text.")
        canvas.showPage()
        canvas.rect(9, 9, 99, 99)

    assert document(pdf(tmp_path / "half.pdf", half)).note == "half.pdf has no text on page 2 of 2."


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(9, 9, "x")
    canvas.save()
    with pytest.raises(InputError, match="is protected by a password"):
        read_document([tmp_path / "a.pdf"])


def bomb(size: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b"0" * size)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "has no text"),
        ("a.txt", b"\n \n\f\n", "has no text"),
        ("a.md", b"", "has no text"),
        ("a.html", b"", "has no text"),
        ("a.html", b"<html><script>x</script></html>", "has no text"),
        ("a.html", "<p>标题".encode("utf-16-le"), "looks like UTF-16LE without a byte order mark"),
        ("a.pdf", b"", "is not a PDF"),
        ("a.pdf", b"%PDF-1.4\ngarbage", "is a PDF that cannot be read"),
        ("a.docx", b"", "is not a Word document"),
        ("a.docx", b"PK\x03\x04garbage", "is not a Word document"),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", "is an old or encrypted Office document"),
        ("a.docx", bomb(8_000_000), r"would unpack to 8 MB in 1 parts from 0\.01 MB: it is built to exhaust memory"),
        ("a.docx", bomb(10), "is not a Word document that can be read"),
        ("a.txt", b"PK\x03\x04garbage", "is an archive, and no document of a known format"),
        ("a.txt", b"\0\0\0", "NUL character in line 1"),
        ("a.tmx", b"<!DOCTYPE tmx [<!ENTITY a 'b'>]><tmx/>", "has a document type declaration"),
        ("a.xlf", b"", "is empty"),
        ("a.tsv", b"", "is empty"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_document([path])


def test_an_archive_that_is_no_word_document_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(InputError, match="is an archive, but not a Word document"):
        read_document([path])


def test_fifty_megabytes_of_text_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as handle:
        handle.truncate(50 * 2**20)  # sparse: no bytes on the disk
        handle.write(b"text")
    with pytest.raises(InputError, match=r"a\.txt has 50 MB") as caught:
        read_document([path])
    assert "split it into chapters" in str(caught.value)


def test_names_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(UnknownNameError, match="no format 'markdwn'; did you mean 'markdown'"):
        read_document([path], format="markdwn")
    with pytest.raises(UserError, match=r"none\.txt does not exist"):
        read_document([tmp_path / "none.txt"])
    with pytest.raises(UserError, match="No document was given"):
        read_document([])
    with pytest.raises(UserError, match="is a folder"):
        read_document([tmp_path])


def test_two_files_are_two_documents_and_content_beats_the_name(tmp_path: Path) -> None:
    (tmp_path / "doc.zh.txt").write_text("第一句。", encoding="gb18030")
    (tmp_path / "doc.en.txt").write_text("one", encoding="utf-8")
    found = read_document([tmp_path / "doc.zh.txt", tmp_path / "doc.en.txt"])
    assert not isinstance(found, Aligned)
    assert [[b.text for b in d.blocks] for d in found] == [["第一句。"], ["one"]]
    renamed = word(tmp_path / "a.txt")
    assert blocks_of(renamed)[0].text == "总标题"
    page = tmp_path / "page"
    page.write_text("<!DOCTYPE html><p>x", encoding="utf-8")
    assert blocks_of(page)[0].style == "paragraph"


def test_every_format_has_a_class_and_a_summary() -> None:
    assert readers.names() == ("text", "markdown", "html", "docx", "odt", "rtf", "epub", "subtitles", "pdf")
    assert all(readers.row(name).summary and readers.load(name) for name in readers)
    assert not set(readers.names()) & set(ALIGNED)


def test_what_is_nested_too_deeply_is_refused_not_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<p>seen" + "<div>" * 5000 + "deep" + "</div>" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match="is nested too deeply"):
        read_document([path])
    path = tmp_path / "a.md"
    path.write_text("".join(f"{'  ' * i}- 第{i}层\n" for i in range(40)), encoding="utf-8")
    assert [b.text for b in blocks_of(path)] == [f"第{i}层" for i in range(40)]


def test_long_tables_and_lists_take_time_in_proportion(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        f"<table><tr>{'<td>x</td>' * 5000}</tr></table><ol start='9'>{'<li>y' * 5000}</ol>", encoding="utf-8"
    )
    blocks = blocks_of(path)
    assert (blocks[4999].column, blocks[5000].text, blocks[-1].text) == (4999, "9. y", "5008. y")
