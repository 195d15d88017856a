"""What a carrier could join with all links closed, and which sources start without it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from simengine.compiled.names import Names
from simengine.scenario.network import Carrier, Node

__all__ = ["capacities", "islands", "self_starters"]


def islands(carrier: Carrier) -> list[tuple[str, ...]]:
    """Nodes of a carrier by island, all links closed."""
    place = {name: k for k, name in enumerate(sorted(carrier.nodes))}
    ends = [(place[x.from_node], place[x.to_node]) for x in carrier.links.values()]
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    links = csr_array((np.ones(len(ends)), tuple(pairs)), (len(place), len(place)))
    count, label = connected_components(links, directed=False)
    found: list[list[str]] = [[] for _ in range(count)]
    for name, k in place.items():
        found[label[k]].append(name)
    return [tuple(island) for island in found]


def capacities(node: Node) -> dict[str, int]:
    """Sources of a node with what they can give [kW], those that give nothing left out."""
    return {s: kw for s, mw in node.sources.items() if (kw := round(mw * 1000))}


def self_starters(names: Names, carrier: Carrier) -> set[str]:
    """Sources of a carrier that can give before their node is live.

    A black-start source never needs what it feeds; any other must not name it. An asset that is
    itself a node of this carrier gives nothing while that node is black.
    """
    sources = {s for node in carrier.nodes.values() for s in capacities(node)}
    bound = {owner for owner, _, need in names.needs if names.names_own_carrier(owner, need)}
    return sources - bound - set(carrier.nodes)
