"""How numbers look on a screen. Files keep full precision; only what people read is rounded."""

from __future__ import annotations


def rounded(value: float | None, digits: int, *, missing: str = "-") -> str:
    """A number with so many digits, or the sign for none; never "-0.0"."""
    if value is None:
        return missing
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def significant(value: float, digits: int = 3) -> str:
    """A speed or a price: so many significant digits, no exponent."""
    if value == 0:
        return "0"
    magnitude = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:.{max(digits - magnitude, 0)}f}" if abs(value) >= 0.01 else f"{value:.{digits}g}"
