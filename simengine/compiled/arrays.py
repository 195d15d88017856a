"""Tables as they are built: columns by name, laws by slot, ids by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simengine.compiled.laws import Parameters
from simengine.compiled.names import Names
from simengine.kernels.layout import ONE, WIDTH
from simengine.scenario.quantity import Quantity

__all__ = ["Row", "Table", "Tables", "grid", "table"]


def grid(x: float) -> int:
    """A plain number in units of 2**-20, to nearest."""
    return round(x * ONE)


def table(columns: Any, rows: int) -> Table:
    """A table of zeros: a row a thing, its columns in the order of `columns`."""
    return Table(columns, np.zeros((rows, len(columns)), dtype=np.int64))


class Table:
    """An int64 table whose columns are reached by name, one thing at a time."""

    def __init__(self, columns: Any, values: NDArray[np.int64]) -> None:
        self.columns, self.values = columns, values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, i: int) -> Row:
        return Row(self, i)

    def column(self, name: str) -> NDArray[np.int64]:
        """All things' values of one column."""
        found: NDArray[np.int64] = self.values[:, getattr(self.columns, name)]
        return found


class Row:
    """One thing of a table."""

    def __init__(self, of: Table, i: int) -> None:
        self.of, self.i = of, i

    def __getitem__(self, name: str) -> int:
        return int(self.of.values[self.i, getattr(self.of.columns, name)])

    def __setitem__(self, name: str, value: int) -> None:
        self.of.values[self.i, getattr(self.of.columns, name)] = value


@dataclass
class Tables:
    """The tables under construction, and the builders of names and laws that they refer to.

    `rows`, `places` and `items` are lists that many things share: a table says from where to where
    its things stand in them.
    """

    names: Names
    parameters: Parameters
    made: dict[str, Table] = field(default_factory=dict)
    rows: list[tuple[int, ...]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    def law(self, quantity: Quantity | None) -> tuple[int, int]:
        """(kind, slot) of a law; (-1, -1) for none."""
        return (-1, -1) if quantity is None else self.parameters.law(quantity)

    def item(self, name: str) -> int:
        """Place of the id of an item."""
        self.items.append(self.names.id(name))
        return len(self.items) - 1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays by the name of their field in a `World`."""
        rows = np.zeros((len(self.rows), WIDTH), dtype=np.int64)
        for k, row in enumerate(self.rows):
            rows[k, : len(row)] = row
        return {
            **{name: made.values for name, made in self.made.items()},
            "row": rows,
            "place": np.array(self.places, dtype=np.int64),
            "item": np.array(self.items, dtype=np.uint64),
        }
