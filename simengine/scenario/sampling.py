"""How the runs of a cell are sampled, and the groups that a design divides them into.

A group is the unit of bookkeeping: runs of one group weigh the same, and a result is made of the
means of groups. Sampling at random is a single group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

__all__ = ["GRID", "SOBOL_GROUPS", "Groups", "Sampling", "groups", "stratum_sizes"]

SOBOL_GROUPS = 16
LEAST_IN_STRATUM = 2
GRID = 1 << 52  # uniforms are (m + 1/2) / GRID with a whole number m


@dataclass(frozen=True)
class Sampling:
    """The design of intensities over runs; edges and shares are those of strata."""

    design: Literal["random", "sobol", "strata"] = "random"
    edges: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()

    @property
    def bounds(self) -> tuple[int, ...]:
        """Bounds of the strata on the grid of uniforms, 0 and `GRID` included."""
        return (0, *(round(edge * GRID) for edge in self.edges), GRID)


@dataclass(frozen=True)
class Groups:
    """The groups of the runs of a cell.

    Attributes
    ----------
    weights
        Weight of each group in a mean; they sum to 1.
    first
        First run of each stratum; strata follow one another. One stratum where there are none.
    turns
        Groups that the runs of a stratum belong to in turn, by the number of the run.
    freedom
        Degrees of freedom of a standard error over groups; None: one fewer than the runs.
    """

    weights: tuple[float, ...]
    first: tuple[int, ...] = (0,)
    turns: int = 1
    freedom: int | None = None

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def strata(self) -> int:
        """How many strata there are."""
        return len(self.first)

    def spans(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Cut runs [begin, end) where a stratum ends: stratum, first and beyond-last run."""
        for stratum, (low, high) in enumerate(pairwise((*self.first, max(end, self.first[-1])))):
            if max(low, begin) < min(high, end):
                yield stratum, max(low, begin), min(high, end)


def groups(sampling: Sampling, runs: int) -> Groups:
    """Groups of the runs of a cell.

    Parameters
    ----------
    sampling
        The design.
    runs
        Runs in the cell; the sizes of strata depend on it.
    """
    return _groups(sampling, runs if sampling.design == "strata" else 0)


@lru_cache(maxsize=64)
def _groups(sampling: Sampling, runs: int) -> Groups:
    if sampling.design == "random":
        return Groups((1.0,))
    if sampling.design == "sobol":
        weights = (1.0 / SOBOL_GROUPS,) * SOBOL_GROUPS
        return Groups(weights, turns=SOBOL_GROUPS, freedom=SOBOL_GROUPS - 1)
    sizes = stratum_sizes(sampling, runs)
    return Groups(
        tuple((high - low) / GRID for low, high in pairwise(sampling.bounds)),
        (0, *accumulate(sizes[:-1])),
        # Satterthwaite's number is between this and the number of runs.
        freedom=min(sizes) - 1,
    )


def stratum_sizes(sampling: Sampling, runs: int) -> tuple[int, ...]:
    """Runs of each stratum: its share by largest remainder, at least two.

    Parameters
    ----------
    sampling
        Edges, and shares if they are not equal.
    runs
        Runs in all, at least two a stratum.
    """
    count = len(sampling.edges) + 1
    shares = [Fraction(share) for share in sampling.shares] or [Fraction(1)] * count
    wanted = [runs * share / sum(shares) for share in shares]
    sizes = [int(each) for each in wanted]
    rest = sorted(range(count), key=lambda k: (sizes[k] - wanted[k], k))
    for k in rest[: runs - sum(sizes)]:
        sizes[k] += 1
    for k in range(count):
        while sizes[k] < LEAST_IN_STRATUM:
            sizes[max(range(count), key=lambda j: (sizes[j], -j))] -= 1
            sizes[k] += 1
    return tuple(sizes)
