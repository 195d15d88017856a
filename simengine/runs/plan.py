"""What a run will do and cost, before it starts: cells, chunks, bytes, memory, time.

The size of a chunk comes from a short pilot; the answer never depends on it.
"""

from __future__ import annotations

import math
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simengine.estimates import looks
from simengine.runs.fields import Engine, curve_shape
from simengine.runs.grid import VARIANTS, Grid
from simengine.runs.progress import Refused
from simengine.runs.tallies import BINS, BLOCK_VALUES
from simengine.scenario.sampling import groups
from simengine.scenario.study import Study

PILOT_SECONDS = 0.02
TASK_SECONDS = 0.35
TASKS_A_WORKER = 8
MOST_CHUNKS = 20_000
CHUNK_BYTES = 64 * 2**20
CHUNK_SECONDS = 0.004  # to tally and mark a chunk, and again for each array it writes
PROCESS_BYTES = 450 * 2**20  # the libraries and the kernels, in a process of their own
ARENA_BYTES = 48 * 2**20  # what threads, zarr and the allocator keep for themselves, a worker


@dataclass(frozen=True)
class Plan:
    """Forecast of a run.

    Attributes
    ----------
    grid
        Shape of the whole and of a chunk.
    looks
        Numbers of runs at which the stop rule looks; one without a rule.
    workers
        Tasks at a time.
    seconds_a_run
        Cost of one run in the pilot, mean over threats [s].
    disk
        Most bytes the result and its ledger take; compression makes it less.
    memory
        Most bytes of memory beyond what this process holds already, all workers together.
    seconds
        Time for all runs.
    """

    grid: Grid
    looks: tuple[int, ...]
    workers: int
    seconds_a_run: float
    disk: int
    memory: int
    seconds: float

    @property
    def total(self) -> int:
        """Runs in all."""
        return self.grid.cells * self.grid.runs

    def __str__(self) -> str:
        g = self.grid
        return "\n".join(
            [
                f"{g.cells:,} cells ({g.variants} variant x {g.threats} threats x {g.epistemic} "
                f"epistemic) x {g.runs:,} runs = {self.total:,} runs"
                + (" at most" if len(self.looks) > 1 else ""),
                f"{g.chunk_count:,} chunks of {g.chunk_epistemic} epistemic x "
                f"{g.chunk_runs:,} runs",
                f"at most {_size(self.disk)} on disk, about {_size(self.memory)} more memory",
                f"about {self.seconds:,.1f} s with {self.workers} workers "
                f"({self.seconds_a_run * 1e6:,.1f} us a run)",
            ]
        )


def forecast(
    study: Study,
    engine: Engine,
    workers: int | None = None,
    chunk: tuple[int, int] | None = None,
    processes: bool = False,
) -> Plan:
    """Plan a run.

    Parameters
    ----------
    study
        What is asked.
    engine
        The study compiled.
    workers
        Tasks at a time; None: one a core.
    chunk
        Epistemic draws and runs in a chunk; None: from the pilot.
    processes
        Whether each worker is a process of its own on this machine.

    Raises
    ------
    Refused
        If a chunk shape is given that the looks of the stop rule do not fit.
    """
    workers = workers or cores()
    ends = looks(study.runs, study.until.at_most) if study.until else (study.runs,)
    cost = _pilot(engine, study.epistemic.size)
    kept = kept_columns(study, engine)
    row_bytes = 8 * len(engine.columns) + 4 * len(kept)
    threats = len(VARIANTS) * len(engine.threats)
    shape = chunk or _shape(study.epistemic.size, ends, cost, workers, threats, 4 * len(kept))
    if len(ends) > 1 and ends[0] % shape[1]:
        raise Refused(
            f"a chunk of {shape[1]} runs does not divide the {ends[0]} runs between looks"
        )
    size = (min(shape[0], study.epistemic.size), min(shape[1], ends[-1]))
    grid = Grid(len(VARIANTS), len(engine.threats), study.epistemic.size, ends[-1], *size)
    disk, memory = _bytes(grid, engine, len(kept), row_bytes, workers, processes)
    total = grid.cells * grid.runs
    kinds = len({engine.columns[i].variable for i in kept})
    a_chunk = CHUNK_SECONDS * (1 + kinds)
    seconds = 1.0 + (total * cost + grid.chunk_count * a_chunk) / workers
    return Plan(grid, ends, workers, cost, disk, memory, seconds)


def refuse_if_too_large(plan: Plan, output: Path) -> None:
    """Refuse a run that fits neither disk nor memory.

    Parameters
    ----------
    plan
        The forecast.
    output
        Where the result is to come.

    Raises
    ------
    Refused
        With what is needed and what is free.
    """
    where = output.absolute()
    while not where.exists():
        where = where.parent
    free = shutil.disk_usage(where).free
    if plan.disk > free:
        raise Refused(
            f"the result may take {_size(plan.disk)} on disk, {_size(free)} is free; keep fewer "
            "quantities for every run (outputs.keep_runs) or ask fewer runs"
        )
    memory = free_memory()
    if memory is not None and plan.memory > memory:
        raise Refused(
            f"the run may take {_size(plan.memory)} of memory, {_size(memory)} is free; use fewer "
            "workers or keep fewer quantities for every run (outputs.keep_runs)"
        )


