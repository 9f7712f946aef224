"""What a system costs: the rates that a config may give, and what each of them is multiplied by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantities:
    """What one system used on one test set. None is unknown, which is not zero.

    Attributes:
        seconds: the time its translation took.
        characters: of the sources that it translated.
    """

    seconds: float | None
    input_tokens: float | None
    output_tokens: float | None
    characters: float


#: Key of a config's `price` to how much of it a system used: the schema of configs and the cost column both read this.
RATES: Mapping[str, Callable[[Quantities], float | None]] = {
    "per_million_input_tokens": lambda q: _part(q.input_tokens, 1e6),
    "per_million_output_tokens": lambda q: _part(q.output_tokens, 1e6),
    "per_million_characters": lambda q: _part(q.characters, 1e6),
    "per_hour": lambda q: _part(q.seconds, 3600),
}


def price(rates: Mapping[str, float], used: Quantities) -> float | None:
    """The price, over the rates whose quantity is known; None where there is none.

    Args:
        rates: key of RATES to money.
        used: by the system.
    """
    parts = [rate * quantity for key, rate in rates.items() if (quantity := RATES[key](used)) is not None]
    return sum(parts) if parts else None


def _part(amount: float | None, unit: float) -> float | None:
    return None if amount is None else amount / unit
