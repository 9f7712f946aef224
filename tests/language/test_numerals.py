"""Numbers written in one way are read as the same number in any other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.language.numerals import Numeral, find, hard_values, match

# Two spellers, independent of the reader, for round trips.
_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_ONES, _TENS = _NAMES.split()[:20], _NAMES.split()[20:]


def english(n: int) -> str:
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10 - 2] + (f"-{_ONES[n % 10]}" if n % 10 else "")
    for scale, word in (
        (10**12, "trillion"),
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if n >= scale:
            rest = n % scale
            joint = " and " if scale == 100 else " "
            return f"{english(n // scale)} {word}" + (f"{joint}{english(rest)}" if rest else "")
    raise AssertionError


def chinese(n: int) -> str:
    if n < 10:
        return "零一二三四五六七八九"[n]
    for scale, unit in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= scale:
            head, rest = divmod(n, scale)
            text = ("" if scale == 10 and n < 20 else chinese(head)) + unit
            if not rest:
                return text
            gap = "零" if rest < scale // 10 else ""
            return text + gap + (("一" if scale > 10 and 10 <= rest < 20 else "") + chinese(rest))
    raise AssertionError


def one(text: str, language: str) -> Numeral:
    found = find(text, language)
    assert len(found) == 1, (text, found)
    return found[0]


@given(st.integers(11, 10**15 - 1))
def test_english_words_are_read_back(n: int) -> None:
    text = english(n)
    numeral = one(f"they had {text} of these", "en")
    assert numeral.value == n
    assert numeral.text == text


@given(st.integers(11, 10**12 - 1))
def test_chinese_characters_are_read_back(n: int) -> None:
    text = chinese(n)
    numeral = one(f"共有{text}个", "zh")
    assert numeral.value == n
    assert numeral.text == text


@given(st.integers(0, 10**12), st.integers(0, 3))
def test_figures_are_read_back_with_and_without_separators(n: int, decimals: int) -> None:
    value = Fraction(n, 10**decimals)
    plain = f"{n / 10**decimals:.{decimals}f}"
    if Fraction(plain) != value:  # the float did not hold it
        return
    for language in ("zh", "en"):
        assert hard_values(f"( {plain} )", language) == (value,)
    grouped = f"{n:,}"
    assert hard_values(f"( {grouped} )", "zh") == hard_values(f"( {grouped} )", "en") == (Fraction(n),)


@given(st.integers(11, 99_999_999))
def test_a_number_fits_itself_in_the_other_language(n: int) -> None:
    source, target = find(f"有{chinese(n)}名学生", "zh"), find(f"There were {english(n)} students.", "en")
    assert match(source, target).missing == ()
    assert match(target, source).missing == ()
    wrong = match(source, find(f"There were {n + 1:,} students.", "en"))
    assert wrong.missing == tuple(numeral for numeral in source if numeral.hard)
    assert source[0].hard or chinese(n) in ("百万", "千万")


@given(st.text(max_size=80), st.sampled_from(["zh", "en", "de"]))
def test_spans_are_in_order_and_inside_any_text(text: str, language: str) -> None:
    end = 0
    for n in find(text, language):
        assert end <= n.start < n.end <= len(text)
        assert text[n.start : n.end] == n.text
        end = n.end


@given(st.text(alphabet="一二三四五六七八九十百千万亿零点第年月日0123456789.,%分之-至 ", max_size=30))
def test_dense_chinese_numerals_never_fail(text: str) -> None:
    for n in find(text, "zh"):
        assert text[n.start : n.end] == n.text


@given(
    st.lists(
        st.sampled_from([*_ONES, *_TENS, "hundred", "million", "third", "half", "and", "12", "5th", "%", "-", "May"]),
        max_size=8,
    )
)
def test_dense_english_numerals_never_fail(words: list[str]) -> None:
    text = " ".join(words)
    for n in find(text, "en"):
        assert text[n.start : n.end] == n.text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty \u017fix", [26]),
        ("one\u017f and two\u017f", [1, 2]),
        ("3 to 5 thou\u017fand", [3, 5000]),
        ("two \u017feconds", [2]),
        ("on 5 \u0131uly, twenty s\u0130x", [5, 26]),
        ("the 21\u017ft century", [21, 100]),
    ],
)
def test_letters_that_case_folding_takes_for_others_are_read_as_those(text: str, values: list[int]) -> None:
    """Long s, dotless i, dotted capital I: `re.IGNORECASE` matches them, the tables of words do not have them."""
    assert [n.value for n in find(text, "en")] == values


@pytest.mark.parametrize(
    ("chinese_text", "english_text"),
    [
        ("2030年可持续发展议程", "the 2030 Agenda for Sustainable Development"),
        ("第二十三次中国—东盟领导人会议", "The 23rd China-ASEAN Summit"),
        ("第二十三次中国—东盟领导人会议", "The twenty-third China-ASEAN Summit"),
        ("与五大洲23个国家", "with 23 countries across five continents"),
        ("六廊六路多国多港", "six corridors, six routes and multiple countries and ports"),
        ("中亚五国", "five Central Asian countries"),
        ("2015年5月", "in May 2015"),
        ("2015年5月", "2015-05"),
        ("2024年11月21日", "November 21, 2024"),
        ("2024年11月21日", "21 Nov. 2024"),
        ("2021.6.11", "June 11, 2021"),
        ("二〇二四年", "2024"),
        ("2020年至2021年", "2020-2021"),
        ("1.5万亿元", "1.5 trillion yuan"),
        ("十亿人", "one billion people"),
        ("十亿人", "a billion people"),
        ("3.2亿人", "320 million people"),
        ("820 万美元", "8.2 million US dollars"),
        ("2万4801张", "24,801 birth certificates"),
        ("30余万元", "more than 300,000 yuan"),
        ("三千五百万", "35 million"),
        ("3至5万人", "30,000 to 50,000 people"),
        ("3-5万人", "three to five ten thousands: 30,000 or 50,000"),
        ("30%-40%", "30 to 40 percent"),
        ("百分之二十", "20 per cent"),
        ("2.5个百分点", "2.5 percentage points"),
        ("50%", "half"),
        ("三分之二", "two-thirds"),
        ("三分之一", "one third"),
        ("四分之三", "three quarters"),
        ("增长了两倍", "grew threefold"),
        ("是去年的两倍", "double last year's"),
        ("翻一番", "has doubled"),
        ("翻两番", "quadrupled"),
        ("20世纪80年代", "in the 1980s"),
        ("80年代", "the 80s"),
        ("19世纪", "the nineteenth century"),
        ("98年", "in 1998"),
        ("95后", "born after 1995"),
        ("下午3点", "at 15:00"),
        ("15时30分", "at 3:30 p.m."),
        ("15：30", "3.30 pm"),
        ("三打啤酒、12瓶水", "three packs of beer and a dozen waters"),
        ("二十国集团", "the G20"),
        ("十四五规划", "the 14th Five-Year Plan"),
        ("1200名", "twelve hundred"),
        ("１０年", "10 years"),
    ],
)
def test_valid_renderings_leave_nothing_missing(chinese_text: str, english_text: str) -> None:
    assert match(find(chinese_text, "zh"), find(english_text, "en")).missing == ()


@pytest.mark.parametrize(
    ("chinese_text", "english_text", "missing"),
    [
        ("2030年", "2035", ["2030"]),
        ("第二十三次", "the 13th", ["第二十三"]),
        ("五大洲23个国家", "23 countries on all continents", ["五"]),
        ("1.5万亿元", "1.5 billion yuan", ["1.5万亿"]),
        ("2510 亿美元", "25.1 billion USD", ["2510 亿"]),
        ("2015年5月", "June 2015", ["5"]),
        ("50%", "50", ["50%"]),
        ("2017年第九次", "the ninth, in 2016", ["2017"]),
    ],
)
def test_wrong_renderings_are_missing(chinese_text: str, english_text: str, missing: list[str]) -> None:
    assert [n.text for n in match(find(chinese_text, "zh"), find(english_text, "en")).missing] == missing


@pytest.mark.parametrize(
    "text",
    [
        "共建一带一路",
        "一方面",
        "十分重要",
        "万一下雨",
        "统一思想",
        "一些国家",
        "三农问题",
        "数百人",
        "几十亿",
        "唯一",
        "进一步",
        "上千人",
        "十余",
    ],
)
def test_idioms_and_vague_counts_are_never_required(text: str) -> None:
    assert not [n for n in find(text, "zh") if n.hard]


@pytest.mark.parametrize(
    "text",
    [
        "no one",
        "one of them",
        "wait a second",
        "First, we call",
        "hundreds of people",
        "tens of millions",
        "we may march",
        "COVID-19",
        "5G",
        "a G20 summit",
    ],
)
def test_english_idioms_and_names_are_never_required(text: str) -> None:
    assert not [n for n in find(text, "en") if n.hard]


def test_a_repeated_value_may_be_said_once() -> None:
    found = match(find("12月11日电 12月11日", "zh"), find("December 11", "en"))
    assert (found.missing, found.extra) == ((), ())


def test_a_month_that_completes_a_date_is_no_extra() -> None:
    assert match(find("10日宣布", "zh"), find("announced on December 10", "en")).extra == ()
    assert [n.text for n in match(find("11月10日", "zh"), find("December 10", "en")).extra] == ["December"]


def test_figures_are_read_as_their_language_writes_them() -> None:
    assert (
        match(find("there were 1,234.5 km and 3.141", "en"), find("es waren 1.234,5 km und 3,141", "de")).missing == ()
    )
    assert hard_values("1.234 und 1,234", "de") == (Fraction("1.234"), Fraction(1234))
    assert hard_values("1.234 and 1,234", "en") == (Fraction("1.234"), Fraction(1234))
    assert match(find("1.234 Besucher", "de"), find("1.234 visitors", "en")).missing != ()
    assert hard_values("12 500, 12\u202f500, 12\u00a0500,75", "fr") == (
        Fraction(12500),
        Fraction(12500),
        Fraction("12500.75"),
    )
    assert hard_values("1'234.50 Franken", "de-CH") == hard_values("1,234.50 francs", "en")
    assert hard_values("12,34,567", "hi") == hard_values("12,34,567", "en") == (Fraction(1234567),)
    assert hard_values("٢٠٢٤", "ar") == (Fraction(2024),)


def test_what_the_countries_of_a_language_write_differently_may_be_either() -> None:
    for text in ("1.234 personas", "1,234 personas"):
        for value in (Fraction(1234), Fraction("1.234")):
            assert find(text, "es")[0].can_be(value)
