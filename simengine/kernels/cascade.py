"""What a change of level sets off: needs, buffers, attribution, and levels going to rest.

An asset's own level is health x min over needs of (1 - criticality (1 - felt supply)), rounded up
to the grid; a carrier's node gives its own level times its share. Levels move in generations, each
reading only the one before, up in Rise and Relief and down in Fall.
"""

from simengine.kernels import draws
from simengine.kernels.jit import part, step, word
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    BEST_ASSET,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    CHANGED_ASSET,
    CHANGED_LEVEL,
    CHANGED_ORDER,
    CHANGED_ORIGIN,
    CLOCK,
    CLOCKS,
    CUT,
    DIRTY,
    EDGE,
    FALL,
    HALF_STEP,
    LOG_NOT_STARTED,
    MAX_GENERATIONS,
    NEED,
    NODE,
    N_DIRTY,
    ONE,
    RISE,
    STAMP,
    STEP,
    STEP_CAUSE,
    SUPPLIER,
    TIME,
    TRIPPED,
)
from simengine.kernels.state import (
    ceil_div,
    draw_delay,
    draw_uniform,
    fail,
    mark_dirty,
    record,
    touch_area,
    touch_asset,
    touch_need,
    touch_node,
)
from simengine.kernels.status import NO_REST

NONE = word(0)


@part
def cut(level):
    """A level below 2**-10 is no level."""
    return 0 if level < CUT else level


@part
def supply(w, n):
    """Supply u of a need from its running sum: min(1, sum / threshold), or 0 or 1 by step."""
    total, threshold = w.need[n, NEED.sum], w.need[n, NEED.threshold]
    if w.need[n, NEED.rule] == STEP:
        return ONE if total >= threshold else 0
    return ONE if total >= threshold * ONE else ceil_div(total, threshold)


@part
def pass_on(w, e, old, new):
    """One supplier of a need changed its level: update the sum, mark who feels it."""
    n = w.row[e, EDGE.need]
    if w.need[n, NEED.rule] == STEP:
        bar = w.need[n, NEED.bar]
        w.need[n, NEED.sum] += w.row[e, EDGE.weight] * (int(new >= bar) - int(old >= bar))
    else:
        w.need[n, NEED.sum] += w.row[e, EDGE.weight] * (new - old)
    owner = w.need[n, NEED.owner]
    touch_need(w, n)
    if owner >= 0:
        mark_dirty(w, owner)
    else:
        touch_area(w, -1 - owner)


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
        w.asset[i, ASSET.y] = y
        for e in range(w.asset[i, ASSET.edge_lo], w.asset[i, ASSET.edge_hi]):
            pass_on(w, e, old, y)
        for f in range(w.asset[i, ASSET.feed_lo], w.asset[i, ASSET.feed_hi]):
            touch_node(w, w.index[f])


@step
def set_own(w, i, level):
    """Change an asset's own level and what follows from it at once."""
    if level != w.asset[i, ASSET.own]:
        touch_asset(w, i)
        w.asset[i, ASSET.own] = level
        if w.asset[i, ASSET.node] >= 0:
            touch_node(w, w.asset[i, ASSET.node])
        elif w.asset[i, ASSET.link_from] >= 0:
            touch_node(w, w.asset[i, ASSET.link_from])
            touch_node(w, w.asset[i, ASSET.link_to])
    set_output(w, i)


@part
def no_blame(w):
    """Begin a search for the least (order, cause, name)."""
    w.n[BEST_ORDER] = -1


@part
def blame_part(w, i, raise_by):
    """Offer asset i's episode, one order further on, to the search."""
    order = w.asset[i, ASSET.order]
    if order < 0:
        return
    order += raise_by
    cause = w.asset_word[i, ASSET_WORD.cause]
    best = w.n[BEST_ORDER]
    if (
        best < 0
        or order < best
        or (
            order == best
            and (cause < w.key[BEST_CAUSE] or (cause == w.key[BEST_CAUSE] and i < w.n[BEST_ASSET]))
        )
    ):
        w.n[BEST_ORDER] = order
        w.key[BEST_CAUSE] = cause
        w.n[BEST_ASSET] = i
        w.n[BEST_ORIGIN] = w.asset[i, ASSET.origin]


