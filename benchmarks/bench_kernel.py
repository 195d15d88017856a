"""Time of the kernel alone, by run, by asset touched, by instant.

On problem P at three sizes and on two studies of the Dutch model. CPU time, one thread, one
process; the studies take turns, and the median of the repeats is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from common import alternate, median, options, report

from simengine import compile_study, read_study, synthetic
from simengine.kernels import layout

SEED = 1
RUNS = {"P 60": 5000, "P 1000": 500, "P 20000": 20, "quickstart": 200, "national_blackout": 20}
REPEATS = 7


def prepare(name: str, runs: int) -> tuple[Callable[[], None], Callable[[], dict[str, Any]]]:
    """A call that follows the runs of one cell, and one that counts what happened in them."""
    size = name.removeprefix("P ")
    study = synthetic(int(size), SEED) if size.isdigit() else read_study(name)
    compiled = compile_study(study)
    parameters = compiled.epistemic_parameters([0])[0]
    values, status = np.zeros((runs, len(compiled.columns))), np.zeros(runs, dtype=np.int32)

    def simulate() -> None:
        compiled.simulate(0, 0, 0, values, status, None, parameters)

    def count() -> dict[str, Any]:
        names = [column.variable for column in compiled.columns]
        touched = values[:, [names.index("struck"), names.index("followed")]].sum(axis=1)
        # A log has one line a change; its times are the instants at which something changed.
        logs = [compiled.log(0, 0, run)[0] for run in range(min(runs, 20))]
        return {
            "touched": float(touched.mean()),
            "instants": float(np.mean([len(np.unique(log[:, layout.LOG.time])) for log in logs])),
            "changes": float(np.mean([len(log) for log in logs])),
            "failed": int((status != 0).sum()),
        }

    simulate()  # compiles or loads
    return simulate, count


def main() -> None:
    asked = options(__doc__)
    runs = {"P 60": 100, "quickstart": 5} if asked.smoke else RUNS
    prepared = [prepare(name, count) for name, count in runs.items()]
    times = alternate([simulate for simulate, _ in prepared], 1 if asked.smoke else REPEATS)
    rows = []
    for (name, number), (_, count), taken in zip(runs.items(), prepared, times, strict=True):
        found, each = count(), median(taken) / number * 1e6
        rows.append(
            {
                "study": name,
                "us a run": each,
                "us a touched asset": each / max(found["touched"], 1e-9),
                "us a change": each / max(found["changes"], 1e-9),
                "us an instant": each / max(found["instants"], 1e-9),
                **found,
            }
        )
    report("kernel", rows, asked.save)


if __name__ == "__main__":
    main()
