"""Needs, buffers and suppliers as tables, and who feels whose level.

An area is a leaf: its supply is a need behind those of the assets, without an owner.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from simengine.compiled.arrays import Row, Tables, grid, table
from simengine.kernels import layout
from simengine.kernels.layout import MINUTE, NEVER, ONE
from simengine.scenario.network import Area, Need

__all__ = ["need_tables", "on_grid"]

RULES = {"share": layout.SHARE, "step": layout.STEP}
Edges = dict[tuple[int, bool], list[tuple[int, int]]]


def need_tables(t: Tables) -> None:
    """Fill in `need` and who feels whom; assets, nodes and areas are there."""
    names = t.names
    count = len(names.needs)
    need = t.made["need"] = table(layout.NEED, count + len(names.areas))
    edges: Edges = defaultdict(list)
    for n, (owner, name, item) in enumerate(names.needs):
        row = need[n]
        row["rule"] = RULES[item.rule]
        _supply(t, row, owner, item, edges)
        row["owner"] = names.asset[owner]
        row["bar"] = max(1, grid(item.cut))
        row["criticality"] = grid(item.criticality)
        row["kind"] |= layout.START_ONLY * item.start_only
        row["profile"] = -1 if item.profile is None else names.profile[item.profile]
        row["item"] = t.item(f"{owner}.needs.{name}")
        row["refill_item"] = t.item(f"{owner}.{name}.refill")
        _buffer(t, item, row)
    for a, name in enumerate(names.areas):
        row = need[count + a]
        _supply(t, row, name, names.network.areas[name], edges)
        row["owner"], row["profile"] = -1 - a, -1
        area = t.made["area"][a]
        area["need"] = count + a
        area["supplier_lo"], area["supplier_hi"] = row["supplier_lo"], row["supplier_hi"]
    _owners(t)
    _edges(t, edges)


def on_grid(item: Need | Area) -> tuple[dict[str, int], int]:
    """Weights and threshold of a need in units of 2**-20."""
    weights = {s: max(1, grid(w)) for s, w in item.suppliers.items()}
    if item.threshold == "all":
        return weights, sum(weights.values())
    if item.threshold == "any":
        return weights, min(weights.values())
    return weights, max(1, grid(float(item.threshold)))


def _supply(
    t: Tables,
    row: Row,
    owner: str,
    item: Need | Area,
    edges: Edges,
) -> None:
    weights, needed = on_grid(item)
    unit = 1 if row["rule"] == layout.STEP else ONE
    row["threshold"] = row["threshold0"] = needed
    row["enough"] = needed * unit
    row["sum"] = sum(weights.values()) * unit
    row["committed"] = ONE
    row["hold"] = 1
    row["end"] = NEVER
    row["drain"] = -1
    row["supplier_lo"] = len(t.rows)
    for asset, live, weight in sorted((*t.names.supplier(owner, s), w) for s, w in weights.items()):
        t.rows.append((asset, weight, int(live)))
        edges[asset, live].append((row.i, weight))
    row["supplier_hi"] = len(t.rows)


def _buffer(t: Tables, need: Need, row: Row) -> None:
    buffer = need.buffer
    row["kind"] |= layout.BUFFERED * (buffer is not None)
    if buffer is not None:
        row["per_demand"] = buffer.per == "demand"
        row["drawn"] = buffer.per == "demand"
        row["drain"] = -1 if buffer.drain is None else t.names.profile[buffer.drain]
        row["time_kind"], row["time_slot"] = t.law(buffer.time)
        row["refill_kind"], row["refill_slot"] = t.law(buffer.refill)
        row["fail_slot"] = t.parameters.scalar(buffer.fails_on_demand, 0.0, 1.0)


def _owners(t: Tables) -> None:
    """Which needs an asset has; a carrier's node or link that has any restarts in a minute."""
    names, asset, need = t.names, t.made["asset"], t.made["need"]
    in_carrier = {names.asset[n] for _, n in (*names.nodes, *names.links)}
    owners = need.column("owner")[: len(names.needs)]
    for i in range(len(asset)):
        low, high = np.searchsorted(owners, (i, i + 1))
        asset[i]["need_lo"], asset[i]["need_hi"] = int(low), int(high)
        asset[i]["restart_least"] = MINUTE if i in in_carrier and low < high else 0
        asset[i]["start_lo"] = len(t.places)
        t.places += [n for n in range(low, high) if need[n]["kind"] & layout.START_ONLY]
        asset[i]["start_hi"] = len(t.places)
        if asset[i]["start_lo"] < asset[i]["start_hi"]:
            asset[i]["started"] |= layout.STARTS_BY_NEEDS


def _edges(t: Tables, edges: Edges) -> None:
    """Who feels an asset's level; after those, who feels that a node is live."""
    asset, node = t.made["asset"], t.made["node"]
    for i in range(len(asset)):
        asset[i]["edge_lo"] = len(t.rows)
        t.rows += edges.get((i, False), [])
        asset[i]["edge_hi"] = len(t.rows)
    for k in range(len(node)):
        found = edges.get((node[k]["asset"], True), [])
        node[k]["live_lo"] = len(t.places)
        t.places += range(len(t.rows), len(t.rows) + len(found))
        node[k]["live_hi"] = len(t.places)
        t.rows += found
