"""Print a digest of every kernel of draws, laws and tallies, bit by bit.

Run compiled and with NUMBA_DISABLE_JIT=1: the lines must be the same.
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from simengine.kernels import distributions, tally
from simengine.kernels.draws import child_cause, subkey, uniform
from simengine.kernels.jit import word

RUNS = 400
SEED, ITEM = 0xFEDCBA9876543210, 0xF123456789ABCDEF

LAWS = {
    "constant": (distributions.CONSTANT, [2.5]),
    "uniform": (distributions.UNIFORM, [0.7, 9.1]),
    "triangular": (distributions.TRIANGULAR, [0.7, 2.5, 9.1]),
    "normal": (distributions.NORMAL, [-0.7, 2.5]),
    "lognormal": (distributions.LOGNORMAL, [2.5, 1.7]),
    "weibull": (distributions.WEIBULL, [0.7, 9.1]),
    "exponential": (distributions.EXPONENTIAL, [2.5]),
    "pareto": (distributions.PARETO, [1.3, 2.5]),
    "lomax": (distributions.LOMAX, [1.3, 2.5]),
    "loguniform": (distributions.LOGUNIFORM, [0.7, 900.0]),
    "bernoulli": (distributions.BERNOULLI, [0.31]),
    "binomial": (distributions.BINOMIAL, [40.0, 0.31]),
    "binomial, many": (distributions.BINOMIAL, [3000.0, 0.6]),
    "poisson": (distributions.POISSON, [0.8]),
    "poisson, many": (distributions.POISSON, [500.0]),
    "truncated": (
        distributions.TRUNCATED,
        [float(distributions.LOGNORMAL), 0.1, 0.8, 0.5, 9.0, 2.5, 1.7],
    ),
    "table": (distributions.TABLE, [1.0, 0.0, 1.0, 5.0, 2.0, 0.0, 1.0, 2.0, 2.0, 5.0, 4.0]),
}


def uniforms() -> list[float]:
    """Numbers of the middle and of both tails, and what a subkey and a cause are worth."""
    key = subkey(word(SEED), word(2), word(7), child_cause(word(ITEM), word(3)))
    middle = [uniform(key, word(ITEM), word((1 << 39) + run), word(5)) for run in range(RUNS)]
    tails = [2.0**-power for power in range(8, 54, 3)]
    return middle + tails + [1.0 - tail for tail in tails]


def lines() -> list[str]:
    """One line a kernel."""
    us = uniforms()
    found = [f"draws {sha256(np.array(us).tobytes()).hexdigest()}"]
    for name, (kind, numbers) in LAWS.items():
        vector = np.array([0.0, *numbers])
        values = np.array([distributions.sample(kind, vector, 1, u) for u in us])
        found.append(f"{name} {sha256(values.tobytes()).hexdigest()}")
    values = np.array([us, [u * 1e14 for u in us]]).T.copy()
    moments, histograms = tally.empty_moments(2), tally.empty_histograms(2)
    status = np.zeros(len(us), dtype=np.int32)
    tally.tally(values, status, np.array([1e-6, 0.7]), np.arange(2), moments, histograms)
    found.append(f"tally {sha256(moments.tobytes() + histograms.tobytes()).hexdigest()}")
    return found


if __name__ == "__main__":
    print("\n".join(lines()))
