"""All that the README calls the tests, one step after another, with a table of times.

`python -m tests` runs every step; `python -m tests lint types` runs the named ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
PYTEST = [PYTHON, "-m", "pytest", "-q", "--durations=8", "-p", "no:cacheprovider"]
WORKERS = ["-n", "2", "--dist", "worksteal"]
COVERAGE = [PYTHON, "-m", "coverage"]
# Of the kernels, all but what talks to the compiler: interpreted, that does nothing.
COMPILER = ",".join(f"simengine/kernels/{name}.py" for name in ("jit", "machine", "pointer"))
KERNELS = ["--include=simengine/kernels/*", f"--omit={COMPILER}", "--fail-under=95"]

# name, commands in order, what is added to the environment
STEPS: list[tuple[str, list[list[str]], dict[str, str]]] = [
    ("lint", [[str(BIN / "ruff"), "check", "."]], {}),
    ("format", [[str(BIN / "ruff"), "format", "--check", "."]], {}),
    ("types", [[str(BIN / "mypy")]], {}),
    ("layers", [[str(BIN / "lint-imports"), "--no-cache"]], {}),
    # Kernels are compiled once, here, so that the workers below only read the cache.
    ("warm-up", [[str(BIN / "simengine"), "warmup"]], {}),
    ("compiled", [[*PYTEST, *WORKERS, "-m", "not docs and not benchmark"]], {}),
    # Kernels that check every index, against the reference.
    ("bounds", [[*PYTEST, "tests/test_reference.py"]], {"NUMBA_BOUNDSCHECK": "1"}),
    (
        "interpreted",
        [
            [*COVERAGE, "erase"],
            [*COVERAGE, "run", "-m", *PYTEST[2:], *WORKERS],
            [*COVERAGE, "combine", "-q"],
            [*COVERAGE, "report"],
            [*COVERAGE, "report", *KERNELS],
        ],
        {"NUMBA_DISABLE_JIT": "1"},
    ),
    ("docs", [[*PYTEST, "-m", "docs"]], {}),
    ("benchmarks", [[*PYTEST, "-m", "benchmark"]], {}),
]


def main(names: list[str]) -> int:
    """Run the steps and print the table; 0 when all passed."""
    unknown = set(names) - {name for name, _, _ in STEPS}
    if unknown:
        print(f"no such step: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    (ROOT / ".cache").mkdir(exist_ok=True)
    rows: list[tuple[str, str, float]] = []
    for name, commands, environment in STEPS:
        if names and name not in names:
            continue
        print(f"\n== {name}", flush=True)
        start = time.perf_counter()
        good = all(
            subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode == 0
            for command in commands
        )
        rows.append((name, "passed" if good else "FAILED", time.perf_counter() - start))
    print()
    for name, outcome, seconds in rows:
        print(f"{name:<12} {outcome:<7} {seconds:7.1f} s")
    print(f"{'all':<20} {sum(row[2] for row in rows):7.1f} s")
    return int(any(outcome != "passed" for _, outcome, _ in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
