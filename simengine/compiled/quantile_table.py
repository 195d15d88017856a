"""Quantile functions that have no short formula, tabulated for the kernels.

A table is made once per law (and once per epistemic index if the law depends on what is not known)
and read by `simengine.kernels.distributions.table_quantile`, which gives its layout. Where the
quantile function jumps or bends (at the edges of the parts of a mixture, say) the probabilities are
cut into segments, and each has a normal score of its own, so that its ends are resolved.

Relative error of a quantile above a thousandth of the median, measured against scipy: below 1e-8
for gamma laws of shape 1 and more, PERT, and lognormal parts; below 1e-7 for shape 1/2; below 1e-5
for shape 0.1, whose quantiles span hundreds of decades.
"""

from __future__ import annotations

import numpy as np

from simengine.compiled.continuous import Array, Continuous
from simengine.kernels.distributions import REACH, SEGMENT

__all__ = ["table_of", "table_size"]

STEPS = 1024
LEAST_STEPS = 256  # in a segment
CLOSE = 1e-6  # breaks nearer than this are one
NUDGE = 1e-9  # how far from a break its two sides are read, as a share of the segment


def table_size(breaks: int) -> int:
    """Numbers that a table with at most `breaks` breaks can take."""
    segments = 1 + breaks
    return 1 + SEGMENT * segments + 2 * (max(STEPS, LEAST_STEPS * segments) + segments)


def table_of(law: Continuous) -> Array:
    """Tabulate a quantile function in the normal score.

    Parameters
    ----------
    law : Continuous
        The law.

    Returns
    -------
    float64 (parameter,)
        The table.

    Raises
    ------
    ValueError
        If a quantile is beyond the largest float.
    """
    below, above = _breaks(law)
    segments = len(below) - 1
    steps = max(LEAST_STEPS, STEPS // segments)
    header: list[float] = [float(segments)]
    knots: list[Array] = []
    for segment in range(segments):
        start, end = below[segment], below[segment + 1]
        place = 1 + SEGMENT * segments + 2 * (steps + 1) * segment
        header += [start, 1.0 / (end - start), float(place), float(steps)]
        values = _values(law, (start, above[segment + 1]), end - start, steps)
        knots.append(np.column_stack((values, _slopes(values))).ravel())
    return np.concatenate([np.array(header), *knots])


def _breaks(law: Continuous) -> tuple[list[float], list[float]]:
    """Probabilities below and above each end of a segment, from 0 and 1 to 1 and 0."""
    below, above = [0.0], [1.0]
    if law.edges:
        edges = np.array(law.edges)
        at = law.probability(np.concatenate((edges, np.nextafter(edges, -np.inf))))
        for under, over in sorted(zip(*at, strict=True), key=lambda pair: pair[0]):
            if under - below[-1] > CLOSE and over > CLOSE:
                below.append(float(under))
                above.append(float(over))
    return [*below, 1.0], [*above, 0.0]


def _values(law: Continuous, outside: tuple[float, float], width: float, steps: int) -> Array:
    """Quantiles at the knots of a segment that has `outside` below it and above it."""
    from scipy.special import ndtr

    z = np.linspace(-REACH, REACH, steps + 1)
    first = NUDGE if outside[0] > 0.0 else 0.0
    last = NUDGE if outside[1] > 0.0 else 0.0
    low = np.clip(ndtr(z), first, 1.0 - last)
    high = np.clip(ndtr(-z), last, 1.0 - first)
    with np.errstate(over="ignore"):
        values = law.quantile(outside[0] + low * width, outside[1] + high * width)
    if not np.all(np.isfinite(values)):
        raise ValueError("reaches beyond the largest number")
    return np.maximum.accumulate(values)


def _slopes(y: Array) -> Array:
    """Slopes per step: fourth-order differences, limited so that the spline stays monotone."""
    slope = np.empty_like(y)
    slope[2:-2] = (y[:-4] - 8 * y[1:-3] + 8 * y[3:-1] - y[4:]) / 12
    for ends, sign in ((y[:5], 1.0), (y[:-6:-1], -1.0)):
        first = -25 * ends[0] + 48 * ends[1] - 36 * ends[2] + 16 * ends[3] - 3 * ends[4]
        second = -3 * ends[0] - 10 * ends[1] + 18 * ends[2] - 6 * ends[3] + ends[4]
        slope[0 if sign > 0 else -1] = sign * first / 12
        slope[1 if sign > 0 else -2] = sign * second / 12
    rise = np.diff(y)
    limit = 3 * np.minimum(np.append(rise[0], rise), np.append(rise, rise[-1]))
    return np.clip(slope, 0.0, limit)
