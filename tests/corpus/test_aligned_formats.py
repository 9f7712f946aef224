"""TMX and XLIFF: there and back without loss, what other tools write, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus.bitext.tmx import parse_tmx, render_tmx
from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.bitext.xliff import parse_xliff
from harness.corpus.bitext.xliff_1_2 import render_xliff1
from harness.corpus.bitext.xliff_2 import render_xliff2
from harness.corpus.bitext.xml_text import NOT_XML
from harness.domain.corpus import Kind, LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError

PAIR = LangPair("zh", "en")
#: Everything that XML 1.0 can carry, and often what a careless writer or parser changes.
XML = st.one_of(
    st.text(st.characters(codec="utf-8").filter(lambda c: not NOT_XML.match(c))),
    st.text(st.sampled_from("\t\n\r &<>\"']]>中\u2028\u0085\ufeff")),
)

FORMATS: dict[str, tuple[Callable[[TestSet], str], Callable[..., Aligned]]] = {
    "tmx": (render_tmx, parse_tmx),
    "xliff1": (render_xliff1, parse_xliff),
    "xliff2": (render_xliff2, parse_xliff),
}


@st.composite
def any_test_set(draw: st.DrawFn) -> TestSet:
    ids = draw(st.lists(XML.filter(bool), min_size=1, max_size=5, unique=True))
    segments = tuple(
        Segment(
            id=i,
            document=draw(st.one_of(st.sampled_from(["a", "b"]), XML)),
            paragraph=draw(st.integers(1, 999)),
            kind=draw(st.sampled_from(Kind)),
            source=draw(XML),
            flags=draw(st.frozensets(st.sampled_from(["truncated", "unaligned", "low-confidence", "healed"]))),
            confidence=draw(st.none() | st.floats(0, 1)),
        )
        for i in ids
    )
    names = draw(st.lists(st.sampled_from(["refA", "refB", "refC"]), min_size=1, unique=True))
    title, version, publisher, date, origin, licence = (draw(XML.filter(bool)) for _ in range(6))
    info = TestSetInfo(title, version, publisher, date, origin, licence)
    pair = draw(st.sampled_from([PAIR, LangPair("zh_Hans_CN", "en_GB")]))
    return TestSet("set", pair, segments, {n: tuple(draw(XML) for _ in ids) for n in names}, info)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30, deadline=None)
@given(test_set=any_test_set())
def test_there_and_back_without_loss(name: str, test_set: TestSet) -> None:
    render, parse = FORMATS[name]
    data = render(test_set).encode("utf-8")
    for pair in (test_set.pair, None):
        found = parse(data, file=f"x.{name}", pair=pair)
        assert found.test_set == test_set
        assert list(found.test_set.references) == list(test_set.references)
        assert found.notes == ()


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.text(st.sampled_from("\0\x01\x1f\ufffe\uffff ab")))
def test_xliff2_carries_what_xml_cannot(source: str, target: str) -> None:
    test_set = TestSet("s", PAIR, (Segment("a", "d", 1, Kind.SENTENCE, source),), {"refA": (target,)})
    assert parse_xliff(render_xliff2(test_set).encode(), file="x", pair=PAIR).test_set == test_set


@pytest.mark.parametrize("name", ["tmx", "xliff1"])
def test_what_xml_cannot_carry_is_refused_with_the_segment(name: str) -> None:
    test_set = TestSet("s", PAIR, (Segment("a", "d", 1, Kind.SENTENCE, "x\x01"),), {"refA": ("",)})
    with pytest.raises(
        InputError, match=r"Segment 'a' has the character U\+0001 at position 1, which XML cannot carry"
    ):
        FORMATS[name][0](test_set)


@pytest.mark.parametrize("name", FORMATS)
def test_half_a_character_is_refused(name: str) -> None:
    test_set = TestSet("s", PAIR, (Segment("a", "d", 1, Kind.SENTENCE, "x\ud800"),), {"refA": ("",)})
    with pytest.raises(InputError, match=r"U\+D800"):
        FORMATS[name][0](test_set)


SMALL = TestSet(
    "tiny",
    PAIR,
    (
        Segment("t-1", "d", 1, Kind.TITLE, "标题 & <b>"),
        Segment("t-2", "d", 2, Kind.SENTENCE, "句。", frozenset({"unaligned"}), 0.25),
    ),
    {"refA": ("Title", ""), "refB": ("A title", "")},
    TestSetInfo(title="T"),
)


def test_tmx_as_it_stands() -> None:
    text = re.sub(r'creationtoolversion="[^"]*"', 'creationtoolversion="V"', render_tmx(SMALL))
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<tmx version="1.4">\n'
        '  <header creationtool="translation-harness" creationtoolversion="V" segtype="sentence"'
        ' o-tmf="translation-harness" adminlang="en" srclang="zh" datatype="plaintext">\n'
        '    <prop type="x-harness-name">tiny</prop>\n'
        '    <prop type="x-harness-title">T</prop>\n'
        '    <prop type="x-harness-version">1</prop>\n'
        '    <prop type="x-harness-reference">refA</prop>\n'
        "  </header>\n"
        "  <body>\n"
        '    <tu tuid="t-1">\n'
        '      <prop type="x-harness-document">d</prop>\n'
        '      <prop type="x-harness-paragraph">1</prop>\n'
        '      <prop type="x-harness-kind">title</prop>\n'
        '      <tuv xml:lang="zh"><seg>标题 &amp; &lt;b&gt;</seg></tuv>\n'
        '      <tuv xml:lang="en"><prop type="x-harness-reference">refA</prop><seg>Title</seg></tuv>\n'
        '      <tuv xml:lang="en"><prop type="x-harness-reference">refB</prop><seg>A title</seg></tuv>\n'
        "    </tu>\n"
        '    <tu tuid="t-2">\n'
        '      <prop type="x-harness-document">d</prop>\n'
        '      <prop type="x-harness-paragraph">2</prop>\n'
        '      <prop type="x-harness-kind">sentence</prop>\n'
        '      <prop type="x-harness-flags">unaligned</prop>\n'
        '      <prop type="x-harness-confidence">0.25</prop>\n'
        '      <tuv xml:lang="zh"><seg>句。</seg></tuv>\n'
        '      <tuv xml:lang="en"><prop type="x-harness-reference">refA</prop><seg></seg></tuv>\n'
        '      <tuv xml:lang="en"><prop type="x-harness-reference">refB</prop><seg></seg></tuv>\n'
        "    </tu>\n"
        "  </body>\n"
        "</tmx>\n"
    )


def test_xliff2_has_its_standards_required_attributes() -> None:
    text = render_xliff2(SMALL)
    assert '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"' in text
    assert 'version="2.0" srcLang="zh" trgLang="en">' in text
    assert '<file id="f1" original="d" canResegment="no" xml:space="preserve">' in text
    assert '<unit id="u1" name="t-1">' in text
    assert '<mtc:match ref="#s1" origin="refB"><source>标题 &amp; &lt;b&gt;</source><target>A title</target>' in text
    assert '<segment id="s1" state="final"><source>' in text
    assert '<segment id="s1"><source>句。</source>' in text  # left out of scoring, so not final


def test_xliff1_has_its_standards_required_attributes() -> None:
    text = render_xliff1(SMALL)
    assert '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">' in text
    assert '<file original="d" source-language="zh" target-language="en" datatype="plaintext">' in text
    assert '<trans-unit id="t-2" approved="no" xml:space="preserve">' in text


#: As OmegaT 6 writes its project_save.tmx, less the DOCTYPE; and two units that say less.
OMEGAT = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.1">
  <header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext" creationtoolversion="6.0.0"
   segtype="sentence" srclang="EN-US"/>
  <body>
<!-- Default translations -->
    <tu>
      <note>n</note>
      <tuv lang="EN-US"><seg>Hello <bpt i="1">&lt;b></bpt><hi>big</hi><ept i="1">&lt;/b></ept> world.</seg></tuv>
      <tuv lang="ZH-CN" changeid="x" changedate="20241120T080000Z"><seg>大世界你好。</seg></tuv>
    </tu>
    <tu><tuv lang="EN-US"><seg>Not translated.</seg></tuv></tu>
    <tu><tuv lang="ZH-CN"><seg>没有原文。</seg></tuv></tu>
  </body>
</tmx>"""


