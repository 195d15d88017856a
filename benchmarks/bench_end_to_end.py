"""CPU time of a whole `simengine.run` with kept runs against that of its kernel alone.

Nine numbers of every run are kept. The two take turns in one process, serial, and the median of the
ratios is given. The kernel alone takes some 10 s, so that the ratio is about runs. What a run costs
whatever its size (compiling the study, the layout, the pilot, the summaries) is the time of a run
of one, given beside it; ``beyond fixed`` is the ratio without it.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from common import alternate, median, options, report

from simengine import Study, compile_study, run, synthetic

KEPT = ("person_hours", "people_peak", "hours_to_90")  # three services each
SIZES = {60: 2_500_000, 1000: 180_000}
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
    one = replace(study, runs=1)
    kernel_alone(one)()  # loads or compiles
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{number}.zarr" for number in itertools.count())

        def whole(asked: Study) -> Callable[[], object]:
            return lambda: run(asked, next(paths), scheduler="serial")

        whole(one)()
        calls = whole(study), kernel_alone(study), whole(one)
        all_of_it, kernel, fixed = alternate(calls, repeats)
    both = list(zip(all_of_it, kernel, strict=True))
    return {
        "assets": assets,
        "runs": runs,
        "whole s": median(all_of_it),
        "kernel s": median(kernel),
        "fixed s": median(fixed),
        "ratio": median([a / b for a, b in both]),
        "beyond fixed": median([(a - median(fixed)) / b for a, b in both]),
        "bar": 1.05 if assets >= 1000 else 1.25,
    }


def main() -> None:
    asked = options(__doc__)
    sizes = {60: 500} if asked.smoke else SIZES
    rows = [measure(assets, runs, 1 if asked.smoke else REPEATS) for assets, runs in sizes.items()]
    report("end_to_end", rows, asked.save)


if __name__ == "__main__":
    main()
