"""`simengine run` and what comes after it: plan, summary, rerun, resume."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import xarray

from tests.test_cli.conftest import SIMENGINE, Call

pytestmark = pytest.mark.compiled_only


def test_a_run_says_its_size_first_then_where_the_result_is_and_what_it_says(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    done = simengine("run", study, "-o", "out.zarr")
    assert done.returncode == 0, done.stderr
    first, second, *rest = done.stdout.splitlines()
    assert first == "3 cells x 40 runs = 120 runs (threats 1, epistemic draws 3)"
    assert second == "Result: out.zarr"
    assert "The power station fails" in rest
    assert "Fire in the station: 120 good runs over 3 epistemic draws" in rest
    assert re.search(r"electricity +[\d,]+ ± [\d,]+", done.stdout)
    assert "one standard error" in rest[-1]
    assert (tmp_path / "out.zarr" / "zarr.json").exists()


def test_the_default_output_is_named_by_study_and_digest(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    done = simengine("run", study)
    assert done.returncode == 0, done.stderr
    (store,) = (tmp_path / "results").glob("*.zarr")
    assert re.fullmatch(r"power_fails-[0-9a-f]{8}\.zarr", store.name)
    assert f"Result: results/{store.name}" in done.stdout


def test_the_same_command_again_prints_the_same_and_runs_nothing(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    first = simengine("run", study, "-o", "out.zarr")
    log = tmp_path / "out.zarr.ledger" / "log.jsonl"
    before = log.read_text()
    again = simengine("run", study, "-o", "out.zarr")
    summary = simengine("summary", "out.zarr")
    assert again.returncode == 0
    assert again.stdout == first.stdout
    assert log.read_text() == before
    assert summary.stdout == "\n".join(first.stdout.splitlines()[1:]) + "\n"


def test_another_study_at_the_same_place_is_refused_and_nothing_is_touched(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    simengine("run", study, "-o", "out.zarr")
    before = xarray.open_zarr(tmp_path / "out.zarr").load()
    other = simengine("run", study, "-o", "out.zarr", "--set", "seed=12")
    assert other.returncode == 2
    assert "that of another study, seed or version" in other.stderr
    assert "Traceback" not in other.stderr
    assert xarray.open_zarr(tmp_path / "out.zarr").identical(before)


def test_a_file_that_is_no_result_is_refused(simengine: Call, study: Path, tmp_path: Path) -> None:
    (tmp_path / "out.zarr").mkdir()
    (tmp_path / "out.zarr" / "diary.txt").write_text("dear diary")
    for command in (["run", study, "-o", "out.zarr"], ["summary", "out.zarr"]):
        done = simengine(*command)
        assert done.returncode == 2
        assert "out.zarr" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "out.zarr" / "diary.txt").read_text() == "dear diary"


def test_an_unknown_scheduler_is_bad_input(simengine: Call, study: Path) -> None:
    done = simengine("run", study, "--scheduler", "slurm")
    assert done.returncode == 2
    assert "expected serial, threads, processes or the address" in done.stderr
    assert "Traceback" not in done.stderr


def test_options_change_the_study(simengine: Call, study: Path) -> None:
    done = simengine(
        "run", study, "--runs", 5, "--epistemic", 2, "--set", "horizon=1 day", "--lang", "nl"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 cellen x 5 runs = 10 runs")
    assert "Brand in de centrale: 10 goede runs" in done.stdout


def test_all_problems_are_told_at_once_a_line_each(simengine: Call, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: study/1\nname: broken\nrums: 3\nhorizon: 5\n", encoding="utf-8")
    done = simengine("run", broken, "--set", "sead=1")
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert any("broken.yaml:3" in line and "did you mean 'runs'?" in line for line in lines)
    assert any("horizon" in line and "found 5" in line for line in lines)
    assert all(re.match(r"(\S+\.yaml(:\d+)?|--set): ", line) for line in lines), done.stderr


def test_a_plan_tells_the_total_and_makes_nothing(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    done = simengine("plan", study, "--runs", 1000)
    assert done.returncode == 0, done.stderr
    assert "3,000 runs" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_result_made_again_from_what_it_carries_is_the_same(simengine: Call, study: Path) -> None:
    simengine("run", study, "-o", "out.zarr")
    study_is_not_needed = simengine("rerun", "out.zarr", "--scheduler", "serial")
    assert study_is_not_needed.returncode == 0, study_is_not_needed.stderr
    assert "arrays equal bit for bit" in study_is_not_needed.stdout


def test_ctrl_c_stops_with_status_3_and_resuming_gives_the_undisturbed_result(
    simengine: Call, study: Path, tmp_path: Path
) -> None:
    command = ["run", study, "--runs", 30_000, "--epistemic", 40]
    started = subprocess.Popen(
        [SIMENGINE, *map(str, command), "-o", "out.zarr"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    marks = tmp_path / "out.zarr.ledger" / "done"
    limit = time.monotonic() + 120
    while not list(marks.glob("*.json")) and started.poll() is None:
        assert time.monotonic() < limit, "no chunk was done in two minutes"
        time.sleep(0.01)
    started.send_signal(signal.SIGINT)
    _, stderr = started.communicate(timeout=60)
    assert started.returncode == 3, stderr
    assert "--resume" in stderr
    assert "Traceback" not in stderr

    assert simengine(*command, "-o", "out.zarr").returncode == 2  # not without --resume
    resumed = simengine(*command, "-o", "out.zarr", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    undisturbed = simengine(*command, "-o", "whole.zarr")
    assert undisturbed.returncode == 0, undisturbed.stderr
    a, b = (xarray.open_zarr(tmp_path / name) for name in ("out.zarr", "whole.zarr"))
    assert a.drop_attrs().identical(b.drop_attrs())
