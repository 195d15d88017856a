"""Units: a number with its unit as people write it, to base units, exactly.

A closed table of exact fractions, rather than a units library: '8 min' is 480000.0 ms to the
last bit whatever the unit (a library multiplies float factors one after another), a wrong unit
is answered with the units that would do, and a large model reads in no time.
A year is 8,760 h. A month is no unit: it has no fixed length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

__all__ = [
    "CUSTOMERS",
    "DIMENSIONS",
    "LENGTH",
    "MONEY_RATE",
    "PEOPLE",
    "PLAIN",
    "POWER",
    "RATE",
    "SPEED",
    "TIME",
    "Dimension",
    "dimension_of",
    "parse",
    "split",
]


@dataclass(frozen=True)
class Dimension:
    """A kind of number.

    Attributes
    ----------
    name
        As it stands in messages, with its article.
    base
        The base unit; empty for plain numbers.
    units
        Every unit that may be written, and how many base units it is.
    example
        A value as people should write it.
    """

    name: str
    base: str
    units: dict[str, Fraction]
    example: str

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def main_units(self) -> list[str]:
        """One word for each unit, without its synonyms."""
        return list({factor: unit for unit, factor in reversed(self.units.items())}.values())[::-1]


_SECOND, _MINUTE, _HOUR = Fraction(1000), Fraction(60_000), Fraction(3_600_000)
_DAY, _YEAR = 24 * _HOUR, 8760 * _HOUR


def _words(factors: dict[str, Fraction]) -> dict[str, Fraction]:
    return {word: factor for words, factor in factors.items() for word in words.split("|")}


_TIMES = _words(
    {
        "ms": Fraction(1),
        "s|second|seconds": _SECOND,
        "min|minute|minutes": _MINUTE,
        "h|hour|hours": _HOUR,
        "day|days|d": _DAY,
        "week|weeks": 7 * _DAY,
        "year|years": _YEAR,
    }
)
TIME = Dimension("a time", "ms", _TIMES, "4 h")
POWER = Dimension(
    "a power",
    "MW",
    {
        "MW": Fraction(1),
        "kW": Fraction(1, 1000),
        "GW": Fraction(1000),
        "W": Fraction(1, 1_000_000),
    },
    "400 MW",
)
SPEED = Dimension("a speed", "m/s", {"m/s": Fraction(1), "km/h": Fraction(1000, 3600)}, "30 m/s")
LENGTH = Dimension(
    "a length",
    "m",
    {"m": Fraction(1), "km": Fraction(1000), "cm": Fraction(1, 100), "mm": Fraction(1, 1000)},
    "2.5 m",
)
RATE = Dimension(
    "a rate",
    "per year",
    {
        f"{per}{word}": _YEAR / factor
        for word, factor in _TIMES.items()
        for per in ("per ", "1/", "/")
        if not word.endswith("s") or word == "s"
    },
    "0.02 per year",
)
PEOPLE = Dimension(
    "a number of people",
    "person",
    {"person": Fraction(1), "persons": Fraction(1), "people": Fraction(1)},
    "100000 person",
)
CUSTOMERS = Dimension(
    "a number of customers",
    "customer",
    {"customer": Fraction(1), "customers": Fraction(1)},
    "45000 customer",
)
MONEY_RATE = Dimension(
    "an amount of money per hour",
    "euro/h",
    {
        f"{factor}euro{per}": scale * hours
        for factor, scale in (("", Fraction(1)), ("k", Fraction(1000)), ("M", Fraction(1_000_000)))
        for per, hours in (
            *((per, Fraction(1)) for per in ("/h", " per h", " per hour")),
            *((per, Fraction(1, 24)) for per in ("/day", " per day")),
        )
    },
    "5000 euro/h",
)
PLAIN = Dimension("a number", "", {"": Fraction(1), "%": Fraction(1, 100)}, "0.5")
DIMENSIONS = (PLAIN, TIME, POWER, SPEED, LENGTH, RATE, PEOPLE, CUSTOMERS, MONEY_RATE)

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(.*?)\s*", re.ASCII)


def split(text: str) -> tuple[str, str] | None:
    """The number and the unit in `text`, both as written; None if it starts with no number."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    number, unit = match.groups()
    return number, re.sub(r"\s+", " ", unit)


def dimension_of(unit: str) -> Dimension | None:
    """The dimension that has `unit`; None if no dimension does."""
    return next((dimension for dimension in DIMENSIONS if unit in dimension.units), None)


@lru_cache(maxsize=65_536)
def parse(text: str) -> tuple[float, Dimension] | None:
    """Read a number with its unit.

    Parameters
    ----------
    text
        Such as ``8 min``, ``0.02 per year`` or ``5 %``; without a unit it is a plain number.

    Returns
    -------
    tuple of float and Dimension, or None
        The value in the base unit, correctly rounded; None if the text is no number or its unit
        is unknown.

    Examples
    --------
    >>> parse("8 min")[0]
    480000.0
    >>> parse("0.1 per day")[0]
    36.5
    """
    parts = split(text)
    if parts is None:
        return None
    number, unit = parts
    dimension = dimension_of(unit)
    if dimension is None:
        return None
    # A decimal string is an exact fraction, so the only rounding is the last step to float.
    try:
        return float(Fraction(number) * dimension.units[unit]), dimension
    except OverflowError:
        return None