@part
def blame_need(w, n):
    """Offer the unmet suppliers of a need to the search."""
    for s in range(w.need[n, NEED.supplier_lo], w.need[n, NEED.supplier_hi]):
        i = w.row[s, SUPPLIER.asset]
        live = w.row[s, SUPPLIER.reads_live] == 1
        if live and w.node[w.asset[i, ASSET.node], NODE.live] == 1:
            continue
        if w.asset[i, ASSET.y] < w.asset[i, ASSET.base]:
            blame_part(w, i, 1)


@part
def end_blame(w):
    """Where nothing is to blame, a profile's step is, or nobody."""
    if w.n[BEST_ORDER] < 0:
        w.n[BEST_ORDER] = 0
        w.key[BEST_CAUSE] = w.key[STEP_CAUSE]
        w.n[BEST_ORIGIN] = -1


@part
def begin_episode(w, i, order, cause, origin):
    """An asset leaves its full level: its episode belongs to this cause."""
    if w.asset[i, ASSET.order] < 0:
        touch_asset(w, i)
        w.asset[i, ASSET.order] = order
        w.asset_word[i, ASSET_WORD.cause] = cause
        w.asset[i, ASSET.origin] = i if origin < 0 else origin


@step
def meets_demand(w, n):
    """Whether a buffer takes over when its supply has just left 1; decided once an instant."""
    if w.need[n, NEED.decided_stamp] == w.n[STAMP]:
        return w.need[n, NEED.decided]
    touch_need(w, n)
    no_blame(w)
    blame_need(w, n)
    end_blame(w)
    cause = w.key[BEST_CAUSE]
    order = w.n[BEST_ORDER]
    origin = w.n[BEST_ORIGIN]
    if w.need[n, NEED.per_demand] == 1:
        ms = draw_delay(
            w,
            w.need[n, NEED.time_kind],
            w.need[n, NEED.time_slot],
            draws.RUNNING_TIME,
            cause,
            w.item[w.need[n, NEED.item]],
        )
        w.need[n, NEED.fresh] = ms * ONE
        w.need[n, NEED.fresh_stamp] = w.n[STAMP]
        content = ms * ONE
    else:
        content = content_now(w, n)
    holds = 0
    if content > 0:
        u = draw_uniform(w, draws.DEMAND, cause, w.item[w.need[n, NEED.item]])
        if u < w.parameters[w.need[n, NEED.fail_slot]]:
            record(w, LOG_NOT_STARTED, w.need[n, NEED.owner], 0, order, cause, origin, n)
        else:
            holds = 1
    w.need[n, NEED.decided] = holds
    w.need[n, NEED.decided_stamp] = w.n[STAMP]
    return holds


@part
def content_now(w, n):
    """Content of a buffer now [ms x 2**-20 of full deficit]; its capacity is drawn once a run."""
    if w.need[n, NEED.drawn] == 0:
        w.need[n, NEED.drawn] = 1
        ms = draw_delay(
            w,
            w.need[n, NEED.time_kind],
            w.need[n, NEED.time_slot],
            draws.CAPACITY,
            NONE,
            w.item[w.need[n, NEED.item]],
        )
        w.need[n, NEED.capacity] = ms * ONE
        w.need[n, NEED.content] = ms * ONE
    moved = w.need[n, NEED.content] + w.need[n, NEED.rate] * (w.n[TIME] - w.need[n, NEED.since])
    return max(0, min(w.need[n, NEED.capacity], moved))


@part
def felt(w, n, i, phase):
    """Supply as the asset feels it: 1 while a buffer holds; start_only needs count at 0 only."""
    if w.need[n, NEED.start_only] == 1 and w.asset[i, ASSET.own_start] > 0:
        return ONE
    u = supply(w, n)
    if u == ONE or w.need[n, NEED.buffer] == 0:
        return u
    if w.need[n, NEED.committed] < ONE:
        return ONE if w.need[n, NEED.hold] == 1 else u
    if phase == RISE:
        return ONE
    return ONE if meets_demand(w, n) == 1 else u


