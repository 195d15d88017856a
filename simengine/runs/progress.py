"""What a run tells while it goes on, and how it ends when it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class Refused(ValueError):
    """A run that cannot or may not be done; the message holds both numbers or both names."""


class Stopped(Exception):
    """The run was stopped before its end; what was done is kept, and nothing is half-written.

    Parameters
    ----------
    path
        The store.
    done, chunks
        Chunks done, and chunks in all.
    """

    def __init__(self, path: Path, done: int, chunks: int) -> None:
        self.path, self.done, self.chunks = path, done, chunks
        super().__init__(
            f"stopped after {done:,} of {chunks:,} chunks, which are kept in {path}; "
            "give the same command with --resume to do the rest"
        )

    def __reduce__(self) -> tuple[type[Stopped], tuple[Path, int, int]]:
        return Stopped, (self.path, self.done, self.chunks)


@dataclass(frozen=True)
class Progress:
    """State of a run after a chunk.

    Attributes
    ----------
    chunks_done, chunks
        Chunks done, and chunks in all (at most, with a stop rule).
    runs_done, runs
        Runs likewise.
    failed
        Runs that failed.
    rate
        Runs a second since this start.
    left
        Time left at this rate [s].
    """

    chunks_done: int
    chunks: int
    runs_done: int
    runs: int
    failed: int
    rate: float
    left: float


class Meter:
    """Counts chunks and calls back.

    Parameters
    ----------
    chunks, runs
        In all.
    callback
        Given a `Progress` after each chunk; may be None.
    """

    def __init__(self, chunks: int, runs: int, callback: Callable[[Progress], None] | None) -> None:
        self.chunks, self.runs, self.callback = chunks, runs, callback
        self.chunks_done = self.runs_done = self.failed = 0
        self._now = 0
        self._begin = time.perf_counter()

    def before(self, runs: int, failed: int) -> None:
        """Count a chunk done by an earlier start."""
        self.chunks_done += 1
        self.runs_done += runs
        self.failed += failed

    def add(self, runs: int, failed: int) -> None:
        """Count a chunk done now, and tell."""
        self.before(runs, failed)
        self._now += runs
        if self.callback is None:
            return
        rate = self._now / max(time.perf_counter() - self._begin, 1e-9)
        self.callback(
            Progress(
                self.chunks_done,
                self.chunks,
                self.runs_done,
                self.runs,
                self.failed,
                rate,
                (self.runs - self.runs_done) / rate,
            )
        )
