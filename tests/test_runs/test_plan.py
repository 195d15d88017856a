"""The forecast: chunks tile the whole, sizes follow the rules, what will not fit is refused."""

from __future__ import annotations

import shutil
import sys
from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simengine.runs import Refused, plan
from simengine.runs import plan as plan_function
from simengine.runs.driver import run_engine
from simengine.runs.grid import Grid
from simengine.runs.plan import (
    CHUNK_BYTES,
    CHUNK_SECONDS,
    MOST_CHUNKS,
    TASK_SECONDS,
    _shape,
    cores,
    forecast,
    free_memory,
    refuse_if_too_large,
)
from simengine.scenario.study import Until
from tests.test_runs import counting

module = sys.modules["simengine.runs.plan"]

sizes = st.integers(1, 9)


@given(sizes, sizes, st.integers(1, 20), sizes, st.integers(1, 20))
def test_chunks_tile_the_whole_once(threats, epistemic, runs, chunk_epistemic, chunk_runs):
    grid = Grid(2, threats, epistemic, runs, chunk_epistemic, chunk_runs)
    seen = set()
    chunks = list(grid.chunks())
    for c in chunks:
        for e in range(*c.epistemic):
            for r in range(*c.run):
                seen.add((c.variant, c.threat, e, r))
    assert len(seen) == sum(c.runs for c in chunks) == grid.cells * runs
    assert sorted(c.number for c in chunks) == list(range(grid.chunk_count))
    assert all(c.epistemic[0] % chunk_epistemic == c.run[0] % chunk_runs == 0 for c in chunks)


@given(sizes, st.integers(1, 5), st.integers(1, 6))
def test_looks_divide_the_chunks_between_them(epistemic, chunk_runs, times):
    grid = Grid(1, 2, epistemic, 7 * chunk_runs * times, 2, chunk_runs)
    first = list(grid.chunks(0, chunk_runs * times))
    rest = list(grid.chunks(chunk_runs * times, grid.runs))
    assert sorted(c.number for c in first + rest) == list(range(grid.chunk_count))


COSTS = st.floats(1e-8, 10.0)


@given(
    st.integers(1, 5000),
    st.integers(1, 10**9),
    COSTS,
    st.integers(1, 64),
    st.integers(1, 20),
    st.sampled_from([0, 4, 4000]),
)
def test_a_chunk_is_worth_its_task(epistemic, runs, cost, workers, threats, row):
    e, r = _shape(epistemic, (runs,), cost, workers, threats, row)
    assert 1 <= e <= epistemic
    assert 1 <= r <= runs
    assert e == 1 or r == runs
    count = threats * -(-epistemic // e) * -(-runs // r)
    cells = threats * epistemic
    if e * r > 1 and e * r > 2 * epistemic * runs * threats / MOST_CHUNKS:
        assert e * r * cost <= 2 * TASK_SECONDS
    if row == 0:
        # Worth what it takes to tally and mark it, but for whole pieces.
        assert e * r * cost >= 0.49 * CHUNK_SECONDS or (e, r) == (epistemic, runs)
        # Cells are not joined across threats, and a cell is cut into equal pieces.
        assert count <= 2 * MOST_CHUNKS + 2 * cells
    elif r < runs:
        assert e * r * row <= CHUNK_BYTES + row


def test_chunks_between_looks_are_equal():
    for runs in (500, 499, 512, 30):
        _, r = _shape(3, (runs, 2 * runs, 4 * runs), 0.02, 2, 1, 0)
        assert runs % r == 0


def test_the_forecast_says_cells_times_runs_first():
    found = forecast(counting.engine().study, counting.engine(), workers=2)
    first = str(found).splitlines()[0]
    assert first == "6 cells (1 variant x 2 threats x 3 epistemic) x 100 runs = 600 runs"
    assert found.total == 600
    until = counting.engine(until=Until("struck", "mean", 0.1, 700))
    assert "700 runs = 4,200 runs at most" in str(forecast(until.study, until))


def test_the_disk_forecast_bounds_what_is_written(tmp_path):
    for keep in ((), ("all",)):
        engine = counting.engine(runs=4000, keep=keep, curves=True)
        found = forecast(engine.study, engine, chunk=(2, 500))
        path = tmp_path / f"{len(keep)}.zarr"
        run_engine(engine, counting.build, output=path, scheduler="serial", chunk=(2, 500))
        files = [p for p in tmp_path.glob(f"{len(keep)}.zarr*/**/*") if p.is_file()]
        written = sum(p.stat().st_size for p in files if p.suffix not in (".json", ".jsonl"))
        assert written < found.disk


def test_what_does_not_fit_is_refused_with_both_numbers(tmp_path, monkeypatch):
    engine = counting.engine(runs=10**6, keep=("all",))
    found = forecast(engine.study, engine, workers=2)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 5_000_000))
    with pytest.raises(Refused, match=r"may take .* MB on disk, 5\.0 MB is free"):
        refuse_if_too_large(found, tmp_path / "a" / "b.zarr")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 10**15))
    monkeypatch.setattr(module, "free_memory", lambda: 7_000_000)
    with pytest.raises(Refused, match=r"may take .* MB of memory, 7\.0 MB is free"):
        refuse_if_too_large(found, tmp_path / "b.zarr")
    monkeypatch.setattr(module, "free_memory", lambda: None)
    refuse_if_too_large(found, tmp_path / "b.zarr")


def test_an_unknown_quantity_to_keep_is_refused(tmp_path):
    engine = counting.engine(keep=("losses",))
    with pytest.raises(Refused, match="found losses"):
        forecast(engine.study, engine)


def test_the_machine_is_asked():
    assert cores() >= 1
    assert free_memory() is None or free_memory() > 2**20
    assert plan is plan_function
