"""A counting engine: the laws of running, without a cascade.

It offers what a compiled study offers, with values that are a pure function of (threat, draw, run)
that anyone can compute again in one line. All else is the real code of the package.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simengine.scenario.network import Network
from simengine.scenario.study import Counting, Curves, Epistemic, Outputs, Study, Until

SERVICES = ("electricity", "tap_water")
REGIONS = ("north", "south")
FAILED = 3


@dataclass(frozen=True)
class Column:
    variable: str
    unit: str
    quantum: float
    histogram: bool
    service: str | None = None
    region: str | None = None
    order: int | None = None


def make_columns() -> tuple[Column, ...]:
    found = [Column("person_hours", "person hour", 2.0**-10, True, s) for s in SERVICES]
    found += [Column("people_peak", "person", 1.0, False, s) for s in SERVICES]
    # The pair (tap_water, south) has no column: its place in the result stays NaN.
    pairs = [(s, r) for s in SERVICES for r in REGIONS][:-1]
    found += [Column("region_people_peak", "person", 1.0, False, s, r) for s, r in pairs]
    found += [Column("by_order", "person hour", 1.0, False, SERVICES[0], order=k) for k in (1, 0)]
    return (*found, Column("struck", "1", 1.0, True))


def uniform(threat: int, epistemic: int, run: np.ndarray, k: int) -> np.ndarray:
    """A hash of the place to [0, 1)."""
    x = np.uint64(threat * 7919 + epistemic * 104729 + k * 15485863) + run.astype(np.uint64)
    with np.errstate(over="ignore"):
        for shift in (33, 29, 32):
            x = (x ^ (x >> np.uint64(shift))) * np.uint64(0xFF51AFD7ED558CCD)
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53


def expected(threat: int, epistemic: int, runs: np.ndarray, columns: int, spread: float = 0.0):
    """Values of runs, shape (run, column): exponential, with a few exact zeros."""
    u = np.stack([uniform(threat, epistemic, runs, k) for k in range(columns)], axis=1)
    level = 1.0 + spread * uniform(threat, epistemic, np.zeros(1), 99)[0]
    return np.floor(np.where(u < 0.2, 0.0, -1000.0 * level * np.log1p(-u)))


@dataclass
class CountingEngine:
    study: Study
    failing: bool = False
    spread: float = 0.0
    slow: float = 0.0
    columns: tuple[Column, ...] = field(default_factory=make_columns)
    threats: tuple[str, ...] = ("flood", "storm")
    curve_services: tuple[str, ...] = SERVICES

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.study.text.encode()).hexdigest()

    @property
    def curve_steps(self) -> np.ndarray:
        curves = self.study.outputs.curves
        return np.arange(0.0, 4 * curves.step, curves.step) if curves else np.zeros(0)

    @property
    def people_edges(self) -> np.ndarray:
        return np.array([0, 10, 100, 120])

    def epistemic_parameters(self, indices: Sequence[int]) -> np.ndarray:
        return np.array([[float(e)] for e in indices])

    def simulate(self, threat, epistemic, first_run, values, status, curves, parameters) -> None:
        assert parameters[0] == epistemic
        if self.slow:
            time.sleep(self.slow)
        runs = np.arange(first_run, first_run + len(values))
        values[...] = expected(threat, epistemic, runs, len(self.columns), self.spread)
        if self.failing:
            status[...] = np.where(runs % 10 == 7, FAILED, 0)
            values[status != 0] = -1.0
        if curves is not None:
            good = runs[status == 0]
            for s in range(len(self.curve_services)):
                for t in range(4):
                    curves[s, t, 0] += int((s + 1) * (t + 1) * good.sum())
                    curves[s, t, 1:] += np.bincount((good + t) % 3, minlength=3)


def make_study(
    runs: int = 100,
    epistemic: int = 3,
    keep: tuple[str, ...] = (),
    curves: bool = False,
    until: Until | None = None,
    **engine: Any,
) -> Study:
    asked = [runs, epistemic, keep, curves, until and list(vars(until).values()), engine]
    return Study(
        format="study/1",
        name="counting",
        title={"en": "Counting"},
        kind="scenario",
        model="none",
        network=Network(format="network/1", name="none", title={}, source="x", confidence="low",
                        regions={}, services={}, pools={}, profiles={}, carriers={}, assets={},
                        areas={}, uncertain={}),
        seed=2**64 - 1,
        runs=runs,
        epistemic=Epistemic(epistemic),
        horizon=3.6e6,
        window=(0.0, 3.6e6),
        own_failures=False,
        manual_restart=None,
        start=None,
        uncertain={},
        threats={},
        counting=Counting(),
        outputs=Outputs(keep_runs=keep, curves=Curves(3.6e6) if curves else None),
        until=until,
        text=json.dumps(asked),
    )  # fmt: skip


def build(text: str) -> CountingEngine:
    """The engine from the text of its study, as a worker in another process makes it."""
    runs, epistemic, keep, curves, until, engine = json.loads(text)
    study = make_study(
        runs, epistemic, tuple(keep), curves, Until(*until) if until else None, **engine
    )
    return CountingEngine(study, **engine)


def engine(**asked: Any) -> CountingEngine:
    return build(make_study(**asked).text)


def by_hand(values: np.ndarray, quantum: float) -> tuple[float, float, float]:
    """Mean, sd and standard error of values that are whole quanta."""
    n, k = len(values), [int(v / quantum) for v in values]
    variance = (n * sum(x * x for x in k) - sum(k) ** 2) / (n * (n - 1))
    return sum(k) / n * quantum, math.sqrt(variance) * quantum, math.sqrt(variance / n) * quantum
