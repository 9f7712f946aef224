"""Documents in every layout become the pairs that they are made of, and nothing of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.corpus.alignment.aligners import LengthAligner, TranslationAligner
from harness.corpus.ingest.audit import balance
from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.corrections import parse_corrections
from harness.corpus.ingest.result import IngestResult
from harness.corpus.readers.document import plain_document
from harness.domain.corpus import Kind, LangPair
from harness.errors import ConfigError, InputError, UserError

PAIR = LangPair("zh", "en")
TITLE = ("数字合作论坛主席声明", "Chair's Statement of the Digital Cooperation Forum")
HEADING = ("（一）加强普惠合作", "1. Strengthening Inclusive Cooperation")
TEXT = [
    [
        ("论坛于2024年11月21日在乌镇举行。", "The forum was held in Wuzhen on November 21, 2024."),
        ("中国支持南非建成首个5G实验室。", "China helped South Africa build its first 5G laboratory."),
    ],
    [
        (
            "广泛开展基础设施项目合作，有效提升互联互通水平。",
            "Extensively cooperate on infrastructure projects, and effectively enhance the level of connectivity.",
        ),
        ("弥合数字鸿沟。", "Bridge the digital divide."),
        (
            "2019年5月，国际人工智能与教育大会在北京举办，形成了《北京共识》。",
            "In May 2019, the International Conference on Artificial Intelligence and Education was held in Beijing. "
            "It led to the Beijing Consensus.",
        ),
    ],
]
PAIRS = [TITLE, *TEXT[0], HEADING, *TEXT[1]]
ZH = [TITLE[0], "".join(z for z, _ in TEXT[0]), HEADING[0], "".join(z for z, _ in TEXT[1])]
EN = [TITLE[1], " ".join(e for _, e in TEXT[0]), HEADING[1], " ".join(e for _, e in TEXT[1])]


def made(*texts: str, options: IngestOptions | None = None) -> IngestResult:
    names = ("a.txt",) if len(texts) == 1 else ("a.zh.txt", "a.en.txt")
    documents = [plain_document(t, n) for t, n in zip(texts, names, strict=True)]
    result = ingest("a", [documents], options or IngestOptions(PAIR))
    for document in result.documents:
        books = balance(document)
        assert (books.lost, books.doubled) == ((), ())
    return result


def pairs(result: IngestResult) -> list[tuple[str, str]]:
    return list(zip((s.source for s in result.test_set.segments), result.test_set.references["refA"], strict=True))


def cut(text: str, after: str) -> tuple[str, str]:
    at = text.index(after) + len(after)
    return text[:at], text[at:].lstrip()


LAYOUTS = {
    "halves": ("\n\n".join(ZH) + "\n\n" + "\n\n".join(EN),),
    "paragraphs": ("\n\n".join(p for both in zip(ZH, EN, strict=True) for p in both),),
    "columns": ("\n".join(f"{z}\t{e}" for z, e in zip(ZH, EN, strict=True)),),
    "files": ("\n".join(ZH), "\n".join(EN)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_are_recognised_and_pairs_found(layout: str) -> None:
    result = made(*LAYOUTS[layout])
    assert result.documents[0].layout == layout
    assert pairs(result) == PAIRS
    assert [s.kind for s in result.test_set.segments] == [
        Kind.TITLE, Kind.SENTENCE, Kind.SENTENCE, Kind.HEADING, Kind.SENTENCE, Kind.SENTENCE, Kind.SENTENCE,
    ]  # fmt: skip


def test_pages_are_healed_where_they_cut_words_and_heads_and_numbers_go() -> None:
    zh_a, zh_b = cut(ZH[3], "广泛开展基础")
    en_a, en_b = cut(EN[3], "infra")
    heads = ("论坛文集", "Forum Papers")
    text = "\n\n".join(
        [
            *(heads[1], *EN[:3], en_a + "-", "1", heads[0], *ZH[:3], zh_a, "2"),
            *(heads[1], en_b, "3", heads[0], zh_b, "4"),
            *(heads[1], "The end came at last.", "5", heads[0], "终于结束了。", "6"),
        ]
    )
    result = made(text)
    assert result.documents[0].layout == "pages"
    assert pairs(result) == [*PAIRS, ("终于结束了。", "The end came at last.")]
    assert result.removed == {"hyphen": 1, "page number": 6, "running head": 6}
    assert result.documents[0].healed == 2


def test_a_doubled_title_is_kept_once_and_listed() -> None:
    result = made("\n\n".join([ZH[0], *ZH[1:], EN[0] + EN[0], *EN[1:]]))
    assert pairs(result) == PAIRS
    assert result.removed["repeated"] == 1


def test_a_cut_end_is_flagged_and_left_out_of_scoring() -> None:
    text = "\n\n".join([*ZH, *EN[:-1], EN[-1][: EN[-1].index(" Consensus")]])
    result = made(text)
    last = result.test_set.segments[-1]
    assert "truncated" in last.flags
    assert not last.scored
    assert result.flags["truncated"] == 1


def test_what_has_no_partner_is_flagged_or_listed_never_dropped() -> None:
    english = [*EN[:3], EN[3].replace(TEXT[1][0][1] + " ", "")]
    result = made("\n\n".join([*ZH, *english, "Lunch was served in the garden of the old hotel by the river."]))
    lone = [s for s in result.test_set.segments if "unaligned" in s.flags]
    assert [s.source for s in lone] == [TEXT[1][0][0]]
    assert lone[0].confidence is None
    assert [s.text for s in result.documents[0].unpaired] == [
        "Lunch was served in the garden of the old hotel by the river."
    ]


def test_hard_wrapped_lines_become_paragraphs() -> None:
    def wrapped(text: str, width: int) -> str:
        lines = [text[i : i + width] for i in range(0, len(text), width)]
        return "\n".join(lines)

    import textwrap

    zh = "\n\n".join(wrapped(p, 18) for p in (ZH[1] * 2, ZH[3] * 2))
    en = "\n\n".join("\n".join(textwrap.wrap(p, 40, break_on_hyphens=False)) for p in (f"{EN[1]} {EN[1]}", EN[3]))
    result = made(zh, en)
    assert len(result.documents[0].source_paragraphs) == 2
    assert [p.text for p in result.documents[0].target_paragraphs] == [f"{EN[1]} {EN[1]}", EN[3]]


def test_english_to_chinese_is_the_mirror() -> None:
    result = made(*LAYOUTS["halves"], options=IngestOptions(LangPair("en", "zh")))
    assert [(b, a) for a, b in pairs(result)] == PAIRS


def test_traditional_chinese_is_aligned_too() -> None:
    zh = "國際人工智能與教育大會在北京舉辦。彌合數字鴻溝。中國支持南非建成首個實驗室。"
    en = "The international conference on artificial intelligence and education was held in Beijing. "
    en += "Bridge the digital divide. China helped South Africa build its first laboratory."
    assert [s for s, _ in pairs(made(f"{zh}\n\n{en}"))] == [z + "。" for z in zh.split("。")[:-1]]


def test_wrapped_english_keeps_its_blank_after_a_curly_apostrophe() -> None:
    wrapped = [
        "The forum was held in Wuzhen and its members spoke at length about all the countries’",
        "development, while the host said that nobody should ever be left behind in this age,",
        "which several of the speakers who came after him on that day called “the digital age”",
        "and praised at some length in the hall, where speakers of many nations had come from",
        "afar to share what they had learnt over the years about networks and how to use them",
        "for the good of all.",
    ]

    result = made(
        "\n".join(["论坛在乌镇举行，各国代表就发展问题发表了长篇讲话，东道主表示不让任何一国掉队。", "", *wrapped])
    )
    text = " ".join(p.text for p in result.documents[0].target_paragraphs)
    assert text == " ".join(wrapped)


def test_ids_stay_when_a_later_paragraph_changes() -> None:
    before = made("\n\n".join([*ZH, *EN])).test_set.segments
    after = made("\n\n".join([*ZH[:3], "弥合数字鸿沟。", *EN[:3], "Bridge the digital divide."])).test_set.segments
    assert [s.id for s in after[:4]] == [s.id for s in before[:4]] == ["p001s01", "p002s01", "p002s02", "p003s01"]


_words = st.lists(st.sampled_from(["网络", "合作", "数字", "2020年", "5G"]), min_size=1, max_size=6).map("".join)
_latin = st.lists(st.sampled_from(["network", "digital", "2020", "5G", "the", "U.S."]), min_size=1, max_size=8)
_zh = st.tuples(_words, st.sampled_from(["。", "；", "", "，", "！”"])).map("".join)
_en = st.tuples(_latin.map(" ".join), st.sampled_from([".", ";", "", "-", ",", '."'])).map("".join)
_line = st.one_of(_zh, _en, st.sampled_from(["", "3", "# ", "**a** b", "(一)甲", "- 4 -", "第5页"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_line, min_size=2, max_size=14), st.sampled_from([None, "halves", "pages", "paragraphs"]))
def test_no_character_is_lost_and_order_is_kept(lines: list[str], layout: str | None) -> None:
    from harness.corpus.segmentation.layout.layouts import layout_named

    document = plain_document("\n".join(lines), "a.txt")
    try:
        result = ingest("a", [[document]], IngestOptions(PAIR, layout=layout_named(layout), aligner=LengthAligner()))
    except InputError:
        return
    books = balance(result.documents[0])
    assert (books.lost, books.doubled) == ((), ())
    for side in (0, 1):
        order = [i for pair in result.documents[0].pairs for i in (pair.source, pair.target)[side]]
        assert order == sorted(order)
    assert len({s.id for s in result.test_set.segments}) == len(result.test_set.segments)


@pytest.mark.parametrize("text", ["", "\n \n", "只有中文。\n\n没有别的。", "Only English.\n\nNothing else."])
def test_one_language_or_none_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        made(text)
    assert caught.value.problem.count("\n") == 0
    assert caught.value.exit_code == 2


def test_two_files_of_one_language_are_refused() -> None:
    with pytest.raises(InputError, match="Both files are in 'zh'"):
        made("甲。乙。", "丙。丁。")


def test_other_pairs_need_files() -> None:
    options = IngestOptions(LangPair("de", "en"), aligner=LengthAligner())
    with pytest.raises(InputError, match="cannot be told apart"):
        made("Guten Tag.\n\nGood day.", options=options)
    assert pairs(made("Guten Tag.\nEs regnet.", "Good day.\nIt rains.", options=options)) == [
        ("Guten Tag.", "Good day."),
        ("Es regnet.", "It rains."),
    ]


def test_translations_stand_in_for_the_dictionary() -> None:
    known = {**dict(PAIRS), "加强普惠合作": "Strengthening Inclusive Cooperation"}  # aligned without numbering
    aligner = TranslationAligner(lambda texts: [known[t] for t in texts], "oracle")
    options = IngestOptions(LangPair("zh", "en"), aligner=aligner)
    assert pairs(made(*LAYOUTS["halves"], options=options)) == PAIRS


def test_corrections_pair_accept_exclude_and_survive() -> None:
    corrections = parse_corrections(
        """
        pair:
          - source: ["弥合数字鸿沟"]
            target: ["Extensively cooperate", "Bridge the digital"]
          - source: ["广泛开展基础设施"]
        exclude: ["论坛于2024年"]
        accept: ["中国支持南非"]
        """
    )
    result = made(*LAYOUTS["halves"], options=IngestOptions(PAIR, corrections=corrections))
    found = dict(pairs(result))
    assert found["弥合数字鸿沟。"] == f"{TEXT[1][0][1]} {TEXT[1][1][1]}"
    assert found[TEXT[1][0][0]] == ""
    assert [s.flags for s in result.test_set.segments if s.source.startswith("论坛于")] == [frozenset({"excluded"})]
    assert [p.corrected for p in result.documents[0].pairs].count(True) == 2


def test_corrections_join_and_part_lines() -> None:
    zh = "网络空间\n\n命运共同体。\n\n合作共赢。"
    en = "A community in cyberspace.\n\nWin-win cooperation."
    joined = parse_corrections('join: ["命运共同体"]')
    assert pairs(made(f"{zh}\n\n{en}", options=IngestOptions(PAIR, corrections=joined)))[0][0] == "网络空间命运共同体。"

    cut = "网络空间命运，\n\n共同体。\n\n合作共赢。"
    parted = parse_corrections('part: ["共同体"]')
    assert made(f"{cut}\n\n{en}").test_set.segments[0].source == "网络空间命运，共同体。"
    paragraphs = made(f"{cut}\n\n{en}", options=IngestOptions(PAIR, corrections=parted)).documents[0].source_paragraphs
    assert [p.text for p in paragraphs] == ["网络空间命运，", "共同体。", "合作共赢。"]


def test_corrections_that_match_nothing_or_too_much_are_refused() -> None:
    for text, error in (
        ('accept: ["火星"]', "matches nothing"),
        ('accept: ["数字"]', "stands in"),
        ('pair: [{source: ["论坛于2024", "弥合数字"], target: []}]', "do not follow"),
    ):
        with pytest.raises(InputError, match=error):
            made(*LAYOUTS["halves"], options=IngestOptions(PAIR, corrections=parse_corrections(text)))
    with pytest.raises(ConfigError, match="did you mean 'accept'"):
        parse_corrections("acept: [a]")
    with pytest.raises(UserError):
        parse_corrections("pair: [a]")
