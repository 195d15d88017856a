"""What stands in a result, where it is put, and what is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr

from simengine.runs import Refused, Stopped, open_results, rerun
from simengine.runs.driver import run_engine
from simengine.runs.provenance import compare
from simengine.runs.store import attributes_of
from simengine.scenario.study import Until
from simengine.variables import problems
from tests.test_runs import counting
from tests.test_runs.test_same_bits import make, stop_after


def do(path, **asked):
    return run_engine(
        counting.engine(**asked), counting.build, output=path, scheduler="serial", chunk=(2, 40)
    )


def test_statistics_are_those_of_the_good_runs(tmp_path):
    result = do(tmp_path / "out.zarr", failing=True)
    runs = np.array([r for r in range(100) if r % 10 != 7])
    names = [(c.variable, {"service": c.service}, c.quantum) for c in counting.make_columns()[:4]]
    for t, threat in enumerate(("flood", "storm")):
        for e in range(3):
            values = counting.expected(t, e, runs, len(counting.make_columns()))
            for column, (name, place, quantum) in enumerate(names):
                found = result[name].sel(variant="base", threat=threat, epistemic=e, **place)
                assert tuple(found.values) == counting.by_hand(values[:, column], quantum)


def test_kept_values_are_the_engines_and_nan_where_a_run_failed(tmp_path):
    result = do(tmp_path / "out.zarr", keep=("struck",), failing=True)
    values = counting.expected(1, 2, np.arange(100), len(counting.make_columns()))[:, -1]
    found = result.struck_per_run.sel(variant="base", threat="storm", epistemic=2).values
    failed = np.arange(100) % 10 == 7
    np.testing.assert_array_equal(found, np.where(failed, np.nan, values).astype(np.float32))
    assert "people_peak_per_run" not in result
    status = result.status.sel(variant="base", threat="storm", epistemic=2).values
    np.testing.assert_array_equal(status, np.where(failed, counting.FAILED, 0))


def test_failed_runs_are_counted_and_the_first_named(tmp_path):
    result = do(tmp_path / "out.zarr", failing=True)
    assert (result.failed_runs == 10).all()
    assert (result.good_runs == 90).all()
    np.testing.assert_array_equal(result.first_failed_runs.values[0, 1, 2], [7, 17, 27, 37, 47])
    assert (result.first_failed_status == counting.FAILED).all()
    assert len(result.first_failed_status.attrs["sentences"]) == len(
        result.first_failed_status.attrs["flag_values"]
    )


def test_a_cell_without_failures_names_none(tmp_path):
    result = do(tmp_path / "out.zarr")
    assert (result.failed_runs == 0).all()
    assert (result.first_failed_runs == -1).all()


def test_histograms_hold_every_good_run_in_its_bin(tmp_path):
    result = do(tmp_path / "out.zarr", failing=True)
    counts = result.person_hours_histogram
    assert counts.dims == ("variant", "threat", "epistemic", "bin", "service")
    assert (counts.sum("bin") == result.good_runs).all()
    runs = np.array([r for r in range(100) if r % 10 != 7])
    values = counting.expected(0, 1, runs, len(counting.make_columns()))[:, 0]
    quanta = values / counts.attrs["quantum"]
    low, high = result.bin_low.values, result.bin_high.values
    cell = counts.isel(variant=0, threat=0, epistemic=1, service=0).values
    for b in np.flatnonzero(cell):
        assert cell[b] == np.count_nonzero((quanta >= low[b]) & (quanta <= high[b]))


def test_mean_curves_are_over_good_runs(tmp_path):
    result = do(tmp_path / "out.zarr", curves=True, failing=True)
    runs = np.array([r for r in range(100) if r % 10 != 7])
    wanted = [[(s + 1) * (t + 1) * runs.mean() for t in range(4)] for s in range(2)]
    np.testing.assert_allclose(result.curve_mean.values[0, 1, 2], wanted, rtol=1e-15)
    np.testing.assert_array_equal(result.time.values, [0.0, 1.0, 2.0, 3.0])
    wanted = [[np.bincount((runs + t) % 3, minlength=3) for t in range(4)]] * 2
    np.testing.assert_array_equal(result.curve_histogram.values[0, 1, 2], wanted)
    np.testing.assert_array_equal(result.people_bin.values, [0, 10, 100])
    np.testing.assert_array_equal(result.people_bin_high.values, [9, 99, 119])


def test_a_result_obeys_the_registry(tmp_path):
    result = do(tmp_path / "out.zarr", keep=("all",), curves=True)
    assert problems(result) == []
    for array in result.variables.values():
        assert {"units", "long_name", "description"} <= set(array.attrs)
    np.testing.assert_array_equal(result.order.values, [0, 1])
    assert np.isnan(result.region_people_peak.sel(service="tap_water", region="south")).all()


@pytest.mark.compiled_only
def test_xarray_alone_opens_a_result(tmp_path):
    do(tmp_path / "out.zarr", keep=("person_hours",))
    script = """
