"""Which format a file is read in, what is refused, and that another package can add one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.corpus.alignment.aligners import LengthAligner
from harness.corpus.ingest import audit, sniff
from harness.corpus.ingest.audit import Balance
from harness.corpus.ingest.build import IngestOptions
from harness.corpus.ingest.corrections import NO_CORRECTIONS
from harness.corpus.ingest.ingested_folder import ingest_files, name_documents
from harness.domain import LangPair, TestSetInfo
from harness.errors import InputError, UnknownNameError, UserError
from tests.cli.command import ROOT, harness
from tests.corpus.office_files import archive

TEXT = "和平与发展\nPeace and Development\n中国坚持和平。\nChina adheres to peace.\n"
RUN = ("a.txt", 3, "中国坚持和平。")
SUBTITLES = "1\n00:00:01,000 --> 00:00:04,000\n和平与发展\nPeace and Development\n"
SOURCE = """
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block
class Cues:
    suffixes = (".cue",)
    magic = (b"CUES1",)
    largest = 1000
    def read(self, path, *, encoding=None):
        data = path.read_bytes()
        lines = data.decode("utf-8").splitlines()
        blocks = [Block(text, path.name, (i, i)) for i, text in enumerate(lines, 1) if text and text != "CUES1"]
        return document_of(path, data, blocks)
"""


@pytest.mark.parametrize("name", ["film.cap", "film.LRC", "notes.tex", "a.b.c", "deck.pptm", "x.json"])
def test_an_unknown_suffix_is_refused_and_told_what_to_do(tmp_path: Path, name: str) -> None:
    """Read as plain text, time codes would be scored as sentences."""
    (tmp_path / name).write_text(SUBTITLES, encoding="utf-8")
    done = harness("ingest", tmp_path / name, "--name", "film", "--output", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert f"its name ends in '{Path(name).suffix.lower()}'" in done.err
    assert ".docx" in done.err
    assert "--format text" in done.err
    assert not (tmp_path / "out").exists()


def test_what_the_user_says_is_believed_and_remembered(tmp_path: Path) -> None:
    (tmp_path / "notes.log").write_text(TEXT, encoding="utf-8")
    out = ("--name", "notes", "--output", tmp_path / "out")
    assert harness("ingest", tmp_path / "notes.log", "--format", "text", *out).code == 0
    assert harness("ingest", "--check", *out).code == 0
    assert harness("ingest", tmp_path / "notes.log", "--format", "txt", *out).code == 2


@pytest.mark.parametrize("name", ["README", "report.zh", "report.txt", "report.TXT", "report.text"])
def test_plain_text_has_its_suffix_none_or_a_language(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert sniff.sniff([tmp_path / name], LangPair("zh", "en")) == "text"


def test_a_language_that_is_not_of_the_pair_is_no_suffix_of_text(tmp_path: Path) -> None:
    (tmp_path / "report.fr").write_text(TEXT, encoding="utf-8")
    with pytest.raises(UserError, match="ends in"):
        sniff.sniff([tmp_path / "report.fr"], LangPair("zh", "en"))
    assert sniff.sniff([tmp_path / "report.fr"], LangPair("zh", "fr")) == "text"


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.txt", b"%PDF-1.7", "pdf"),
        ("a.html", archive({"word/document.xml": "<x/>"}), "docx"),
        ("a.docx", archive({"xl/workbook.xml": "<x/>"}), "xlsx"),
        ("a.docx", b"PK\x03\x04 cut off", "docx"),
        ("a", b"<?xml?><tmx version='1.4'>", "tmx"),
        ("a.txt", b"<?xml version='1.0'?>\n<xliff version='1.2'>", "xliff"),
        ("a.txt", b"<!DOCTYPE html><p>", "html"),
        ("a.md", b"<!DOCTYPE html><p>", "markdown"),
        ("a.txt", SUBTITLES.encode(), "subtitles"),
        ("a.zh", b"\xef\xbb\xbfWEBVTT\n\n", "subtitles"),
        ("a.txt", b'msgid ""\nmsgstr ""\n"Language: zh\\n"\n', "po"),
        ("a.txt", b'{"source": "\xe4\xb8\xad", "target": "China"}\n', "jsonl"),
        ("a.txt", b"{\\rtf1 x}", "rtf"),
    ],
)
def test_content_that_is_certain_goes_before_the_name(tmp_path: Path, name: str, content: bytes, format: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert sniff.sniff([tmp_path / name]) == format


def test_a_format_of_another_package(tmp_path: Path) -> None:
    """Its class says which files are its own; nothing of ours is changed for it."""
    (tmp_path / "cues.py").write_text(SOURCE, encoding="utf-8")
    info = tmp_path / "cues-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cues\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[harness.formats]\ncues = cues:Cues\n", encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    (tmp_path / "film.cue").write_text("CUES1\n" + TEXT, encoding="utf-8")
    (tmp_path / "film.bin").write_text("CUES1\n" + TEXT, encoding="utf-8")
    out = ("--output", tmp_path / "out")
    assert harness("ingest", tmp_path / "film.cue", "--name", "by-suffix", *out, PYTHONPATH=path).code == 0
    assert harness("ingest", tmp_path / "film.bin", "--name", "by-content", *out, PYTHONPATH=path).code == 0
    stored = [(tmp_path / "out" / name / "segments.tsv").read_text("utf-8") for name in ("by-suffix", "by-content")]
    assert stored[0] == stored[1].replace("by-content", "by-suffix")
    (tmp_path / "long.cue").write_text("CUES1\n" + TEXT * 20, encoding="utf-8")
    done = harness("ingest", tmp_path / "long.cue", "--name", "long", *out, PYTHONPATH=path)
    assert (done.code, "at most" in done.err) == (2, True)


def test_a_name_that_nobody_reads_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="markdown"):
        sniff.sniff([Path("a.md")], None, "markdwn")


@pytest.mark.parametrize(("wrong", "said"), [(Balance((RUN,), ()), "is lost"), (Balance((), (RUN,)), "counts twice")])
def test_a_document_that_does_not_balance_makes_no_test_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: Balance, said: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(audit, "balance", lambda _: wrong)
    pair = LangPair("zh", "en")
    named = name_documents([tmp_path / "a.txt"], "a", pair)
    options = IngestOptions(pair=pair, layout=None, threshold=0.5, aligner=LengthAligner(), corrections=NO_CORRECTIONS)
    with pytest.raises(InputError, match=f"a.txt, line 3: the text '中国坚持和平。' {said}"):
        ingest_files(named, "a", options, TestSetInfo())
