"""A result depends on the study alone: not on chunks, schedulers, workers, stops or crashes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray

from simengine.runs import Stopped, WorkersLost, open_results
from simengine.runs import execute as execute_module
from simengine.runs.driver import run_engine
from simengine.runs.provenance import compare
from tests.test_runs import counting

ASKED = {"runs": 60, "epistemic": 3, "keep": ("all",), "curves": True, "failing": True}


def make(path: Path, scheduler: str = "serial", chunk=(2, 7), workers=2, **more):
    asked = {**ASKED, **more.pop("asked", {})}
    return run_engine(
        counting.engine(**asked),
        counting.build,
        output=path,
        scheduler=scheduler,
        workers=workers,
        chunk=chunk,
        **more,
    )


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> xarray.Dataset:
    return make(tmp_path_factory.mktemp("truth") / "out.zarr", chunk=(3, 60))


def assert_same(result: xarray.Dataset, truth: xarray.Dataset) -> None:
    found = compare(truth, result)
    assert found.equal, str(found)
    assert len(found.same) > 25


@pytest.mark.parametrize("chunk", [(1, 1), (3, 7), (2, 13), (1, 1000)])
def test_any_chunk_size_gives_the_same_bits(chunk, truth, tmp_path):
    assert_same(make(tmp_path / "out.zarr", chunk=chunk), truth)


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_give_the_same_bits(workers, truth, tmp_path):
    assert_same(make(tmp_path / "out.zarr", "threads", workers=workers), truth)


def test_the_pilots_chunk_gives_the_same_bits(truth, tmp_path):
    assert_same(make(tmp_path / "out.zarr", "threads", chunk=None), truth)


@pytest.mark.compiled_only
def test_processes_give_the_same_bits(truth, tmp_path):
    assert_same(make(tmp_path / "out.zarr", "processes"), truth)


@pytest.mark.compiled_only
def test_a_cluster_by_address_gives_the_same_bits_though_a_worker_dies(truth, tmp_path):
    from distributed import LocalCluster

    killed = []

    def kill_one(progress):
        if not killed and progress.chunks_done > 3:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        asked = {"slow": 0.02}
        result = make(
            tmp_path / "out.zarr", cluster.scheduler_address, asked=asked, progress=kill_one
        )
    assert killed
    same = compare(truth, result)
    assert set(same.differ) <= {"attribute study", "attribute compiled_digest"}, str(same)


def test_fewer_runs_are_the_prefix_of_more(truth, tmp_path):
    longer = make(tmp_path / "out.zarr", asked={"runs": 90, "epistemic": 5})
    first = longer.isel(run=slice(60), epistemic=slice(3))
    for name in ("person_hours_per_run", "status", "region_people_peak_per_run"):
        np.testing.assert_array_equal(first[name].values, truth[name].values)


def stop_after(chunks: int):
    def callback(progress):
        if progress.chunks_done == chunks:
            raise KeyboardInterrupt

    return callback


@pytest.mark.parametrize("scheduler", ["serial", "threads"])
def test_a_run_stopped_again_and_again_resumes_to_the_same_bits(scheduler, truth, tmp_path):
    path = tmp_path / "out.zarr"
    for chunks in (5, 17):
        with pytest.raises(Stopped, match="--resume"):
            make(path, scheduler, resume=True, progress=stop_after(chunks))
    assert not (tmp_path / "out.zarr.ledger" / "running").exists()
    partial = open_results(path, incomplete=True)
    assert 0 < int((partial.status.values >= 0).sum()) < partial.status.size
    assert_same(make(path, scheduler, resume=True), truth)


@pytest.mark.compiled_only
def test_a_run_that_is_killed_resumes_to_the_same_bits(truth, tmp_path):
    path = tmp_path / "out.zarr"
    script = f"""
import os, signal
from pathlib import Path
from tests.test_runs.test_same_bits import make
def die(progress):
    if progress.chunks_done == 20:
        os.kill(os.getpid(), signal.SIGKILL)
make(Path({str(path)!r}), "threads", progress=die)
"""
    root = Path(__file__).parents[2]
    died = subprocess.run([sys.executable, "-c", script], cwd=root, check=False)
    assert died.returncode == -signal.SIGKILL
    assert (tmp_path / "out.zarr.ledger" / "running").exists()
    assert_same(make(path, resume=True), truth)


@pytest.mark.compiled_only
@pytest.mark.parametrize(
    ("scheduler", "worker_imports_for"),
    [("serial", 0), ("threads", 0), ("processes", 0), ("processes", 1)],
)
def test_control_c_stops_cleanly_and_says_how_to_resume(
    scheduler, worker_imports_for, truth, tmp_path
):
    path = tmp_path / "out.zarr"
    script = f"""
import sys, time
if __name__ == "__mp_main__" and {worker_imports_for}:
    print("a worker is importing", flush=True)
    time.sleep({worker_imports_for})
