"""The number words of English, by what they are."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a list."""
    return text.split()


TEEN_ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
TEENS = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
UNITS = {w: i for i, w in enumerate(TEENS)}
TENS = {w: 10 * i for i, w in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SCALES |= {"lakh": 10**5, "crore": 10**7}
SCALE_ORDINALS = {w + "th": v for w, v in SCALES.items()}
SCALES |= {w + "s": v for w, v in SCALES.items()}
ABBREVIATED = {"bn": 10**9, "tn": 10**12, "mn": 10**6}
DOZEN = {"dozen": 12}
ORDINALS = {w: i for i, w in enumerate(TEEN_ORDINALS, start=1)}
TENTHS = {w[:-1] + "ieth": v for w, v in TENS.items()}
PARTS = {w + "s": v for w, v in ORDINALS.items() if v > 2}
PARTS |= {"half": 2, "halves": 2, "quarter": 4, "quarters": 4, "hundredths": 100, "thousandths": 1000}
MONTH_NAMES = words("january february march april may june july august september october november december")
MONTHS = {w: i for i, w in enumerate(MONTH_NAMES, start=1)}
MONTHS |= {w[:3]: i for w, i in MONTHS.items()} | {"sept": 9}
# What says a number without being one; all soft.
SOFT = {
    "once": 1, "single": 1, "twice": 2, "both": 2, "pair": 2, "couple": 2, "double": 2, "doubled": 2, "doubles": 2,
    "doubling": 2, "dual": 2, "twofold": 2, "bilateral": 2, "thrice": 3, "triple": 3, "tripled": 3, "tripling": 3,
    "trio": 3, "threefold": 3, "trilateral": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5,
    "tenfold": 10, "decade": 10, "decades": 10, "century": 100, "centuries": 100, "centennial": 100, "centenary": 100,
    "millennium": 1000, "fortnight": 14, "noon": 12, "midnight": 0, "either": 2, "neither": 2,
    "gross": 144, "zeros": 0, "nil": 0, "ones": 1, "twos": 2, "threes": 3, "triplets": 3, "twins": 2,
    "triplet": 3, "twin": 2, "quartet": 4, "solo": 1, "unilateral": 1, "quadrennial": 4, "biennial": 2, "weekly": 7,
    "firstly": 1, "secondly": 2, "thirdly": 3, "fourthly": 4, "fifthly": 5,
    "trinity": 3, "duo": 2, "couples": 2, "sophomore": 2, "teen": 10, "teenage": 10, "teenager": 10, "teenagers": 10,
    "tripartite": 3, "quadripartite": 4, "dozens": 12, "tens": 10, "redoubled": 2,
    "halved": 2, "quintupled": 5,
    "hexagon": 6, "octagon": 8, "pentagon": 5, "monthly": 1, "teens": 10, "semi": 2,
}  # fmt: skip

WORDS = {w for table in (UNITS, TENS, SCALES, DOZEN, ORDINALS, TENTHS, SCALE_ORDINALS, PARTS) for w in table}
SOFT |= {w[:-1] + "ies": v for w, v in TENS.items()}
#: Lower-case Roman numerals that are looked at; they count in capitals only.
ROMAN = frozenset(
    words("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv xxx xl l")
)
#: Lower-case words that a numeral can begin with.
TELLING = frozenset(WORDS) | MONTHS.keys() | SOFT.keys() | ROMAN
