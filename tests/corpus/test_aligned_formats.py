"""TMX and XLIFF: there and back without loss, what other tools write, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus.bitext.tmx import parse_tmx, render_tmx
from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.bitext.xliff.read_xliff import parse_xliff
from harness.corpus.bitext.xliff.xliff_1_2 import render_xliff1
from harness.corpus.bitext.xliff.xliff_2 import render_xliff2
from harness.domain.corpus import Kind, LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError
from harness.tabular.xml_text import NOT_XML

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
    test_set = TestSet("s", PAIR, (Segment("a\ud800", "d\ud800", 1, Kind.SENTENCE, "x"),), {"refA": ("",)})
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
@pytest.mark.parametrize("text", [BOMB, EXTERNAL, '<!DOCTYPE tmx SYSTEM "tmx14.dtd" [<!ELEMENT a ANY>]><tmx/>'])
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
            "does not say which languages it is in",
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


# --- what translators' tools write ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
        "<!DOCTYPE tmx SYSTEM 'http://www.lisa.org/tmx/tmx14.dtd' >",
        '<!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD for Translation Memory eXchange//EN" "tmx14.dtd">',
        "<!-- made by hand -->\n<!DOCTYPE\n tmx>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_that_only_names_a_definition_is_no_danger(doctype: str, encoding: str) -> None:
    head, body = OMEGAT.split("?>", 1)
    text = f"{head}?>\n{doctype}{body}".replace("UTF-8", encoding)
    assert len(parse_tmx(text.encode(encoding), file="m.tmx", pair=PAIR).test_set.segments) == 2


def tmx(*units: Sequence[tuple[str, str]]) -> bytes:
    """A memory of these units, each of variants in a language."""
    inside = "".join(
        "<tu>" + "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in unit) + "</tu>"
        for unit in units
    )
    return f'<tmx version="1.4"><header/><body>{inside}</body></tmx>'.encode()


TWO_CHINAS = tmx([("zh-CN", "水井干了。"), ("zh-TW", "水井乾了。"), ("en-GB", "The well ran dry.")])
APART = tmx([("zh-CN", "网络"), ("en", "network")], [("ZH-TW", "網路"), ("en", "network")])


@pytest.mark.parametrize("data", [TWO_CHINAS, APART])
@pytest.mark.parametrize("pair", ["zh-en", "en-zh"])
def test_two_ways_of_writing_a_language_are_two_languages(data: bytes, pair: str) -> None:
    with pytest.raises(InputError, match=r"several variants of 'zh': zh-CN \(1\), zh-TW \(1\)") as caught:
        parse_tmx(data, file="m.tmx", pair=LangPair.parse(pair))
    assert "zh-CN" in (caught.value.remedy or "")


@pytest.mark.parametrize(("pair", "text"), [("zh-CN-en", "水井干了。"), ("zh_TW-en-GB", "水井乾了。")])
def test_the_pair_chooses_one(pair: str, text: str) -> None:
    found = parse_tmx(TWO_CHINAS, file="m.tmx", pair=LangPair.parse(pair)).test_set
    assert [s.source for s in found.segments] == [text]
    assert list(found.references) == ["refA"]


def test_regions_that_never_meet_in_a_unit_are_one_language_and_told() -> None:
    data = tmx([("en-GB", "Water"), ("zh", "水")], [("EN-US", "Wells"), ("zh", "井")])
    found = parse_tmx(data, file="m.tmx", pair=LangPair("zh", "en"))
    assert found.test_set.references == {"refA": ("Water", "Wells")}
    assert "Variants of 'en' are taken as one language: en-GB (1), en-US (1)." in found.notes


def test_a_second_text_in_the_source_is_told() -> None:
    data = tmx([("en", "Prices rose."), ("en", "Prices went up."), ("zh", "物价上涨。")])
    found = parse_tmx(data, file="m.tmx", pair=LangPair("en", "zh"))
    assert [s.source for s in found.test_set.segments] == ["Prices rose."]
    assert "1 entries have a second text in en; the first one is taken." in found.notes


def test_two_references_of_one_name_are_two() -> None:
    variant = '<tuv xml:lang="en"><prop type="x-harness-reference">refA</prop><seg>{}</seg></tuv>'
    unit = f'<tu><tuv xml:lang="zh"><seg>水</seg></tuv>{variant.format("Water")}{variant.format("Waters")}</tu>'
    found = parse_tmx(f"<tmx><header/><body>{unit}</body></tmx>".encode(), file="m.tmx", pair=PAIR).test_set
    assert found.references == {"refA": ("Water",), "refB": ("Waters",)}


def xliff(units: str, attributes: str = 'source-language="zh-CN" target-language="en-US"', top: str = "") -> bytes:
    inside = f'<file original="m" {attributes} datatype="plaintext"><body>{units}</body></file>'
    return f'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" {top}>{inside}</xliff>'.encode()


def unit(target: str, attributes: str = "", text: str = "Peace", more: str = "") -> str:
    return f'<trans-unit id="1" {attributes}><source>和平</source><target {target}>{text}</target>{more}</trans-unit>'


TRANSLATE = 'translate="yes"'
SDL = 'xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"'


@pytest.mark.parametrize(
    ("units", "state", "approved"),
    [
        (unit(""), "none", True),
        (unit("", 'approved="yes"'), "approved=yes", True),
        (unit("", 'approved="no"'), "approved=no", False),
        (unit('state="translated"'), "translated", True),
        (unit('state="final"', 'approved="no"'), "final", True),
        (unit('state="new"'), "new", False),
        (unit('state="needs-translation"'), "needs-translation", False),
        (unit('state="needs-review-translation"'), "needs-review-translation", False),
        (unit('state="translated" state-qualifier="leveraged-mt"'), "leveraged-mt", False),
        (unit('state-qualifier="mt-suggestion"', 'approved="yes"'), "approved=yes", True),
        (unit("", 'translate="no"'), "translate=no", False),
        (f'<group translate="no">{unit("")}</group>', "translate=no", False),
        (f'<group translate="no">{unit("", TRANSLATE)}</group>', "none", True),
        (unit("", text="和平"), "a copy of the source", False),
        (unit("", 'm:confirmed="0"'), "confirmed=0", False),
        (unit("", 'm:confirmed="1"'), "confirmed=1", True),
        (unit("", 'mq:status="MachineTranslated"'), "MachineTranslated", False),
        (unit("", 'mq:status="ManuallyConfirmed"'), "ManuallyConfirmed", True),
        (unit("", more='<sdl:seg-defs><sdl:seg id="1" conf="Draft"/></sdl:seg-defs>'), "Draft", False),
        (unit("", more='<sdl:seg-defs><sdl:seg id="1" conf="Translated"/></sdl:seg-defs>'), "Translated", True),
        (unit("", more='<sdl:seg-defs><sdl:seg id="1"/></sdl:seg-defs>'), "Unspecified", False),
    ],
)
def test_only_what_somebody_approved_is_a_reference(units: str, state: str, approved: bool) -> None:
    top = f'{SDL} xmlns:mq="MQXliff" xmlns:m="http://www.memsource.com/mxlf/2.0"'
    done = '<trans-unit id="0"><source>网络</source><target state="final">Network</target></trans-unit>'
    data = xliff(done + units, top=top)
    found = parse_xliff(data, file="a.xlf", pair=PAIR)
    assert found.test_set.segments[1].scored is approved
    assert any(f" {state}" in note for note in found.notes)
    assert any(state in note and "nobody has approved" in note for note in found.notes) is not approved
    everything = parse_xliff(data, file="a.xlf", pair=PAIR, states={"any"}).test_set
    assert len(everything.scored) == 2
    only = parse_xliff(data, file="a.xlf", pair=PAIR, states={state}).test_set
    assert only.segments[1].scored
    assert only.segments[0].scored is (state == "final")


def test_segments_of_a_trados_unit_have_their_own_states_and_no_deleted_text() -> None:
    marks = '<mrk mtype="seg" mid="{}">{}</mrk>'
    source = marks.format(1, "和平。") + marks.format(2, "发展。")
    target = marks.format(
        1, 'Pe<mrk mtype="x-sdl-deleted">ice</mrk><mrk mtype="x-sdl-added">ace</mrk>.'
    ) + marks.format(2, "Growth.")
    states = '<sdl:seg-defs><sdl:seg id="1" conf="ApprovedSignOff"/><sdl:seg id="2" conf="Draft"/></sdl:seg-defs>'
    text = (
        f'<trans-unit id="u"><source>和平。发展。</source><seg-source>{source}</seg-source><target>{target}</target>'
        f"{states}</trans-unit>"
    )
    found = parse_xliff(xliff(text, top=SDL), file="a.sdlxliff", pair=PAIR).test_set
    assert [(s.id, s.scored) for s in found.segments] == [("u-1", True), ("u-2", False)]
    assert found.references == {"refA": ("Peace.", "")}


def test_xliff2_states() -> None:
    segment = "<segment{}><source>和平</source><target>Peace</target></segment>"
    units = "".join(
        f'<unit id="u{i}"{translate}>{segment.format(state)}</unit>'
        for i, (translate, state) in enumerate(
            [("", ""), ("", ' state="initial"'), ("", ' state="reviewed"'), (' translate="no"', "")]
        )
    )
    text = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh" trgLang="en">'
        f'<file id="f">{units}</file></xliff>'
    )
    found = parse_xliff(text.encode(), file="a.xlf").test_set
    assert [s.scored for s in found.segments] == [True, False, True, False]


def test_a_file_without_its_target_language_takes_the_pair() -> None:
    data = xliff(unit(""), 'source-language="zh"')
    assert parse_xliff(data, file="a.xlf", pair=PAIR).test_set.references == {"refA": ("Peace",)}
    assert str(parse_xliff(data, file="a.xlf", pair=LangPair("en", "zh")).test_set.pair) == "en-zh"
    with pytest.raises(InputError, match="does not say which languages"):
        parse_xliff(data, file="a.xlf")


def test_a_state_that_no_translation_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"No translation of a\.xlf is in the state 'finished'"):
        parse_xliff(xliff(unit('state="final"')), file="a.xlf", pair=PAIR, states={"finished"})


def test_a_file_in_which_nothing_is_approved_says_so() -> None:
    with pytest.raises(InputError, match="Nobody has approved any of the 1 translations") as caught:
        parse_xliff(xliff(unit('state="new"')), file="a.xlf", pair=PAIR)
    assert caught.value.remedy == "--state new, if these are references"
