"""Time of simengine's kernel against other ways to do the same: lean Python, SimPy, NumPy by steps.

Problem P, same rules, same runs; the chances of a run are drawn by simengine's compiled draws for
all, in the rival's time. Rivals that go by events give simengine's numbers run by run, within 1e-9.
NumPy goes by steps of 15 minutes: it gives, as exactly, those of lean Python that rounds times up
to the same steps, and what the steps change in all person-hours is stated. CPU time, one thread, in
turns; ratios are of medians.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from common import alternate, median, options, report
from numpy.typing import NDArray
from problem_p import ProblemP
from rivals.lean_heapq import Lean
from rivals.numpy_steps import STEP, NumpySteps
from rivals.simpy_assets import SimpyAssets
from rivals.simpy_lean import SimpyLean

SEED = 1
TOLERANCE = 1e-9
# Runs by rival and number of assets: a repeat takes a few seconds at most.
RUNS: dict[str, dict[int, int]] = {
    "lean Python, heapq": {60: 10_000, 1000: 1000, 20_000: 60},
    "SimPy, lean": {60: 3000, 1000: 400, 20_000: 30},
    "SimPy, a process per asset": {60: 3000, 1000: 100, 20_000: 5},
    "NumPy, steps of 15 min": {60: 1000, 1000: 100},
}
SMOKE = {name: {60: 30} for name in RUNS}
REPEATS = 5

Call = Callable[[], NDArray[np.float64]]


def rival(name: str, p: ProblemP, runs: int) -> Call:
    """A call that follows runs 0, 1, ... of the rival."""
    if name.startswith("NumPy"):
        return partial(NumpySteps(p).rows, 0, runs)
    kinds = {"lean Python, heapq": Lean, "SimPy, lean": SimpyLean}
    made = kinds.get(name, SimpyAssets)(p)
    made.run(0)
    return lambda: np.array([made.run(r) for r in range(runs)])


def difference(found: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Largest relative difference of any number of any run."""
    apart = np.abs(found - expected)
    return float((apart / np.maximum(np.abs(expected), 1e-9)).max())


def check(name: str, found: NDArray[np.float64], p: ProblemP, exact: NDArray[np.float64]) -> float:
    """Refuse a rival with other numbers; the error of its person-hours, as a share of the mean."""
    expected = exact
    if name.startswith("NumPy"):
        stepped = Lean(p, STEP)
        expected = np.array([stepped.run(r) for r in range(len(exact))])
    apart = difference(found, expected)
    if apart > TOLERANCE:
        raise SystemExit(f"{name}, P {p.assets}: off by {apart:.2g}, more than {TOLERANCE}")
    services = len(p.names.services)
    return float(found[:, :services].sum() / exact[:, :services].sum() - 1.0)


def main() -> None:
    asked = options(__doc__)
    wanted = SMOKE if asked.smoke else RUNS
    rows: list[dict[str, Any]] = []
    for assets in sorted({size for sizes in wanted.values() for size in sizes}):
        p = ProblemP(assets, SEED)
        for name, sizes in wanted.items():
            if assets not in sizes:
                continue
            runs = sizes[assets]
            values, call = p.reference(runs), rival(name, p, runs)
            error = check(name, call(), p, p.headline(values))
            calls: list[Callable[[], object]] = [partial(p.simulate, 0, values), call]
            ours, theirs = alternate(calls, 1 if asked.smoke else REPEATS)
            rows.append(
                {
                    "study": f"P {assets}",
                    "rival": name,
                    "runs": runs,
                    "us a run": median(theirs) / runs * 1e6,
                    "simengine us a run": median(ours) / runs * 1e6,
                    "times slower": median(theirs) / median(ours),
                    "error of person-hours": error if abs(error) > TOLERANCE else 0.0,
                }
            )
    report("rivals", rows, asked.save)


if __name__ == "__main__":
    main()