from pathlib import Path
from simengine.runs import Stopped
from tests.test_runs.test_same_bits import make
if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]), {scheduler!r}, progress=lambda p: print(p.runs_done, flush=True),
             asked={{"slow": 0.03}})
    except Stopped as stopped:
        print("stopped:", stopped, file=sys.stderr)
        sys.exit(3)
"""
    file = tmp_path / "script.py"
    file.write_text(script)
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, str(file), str(path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert child.stdout is not None
    child.stdout.readline()
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to the whole group
    _, told = child.communicate(timeout=60)
    assert child.returncode == 3, told
    assert "stopped after" in told
    assert "--resume" in told
    assert "Traceback" not in told
    assert not (tmp_path / "out.zarr.ledger" / "running").exists()
    result = make(path, resume=True, asked={"slow": 0.03})
    assert set(compare(truth, result).differ) <= {"attribute study", "attribute compiled_digest"}


@pytest.mark.compiled_only
def test_memory_follows_the_chunk_and_not_the_number_of_runs(tmp_path):
    """The peak of a process that does 20 times as many runs, in chunks of one size."""
    script = """
import resource, sys
from pathlib import Path
from simengine.runs.plan import forecast
from tests.test_runs import counting
from tests.test_runs.test_same_bits import make
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
asked = {"runs": int(sys.argv[2]), "epistemic": 1, "keep": (), "curves": False, "failing": False}
engine = counting.engine(**asked)
plan, before = forecast(engine.study, engine, 2, (1, 20_000)), peak()
make(Path(sys.argv[1]), "threads", chunk=(1, 20_000), asked=asked)
print(peak(), plan.memory - (peak() - before))
"""
    root = Path(__file__).parents[2]
    peak, spare = {}, {}
    for runs in (50_000, 1_000_000):
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / f"{runs}.zarr"), str(runs)],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        peak[runs], spare[runs] = map(int, done.stdout.split())
    assert min(spare.values()) > 0  # the forecast holds
    assert peak[1_000_000] - peak[50_000] < 10e6


@pytest.mark.parametrize("harm", ["data", "tallies", "no data"])
def test_what_a_crash_spoilt_is_done_again(harm, truth, tmp_path):
    """After a loss of power a mark may outlive its data: the digests find that."""
    path, ledger = tmp_path / "out.zarr", tmp_path / "out.zarr.ledger"
    with pytest.raises(Stopped):
        make(path, progress=stop_after(10))
    mark = sorted((ledger / "done").glob("*.json"))[4]
    if harm == "tallies":
        file = mark.with_suffix(".npz")
    else:
        pieces = (path / "people_peak_per_run" / "c").rglob("*")
        file = sorted(p for p in pieces if p.is_file())[3]
    if harm == "no data":
        file.unlink()
    else:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 16
        file.write_bytes(data)
    (ledger / "running").touch()
    assert_same(make(path, resume=True), truth)
    assert '"taken_back": 1' in (ledger / "log.jsonl").read_text()


@pytest.mark.compiled_only
def test_a_worker_process_that_dies_costs_only_its_chunks(truth, tmp_path):
    import psutil

    killed = []

    def kill_one(progress):
        if not killed and progress.chunks_done > 3:
            workers = psutil.Process().children(recursive=True)
            spawned = [w for w in workers if "spawn_main" in " ".join(w.cmdline())]
            killed.append(spawned[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    result = make(tmp_path / "out.zarr", "processes", asked={"slow": 0.01}, progress=kill_one)
    assert killed
    assert set(compare(truth, result).differ) <= {"attribute study", "attribute compiled_digest"}


@pytest.mark.compiled_only
def test_a_chunk_that_kills_every_worker_ends_the_run_with_its_number(tmp_path):
    engine = counting.engine(**ASKED)
    with pytest.raises(WorkersLost, match="chunks \\[0"):
        run_engine(
            engine,
            deadly_build,
            output=tmp_path / "out.zarr",
            scheduler="processes",
            workers=1,
            chunk=(3, 60),
        )


def deadly_build(text: str):
    os._exit(1)


def test_a_worker_with_another_version_is_refused(tmp_path):
    engine = counting.engine(**ASKED)
    with pytest.raises(RuntimeError, match="same version"):
        run_engine(
            engine, other_build, output=tmp_path / "out.zarr", scheduler="processes", workers=1
        )


def other_build(text: str):
    return counting.engine(**{**ASKED, "runs": 61})


def test_an_address_where_nobody_answers_is_refused(tmp_path, monkeypatch):
    import distributed

    def nobody(*_, **__):
        raise TimeoutError("no answer")

    monkeypatch.setattr(distributed, "Client", nobody)
    with pytest.raises(execute_module.Refused, match="no dask scheduler answers"):
        make(tmp_path / "out.zarr", "tcp://127.0.0.1:1")


def test_only_four_names_of_schedulers(tmp_path):
    with pytest.raises(execute_module.Refused, match="expected serial, threads, processes"):
        make(tmp_path / "out.zarr", "magic")
