"""Assets with their repairs, lives, trips and clocks as tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simengine.compiled.arrays import Row, Tables, grid, table
from simengine.compiled.names import Names
from simengine.kernels import layout
from simengine.kernels.layout import CLOCKS, LIFE, NEVER, ONE, REPAIR, RESTART, TRIPPED
from simengine.scenario.network import Asset, Factor

__all__ = ["asset_tables", "asset_words"]

FULL = ("own", "y", "own_start", "y_start", "base", "base_own", "health")
NONE = ("order", "origin", "job_pool", "node", "link_from", "link_to", "pool")


def asset_tables(t: Tables) -> None:
    """Fill in `asset`, `clock` and `pool` with its factors; areas are there, needs come after."""
    names, network = t.names, t.names.network
    asset = t.made["asset"] = table(layout.ASSET, len(names.assets))
    for i, name in enumerate(names.assets):
        found, row = network.assets[name], asset[i]
        for column in FULL:
            row[column] = ONE
        for column in NONE:
            row[column] = -1
        row["wake_end"] = row["manual_end"] = NEVER
        row["sum_rule"] = found.combine == "sum"
        row["restart_kind"], row["restart_slot"] = t.law(found.restart)
        row["life_kind"], row["life_slot"] = t.law(found.life)
        planned = found.planned
        interval, duration = (planned.interval, planned.duration) if planned else (None, None)
        row["planned_kind"], row["planned_slot"] = t.law(interval)
        row["outage_kind"], row["outage_slot"] = t.law(duration)
        sector = found.service and network.services[found.service].sector
        row["sector"] = names.sectors.index(sector) if sector else len(names.sectors) - 1
        _repair(t, found, row)
    _trips(t)
    _clocks(t)


def asset_words(names: Names) -> NDArray[np.uint64]:
    """Causes (none yet) and ids of the assets."""
    rows = [(0, 0, 0, names.id(name), names.id(f"{name}/planned")) for name in names.assets]
    return np.array(rows, dtype=np.uint64).reshape(-1, len(layout.ASSET_WORD))


def _repair(t: Tables, asset: Asset, row: Row) -> None:
    repair = asset.repair
    row["has_repair"] = repair is not None
    row["repair_kind"], row["repair_slot"] = t.law(repair.time if repair else None)
    row["access_kind"], row["access_slot"] = t.law(repair.access if repair else None)
    if repair is not None:
        row["priority"] = repair.priority
        row["pool"] = -1 if repair.pool is None else t.names.pool[repair.pool]


def _trips(t: Tables) -> None:
    names, asset = t.names, t.made["asset"]
    for i, name in enumerate(names.assets):
        asset[i]["trip_lo"] = len(t.rows)
        for other, time in sorted(names.network.assets[name].trips.items()):
            item = t.item(f"{name}/trips/{other}")
            t.rows.append((names.asset[other], *t.law(time), item))
        asset[i]["trip_hi"] = len(t.rows)


def _clocks(t: Tables) -> None:
    names = t.names
    clock = t.made["clock"] = table(layout.CLOCK, CLOCKS * len(names.assets))
    clock.column("end")[:] = NEVER
    for i, name in enumerate(names.assets):
        clocks = names.network.assets[name].clocks
        for kind, found in (
            (LIFE, clocks.life),
            (REPAIR, clocks.repair),
            (RESTART, clocks.restart),
            (TRIPPED, clocks.switching),
        ):
            row = clock[CLOCKS * i + kind]
            row["factor_lo"], row["factor_hi"] = _factors(t, found)
    pool = t.made["pool"] = table(layout.POOL, len(names.pools))
    for p, name in enumerate(names.pools):
        row = pool[p]
        row["factor_lo"], row["factor_hi"] = _factors(t, names.network.pools[name].clock)


def _factors(t: Tables, found: tuple[Factor, ...]) -> tuple[int, int]:
    """Add factors to the rows; where they stand. Whose level is read is marked."""
    low = len(t.rows)
    for f in found:
        if f.profile is not None:
            t.rows.append((-1, -1, t.names.profile[f.profile], 0))
        elif f.of is not None:
            at_zero = grid(1.0 if f.at_zero is None else f.at_zero)
            asset, area = t.names.asset.get(f.of, -1), t.names.area.get(f.of, -1)
            t.rows.append((asset, area, -1, at_zero))
            kind, i = ("asset", asset) if asset >= 0 else ("area", area)
            t.made[kind][i]["is_factor"] = 1
    return low, len(t.rows)
