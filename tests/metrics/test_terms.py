"""`terms` sees a replaced official term, and a second rendering of the same one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError, UserError
from harness.metrics.fidelity.glossary import load_glossary
from harness.metrics.fidelity.terms_metric import Terms

GLOSSARY = Path(__file__).parents[2] / "harness/metrics/fidelity/glossary.zh-en.tsv"
ROWS = (
    "term\taccepted\tcategory\tnote",
    "全球发展倡议\tGlobal Development Initiative|GDI\tinitiative\t",
    "全球发展倡议数字合作论坛\tGlobal Development Initiative Digital Cooperation Forum\tevent",
    "发展中国家\tdeveloping country|developing nation",
    "能力建设\tcapacity building",
    "数据中心\tdata center",
    "数字化\tdigitalization",
    "中国—东盟\tChina-ASEAN",
    "主席声明\tChair's Statement",
)


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    path = tmp_path / "glossary.tsv"
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return path


def unit(source: str, hypothesis: str, document: str = "d", system: str = "a") -> ScoringUnit:
    return ScoringUnit(system, "t", "1", document, source, hypothesis, ())


def kept(glossary: Path, source: str, hypothesis: str) -> tuple[float, float]:
    (row,) = Terms(glossary=str(glossary)).segment_stats([unit(source, hypothesis)])
    return float(row[0]), float(row[1])


@pytest.mark.parametrize(
    ("source", "hypothesis"),
    [
        ("全球发展倡议", "the Global Development Initiative"),
        ("全球发展倡议", "the GDI"),
        ("全球发展倡议", "GLOBAL DEVELOPMENT INITIATIVE"),
        ("发展中国家", "Developing countries"),
        ("发展中国家", "a developing nation"),
        ("能力建设", "capacity-building"),
        ("能力建设", "Capacity Building"),
        ("数据中心", "data centres"),
        ("数字化", "Digitalisation"),
        ("数字化", "全媒丨Digitalization"),
        ("中国-东盟", "China–ASEAN"),
        ("主席声明", "Chair’s Statement"),
        ("全球发展倡议数字合作论坛", "Global Development Initiative Digital Cooperation Forum"),
        ("全球发展倡议。全球发展倡议", "The GDI. It"),  # said twice, needed once
        ("全球发展倡议数字合作论坛与全球发展倡议", "GDI; Global Development Initiative Digital Cooperation Forum"),
    ],
)  # fmt: skip
def test_accepted_renderings(glossary: Path, source: str, hypothesis: str) -> None:
    have, want = kept(glossary, source, hypothesis)
    assert have == want > 0


@pytest.mark.parametrize(
    ("source", "hypothesis", "counts"),
    [
        ("全球发展倡议", "the global development initiative", (0, 1)),  # a name needs its capitals
        ("全球发展倡议", "the gdi", (0, 1)),
        ("全球发展倡议", "the Global Development Initiatives2", (0, 1)),
        ("全球发展倡议", "the Proposal for World Growth", (0, 1)),
        ("发展中国家", "developed countries", (0, 1)),
        ("能力建设", "incapacity building", (0, 1)),
        # The forum's name holds the initiative's, which the source names a second time by itself.
        ("全球发展倡议数字合作论坛与全球发展倡议", "Global Development Initiative Digital Cooperation Forum", (1, 2)),
        # Nested in the source: one term, not two.
        ("全球发展倡议数字合作论坛", "the Global Development Initiative", (0, 1)),
        ("今天天气很好", "The weather is fine", (0, 0)),
        ("全球发展倡议", "全球发展倡议", (0, 1)),
        ("全球发展倡议（GDI）", "全球发展倡议（GDI）", (0, 1)),  # a copy renders nothing
    ],
)  # fmt: skip
def test_what_is_not_accepted(glossary: Path, source: str, hypothesis: str, counts: tuple[int, int]) -> None:
    assert kept(glossary, source, hypothesis) == counts


def test_consistency_within_a_document(glossary: Path) -> None:
    metric = Terms(glossary=str(glossary), score="consistency")
    units = [
        unit("发展中国家", "developing countries"),
        unit("发展中国家", "developing nations"),
        unit("发展中国家", "a developing country"),
        unit("发展中国家", "developing nations", document="other"),  # once there: nothing to agree with
        unit("发展中国家", "developing nations", system="b"),
        unit("全球发展倡议", "the Global Development Initiative"),
        unit("全球发展倡议", "the GDI"),  # an abbreviation agrees with anything
    ]
    stats = metric.segment_stats(units)
    np.testing.assert_array_equal(stats, [[1, 1], [0, 1], [1, 1], [0, 0], [0, 0], [0, 0], [0, 0]])
    assert metric.aggregate(stats.sum(axis=0)) == pytest.approx(200 / 3)
    notes = metric.explain(units)
    assert notes[1]["inconsistent"] == [
        {"term": "发展中国家", "rendering": "developing nation", "usual": "developing country"}
    ]
    assert notes[1]["flags"] == ["term-inconsistent"]
    assert "flags" not in notes[0]
    assert "|score:consistency|" in str(metric.signature(1))


def test_it_says_which_terms_are_where(glossary: Path) -> None:
    (note,) = Terms(glossary=str(glossary)).explain([unit("全球发展倡议和发展中国家", "Developing countries agree.")])
    assert note == {
        "terms": [
            {"term": "全球发展倡议", "rendering": None, "hypothesis": None},
            {"term": "发展中国家", "rendering": "developing country", "hypothesis": [0, 20]},
        ],
        "flags": ["term-missing"],
    }


def test_another_target_and_another_source(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text("term\taccepted\nUnited Nations\t联合国\nAI\t人工智能|AI\n", encoding="utf-8")
    metric = Terms(glossary=str(path), pair="en-zh")
    stats = metric.segment_stats([unit("The United Nations and AI", "联合国与人工智能"), unit("SAID", "说")])
    np.testing.assert_array_equal(stats, [[2, 2], [0, 0]])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "line 1: the header line is missing"),
        (["Term\taccepted"], "line 1: the column 'term' is missing (is it 'Term'?)"),
        (["term\taccepted\tcolour", "a\tb\tc"], "line 1: there is no column 'colour'"),
        (["term\taccepted\taccepted", "a\tb\tc"], "the column 'accepted' stands twice"),
        (["term\taccepted"], "has no terms"),
        (["term\taccepted", "甲\tA", "乙\tB", "甲\tC"], "line 4: the term '甲' stands already in line 2"),
        (["term\taccepted", "甲—乙\tA", "甲-乙\tB"], "line 3: the term '甲-乙' stands already in line 2"),
        (["term\taccepted", "甲\tA", "", "乙\tB"], "line 3: the row is empty"),
        (["term\taccepted", "\tA"], "line 2: there is no 'term'"),
        (["term\taccepted", "甲"], "line 2: there is no 'accepted'"),
        (["term\taccepted", "甲\tA|"], "line 2: a rendering of '甲' is empty"),
        (["term\taccepted", "甲\tA|B|A"], "line 2: the rendering 'A' of '甲' stands twice"),
        (["term\taccepted", "甲\tA\tB"], "line 2: 3 fields, but the header has 2"),
    ],
)
def test_a_bad_glossary_is_one_sentence_with_its_line(tmp_path: Path, rows: list[str], message: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        Terms(glossary=str(path))
    assert message in refused.value.problem
    assert str(path) in refused.value.problem
    assert refused.value.exit_code == 2


def test_a_missing_glossary(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        Terms(glossary=str(tmp_path / "no.tsv"))
    with pytest.raises(ConfigError, match="glossary"):
        Terms(glossary=3)  # type: ignore[arg-type]


def test_the_shipped_glossary_is_whole() -> None:
    glossary = load_glossary(GLOSSARY, ("zh", "en"))
    assert len(glossary.terms) >= 80
    for term in glossary.terms.values():
        assert term.category
        for rendering in term.renderings:  # each is found in a sentence, and as a heading
            assert rendering.pattern.search(f"On the {rendering.text}, all agree.")
            assert rendering.pattern.search(rendering.text)
    assert [t.text for t, _, _ in glossary.terms_in("中国—东盟领导人会议和中东欧国家")] == [
        "中国—东盟领导人会议",
        "中东欧国家",
    ]


# --- boundaries, files, pairs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("祖母亲手做了面。", 0),
        ("公司数据库升级。", 0),
        ("母亲们来了。", 1),
        ("母亲公布数据。", 2),
        ("中国银行发布数据。", 2),
        ("中国的银行发布数据。", 2),
        ("大数据时代", 1),
    ],
)
def test_a_term_begins_and_ends_where_words_do(tmp_path: Path, source: str, wanted: int) -> None:
    path = tmp_path / "g.tsv"
    rows = (
        "term\taccepted",
        "中国\tChina",
        "中国银行\tBank of China",
        "数据\tdata",
        "母亲\tmother",
        "大数据时代\tage of big data",
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert kept(path, source, "nothing of it")[1] == wanted


TBX = """<?xml version="1.0"?><martif type="TBX"><text><body>
<termEntry id="1"><langSet xml:lang="zh"><tig><term>网络空间</term></tig></langSet>
<langSet xml:lang="en-GB"><tig><term>cyberspace</term></tig><tig><term>cyber space</term></tig></langSet>
<langSet xml:lang="de"><tig><term>Cyberraum</term></tig></langSet></termEntry></body></text></martif>"""
TBX3 = """<tbx type="TBX-Basic" xmlns="urn:iso:std:iso:30042:ed-2"><text><body><conceptEntry id="1">
<langSec xml:lang="zh-CN"><termSec><term>网络空间</term></termSec></langSec>
<langSec xml:lang="en"><termSec><term>cyberspace</term></termSec></langSec></conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("g.tbx", TBX),
        ("g.tbx", TBX3),
        ("g.csv", 'term,accepted,note\n网络空间,"cyberspace|cyber space","a, b"\n'),
        ("g.csv", "中文,English\n网络空间,cyberspace\n"),
        ("g.tsv", "source\ttarget\n网络空间\tcyberspace\n"),
        ("g.tsv", "网络空间\tcyberspace\n数据\tdata\n"),
        ("g.tsv", "# a comment\nterm\taccepted\n网络空间\tcyberspace\n"),
    ],
)
def test_glossaries_as_people_keep_them(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert kept(tmp_path / name, "网络空间", "in cyberspace") == (1, 1)


@pytest.mark.parametrize(
    ("pair", "name", "text", "said"),
    [
        ("de-en", "g.tsv", "term\taccepted\n网络空间\tcyberspace\n", "not in the letters of German"),
        ("en-zh", "g.tsv", "term\taccepted\n网络空间\tcyberspace\n", "not in the letters of English"),
        ("zh-ru", "g.tsv", "term\taccepted\n网络空间\tcyberspace\n", "not in the letters of Russian"),
        ("de-en", "g.tbx", TBX3, "no term in both languages of de-en"),
        ("zh-en", "g.tbx", "<tbx", "is not TBX"),
        ("zh-en", "g.tbx", '<!DOCTYPE t [<!ENTITY a "b">]><t>&a;</t>', "has entities"),
    ],
)
def test_a_glossary_of_another_pair_is_refused(tmp_path: Path, pair: str, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        Terms(glossary=str(tmp_path / name), pair=pair)


def test_the_own_glossary_is_for_its_pair() -> None:
    assert Terms().signature(1).get("terms") == Terms(glossary=str(GLOSSARY)).signature(1).get("terms")
    with pytest.raises(ConfigError, match="there is a glossary for zh-en only"):
        Terms(pair="de-en")


def test_prompts_read_the_same_file_and_take_the_preferred_rendering(tmp_path: Path) -> None:
    from harness.backends.llm.prompts import PromptTemplate
    from harness.domain import LangPair

    path = tmp_path / "g.tsv"
    path.write_text("term\taccepted\tcategory\tnote\n网络空间\tcyberspace|cyber space\tx\ty\n", encoding="utf-8")
    message = PromptTemplate(glossary=str(path)).messages("网络空间", (), LangPair("zh", "en"))[0]["content"]
    assert "网络空间 = cyberspace\n" in message + "\n"
    assert "accepted" not in str(message)


def test_a_rendering_may_be_inflected(tmp_path: Path) -> None:
    """Russian has six cases: the nominative of a glossary is seldom what stands in a sentence."""
    glossary = tmp_path / "g.tsv"
    glossary.write_text("term\taccepted\ndigital economy\tцифровая экономика\n", encoding="utf-8")
    metric = Terms(glossary=str(glossary), pair="en-ru")
    right = ScoringUnit("s", "t", "1", "d", "The digital economy grows.", "Рост цифровой экономики продолжается.", ())
    wrong = right._replace(hypothesis="Рост сетевой экономики продолжается.")
    assert metric.segment_stats([right, wrong]).tolist() == [[1, 1], [0, 1]]