def kept_columns(study: Study, engine: Engine) -> list[int]:
    """Numbers of the columns whose value is kept for every run.

    Raises
    ------
    Refused
        If `outputs.keep_runs` names a quantity that the engine does not yield.
    """
    asked = set(study.outputs.keep_runs)
    known = {c.variable for c in engine.columns}
    if unknown := asked - known - {"all"}:
        raise Refused(
            f"outputs.keep_runs: expected some of {', '.join(sorted(known))}, "
            f"found {', '.join(sorted(unknown))}"
        )
    return [i for i, c in enumerate(engine.columns) if "all" in asked or c.variable in asked]


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes of memory that can be had without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None


def _pilot(engine: Engine, epistemic: int) -> float:
    """Seconds a run takes, mean over threats, from about 20 ms of runs of the first draws."""
    draws = list(range(min(epistemic, 4)))
    parameters = engine.epistemic_parameters(draws)
    services, times, bins = curve_shape(engine)
    curves = np.zeros((services, times, 1 + bins), dtype=np.int64) if times else None

    def once(threat: int, draw: int, n: int, first: int = 0) -> float:
        values = np.zeros((n, len(engine.columns)))
        status = np.zeros(n, dtype=np.int32)
        begin = time.perf_counter()
        engine.simulate(threat, draw, first, values, status, curves, parameters[draw])
        return time.perf_counter() - begin

    # Runs of one stratum are alike in what they cost, so each stratum has a pilot.
    strata = list(groups(engine.study.sampling, engine.study.runs).spans(0, engine.study.runs))
    pilots = len(engine.threats) * len(strata)
    total = 0.0
    for threat in range(len(engine.threats)):
        once(threat, 0, 1)  # the first call compiles
        for _, first, last in strata:
            n, spent, done = 1, 0.0, 0
            while spent < PILOT_SECONDS / pilots and done < 1_000_000:
                spent += once(threat, draws[done % len(draws)], n, first)
                done += n
                n = min(2 * n, last - first) if len(strata) > 1 else 2 * n
            total += max(spent, 1e-9) / done * (last - first) / engine.study.runs
    return total / len(engine.threats)


def _shape(
    epistemic: int, ends: tuple[int, ...], cost: float, workers: int, threats: int, row: int
) -> tuple[int, int]:
    """Epistemic draws and runs in a chunk.

    A chunk takes `TASK_SECONDS` of kernel; less where there would be fewer than `TASKS_A_WORKER`
    chunks a worker, but not less than it takes to tally and mark it; more where there would be more
    than `MOST_CHUNKS`; and never more kept values than `CHUNK_BYTES`.
    """
    runs, total = ends[0] if len(ends) > 1 else ends[-1], threats * epistemic * ends[-1]
    wanted = TASK_SECONDS / cost
    wanted = min(wanted, total / (TASKS_A_WORKER * workers))
    wanted = max(wanted, CHUNK_SECONDS / cost, total / MOST_CHUNKS, 1.0)
    if row:
        wanted = min(wanted, max(CHUNK_BYTES / row, 1.0))
    if wanted >= runs:
        return min(epistemic, max(1, int(wanted / runs))), runs
    pieces = math.ceil(runs / wanted)
    if len(ends) == 1:
        return 1, math.ceil(runs / pieces)
    # Between two looks must lie whole chunks: the largest divisor that is small enough.
    divisors = [runs // k for k in range(pieces, min(4 * pieces, runs) + 1) if runs % k == 0]
    return 1, divisors[0] if divisors else runs


def _bytes(
    grid: Grid, engine: Engine, kept: int, row_bytes: int, workers: int, processes: bool
) -> tuple[int, int]:
    """Most bytes on disk and in memory."""
    R, H = len(engine.columns), sum(c.histogram for c in engine.columns)
    services, times, bins = curve_shape(engine)
    total, cells = grid.cells * grid.runs, grid.cells
    parts = cells * grid.columns  # tallies in the ledger
    curve = 8 * services * times
    whole = groups(engine.study.sampling, engine.study.runs)
    strata = whole.strata
    tally = (
        48 * R * len(whole)
        + 16 * H * min(BINS, grid.chunk_runs)
        + curve * (1 + 2 * min(bins, grid.chunk_runs))
    )
    result = 24 * R + strata * (8 * H * min(BINS, grid.runs) + curve * (1 + min(bins, grid.runs)))
    disk = total * (4 * kept + (4 if kept else 0)) + cells * result + parts * tally
    chunk = grid.chunk_epistemic * grid.chunk_runs * (4 * kept + 4)
    block = max(BLOCK_VALUES * 8, row_bytes)
    worker = (
        ARENA_BYTES
        + (PROCESS_BYTES if processes else 0)
        + 2 * block
        + 2 * chunk
        + grid.chunk_epistemic * tally
        + 8 * H * BINS
        + 3 * curve * (1 + bins)
    )
    end = grid.chunk_epistemic * (result + 8 * H * BINS * strata) * 2
    return int(disk), int(workers * worker + end)


def _size(count: float) -> str:
    """Bytes as people read them."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def as_json(plan: Plan) -> dict[str, Any]:
    """The forecast as plain numbers, for the log."""
    return {**plan.grid.as_dict(), "disk": plan.disk, "memory": plan.memory, "total": plan.total}
