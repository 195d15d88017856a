"""Seconds from a command to its answer: help, a first result warm, a first result cold.

Each in a new process, by the clock. Cold means an empty cache of compiled kernels. Python's own
bytecode is there in all of them, as after `setup.sh` and a first start: it is kept in a folder of
its own, also where the environment forbids Python to write any.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import median, options, report

REPEATS = 5
HELP = "from simengine.cli import main; main(['--help'])"
FIRST = """
import numpy as np
from simengine import compile_study, read_study
compiled = compile_study(read_study("quickstart"))
values, status = np.zeros((1, len(compiled.columns))), np.zeros(1, dtype=np.int32)
compiled.simulate(0, 0, 0, values, status, None, compiled.epistemic_parameters([0])[0])
"""
RUN = (
    "from simengine.cli import main; main(['run', 'quickstart', '--set', 'runs=2', '-o', 'r.zarr'])"
)


def seconds(code: str, folder: str, **environment: str) -> float:
    """Clock time of a new Python that runs some code in a folder."""
    here = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**here, **environment},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begin


def main() -> None:
    asked = options(__doc__)
    with tempfile.TemporaryDirectory() as bytecode:
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        measure(asked)


def measure(asked: argparse.Namespace) -> None:
    """Take all the times and report them."""
    repeats = 1 if asked.smoke else REPEATS
    rows = []
    for name, code, bar in (
        ("--help", HELP, 0.15),
        ("one run, warm", FIRST, None),
        ("simengine run, warm", RUN, 2.0),
    ):
        taken = []
        for _ in range(repeats + 1):
            with tempfile.TemporaryDirectory() as folder:
                taken.append(seconds(code, folder))
        # The first one loads files from disk, writes bytecode, or compiles.
        rows.append({"what": name, "s": median(taken[1:]), "bar": bar})
    if not asked.smoke:
        with tempfile.TemporaryDirectory() as folder:
            cold = seconds(FIRST, folder, NUMBA_CACHE_DIR=str(Path(folder) / "cache"))
        rows.append({"what": "one run, cold", "s": cold, "bar": 30.0})
    report("startup", rows, asked.save)


if __name__ == "__main__":
    main()
