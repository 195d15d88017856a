"""A room imports only from the rooms below it, and the front door is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "simengine"
HEAVY = ("numba", "dask", "distributed", "xarray", "zarr", "pandas", "scipy", "pydantic", "pint")

pytestmark = pytest.mark.compiled_only  # about text, not about numbers


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, in full."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def test_every_import_contract_holds() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kernels_import_only_numpy_numba_and_math() -> None:
    allowed = {"numpy", "numba", "math", "__future__", "simengine.kernels"}
    # Named tuples are how numba is given a table of arrays; jit.py names the cache directory by a
    # hash, which takes a few of Python's own modules; two modules speak to LLVM.
    to_llvm = {"llvmlite", "typing"}
    extra = {
        "layout.py": {"collections", "typing"},
        "machine.py": to_llvm,
        "pointer.py": to_llvm,
    }
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((PACKAGE / "kernels").glob("*.py"))
        if path.name != "jit.py"
        for name in imported(path) - allowed - extra.get(path.name, set())
        if not name.startswith(("numpy.", "numba.", "simengine.kernels."))
    }
    assert not strangers


def test_the_numba_options_stand_in_one_place() -> None:
    others = {
        str(path.relative_to(ROOT))
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "jit.py" and "njit(" in path.read_text(encoding="utf-8")
    }
    assert not others


@pytest.mark.parametrize("room", ["analysis", "report"])
def test_reading_a_result_needs_no_cluster(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        names = imported(path)
        assert not {"numba", "distributed", "dask.distributed"} & names, path


@pytest.mark.parametrize(
    "code",
    [
        "import simengine",
        "from simengine.cli import main; main(['--help'], standalone_mode=False)",
    ],
    ids=["import", "help"],
)
def test_the_front_door_loads_no_numerical_library(code: str) -> None:
    look = f"{code}\nimport sys\nsys.exit(' '.join(sorted(set({HEAVY!r}) & set(sys.modules))) or 0)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert done.returncode == 0, f"loaded: {done.stderr}"


def test_every_public_name_resolves() -> None:
    import simengine

    for name in simengine.__all__:
        assert getattr(simengine, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = simengine.nothing
