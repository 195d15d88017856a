"""Mean, spread and error from groups of runs with fixed weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["combine", "run_weights"]

Floats = NDArray[np.float64]


def combine(
    means: ArrayLike, sds: ArrayLike, runs: ArrayLike, weights: ArrayLike, replicas: bool
) -> tuple[Floats, Floats, Floats]:
    """Combine groups of runs to the mean, the standard deviation of one run, and its error.

    With weights w_g (sum 1), means m_g, standard deviations s_g of n_g runs: m = sum w_g m_g.
    Strata are sampled at random within: se^2 = sum w_g^2 s_g^2 / n_g (Cochran 1977, chapter 5).
    Replicas are independent estimates of the same, alike in law: se^2 is the variance of m_g over
    their number (Owen 1997 on scrambled nets). The variance of one run is then without bias
    sum w_g [s_g^2 (n_g - 1) / n_g + (m_g - m)^2] + se^2.

    Parameters
    ----------
    means, sds
        Shape (..., group, column) [unit of the value].
    runs
        Good runs, shape (..., group, 1) or as `means`.
    weights
        Shape (group,).
    replicas
        Whether groups are replicas, of equal weight; else they are strata.

    Returns
    -------
    tuple of numpy.ndarray
        Mean, standard deviation, standard error, shape (..., column). NaN where a group has no good
        run; the error of strata also where one has a single run.
    """
    m, s = np.asarray(means, dtype=np.float64), np.asarray(sds, dtype=np.float64)
    n, w = np.asarray(runs, dtype=np.float64) + np.zeros_like(m), np.asarray(weights)
    count = m.shape[-2]
    mean, between, within, error = (np.zeros((*m.shape[:-2], m.shape[-1])) for _ in range(4))
    # Summed group by group in this order: the same bits everywhere.
    for g in range(count):
        mean += w[g] * m[..., g, :]
    for g in range(count):
        apart = (m[..., g, :] - mean) ** 2
        between += w[g] * apart
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = s[..., g, :] ** 2 / n[..., g, :]
        within += w[g] * np.where(n[..., g, :] == 1, 0.0, rest * (n[..., g, :] - 1))
        error += apart / (count * (count - 1)) if replicas else w[g] ** 2 * rest
    return mean, np.sqrt(within + between + error), np.sqrt(error)


def run_weights(runs: ArrayLike, weights: ArrayLike) -> Floats:
    """Weight of one good run of each stratum, so that those of a cell sum to its good runs.

    Parameters
    ----------
    runs
        Good runs, shape (..., stratum).
    weights
        Of all strata, shape (stratum,).

    Returns
    -------
    numpy.ndarray
        Shape of `runs`. NaN where a stratum has no good run: nothing stands for it then.

    Raises
    ------
    ValueError
        If strata are missing: without all of them counts mean nothing.
    """
    n, w = np.asarray(runs, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or n.shape[-1:] != w.shape or abs(w.sum() - 1) > 1e-9:
        raise ValueError("expected the runs and weights of all strata, found some of them")
    found: Floats = n.sum(axis=-1, keepdims=True) * w / np.where(n > 0, n, np.nan)
    return found
