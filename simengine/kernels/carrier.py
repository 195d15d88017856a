"""Services over an undirected network: islands, balance, shedding, collapse, re-energising.

An island is a component of live nodes over closed links. A node's share is a pure function of its
island (source capacity x level, nominal demands, rule); in Rise and Relief it takes the larger of
old and new, in Fall the smaller. Nodes of a carrier are numbered by (priority, name), links too.
"""

import math

from simengine.kernels.cascade import (
    begin_episode,
    blame_part,
    cut,
    end_blame,
    no_blame,
    pass_on,
    set_output,
)
from simengine.kernels.jit import number, part, step
from simengine.kernels.layout import (
    ADJACENT,
    ASSET,
    ASSET_WORD,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    CARRIER,
    COLLAPSE,
    EVEN,
    HALF_STEP,
    ISLAND,
    LINK,
    LOG_BLACK,
    LOG_COLLAPSE,
    LOG_LIVE,
    LOG_RATIO,
    LOG_SHED,
    MEMBER,
    NODE,
    ONE,
    RELIEF,
    RISE,
    SOURCE,
    STAMP,
)
from simengine.kernels.state import profile_value, record, touch_node

ON, OFF = number(1), number(0)


@part
def ratio_of(supply, demand):
    """Supply / demand on the grid, rounded up, at most 1, cut."""
    if demand == 0:
        return ONE if supply > 0 else 0
    return cut(min(ONE, int(math.ceil(supply / demand * ONE))))


@part
def demand_of(w, k):
    """Nominal demand of a node now [kW x 2**-20]."""
    return w.node[k, NODE.demand] * profile_value(w, w.node[k, NODE.profile])


@step
def find_islands(w, c):
    """Label live nodes by island; list members island by island, in node order.

    Writes `node.comp` (-1 for a black node), `member` and `island` (starts of the islands in
    `member`, one more than there are); returns the number of islands.
    """
    low, high = w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]
    for k in range(low, high):
        w.node[k, NODE.comp] = -1
    count = 0
    for first in range(low, high):
        if w.node[first, NODE.live] == 1 and w.node[first, NODE.comp] < 0:
            w.lists[ISLAND, count] = label_island(w, first, count)
            count += 1
    start = 0
    for island in range(count):
        size = w.lists[ISLAND, island]
        w.lists[ISLAND, island] = start
        start += size
    for k in range(low, high):
        island = w.node[k, NODE.comp]
        if island >= 0:
            w.lists[MEMBER, w.lists[ISLAND, island]] = k
            w.lists[ISLAND, island] += 1
    for island in range(count, 0, -1):
        w.lists[ISLAND, island] = w.lists[ISLAND, island - 1]
    w.lists[ISLAND, 0] = 0
    return count


@part
def label_island(w, first, label):
    """Label all nodes that closed links reach from a live one; how many there are."""
    w.node[first, NODE.comp] = label
    w.lists[MEMBER, 0] = first
    reached = 0
    filled = 1
    while reached < filled:
        k = w.lists[MEMBER, reached]
        reached += 1
        for a in range(w.node[k, NODE.adj_lo], w.node[k, NODE.adj_hi]):
            other = w.row[a, ADJACENT.other]
            closed = w.link[w.row[a, ADJACENT.link], LINK.closed] == 1
            if closed and w.node[other, NODE.comp] < 0:
                w.node[other, NODE.comp] = label
                w.lists[MEMBER, filled] = other
                filled += 1
    return filled


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
def rule_ratios(w, c, low, high):
    """Shares of members low to high by the carrier's rule, into `node.ratio_new`.

    `share`: all get min(1, S / D); else in order of priority, the marginal node in part.
    """
    supply = island_supply(w, low, high)
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


@step
def set_live(w, k, live):
    """Energise or black out a node."""
    if w.node[k, NODE.live] != live:
        w.node[k, NODE.live] = live
        w.node[k, NODE.restoring] = 1
        w.node[k, NODE.ratio] = 0
        touch_node(w, k)
        for e in range(w.node[k, NODE.live_lo], w.node[k, NODE.live_hi]):
            pass_on_live(w, e, live)
        set_output(w, w.node[k, NODE.asset])


@part
def pass_on_live(w, e, live):
    """A need of a source reads whether this node is live."""
    edge = w.index[e]
    pass_on(w, edge, ONE * (1 - live), ONE * live)


