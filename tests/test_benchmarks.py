"""Each benchmark runs once at its smallest size, so that it still runs when it is needed.

A benchmark is a script `benchmarks/bench_*.py` that takes `--smoke`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "benchmarks").glob("bench_*.py"))

pytestmark = [pytest.mark.benchmark, pytest.mark.compiled_only]


def test_each_benchmark_runs(tmp_path: Path) -> None:
    for script in SCRIPTS:
        done = subprocess.run(
            [sys.executable, script, "--smoke"], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{script.name}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip(), f"{script.name} prints no figure"
