"""Each benchmark runs once at its smallest size, so that it still runs when it is needed.

A benchmark is a script `benchmarks/bench_*.py` that takes `--smoke`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "benchmarks").glob("bench_*.py"))
TWIN = ROOT / "benchmarks" / "bench_twin.py"

pytestmark = [pytest.mark.benchmark, pytest.mark.compiled_only]


def smoke(script: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script, "--smoke"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_benchmark_runs(script: Path, tmp_path: Path) -> None:
    if script == TWIN and shutil.which("cc") is None:
        pytest.skip("the twin of the kernel is compiled here, and this machine has no C compiler")
    done = smoke(script, tmp_path)
    assert done.returncode == 0, f"{script.name}\n{done.stdout}{done.stderr}"
    assert done.stdout.strip(), f"{script.name} prints no figure"


def test_the_twin_says_that_it_needs_a_compiler(tmp_path: Path) -> None:
    done = smoke(TWIN, tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "this benchmark compiles a C program: it needs a C compiler named cc"
    )
