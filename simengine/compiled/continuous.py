"""Continuous laws as pairs of functions: probability of a value, value at a probability.

Both tails are carried: every function takes or gives the probability below and the one above, so
that neither is lost near 1. scipy is loaded on first use; only tables and truncations need it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Continuous", "simple"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Continuous:
    """A law on the line.

    Attributes
    ----------
    quantile : (below, above) -> value
        Value at the probability ``below``; ``above`` is its complement.
    probability : value -> (below, above)
        P(X <= value) and P(X > value).
    edges : tuple of float
        Values at which the density jumps, or that have a probability of their own.
    """

    quantile: Callable[[Array, Array], Array]
    probability: Callable[[Array], tuple[Array, Array]]
    edges: tuple[float, ...] = ()


def simple(dist: str, values: dict[str, float]) -> Continuous:
    """Make the functions of a law that has no other inside.

    Parameters
    ----------
    dist : str
        Kind of law, in the words of the scenario.
    values : dict of str to float
        Its parameters, checked.

    Raises
    ------
    ValueError
        If the law is one of counts.
    """
    if dist in _HAZARDS:
        return _by_hazard(*_HAZARDS[dist](values))
    if dist in _SCALED:
        return _SCALED[dist](values)
    raise ValueError("is a law of counts, which cannot stand inside another")


def _by_hazard(
    hazard: Callable[[Array], Array], inverse: Callable[[Array], Array], edge: float
) -> Continuous:
    """Make a law from its cumulative hazard -ln P(X > x) and the inverse of that."""

    def quantile(below: Array, above: Array) -> Array:
        return inverse(np.where(below < 0.5, -np.log1p(-below), -np.log(above)))

    def probability(x: Array) -> tuple[Array, Array]:
        h = np.where(x > edge, hazard(np.maximum(x, edge)), 0.0)
        return -np.expm1(-h), np.exp(-h)

    return Continuous(quantile, probability, (edge,))


_HAZARDS: dict[str, Callable[[dict[str, float]], Any]] = {
    "exponential": lambda v: (lambda x: x / v["mean"], lambda h: h * v["mean"], 0.0),
    "weibull": lambda v: (
        lambda x: (x / v["scale"]) ** v["shape"],
        lambda h: v["scale"] * h ** (1 / v["shape"]),
        0.0,
    ),
    "pareto": lambda v: (
        lambda x: v["shape"] * np.log(x / v["scale"]),
        lambda h: v["scale"] * np.exp(h / v["shape"]),
        v["scale"],
    ),
    "lomax": lambda v: (
        lambda x: v["shape"] * np.log1p(x / v["scale"]),
        lambda h: v["scale"] * np.expm1(h / v["shape"]),
        0.0,
    ),
}


def _constant(v: dict[str, float]) -> Continuous:
    value = v["value"]
    return Continuous(
        lambda below, _: np.full_like(below, value),
        lambda x: (np.where(x >= value, 1.0, 0.0), np.where(x >= value, 0.0, 1.0)),
        (value,),
    )


def _uniform(v: dict[str, float]) -> Continuous:
    low, high = v["low"], v["high"]
    if low == high:
        return _constant({"value": low})

    def probability(x: Array) -> tuple[Array, Array]:
        inside = np.clip(x, low, high)
        return (inside - low) / (high - low), (high - inside) / (high - low)

    return Continuous(
        lambda below, above: np.where(
            below < 0.5, low + below * (high - low), high - above * (high - low)
        ),
        probability,
        (low, high),
    )


def _loguniform(v: dict[str, float]) -> Continuous:
    flat = _uniform({"low": float(np.log(v["low"])), "high": float(np.log(v["high"]))})
    return Continuous(
        lambda below, above: np.clip(np.exp(flat.quantile(below, above)), v["low"], v["high"]),
        lambda x: flat.probability(np.log(np.maximum(x, v["low"] / 2))),
        (v["low"], v["high"]),
    )


def _triangular(v: dict[str, float]) -> Continuous:
    low, mode, high = v["low"], v["mode"], v["high"]
    if low == high:
        return _constant({"value": low})
    width, up, down = high - low, mode - low, high - mode

    def quantile(below: Array, above: Array) -> Array:
        rising = low + np.sqrt(below * width * up)
        return np.where(below * width < up, rising, high - np.sqrt(above * width * down))

    def probability(x: Array) -> tuple[Array, Array]:
        rising = np.clip(x - low, 0, up) ** 2 / (width * up) if up else np.zeros_like(x)
        falling = np.clip(high - x, 0, down) ** 2 / (width * down) if down else np.zeros_like(x)
        first = x < mode
        return np.where(first, rising, 1 - falling), np.where(first, 1 - rising, falling)

    return Continuous(quantile, probability, (low, mode, high))


def _normal(v: dict[str, float]) -> Continuous:
    from scipy.special import ndtr, ndtri

    mean, sd = v["mean"], v["sd"]

    def quantile(below: Array, above: Array) -> Array:
        z: Array = np.where(below < 0.5, ndtri(below), -ndtri(above))
        return mean + sd * z

    return Continuous(quantile, lambda x: (ndtr((x - mean) / sd), ndtr((mean - x) / sd)))


def _lognormal(v: dict[str, float]) -> Continuous:
    normal = _normal({"mean": float(np.log(v["median"])), "sd": v["sigma"]})

    def probability(x: Array) -> tuple[Array, Array]:
        with np.errstate(divide="ignore"):
            return normal.probability(np.log(np.maximum(x, 0.0)))

    return Continuous(lambda below, above: np.exp(normal.quantile(below, above)), probability)


def _gamma(v: dict[str, float]) -> Continuous:
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

    a, scale = v["shape"], v["scale"]

    def probability(x: Array) -> tuple[Array, Array]:
        t = np.maximum(x, 0.0) / scale
        return gammainc(a, t), gammaincc(a, t)

    return Continuous(
        lambda below, above: (
            scale * np.where(below < 0.5, gammaincinv(a, below), gammainccinv(a, above))
        ),
        probability,
        (0.0,),
    )


def _beta(v: dict[str, float]) -> Continuous:
    from scipy.special import betainc, betaincinv

    a, b, low, width = v["a"], v["b"], v["low"], v["high"] - v["low"]
    if width == 0.0:
        return _constant({"value": low})

    def quantile(below: Array, above: Array) -> Array:
        up, down = betaincinv(a, b, below), betaincinv(b, a, above)
        x: Array = np.where(below < 0.5, low + width * up, v["high"] - width * down)
        return x

    def probability(x: Array) -> tuple[Array, Array]:
        t = np.clip((x - low) / width, 0.0, 1.0)
        return np.asarray(betainc(a, b, t)), np.asarray(betainc(b, a, 1 - t))

    return Continuous(quantile, probability, (low, v["high"]))


def _pert(v: dict[str, float]) -> Continuous:
    width = v["high"] - v["low"]
    up = (v["mode"] - v["low"]) / width if width else 0.0
    down = (v["high"] - v["mode"]) / width if width else 0.0
    return _beta({"a": 1 + 4 * up, "b": 1 + 4 * down, "low": v["low"], "high": v["high"]})


_SCALED: dict[str, Callable[[dict[str, float]], Continuous]] = {
    "constant": _constant,
    "uniform": _uniform,
    "loguniform": _loguniform,
    "triangular": _triangular,
    "normal": _normal,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "beta": _beta,
    "pert": _pert,
}