@step
def own_target(w, i, phase):
    """Level of an asset from its health and needs, before a carrier's share."""
    health = w.asset[i, ASSET.health]
    if w.clock[i * CLOCKS + TRIPPED, CLOCK.active] == 1:
        health = 0
    worst = 0
    total = 0
    for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
        lost = w.need[n, NEED.criticality] * (ONE - felt(w, n, i, phase))
        worst = max(worst, lost)
        total += lost
    if w.asset[i, ASSET.sum_rule] == 1:
        return cut((max(0, health * ONE - total) + HALF_STEP) >> 20)
    return cut((health * (ONE * ONE - worst) + (ONE * ONE - 1)) >> 40)


@part
def restart_delay(w, i):
    """Restart delay [ms] of an asset at 0; a node or link with needs takes a minute at least."""
    cause = w.asset_word[i, ASSET_WORD.cause] if w.asset[i, ASSET.order] >= 0 else NONE
    ms = draw_delay(
        w,
        w.asset[i, ASSET.restart_kind],
        w.asset[i, ASSET.restart_slot],
        draws.RESTART,
        cause,
        w.asset_word[i, ASSET_WORD.item],
    )
    return max(ms, w.asset[i, ASSET.restart_least])


@part
def may_rise(w, i):
    """A level at 0 when the instant began rises only after its restart delay."""
    return (
        w.asset[i, ASSET.own_start] > 0
        or w.asset[i, ASSET.ready] == w.n[STAMP]
        or restart_delay(w, i) == 0
    )


@part
def blame_asset(w, i):
    """Who made this asset leave its full level in this generation: result in `best`."""
    if w.asset[i, ASSET.self_stamp] == w.n[STAMP]:
        w.n[BEST_ORDER] = w.asset[i, ASSET.self_order]
        w.key[BEST_CAUSE] = w.asset_word[i, ASSET_WORD.self_cause]
        w.n[BEST_ORIGIN] = w.asset[i, ASSET.self_origin]
    else:
        no_blame(w)
        for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
            if felt(w, n, i, FALL) < ONE:
                blame_need(w, n)
        end_blame(w)


@part
def generation(w, phase):
    """Evaluate all dirty assets on the levels as they are, then change those that move."""
    waiting = w.n[N_DIRTY]
    moving = 0
    for k in range(waiting):
        i = w.lists[DIRTY, k]
        w.asset[i, ASSET.dirty] = 0
        target = own_target(w, i, phase)
        own = w.asset[i, ASSET.own]
        if phase == FALL:
            if target < own:
                if own >= w.asset[i, ASSET.base_own] and w.asset[i, ASSET.order] < 0:
                    blame_asset(w, i)
                    w.lists[CHANGED_ORDER, moving] = w.n[BEST_ORDER]
                    w.lists[CHANGED_ORIGIN, moving] = w.n[BEST_ORIGIN]
                    w.changed_cause[moving] = w.key[BEST_CAUSE]
                else:
                    w.lists[CHANGED_ORDER, moving] = -1
                w.lists[CHANGED_ASSET, moving] = i
                w.lists[CHANGED_LEVEL, moving] = target
                moving += 1
        elif target > own and may_rise(w, i):
            w.lists[CHANGED_ASSET, moving] = i
            w.lists[CHANGED_LEVEL, moving] = target
            w.lists[CHANGED_ORDER, moving] = -1
            moving += 1
    w.n[N_DIRTY] = 0
    for k in range(moving):
        i = w.lists[CHANGED_ASSET, k]
        if w.lists[CHANGED_ORDER, k] >= 0:
            begin_episode(
                w, i, w.lists[CHANGED_ORDER, k], w.changed_cause[k], w.lists[CHANGED_ORIGIN, k]
            )
    for k in range(moving):
        set_own(w, w.lists[CHANGED_ASSET, k], w.lists[CHANGED_LEVEL, k])


@part
def rest(w, phase):
    """Generations until no level of an asset moves; carriers are not looked at."""
    count = 0
    while w.n[N_DIRTY] > 0:
        generation(w, phase)
        count += 1
        if count > MAX_GENERATIONS:
            fail(w, NO_REST)
            w.n[N_DIRTY] = 0
            break
