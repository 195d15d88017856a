"""Intervals of proportions that stay sound near 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from simengine.estimates.means import Floats, Interval


def proportion_interval(hits: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Clopper-Pearson interval of a proportion.

    Chosen since its coverage is never below the wanted level at any proportion; Wald has zero
    width at 0 hits and Wilson's coverage dips near 0, where threats live. The price is width: about
    one trial's worth more on either side. With 0 hits the upper limit is 1 - (a / 2)^(1 / n), near
    3.7 / n at 95% (Clopper and Pearson 1934; Brown, Cai and DasGupta 2001).

    Parameters
    ----------
    hits, trials
        Counts, 0 <= hits <= trials. They need not be whole: see `clustered_proportion`.
    level
        Wanted coverage, between 0 and 1.
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if np.any(k < 0) or np.any(k > n):
        raise ValueError("expected 0 <= hits <= trials")
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k > 0, special.betaincinv(np.maximum(k, 1e-300), n - k + 1, tail), 0.0)
        high = np.where(k < n, special.betaincinv(k + 1, np.maximum(n - k, 1e-300), 1 - tail), 1.0)
    return Interval(low, high)


def clustered_proportion(hits: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Interval of a proportion over epistemic draws: Clopper-Pearson at the effective size.

    Runs of one draw are alike, so E x N runs tell less than as many independent ones. The
    effective number of trials is p (1 - p) / se^2 with se the two-level standard error, corrected
    for its degrees of freedom, and never above E x N (Korn and Graubard 1998). With no hit at all
    the draws cannot be told apart and all trials count.

    Parameters
    ----------
    hits, trials
        Shape (epistemic, ...); at least one trial in each draw.
    level
        Wanted coverage, between 0 and 1.

    Returns
    -------
    Interval
        Arrays of the trailing shape.
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    n = n.reshape(n.shape + (1,) * (k.ndim - n.ndim)) + np.zeros_like(k)
    return _of_shares(k / n, n.sum(axis=0), level)


def stratified_proportion(
    hits: ArrayLike, trials: ArrayLike, weights: ArrayLike, level: float = 0.95
) -> Interval:
    """Interval of a proportion over epistemic draws whose runs are divided into strata.

    In a draw the proportion is sum w_s p_s. The effective number of trials is p (1 - p) / v with
    v = sum w_s^2 p_s (1 - p_s) / n_s, both with half a hit more among one trial more in a stratum:
    one without a hit then still counts as far as it is not known. What lies further below the
    lowest stratum with a hit than the next one is taken to have none, as is right where hits grow
    rarer from stratum to stratum; without that, no interval of a rare hit could be shorter than at
    random. It is the number of trials if there is one stratum. Draws are put together as in
    `clustered_proportion`.

    Parameters
    ----------
    hits
        Shape (epistemic, stratum, ...); strata in rising order of the probability of a hit.
    trials
        Shape (epistemic, stratum); at least one in each.
    weights
        Of the strata, shape (stratum,).
    level
        Wanted coverage, between 0 and 1.

    Returns
    -------
    Interval
        Arrays of the trailing shape.
    """
    k, n, w = (np.asarray(x, dtype=np.float64) for x in (hits, trials, weights))
    n = n.reshape(n.shape + (1,) * (k.ndim - n.ndim)) + np.zeros_like(k)
    w = w.reshape(w.shape + (1,) * (k.ndim - 2))
    seen = np.logical_or.accumulate(k > 0, axis=1)
    unsure = seen.copy()
    unsure[:, :-1] |= seen[:, 1:]
    unsure |= ~seen[:, -1:]
    near = np.where(unsure, (k + 0.5) / (n + 1.0), 0.0)
    p = (w * near).sum(axis=1)
    variance = (w**2 * near * (1 - near) / n).sum(axis=1)
    return _of_shares((w * k / n).sum(axis=1), (p * (1 - p) / variance).sum(axis=0), level)


def _of_shares(share: Floats, total: Floats, level: float) -> Interval:
    """Interval of the mean of the draws' shares; `total` trials if the draws were alike."""
    E, p = len(share), share.mean(axis=0)
    size = np.asarray(total, dtype=np.float64)
    if E > 1:
        q = 0.5 + level / 2
        ratio = (special.stdtrit(total - 1, q) / special.stdtrit(E - 1, q)) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = p * (1 - p) / (share.var(axis=0, ddof=1) / E) * ratio
        size = np.where(np.isfinite(wanted), np.minimum(wanted, total), total)
    return proportion_interval(np.clip(p * size, 0.0, size), size, level)
