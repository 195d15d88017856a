"""Numbers as they stand in documents: their units and their ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from simengine.errors import nearest
from simengine.scenario.quantity import Fixed, Quantity, Uncertain, bounds
from simengine.scenario.shape import Schema, Shape
from simengine.scenario.spot import Spot, describe
from simengine.scenario.units import PLAIN, Dimension, dimension_of, parse, split

__all__ = [
    "FRACTION",
    "PAUSE",
    "POSITIVE",
    "TIMES",
    "Number",
    "Range",
    "Whole",
    "expected_number",
    "number_schema",
    "read_number",
]

MINUTE = 60_000.0


def read_number(spot: Spot, dimensions: tuple[Dimension, ...]) -> tuple[float, Dimension]:
    """Read a number with a unit of one of some dimensions, to base units."""
    value = spot.node.value
    plain = PLAIN in dimensions
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if plain and math.isfinite(value):
            return float(value), PLAIN
        first = next((d for d in dimensions if d is not PLAIN), PLAIN)
        common = (split(first.example) or ("", ""))[1]
        others = [unit for unit in first.main_units if unit != common]
        advice = f"write '{value} {common}'" + (f", or with {', '.join(others)}" if others else "")
        raise spot.refuse(expected_number(dimensions), f"{value} without a unit", advice)
    if isinstance(value, str):
        parsed = parse(value)
        if parsed is not None:
            if parsed[1] in dimensions:
                return parsed
            unit = (split(value) or ("", ""))[1]
            found = f"'{value}', {parsed[1].name}" if unit else f"{value} without a unit"
            raise spot.refuse(expected_number(dimensions), found)
        parts = split(value)
        if parts is not None and parts[1] and dimension_of(parts[1]) is None:
            known = [unit for dimension in dimensions for unit in dimension.units if unit]
            valid = [unit for dimension in dimensions for unit in dimension.main_units if unit]
            advice = nearest(parts[1], known, show=0) or f"valid: {', '.join(valid)}"
            found = f"'{value}' with the unknown unit '{parts[1]}'"
            raise spot.refuse(expected_number(dimensions), found, advice)
    raise spot.refuse(expected_number(dimensions))


def expected_number(dimensions: tuple[Dimension, ...]) -> str:
    """What a message asks for: a number of one of some dimensions."""

    def words(dimension: Dimension) -> str:
        unit = "" if dimension is PLAIN else f" with its unit, such as '{dimension.example}'"
        return dimension.name + unit

    return " or ".join(words(dimension) for dimension in dimensions)


@dataclass(frozen=True)
class Range:
    """What a number may be, in base units.

    `above` is an open lower bound; `pause` refuses what lies between 0 and one minute (buffer,
    restart and hop times: shorter ones let pulses travel round a ring for ever).
    """

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    pause: bool = False

    def words(self) -> str:
        """The range in words."""
        if self.pause:
            return "at least 1 min" if self.above >= 0 else "0 or at least 1 min"
        if self.above > -math.inf:
            top = f" and at most {self.high:g}" if self.high < math.inf else ""
            return f"more than {self.above:g}{top}"
        if self.high == math.inf:
            return f"at least {self.low:g}" if self.low > -math.inf else "any number"
        return f"between {self.low:g} and {self.high:g}"

    def allows(self, quantity: Quantity) -> bool:
        """Whether all that `quantity` can be lies in the range."""
        low, high = bounds(quantity)
        if isinstance(quantity, Fixed):
            short = self.pause and 0 < low < MINUTE
            return low > self.above and self.low <= low <= self.high and not short
        # A law that only touches the open bound takes that value with probability zero.
        return low >= max(self.above, self.low) and high <= self.high

    def check(self, spot: Spot, quantity: Quantity, name: str) -> None:
        """Refuse a quantity outside the range."""
        if self.allows(quantity):
            return
        if isinstance(quantity, Fixed):
            raise spot.refuse(f"{name} {self.words()}", _written(spot))
        law = quantity.law if isinstance(quantity, Uncertain) else quantity
        low, high = bounds(quantity)
        ends = "has no bounds" if low == -math.inf else f"reaches from {low:g} to {high:g}"
        if high == math.inf and low > -math.inf:
            ends = "has no upper bound"
        advice = "cut it: {dist: truncated, of: {...}, low: ..., high: ...}, or take a bounded law"
        raise spot.refuse(f"{name} {self.words()}", f"the law '{law.dist}', which {ends}", advice)


def _written(spot: Spot) -> str:
    return describe(spot.node).strip("'")


TIMES = Range(low=0.0)
PAUSE = Range(low=0.0, pause=True)
FRACTION = Range(low=0.0, high=1.0)
POSITIVE = Range(above=0.0)


class Number(Shape[float]):
    """A number known exactly."""

    def __init__(self, dimension: Dimension = PLAIN, within: Range | None = None) -> None:
        self.dimension, self.within = dimension, within or Range()

    def _read(self, spot: Spot) -> float:
        if isinstance(spot.node.value, dict):
            raise spot.refuse(
                expected_number((self.dimension,)), "a law", "this must be known exactly"
            )
        value, _ = read_number(spot, (self.dimension,))
        self.within.check(spot, Fixed(value), self.dimension.name)
        return value

    def _schema(self, _: Schema) -> Schema:
        return number_schema((self.dimension,))


class Whole(Shape[int]):
    """A whole number, from `low` to `high`; `1e4` is one too."""

    def __init__(self, dimension: Dimension = PLAIN, low: int = 0, high: int | None = None) -> None:
        self.dimension, self.low, self.high = dimension, low, high

    def _read(self, spot: Spot) -> int:
        value: Any = spot.node.value
        if self.dimension is not PLAIN:
            value, _ = read_number(spot, (self.dimension,))
        top = "" if self.high is None else f" and at most {self.high}"
        words = f"a whole number, at least {self.low}{top}"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise spot.refuse(words)
        if not math.isfinite(value) or value != int(value):
            raise spot.refuse(words)
        if value < self.low or (self.high is not None and value > self.high):
            raise spot.refuse(words)
        return int(value)

    def _schema(self, _: Schema) -> Schema:
        if self.dimension is not PLAIN:
            return number_schema((self.dimension,))
        top = {} if self.high is None else {"maximum": self.high}
        return {"type": "integer", "minimum": self.low, **top}


def number_schema(dimensions: tuple[Dimension, ...]) -> Schema:
    """JSON Schema of a number of one of some dimensions."""
    texts = [f"{dimension.name}, such as '{dimension.example}'" for dimension in dimensions]
    kinds: list[Schema] = [{"type": "string", "description": " or ".join(texts)}]
    if PLAIN in dimensions:
        kinds.insert(0, {"type": "number"})
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
