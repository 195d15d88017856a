"""A quantity: a number, a law of chance, or a law of what is not known.

Values are in base units: time in ms, power in MW, speed in m/s, length in m, rates per year of
8,760 h, people in persons; what has no dimension as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Fixed", "Known", "Law", "Quantity", "Uncertain", "bounds", "uncertain_parts"]


@dataclass(frozen=True)
class Fixed:
    """A number, in base units."""

    value: float


@dataclass(frozen=True)
class Law:
    """Chance: a draw per run.

    Attributes
    ----------
    dist
        Name of the distribution, see `simengine.scenario.distributions.DISTRIBUTIONS`.
    parameters
        Names and values, in base units, in the order of the catalogue. `quantiles` has
        ``p0, x0, p1, x1, ...``; `mixture` has ``weight0, weight1, ...``; `truncated` has ``low``
        and ``high``, each only if given.
    parts
        The laws inside `mixture` (one a weight) and `truncated` (one).
    """

    dist: str
    parameters: tuple[tuple[str, Fixed | Uncertain], ...]
    parts: tuple[Law, ...] = ()

    def __getitem__(self, name: str) -> Fixed | Uncertain:
        for own, value in self.parameters:
            if own == name:
                return value
        raise KeyError(name)


@dataclass(frozen=True)
class Uncertain:
    """Lack of knowledge: one draw per epistemic index, shared by all that have the same key.

    Attributes
    ----------
    key
        The name in an `uncertain:` block, or the document path where it is written inline
        (``model.`` in front for the model's document).
    law
        What is believed; its parameters are all `Fixed`.
    """

    key: str
    law: Law


Known: TypeAlias = Fixed | Uncertain
Quantity: TypeAlias = Fixed | Law | Uncertain


def bounds(quantity: Quantity) -> tuple[float, float]:
    """Smallest interval that surely holds every value `quantity` can take, in base units."""
    if isinstance(quantity, Fixed):
        return quantity.value, quantity.value
    law = quantity.law if isinstance(quantity, Uncertain) else quantity
    given = {name: bounds(value) for name, value in law.parameters}
    if law.dist == "constant":
        return given["value"]
    if law.dist == "normal":
        return -math.inf, math.inf
    if law.dist == "mixture":
        inside = [bounds(part) for part in law.parts]
        return min(low for low, _ in inside), max(high for _, high in inside)
    if law.dist == "truncated":
        low, high = bounds(law.parts[0])
        return (
            max(low, given.get("low", (-math.inf,))[0]),
            min(high, given.get("high", (0.0, math.inf))[1]),
        )
    if law.dist == "quantiles":
        tables = [value for name, value in given.items() if name.startswith("x")]
        return tables[0][0], tables[-1][1]
    if law.dist in ("bernoulli", "binomial"):
        return 0.0, given["n"][1] if "n" in given else 1.0
    if law.dist == "pareto":
        return given["scale"][0], math.inf
    if "low" in given:
        return given["low"][0], given["high"][1]
    return 0.0, math.inf


def uncertain_parts(quantity: Quantity) -> Iterator[Uncertain]:
    """The uncertain quantities in `quantity`: itself, or among the parameters of its law."""
    if isinstance(quantity, Uncertain):
        yield quantity
    elif isinstance(quantity, Law):
        for _, value in quantity.parameters:
            yield from uncertain_parts(value)
        for part in quantity.parts:
            yield from uncertain_parts(part)
