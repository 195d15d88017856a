"""Two threads against one: the same runs of one cell, shared out in chunks; by the clock.

The kernel lets go of Python's lock and each thread has a state of its own, so two cores should take
half the time. The efficiency is the time of one thread over twice that of two, in turns. On a
machine with other work it says little; then the CPU time of two threads over that of one shows
whether they hinder each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from common import alternate, median, options, report
from numpy.typing import NDArray

from simengine import compile_study, synthetic
from simengine.compiled import CompiledStudy

SEED = 1
RUNS = {60: 100_000, 1000: 8000, 20_000: 240}
CHUNKS = 40
THREADS = 2
REPEATS = 5


def clock(call: Callable[[], object]) -> float:
    """Seconds by the clock that a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def simulate(compiled: CompiledStudy, parameters: NDArray[np.float64], first: int, n: int) -> float:
    """Follow a chunk; the sum of its numbers."""
    values, status = np.zeros((n, len(compiled.columns))), np.zeros(n, dtype=np.int32)
    compiled.simulate(0, 0, first, values, status, None, parameters)
    return float(values.sum())


def ratio(times: Sequence[float], others: Sequence[float]) -> float:
    """Median over the repeats."""
    return median([x / y for x, y in zip(times, others, strict=True)])


def main() -> None:
    asked = options(__doc__)
    rows: list[dict[str, Any]] = []
    pools = [ThreadPoolExecutor(1), ThreadPoolExecutor(THREADS)]
    for assets, runs in ({60: 4000} if asked.smoke else RUNS).items():
        compiled = compile_study(synthetic(assets, SEED))
        parameters = compiled.epistemic_parameters([0])[0]
        size = runs // CHUNKS
        chunk = partial(simulate, compiled, parameters)

        def work(pool: ThreadPoolExecutor, chunk: Any = chunk, size: int = size) -> list[float]:
            return list(pool.map(chunk, range(0, CHUNKS * size, size), [size] * CHUNKS))

        if work(pools[0]) != work(pools[1]):  # also makes each thread's state
            raise SystemExit(f"P {assets}: two threads give other numbers than one")
        calls, repeats = [partial(work, pool) for pool in pools], 1 if asked.smoke else REPEATS
        one, two = alternate(calls, repeats, clock)
        cpu = alternate(calls, repeats)
        rows.append(
            {
                "study": f"P {assets}",
                "runs": CHUNKS * size,
                "one thread s": median(one),
                f"{THREADS} threads s": median(two),
                "efficiency": ratio(one, two) / THREADS,
                "CPU of two over one": ratio(cpu[1], cpu[0]),
            }
        )
    report("cores", rows, asked.save)


if __name__ == "__main__":
    main()
