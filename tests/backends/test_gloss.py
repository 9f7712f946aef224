from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backends.plain.gloss import GlossBackend, gloss, meaning
from harness.domain import Kind, LangPair, Segment
from harness.errors import ConfigError


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("构建网络空间命运共同体", "Construct cyberspace fate community"),
        ("中国有14亿人，普及率达76.4%。", "China have 14 100 million person, spread extensively rate attain 76.4%."),
        ("我们要加强合作！发展。", "We must reinforce cooperate! Development."),
        ("他说：“你好”。", 'He say: "hello".'),
        ("《全球数据安全倡议》（2020）", '"Entire data safe suggest" (2020)'),
        ("5G网络……", "5G network..."),
        ("2024年11月20日", "2024 year 11 month 20 day"),
        ("ＧＤＰ增长３％", "GDP grow 3%"),
        ("中国𠀀", "China 𠀀"),  # a character that the dictionary lacks is carried over
        ("了", "了"),  # nothing but a grammar word: the untranslated word, never an empty hypothesis
    ],
)
def test_known_glosses(chinese: str, english: str) -> None:
    assert gloss(chinese) == english


@pytest.mark.parametrize(
    ("word", "sense"),
    [
        ("张", "open up"),  # not "surname Zhang"
        ("年", "year"),  # not "surname Nian"
        ("和", "and"),  # not "old variant of 和[he2]", not "surname He", without "(joining two nouns)"
        ("加强", "reinforce"),  # not "to reinforce; to strengthen"
        ("资源", "natural resource"),  # not "Ziyuan County in Guilin, Guangxi"
        ("以色列", "Israel"),
        ("不在词典里的词", None),
    ],
)
def test_the_first_usable_sense(word: str, sense: str | None) -> None:
    assert meaning(word) == sense


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda t: t.strip() != ""))
def test_any_text_has_a_gloss_and_always_the_same(text: str) -> None:
    assert gloss(text) == gloss(text)


def test_only_chinese_into_english() -> None:
    with pytest.raises(ConfigError, match="cannot translate de-en"):
        GlossBackend().translate([Segment("1", "d", 1, Kind.SENTENCE, "Haus")], LangPair("de", "en"))


def test_says_nothing_and_leaves_no_file_in_the_temporary_folder(tmp_path: Path) -> None:
    code = "from harness.backends.plain.gloss import gloss; gloss('你好世界')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"TMPDIR": str(tmp_path)}, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_identity_is_known_before_anything_is_loaded() -> None:
    code = (
        "import sys; from harness.backends.plain.gloss import GlossBackend; from harness.language import cedict\n"
        "revision = GlossBackend().system.revision\n"
        "assert 'jieba 0.42.1 ' in revision and 'cc-cedict ' in revision and 'rules ' in revision\n"
        "assert 'jieba' not in sys.modules and cedict.load.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
