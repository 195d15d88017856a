"""How a carrier falls: dead nodes and links, islands without a source, shedding, collapse.

A node takes the smaller of its old and new share. Under `collapse` a loss sheds load in steps; if
the largest share allowed is not enough, the island goes black.
"""

from simengine.kernels.attribution import (
    begin_episode,
    blame_part,
    blame_profile,
    end_blame,
    no_blame,
)
from simengine.kernels.energising import OFF
from simengine.kernels.islands import (
    demand_of,
    find_islands,
    island_has,
    island_supply,
    open_link,
    ratio_of,
    rule_ratios,
    set_live,
    set_ratio,
)
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ASSET,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    CARRIER,
    COLLAPSE,
    HALF_STEP,
    ISLAND,
    LINK,
    LOG_BLACK,
    LOG_COLLAPSE,
    LOG_RATIO,
    LOG_SHED,
    MEMBER,
    NODE,
    ONE,
    SOURCE,
    STAMP,
)
from simengine.kernels.levels import cut
from simengine.kernels.state import NIL, NO_CAUSE, ONE_STEP, ZERO, record, record_asset


@part
def blame_island(w, k, by_start):
    """Offer what fell in this instant, or is below its baseline, in node k's old island."""
    c = w.node[k, NODE.carrier]
    home = w.node[k, NODE.island]
    own = ASSET.own_start if by_start == 1 else ASSET.base_own
    y = ASSET.y_start if by_start == 1 else ASSET.base
    no_blame(w)
    if home < 0:
        return
    for other in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
        if w.node[other, NODE.island] != home:
            continue
        blame_profile(w, w.node[other, NODE.profile])
        i = w.node[other, NODE.asset]
        if w.asset[i, ASSET.own] < w.asset[i, own]:
            blame_part(w, i, 1)
        for s in range(w.node[other, NODE.source_lo], w.node[other, NODE.source_hi]):
            i = w.row[s, SOURCE.asset]
            if w.asset[i, ASSET.y] < w.asset[i, y]:
                blame_part(w, i, 1)
    for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
        i = w.link[x, LINK.asset]
        if w.link[x, LINK.closed_start] == 1 and w.node[w.link[x, LINK.a], NODE.island] == home:
            if w.asset[i, ASSET.own] < w.asset[i, own]:
                blame_part(w, i, 1)


@step
def fallen_node(w, k, before):
    """Attribute the fall of a node's share."""
    i = w.node[k, NODE.asset]
    if w.asset[i, ASSET.y] < before and w.asset[i, ASSET.order] < 0:
        blame_island(w, k, ONE_STEP)
        if w.n[BEST_ORDER] < 0:
            blame_island(w, k, ZERO)
        end_blame(w)
        begin_episode(w, i, w.n[BEST_ORDER], w.key[BEST_CAUSE], w.n[BEST_ORIGIN])


@step
def black_out(w, k, why):
    """A node goes black."""
    i = w.node[k, NODE.asset]
    before = w.asset[i, ASSET.y]
    set_live(w, k, OFF)
    fallen_node(w, k, before)
    record_asset(w, why, i, ZERO, NIL)


@part
def open_dead_links(w, c):
    """A link is closed only while it works between two live nodes."""
    for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
        a, b = w.link[x, LINK.a], w.link[x, LINK.b]
        if w.link[x, LINK.closed] == 1 and not (
            w.asset[w.link[x, LINK.asset], ASSET.own] > 0
            and w.node[a, NODE.live] == 1
            and w.node[b, NODE.live] == 1
        ):
            open_link(w, x)


@inline
def shedding(w, c, low, high, supply):
    """Shares after the fewest shedding steps that suffice, into `ratio_new`; False: collapse.

    The load served at the start of the instant, restricted to the island, is the reference.
    """
    served = 0
    for m in range(low, high):
        k = w.lists[MEMBER, m]
        served += ((demand_of(w, k) >> 10) * w.node[k, NODE.ratio_start]) >> 10
        w.node[k, NODE.ratio_new] = w.node[k, NODE.ratio]
    if served == 0 or ratio_of(supply, served) == ONE:
        return True
    taken = w.carrier[c, CARRIER.step]
    while taken <= w.carrier[c, CARRIER.largest]:
        keep = ONE - taken
        if ((served >> 10) * keep) >> 10 <= supply:
            for m in range(low, high):
                k = w.lists[MEMBER, m]
                w.node[k, NODE.shed] = w.n[STAMP]
                w.node[k, NODE.ratio_new] = cut(
                    (w.node[k, NODE.ratio_start] * keep + HALF_STEP) >> 20
                )
            record(
                w,
                LOG_SHED,
                w.node[w.lists[MEMBER, low], NODE.asset],
                keep,
                NIL,
                NO_CAUSE,
                NIL,
                high - low,
            )
            return True
        taken += w.carrier[c, CARRIER.step]
    return False


@inline
def may_collapse(w, c, low, high):
    """Whether a loss in this island sheds or collapses it: not while restoring or picking up."""
    if w.carrier[c, CARRIER.rule] != COLLAPSE:
        return False
    for m in range(low, high):
        k = w.lists[MEMBER, m]
        if w.node[k, NODE.restoring] == 1 or w.node[k, NODE.picked] == w.n[STAMP]:
            return False
    return True


@step
def carrier_fall(w, c):
    """Open what is dead, black out islands without sources, shed or lower the rest."""
    for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
        if w.node[k, NODE.live] == 1 and w.asset[w.node[k, NODE.asset], ASSET.own] == 0:
            black_out(w, k, LOG_BLACK)
    open_dead_links(w, c)
    first, last = find_islands(w, c)
    for island in range(first, last):
        low, high = w.lists[ISLAND, island], w.lists[ISLAND, island + 1]
        if not island_has(w, NODE.touched, low, high):
            continue
        supply = island_supply(w, low, high)
        stands = supply > 0
        why = LOG_BLACK
        if stands:
            if may_collapse(w, c, low, high):
                stands = shedding(w, c, low, high, supply)
                why = LOG_COLLAPSE
            else:
                rule_ratios(w, c, low, high, supply)
        for m in range(low, high):
            k = w.lists[MEMBER, m]
            if not stands:
                black_out(w, k, why)
            elif w.node[k, NODE.ratio_new] < w.node[k, NODE.ratio]:
                i = w.node[k, NODE.asset]
                before = w.asset[i, ASSET.y]
                set_ratio(w, k, w.node[k, NODE.ratio_new])
                fallen_node(w, k, before)
                record_asset(w, LOG_RATIO, i, w.node[k, NODE.ratio], NIL)
    open_dead_links(w, c)
