"""What the benchmarks share: options, timing by CPU and by clock, the record of a result."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = ("simengine", "numpy", "numba", "llvmlite", "xarray", "zarr", "dask")


def options(text: str) -> argparse.Namespace:
    """Read `--smoke` and `--save`; `text` says what the benchmark measures."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--smoke", action="store_true", help="seconds, at tiny sizes")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/NAME.json")
    return parser.parse_args()


def cpu_time(call: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, that a call takes."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def alternate(
    calls: Sequence[Callable[[], object]], repeats: int, clock: Callable[..., float] = cpu_time
) -> list[list[float]]:
    """Times [s] of several calls, taken in turns: (call, repeat).

    In turns, so that a busy neighbour or a warm processor touches all alike.
    """
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for mine, call in zip(times, calls, strict=True):
            mine.append(clock(call))
    return times


def median(times: Sequence[float]) -> float:
    """The middle one."""
    return float(statistics.median(times))


def processor() -> str:
    """Model name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def report(name: str, rows: list[dict[str, Any]], save: bool) -> None:
    """Print a table; with `save`, write it with what it was measured on."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_shown(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in (columns, *cells):
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    if save:
        RESULTS.mkdir(exist_ok=True)
        record = {
            "command": " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *sys.argv[1:]]),
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "processor": processor(),
            "python": platform.python_version(),
            "versions": {package: version(package) for package in PACKAGES},
            "rows": rows,
        }
        path = RESULTS / f"{name}.json"
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(f"written: benchmarks/results/{path.name}")


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
