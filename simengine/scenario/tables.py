"""The tables of a large model: CSV files beside `network.yaml`, whose headers carry the units.

A table's rows become the same document that YAML gives, cell by cell with file and line, so that
there is one set of checks. An empty cell is a key that is not given.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simengine.errors import Problem, nearest
from simengine.scenario.reading import Node, Scalar
from simengine.scenario.table_rows import (
    Row,
    area_row,
    asset_row,
    link_row,
    need_row,
    node_row,
    supplier_row,
)
from simengine.scenario.units import (
    CUSTOMERS,
    LENGTH,
    MONEY_RATE,
    PEOPLE,
    POWER,
    TIME,
    Dimension,
    parse,
    split,
)

__all__ = ["TABLES", "Column", "Table", "add_tables"]

_HEADER = re.compile(r"([^\[\]]+?)\s*(?:\[([^\[\]]+)\])?")
_OHM = Dimension("a reactance per length", "ohm/km", {}, "0.3 ohm/km")


@dataclass(frozen=True)
class Column:
    """A column: text, a number, or a number with the unit of the header."""

    kind: str | Dimension = "text"
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its columns, and what a row puts into the network's document."""

    columns: dict[str, Column]
    put: Callable[[Node, Row], None]


_TEXT, _NEEDED, _NUMBER, _FLAG = Column(), Column(required=True), Column("number"), Column("flag")
_SOURCE = {"source": _TEXT, "confidence": _TEXT}
_REPAIR = {
    "repair_pool": _TEXT,
    "repair_priority": _NUMBER,
    "repair_median": Column(TIME),
    "repair_sigma": _NUMBER,
}
TABLES: dict[str, Table] = {
    "assets.csv": Table(
        {
            "name": _NEEDED,
            "service": _TEXT,
            "region": _NEEDED,
            **dict.fromkeys(("lat", "lon"), _NUMBER),
            **dict.fromkeys(("operator", "tags"), _TEXT),
            "black_start": _FLAG,
            "restart": Column(TIME),
            "combine": _TEXT,
            "life_mean": Column(TIME),
            "life_shape": _NUMBER,
            **_REPAIR,
            **_SOURCE,
        },
        asset_row,
    ),
    "needs.csv": Table(
        {
            **dict.fromkeys(("asset", "need"), _NEEDED),
            "rule": _TEXT,
            **dict.fromkeys(("threshold", "criticality", "cut"), _NUMBER),
            "start_only": _FLAG,
            "profile": _TEXT,
            "buffer": Column(TIME),
            "buffer_sigma": _NUMBER,
            "refill": Column(TIME),
            "fails_on_demand": _NUMBER,
            **dict.fromkeys(("per", "drain"), _TEXT),
            **_SOURCE,
        },
        need_row,
    ),
    "suppliers.csv": Table(
        {
            **dict.fromkeys(("asset", "need", "supplier"), _NEEDED),
            "weight": Column("number", True),
            **_SOURCE,
        },
        supplier_row,
    ),
    "carrier_nodes.csv": Table(
        {
            **dict.fromkeys(("carrier", "node"), _NEEDED),
            "demand": Column(POWER),
            "capacity": Column(POWER),
            "source_asset": _TEXT,
            "black_start": _FLAG,
            "priority": _NUMBER,
            "profile": _TEXT,
            **_SOURCE,
        },
        node_row,
    ),
    "carrier_links.csv": Table(
        {
            **dict.fromkeys(("carrier", "link", "from", "to"), _NEEDED),
            "priority": _NUMBER,
            "circuits": _NUMBER,
            "length": Column(LENGTH),
            "reactance": Column(_OHM),
            "rating": Column(POWER),
            **_REPAIR,
            **_SOURCE,
        },
        link_row,
    ),
    "areas.csv": Table(
        {
            **dict.fromkeys(("area", "service", "region"), _NEEDED),
            "population": Column(PEOPLE, True),
            "customers": Column(CUSTOMERS),
            "demand": Column(POWER),
            "value": Column(MONEY_RATE),
            "supplier": _NEEDED,
            "weight": Column("number", True),
            "threshold": _NUMBER,
            "profile": _TEXT,
            **_SOURCE,
        },
        area_row,
    ),
}


