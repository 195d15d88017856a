"""Growth of peak memory with the number of runs, where no run is kept.

Problem P at V = 60 through `simengine.run`, each size in a new process, one worker. `--save` goes
to 100 million runs and takes some ten minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import Any

from common import options, report

CODE = """
import resource, sys
from simengine import run, synthetic
runs, folder = int(sys.argv[1]), sys.argv[2]
run(synthetic(60, 1, runs=runs), f"{folder}/r.zarr", scheduler="serial")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
RUNS = (10_000, 1_000_000)
SAVED_RUNS = (1_000_000, 100_000_000)


def peak(runs: int) -> float:
    """Peak resident memory [MB] of a process that does so many runs."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(runs), folder],
            check=True,
            capture_output=True,
            text=True,
        )
    kilo = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return int(done.stdout.split()[-1]) * kilo / 1e6


def main() -> None:
    asked = options(__doc__)
    rows: list[dict[str, Any]] = []
    peak(200)  # compiles the kernels where they are not, which takes as much again
    for runs in (200, 400) if asked.smoke else SAVED_RUNS if asked.save else RUNS:
        now = peak(runs)
        least = rows[0]["peak MB"] if rows else now
        rows.append({"runs": runs, "peak MB": now, "growth MB": now - least, "bar": 10.0})
    report("memory", rows, asked.save)


if __name__ == "__main__":
    main()
