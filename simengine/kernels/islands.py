"""Islands of a carrier: components of live nodes over closed links, and their balance.

A node's share is a pure function of its island: source capacity x level, nominal demands, rule.
Nodes of a carrier are numbered by (priority, name), links too.
"""

import math

from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ADJACENT,
    ASSET,
    CARRIER,
    EVEN,
    ISLAND,
    LINK,
    MEMBER,
    NODE,
    NODES,
    ONE,
    SOURCE,
    STAMP,
)
from simengine.kernels.levels import cut, pass_on, set_output
from simengine.kernels.state import profile_value, touch_node


@part
def ratio_of(supply, demand):
    """Supply / demand on the grid, rounded up, at most 1, cut."""
    if demand == 0:
        return ONE if supply > 0 else 0
    return cut(min(ONE, math.ceil(supply / demand * ONE)))


@part
def demand_of(w, k):
    """Nominal demand of a node now [kW x 2**-20]."""
    return w.node[k, NODE.demand] * profile_value(w, w.node[k, NODE.profile])


@step
def find_islands(w, c):
    """Label the live nodes of a carrier by island, and list members island by island.

    Writes `node.comp` (-1 for a black node), members in node order into the list MEMBER, and where
    each island begins there into ISLAND, at the labels; nothing if nothing changed since.

    Returns
    -------
    tuple of int
        The first label and one past the last.
    """
    low, high = w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]
    first_label = low + c
    if w.carrier[c, CARRIER.stale] == 0:
        return first_label, first_label + w.carrier[c, CARRIER.islands]
    for k in range(low, high):
        w.node[k, NODE.comp] = -1
    label = first_label
    for first in range(low, high):
        if w.node[first, NODE.live] == 1 and w.node[first, NODE.comp] < 0:
            w.lists[ISLAND, label] = label_island(w, first, label)
            label += 1
    start = low
    for island in range(first_label, label):
        size = w.lists[ISLAND, island]
        w.lists[ISLAND, island] = start
        start += size
    for k in range(low, high):
        island = w.node[k, NODE.comp]
        if island >= 0:
            w.lists[MEMBER, w.lists[ISLAND, island]] = k
            w.lists[ISLAND, island] += 1
    for island in range(label, first_label, -1):
        w.lists[ISLAND, island] = w.lists[ISLAND, island - 1]
    w.lists[ISLAND, first_label] = low
    w.carrier[c, CARRIER.stale] = 0
    w.carrier[c, CARRIER.islands] = label - first_label
    return first_label, label


@inline
def label_island(w, first, label):
    """Label all nodes that closed links reach from a live one; how many there are."""
    scratch = w.n[NODES]
    w.node[first, NODE.comp] = label
    w.lists[MEMBER, scratch] = first
    reached = 0
    filled = 1
    while reached < filled:
        k = w.lists[MEMBER, scratch + reached]
        reached += 1
        for a in range(w.node[k, NODE.adj_lo], w.node[k, NODE.adj_hi]):
            other = w.row[a, ADJACENT.other]
            closed = w.link[w.row[a, ADJACENT.link], LINK.closed] == 1
            if closed and w.node[other, NODE.comp] < 0:
                w.node[other, NODE.comp] = label
                w.lists[MEMBER, scratch + filled] = other
                filled += 1
    return filled


@part
def close_link(w, x):
    """Join the islands at the ends of a link."""
    w.link[x, LINK.closed] = 1
    w.carrier[w.link[x, LINK.carrier], CARRIER.stale] = 1
    touch_node(w, w.link[x, LINK.a])
    touch_node(w, w.link[x, LINK.b])


@part
def open_link(w, x):
    """Part the ends of a link."""
    w.link[x, LINK.closed] = 0
    w.carrier[w.link[x, LINK.carrier], CARRIER.stale] = 1
    touch_node(w, w.link[x, LINK.a])
    touch_node(w, w.link[x, LINK.b])


@inline
def merge_islands(w, one, other):
    """List the members of two islands in node order behind those of all; from where to where."""
    i, j = w.lists[ISLAND, one], w.lists[ISLAND, other]
    last_i, last_j = w.lists[ISLAND, one + 1], w.lists[ISLAND, other + 1]
    first = w.n[NODES]
    place = first
    while i < last_i or j < last_j:
        if j == last_j or (i < last_i and w.lists[MEMBER, i] < w.lists[MEMBER, j]):
            w.lists[MEMBER, place] = w.lists[MEMBER, i]
            i += 1
        else:
            w.lists[MEMBER, place] = w.lists[MEMBER, j]
            j += 1
        place += 1
    return first, place


@part
def island_supply(w, low, high):
    """Source capacity times level of members low to high [kW x 2**-20]."""
    total = 0
    for m in range(low, high):
        k = w.lists[MEMBER, m]
        for s in range(w.node[k, NODE.source_lo], w.node[k, NODE.source_hi]):
            total += w.row[s, SOURCE.kw] * w.asset[w.row[s, SOURCE.asset], ASSET.y]
    return total


@step
def rule_ratios(w, c, low, high, supply):
    """Shares of members low to high by the carrier's rule, into `node.ratio_new`.

    `share`: all get min(1, S / D); else in order of priority, the marginal node in part.
    """
    if w.carrier[c, CARRIER.rule] == EVEN:
        demand = 0
        for m in range(low, high):
            demand += demand_of(w, w.lists[MEMBER, m])
        ratio = ratio_of(supply, demand)
        for m in range(low, high):
            w.node[w.lists[MEMBER, m], NODE.ratio_new] = ratio
        return
    left = supply
    for m in range(low, high):
        k = w.lists[MEMBER, m]
        demand = demand_of(w, k)
        if supply == 0:
            w.node[k, NODE.ratio_new] = 0
        elif left >= demand:
            w.node[k, NODE.ratio_new] = ONE
        else:
            w.node[k, NODE.ratio_new] = ratio_of(left, demand)
        left = max(0, left - demand)


@part
def island_has(w, mark, low, high):
    """Whether a member carries this instant's stamp in column `mark` of nodes."""
    for m in range(low, high):
        if w.node[w.lists[MEMBER, m], mark] == w.n[STAMP]:
            return True
    return False


@part
def lowers(w, low, high):
    """Whether the new shares are below the present one at some member."""
    for m in range(low, high):
        if w.node[w.lists[MEMBER, m], NODE.ratio_new] < w.node[w.lists[MEMBER, m], NODE.ratio]:
            return True
    return False


@step
def set_live(w, k, live):
    """Energise or black out a node."""
    if w.node[k, NODE.live] != live:
        w.node[k, NODE.live] = live
        w.carrier[w.node[k, NODE.carrier], CARRIER.stale] = 1
        w.node[k, NODE.restoring] = 1
        w.node[k, NODE.ratio] = 0
        touch_node(w, k)
        for e in range(w.node[k, NODE.live_lo], w.node[k, NODE.live_hi]):
            pass_on_live(w, e, live)
        set_output(w, w.node[k, NODE.asset])


@inline
def pass_on_live(w, e, live):
    """A need of a source reads whether this node is live."""
    edge = w.place[e]
    pass_on(w, edge, ONE * (1 - live), ONE * live)


@part
def set_ratio(w, k, ratio):
    """Change a node's share."""
    if ratio != w.node[k, NODE.ratio]:
        w.node[k, NODE.ratio] = ratio
        touch_node(w, k)
        set_output(w, w.node[k, NODE.asset])
