"""The grid of chunks: rectangles of epistemic draws x runs of one variant and threat.

It is regular, so that a chunk is one region of the store and no two chunks share a piece of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

VARIANTS = ("base",)


@dataclass(frozen=True)
class Chunk:
    """A rectangle of one (variant, threat): draws [epistemic, ...) x runs [run, ...).

    Attributes
    ----------
    number
        Place in the grid, from 0; the name of its mark.
    variant, threat
        Positions.
    epistemic, run
        First and beyond-last number.
    """

    number: int
    variant: int
    threat: int
    epistemic: tuple[int, int]
    run: tuple[int, int]

    @property
    def runs(self) -> int:
        """Runs in the chunk."""
        return (self.epistemic[1] - self.epistemic[0]) * (self.run[1] - self.run[0])


@dataclass(frozen=True)
class Grid:
    """Shape of the whole and of a chunk.

    Attributes
    ----------
    variants, threats, epistemic, runs
        Lengths of the dims; runs is the most there can be.
    chunk_epistemic, chunk_runs
        Shape of a chunk.
    """

    variants: int
    threats: int
    epistemic: int
    runs: int
    chunk_epistemic: int
    chunk_runs: int

    @property
    def cells(self) -> int:
        """Number of (variant, threat, epistemic) cells."""
        return self.variants * self.threats * self.epistemic

    @property
    def columns(self) -> int:
        """Chunks along the runs."""
        return -(-self.runs // self.chunk_runs)

    @property
    def rows(self) -> int:
        """Chunks along the epistemic draws."""
        return -(-self.epistemic // self.chunk_epistemic)

    @property
    def chunk_count(self) -> int:
        """Number of chunks."""
        return self.variants * self.threats * self.rows * self.columns

    def chunks(self, first: int = 0, last: int | None = None) -> Iterator[Chunk]:
        """Chunks of runs [first, last), which begins and ends with a chunk; draw by draw."""
        end = self.runs if last is None else last
        for cell in range(self.variants * self.threats * self.rows):
            above, row = divmod(cell, self.rows)
            variant, threat = divmod(above, self.threats)
            e = row * self.chunk_epistemic
            for column in range(first // self.chunk_runs, -(-end // self.chunk_runs)):
                r = column * self.chunk_runs
                yield Chunk(
                    cell * self.columns + column,
                    variant,
                    threat,
                    (e, min(e + self.chunk_epistemic, self.epistemic)),
                    (r, min(r + self.chunk_runs, self.runs)),
                )

    def as_dict(self) -> dict[str, int]:
        """The numbers by name, for JSON."""
        return asdict(self)