import sys, warnings
warnings.simplefilter("error")
import xarray
ds = xarray.open_zarr(sys.argv[1])
a = ds.person_hours_per_run
assert a.dims == ("variant", "threat", "epistemic", "run", "service"), a.dims
assert a.attrs["units"] == "person hour" and a.attrs["long_name"] and a.chunks
assert list(ds.service.values) == ["electricity", "tap_water"]
assert ds.attrs["complete"] == 1 and "simengine" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "out.zarr")], check=True)


def test_pieces_carry_a_checksum(tmp_path):
    path = tmp_path / "out.zarr"
    do(path, keep=("struck",))
    file = next(p for p in sorted((path / "struck_per_run" / "c").rglob("*")) if p.is_file())
    data = bytearray(file.read_bytes())
    data[-6] ^= 1
    file.write_bytes(data)
    with pytest.raises(ValueError, match="checksum"):
        open_results(path).struck_per_run.values  # noqa: B018


def test_a_complete_result_is_given_again_without_running(tmp_path):
    path = tmp_path / "out.zarr"
    first = do(path)
    again = do(path)
    assert again.attrs["created"] == first.attrs["created"]


def test_a_result_comes_to_results_by_name_and_digest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = do(None)
    assert [p.name for p in (tmp_path / "results").glob("*.zarr")] == [
        f"counting-{result.attrs['digest'][:8]}.zarr"
    ]


def test_what_is_not_this_result_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "out.zarr"
    do(path)
    with pytest.raises(Refused, match="another study"):
        do(path, runs=101)
    assert open_results(path).attrs["runs"] == 100
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="something else"):
        do(tmp_path / "folder")
    assert (tmp_path / "folder" / "thesis.txt").read_text() == "mine"
    zarr.create_group(str(tmp_path / "other.zarr"))
    with pytest.raises(Refused, match="something else"):
        do(tmp_path / "other.zarr")
    (tmp_path / "new.zarr.ledger").mkdir()
    with pytest.raises(Refused, match="expected a ledger"):
        do(tmp_path / "new.zarr")


def test_a_partial_run_is_opened_only_when_asked(tmp_path):
    path = tmp_path / "out.zarr"
    with pytest.raises(Stopped) as stopped:
        make(path, progress=stop_after(3))
    assert stopped.value.done == 3
    with pytest.raises(Refused, match="not complete"):
        open_results(path)
    with pytest.raises(Refused, match="give --resume"):
        make(path)
    partial = open_results(path, incomplete=True)
    assert partial.attrs["complete"] == 0
    assert np.isnan(partial.people_peak).all()
    for file in (tmp_path / "out.zarr.ledger").iterdir():
        if file.is_file():
            file.unlink()
    with pytest.raises(Refused, match="ledger is missing"):
        make(path, resume=True)


def test_nothing_is_no_result(tmp_path):
    with pytest.raises(Refused, match="found none"):
        open_results(tmp_path / "no.zarr")
    zarr.create_group(str(tmp_path / "other.zarr"))
    with pytest.raises(Refused, match="another zarr store"):
        open_results(tmp_path / "other.zarr")


def test_a_result_can_be_made_again_from_itself_and_a_change_is_found(tmp_path):
    path = tmp_path / "out.zarr"
    do(path, keep=("struck",), curves=True, failing=True)
    found = rerun(path, scheduler="serial", build=counting.build)
    assert found.equal, str(found)
    array = zarr.open_group(str(path), mode="r+")["struck_per_run"]
    array[0, 1, 2, 50] += 1.0
    found = rerun(path, scheduler="serial", build=counting.build)
    assert found.differ == {"struck_per_run": "1 of 600 values differ"}


