"""Merged tallies, and what they say: mean, standard deviation, standard error.

These are made of the merged integers at the end, in exact arithmetic up to one rounding for each
group of runs; groups are then put together with their weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simengine.estimates import combine
from simengine.kernels import tally as kernel
from simengine.runs.tallies import BINS, FAILURES, ChunkTally
from simengine.scenario.sampling import Groups

AT_RANDOM = Groups((1.0,))

Ints = NDArray[np.int64]


@dataclass
class Totals:
    """Merged tallies of a row of chunks.

    Attributes
    ----------
    tally
        As in `ChunkTally`; its histograms and failures stay empty.
    histograms
        Runs in each bin, shape (row, histogram, bin).
    curve_histograms
        Runs in each bin of people out, shape (row, service, time, people bin).
    failures
        For each row, (run, status) of those that failed first.
    """

    tally: ChunkTally
    histograms: Ints
    curve_histograms: Ints
    failures: list[list[tuple[int, int]]]

    @classmethod
    def empty(
        cls,
        rows: int,
        columns: int,
        histograms: int,
        curves: tuple[int, int, int],
        turns: int = 1,
    ) -> Totals:
        """Totals of nothing; `curves` are the services, times and bins of the curves."""
        return cls(
            ChunkTally.empty(rows, columns, *curves[:2], turns),
            np.zeros((rows, histograms, BINS), dtype=np.int64),
            np.zeros((rows, *curves), dtype=np.int64),
            [[] for _ in range(rows)],
        )

    def merge(self, part: ChunkTally) -> None:
        """Add a chunk of the same cells; the order of the chunks does not matter."""
        whole = self.tally
        whole.good += part.good
        whole.failed += part.failed
        whole.curves += part.curves
        whole.moments = kernel.merge_moments(whole.moments, part.moments)
        if self.histograms.size:
            np.add.at(self.histograms.reshape(-1), part.bins, part.counts)
        if self.curve_histograms.size:
            np.add.at(self.curve_histograms.reshape(-1), part.curve_bins, part.curve_counts)
        for row, run, code in part.failures.tolist():
            self.failures[row] = sorted([*self.failures[row], (run, code)])[:FAILURES]

    def statistics(
        self, quanta: NDArray[np.float64], groups: Groups = AT_RANDOM
    ) -> NDArray[np.float64]:
        """Mean, standard deviation and standard error of each column.

        Parameters
        ----------
        quanta
            Shape (column,).
        groups
            The groups that the runs of a cell are divided into.

        Returns
        -------
        numpy.ndarray
            Shape (epistemic, 3, column) [unit of the column]. NaN without a good run; the latter
            two NaN with fewer than two.
        """
        good = self.tally.good
        out = np.full((len(good), 3, len(quanta)), np.nan)
        for row, n in enumerate(good.tolist()):
            for c, quantum in enumerate(quanta.tolist()):
                _, _, total, squares = kernel.integers(self.tally.moments[row, c])
                out[row, :, c] = _three(n, total, squares, quantum)
        if len(groups) == 1:
            return out
        cells = out.reshape(-1, len(groups), 3, len(quanta))
        runs = good.reshape(-1, len(groups), 1)
        replicas = groups.turns > 1
        means, sds = cells[:, :, 0], cells[:, :, 1]
        return np.stack(combine(means, sds, runs, groups.weights, replicas), axis=1)


def _three(n: int, total: int, squares: int, quantum: float) -> tuple[float, float, float]:
    """Mean, standard deviation, standard error; whole numbers up to a division rounded once."""
    if n == 0:
        return math.nan, math.nan, math.nan
    mean = total / n * quantum
    if n == 1:
        return mean, math.nan, math.nan
    variance = (n * squares - total * total) / (n * (n - 1))
    return mean, math.sqrt(variance) * quantum, math.sqrt(variance / n) * quantum
