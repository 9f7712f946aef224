"""Numbers of many languages meet: a right translation leaves nothing missing and nothing extra, a wrong one does."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from harness.language.numerals import Matching, find, knows_words, match

LANGUAGES = ("zh", "de", "fr", "ru", "cs", "ja", "es", "uk")
TABLE = Path(__file__).parents[2] / "benchmarks/numerals.tsv"


def compare(pair: str, source: str, target: str) -> Matching:
    a, b = pair.split("-")
    return match(find(source, a), find(target, b), (knows_words(a), knows_words(b)))


def faults(pair: str, source: str, target: str) -> tuple[list[str], list[str]]:
    found = compare(pair, source, target)
    return [n.text for n in found.missing], [n.text for n in found.extra]


def rows() -> tuple[list[str], list[list[str]]]:
    head, *body = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").split("\n") if line)
    return head[1:], [row[1:] for row in body]


@pytest.mark.parametrize("pair", ["-".join(p) for p in permutations(rows()[0], 2)])
def test_the_parallel_sentences_are_right_in_every_direction(pair: str) -> None:
    head, body = rows()
    a, b = (head.index(code) for code in pair.split("-"))
    wrong = {row[a]: faults(pair, row[a], row[b]) for row in body}
    assert {text: found for text, found in wrong.items() if found != ([], [])} == {}
    assert len(body) >= 60


RIGHT = """
de-en|45 % stimmten zu.|45% agreed.
de-en|Am 3. Mai 2024 kamen 12.500 Besucher.|On 3 May 2024, 12,500 visitors came.
de-en|Der 42-Jährige wurde um 4.30 Uhr gefunden.|The 42-year-old was found at 4:30 am.
de-en|Im 2. Halbjahr sank der Umsatz um rund ein Fünftel.|In the second half, sales fell by around a fifth.
de-en|sagte das Amt am 12.3.|the office said on 12 March
de-en|von 13 bis 17 Uhr|from 1 to 5 pm
de-en|Mitte der Achtzigerjahre|In the mid-eighties
de-en|Die Zahl stieg von 3,2 auf 4,1 Millionen.|The number rose from 3.2 to 4.1 million.
de-en|Zweidrittelmehrheit|two-thirds majority
de-en|zwei Jahrzehnte lang|for 20 years
de-en|ein 27 Meter langer Pass|a 30-yard pass
de-en|bis zu sechs Meter hohe Wellen|waves as high as 20 feet
de-en|5 bis 10 Zentimeter Regen|2 to 4 inches of rain
de-en|27 Grad|80 degrees
de-en|Bestellnummer 123-4567890, 3-tlg. Set, 24h-Service|Order number 123-4567890, 3-piece set, 24-hour service
de-en|ein halbes Jahr|six months
de-en|80 Prozent der 18- bis 24-Jährigen|80 percent of 18- to 24-year-olds
de-en|die zweitgrößte Stadt, zu dritt|the second largest city, the three of us
en-cs|5 July, one and a half hours|5. 7., hodinu a půl
ru-en|1 млн 200 тыс., 35 тыс. 500 человек|1.2 million, 35,500 people
cs-en|celkem 25 až 100 mm srážek|1 to 4 inches of rain
ar-en|30،000 و 76.000|30,000 and 76,000
ja-en|7－9月期、最初の二三日|the July-September quarter, the first two or three days
fr-en|Le 1er juillet, à 10h, 3\u202f500 personnes|On July 1, at 10 a.m., 3,500 people
fr-en|le XIXe siècle et la IIIe République|the 19th century and the Third Republic
fr-en|les années quatre-vingt-dix|the nineties
fr-en|un an et demi|a year and a half
fr-en|19 sept. 1946|September 19, 1946
ru-en|выросла в 2,5 раза — до 1,2 трлн рублей|grew 2.5 times to 1.2 trillion rubles
ru-en|пятилетний мальчик, 14-процентный рост|a five-year-old boy, 14% growth
ru-en|на декабрьских выборах|in the December elections
ru-en|полтора миллиона|one and a half million
ru-en|в 70-х годах прошлого века|in the 1970s
en-cs|The 65-year-old won 2-1.|Pětašedesátiletý muž vyhrál 2:1.
en-cs|$1.2bn|1,2 miliardy dolarů
en-cs|in the 1930s|v 30. letech 20. století
en-cs|for the 12th time|podvanácté
en-cs|130 miles of coast|130 mil pobřeží
uk-en|п’ятеро людей, 30 тис. грн|five people, UAH 30 thousand
es-en|el 25 de julio a las 18.30|on July 25 at 6:30 p.m.
es-en|decimoséptimo, vigésimo sexto|17th, 26th
ja-en|第3回は2020年度に3人、1万2000円|the 3rd, in fiscal 2020: 3 people, 12,000 yen
ja-en|令和5年5月3日|May 3, 2023
ja-en|１ 億 4 千万ドル|$140 million
ja-en|午後5時半|5.30pm
ja-en|約3割の人が|about 30% of people
ja-en|10代の少年3人|three teenage boys
ko-en|5월 3일 오후 3시 30분, 37만 5,000원|3:30 pm on May 3, 375,000 won
en-he|On May 3, 45% of 12,500 came|ב-3 במאי הגיעו 45% מ-12,500
en-hi|1.5 million, 100,000 rupees|15 लाख, 1,00,000 रुपये
en-is|2.5 million on 3 May at 3:30 pm|2,5 milljónir 3. maí kl. 15.30
en-pl|12 billion, 4.8 per cent, 45 million|12 miliardów, 4,8 procent, 45 milionów
en-tr|45 percent|yüzde 45'i
en-ar|In 2024, 45%|في ٢٠٢٤، ٤٥٪
en-vi|on 3 May 2020|ngày 3 tháng 5 năm 2020
zh-en|约占1/3。|It is about one third.
zh-en|第1/2卷|Volumes 1 and 2
zh-en|⼆⼗⼈|twenty people
zh-en|①设备|(1) Equipment
zh-en|第Ⅲ章|Chapter III
zh-en|一二·九运动|the December 9th Movement
zh-en|九一八事变|the September 18th Incident
zh-en|九一八事变|the Mukden Incident
zh-en|“七七事变”|the July 7 Incident
zh-en|911事件|9/11
zh-en|过“六一 ”|over "June 1"
zh-en|双11|Double 11
zh-en|近百年来|for nearly a hundred years
zh-en|全长约18.9千米，重3千克|18.9 km long, 3 kg
zh-en|550万人|5,500 thousand people
zh-en|有六成平均每笔在20元以下|60% of them save less than RMB 20
zh-en|三成半|35 percent
zh-en|更新于2023-02-11 13:09:10|Updated 2023-02-11 13:09:10
zh-en|执政二十年以来|in two decades in power
zh-en|半年|six months
zh-en|一个半小时|one and a half hours
zh-en|翻一番，增长一倍|doubled, up 100%
zh-en|百分之七八十|70% or 80%
zh-en|小学二四五年级|Grades 2, 4 and 5
zh-en|三位一体，一年四季|the Trinity, all four seasons
zh-en|十几千|around ten thousand
zh-en|【10斤装】|[5kg]
zh-en|“十四五’规划|the 14th Five-Year Plan
zh-en|5、6月|in May and June
zh-en|12 500人|12,500 people
zh-en|26.65x16.4x216mm，3.11.2版|26.65 x 16.4 x 216 mm, version 3.11.2
zh-en|14日为农历十一月十一|December 14 is 11/11 of the lunar calendar
zh-en|10个亿，一刻钟，0.5个百分点|one billion, 15 minutes, half a percentage point
zh-en|12月31日24时|at midnight on December 31
en-zh|four out of ten|十分之四
en-zh|an hour|1 小时
en-zh|$1.2bn, RM10,000|12亿美元，1万马币
"""

WRONG = """
de-en|1.234 Besucher|1.234 visitors|1.234|1.234
de-en|2,5 Millionen Euro|2.5 billion euros|2,5 Millionen|2.5 billion
de-en|am 3. Mai 2024|on 3 March 2024|Mai|March
de-en|27 Meter|50 yards|27|50
en-ru|16.4 mm|164 мм|16.4|164
en-de|10 inches of rain|250 Zentimeter Regen|10|250
cs-en|dvaatřicetiletý muž|a 33-year-old man|dvaatřicetiletý|33
fr-en|quatre-vingt-dix-sept|ninety-six|quatre-vingt-dix-sept|ninety-six
ru-en|двадцать пятого мая|on 24 May|двадцать пятого|24
en-cs|45 percent|54 procent|45 percent|54 procent
ja-en|1万2000円|1,200 yen|1万2000|1,200
zh-en|第二名|third place|第二|third
zh-en|该国首次报告3例|3 cases, for the third time|首|third
zh-en|2020年5月|June 2020|5|June
zh-en|2020年3月有6人|6 people in June 2020|3|June
zh-en|六成|6%|六|6%
zh-en|18.9千米|189 km|18.9|189
zh-en|约占1/3|about 1/4|1/3|1/4
"""


@pytest.mark.parametrize("row", [line for line in RIGHT.split("\n") if line])
def test_right_translations_have_no_fault(row: str) -> None:
    assert faults(*row.split("|")) == ([], [])


@pytest.mark.parametrize("row", [line for line in WRONG.split("\n") if line])
def test_wrong_translations_have_theirs(row: str) -> None:
    pair, source, target, missing, extra = row.split("|")
    assert faults(pair, source, target) == ([missing], [extra])


@pytest.mark.parametrize("language", LANGUAGES)
@given(n=st.integers(0, 10**9), decimals=st.integers(0, 2))
def test_figures_as_cldr_writes_them(language: str, n: int, decimals: int) -> None:
    value = Fraction(n, 10**decimals)
    written = format_decimal(n / 10**decimals, locale=language, format="#,##0.##")
    assert any(found.can_be(value) for found in find(f"( {written} )", language))
    assert faults(
        f"{language}-en", f"( {written} )", format_decimal(n / 10**decimals, locale="en", format="#,##0.##")
    ) == (
        [],
        [],
    )


@pytest.mark.parametrize(
    "language", [*LANGUAGES, "it", "pt", "nl", "pl", "tr", "fi", "ar", "fa", "he", "hi", "sv", "vi"]
)
@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)), percent=st.integers(1, 999), size=st.integers(11, 999))
def test_dates_percentages_and_scales_as_cldr_writes_them(language: str, day: date, percent: int, size: int) -> None:
    pair = f"en-{language}"
    source = f"( {percent / 10:g}% )"
    assert faults(pair, source, f"( {format_percent(percent / 1000, '#,##0.#%', locale=language)} )") == ([], [])
    long = format_compact_decimal(size * 10**5, format_type="long", locale=language, fraction_digits=2)
    assert faults(pair, f"( {size / 10:g} million )", f"( {long} )") == ([], [])
    # Persian and Arabic have calendars of their own; what is read is the Gregorian date.
    english = format_date(day, "long", locale="en")
    assert faults(pair, f"( {english} )", f"( {format_date(day, 'long', locale=language)} )") == ([], [])


@pytest.mark.parametrize("language", ["de", "fr", "ru", "cs", "es", "uk"])
@given(n=st.integers(11, 999_999))
def test_number_words_are_read_back(language: str, n: int) -> None:
    written = num2words(n, lang=language)
    (numeral,) = find(f"( {written} )", language)
    assert numeral.value == n
    assert numeral.text == written


# num2words writes the French 80th "quatre-vingtsième".
@pytest.mark.parametrize(("language", "last"), [("de", 99), ("fr", 79), ("ru", 99), ("uk", 99)])
def test_ordinal_words_are_read_back(language: str, last: int) -> None:
    for n in range(4, last + 1):
        (numeral,) = find(f"( {num2words(n, to='ordinal', lang=language)} )", language)
        assert numeral.value == n


@given(st.text(max_size=60), st.sampled_from(["fr", "ru", "cs", "uk", "es", "ja", "ko", "he", "hi", "is", "ar", "xx"]))
def test_no_text_makes_a_reader_fail(text: str, language: str) -> None:
    end = 0
    for n in find(text, language):
        assert end <= n.start < n.end <= len(text)
        assert text[n.start : n.end] == n.text
        end = n.end


ENDLESS = (
    ("en", "nine hundred thousand million " * 800),
    ("en", "123 456 " * 2000),
    ("de", "einundzwanzig" * 1500),
    ("de", "tausend Millionen " * 900),
    ("fr", "mille millions " * 900),
    ("ru", "тысяча миллионов " * 900),
    ("zh", "123 456 " * 2000),
    ("ja", "1億" * 140),
    ("ko", "1만 " * 2000),
    ("hi", "करोड़ लाख " * 900),
)


@pytest.mark.parametrize(("language", "text"), ENDLESS)
def test_what_a_decoder_writes_that_does_not_stop_is_read_and_can_be_printed(language: str, text: str) -> None:
    for n in find(text, language):
        assert len(str(n.value)) < 1000
    compare(f"{language}-en", text, "five people")
    compare(f"en-{language}", "five 123,000", text)


PIECES = (
    *(
        "drei",
        "und",
        "zwanzig",
        "halb",
        "Million",
        "12",
        "3.",
        "Mai",
        "½",
        "%",
        "-",
        ",",
        "et",
        "cent",
        "deux",
        "tiers",
    ),
    *("три", "тысячи", "пол", "с", "половиной", "第", "万", "億", "分の", "時", "半", "1", "십", "만", "/", ":", "30"),
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=9),
    st.sampled_from(["de", "fr", "ru", "ja", "ko", "zh", "en"]),
    st.sampled_from([" ", ""]),
)
def test_dense_numerals_of_many_languages_never_fail(words: list[str], language: str, glue: str) -> None:
    text = glue.join(words)
    for n in find(text, language):
        assert text[n.start : n.end] == n.text
