"""Means over epistemic draws and runs: error, interval, runs needed.

Two kinds of spread are kept apart. *Run* spread is chance within one epistemic draw; *epistemic*
spread is between draws of what we do not know. The Monte Carlo error of a mean over both comes
from E draws of N runs each; it is not the epistemic spread itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Lower and upper limit; arrays of one shape."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class TwoLevel:
    """Mean over epistemic draws and runs, and where its error comes from.

    Attributes
    ----------
    mean
        Mean over draws of the mean over runs [unit of the value].
    standard_error
        Monte Carlo standard error of that mean; NaN when it cannot be known.
    epistemic_sd
        Spread of the true cell means between epistemic draws, 0 if chance explains all.
    run_sd
        Spread between runs within a draw (root mean square over draws).
    draws
        Number of epistemic draws E.
    runs
        Harmonic mean of the runs per draw, N.
    noise_sd
        Root mean square over draws of the error within a draw, times the root of N: what the spread
        between runs would have to be at random. That of the runs themselves if they were.
    within
        Degrees of freedom of the error within a draw.
    """

    mean: Floats
    standard_error: Floats
    epistemic_sd: Floats
    run_sd: Floats
    draws: int
    runs: Floats
    noise_sd: Floats
    within: float

    @property
    def freedom(self) -> float:
        """Degrees of freedom behind the standard error: E - 1, or that within the one draw."""
        return float(self.draws - 1) if self.draws > 1 else self.within

    def interval(self, level: float = 0.95) -> Interval:
        """Student t interval of the mean.

        Parameters
        ----------
        level
            Wanted coverage, between 0 and 1.
        """
        return mean_interval(self.mean, self.standard_error, level, self.freedom)


def two_level(
    means: ArrayLike,
    sds: ArrayLike,
    runs: ArrayLike,
    errors: ArrayLike | None = None,
    freedom: int | None = None,
) -> TwoLevel:
    """Combine cells of one epistemic draw each, the draws weighing the same.

    With cell means m_e, cell standard deviations s_e and n_e runs: the mean is the mean of m_e,
    its squared standard error var(m_e) / E, which holds both kinds of error since the draws are
    independent. Of var(m_e), the mean of s_e^2 / n_e is chance and the rest is epistemic
    (one-way random effects: Searle, Casella and McCulloch 1992, section 3.6). With one draw the
    error is s / sqrt(n), given that draw. Where runs are no random sample, their error within a
    draw is stated and stands for s / sqrt(n).

    Parameters
    ----------
    means, sds
        Shape (epistemic, ...) [unit of the value].
    runs
        Good runs in each cell, shape (epistemic,) or (epistemic, ...). Cells without a good run
        are left out.
    errors
        Standard errors of the cell means, shape as `means`; s / sqrt(n) if not given.
    freedom
        Degrees of freedom of an error within a draw; one fewer than the runs if not given.

    Returns
    -------
    TwoLevel
        Arrays of the trailing shape.
    """
    m, s = np.asarray(means, dtype=np.float64), np.asarray(sds, dtype=np.float64)
    n = np.asarray(runs, dtype=np.float64)
    full = n.reshape(n.shape + (1,) * (m.ndim - n.ndim)) + np.zeros_like(m)
    used = (full > 0).reshape(len(m), -1).all(axis=1)
    e = None if errors is None else np.asarray(errors, dtype=np.float64)[used]
    m, s, full = m[used], s[used], full[used]
    E = len(m)
    if E == 0:
        nothing, none = np.full(m.shape[1:], np.nan), np.zeros(m.shape[1:])
        return TwoLevel(nothing, nothing, nothing, nothing, 0, none, nothing, -1.0)
    squares = s**2 / full if e is None else e**2
    chance = squares.mean(axis=0)
    harmonic = 1.0 / (1.0 / full).mean(axis=0)
    noise = np.sqrt((s**2 if e is None else squares * full).mean(axis=0))
    within = float(np.min(harmonic, initial=math.inf)) - 1.0 if freedom is None else float(freedom)
    if E == 1:
        unknown = np.full(m.shape[1:], np.nan)
        return TwoLevel(m[0], np.sqrt(chance), unknown, s[0], 1, harmonic, noise, within)
    between = m.var(axis=0, ddof=1)
    return TwoLevel(
        mean=m.mean(axis=0),
        standard_error=np.sqrt(between / E),
        epistemic_sd=np.sqrt(np.maximum(between - chance, 0.0)),
        run_sd=np.sqrt((s**2).mean(axis=0)),
        draws=E,
        runs=harmonic,
        noise_sd=noise,
        within=within,
    )


def mean_interval(
    mean: ArrayLike, standard_error: ArrayLike, level: float = 0.95, freedom: float = math.inf
) -> Interval:
    """Interval of a mean from its standard error: Student t, or normal for infinite freedom.

    Parameters
    ----------
    mean, standard_error
        Arrays of one shape.
    level
        Wanted coverage, between 0 and 1.
    freedom
        Degrees of freedom of the standard error; NaN limits below 1.
    """
    p = 0.5 + level / 2
    if freedom < 1:
        t = math.nan
    else:
        t = float(special.ndtri(p) if math.isinf(freedom) else special.stdtrit(freedom, p))
    m, half = np.asarray(mean, dtype=np.float64), t * np.asarray(standard_error, dtype=np.float64)
    return Interval(m - half, m + half)


def runs_needed(estimate: TwoLevel, relative_error: float) -> Floats:
    """Runs in each cell for a wanted relative standard error, the epistemic draws as they are.

    Solves (epistemic_sd^2 + noise_sd^2 / N) / E = (relative_error x mean)^2 for N, at least 1;
    infinite where the epistemic part alone is larger, NaN where the mean is 0. With one draw the
    epistemic part is taken as 0: the error is that given the draw.

    Parameters
    ----------
    estimate
        From a pilot.
    relative_error
        Wanted standard error over mean.
    """
    target = (relative_error * estimate.mean) ** 2 * estimate.draws
    left = target - np.nan_to_num(estimate.epistemic_sd) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.maximum(np.ceil(estimate.noise_sd**2 / left), 1.0)
    needed = np.where(left <= 0, np.inf, needed)
    return np.where(estimate.mean == 0, np.nan, needed)


def epistemic_needed(estimate: TwoLevel, relative_error: float) -> Floats:
    """Epistemic draws for a wanted relative standard error, the runs in each as they are.

    Parameters
    ----------
    estimate
        From a pilot.
    relative_error
        Wanted standard error over mean.
    """
    spread = estimate.standard_error**2 * estimate.draws
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.maximum(np.ceil(spread / (relative_error * estimate.mean) ** 2), 1.0)
    return np.where((estimate.mean == 0) | (estimate.draws < 2), np.nan, needed)
