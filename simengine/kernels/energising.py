"""How a carrier comes back: black starts, hops, pick-up of load, joining of islands.

All of it happens in Rise, and in Relief as far as nothing falls: a node takes the larger of its old
and new share, and a link joins two islands only if no node's share falls.
"""

from simengine.kernels.islands import (
    close_link,
    find_islands,
    island_has,
    island_supply,
    lowers,
    merge_islands,
    rule_ratios,
    set_live,
    set_ratio,
)
from simengine.kernels.jit import inline, number, step
from simengine.kernels.layout import (
    ASSET,
    CARRIER,
    ISLAND,
    LINK,
    LOG_JOIN,
    LOG_LIVE,
    MEMBER,
    NODE,
    RELIEF,
    RISE,
    SOURCE,
    STAMP,
)
from simengine.kernels.state import NIL, NO_CAUSE, ZERO, record

ON, OFF = number(1), number(0)


@step
def can_black_start(w, k):
    """A working black node with a live source that does not need this carrier."""
    if w.node[k, NODE.live] == 1 or w.asset[w.node[k, NODE.asset], ASSET.own] == 0:
        return False
    for s in range(w.node[k, NODE.source_lo], w.node[k, NODE.source_hi]):
        if w.row[s, SOURCE.self_starting] == 1 and w.asset[w.row[s, SOURCE.asset], ASSET.y] > 0:
            return True
    return False


@inline
def works(w, x):
    """Whether a link's own asset and both its nodes' own assets work."""
    return (
        w.asset[w.link[x, LINK.asset], ASSET.own] > 0
        and w.asset[w.node[w.link[x, LINK.a], NODE.asset], ASSET.own] > 0
        and w.asset[w.node[w.link[x, LINK.b], NODE.asset], ASSET.own] > 0
    )


@inline
def energise(w, c):
    """Nodes whose black start or hop is due at this instant become live."""
    for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
        if w.node[k, NODE.due] == w.n[STAMP]:
            w.node[k, NODE.due] = 0
            if can_black_start(w, k):
                set_live(w, k, ON)
                record(w, LOG_LIVE, w.node[k, NODE.asset], ZERO, NIL, NO_CAUSE, NIL, NIL)
    for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
        if w.link[x, LINK.due] == w.n[STAMP]:
            w.link[x, LINK.due] = 0
            a, b = w.link[x, LINK.a], w.link[x, LINK.b]
            if works(w, x) and w.node[a, NODE.live] != w.node[b, NODE.live]:
                dark = b if w.node[a, NODE.live] == 1 else a
                set_live(w, dark, ON)
                close_link(w, x)
                record(
                    w,
                    LOG_LIVE,
                    w.node[dark, NODE.asset],
                    ZERO,
                    NIL,
                    NO_CAUSE,
                    NIL,
                    w.link[x, LINK.asset],
                )


@step
def pick_up(w, low, high):
    """Members take the larger of old and new share."""
    raised = False
    for m in range(low, high):
        if w.node[w.lists[MEMBER, m], NODE.ratio_new] > w.node[w.lists[MEMBER, m], NODE.ratio]:
            raised = True
    if raised:
        for m in range(low, high):
            k = w.lists[MEMBER, m]
            w.node[k, NODE.picked] = w.n[STAMP]
            set_ratio(w, k, max(w.node[k, NODE.ratio], w.node[k, NODE.ratio_new]))


@step
def try_join(w, c, x, phase):
    """Close an open link between two islands if no node's share falls; whether it was closed."""
    one = w.node[w.link[x, LINK.a], NODE.comp]
    other = w.node[w.link[x, LINK.b], NODE.comp]
    low, high = merge_islands(w, one, other)
    if not island_has(w, NODE.touched, low, high):
        return False
    if phase == RELIEF and island_has(w, NODE.shed, low, high):
        return False
    rule_ratios(w, c, low, high, island_supply(w, low, high))
    if lowers(w, low, high):
        return False
    close_link(w, x)
    record(w, LOG_JOIN, w.link[x, LINK.asset], ZERO, NIL, NO_CAUSE, NIL, NIL)
    pick_up(w, low, high)
    return True


@inline
def join(w, c, phase):
    """Close open links between live nodes, by (priority, name), one at a time, then from anew."""
    again = True
    while again:
        again = False
        find_islands(w, c)
        for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
            if w.link[x, LINK.closed] == 1 or w.asset[w.link[x, LINK.asset], ASSET.own] == 0:
                continue
            a, b = w.link[x, LINK.a], w.link[x, LINK.b]
            if w.node[a, NODE.live] == 0 or w.node[b, NODE.live] == 0:
                continue
            if w.node[a, NODE.comp] == w.node[b, NODE.comp]:
                w.link[x, LINK.closed] = 1
            elif try_join(w, c, x, phase):
                again = True
                break


@step
def carrier_rise(w, c, phase):
    """Energise, pick up, join; in Relief only what lowers no node."""
    if phase == RISE:
        energise(w, c)
    first, last = find_islands(w, c)
    for island in range(first, last):
        low, high = w.lists[ISLAND, island], w.lists[ISLAND, island + 1]
        if not island_has(w, NODE.touched, low, high):
            continue
        if phase == RELIEF and island_has(w, NODE.shed, low, high):
            continue
        rule_ratios(w, c, low, high, island_supply(w, low, high))
        if phase == RELIEF and lowers(w, low, high):
            continue
        pick_up(w, low, high)
    join(w, c, phase)
