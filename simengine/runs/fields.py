"""Columns of the engine, gathered into the labelled arrays of a result.

The engine yields R numbers a run, one a column. Columns of one quantity form one array with the
label dims that the registry gives it; a combination of labels without a column stays NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simengine.scenario.study import Study
from simengine.variables import QUANTITIES

Label = str | int | float


class Column(Protocol):
    """One number of a run, as the engine names it; labels are attributes named as their dims."""

    @property
    def variable(self) -> str:
        """Name of the quantity."""

    @property
    def quantum(self) -> float:
        """Unit to which tallies round the value [unit of the quantity]."""

    @property
    def histogram(self) -> bool:
        """Whether the column has a histogram."""


class Engine(Protocol):
    """What runs need of a compiled study; `simengine.compiled.CompiledStudy` is one."""

    @property
    def study(self) -> Study:
        """The study that was compiled."""

    @property
    def digest(self) -> str:
        """SHA-256 of all the arrays, hex."""

    @property
    def threats(self) -> tuple[str, ...]:
        """Names of the threats."""

    @property
    def columns(self) -> tuple[Any, ...]:
        """R columns."""

    @property
    def curve_services(self) -> tuple[str, ...]:
        """Labels of the curves."""

    @property
    def curve_steps(self) -> NDArray[Any]:
        """Times of the curves [ms]; empty for none."""

    @property
    def people_edges(self) -> NDArray[Any]:
        """Edges of the bins of people in the curves' histograms, shape (bin + 1,)."""

    def epistemic_parameters(self, indices: Sequence[int]) -> NDArray[np.float64]:
        """Parameters of each epistemic draw, shape (draw, parameter)."""

    def simulate(
        self,
        threat: int,
        epistemic: int,
        first_run: int,
        values: NDArray[np.float64],
        status: NDArray[np.int32],
        curves: NDArray[np.int64] | None,
        parameters: NDArray[np.float64],
    ) -> None:
        """Do runs first_run, first_run + 1, ...; values has shape (run, column).

        To `curves` (service, time, 1 + bin) are added people out, and the runs by bin of them.
        """


@dataclass(frozen=True, eq=False)
class Field:
    """One quantity: which columns it takes, and where they go.

    Attributes
    ----------
    name
        Quantity.
    dims, shape
        Label dims and their lengths.
    columns
        Column numbers, shape (n,).
    places
        Flat positions in `shape`, shape (n,).
    quantum
        Unit to which its tallies are rounded.
    histograms
        Ranks of its columns among those with a histogram, shape (n,) or (0,).
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    columns: NDArray[np.intp]
    places: NDArray[np.intp]
    quantum: float
    histograms: NDArray[np.intp]

    def spread(self, values: NDArray[Any], fill: Any = np.nan) -> NDArray[Any]:
        """Bring values of the field's columns, shape (..., n), to shape (..., *shape)."""
        flat = np.full((*values.shape[:-1], int(np.prod(self.shape))), fill, dtype=values.dtype)
        flat[..., self.places] = values
        return flat.reshape((*values.shape[:-1], *self.shape))


def label_values(
    columns: Sequence[Column], curve_services: Sequence[str]
) -> dict[str, list[Label]]:
    """Labels of each dim over all columns, in order of appearance; numbers in rising order."""
    found: dict[str, dict[Label, None]] = {}
    for column in columns:
        for dim in QUANTITIES[column.variable].dims:
            found.setdefault(dim, {})[_label(column, dim)] = None
    for service in curve_services:
        found.setdefault("service", {})[service] = None
    labels = {dim: list(values) for dim, values in found.items()}
    return {d: v if isinstance(v[0], str) else sorted(v, key=float) for d, v in labels.items()}


def fields(columns: Sequence[Column], labels: dict[str, list[Label]]) -> tuple[Field, ...]:
    """Group columns by quantity.

    Parameters
    ----------
    columns
        All columns of the engine.
    labels
        From `label_values`.

    Raises
    ------
    ValueError
        If two columns have the same labels, or columns of one quantity differ in quantum or in
        having a histogram.
    """
    groups: dict[str, list[int]] = {}
    for number, column in enumerate(columns):
        groups.setdefault(column.variable, []).append(number)
    ranked = {c: i for i, c in enumerate(c for c, k in enumerate(columns) if k.histogram)}
    found = []
    for name, numbers in groups.items():
        dims = QUANTITIES[name].dims
        shape = tuple(len(labels[d]) for d in dims)
        places = [_place(columns[c], dims, shape, labels) for c in numbers]
        if len(set(places)) < len(places):
            raise ValueError(f"{name}: two columns have the same labels")
        if len({(columns[c].quantum, columns[c].histogram) for c in numbers}) > 1:
            raise ValueError(f"{name}: its columns differ in quantum or histogram")
        ranks = [ranked[c] for c in numbers if c in ranked]
        found.append(
            Field(
                name,
                dims,
                shape,
                np.array(numbers, dtype=np.intp),
                np.array(places, dtype=np.intp),
                float(columns[numbers[0]].quantum),
                np.array(ranks, dtype=np.intp),
            )
        )
    return tuple(found)


def _label(column: Column, dim: str) -> Label:
    label: Label | None = getattr(column, dim, None)
    if label is None:
        raise ValueError(f"{column.variable}: a column without {dim}")
    return label


def _place(
    column: Column, dims: tuple[str, ...], shape: tuple[int, ...], labels: dict[str, list[Label]]
) -> int:
    index = tuple(labels[d].index(_label(column, d)) for d in dims)
    return int(np.ravel_multi_index(index, shape)) if dims else 0


def curve_shape(engine: Engine) -> tuple[int, int, int]:
    """Services, times and bins of the curves; no times, no curves."""
    times = len(engine.curve_steps) if engine.curve_services else 0
    return len(engine.curve_services), times, len(engine.people_edges) - 1
