"""Characters of symbol fonts (Symbol, Wingdings), which have numbers of their own, as the characters that they show."""

from __future__ import annotations

#: The font Symbol from 0x20 and from 0xA0: Adobe, Symbol encoding to Unicode (symbol.txt). A blank: none.
_SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑",
    0xF1: "⟩∫",
}
#: Wingdings: what texts use of it (bullets, boxes, ticks, arrows, circled digits).
_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖",
    0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xD8: "➢", 0xDF: "←↑→↓", 0xE8: "➔", 0xFB: "✗✓☒☑",
}  # fmt: skip
_TABLES = {
    name: {first + i: c for first, chars in table.items() for i, c in enumerate(chars) if c != " "}
    for name, table in (("symbol", _SYMBOL), ("wingdings", _WINGDINGS))
}


def symbol_of(font: str, code: int) -> str:
    """The character that a font shows for a number.

    Of a font that is not known, a number for private use is given back as it is: nobody can say what it shows.

    >>> symbol_of("Symbol", 0xF061), symbol_of("Wingdings", 0xF0FC), symbol_of("Arial", 0x2020)
    ('α', '✓', '†')
    """
    own = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    table = _TABLES.get(font.strip().casefold())
    known = None if table is None or own > 0xFF else table.get(own)
    return known or chr(code)
