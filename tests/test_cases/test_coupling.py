"""Sectors that lose in proportion to each other: cases D1, D2, D3 (`combine: sum`).

The inoperability input-output model q = A q + c: q is what is missing of full service, c what is
struck, A how much of a sector's loss another one's loss is. Levels and supply are rounded up on
the grid of 2**-20, so a loss may be too small by (I - A)**-1 (1 + sum of A's row) 2**-20: the
declared bias.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.comparison import Comparison, misses
from tests.engine import Engine, hit, study, watching

PEOPLE = 2**20  # one person a step of the grid of levels


def inoperability(
    a: NDArray[np.float64], c: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loss of each sector by the engine, and how much rounding it may hold.

    A sector cannot need itself: its own share is solved for, q_i (1 - a_ii) = the rest.
    """
    whole = 1 - np.diag(a)
    others, struck = (a - np.diag(np.diag(a))) / whole[:, None], c / whole
    names = [f"sector_{k}" for k in range(len(c))]
    assets = {
        name: {
            "combine": "sum",
            "needs": {
                other: {"suppliers": {other: 1}, "criticality": float(others[i, j])}
                for j, other in enumerate(names)
                if others[i, j]
            },
        }
        for i, name in enumerate(names)
    }
    strikes = [hit(name, health=1 - float(x)) for name, x in zip(names, struck, strict=True) if x]
    engine = Engine(study(*strikes, horizon="1 h"), watching(assets, names, PEOPLE))
    got = engine.run(1)
    lost = np.array([got["people_peak", name][0] for name in names]) / PEOPLE
    rounding = (1 + others.sum(axis=1)) / PEOPLE
    return lost, np.linalg.solve(np.eye(len(c)) - others, rounding)


def compared(
    case: str, quantity: str, expected: float, got: float, rounding: float, digits: int
) -> Comparison:
    """Compare a number without luck; the expected one is given in a number of digits."""
    bias = rounding + 0.5 * 10.0**-digits
    return Comparison(case, quantity, expected, float(got), 1, 0, bias=float(bias))


def d1(sample: int) -> list[Comparison]:
    """A = [[0, .8], [.2, 0]], c = (0, .6): q = (.571, .714).

    Haimes and Jiang, Leontief-based model of risk in complex interconnected infrastructures,
    Journal of Infrastructure Systems 7(1), 2001.
    """
    q, bias = inoperability(np.array([[0, 0.8], [0.2, 0]]), np.array([0, 0.6]))
    return [
        compared("D1", "q of subsystem 1", 0.5714286, q[0], bias[0], 7),
        compared("D1", "q of subsystem 2", 0.7142857, q[1], bias[1], 7),
    ]


def d2(sample: int) -> list[Comparison]:
    """Two sectors that deliver Z = [[150, 500], [200, 100]] to each other, of x = (1000, 2000).

    Miller and Blair, Input-Output Analysis: published Leontief inverse 1.254 .330 .264 1.122, and
    x = (1247.5, 1841.6) for a final demand of (600, 1500). A loss of final demand f_j makes a
    loss of output L[:, j] f_j; in shares of output, A*_ij = a_ij x_j / x_i and c*_i = f_i / x_i.
    """
    technical = np.array([[150, 500], [200, 100]]) / np.array([1000, 2000])
    found = []
    output, demand = np.array([1247.524752, 1841.584158]), np.array([600, 1500])
    shares = technical * output / output[:, None]
    inverse = np.array([[1.254125, 0.330033], [0.2640264, 1.122112]])
    total, rounding = np.zeros(2), np.zeros(2)
    for j in range(2):
        lost = np.zeros(2)
        lost[j] = demand[j] / output[j]
        q, bias = inoperability(shares, lost)
        total += q * output
        rounding += bias * output
        for i in range(2):
            scale = output[i] / demand[j]
            words = f"Leontief inverse {i + 1}, {j + 1}"
            found.append(compared("D2", words, inverse[i, j], q[i] * scale, bias[i] * scale, 6))
    for i in range(2):
        words = f"output of sector {i + 1} for f = (600, 1500)"
        found.append(compared("D2", words, output[i], total[i], rounding[i], 6))
    x = np.array([1000, 2000])
    q, bias = inoperability(technical * x / x[:, None], np.array([0.1 * 350 / 1000, 0]))
    for i, expected in enumerate((0.04389439, 0.004620462)):
        words = f"10% less final demand of sector 1: q of {i + 1}"
        found.append(compared("D2", words, expected, q[i], bias[i], 8))
    return found


def d3(sample: int) -> list[Comparison]:
    """Recovery q' = k (A q - q) of D1 from q = (0, .6), k = ln(100) / 60 a day: q at three times.

    The rate is no rule of the engine: the test steps in time (Heun, half a day), and asks the
    engine at each step for A q, the loss by what the others miss. Expected by matrix exponential;
    a bias of 1e-3 is declared for the step.
    """
    k, step = np.log(100) / 60, 0.5
    names = ("one", "two")
    assets = {f"is_{name}": {} for name in names}
    for name, other, share in (("one", "two", 0.8), ("two", "one", 0.2)):
        need = {"suppliers": {f"is_{other}": 1}, "criticality": share}
        assets[f"loss_{name}"] = {"combine": "sum", "needs": {"other": need}}
    watched = [f"loss_{name}" for name in names]
    made = watching(assets, watched, PEOPLE)

    def coupled(q: NDArray[np.float64]) -> NDArray[np.float64]:
        strikes = [hit(f"is_{n}", health=1 - float(x)) for n, x in zip(names, q, strict=True)]
        got = Engine(study(*strikes, horizon="1 h"), made).run(1)
        return np.array([got["people_peak", name][0] for name in watched]) / PEOPLE

    q, found = np.array([0, 0.6]), []
    published = {
        10: (0.1737015, 0.2917237), 30: (0.1268268, 0.08729981), 60: (0.0369065, 0.01940419),
    }  # fmt: skip
    peak = 0.0
    for n in range(1, round(60 / step) + 1):
        slope = k * (coupled(q) - q)
        later = q + step * slope
        q = q + step / 2 * (slope + k * (coupled(later) - later))
        peak = max(peak, float(q[0]))
        for i, expected in enumerate(published.get(n * step, ())):
            words = f"q of {i + 1} after {n * step:g} days"
            found.append(Comparison("D3", words, expected, float(q[i]), 1, 0, bias=1e-3))
    return [*found, Comparison("D3", "peak q of 1", 0.1816062, peak, 1, 0, bias=1e-3)]


CASES = (d1, d2, d3)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