def test_tmx_by_other_tools_is_read_in_either_direction() -> None:
    found = parse_tmx(OMEGAT.encode(), file="a/m.tmx")
    assert str(found.test_set.pair) == "en_US-zh_CN"
    assert found.test_set.segments[0].source == "Hello big world."
    found = parse_tmx(OMEGAT.encode(), file="a/m.tmx", pair=PAIR)
    assert [s.source for s in found.test_set.segments] == ["大世界你好。", "没有原文。"]
    assert found.test_set.references == {"refA": ("Hello big world.", "")}
    assert found.test_set.segments[1].flags == {"unaligned"}
    assert [s.id for s in found.test_set.segments] == ["m-0001", "m-0002"]
    assert found.test_set.segments[0].document == "m"
    assert found.notes == (
        "1 entries have no text in zh and became no segments: a/m.tmx, unit 2.",
        "1 segments have no text in en: flagged unaligned, left out of scoring.",
    )


def test_xliff1_by_other_tools() -> None:
    text = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
    <file original="a.docx" source-language="en-GB" target-language="zh-Hans" datatype="x-docx"><body><group>
      <trans-unit id="1"><source>One <g id="1">big</g><x id="2"/> thing.</source>
        <target>一件<g id="1">大</g>事。</target>
        <alt-trans><target>记忆里的。</target></alt-trans></trans-unit>
      <trans-unit id="2"><source>A. B.</source>
        <seg-source><mrk mtype="seg" mid="0">A.</mrk> <mrk mtype="seg" mid="1">B.</mrk></seg-source>
        <target><mrk mtype="seg" mid="0">甲。</mrk><mrk mtype="seg" mid="1">乙。</mrk></target></trans-unit>
      <trans-unit id="3"><source>Not yet.</source></trans-unit>
    </group></body></file></xliff>"""
    found = parse_xliff(text.encode(), file="a.xlf", pair=LangPair("en", "zh")).test_set
    assert [(s.id, s.source) for s in found.segments] == [
        ("1", "One big thing."),
        ("2-0", "A."),
        ("2-1", "B."),
        ("3", "Not yet."),
    ]
    assert found.references == {"refA": ("一件大事。", "甲。", "乙。", "")}
    assert found.segments[3].flags == {"unaligned"}
    assert {s.document for s in found.segments} == {"a.docx"}
    assert parse_xliff(text.encode(), file="a.xlf", pair=PAIR).test_set.segments[0].source == "一件大事。"


def test_xliff2_by_other_tools() -> None:
    text = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh-CN" trgLang="en-US">
    <file id="f"><group id="g"><unit id="u">
      <mtc:matches xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0"><mtc:match ref="#s" origin="tm">
        <source>一</source><target>from memory</target></mtc:match></mtc:matches>
      <segment id="s"><source>一<pc id="1">二</pc><ph id="2"/></source>
        <target>One <mrk id="m">two</mrk></target></segment>
      <ignorable><source> </source></ignorable>
      <segment><source>三</source><target>three<cp hex="0007"/></target></segment>
    </unit></group></file></xliff>"""
    found = parse_xliff(text.encode(), file="a.xlf").test_set
    assert [(s.id, s.source) for s in found.segments] == [("u-s", "一二"), ("u-2", "三")]
    assert found.references == {"refA": ("One two", "three\x07")}
    assert str(found.pair) == "zh_CN-en_US"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<tmx><body><tu>&b;</tu></body></tmx>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xliff version="2.0">&e;</xliff>'


