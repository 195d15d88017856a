"""Doing chunks: in a plain loop, in threads, in processes, or on a dask cluster by its address.

One function and four names. Each scheduler does whole chunks, which are harmless to do twice, so
that a lost worker costs the chunks it was doing and nothing else.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any

import dask.multiprocessing
import dask.threaded
from dask.callbacks import Callback

from simengine.runs.chunk import Done, Job, do_chunk, do_chunk_by_path
from simengine.runs.grid import Chunk
from simengine.runs.plan import cores
from simengine.runs.progress import Refused

WAVE = 32  # tasks a worker handed to dask at a time: memory follows the wave, not the run
RETRIES = 3  # times that the work of lost workers is given to others without any chunk done

OnDone = Callable[[Done], None]


class WorkersLost(RuntimeError):
    """Workers died again and again; what was done is in the ledger."""


def workers_of(scheduler: str, wanted: int | None) -> int:
    """Chunks that are done at a time.

    Parameters
    ----------
    scheduler
        As for `execute`; a cluster is asked how many threads it has.
    wanted
        What the user asked; None: one a core. Serial is 1, and a cluster is as it is.

    Raises
    ------
    Refused
        If there is no cluster at the address.
    """
    if scheduler == "serial":
        return 1
    if "://" not in scheduler:
        return wanted or cores()
    from distributed import Client

    try:
        with Client(scheduler, set_as_default=False, timeout="20s") as client:  # type: ignore[no-untyped-call]
            threads: int = sum(client.nthreads().values())
            return max(threads, 1)
    except OSError as error:
        raise Refused(f"{scheduler}: no dask scheduler answers there ({error})") from error


def execute(
    job: Job,
    job_file: tuple[str, str],
    chunks: Iterable[Chunk],
    on_done: OnDone,
    scheduler: str,
    workers: int,
) -> None:
    """Do chunks, in any order, and report each when it is done.

    Parameters
    ----------
    job
        What to do.
    job_file
        The same as a file with its SHA-256, for workers in other processes.
    chunks
        Which parts; taken as they are needed.
    on_done
        Called in this thread after each chunk.
    scheduler
        ``serial``, ``threads``, ``processes``, or the address of a dask scheduler
        (``tcp://...``), whose workers must see the folder of the store.
    workers
        Chunks at a time; a cluster by address uses the workers it has.

    Raises
    ------
    WorkersLost
        If workers die more often than is tolerated.
    Refused
        For any other name of a scheduler.
    """
    if scheduler == "serial":
        for chunk in chunks:
            on_done(do_chunk(job, chunk))
    elif scheduler == "threads":
        _threads(job, chunks, on_done, workers)
    elif scheduler == "processes":
        _processes(job_file, chunks, on_done, workers)
    elif "://" in scheduler:
        _cluster(scheduler, job_file, chunks, on_done)
    else:
        raise Refused(
            f"scheduler: expected serial, threads, processes or the address of a dask scheduler "
            f"such as tcp://host:8786, found {scheduler!r}"
        )


def _threads(job: Job, chunks: Iterable[Chunk], on_done: OnDone, workers: int) -> None:
    halt = threading.Event()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for wave in _waves(chunks, WAVE * workers):
                tasks = {c.number: partial(do_chunk, job, c, halt) for c in wave}
                _through_dask(dask.threaded.get, tasks, on_done, pool)
        except BaseException:
            # Leave no thread at work behind the caller's back, also on Ctrl-C.
            halt.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _processes(
    job_file: tuple[str, str], chunks: Iterable[Chunk], on_done: OnDone, workers: int
) -> None:
    pool = _process_pool(workers)
    try:
        for wave in _waves(chunks, WAVE * workers):
            left = {c.number: partial(do_chunk_by_path, *job_file, c) for c in wave}

            def one_less(done: Done, left: dict[int, Any] = left) -> None:
                del left[done.number]
                on_done(done)

            lost = 0
            while left:
                before = len(left)
                try:
                    _through_dask(dask.multiprocessing.get, dict(left), one_less, pool)
                except BrokenProcessPool as error:
                    lost = lost + 1 if len(left) == before else 0
                    if lost > RETRIES:
                        raise WorkersLost(
                            f"worker processes died {lost} times while doing chunks "
                            f"{sorted(left)[:workers]}: out of memory, or a crash"
                        ) from error
                    pool.shutdown(wait=True)
                    pool = _process_pool(workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _cluster(
    address: str, job_file: tuple[str, str], chunks: Iterable[Chunk], on_done: OnDone
) -> None:
    from distributed import Client, KilledWorker, as_completed

    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        threads = max(sum(client.nthreads().values()), 1)
        source = iter(chunks)

        def submit(chunk: Chunk) -> Any:
            key = f"simengine-{job_file[1][:8]}-{chunk.number}"
            return client.submit(
                do_chunk_by_path, *job_file, chunk, key=key, pure=False, retries=RETRIES
            )

        first = [submit(c) for c in islice(source, 4 * threads)]
        running = as_completed(first, loop=client.loop)  # type: ignore[no-untyped-call]
        try:
            for future in running:
                on_done(future.result())
                future.release()  # a result that is held is made again when its worker dies
                for chunk in islice(source, 1):
                    running.add(submit(chunk))  # type: ignore[no-untyped-call]
        except KilledWorker as error:
            raise WorkersLost(
                f"a chunk ended the workers that did it ({error}): out of memory, or a crash"
            ) from error
        finally:
            client.cancel(list(running.futures))


def _through_dask(
    get: Callable[..., Any], tasks: dict[int, Any], on_done: OnDone, pool: Any
) -> None:
    """Let dask do independent tasks in a pool, and report each result when it comes."""

    def posttask(_key: Any, result: Any, *_: Any) -> None:
        on_done(result)

    keys = {("chunk", number): (task,) for number, task in tasks.items()}
    with Callback(posttask=posttask):  # type: ignore[no-untyped-call]
        get(keys, list(keys), pool=pool, chunksize=1)


def _process_pool(workers: int) -> ProcessPoolExecutor:
    """Fresh interpreters, which leave Ctrl-C to the driver from their first instruction on.

    A terminal sends Ctrl-C to the whole group of processes, also to one that is still importing.
    So the workers are started here, all of them, while this thread holds the signal back: they
    inherit the mask, and until the initializer ignores the signal it waits. One that comes
    meanwhile is delivered to this process at the end.
    """
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_signals)
    with _signal_held_back():
        for _ in range(workers):  # a worker is started for a task when none is idle
            pool.submit(_leave_signals)
    return pool


def _leave_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _signal_held_back() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _waves(chunks: Iterable[Chunk], size: int) -> Iterator[list[Chunk]]:
    source = iter(chunks)
    while wave := list(islice(source, size)):
        yield wave
