"""The cache of compiled kernels: named by what it depends on, writable, never nested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = (
    "import numba; from simengine.kernels import jit; "
    "import os; print(numba.config.CACHE_DIR); print(os.environ['NUMBA_CACHE_DIR'])"
)

pytestmark = pytest.mark.compiled_only  # nothing is cached without compiling


def directory(**environment: str) -> Path:
    """Cache directory of a fresh process in which numba was imported first."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    ran = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    configured, stated = ran.stdout.split()
    assert configured == stated
    return Path(configured)


def test_the_cache_stands_in_the_users_cache_directory(tmp_path: Path) -> None:
    found = directory(XDG_CACHE_HOME=str(tmp_path))
    assert found.parent == tmp_path / "simengine" / "numba"
    assert found.is_dir()


def test_a_users_own_directory_is_the_parent_and_a_child_process_does_not_nest(
    tmp_path: Path,
) -> None:
    found = directory(NUMBA_CACHE_DIR=str(tmp_path))
    assert found.parent == tmp_path
    assert directory(NUMBA_CACHE_DIR=str(found)) == found


def test_without_a_writable_home_the_cache_is_temporary(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    found = directory(XDG_CACHE_HOME=str(blocked), TMPDIR=str(tmp_path))
    assert found.is_relative_to(tmp_path)
    assert found.is_dir()


def test_a_temporary_directory_that_others_may_write_to_is_not_trusted(tmp_path: Path) -> None:
    shared = tmp_path / f"simengine-numba-{os.getuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    found = directory(HOME=str(tmp_path / "none"), XDG_CACHE_HOME="/dev/null", TMPDIR=str(tmp_path))
    assert not found.is_relative_to(shared)
