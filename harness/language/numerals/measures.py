"""Measures that a translation may convert: what miles, feet, pounds and degrees Fahrenheit become in metric units."""

from __future__ import annotations

import re
from fractions import Fraction

# Metric units that one of the unit may become: kilometres for a mile, metres and centimetres for a foot.
_FACTORS = {
    "mile": (1.609,), "mi": (1.609,), "mph": (1.609,), "foot": (0.3048, 30.48), "feet": (0.3048, 30.48),
    "ft": (0.3048, 30.48), "inch": (2.54,), "inche": (2.54,), "in": (2.54,), "yard": (0.9144,),
    "yd": (0.9144,), "pound": (0.4536,), "lb": (0.4536,), "ounce": (28.35,), "oz": (28.35,), "acre": (0.4047, 4047),
    "gallon": (3.785,), "stone": (6.35,),
}  # fmt: skip
_UNIT = re.compile(
    r"[\s-]*(?:(?:square|cubic|nautical)\s+)?(?P<unit>miles?|mi|mph|foot|feet|ft|inch(?:es)?|yards?|yds?|pounds?|lbs?|ounces?|oz|"
    r"acres?|gallons?|stones?)\b(?P<inches>[\s-]*\d{1,2}\b)?|[\s-]*(?P<degrees>degrees?\b|\u00ba|\u00b0)",
    re.IGNORECASE,
)
#: A converted figure is rounded: 20 feet are "six metres".
TOLERANCE = 0.1


def converted(text: str, end: int, value: Fraction) -> tuple[tuple[float, float], ...]:
    """Bounds of what a value may be elsewhere, by the English unit that follows it; () where none does."""
    m = _UNIT.match(text, end)
    if m is None or value > 10**12:
        return ()
    amount = float(value)
    if m["degrees"] is not None:
        celsius, change = (amount - 32) / 1.8, amount / 1.8
        return tuple((c - 1.5, c + 1.5) for c in (celsius, change))
    unit = m["unit"].lower()
    more = 1.0 if m["inches"] is not None else 0.0  # 6-foot-6 is less than seven feet
    factors = _FACTORS.get(unit) or _FACTORS[unit.rstrip("s")]
    return tuple((amount * factor * (1 - TOLERANCE), (amount + more) * factor * (1 + TOLERANCE)) for factor in factors)
