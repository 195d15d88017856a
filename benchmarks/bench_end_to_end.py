"""CPU time of a whole `simengine.run` with kept runs against that of its kernel alone.

Nine numbers of every run are kept. The two take turns in one process, serial, and the median of the
ratios is given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from common import cpu_time, median, options, report

from simengine import Study, compile_study, run, synthetic

KEPT = ("person_hours", "people_peak", "hours_to_90")  # three services each
SIZES = {60: 200_000, 1000: 20_000}
BLOCK = 1000
REPEATS = 5


def kernel_alone(study: Study) -> Callable[[], None]:
    """A call that follows all runs and keeps nothing."""
    compiled = compile_study(study)
    parameters = compiled.epistemic_parameters([0])[0]
    values, status = np.zeros((BLOCK, len(compiled.columns))), np.zeros(BLOCK, dtype=np.int32)

    def simulate() -> None:
        for first in range(0, study.runs, BLOCK):
            n = min(BLOCK, study.runs - first)
            compiled.simulate(0, 0, first, values[:n], status[:n], None, parameters)

    return simulate


def measure(assets: int, runs: int, repeats: int) -> dict[str, Any]:
    """Both times in turns."""
    study = synthetic(assets, 1, runs=runs)
    study = replace(study, outputs=replace(study.outputs, keep_runs=KEPT))
    simulate = kernel_alone(study)
    simulate()
    whole, kernel = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "r.zarr"
            whole.append(cpu_time(lambda path=path: run(study, path, scheduler="serial")))
        kernel.append(cpu_time(simulate))
    ratios = [a / b for a, b in zip(whole, kernel, strict=True)]
    return {
        "assets": assets,
        "runs": runs,
        "whole s": median(whole),
        "kernel s": median(kernel),
        "ratio": median(ratios),
        "bar": 1.05 if assets >= 1000 else 1.25,
    }


def main() -> None:
    asked = options(__doc__)
    sizes = {60: 500} if asked.smoke else SIZES
    rows = [measure(assets, runs, 1 if asked.smoke else REPEATS) for assets, runs in sizes.items()]
    report("end_to_end", rows, asked.save)


if __name__ == "__main__":
    main()
