"""A run from study to result: plan, lay out, do the chunks the ledger lacks, reduce, declare."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray

from simengine.estimates import Decision, decide, looks
from simengine.runs.chunk import Done, Job, remember
from simengine.runs.execute import execute, workers_of
from simengine.runs.fields import Engine
from simengine.runs.finish import estimate, write_statistics
from simengine.runs.grid import Chunk, Grid
from simengine.runs.layout import kept_fields, lay_out
from simengine.runs.ledger import Ledger, sha256
from simengine.runs.plan import Plan, as_json, forecast, refuse_if_too_large
from simengine.runs.progress import Meter, Progress, Refused, Stopped
from simengine.runs.provenance import attributes
from simengine.runs.store import attributes_of, open_results, read_digest, set_complete
from simengine.scenario.study import Study, study_from_text

Build = Callable[[str], Any]


def compile_text(text: str) -> Any:
    """Compile a study from its text; what a worker in another process does."""
    from simengine.compiled import compile_study

    return compile_study(study_from_text(text))


def plan(study: Study, workers: int | None = None) -> Plan:
    """Forecast runs, chunks, bytes, memory and time of a study, from a pilot of about 20 ms.

    Parameters
    ----------
    study
        What is asked.
    workers
        Chunks at a time; None: one a core.

    Returns
    -------
    Plan
        The forecast; its text is a few lines to read.

    Raises
    ------
    simengine.runs.Refused
        If disk or memory will not do, with what is needed and what is free.
    """
    from simengine.compiled import compile_study

    found = forecast(study, compile_study(study), workers)
    refuse_if_too_large(found, Path("results"))
    return found


def run(
    study: Study,
    output: str | Path | None = None,
    *,
    scheduler: str = "threads",
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> xarray.Dataset:
    """Run a study and give its result.

    Parameters
    ----------
    study
        What is asked.
    output
        The store to make; ``results/NAME-DIGEST8.zarr`` if not given. A complete result of the
        same study that is there already is given again, without running.
    scheduler
        ``serial``, ``threads``, ``processes``, or the address of a dask scheduler.
    workers
        Chunks at a time; one a core if not given. A cluster uses the workers it has.
    resume
        Finish a result that is there and not complete.
    progress
        Called after each chunk.

    Returns
    -------
    xarray.Dataset
        The result; its arrays are read from the store when they are used.

    Raises
    ------
    simengine.runs.Refused
        If something else is at `output`, or the result will not fit disk or memory.
    simengine.runs.Stopped
        If the run was stopped (Ctrl-C); it can be resumed.
    """
    from simengine.compiled import compile_study

    return run_engine(
        compile_study(study),
        compile_text,
        output=output,
        scheduler=scheduler,
        workers=workers,
        resume=resume,
        progress=progress,
    )


def default_output(study: Study, digest: str) -> Path:
    """Where a result comes if nothing is said: ``results/NAME-DIGEST8.zarr``."""
    return Path("results") / f"{study.name}-{digest[:8]}.zarr"


def run_engine(
    engine: Engine,
    build: Build,
    *,
    output: str | Path | None = None,
    scheduler: str = "threads",
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
    chunk: tuple[int, int] | None = None,
) -> xarray.Dataset:
    """`run` with a study that is compiled already.

    Parameters
    ----------
    engine
        The compiled study.
    build
        Importable function from the study's text to the same, for other processes.
    output, scheduler, workers, resume, progress
        As for `run`.
    chunk
        Epistemic draws and runs in a chunk; from a pilot if not given.
    """
    study = engine.study
    attrs = attributes(study, engine)
    path = Path(output) if output is not None else default_output(study, attrs["digest"])
    path = path.absolute()
    ledger = Ledger(path)
    at_a_time: int | None = None
    if path.exists():
        if _is_complete(path, ledger, attrs["digest"], resume):
            return open_results(path)
        grid = Grid(**ledger.asked["grid"])
    else:
        if ledger.path.exists() and not ledger.exists():
            raise Refused(f"{ledger.path}: expected a ledger or nothing, found something else")
        at_a_time = workers_of(scheduler, workers)
        forecasted = forecast(study, engine, at_a_time, chunk, scheduler == "processes")
        refuse_if_too_large(forecasted, path)
        grid = forecasted.grid
        ledger.create({"digest": attrs["digest"], "grid": grid.as_dict()})
        lay_out(path, ledger.path, study, engine, grid, attrs)
        ledger.log("planned", **as_json(forecasted))
    job = Job(
        store=str(path),
        digest=attrs["digest"],
        text=study.text,
        build=build,
        compiled=engine.digest,
        grid=grid,
        kept=kept_fields(study, engine),
    )
    remember(job.digest, engine)
    if ledger.start():
        ledger.log("unclean", taken_back=_take_back(path, ledger, grid, job))
    at_a_time = at_a_time or workers_of(scheduler, workers)
    ledger.log("start", scheduler=scheduler.split("://")[0], workers=at_a_time)
    ends = looks(study.runs, study.until.at_most) if study.until else (study.runs,)
    meter = Meter(grid.chunk_count, grid.cells * grid.runs, progress)
    try:
        runs, told = _do(job, ledger, engine, grid, ends, meter, (scheduler, at_a_time))
        write_statistics(path, ledger, engine, grid, runs)
        set_complete(path, runs, {"runs": runs, **told})
        ledger.log("complete", runs=runs)
    except KeyboardInterrupt:
        ledger.log("stopped", chunks=meter.chunks_done)
        raise Stopped(path, meter.chunks_done, meter.chunks) from None
    finally:
        ledger.end()
    return open_results(path)


def _do(
    job: Job,
    ledger: Ledger,
    engine: Engine,
    grid: Grid,
    ends: tuple[int, ...],
    meter: Meter,
    how: tuple[str, int],
) -> tuple[int, dict[str, Any]]:
    """Do the chunks that the ledger lacks, look by look; gives runs done and what to tell."""
    job_file = ledger.write_job(pickle.dumps(job))
    until = engine.study.until

    def on_done(done: Done) -> None:
        ledger.log("chunk", number=done.number, runs=done.runs, failed=done.failed)
        meter.add(done.runs, done.failed)

    first = looked = 0
    decision: Decision | None = None
    for end in ends:
        lacking: list[Chunk] = []
        for part in grid.chunks(first, end):
            if ledger.marked(part.number):
                meter.before(part.runs, ledger.read_mark(part.number)["failed"])
            else:
                lacking.append(part)
        execute(job, job_file, lacking, on_done, *how)
        first = end
        if until is None:
            continue
        looked += 1
        found = estimate(ledger, engine, grid, until.quantity, end)
        decision = decide(found, until.relative_error, last=end == ends[-1])
        ledger.log("look", runs=end, met=decision.met, reason=decision.reason)
        if decision.stop:
            break
    if decision is None:
        return first, {}
    return first, {
        "stop_met": int(decision.met),
        "stop_reason": decision.reason,
        "stop_looks": looked,
        "stop_comment": (
            f"The number of runs was chosen by looking {looked} times at the result; intervals may "
            "cover a little less than stated."
        ),
    }


def _is_complete(path: Path, ledger: Ledger, digest: str, resume: bool) -> bool:
    """Whether the result wanted is there in full; False if it is there to be resumed.

    Raises
    ------
    Refused
        If something else is there, or `resume` is not asked.
    """
    found = attributes_of(path)
    if "digest" not in found:
        raise Refused(f"{path}: expected a result of this study or nothing, found something else")
    if found["digest"] != digest:
        raise Refused(
            f"{path}: expected the result {digest[:8]}, found that of another study, seed or "
            f"version, {found['digest'][:8]}; remove it or choose another output"
        )
    if found["complete"]:
        return True
    if not ledger.exists() or ledger.asked["digest"] != digest:
        raise Refused(f"{path}: not complete and its ledger is missing; remove it to start again")
    if not resume:
        raise Refused(f"{path}: this run is not complete; give --resume to finish it, or remove it")
    return False


def _take_back(path: Path, ledger: Ledger, grid: Grid, job: Job) -> int:
    """Unmark the chunks whose data are not what their marks say, after an unclean end."""
    chunks = {c.number: c for c in grid.chunks()}
    taken = 0
    for mark in list(ledger.marks()):
        number = mark["chunk"]
        file = ledger.tally_file(number)
        good = file.exists() and sha256(file.read_bytes()) == mark["tallies"]
        if good and job.kept:
            good = read_digest(path, job.kept, chunks[number]) == mark["data"]
        if not good:
            ledger.unmark(number)
            taken += 1
    return taken
