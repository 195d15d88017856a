"""Levels and supply: what an asset gives, and how a change of it reaches those who need it."""

from simengine.kernels.jit import part, step
from simengine.kernels.layout import ASSET, CUT, EDGE, HALF_STEP, NEED, NODE, ONE, STEP
from simengine.kernels.state import (
    ceil_div,
    mark_dirty,
    note_move,
    touch_area,
    touch_asset,
    touch_need,
    touch_node,
    use_need,
)


@part
def cut(level):
    """A level below 2**-10 is no level."""
    return 0 if level < CUT else level


@part
def supply(w, n):
    """Supply u of a need from its running sum: min(1, sum / threshold), or 0 or 1 by step."""
    total = w.need[n, NEED.sum]
    if total >= w.need[n, NEED.enough]:
        return ONE
    return 0 if w.need[n, NEED.rule] == STEP else ceil_div(total, w.need[n, NEED.threshold])


@part
def pass_on(w, e, old, new):
    """One supplier of a need changed its level: update the sum, and mark who feels it.

    An asset feels its supply alone: where that stays as it was (k of n are still enough) nothing
    follows. An area is looked at in any case, since its loss is split by the levels of suppliers.
    """
    n = w.row[e, EDGE.need]
    use_need(w, n)
    before = supply(w, n)
    if w.need[n, NEED.rule] == STEP:
        bar = w.need[n, NEED.bar]
        w.need[n, NEED.sum] += w.row[e, EDGE.weight] * (int(new >= bar) - int(old >= bar))
    else:
        w.need[n, NEED.sum] += w.row[e, EDGE.weight] * (new - old)
    owner = w.need[n, NEED.owner]
    if owner < 0:
        touch_area(w, -1 - owner)
    elif supply(w, n) != before:
        touch_need(w, n)
        mark_dirty(w, owner)


@step
def set_output(w, i):
    """What an asset gives: its own level, at a carrier's node times the node's share."""
    y = w.asset[i, ASSET.own]
    k = w.asset[i, ASSET.node]
    if k >= 0:
        y = cut((y * w.node[k, NODE.ratio] + HALF_STEP) >> 20) if w.node[k, NODE.live] == 1 else 0
    old = w.asset[i, ASSET.y]
    if y != old:
        touch_asset(w, i)
        note_move(w, i)
        w.asset[i, ASSET.y] = y
        for e in range(w.asset[i, ASSET.edge_lo], w.asset[i, ASSET.edge_hi]):
            pass_on(w, e, old, y)
        for f in range(w.asset[i, ASSET.feed_lo], w.asset[i, ASSET.feed_hi]):
            touch_node(w, w.place[f])


@step
def set_own(w, i, level):
    """Change an asset's own level and what follows from it at once."""
    if level != w.asset[i, ASSET.own]:
        touch_asset(w, i)
        note_move(w, i)
        w.asset[i, ASSET.own] = level
        if w.asset[i, ASSET.node] >= 0:
            touch_node(w, w.asset[i, ASSET.node])
        elif w.asset[i, ASSET.link_from] >= 0:
            touch_node(w, w.asset[i, ASSET.link_from])
            touch_node(w, w.asset[i, ASSET.link_to])
    set_output(w, i)
