"""How numbers look on a screen. Files keep full precision; only what people read is rounded."""

from __future__ import annotations

from collections.abc import Iterable

from harness.report.board import Cell


def decimals(cells: Iterable[Cell]) -> int:
    """Digits behind the point for one column: 4 for metrics that live around 1 (COMET), 1 for the others."""
    values = [abs(v) for c in cells for v in (c.score, c.low, c.high) if v is not None]
    return 4 if values and max(values) <= 1.5 else 1


def rounded(value: float | None, digits: int, *, missing: str = "-") -> str:
    """A number with so many digits, or the sign for none; never "-0.0"."""
    if value is None:
        return missing
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def rank_text(cell: Cell, *, missing: str = "-") -> str:
    """The rank; "2=" is one that several systems share."""
    return missing if cell.rank is None else f"{cell.rank}{'=' if cell.tied else ''}"


def significant(value: float, digits: int = 3) -> str:
    """A speed or a price: so many significant digits, no exponent."""
    if value == 0:
        return "0"
    magnitude = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:.{max(digits - magnitude, 0)}f}" if abs(value) >= 0.01 else f"{value:.{digits}g}"
