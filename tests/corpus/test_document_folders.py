"""A folder of documents: files of one document found by their names, and nothing left out in silence."""

from __future__ import annotations

from pathlib import Path

from harness.corpus.testset.references_folder import load_test_set
from tests.cli.command import harness

ZH, EN = (
    "论坛于2024年在乌镇举行。\n弥合数字鸿沟。\n",
    "The forum was held in Wuzhen in 2024.\nBridge the digital divide.\n",
)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_one_test_set_of_all_documents_in_a_folder(tmp_path: Path) -> None:
    docs = write(
        tmp_path / "docs",
        {
            "报告.txt": ZH + EN,
            "year/a.zh.txt": ZH,
            "year/a.en.txt": EN,
            "zh/b.txt": ZH,
            "en/b.txt": EN,
            "README.txt": "Only English is in here.\n",
            "list.csv": "source,refA\n你好,Hello\n",
            "photo.bmp": "BM",
            ".DS_Store": "x",
        },
    )
    out = ("--name", "x", "--output", tmp_path / "out")
    done = harness("ingest", docs, *out)
    assert done.code == 0, done.err
    found = load_test_set(tmp_path / "out" / "x")
    assert list(dict.fromkeys(s.document for s in found.segments)) == ["b", "year/a", "报告"]
    assert len(found.scored) == len(found.segments) == 6
    told = [line for line in done.err.splitlines() if line.startswith("left out: ")]
    assert len(told) == 4
    for name, reason in (
        (".DS_Store", "is hidden"),
        ("README.txt", "is no document"),
        ("list.csv", "is aligned already (csv): ingest it alone"),
        ("photo.bmp", "is not read"),
    ):
        assert any(name in line and reason in line for line in told), done.err
    assert harness("ingest", "--check", *out).code == 0
    assert harness("ingest", docs, *out).code == 0


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", {"notes.txt": "Only English.\n"})
    done = harness("ingest", docs, "--name", "x", "--output", tmp_path / "out")
    assert done.code == 2
    assert "There is no document in the folder" in done.err
    assert "notes.txt is no document" in done.err
    assert not (tmp_path / "out").exists()


def test_a_half_without_its_partner_is_told(tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", {"a.zh.txt": ZH, "a.en.txt": EN, "b.zh.txt": ZH})
    done = harness("ingest", docs, "--name", "x", "--output", tmp_path / "out")
    assert done.code == 0
    assert "b.zh.txt is no document" in done.err
