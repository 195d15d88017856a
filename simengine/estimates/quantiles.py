"""Quantiles and their intervals, from values or from a histogram."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

HINT = "read strata by simengine.exceedance"


def quantile(values: ArrayLike, q: float) -> float:
    """Smallest value that at least a share q of the values does not exceed (type 1).

    Parameters
    ----------
    values
        Any shape, at least one value.
    q
        Share, 0 < q <= 1.

    Raises
    ------
    ValueError
        If the values are of runs that weigh unlike (design strata).
    """
    x = _sorted(values)
    return float(x[_rank(q, x.size) - 1])


def quantile_interval(values: ArrayLike, q: float, level: float = 0.95) -> tuple[float, float]:
    """Interval of a quantile between two order statistics, free of any law for the values.

    The ranks r <= s are the closest with P(r <= B < s) >= level for B binomial(n, q), each tail at
    most half of the rest (David and Nagaraja 2003, section 7.1). A limit beyond the sample is
    infinite: with n < ln(tail) / ln(q) values the sample cannot bound the quantile from above.

    Parameters
    ----------
    values
        Independent values, any shape; runs of one epistemic draw, not of several.
    q
        Share, 0 < q < 1.
    level
        Wanted coverage, between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper limit.

    Raises
    ------
    ValueError
        As for `quantile`.
    """
    x = _sorted(values)
    low, high = quantile_ranks(x.size, q, level)
    return (x[low - 1] if low else -math.inf, x[high - 1] if high <= x.size else math.inf)


def quantile_ranks(n: int, q: float, level: float = 0.95) -> tuple[int, int]:
    """Ranks, from 1, of the order statistics around a quantile; 0 and n + 1 mean none.

    Parameters
    ----------
    n
        Number of values.
    q, level
        As for `quantile_interval`.
    """
    tail = (1 - level) / 2
    # The largest r with P(B <= r - 1) <= tail, and the smallest s with P(B >= s) <= tail.
    low = _first(lambda r: special.bdtr(r, n, q) > tail, n)
    high = _first(lambda s: special.bdtrc(s - 1, n, q) <= tail, n)
    return low, high


def histogram_quantile(
    counts: ArrayLike, low: ArrayLike, high: ArrayLike, q: float, level: float = 0.95
) -> tuple[float, float, float]:
    """Quantile from a histogram with its interval: the ranks of `quantile_ranks`, read in bins.

    Parameters
    ----------
    counts
        Values in each bin, shape (bin,).
    low, high
        Edges of the bins, shape (bin,) [unit of the value]. A bin of one value has equal edges.
    q, level
        As for `quantile_interval`.

    Returns
    -------
    tuple of float
        Lower limit, estimate (middle of its bin), upper limit. The limits are the outer edges, so
        that the width of the bins only widens the interval. NaN if there is no value.

    Raises
    ------
    ValueError
        If these are not the counts of one histogram, as where runs are divided into strata.
    """
    c, lo, hi = np.asarray(counts), np.asarray(low, np.float64), np.asarray(high, np.float64)
    if c.ndim != 1 or "stratum" in getattr(counts, "coords", ()):
        expected = "expected the counts of one histogram of all runs"
        raise ValueError(f"{expected}, found {c.ndim} dims; {HINT}")
    reached = np.cumsum(c)
    n = int(reached[-1])
    if n == 0:
        return math.nan, math.nan, math.nan

    def bin_of(rank: int) -> int:
        return int(np.searchsorted(reached, rank, side="left"))

    first, last = quantile_ranks(n, q, level)
    middle = bin_of(_rank(q, n))
    return (
        float(lo[bin_of(first)]) if first else -math.inf,
        float(lo[middle] + hi[middle]) / 2,
        float(hi[bin_of(last)]) if last <= n else math.inf,
    )


def _sorted(values: ArrayLike) -> NDArray[np.float64]:
    """Values in order; kept runs of a result carry a coordinate if they weigh unlike."""
    if "weight" in getattr(values, "coords", ()):
        raise ValueError(f"expected runs that weigh the same, found runs by strata; {HINT}")
    return np.sort(np.asarray(values, dtype=np.float64), axis=None)


def _rank(q: float, n: int) -> int:
    """Rank of the q-quantile among n; a share such as 0.07 x 100 counts as the whole it is."""
    return min(max(math.ceil(q * n * (1 - 1e-15)), 1), n)


def _first(holds: Callable[[int], bool], n: int) -> int:
    """Smallest k in 0..n+1 at which a monotone condition holds, n + 1 taken to hold."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
