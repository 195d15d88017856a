"""What a row of each table puts into a network's document."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from simengine.errors import nearest
from simengine.scenario.reading import Node, Scalar
from simengine.scenario.units import split

__all__ = ["Row", "area_row", "asset_row", "link_row", "need_row", "node_row", "supplier_row"]


@dataclass
class Row:
    """The cells of a row that are not empty, by column, and how to refuse it."""

    file: str
    line: int
    cells: dict[str, Node]
    refuse: Callable[..., None]

    def text(self, column: str) -> str:
        """What a cell holds, as text."""
        return str(self.cells[column].value)

    def node(self, value: dict[str, Node] | list[Node] | Scalar) -> Node:
        """A new node that stands in this row."""
        return Node(value, self.file, self.line)

    def some(self, *columns: str, **renamed: str) -> dict[str, Node]:
        """The given cells by column, or by another name: `name="column"`."""
        pairs = [(column, column) for column in columns] + list(renamed.items())
        return {name: self.cells[column] for name, column in pairs if column in self.cells}


def _below(node: Node, name: str, row: Row) -> dict[str, Node]:
    """The mapping under `name`, made if it is not there; a new one if something else is."""
    held = node.mapping.setdefault(name, row.node({}))
    return held.value if isinstance(held.value, dict) else {}


def _add(things: dict[str, Node], row: Row, column: str, thing: dict[str, Node]) -> None:
    name = row.text(column)
    if name in things:
        other = things[name]
        advice = f"it stands in {other.file}:{other.line} too"
        row.refuse(row.line, row.cells[column].shown, "every name once", f"'{name}' again", advice)
        return
    things[name] = row.node(thing)


def _spread(row: Row, median: str, sigma: str) -> Node:
    """A lognormal law, or a number where no spread is given."""
    spread = row.cells.get(sigma)
    if spread is None or spread.value == 0:
        return row.cells[median]
    law = {"dist": row.node("lognormal"), "median": row.cells[median], "sigma": spread}
    return row.node(law)


def _repair(row: Row) -> dict[str, Node]:
    if "repair_median" not in row.cells:
        for column in ("repair_pool", "repair_priority", "repair_sigma"):
            if column in row.cells:
                row.refuse(row.line, column, "'repair_median' in the same row", "an empty cell")
        return {}
    repair = row.some(pool="repair_pool", priority="repair_priority")
    repair["time"] = _spread(row, "repair_median", "repair_sigma")
    return {"repair": row.node(repair)}


def _life(row: Row) -> dict[str, Node]:
    """Exponential, or Weibull with the same mean where a shape is given."""
    mean, shape = row.cells.get("life_mean"), row.cells.get("life_shape")
    if mean is None:
        if shape is not None:
            row.refuse(row.line, "life_shape", "'life_mean' in the same row", "an empty cell")
        return {}
    if shape is None:
        return {"life": row.node({"dist": row.node("exponential"), "mean": mean})}
    scale, parts = mean, split(str(mean.value))
    if parts is not None and isinstance(shape.value, (int, float)) and 0.01 < shape.value < 1e6:
        number = float(parts[0]) / math.gamma(1 + 1 / shape.value)
        scale = Node(f"{number!r} {parts[1]}", row.file, row.line, mean.shown)
    return {"life": row.node({"dist": row.node("weibull"), "shape": shape, "scale": scale})}


def asset_row(network: Node, row: Row) -> None:
    """`operator` becomes one more tag, ``operator:NAME``; tags are parted by ; or spaces."""
    keys = ("service", "region", "black_start", "restart", "combine")
    asset = row.some(*keys, "source", "confidence")
    if "lat" in row.cells or "lon" in row.cells:
        asset["at"] = row.node(list(row.some("lat", "lon").values()))
    tags = re.split(r"[;\s]+", row.text("tags")) if "tags" in row.cells else []
    if "operator" in row.cells:
        tags.append("operator:" + re.sub(r"\s+", "_", row.text("operator")))
    if tags:
        asset["tags"] = row.node([row.node(tag) for tag in tags if tag])
    asset |= _repair(row) | _life(row)
    _add(_below(network, "assets", row), row, "name", asset)


def need_row(network: Node, row: Row) -> None:
    """A need of an asset that stands in `assets.csv` or in `network.yaml`."""
    asset = _asset(network, row)
    if asset is None:
        return
    keys = ("rule", "threshold", "criticality", "cut", "start_only", "profile")
    need = row.some(*keys, "source", "confidence")
    buffer = row.some("refill", "fails_on_demand", "per", "drain")
    if "buffer" in row.cells:
        buffer["time"] = _spread(row, "buffer", "buffer_sigma")
    if buffer:
        need["buffer"] = row.node(buffer)
    _add(_below(asset, "needs", row), row, "need", need)


def _weight(row: Row) -> Node:
    """The weight; what is wrong with it or with its supplier is said of both columns."""
    weight = row.cells["weight"]
    return Node(weight.value, row.file, row.line, f"{row.cells['supplier'].shown}, {weight.shown}")


def supplier_row(network: Node, row: Row) -> None:
    """A supplier of a need that stands in `needs.csv` or in `network.yaml`."""
    asset = _asset(network, row)
    if asset is None:
        return
    needs = asset.mapping["needs"].mapping if "needs" in asset.mapping else {}
    need = needs.get(row.text("need"))
    if need is None:
        expected = f"a need of asset '{row.text('asset')}'"
        row.refuse(row.line, "need", expected, f"'{row.text('need')}'")
        return
    suppliers = _below(need, "suppliers", row)
    if row.text("supplier") in suppliers:
        expected = "every supplier of a need once"
        row.refuse(row.line, "supplier", expected, f"'{row.text('supplier')}' again")
        return
    suppliers[row.text("supplier")] = _weight(row)


def _asset(network: Node, row: Row) -> Node | None:
    assets = network.mapping["assets"].mapping if "assets" in network.mapping else {}
    name = row.text("asset")
    if name not in assets:
        row.refuse(row.line, "asset", "the name of an asset", f"'{name}'", nearest(name, assets))
    return assets.get(name)


def _carrier(network: Node, row: Row) -> Node | None:
    carriers = network.mapping["carriers"].mapping if "carriers" in network.mapping else {}
    name = row.text("carrier")
    if name not in carriers:
        advice = nearest(name, carriers) or "name it under `carriers` in network.yaml"
        row.refuse(row.line, "carrier", "the name of a carrier", f"'{name}'", advice)
    return carriers.get(name)


def _agree(held: dict[str, Node], row: Row, name: str, cells: dict[str, Node]) -> None:
    """Put cells that may be given once or alike in several rows of the same thing."""
    for key, cell in cells.items():
        if key in held and held[key].value != cell.value:
            expected = f"the same '{key}' of '{name}' in all its rows, {held[key].value}"
            row.refuse(row.line, cell.shown, expected, str(cell.value))
        held.setdefault(key, cell)


def _first(held: dict[str, Node], row: Row) -> None:
    """Each row has its own source; the thing keeps that of its first row."""
    for key, cell in row.some("source", "confidence").items():
        held.setdefault(key, cell)


def node_row(network: Node, row: Row) -> None:
    """A node, or one more source of it; `black_start` is said of the source."""
    carrier = _carrier(network, row)
    if carrier is None:
        return
    nodes, name = _below(carrier, "nodes", row), row.text("node")
    node = nodes.setdefault(name, row.node({}))
    _agree(node.mapping, row, name, row.some("demand", "priority", "profile"))
    _first(node.mapping, row)
    if "source_asset" in row.cells:
        source = row.text("source_asset")
        if "capacity" not in row.cells:
            row.refuse(row.line, "capacity", f"the capacity of '{source}'", "an empty cell")
            return
        sources = _below(node, "sources", row)
        if source in sources:
            row.refuse(row.line, "source_asset", "every source of a node once", f"'{source}' again")
            return
        sources[source] = row.cells["capacity"]
        assets = network.mapping["assets"].mapping if "assets" in network.mapping else {}
        if "black_start" in row.cells and source in assets:
            _agree(assets[source].mapping, row, source, row.some("black_start"))
    elif "capacity" in row.cells and row.cells["capacity"].value not in ("0 MW",):
        row.refuse(row.line, "source_asset", "the asset that has this capacity", "an empty cell")


def link_row(network: Node, row: Row) -> None:
    """A link and the asset that it is; circuits, length, reactance and rating describe it."""
    carrier = _carrier(network, row)
    if carrier is None:
        return
    link = row.some("from", "to", "priority", "source", "confidence") | _repair(row)
    _add(_below(carrier, "links", row), row, "link", link)


def area_row(network: Node, row: Row) -> None:
    """An area, or one more supplier of it."""
    areas, name = _below(network, "areas", row), row.text("area")
    area = areas.setdefault(name, row.node({}))
    own = ("service", "region", "population", "threshold", "profile")
    _agree(area.mapping, row, name, row.some(*own, "customers", "demand", "value"))
    _first(area.mapping, row)
    suppliers = _below(area, "suppliers", row)
    if row.text("supplier") in suppliers:
        found = f"'{row.text('supplier')}' again"
        row.refuse(row.line, "supplier", "every supplier of an area once", found)
        return
    suppliers[row.text("supplier")] = _weight(row)
