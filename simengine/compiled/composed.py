"""Laws made of other laws or of a list of quantiles, as pairs of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simengine.compiled.continuous import Array, Continuous, simple

__all__ = ["continuous"]

HALVINGS = 128
LEAST_KEPT = 1e-6  # share of a law that a truncation must keep


def continuous(
    dist: str, values: dict[str, float], parts: tuple[Continuous, ...] = ()
) -> Continuous:
    """Make the functions of a law.

    Parameters
    ----------
    dist : str
        Kind of law, in the words of the scenario.
    values : dict of str to float
        Its parameters, checked.
    parts : tuple of Continuous
        The laws inside a mixture or a truncation.

    Raises
    ------
    ValueError
        If a truncation keeps less than a millionth of its law, or the law is one of counts.
    """
    if dist == "mixture":
        return _mixture(np.array(list(values.values())), parts)
    if dist == "truncated":
        return _truncated(parts[0], values.get("low", -np.inf), values.get("high", np.inf))
    if dist == "quantiles":
        return _quantiles(np.array(list(values.values())).reshape(-1, 2))
    return simple(dist, values)


def _bisected(low: Array, high: Array, enough: Callable[[Array], Any]) -> Array:
    """Smallest value from low to high that is enough, by halving."""
    least, at_once = low, enough(low)
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        reached = enough(middle)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(at_once, least, high)


def _mixture(weights: Array, parts: tuple[Continuous, ...]) -> Continuous:
    shares = weights / weights.sum()

    def probability(x: Array) -> tuple[Array, Array]:
        each = [part.probability(x) for part in parts]
        below = sum(w * one[0] for w, one in zip(shares, each, strict=True))
        above = sum(w * one[1] for w, one in zip(shares, each, strict=True))
        return np.asarray(below), np.asarray(above)

    def quantile(below: Array, above: Array) -> Array:
        each = [part.quantile(below, above) for part in parts]  # the answer lies among these

        def enough(x: Array) -> Array:
            reached = probability(x)
            return np.where(below < 0.5, reached[0] >= below, reached[1] <= above)

        return _bisected(np.min(each, axis=0), np.max(each, axis=0), enough)

    return Continuous(quantile, probability, tuple(e for part in parts for e in part.edges))


def _truncated(law: Continuous, low: float, high: float) -> Continuous:
    ends = np.array([np.nextafter(low, -np.inf), high])
    (below_low, below_high), (above_low, above_high) = law.probability(ends)
    kept = below_high - below_low if below_low < 0.5 else above_low - above_high
    if not kept >= LEAST_KEPT:
        raise ValueError("keeps less than a millionth of the law inside")

    def quantile(below: Array, above: Array) -> Array:
        inside = law.quantile(below_low + below * kept, above_high + above * kept)
        return np.clip(inside, low, high)

    def probability(x: Array) -> tuple[Array, Array]:
        below, above = law.probability(np.clip(x, ends[0], high))
        return np.clip((below - below_low) / kept, 0, 1), np.clip((above - above_high) / kept, 0, 1)

    finite = tuple(float(end) for end in (low, high) if np.isfinite(end))
    return Continuous(quantile, probability, finite + law.edges)


def _quantiles(points: Array) -> Continuous:
    """Make the monotone cubic through (p, x); p rises from 0 to 1."""
    from scipy.interpolate import PchipInterpolator

    curve = PchipInterpolator(points[:, 0], points[:, 1])

    def probability(x: Array) -> tuple[Array, Array]:
        # The largest p whose quantile is not above x: where the curve is flat, P(X <= x).
        past = _bisected(np.zeros_like(x), np.ones_like(x), lambda p: curve(p) > x)
        below = np.where(x >= points[-1, 1], 1.0, np.where(x < points[0, 1], 0.0, past))
        return below, 1 - below

    return Continuous(lambda below, _: curve(below), probability, tuple(points[:, 1].tolist()))
