"""Exact moments of Markov chains in continuous time: what a run of A1-A3 and C1 spreads by.

m1 = E and m2 = E[.**2] of the time spent under a reward r, or of the number of jumps J, solve the
backward equations m1' = Q m1 + r and m2' = Q m2 + 2 r m1 (jumps: m1' = Q m1 + J 1 and
m2' = Q m2 + J 1 + 2 J m1), which one matrix exponential solves.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Matrix = NDArray[np.float64]


def birth_death(up: list[float], down: list[float]) -> Matrix:
    """Generator of a chain on 0, 1, ..., with rates up from 0, 1, ... and down from 1, 2, ..."""
    size = len(up) + 1
    q = np.zeros((size, size))
    for k, rate in enumerate(up):
        q[k, k + 1] = rate
    for k, rate in enumerate(down):
        q[k + 1, k] = rate
    return q - np.diag(q.sum(axis=1))


def at(q: Matrix, time: float) -> Matrix:
    """Probabilities of the states at a time, from state 0 at t = 0."""
    found: Matrix = expm(q * time)[0]
    return found


def _moments(
    q: Matrix, parts: tuple[Matrix, Matrix, Matrix], begin: float, end: float
) -> tuple[float, float]:
    size = len(q)
    block = np.zeros((2 * size + 1, 2 * size + 1))
    block[:size, :size] = block[size:-1, size:-1] = q
    block[:size, size:-1], block[:size, -1], block[size:-1, -1] = parts
    solved = expm(block * (end - begin))[:-1, -1]
    start = at(q, begin)
    second, first = float(start @ solved[:size]), float(start @ solved[size:])
    return first, math.sqrt(max(0.0, second - first * first))


def time_in(q: Matrix, states: list[int], begin: float, end: float) -> tuple[float, float]:
    """Mean and sd of the time spent in some states between two times."""
    r = np.zeros(len(q))
    r[states] = 1.0
    return _moments(q, (2 * np.diag(r), 0 * r, r), begin, end)


def jumps(q: Matrix, source: int, target: int, begin: float, end: float) -> tuple[float, float]:
    """Mean and sd of the number of jumps from one state to another between two times."""
    j = np.zeros_like(q)
    j[source, target] = q[source, target]
    r = j.sum(axis=1)
    return _moments(q, (2 * j, r, r), begin, end)


def until(q: Matrix, target: int, horizon: float) -> tuple[float, float]:
    """Mean and sd of the time to reach a state, cut at the horizon."""
    absorbed = q.copy()
    absorbed[target] = 0.0
    others = [k for k in range(len(q)) if k != target]
    return time_in(absorbed, others, 0.0, horizon)
