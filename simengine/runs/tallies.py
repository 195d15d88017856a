"""Tallies of a chunk: exact integers, so that merging gives the same bits in any order.

The kernel rounds a value once to a whole number k of quanta and adds up k and k^2 in 128 bits, a
histogram of k where the column asks for one, and the curves. They are merged in
`simengine.runs.totals`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simengine.kernels import tally as kernel

BLOCK_VALUES = 1 << 18  # values simulated at a time: 2 MB, which stays in the cache
FAILURES = 5  # run numbers kept of those that failed, in a cell
BINS = int(kernel.BINS)
RISING = ("bins", "curve_bins")

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


class OutsideRange(RuntimeError):
    """A value that no tally can hold: negative, not a number, or 2^48 quanta and more."""


class CellTally:
    """Running tally of one cell, or of one stratum of it, filled block by block.

    Parameters
    ----------
    columns
        Columns of the engine, with quantum and histogram.
    curves
        Services, times and bins of the curves; without times there are none.
    turns
        Groups that the runs belong to in turn; each has moments of its own.

    Attributes
    ----------
    curves
        For the engine to add to, shape (service, time, 1 + bin): people out summed over good runs,
        then the runs by bin of them; None if there are none.
    """

    def __init__(
        self, columns: Sequence[Any], curves: tuple[int, int, int] = (0, 0, 0), turns: int = 1
    ) -> None:
        flags = np.array([bool(c.histogram) for c in columns], dtype=bool)
        self._columns = columns
        self._quanta = np.array([c.quantum for c in columns], dtype=np.float64)
        self._rank = np.where(flags, np.cumsum(flags) - 1, -1).astype(np.int64)
        empty = kernel.empty_moments(len(columns))
        self._turns = turns
        self._moments: Words = np.repeat(empty[None], turns, axis=0)
        self._histograms: Ints = kernel.empty_histograms(int(flags.sum()))
        shape = (curves[0], curves[1], 1 + curves[2])
        self.curves: Ints | None = np.zeros(shape, dtype=np.int64) if curves[1] else None
        self._good = np.zeros(turns, dtype=np.int64)
        self._failed = np.zeros(turns, dtype=np.int64)
        self._failures: list[tuple[int, int]] = []

    def add(self, values: NDArray[np.float64], status: NDArray[np.int32], first: int) -> None:
        """Add runs first, first + 1, ... of the cell.

        Parameters
        ----------
        values
            Shape (run, column).
        status
            Shape (run,); runs with a status other than 0 are counted and left out.
        first
            Number of the first run.
        """
        bad = np.flatnonzero(status)
        room = FAILURES - len(self._failures)
        self._failures += [(first + int(i), int(status[i])) for i in bad[: max(room, 0)]]
        for group, moments in enumerate(self._moments):
            own = slice((group - first) % self._turns, None, self._turns)
            mine = np.ascontiguousarray(status[own])
            failed = int(np.count_nonzero(mine))
            self._good[group] += len(mine) - failed
            self._failed[group] += failed
            part = np.ascontiguousarray(values[own])
            kernel.tally(part, mine, self._quanta, self._rank, moments, self._histograms)

    def move_to(self, chunk: ChunkTally, row: int) -> None:
        """Hand the tally over to a row of a chunk's tally, and begin anew.

        Parameters
        ----------
        chunk
            Where it goes.
        row
            Position of the cell in the chunk, or of its stratum.

        Raises
        ------
        OutsideRange
            If a good run had a value that cannot be tallied: left out, it would bias the mean.
        """
        outside = self._moments[:, :, kernel.OUTSIDE].sum(axis=0)
        if outside.any():
            column = self._columns[np.flatnonzero(outside)[0]]
            raise OutsideRange(
                f"{column.variable}: expected values of 0 to below 2^48 x {column.quantum:g}, "
                f"found {int(outside[outside > 0][0])} outside"
            )
        own = slice(row * self._turns, (row + 1) * self._turns)
        chunk.good[own], chunk.failed[own] = self._good, self._failed
        chunk.moments[own] = self._moments
        found = np.flatnonzero(self._histograms)
        chunk.add_bins(row * self._histograms.size + found, self._histograms.ravel()[found])
        chunk.add_failures([(row, run, code) for run, code in self._failures])
        if self.curves is not None:
            chunk.curves[row] = self.curves[..., 0]
            runs = self.curves[..., 1:].reshape(-1)
            found = np.flatnonzero(runs)
            chunk.add_curve_bins(row * runs.size + found, runs[found])
            self.curves[...] = 0
        self._good[:] = self._failed[:] = 0
        self._failures = []
        self._moments[...] = 0
        self._histograms[...] = 0


@dataclass
class ChunkTally:
    """Tallies of the cells of a chunk, a row each; the histograms as the bins that are not empty.

    A row is an epistemic draw, or one stratum of it where the runs are divided. Where they belong
    to groups in turn, what has the dim group has so many rows for each.

    Attributes
    ----------
    good, failed
        Runs by outcome, shape (group,).
    failures
        The first of them in each row, as (row, run, status), shape (failure, 3).
    moments
        Count, outside, sum and sum of squares as the kernel has them, shape (group, column, 6).
    bins, counts
        Flat position in (row, histogram, bin) and number of runs, shape (n,).
    curves
        Summed people out, shape (row, service, time) [person].
    curve_bins, curve_counts
        Flat position in (row, service, time, people bin) and number of runs, shape (n,).
    """

    good: Ints
    failed: Ints
    failures: Ints
    moments: Words
    bins: Ints
    counts: Ints
    curves: Ints
    curve_bins: Ints
    curve_counts: Ints

    @classmethod
    def empty(
        cls, rows: int, columns: int, services: int, steps: int, turns: int = 1
    ) -> ChunkTally:
        """Tallies of nothing."""
        none = np.zeros(0, dtype=np.int64)
        return cls(
            good=np.zeros(rows * turns, dtype=np.int64),
            failed=np.zeros(rows * turns, dtype=np.int64),
            failures=np.zeros((0, 3), dtype=np.int64),
            moments=np.zeros((rows * turns, columns, kernel.MOMENTS), dtype=np.uint64),
            bins=none,
            counts=none,
            curves=np.zeros((rows, services, steps), dtype=np.int64),
            curve_bins=none,
            curve_counts=none,
        )

    def add_bins(self, bins: Ints, counts: Ints) -> None:
        """Append bins that are not empty."""
        self.bins = np.concatenate([self.bins, bins])
        self.counts = np.concatenate([self.counts, counts])

    def add_curve_bins(self, bins: Ints, counts: Ints) -> None:
        """Append bins of the curves that are not empty."""
        self.curve_bins = np.concatenate([self.curve_bins, bins])
        self.curve_counts = np.concatenate([self.curve_counts, counts])

    def add_failures(self, failures: Sequence[tuple[int, int, int]]) -> None:
        """Append runs that failed, as (row, run, status)."""
        if failures:
            self.failures = np.concatenate([self.failures, np.array(failures, dtype=np.int64)])

    def to_bytes(self) -> bytes:
        """The tallies as an npz file; equal tallies give equal bytes."""
        file = io.BytesIO()
        # Positions rise: their steps are small numbers, which take a fifth of the room.
        steps = {name: np.diff(getattr(self, name), prepend=0) for name in RISING}
        np.savez_compressed(file, **{**self.__dict__, **steps})
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> ChunkTally:
        """The tallies again."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(**{**arrays, **{name: np.cumsum(arrays[name]) for name in RISING}})
