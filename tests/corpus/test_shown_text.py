"""What a reader sees of a Word file or an HTML page is read; what was set aside is listed and told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest.audit import check_balance
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.provenance import render_provenance
from harness.corpus.ingest.result import IngestResult
from harness.corpus.ingest.sniff import read_document
from harness.corpus.readers.document import ASIDE, Document
from harness.domain import LangPair

_OPTIONS = IngestOptions(LangPair("zh", "en"), aligner=LengthAligner())


def docx(path: Path, body: str, styles: str = "") -> Document:
    """A Word file with this body; what python-docx needs around it is its own."""
    import docx as library

    data = io.BytesIO()
    library.Document().save(data)
    with zipfile.ZipFile(data) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, _, _ = parts["word/document.xml"].decode().partition("<w:body>")
    head = (
        head.replace(
            "<w:document ", '<w:document xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" ', 1
        )
        if "xmlns:m=" not in head
        else head
    )
    parts["word/document.xml"] = f"{head}<w:body>{body}</w:body></w:document>".encode()
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return read_document(path)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def raised(text: str) -> str:
    return run(text, '<w:vertAlign w:val="superscript"/>')


def paragraph(*runs: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{style and f'<w:pStyle w:val={chr(34)}{style}{chr(34)}/>'}</w:pPr>{''.join(runs)}</w:p>"


def page(tmp_path: Path, body: str) -> Document:
    path = tmp_path / "a.html"
    path.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return read_document(path)


def texts(document: Document) -> list[str]:
    return [b.text for b in document.blocks if b.style not in ASIDE]


def aside(document: Document) -> list[tuple[str | None, str]]:
    return [(b.style, b.text) for b in document.blocks if b.style in ASIDE]


def check_told(document: Document, told: str) -> IngestResult:
    """The note says what was set aside, and every character of it is in a segment or listed."""
    assert told in document.note
    result = ingest("a", [[document]], _OPTIONS)
    check_balance(result)
    return result


def test_word_symbols_are_the_characters_that_they_show(tmp_path: Path) -> None:
    def symbol(font: str, code: str, properties: str = "") -> str:
        return f'<w:r><w:rPr>{properties}</w:rPr><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    document = docx(
        tmp_path / "a.docx",
        paragraph(run("an angle "), symbol("Symbol", "F061"), run(" of 30"), symbol("Symbol", "F0B0"))
        + paragraph(symbol("Wingdings", "F0FC"), run(" done"))
        + paragraph(run("the claim"), symbol("Symbol", "F02A", '<w:vertAlign w:val="superscript"/>'), run(" of all"))
        + paragraph(run("no one knows "), symbol("Webdings", "F041"), run(" it")),
    )
    assert texts(document) == ["an angle α of 30°", "✓ done", "the claim of all", "no one knows \uf041 it"]
    assert "1 characters of a.docx" in document.note  # what nobody can read is damage, as in other formats
    assert "notes and their marks (1)" in document.note


def test_word_formulas_are_read(tmp_path: Path) -> None:
    def part(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    square = f"<m:sSup><m:e>{part('x')}</m:e><m:sup>{part('2')}</m:sup></m:sSup>"
    fraction = f"<m:f><m:num>{part('a+b')}</m:num><m:den>{part('c')}</m:den></m:f>"
    root = f"<m:rad><m:deg/><m:e>{part('y')}</m:e></m:rad>"
    bracket = f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{part('z')}</m:e></m:d>"
    formula = f"<m:oMath>{square}{part('=')}{fraction}{part('+')}{root}{bracket}</m:oMath>"
    document = docx(tmp_path / "a.docx", paragraph(run("The sum "), formula, run(" is known.")))
    assert texts(document) == ["The sum x2=(a+b)/c+√y[z] is known."]


def test_what_word_hides_is_set_aside_and_listed(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Child"><w:name w:val="Child"/><w:basedOn w:val="Secret"/></w:style>'
    )
    ruby = f"<w:r><w:ruby><w:rt>{run('hui')}</w:rt><w:rubyBase>{run('会')}</w:rubyBase></w:ruby></w:r>"
    deleted = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
    document = docx(
        tmp_path / "a.docx",
        paragraph(ruby, run("议在北京举行。"))
        + paragraph(
            run("The "), run("inner ", "<w:vanish/>"), run("seen ", '<w:vanish w:val="0"/>'),
            run("older ", '<w:rStyle w:val="Child"/>'), deleted, run("meeting was held.")
        ),
        styles,
    )  # fmt: skip
    assert texts(document) == ["会议在北京举行。", "The seen meeting was held."]
    assert aside(document) == [
        ("reading", "hui"),
        ("hidden", "inner"),
        ("hidden", "older"),
        ("deleted", "gone"),
    ]
    result = check_told(document, "readings of characters (1), hidden text (2), deleted text (1)")
    assert result.removed == {"reading": 1, "hidden": 2, "deleted": 1}
    assert "\thidden\tinner" in render_provenance(result)


def test_word_marks_and_notes_follow_the_rule_of_pdf(tmp_path: Path) -> None:
    document = docx(
        tmp_path / "a.docx",
        paragraph(
            run("The report"), raised("1"), raised(",2"), run(" names 10"), raised("3"), run(" units on the 20"),
            raised("th"), run(".")
        )
        + paragraph(
            run("An area of 3 km"), raised("2"), run(" was H"), run("2", '<w:vertAlign w:val="subscript"/>'), run("O.")
        )
        + paragraph(run("A last line of the text."))
        + paragraph(raised("1"), run(" See the data notes."))
        + paragraph(raised("2"), run(" Minutes of the session."))
        + paragraph(raised("7"), run(" is a lucky number.")),
    )  # fmt: skip
    assert texts(document) == [
        "The report names 103 units on the 20th.",
        "An area of 3 km2 was H2O.",
        "A last line of the text.",
        "7 is a lucky number.",
    ]
    assert [text for _, text in aside(document)] == ["1,2", "1 See the data notes.", "2 Minutes of the session."]


def test_html_reads_what_is_seen(tmp_path: Path) -> None:
    document = page(
        tmp_path,
        "<p>水H<sub>2</sub>O，10<sup>3</sup>个<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字，<s>旧</s><del>删</del>的。</p>"
        '<p style="color:red; display : none">隐一</p><div hidden>隐二</div><p style="visibility:hidden">隐三</p>'
        "<p>All co&shy;operation: <math><mi>x</mi><mo>=</mo><mn>1</mn></math>.</p>",
    )
    assert texts(document) == ["水H2O，103个汉字，旧的。", "All cooperation: x=1."]
    assert aside(document) == [
        ("reading", "hàn"),
        ("deleted", "删"),
        ("hidden", "隐一"),
        ("hidden", "隐二"),
        ("hidden", "隐三"),
    ]
    check_told(document, "readings of characters (1), hidden text (3), deleted text (1)")


@pytest.mark.parametrize(
    "notes",
    [
        "<h2>Notes</h2><ol><li>See the data.</li><li>Minutes.</li></ol>",
        "<p><sup>1</sup> See the data.</p><p><sup>2</sup> Minutes.</p>",
        '<section role="doc-endnotes"><h2>Notes</h2><p>1. See the data.</p></section>',
        '<aside epub:type="footnote"><p>1 See the data.</p></aside>',
    ],
)
def test_html_marks_and_notes_follow_the_rule_of_pdf(tmp_path: Path, notes: str) -> None:
    document = page(
        tmp_path,
        '<p>The report<sup>1</sup> of 2023<sup><a href="#n2">2</a></sup> named 3 km<sup>2</sup> on the 20<sup>th</sup>.'
        f"</p>{notes}<p>A last line of the text.</p>",
    )
    assert texts(document) == ["The report of 2023 named 3 km2 on the 20th.", "A last line of the text."]
    assert {style for style, _ in aside(document)} == {"note"}


def test_a_raised_number_that_nothing_calls_stays_text(tmp_path: Path) -> None:
    document = page(
        tmp_path, "<p>The report.</p><p><sup>1</sup> A line.</p><h2>Notes</h2><ol><li>Bring a pen.</li></ol>"
    )
    assert texts(document) == ["The report.", "1 A line.", "Notes", "1. Bring a pen."]


@pytest.mark.parametrize(
    "header",
    [
        "中文 | English",
        "原文 | 译文",
        "Chinese | 英语",
        "中文版 | English version",
        "汉语（简体） | EN",
        "Source | Target",
        "zh-CN | en-US",
    ],
)
@pytest.mark.parametrize("form", ["txt", "html", "docx", "md"])
def test_rows_that_name_the_languages_are_no_segments(tmp_path: Path, header: str, form: str) -> None:
    rows = [header, "会议在北京举行。 | The meeting was held.", header, "大会通过了决议。 | A resolution passed."]
    cells = [row.split(" | ") for row in rows]
    if form == "txt":
        path = tmp_path / "a.txt"
        path.write_text("\n".join("\t".join(row) for row in cells), encoding="utf-8")
        document = read_document(path)
    elif form == "md":
        path = tmp_path / "a.md"
        path.write_text("\n".join([f"| {rows[0]} |", "|---|---|", *(f"| {r} |" for r in rows[1:])]), encoding="utf-8")
        document = read_document(path)
    elif form == "html":
        body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in cells)
        document = page(tmp_path, f"<table>{body}</table>")
    else:
        body = "".join(
            "<w:tr>" + "".join(f"<w:tc>{paragraph(run(c))}</w:tc>" for c in row) + "</w:tr>" for row in cells
        )
        document = docx(tmp_path / "a.docx", f"<w:tbl>{body}</w:tbl>")
    result = ingest("a", [[document]], _OPTIONS)
    check_balance(result)
    assert [s.source for s in result.test_set.segments] == ["会议在北京举行。", "大会通过了决议。"]
    assert result.removed["column name"] == 4


def test_terms_that_are_names_of_languages_are_segments() -> None:
    from harness.corpus.readers.document import plain_document

    document = plain_document("中文\tChinese\n英文\tEnglish\n译文\tTranslation\n", "a.txt")
    result = ingest("a", [[document]], _OPTIONS)
    assert [s.source for s in result.test_set.segments] == ["中文", "英文", "译文"]
