"""Parameters as they come from a config: checked once, refused kindly."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain import LangPair
from harness.errors import ConfigError, UserError, did_you_mean


def flag(metric: str, key: str, value: object) -> bool:
    """A yes or no."""
    if not isinstance(value, bool):
        raise ConfigError(f"{metric}: '{key}' is {value!r}.", allowed="true or false")
    return value


def whole(metric: str, key: str, value: object, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigError(f"{metric}: '{key}' is {value!r}.", allowed=f"a whole number from {least} to {most}")
    return value


def number(metric: str, key: str, value: object, *, above: float) -> float:
    """A finite number greater than `above`; a whole one stays an int, as sacreBLEU prints it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not above < value < float("inf"):
        raise ConfigError(f"{metric}: '{key}' is {value!r}.", allowed=f"a number above {above:g}")
    return value


def choice(metric: str, key: str, value: object, allowed: Iterable[str]) -> str:
    """One of a few words."""
    words = list(allowed)
    if not isinstance(value, str) or value not in words:
        hint = did_you_mean(value, words) if isinstance(value, str) else "."
        raise ConfigError(f"{metric}: '{key}' is {value!r}{hint}", allowed=", ".join(words))
    return value


def language_pair(metric: str, value: object) -> tuple[str, str]:
    """The languages of a `pair` parameter such as "zh-en"."""
    try:
        pair = LangPair.parse(value if isinstance(value, str) else "")
    except UserError:
        raise ConfigError(
            f"{metric}: 'pair' is {value!r}.", allowed="two language codes and a hyphen, such as zh-en"
        ) from None
    return pair.source, pair.target