def add_tables(
    network: Node, folder: Path, shown: str, problems: list[Problem]
) -> tuple[list[tuple[str, str]], bool]:
    """Read the tables of a folder into a network's document, in place.

    Parameters
    ----------
    network
        The document of `network.yaml`.
    folder, shown
        Where the tables are, and how that is called in messages.
    problems
        Gets what is wrong with headers and cells.

    Returns
    -------
    list of (str, str)
        Names and SHA-256 digests of the files read.
    bool
        Whether every table has rows to go by; else what refers to them cannot be checked.
    """
    digests: list[tuple[str, str]] = []
    whole = True
    for path in sorted(folder.glob("*.csv")):
        if path.name not in TABLES:
            file = f"{shown}/{path.name}"
            advice = nearest(path.name, TABLES)
            problems.append(Problem(file, None, "", "a table of a model", f"'{path.name}'", advice))
    for name, table in TABLES.items():
        path = folder / name
        if path.is_file():
            data = path.read_bytes()
            digests.append((name, hashlib.sha256(data).hexdigest()))
            target = network if whole else Node({}, shown)  # what follows could not be placed
            found: list[Problem] = []
            whole &= _read_table(target, table, data, f"{shown}/{name}", found)
            problems += found if target is network else []
    return digests, whole


def _read_table(
    network: Node, table: Table, data: bytes, file: str, problems: list[Problem]
) -> bool:
    def refuse(line: int, path: str, expected: str, found: str, advice: str = "") -> None:
        problems.append(Problem(file, line, path, expected, found, advice))

    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except UnicodeDecodeError as error:
        refuse(data[: error.start].count(b"\n") + 1, "", "text in UTF-8", "other bytes")
        return False
    except csv.Error as error:
        refuse(reader.line_num, "", "a row of a table", str(error))
        return False
    if not rows:
        refuse(1, "", "a header with the names of the columns", "an empty file")
        return False
    before = len(problems)
    columns = _header(table, rows[0][1], refuse)
    if len(problems) > before:
        return False
    whole = True
    for line, cells in rows[1:]:
        if not any(cells):
            continue
        if len(cells) != len(columns):
            refuse(line, "", f"{len(columns)} cells, as the header has", str(len(cells)))
            whole = False
            continue
        row = Row(file, line, {}, refuse)
        for (name, title, unit), cell in zip(columns, cells, strict=True):
            if cell:
                value = _cell(table.columns[name].kind, cell, unit)
                row.cells[name] = Node(value, file, line, title)
            elif table.columns[name].required:
                refuse(line, title, "a value in every row", "an empty cell")
                whole = False
        if all(name in row.cells for name, column in table.columns.items() if column.required):
            table.put(network, row)
    return whole


def _header(
    table: Table, cells: list[str], refuse: Callable[..., None]
) -> list[tuple[str, str, str]]:
    """Name, title and unit of each column."""
    columns: list[tuple[str, str, str]] = []
    for title in cells:
        match = _HEADER.fullmatch(title)
        name, unit = (match[1], match[2] or "") if match else (title, "")
        column = table.columns.get(name)
        if column is None:
            advice = nearest(name, table.columns, 20)
            refuse(1, title, "a column of this table", f"'{title}'", advice)
        elif any(name == other for other, _, _ in columns):
            refuse(1, title, "every column once", f"'{name}' again")
        elif not isinstance(column.kind, Dimension):
            if unit:
                refuse(1, title, f"the column '{name}' without a unit", f"'[{unit}]'")
        elif unit not in column.kind.units and unit != column.kind.base:
            valid = list(column.kind.units) or [column.kind.base]
            example = f"{name} [{column.kind.example.split()[-1]}]"
            expected = f"{column.kind.name} with its unit in the header, such as '{example}'"
            found = f"the unit '{unit}'" if unit else "no unit"
            refuse(1, title, expected, found, nearest(unit, valid, 0) if unit else "")
        columns.append((name, title, unit))
    there = [name for name, _, _ in columns]
    for name, column in table.columns.items():
        if column.required and name not in there:
            refuse(1, "", f"a column '{name}'", "none")
    return columns


def _cell(kind: str | Dimension, cell: str, unit: str) -> Scalar:
    """The scalar that YAML would have: a number with the header's unit, a number, a flag."""
    if isinstance(kind, Dimension):
        return f"{cell} {unit}" if (split(cell) or ("", "no"))[1] == "" else cell
    if kind == "flag":
        return {"true": True, "false": False}.get(cell, cell)
    if kind == "number":
        number = parse(cell)
        if number is not None:
            return int(number[0]) if re.fullmatch(r"[-+]?\d+", cell) else number[0]
    return cell
