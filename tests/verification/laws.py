"""Samplers on keyed draws: values of successive runs against the law's own distribution function.

The distribution functions are those of scipy, which the kernels do not use.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simengine.compiled.laws import Parameters
from simengine.kernels.distributions import sample
from simengine.scenario.quantity import Fixed, Law
from tests.verification.classical import chi_square, kolmogorov, poisson
from tests.verification.keys import Words, bits, count, uniforms

Floats = NDArray[np.float64]


def law(dist: str, *parts: Law, **parameters: float) -> Law:
    """Make a law of plain numbers."""
    return Law(dist, tuple((name, Fixed(value)) for name, value in parameters.items()), parts)


CONTINUOUS: dict[str, tuple[Law, Any]] = {
    "uniform": (law("uniform", low=2.0, high=9.0), stats.uniform(2, 7)),
    "triangular": (law("triangular", low=2.0, mode=3.0, high=9.0), stats.triang(1 / 7, 2, 7)),
    "normal": (law("normal", mean=5.0, sd=3.0), stats.norm(5, 3)),
    "lognormal": (law("lognormal", median=6.0, sigma=0.9), stats.lognorm(0.9, scale=6)),
    "weibull": (law("weibull", shape=0.7, scale=5.0), stats.weibull_min(0.7, scale=5)),
    "exponential": (law("exponential", mean=7.0), stats.expon(scale=7)),
    "pareto": (law("pareto", shape=1.5, scale=4.0), stats.pareto(1.5, scale=4)),
    "lomax": (law("lomax", shape=1.5, scale=4.0), stats.lomax(1.5, scale=4)),
    "loguniform": (law("loguniform", low=0.1, high=1000.0), stats.loguniform(0.1, 1000)),
    "gamma": (law("gamma", shape=1.5, scale=2.0), stats.gamma(1.5, scale=2)),
    "beta": (law("beta", a=2.0, b=5.0, low=0.0, high=1.0), stats.beta(2, 5)),
    "pert": (law("pert", low=1.0, mode=2.0, high=9.0), stats.beta(1.5, 4.5, 1, 8)),
    "truncated": (
        law("truncated", law("normal", mean=1.0, sd=2.0), low=-1.0, high=4.0),
        stats.truncnorm(-1, 1.5, 1, 2),
    ),
}
COUNTS: dict[str, tuple[Law, Any]] = {
    "bernoulli": (law("bernoulli", p=0.03), stats.bernoulli(0.03)),
    "binomial": (law("binomial", n=40.0, p=0.2), stats.binom(40, 0.2)),
    "poisson": (law("poisson", mean=6.5), stats.poisson(6.5)),
}


@numba.njit
def _sample(kind, vector, slot, u):
    out = np.empty(len(u))
    for i in range(len(u)):
        out[i] = sample(kind, vector, slot, u[i])
    return out


def values(of: Law, words: Words) -> Floats:
    """Read a law at each word, by way of a study's parameter vector."""
    parameters = Parameters()
    kind, slot = parameters.law(of)
    return np.asarray(_sample(kind, parameters.vector(np.zeros(0)), slot, uniforms(words)))


def laws(n: int) -> dict[str, dict[str, float]]:
    """p-values by law and test; each law has runs of its own."""
    found: dict[str, dict[str, float]] = {}
    first = 1 << 36
    for number, (name, (of, true)) in enumerate(CONTINUOUS.items()):
        x = values(of, bits(run=count(n, first + number * n)))
        rare = 1e-3
        found[name] = {
            "KS": kolmogorov(true.cdf(x)),
            "lowest 0.001": poisson(int((x < true.ppf(rare)).sum()), n * rare),
            "highest 0.001": poisson(int((x > true.isf(rare)).sum()), n * rare),
        }
    for number, (name, (of, true)) in enumerate(COUNTS.items(), len(CONTINUOUS)):
        x = values(of, bits(run=count(n, first + number * n)))
        found[name] = {"cells": counted(x.astype(np.int64), true)}
    return found


def counted(x: NDArray[np.int64], true: Any) -> float:
    """Chi-square of whole numbers; tails of fewer than ten expected taken together."""
    low = int(true.ppf(10 / len(x)))
    high = max(int(true.isf(10 / len(x))), low + 1)
    share = true.pmf(np.arange(low, high + 1))
    share[0], share[-1] = true.cdf(low), true.sf(high - 1)
    assert math.isclose(share.sum(), 1.0, rel_tol=1e-9)
    return chi_square(np.bincount(np.clip(x, low, high) - low, minlength=len(share)), share)
