"""What a metric is given and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.floating[Any]]
else:
    # An alias for readers and type checkers; listing what exists must not wait for numpy.
    Array = Any


def mean_of(totals: Array) -> Array:
    """Means from summed statistics (score, 1): (..., 2) to (...); NaN where nothing was scored.

    The aggregate of every metric that is a mean of segment scores.
    """
    import numpy as np  # not with the module: listing what exists must not wait for it

    totals = np.asarray(totals, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(totals[..., 0] / totals[..., 1])


class Level(str, Enum):
    """Where a metric has a meaning."""

    CORPUS = "corpus"
    SEGMENT = "segment"


class ScoringUnit(NamedTuple):
    """One hypothesis with everything a metric may look at.

    A tuple, because they are made by the ten thousand: a frozen dataclass takes five times as long.
    """

    system: str
    test_set: str
    segment: str
    document: str
    source: str
    hypothesis: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """Everything that a score depends on, printable and parseable.

    >>> s = Signature("chrF2", (("nrefs", "1"), ("case", "mixed")))
    >>> str(s)
    'chrF2|nrefs:1|case:mixed'
    >>> Signature.parse(str(s)) == s
    True
    """

    name: str
    fields: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "|".join([_escape(self.name), *(f"{_escape(k)}:{_escape(v)}" for k, v in self.fields)])

    @classmethod
    def parse(cls, text: str) -> Signature:
        """The inverse of `str`."""
        name, *rest = text.split("|")
        fields = []
        for part in rest:
            key, colon, value = part.partition(":")
            if not colon:
                raise ValueError(f"'{part}' is not a key:value pair of a signature")
            fields.append((_unescape(key), _unescape(value)))
        return cls(_unescape(name), tuple(fields))

    def get(self, key: str) -> str | None:
        """The value of one field, or None."""
        return dict(self.fields).get(key)

    def varying_references(self) -> Signature:
        """The same signature for segments that differ in the number of references, as sacreBLEU writes it."""
        return Signature(self.name, tuple((k, "var" if k == "nrefs" else v) for k, v in self.fields))

    def extended(self, *fields: tuple[str, str]) -> Signature:
        """The same signature with more fields at its end."""
        return Signature(self.name, self.fields + fields)


# Percent signs keep sacreBLEU's signatures character for character (they contain none) and free values parseable.
def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("|", "%7C").replace("\n", "%0A")


def _unescape(text: str) -> str:
    return text.replace("%0A", "\n").replace("%7C", "|").replace("%25", "%")
