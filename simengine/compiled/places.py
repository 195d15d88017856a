"""Pools, areas with their people, and profiles as tables."""

from __future__ import annotations

from simengine.compiled.arrays import Tables, grid, table
from simengine.kernels import layout
from simengine.kernels.layout import NEVER, ONE
from simengine.scenario.quantity import Fixed

__all__ = ["area_tables", "pool_tables", "profile_tables"]

NOTHING = Fixed(0.0)
PERIODS = {"day": 86_400_000, "week": 604_800_000, "year": 31_536_000_000}


def pool_tables(t: Tables) -> None:
    """Fill in `pool`; its table of factors is there, and assets are."""
    names, pool = t.names, t.made["pool"]
    place = 0
    for p, name in enumerate(names.pools):
        found, row = names.network.pools[name], pool[p]
        row["crews"] = row["crews0"] = found.crews
        row["end"] = NEVER
        row["queue_lo"] = place
        place += int((t.made["asset"].column("pool") == p).sum())
        row["item"] = t.item(name)
        row["travel_kind"], row["travel_slot"] = t.law(found.travel)
        if found.mutual_aid is not None:
            row["aid"] = found.mutual_aid.crews
            row["aid_kind"], row["aid_slot"] = t.law(found.mutual_aid.arrival)


def area_tables(t: Tables) -> None:
    """Fill in `area`, `group` and `region`; needs come after."""
    names, network = t.names, t.names.network
    area = t.made["area"] = table(layout.AREA, len(names.areas))
    group = t.made["group"] = table(layout.GROUP, len(names.groups))
    groups = {g: k for k, g in enumerate(names.groups)}
    for g, (service, place) in enumerate(names.groups):
        group[g]["service"] = names.services.index(service)
        group[g]["region"] = names.regions.index(place)
    for a, name in enumerate(names.areas):
        found, row = network.areas[name], area[a]
        g = groups[found.service, found.region]
        row["y"] = row["base"] = ONE
        row["population"] = found.population
        row["group"] = g
        row["service"], row["region"] = group[g]["service"], group[g]["region"]
        row["profile"] = -1 if found.profile is None else names.profile[found.profile]
        row["customers"] = t.parameters.scalar(found.customers or NOTHING, 0.0)
        row["demand"] = t.parameters.scalar(found.demand or NOTHING, 0.0)
        row["value"] = t.parameters.scalar(found.value or NOTHING, 0.0)
        group[g]["population"] += found.population
    _basic(t)


def _basic(t: Tables) -> None:
    """Groups of a region's basic services; its people are those of the largest."""
    names, group = t.names, t.made["group"]
    region = t.made["region"] = table(layout.REGION, len(names.regions))
    for r in range(len(region)):
        region[r]["basic_lo"] = len(t.places)
        for g, (service, _) in enumerate(names.groups):
            if group[g]["region"] == r and names.network.services[service].basic:
                t.places.append(g)
                region[r]["population"] = max(region[r]["population"], group[g]["population"])
        region[r]["basic_hi"] = len(t.places)


def profile_tables(t: Tables) -> None:
    """Fill in `profile` and who uses it."""
    names = t.names
    profile = t.made["profile"] = table(layout.PROFILE, len(names.profiles))
    carriers, areas = names.network.carriers, names.network.areas
    for p, name in enumerate(names.profiles):
        found, row = names.network.profiles[name], profile[p]
        row["value"], row["end"] = ONE, NEVER
        row["period"] = PERIODS[found.period]
        row["item"] = t.item(f"profile:{name}")
        row["step_lo"] = len(t.rows)
        t.rows += [(int(start), grid(value)) for start, value in found.steps]
        row["step_hi"] = len(t.rows)
        users = {
            "need": [
                n
                for n, (_, _, need) in enumerate(names.needs)
                if name in (need.profile, need.buffer and need.buffer.drain)
            ],
            "node": [k for k, (c, n) in enumerate(names.nodes)
                     if carriers[c].nodes[n].profile == name],
            "area": [a for a, area in enumerate(names.areas) if areas[area].profile == name],
        }  # fmt: skip
        for kind, mine in users.items():
            row[f"{kind}_lo"] = len(t.places)
            t.places += mine
            row[f"{kind}_hi"] = len(t.places)