@pytest.mark.parametrize("parse", [parse_tmx, parse_xliff])
@pytest.mark.parametrize("text", [BOMB, EXTERNAL, '<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"/>'])
def test_document_types_and_entities_are_refused(parse: Callable[..., Aligned], text: str) -> None:
    with pytest.raises(InputError, match="has a document type declaration"):
        parse(text.encode(), file="x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x is empty"),
        ("<tmx>", "x, line 1: this is not XML"),
        ("标题", "x, line 1: this is not XML"),
        ("<html/>", "its root element is <html>"),
        ("<tmx/>", "has 0 languages"),
        ("<tmx><body><tu><tuv xml:lang='zh'/></tu></body></tmx>", "unit 1: a <tuv> lacks its <seg>"),
        ("<tmx><body><tu><tuv><seg/></tuv></tu></body></tmx>", "unit 1: a <tuv> lacks its xml:lang"),
        ("<xliff version='3.0'/>", "XLIFF of version '3.0'"),
        (
            "<xliff version='2.0' srcLang='zh'><file id='f'><unit id='u'><segment><source>一</source>"
            "<target>one</target></segment></unit></file></xliff>",
            "the language of its target is not said",
        ),
        (
            "<xliff version='2.0' srcLang='zh' trgLang='en'><file id='f'><unit id='u'><segment><source>一"
            "<cp hex='zz'/></source></segment></unit></file></xliff>",
            "'zz' is no code point",
        ),
    ],
)
def test_what_is_no_such_file_says_so(text: str, message: str) -> None:
    parse = parse_xliff if "xliff" in text or "html" in text else parse_tmx
    with pytest.raises(InputError, match=message):
        parse(text.encode(), file="x")


def test_languages_that_are_not_there_are_named() -> None:
    with pytest.raises(InputError, match="has no text in both languages of de-fr") as caught:
        parse_tmx(OMEGAT.encode(), file="m.tmx", pair=LangPair("de", "fr"))
    assert "EN-US, ZH-CN" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "big5"])
def test_xml_in_its_declared_encoding(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = OMEGAT.replace("UTF-8", name).replace("没有原文。", "中文。").replace("大世界你好。", "你好。")
    assert parse_tmx(text.encode(encoding), file="m.tmx", pair=PAIR).test_set.segments[0].source == "你好。"


def test_deep_nesting_is_no_crash() -> None:
    text = (
        "<tmx><body><tu><tuv xml:lang='zh'><seg>"
        + "<hi>" * 50_000
        + "</hi>" * 50_000
        + "</seg></tuv></tu></body></tmx>"
    )
    with pytest.raises(InputError, match="nested too deeply"):
        parse_tmx(text.encode(), file="m.tmx", pair=PAIR)
