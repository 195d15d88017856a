"""The real engine on the shipped Dutch model: the same bits however a study is run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray

from simengine.compiled import compile_study
from simengine.runs.driver import compile_text, run_engine
from simengine.runs.provenance import compare
from simengine.scenario.study import read_study

pytestmark = pytest.mark.compiled_only
RUNS, DRAWS = 60, 3
ROOT = Path(__file__).parents[2]


def make(path: Path, scheduler: str = "serial", chunk=(2, 7), runs: int = RUNS, **more):
    overrides = [("runs", runs), ("epistemic.size", DRAWS), ("outputs.keep_runs", ["all"])]
    engine = compile_study(read_study("quickstart", overrides))
    return run_engine(
        engine, compile_text, output=path, scheduler=scheduler, workers=2, chunk=chunk, **more
    )


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> xarray.Dataset:
    return make(tmp_path_factory.mktemp("truth") / "out.zarr", chunk=(DRAWS, RUNS))


@pytest.mark.parametrize("chunk", [(1, 1), (3, 7), (1, 1000)])
def test_any_chunk_size_gives_the_same_bits(chunk, truth, tmp_path):
    found = compare(truth, make(tmp_path / "out.zarr", chunk=chunk))
    assert found.equal, str(found)


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_threads_and_processes_give_the_same_bits(scheduler, truth, tmp_path):
    found = compare(truth, make(tmp_path / "out.zarr", scheduler))
    assert found.equal, str(found)


def test_a_cluster_by_address_gives_the_same_bits(truth, tmp_path):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        found = compare(truth, make(tmp_path / "out.zarr", cluster.scheduler_address))
    assert found.equal, str(found)


def test_fewer_runs_are_the_prefix_of_more(truth, tmp_path):
    longer = make(tmp_path / "out.zarr", runs=3 * RUNS)
    for name in ("person_hours_per_run", "basic_hours_to_90_per_run", "status"):
        first = longer[name].isel(run=slice(RUNS)).values
        np.testing.assert_array_equal(first, truth[name].values)


def test_a_run_that_is_killed_halfway_resumes_to_the_same_bits(truth, tmp_path):
    path = tmp_path / "out.zarr"
    script = f"""
import os, signal
from pathlib import Path
from tests.test_runs.test_real_engine import make
def die(progress):
    if progress.chunks_done >= 9:
        os.kill(os.getpid(), signal.SIGKILL)
make(Path({str(path)!r}), "threads", progress=die)
"""
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    found = compare(truth, make(path, resume=True))
    assert found.equal, str(found)


def test_xarray_alone_reads_a_result_with_labels_units_and_long_names(truth, tmp_path):
    path = tmp_path / "out.zarr"
    make(path)
    script = f"""
import sys, xarray
result = xarray.open_zarr({str(path)!r}, consolidated=True)
assert "simengine" not in sys.modules
figure = result["person_hours"]
assert figure.dims == ("variant", "threat", "epistemic", "statistic", "service"), figure.dims
assert figure.attrs["units"] == "person hour" and figure.attrs["long_name"]
assert list(result.service.values)[0] == "drinking_water" and result.attrs["complete"]
print(float(figure.sel(statistic="mean", service="electricity").mean()))
"""
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert float(found.stdout) > 0
