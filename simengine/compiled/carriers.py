"""Carriers, their nodes, links and sources as tables."""

from __future__ import annotations

from simengine.compiled.arrays import Tables, grid, table
from simengine.kernels import layout
from simengine.kernels.layout import NEVER, ONE

__all__ = ["carrier_tables"]

RULES = {"priority": layout.PRIORITY, "share": layout.EVEN, "collapse": layout.COLLAPSE}


def carrier_tables(t: Tables) -> None:
    """Fill in `carrier`, `node` and `link`, sources and neighbours; assets are there."""
    names, network = t.names, t.names.network
    carrier = t.made["carrier"] = table(layout.CARRIER, len(names.carriers))
    for c, name in enumerate(names.carriers):
        found, row = network.carriers[name], carrier[c]
        row["rule"] = RULES[found.rule]
        row["stale"] = 1
        row["step"], row["largest"] = grid(found.shed_step), grid(found.shed_largest)
        row["hop_kind"], row["hop_slot"] = t.law(found.hop)
        row["black_kind"], row["black_slot"] = t.law(found.black_start_delay or found.hop)
        for kind, all_of in (("node", names.nodes), ("link", names.links)):
            mine = [k for k, (owner, _) in enumerate(all_of) if owner == name]
            row[f"{kind}_lo"] = mine[0] if mine else 0
            row[f"{kind}_hi"] = mine[-1] + 1 if mine else 0
    _links(t)
    _nodes(t)
    _sources(t)


def _links(t: Tables) -> None:
    names, asset = t.names, t.made["asset"]
    link = t.made["link"] = table(layout.LINK, len(names.links))
    for x, (c, name) in enumerate(names.links):
        found, row = names.network.carriers[c].links[name], link[x]
        row["asset"] = names.asset[name]
        row["carrier"] = names.carriers.index(c)
        row["a"], row["b"] = names.node[found.from_node], names.node[found.to_node]
        row["closed"] = row["closed_start"] = 1
        row["end"] = NEVER
        asset[names.asset[name]]["link_from"] = row["a"]
        asset[names.asset[name]]["link_to"] = row["b"]


def _nodes(t: Tables) -> None:
    names, asset, link = t.names, t.made["asset"], t.made["link"]
    node = t.made["node"] = table(layout.NODE, len(names.nodes))
    ends: dict[int, list[tuple[int, int]]] = {}
    for x in range(len(link)):
        a, b = link[x]["a"], link[x]["b"]
        ends.setdefault(a, []).append((x, b))
        ends.setdefault(b, []).append((x, a))
    for k, (c, name) in enumerate(names.nodes):
        found, row = names.network.carriers[c].nodes[name], node[k]
        row["asset"], row["carrier"] = names.asset[name], names.carriers.index(c)
        asset[row["asset"]]["node"] = k
        row["live"] = 1
        row["ratio"] = row["ratio_start"] = ONE
        row["end"] = NEVER
        row["demand"] = round(found.demand * 1000)
        row["profile"] = -1 if found.profile is None else names.profile[found.profile]
        row["adj_lo"] = len(t.rows)
        t.rows += ends.get(k, [])
        row["adj_hi"] = len(t.rows)


def _sources(t: Tables) -> None:
    names, asset, node = t.names, t.made["asset"], t.made["node"]
    needy = {
        owner for owner, _, need in names.needs if names.names_own_carrier(owner, need)
    }  # sources that cannot run while their node is black
    feeds: dict[int, list[int]] = {}
    for k, (c, name) in enumerate(names.nodes):
        node[k]["source_lo"] = len(t.rows)
        for source, capacity in sorted(names.network.carriers[c].nodes[name].sources.items()):
            i = names.asset[source]
            t.rows.append((i, round(capacity * 1000), int(source not in needy)))
            feeds.setdefault(i, []).append(k)
        node[k]["source_hi"] = len(t.rows)
    for i in range(len(asset)):
        asset[i]["feed_lo"] = len(t.places)
        t.places += feeds.get(i, [])
        asset[i]["feed_hi"] = len(t.places)
