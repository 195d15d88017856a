"""One chunk: simulate it, tally it, write it whole, mark it. Doing it twice is harmless."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simengine.runs.fields import Engine, Field, curve_shape
from simengine.runs.grid import Chunk, Grid
from simengine.runs.layout import NOT_DONE
from simengine.runs.ledger import Ledger, sha256
from simengine.runs.store import write_region
from simengine.runs.tallies import BLOCK_VALUES, CellTally, ChunkTally
from simengine.scenario.sampling import groups


class Halted(Exception):
    """The chunk was given up half-way because the run is to stop; nothing of it was marked."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to do any chunk of a run.

    Attributes
    ----------
    store
        Path of the store.
    digest
        Digest of the result; names the compiled study in a worker's memory.
    text
        The study, from which the worker compiles it.
    build
        Function from that text to the engine.
    compiled
        Digest that the compiled study must have.
    grid
        Shape of the whole and of a chunk.
    kept
        Quantities kept for every run.
    """

    store: str
    digest: str
    text: str
    build: Callable[[str], Engine]
    compiled: str
    grid: Grid
    kept: tuple[Field, ...]

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns kept for every run, those of each quantity in turn."""
        return tuple(c for field in self.kept for c in field.columns.tolist())


@dataclass(frozen=True)
class Done:
    """A chunk that is done.

    Attributes
    ----------
    number, runs, failed
        Number of the chunk, its runs, and how many of them failed.
    """

    number: int
    runs: int
    failed: int


@lru_cache(maxsize=4)
def load_job(path: str, digest: str) -> Job:
    """Read a job from the ledger, once a process.

    Parameters
    ----------
    path
        The file.
    digest
        SHA-256 that it must have; what the driver wrote just now, nothing older.
    """
    data = Path(path).read_bytes()
    if sha256(data) != digest:
        raise RuntimeError(f"{path} is not the job of this run: was another run started on it?")
    job: Job = pickle.loads(data)  # noqa: S301  (the digest came from the driver)
    return job


_engines: dict[str, Engine] = {}
_compiling = threading.Lock()


def engine_of(job: Job) -> Engine:
    """The compiled study of a job, compiled once a process."""
    with _compiling:
        if job.digest not in _engines:
            _engines.clear()  # one study a process: an older one will not come back
            engine = job.build(job.text)
            if engine.digest != job.compiled:
                raise RuntimeError(
                    f"a worker compiled the study to {engine.digest[:8]}, the driver to "
                    f"{job.compiled[:8]}: both need the same version of simengine"
                )
            _engines[job.digest] = engine
        return _engines[job.digest]


def remember(digest: str, engine: Engine) -> None:
    """Let the workers of this process use a study that is compiled already."""
    with _compiling:
        _engines.clear()
        _engines[digest] = engine


def do_chunk(job: Job, chunk: Chunk, halt: threading.Event | None = None) -> Done:
    """Do a chunk unless it is marked: simulate, write its region, write its tallies, mark it.

    Parameters
    ----------
    job
        What to do.
    chunk
        Which part.
    halt
        When set, give up between blocks.

    Raises
    ------
    Halted
        If it was given up.
    """
    ledger = Ledger(Path(job.store))
    if ledger.marked(chunk.number):
        return Done(chunk.number, chunk.runs, ledger.read_mark(chunk.number)["failed"])
    begin = time.perf_counter()
    values, status, tally = simulate(engine_of(job), chunk, job.columns, halt)
    digest = write_region(job.store, job.grid, job.kept, chunk, values, status) if job.kept else ""
    failed = int(tally.failed.sum())
    entry = {
        "threat": chunk.threat,
        "epistemic": chunk.epistemic,
        "run": chunk.run,
        "failed": failed,
        "seconds": round(time.perf_counter() - begin, 4),
        "data": digest,
    }
    ledger.mark(chunk.number, entry, tally.to_bytes())
    return Done(chunk.number, chunk.runs, failed)


def do_chunk_by_path(path: str, digest: str, chunk: Chunk) -> Done:
    """`do_chunk` for a worker in another process, which reads the job from the ledger."""
    return do_chunk(load_job(path, digest), chunk)


def simulate(
    engine: Engine, chunk: Chunk, kept: tuple[int, ...], halt: threading.Event | None = None
) -> tuple[NDArray[np.float32], NDArray[np.int32], ChunkTally]:
    """Simulate a chunk in blocks, so that memory follows the block and what is kept.

    Parameters
    ----------
    engine
        The compiled study.
    chunk
        Which part.
    kept
        Columns to keep.
    halt
        When set, give up between blocks.

    Returns
    -------
    values
        Shape (epistemic, run, kept column); NaN in runs that failed; no rows if none is kept.
    status
        Shape (epistemic, run).
    tally
        Integer tallies of each draw, or of each stratum of it.
    """
    (e0, e1), (r0, r1) = chunk.epistemic, chunk.run
    R, n = len(engine.columns), r1 - r0
    block = min(n, max(1, BLOCK_VALUES // max(R, 1)))
    keep = np.array(kept, dtype=np.intp)
    rows = n if kept else 0
    values = np.full((e1 - e0, rows, len(kept)), np.nan, dtype=np.float32)
    status = np.full((e1 - e0, rows), NOT_DONE, dtype=np.int32)
    parameters = engine.epistemic_parameters(range(e0, e1))
    services, times, bins = curve_shape(engine)
    out = np.empty((block, R))
    codes = np.empty(block, dtype=np.int32)
    whole = groups(engine.study.sampling, engine.study.runs)
    tally = ChunkTally.empty((e1 - e0) * whole.strata, R, services, times, whole.turns)
    cell = CellTally(engine.columns, (services, times, bins), whole.turns)
    for e, (stratum, first, last) in product(range(e0, e1), whole.spans(r0, r1)):
        for start in range(first, last, block):
            if halt is not None and halt.is_set():
                raise Halted
            m = min(block, last - start)
            out[:m], codes[:m] = 0.0, 0
            engine.simulate(
                chunk.threat, e, start, out[:m], codes[:m], cell.curves, parameters[e - e0]
            )
            cell.add(out[:m], codes[:m], start)
            if kept:
                part = slice(start - r0, start - r0 + m)
                values[e - e0, part] = np.take(out[:m], keep, axis=1)
                values[e - e0, part][codes[:m] != 0] = np.nan
                status[e - e0, part] = codes[:m]
        cell.move_to(tally, (e - e0) * whole.strata + stratum)
    return values, status, tally