def test_provenance_says_what_and_not_where(tmp_path):
    attrs = do(tmp_path / "out.zarr").attrs
    assert attrs["seed"] == str(2**64 - 1)
    assert json.loads(attrs["environment"])["numpy"] == np.__version__
    assert attrs["study"] == counting.make_study().text
    assert attrs["created"].endswith("+00:00")
    import getpass
    import platform

    text = json.dumps(attrs)
    for secret in (str(tmp_path), str(Path.home()), sys.prefix):
        assert secret not in text
    assert platform.node() not in re.findall(r"[\w.-]+", text)
    assert f"/{getpass.getuser()}/" not in text


def test_the_log_has_a_line_for_each_chunk(tmp_path):
    do(tmp_path / "out.zarr")
    lines = (tmp_path / "out.zarr.ledger" / "log.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events.count("chunk") == 2 * 2 * 3
    assert events[0] == "planned"
    assert events[-1] == "complete"


def test_progress_counts_to_the_end(tmp_path):
    seen = []
    make(tmp_path / "out.zarr", progress=seen.append)
    assert seen[-1].chunks_done == seen[-1].chunks == len(seen)
    assert seen[-1].runs_done == seen[-1].runs == 2 * 3 * 60
    assert seen[-1].failed == 2 * 3 * 6
    assert seen[-1].left == 0


UNTIL = Until("person_hours", "mean", 0.05, 1600)


@pytest.fixture(scope="module")
def until(tmp_path_factory):
    return run_until(tmp_path_factory.mktemp("until") / "out.zarr", (6, 100))


def run_until(path, chunk):
    engine = counting.engine(runs=100, epistemic=6, keep=("struck",), until=UNTIL)
    return run_engine(engine, counting.build, output=path, scheduler="serial", chunk=chunk)


def test_a_stop_rule_stops_when_the_error_is_small_enough(until):
    runs, looks = until.attrs["runs"], until.attrs["stop_looks"]
    assert until.attrs["stop_met"] == 1
    assert runs == 100 * 2 ** (looks - 1) < UNTIL.at_most
    means = until.person_hours.sel(statistic="mean")
    error = means.std("epistemic", ddof=1) / 6**0.5 / means.mean("epistemic")
    assert float(error.max()) < UNTIL.relative_error
    assert until.sizes["run"] == runs
    assert (until.good_runs == runs).all()
    assert not np.isnan(until.struck_per_run).any()


@pytest.mark.parametrize("chunk", [(3, 50), (1, 10), None])
def test_a_stop_rule_stops_at_the_same_run_for_any_chunk(chunk, until, tmp_path):
    assert compare(until, run_until(tmp_path / "out.zarr", chunk)).equal


def test_a_stop_rule_that_runs_cannot_meet_names_the_draws_that_can(tmp_path):
    result = do(
        tmp_path / "out.zarr",
        runs=40,
        epistemic=8,
        spread=10.0,
        until=Until("struck", "mean", 0.01, 40 * 2**10),
    )
    assert result.attrs["stop_met"] == 0
    assert "epistemic draws can" in result.attrs["stop_reason"]
    assert result.attrs["runs"] < 40 * 2**10


def test_a_stopped_study_with_a_stop_rule_resumes_to_the_same_runs(tmp_path):
    asked = {"runs": 100, "epistemic": 6, "until": UNTIL, "keep": ("struck",)}
    whole = make(tmp_path / "whole.zarr", chunk=(6, 50), asked=asked)
    path = tmp_path / "out.zarr"
    with pytest.raises(Stopped):
        make(path, chunk=(2, 10), asked=asked, progress=stop_after(70))
    resumed = make(path, asked=asked, resume=True)
    assert resumed.attrs["runs"] == whole.attrs["runs"]
    np.testing.assert_array_equal(resumed.struck_per_run, whole.struck_per_run)


def test_a_chunk_that_does_not_divide_the_looks_is_refused(tmp_path):
    with pytest.raises(Refused, match="does not divide"):
        make(tmp_path / "out.zarr", chunk=(1, 7), asked={"runs": 100, "until": UNTIL})
    assert attributes_of(tmp_path / "out.zarr") == {}