@part
def set_ratio(w, k, ratio):
    """Change a node's share."""
    if ratio != w.node[k, NODE.ratio]:
        w.node[k, NODE.ratio] = ratio
        touch_node(w, k)
        set_output(w, w.node[k, NODE.asset])


@step
def can_black_start(w, k):
    """A working black node with a live source that does not need this carrier."""
    if w.node[k, NODE.live] == 1 or w.asset[w.node[k, NODE.asset], ASSET.own] == 0:
        return False
    for s in range(w.node[k, NODE.source_lo], w.node[k, NODE.source_hi]):
        if w.row[s, SOURCE.self_starting] == 1 and w.asset[w.row[s, SOURCE.asset], ASSET.y] > 0:
            return True
    return False


@part
def works(w, x):
    """Whether a link's own asset and both its nodes' own assets work."""
    return (
        w.asset[w.link[x, LINK.asset], ASSET.own] > 0
        and w.asset[w.node[w.link[x, LINK.a], NODE.asset], ASSET.own] > 0
        and w.asset[w.node[w.link[x, LINK.b], NODE.asset], ASSET.own] > 0
    )


@part
def energise(w, c):
    """Nodes whose black start or hop is due at this instant become live."""
    for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
        if w.node[k, NODE.due] == w.n[STAMP]:
            w.node[k, NODE.due] = 0
            if can_black_start(w, k):
                set_live(w, k, ON)
                record(w, LOG_LIVE, w.node[k, NODE.asset], 0, -1, 0, -1, -1)
    for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
        if w.link[x, LINK.due] == w.n[STAMP]:
            w.link[x, LINK.due] = 0
            a, b = w.link[x, LINK.a], w.link[x, LINK.b]
            if works(w, x) and w.node[a, NODE.live] != w.node[b, NODE.live]:
                dark = b if w.node[a, NODE.live] == 1 else a
                set_live(w, dark, ON)
                w.link[x, LINK.closed] = 1
                record(w, LOG_LIVE, w.node[dark, NODE.asset], 0, -1, 0, -1, w.link[x, LINK.asset])


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


@part
def merge_islands(w, one, other, place):
    """List the members of two islands in node order from `place` on; where the list ends."""
    i, j = w.lists[ISLAND, one], w.lists[ISLAND, other]
    last_i, last_j = w.lists[ISLAND, one + 1], w.lists[ISLAND, other + 1]
    while i < last_i or j < last_j:
        if j == last_j or (i < last_i and w.lists[MEMBER, i] < w.lists[MEMBER, j]):
            w.lists[MEMBER, place] = w.lists[MEMBER, i]
            i += 1
        else:
            w.lists[MEMBER, place] = w.lists[MEMBER, j]
            j += 1
        place += 1
    return place


@step
def try_join(w, c, x, count, phase):
    """Close an open link between two islands if no node's share falls; whether it was closed."""
    one, other = w.node[w.link[x, LINK.a], NODE.comp], w.node[w.link[x, LINK.b], NODE.comp]
    end = w.lists[ISLAND, count]
    high = merge_islands(w, one, other, end)
    if not island_has(w, NODE.touched, end, high):
        return False
    if phase == RELIEF and island_has(w, NODE.shed, end, high):
        return False
    rule_ratios(w, c, end, high)
    if lowers(w, end, high):
        return False
    w.link[x, LINK.closed] = 1
    touch_node(w, w.link[x, LINK.a])
    touch_node(w, w.link[x, LINK.b])
    pick_up(w, end, high)
    return True


@part
def join(w, c, phase):
    """Close open links between live nodes, by (priority, name), one at a time, then from anew."""
    again = True
    while again:
        again = False
        count = find_islands(w, c)
        for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
            if w.link[x, LINK.closed] == 1 or w.asset[w.link[x, LINK.asset], ASSET.own] == 0:
                continue
            a, b = w.link[x, LINK.a], w.link[x, LINK.b]
            if w.node[a, NODE.live] == 0 or w.node[b, NODE.live] == 0:
                continue
            if w.node[a, NODE.comp] == w.node[b, NODE.comp]:
                w.link[x, LINK.closed] = 1
            elif try_join(w, c, x, count, phase):
                again = True
                break


