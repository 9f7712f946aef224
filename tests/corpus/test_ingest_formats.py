"""One text in every format gives the same segments; aligned files keep their own alignment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.corpus.testset.references_folder import load_test_set
from tests.cli.command import harness
from tests.corpus.reading import read_document

SOURCE = [
    "主席声明",
    "2024年11月，亚太经合组织（APEC）在利马举行会议，讨论数字经济。",
    "各方同意，到2030年为23个经济体提供帮助，并为141个项目提供资金。",
    "会议强调了人工智能和互联网的重要性，欢迎各国企业参加。",
    "中国代表介绍了本国在网络基础设施方面取得的进展，特别是5G网络的建设情况。",
    "秘鲁代表指出，中小企业是经济增长的重要力量，应当得到更多支持。",
    "与会代表还讨论了数据安全、隐私保护和跨境电子商务等问题，并交换了意见。",
    "下一次会议将于2025年在韩国庆州举行，各方期待届时继续开展合作。",
]
TARGET = [
    "Chair's Statement",
    "In November 2024, the Asia-Pacific Economic Cooperation (APEC) met in Lima to discuss the digital economy.",
    "The parties agreed to help 23 economies by 2030 and to fund 141 projects.",
    "The meeting stressed the importance of artificial intelligence and the internet and welcomed companies.",
    "The Chinese delegate presented the progress of the country's network infrastructure, 5G networks in particular.",
    "The delegate of Peru noted that small and medium-sized enterprises drive growth and deserve more support.",
    "The delegates also discussed data security, privacy and cross-border e-commerce, and exchanged views.",
    "The next meeting will be held in Gyeongju, Korea, in 2025, where all parties look forward to cooperating.",
]


def text(path: Path) -> None:
    path.write_text("\n\n".join([*SOURCE, *TARGET]) + "\n", encoding="gb18030")


def markdown(path: Path) -> None:
    parts = [f"# {SOURCE[0]}", *SOURCE[1:], f"# {TARGET[0]}", *TARGET[1:]]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def html(path: Path) -> None:
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in zip(SOURCE, TARGET, strict=True))
    path.write_text(f"<html><body><nav>Home</nav><table>{rows}</table></body></html>", encoding="utf-8")


def docx(path: Path) -> None:
    from docx import Document

    made = Document()
    table = made.add_table(0, 2)
    for source, target in zip(SOURCE, TARGET, strict=True):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = source, target
    made.save(str(path))


def pdf(path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    for x, lines, font, width in ((40, SOURCE, "STSong-Light", 230), (310, TARGET, "Helvetica", 240)):
        y = 780
        canvas.setFont(font, 10)
        for line in lines:
            row = ""
            for piece in list(line) if font == "STSong-Light" else [f"{w} " for w in line.split(" ")]:
                if pdfmetrics.stringWidth(row + piece, font, 10) > width:
                    canvas.drawString(x, y, row)
                    row, y = "", y - 14
                row += piece
            canvas.drawString(x, y, row)
            y -= 22
    canvas.save()


@pytest.mark.parametrize("make", [text, markdown, html, docx, pdf], ids=lambda make: make.__name__)
def test_one_text_in_every_format_gives_the_same_segments(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    from harness.corpus.bitext.translation_units import Aligned
    from harness.corpus.ingest.build import IngestOptions, ingest
    from harness.domain.corpus import LangPair

    suffix = {"text": "txt", "markdown": "md"}.get(make.__name__, make.__name__)
    path = tmp_path / f"a.{suffix}"
    make(path)
    found = read_document([path])
    assert not isinstance(found, Aligned)
    test_set = ingest("a", [found], IngestOptions(pair=LangPair("zh", "en"))).test_set
    assert [s.source for s in test_set.segments] == SOURCE
    assert list(test_set.references["refA"]) == TARGET


def test_ingest_writes_the_review_page_and_keeps_the_document(tmp_path: Path) -> None:
    docx(tmp_path / "a.docx")
    done = harness("ingest", tmp_path / "a.docx", "--name", "chair", "--output", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert sorted(p.name for p in (tmp_path / "chair").iterdir()) == [
        "alignment.html",
        "document.docx",
        "provenance.tsv",
        "segments.tsv",
        "testset.yaml",
    ]
    assert harness("ingest", "--check", "--name", "chair", "--output", tmp_path).code == 0


def test_ingest_tells_and_shows_what_the_reader_left_out(tmp_path: Path) -> None:
    html(tmp_path / "a.html")
    done = harness("ingest", tmp_path / "a.html", "--name", "page", "--output", tmp_path)
    assert done.code == 0, done.err
    note = "Left out of a.html: 1 <nav>, with the text: Home."
    assert f"  note: {note}\n" in done.out
    page = (tmp_path / "page" / "alignment.html").read_text(encoding="utf-8")
    assert note.replace("<", "&lt;").replace(">", "&gt;") in page


def test_ingest_takes_aligned_files_as_they_are(tmp_path: Path) -> None:
    rows = "".join(f"{a}\t{b}\n" for a, b in zip(SOURCE, TARGET, strict=True))
    (tmp_path / "a.tsv").write_text(f"zh\ten\n{rows}没有译文。\t\n", encoding="utf-8")
    done = harness("ingest", tmp_path / "a.tsv", "--name", "given", "--output", tmp_path, "--publisher", "APEC")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "1 segments have no text in en: flagged unaligned, left out of scoring.\n"
        f"{tmp_path / 'given'}: 9 segments as they were aligned, 8 of them scored.\n"
    )
    loaded = load_test_set(tmp_path / "given")
    assert loaded.references["refA"] == (*TARGET, "")
    assert (loaded.info.publisher, loaded.info.title) == ("APEC", "given")
    assert (tmp_path / "given" / "document.tsv").is_file()


def test_bad_documents_end_with_code_2_and_write_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.tmx").write_text("<!DOCTYPE tmx [<!ENTITY a 'b'>]><tmx/>", encoding="utf-8")
    done = harness("ingest", tmp_path / "a.tmx", "--name", "x", "--output", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert "document type declaration" in done.err
    assert not (tmp_path / "out").exists()
