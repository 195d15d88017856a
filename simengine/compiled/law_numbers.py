"""A law as the numbers that stand at its slot, and what those numbers must obey."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simengine.compiled.composed import continuous
from simengine.compiled.continuous import Continuous
from simengine.compiled.quantile_table import table_of, table_size
from simengine.kernels import distributions as kinds
from simengine.scenario.quantity import Known, Law

__all__ = ["encode", "kind_of", "size_of"]

Array = NDArray[np.float64]

# Kind and parameters, in the order in which the kernel reads them.
CLOSED: dict[str, tuple[int, tuple[str, ...]]] = {
    "constant": (kinds.CONSTANT, ("value",)),
    "uniform": (kinds.UNIFORM, ("low", "high")),
    "triangular": (kinds.TRIANGULAR, ("low", "mode", "high")),
    "normal": (kinds.NORMAL, ("mean", "sd")),
    "lognormal": (kinds.LOGNORMAL, ("median", "sigma")),
    "weibull": (kinds.WEIBULL, ("shape", "scale")),
    "exponential": (kinds.EXPONENTIAL, ("mean",)),
    "pareto": (kinds.PARETO, ("shape", "scale")),
    "lomax": (kinds.LOMAX, ("shape", "scale")),
    "loguniform": (kinds.LOGUNIFORM, ("low", "high")),
}
COUNTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "bernoulli": (kinds.BERNOULLI, ("p",)),
    "binomial": (kinds.BINOMIAL, ("n", "p")),
    "poisson": (kinds.POISSON, ("mean",)),
}
INSIDE = 5  # numbers of a truncation before those of the law inside

ORDERED = ("uniform", "triangular", "pert", "loguniform", "beta", "truncated")
POSITIVE = {
    "normal": ("sd",),
    "lognormal": ("median", "sigma"),
    "weibull": ("shape", "scale"),
    "gamma": ("shape", "scale"),
    "beta": ("a", "b"),
    "exponential": ("mean",),
    "pareto": ("shape", "scale"),
    "lomax": ("shape", "scale"),
    "loguniform": ("low",),
}
# Up to which the kernel's counts hold.
LARGEST_N = 1e9
LARGEST_MEAN = 1e8


def kind_of(law: Law) -> int:
    """Kind of a law in the kernels, known from its structure alone."""
    if law.dist in CLOSED:
        return CLOSED[law.dist][0]
    if law.dist in COUNTS:
        return COUNTS[law.dist][0]
    if law.dist == "truncated" and law.parts[0].dist in CLOSED:
        return kinds.TRUNCATED
    return kinds.TABLE


def size_of(law: Law) -> int:
    """Numbers that a law takes at most, known from its structure alone."""
    kind = kind_of(law)
    if kind == kinds.TABLE:
        return table_size(2 * _edges(law, outermost=True))
    if kind == kinds.TRUNCATED:
        return INSIDE + len(law.parts[0].parameters)
    return len(law.parameters)


def _edges(law: Law, outermost: bool = False) -> int:
    """Edges a law has at most; those at the very ends of the outermost law break nothing."""
    own = {"normal": 0, "lognormal": 0, "constant": 1, "mixture": 0}.get(law.dist, 3)
    if law.dist == "quantiles":
        own = len(law.parameters) // 2
    if outermost:
        own = max(own - 2, 0) if law.dist == "quantiles" else 0
    return own + sum(_edges(part) for part in law.parts)


def encode(law: Law, value: Callable[[Known], float]) -> Array:
    """Write a law as numbers.

    Parameters
    ----------
    law : Law
        The law.
    value : Known -> float
        What a parameter is worth: fixed, or as drawn.

    Returns
    -------
    float64 (number,)
        What stands at the slot of the law.

    Raises
    ------
    ValueError
        If the values do not make a law; the words go on from its name.
    """
    _check(law, value)
    kind = kind_of(law)
    if kind == kinds.TABLE:
        return table_of(_continuous(law, value))
    if kind == kinds.TRUNCATED:
        numbers = _truncation(law, value)
    else:
        _, names = (CLOSED | COUNTS)[law.dist]
        numbers = np.array([value(law[name]) for name in names])
    _check_reach(kind, numbers)
    return numbers


def _truncation(law: Law, value: Callable[[Known], float]) -> Array:
    inside = law.parts[0]
    ends = {name: value(one) for name, one in law.parameters}
    low, high = ends.get("low", -math.inf), ends.get("high", math.inf)
    _continuous(law, value)  # refuses what keeps too little
    below, _ = _continuous(inside, value).probability(np.array([np.nextafter(low, -np.inf), high]))
    return np.array([kind_of(inside), *below, low, high, *encode(inside, value)])


def _continuous(law: Law, value: Callable[[Known], float]) -> Continuous:
    for part in law.parts:
        _check(part, value)
    parts = tuple(_continuous(part, value) for part in law.parts)
    return continuous(law.dist, {name: value(one) for name, one in law.parameters}, parts)


def _check_reach(kind: int, numbers: Array) -> None:
    """A draw must be a finite number, however extreme its uniform."""
    try:
        ends = [kinds.sample(kind, numbers, 0, u) for u in (kinds.SMALLEST, kinds.LARGEST)]
    except OverflowError:
        ends = [math.inf]
    if not all(math.isfinite(end) for end in ends):
        raise ValueError("reaches beyond the largest number")


def _check(law: Law, value: Callable[[Known], float]) -> None:
    given = {name: value(one) for name, one in law.parameters}
    found = ", ".join(f"{name} {one:.12g}" for name, one in given.items())
    if not all(math.isfinite(one) for one in given.values()):
        raise ValueError(f"needs finite parameters, found {found}")
    if law.dist in ORDERED:
        names = [name for name in ("low", "mode", "high") if name in given]
        if any(given[a] > given[b] for a, b in pairwise(names)):
            raise ValueError(f"needs {' <= '.join(names)}, found {found}")
    if any(given[name] <= 0 for name in POSITIVE.get(law.dist, ())):
        raise ValueError(f"needs {' > 0, '.join(POSITIVE[law.dist])} > 0, found {found}")
    if law.dist in ("bernoulli", "binomial") and not 0 <= given["p"] <= 1:
        raise ValueError(f"needs p from 0 to 1, found {found}")
    if law.dist == "binomial" and (
        given["n"] != math.floor(given["n"]) or not 0 <= given["n"] <= LARGEST_N
    ):
        raise ValueError(f"needs n whole, from 0 to 1e9, found {found}")
    if law.dist == "poisson" and not 0 <= given["mean"] <= LARGEST_MEAN:
        raise ValueError(f"needs mean from 0 to 1e8, found {found}")
    if law.dist == "mixture" and (min(given.values()) < 0 or sum(given.values()) <= 0):
        raise ValueError(f"needs weights that are not negative, found {found}")
    if law.dist == "quantiles":
        _check_quantiles(list(given.values()), found)


def _check_quantiles(numbers: list[float], found: str) -> None:
    p, x = numbers[::2], numbers[1::2]
    rising = all(a < b for a, b in pairwise(p))
    if not rising or len(p) < 2 or p[0] != 0 or p[-1] != 1:
        raise ValueError(f"needs p that rises from 0 to 1, found {found}")
    if any(a > b for a, b in pairwise(x)):
        raise ValueError(f"needs x that does not fall, found {found}")