@step
def carrier_rise(w, c, phase):
    """Energise, pick up, join; in Relief only what lowers no node."""
    if phase == RISE:
        energise(w, c)
    count = find_islands(w, c)
    for island in range(count):
        low, high = w.lists[ISLAND, island], w.lists[ISLAND, island + 1]
        if not island_has(w, NODE.touched, low, high):
            continue
        if phase == RELIEF and island_has(w, NODE.shed, low, high):
            continue
        rule_ratios(w, c, low, high)
        if phase == RELIEF and lowers(w, low, high):
            continue
        pick_up(w, low, high)
    join(w, c, phase)


@part
def blame_island(w, k, by_start):
    """Offer what fell in this instant (or is below its baseline) in node k's island at its start."""
    c = w.node[k, NODE.carrier]
    home = w.node[k, NODE.island]
    no_blame(w)
    if home < 0:
        return
    for other in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
        if w.node[other, NODE.island] != home:
            continue
        i = w.node[other, NODE.asset]
        if w.asset[i, ASSET.own] < w.asset[i, ASSET.own_start if by_start else ASSET.base_own]:
            blame_part(w, i, 1)
        for s in range(w.node[other, NODE.source_lo], w.node[other, NODE.source_hi]):
            i = w.row[s, SOURCE.asset]
            if w.asset[i, ASSET.y] < w.asset[i, ASSET.y_start if by_start else ASSET.base]:
                blame_part(w, i, 1)
    for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
        i = w.link[x, LINK.asset]
        if w.link[x, LINK.closed_start] == 1 and w.node[w.link[x, LINK.a], NODE.island] == home:
            if w.asset[i, ASSET.own] < w.asset[i, ASSET.own_start if by_start else ASSET.base_own]:
                blame_part(w, i, 1)


@step
def fallen_node(w, k, before):
    """Attribute the fall of a node's share."""
    i = w.node[k, NODE.asset]
    if w.asset[i, ASSET.y] < before and w.asset[i, ASSET.order] < 0:
        blame_island(w, k, True)
        if w.n[BEST_ORDER] < 0:
            blame_island(w, k, False)
        end_blame(w)
        begin_episode(w, i, w.n[BEST_ORDER], w.key[BEST_CAUSE], w.n[BEST_ORIGIN])


@step
def black_out(w, k, why):
    """A node goes black."""
    i = w.node[k, NODE.asset]
    before = w.asset[i, ASSET.y]
    set_live(w, k, OFF)
    fallen_node(w, k, before)
    record(
        w,
        why,
        i,
        0,
        w.asset[i, ASSET.order],
        w.asset_word[i, ASSET_WORD.cause],
        w.asset[i, ASSET.origin],
        -1,
    )


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
            w.link[x, LINK.closed] = 0
            touch_node(w, a)
            touch_node(w, b)


@part
def shedding(w, c, low, high):
    """Shares after the fewest shedding steps that suffice, into `ratio_new`; False: collapse.

    The load served at the start of the instant, restricted to the island, is the reference.
    """
    supply = island_supply(w, low, high)
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
                w, LOG_SHED, w.node[w.lists[MEMBER, low], NODE.asset], keep, -1, 0, -1, high - low
            )
            return True
        taken += w.carrier[c, CARRIER.step]
    return False


@part
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
    count = find_islands(w, c)
    for island in range(count):
        low, high = w.lists[ISLAND, island], w.lists[ISLAND, island + 1]
        if not island_has(w, NODE.touched, low, high):
            continue
        stands = island_supply(w, low, high) > 0
        why = LOG_BLACK
        if stands:
            if may_collapse(w, c, low, high):
                stands = shedding(w, c, low, high)
                why = LOG_COLLAPSE
            else:
                rule_ratios(w, c, low, high)
        for m in range(low, high):
            k = w.lists[MEMBER, m]
            if not stands:
                black_out(w, k, why)
            elif w.node[k, NODE.ratio_new] < w.node[k, NODE.ratio]:
                i = w.node[k, NODE.asset]
                before = w.asset[i, ASSET.y]
                set_ratio(w, k, w.node[k, NODE.ratio_new])
                fallen_node(w, k, before)
                record(
                    w, LOG_RATIO, i, w.node[k, NODE.ratio], w.asset[i, ASSET.order], w.asset_word[i, ASSET_WORD.cause],
                    w.asset[i, ASSET.origin], -1,
                )  # fmt: skip
    open_dead_links(w, c)
