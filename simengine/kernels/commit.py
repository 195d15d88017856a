"""The end of an instant: what was only possible becomes so, once.

Episodes end, energising delays and restarts begin or are cancelled, buffers drain or refill. All
of it sees only the state as it now is: what fell and returned within the instant leaves no trace.
"""

from simengine.kernels import draws
from simengine.kernels.buffers import content_now, meets_demand
from simengine.kernels.cascade import own_target, restart_delay
from simengine.kernels.clocks import start_clock, stop_clock
from simengine.kernels.energising import can_black_start
from simengine.kernels.event_queue import push
from simengine.kernels.islands import find_islands
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    BLACK_START,
    BUFFER,
    BUFFERED,
    CARRIER,
    CARRIERS,
    CLOCK,
    CLOCKS,
    COMMIT,
    HOP,
    ISLAND,
    LINK,
    LOG_LEVEL,
    LOG_TAKES_OVER,
    MEMBER,
    MINUTE,
    MOVED,
    N_ASSETS,
    N_MOVED,
    N_NEEDS,
    NEED,
    NEVER,
    NODE,
    ONE,
    RATES_DUE,
    RESTART,
    STAMP,
    START_ONLY,
    STARTED_RESTART,
    STARTS_BY_NEEDS,
    TIME,
    TOUCHED_ASSETS,
    TOUCHED_NEEDS,
    WAKE,
)
from simengine.kernels.levels import supply
from simengine.kernels.state import (
    NIL,
    NO_CAUSE,
    ceil_div,
    draw_delay,
    profile_value,
    record,
    record_asset,
    touch_need,
)


@part
def commit_assets(w):
    """End episodes, count who followed, and let levels be the start of the next instant."""
    for k in range(w.n[N_MOVED]):
        i = w.lists[MOVED, k]
        if w.asset[i, ASSET.y] != w.asset[i, ASSET.y_start]:
            record_asset(w, LOG_LEVEL, i, w.asset[i, ASSET.y], w.asset[i, ASSET.y_start])
            if w.asset[i, ASSET.is_factor] == 1:
                w.n[RATES_DUE] = 1
        if w.asset[i, ASSET.order] >= 0:
            if (
                w.asset[i, ASSET.y] >= w.asset[i, ASSET.base]
                and w.asset[i, ASSET.own] >= w.asset[i, ASSET.base_own]
            ):
                w.asset[i, ASSET.order] = -1
            elif w.asset[i, ASSET.order] > 0:
                w.asset[i, ASSET.followed] = 1
        if (w.asset[i, ASSET.own] == 0) != (w.asset[i, ASSET.own_start] == 0):
            for s in range(w.asset[i, ASSET.start_lo], w.asset[i, ASSET.start_hi]):
                touch_need(w, w.place[s])
        w.asset[i, ASSET.own_start] = w.asset[i, ASSET.own]
        w.asset[i, ASSET.y_start] = w.asset[i, ASSET.y]


@step
def commit_carriers(w):
    """End of restoring; islands as they are; delays of hops and black starts."""
    for c in range(w.n[CARRIERS]):
        if w.carrier[c, CARRIER.touched] != w.n[STAMP]:
            continue
        for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
            w.node[k, NODE.ratio_start] = w.node[k, NODE.ratio]
            delay_black_start(w, c, k)
        first, last = find_islands(w, c)
        for island in range(first, last):
            low, high = w.lists[ISLAND, island], w.lists[ISLAND, island + 1]
            full = True
            for m in range(low, high):
                if w.node[w.lists[MEMBER, m], NODE.ratio] != ONE:
                    full = False
            if full:
                for m in range(low, high):
                    w.node[w.lists[MEMBER, m], NODE.restoring] = 0
        for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
            w.node[k, NODE.island] = w.node[k, NODE.comp]
        for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
            w.link[x, LINK.closed_start] = w.link[x, LINK.closed]
            delay_hop(w, c, x)


@inline
def delay_black_start(w, c, k):
    """Start, keep or cancel the delay after which a black node starts by itself."""
    if not can_black_start(w, k):
        w.node[k, NODE.end] = NEVER
    elif w.node[k, NODE.end] == NEVER:
        i = w.node[k, NODE.asset]
        cause = w.asset_word[i, ASSET_WORD.cause] if w.asset[i, ASSET.order] >= 0 else NO_CAUSE
        kind, slot = w.carrier[c, CARRIER.black_kind], w.carrier[c, CARRIER.black_slot]
        item = w.asset_word[i, ASSET_WORD.item]
        ms = draw_delay(w, kind, slot, draws.BLACK_START, cause, item)
        w.node[k, NODE.end] = w.n[TIME] + max(MINUTE, ms)
        push(w, w.node[k, NODE.end], BLACK_START, k)


@inline
def delay_hop(w, c, x):
    """Start, keep or cancel the delay after which a link energises its black end."""
    a, b = w.link[x, LINK.a], w.link[x, LINK.b]
    wanted = (
        w.node[a, NODE.live] != w.node[b, NODE.live]
        and w.asset[w.link[x, LINK.asset], ASSET.own] > 0
        and w.asset[w.node[a, NODE.asset], ASSET.own] > 0
        and w.asset[w.node[b, NODE.asset], ASSET.own] > 0
    )
    if not wanted:
        w.link[x, LINK.end] = NEVER
    elif w.link[x, LINK.end] == NEVER:
        dark = w.node[b if w.node[a, NODE.live] == 1 else a, NODE.asset]
        cause = (
            w.asset_word[dark, ASSET_WORD.cause] if w.asset[dark, ASSET.order] >= 0 else NO_CAUSE
        )
        ms = draw_delay(
            w, w.carrier[c, CARRIER.hop_kind], w.carrier[c, CARRIER.hop_slot], draws.HOP, cause,
            w.asset_word[w.link[x, LINK.asset], ASSET_WORD.item],
        )  # fmt: skip
        w.link[x, LINK.end] = w.n[TIME] + max(MINUTE, ms)
        push(w, w.link[x, LINK.end], HOP, x)


@inline
def refill_rate(w, n):
    """Begin refilling: at once, or at capacity / refill time."""
    ms = draw_delay(
        w, w.need[n, NEED.refill_kind], w.need[n, NEED.refill_slot], draws.CAPACITY, NO_CAUSE,
        w.item[w.need[n, NEED.refill_item]],
    )  # fmt: skip
    if ms == 0:
        w.need[n, NEED.content] = w.need[n, NEED.capacity]
        w.need[n, NEED.refill] = 0
    else:
        w.need[n, NEED.refill] = ceil_div(w.need[n, NEED.capacity], ms)


@inline
def drain(w, n, u):
    """An unmet need draws on its buffer: set the rate and the time at which it is empty."""
    if w.need[n, NEED.committed] == ONE:
        w.need[n, NEED.hold] = meets_demand(w, n)
        if w.need[n, NEED.fresh_stamp] == w.n[STAMP]:
            w.need[n, NEED.content] = w.need[n, NEED.fresh]
            w.need[n, NEED.capacity] = w.need[n, NEED.fresh]
        if w.need[n, NEED.hold] == 1:
            i = w.need[n, NEED.owner]
            record(w, LOG_TAKES_OVER, i, u, NIL, NO_CAUSE, NIL, w.need[n, NEED.content] >> 20)
    rate = 0
    end = NEVER
    if w.need[n, NEED.hold] == 1:
        rate = ceil_div((ONE - u) * profile_value(w, w.need[n, NEED.drain]), ONE)
        if rate > 0:
            end = w.n[TIME] + ceil_div(w.need[n, NEED.content], rate)
    w.need[n, NEED.rate] = -rate
    if end != w.need[n, NEED.end]:
        w.need[n, NEED.end] = end
        if end != NEVER:
            push(w, end, BUFFER, n)


@step
def commit_needs(w):
    """Drain, refill or release the buffers of the needs that this instant touched."""
    k = 0
    while k < w.n[N_NEEDS]:
        n = w.lists[TOUCHED_NEEDS, k]
        k += 1
        i = w.need[n, NEED.owner]
        if i < 0:
            continue
        u = supply(w, n)
        if w.need[n, NEED.kind] & START_ONLY != 0 and w.asset[i, ASSET.own] > 0:
            u = ONE
        if w.need[n, NEED.kind] & BUFFERED != 0 and (u < ONE or w.need[n, NEED.committed] < ONE):
            w.need[n, NEED.content] = content_now(w, n)
            w.need[n, NEED.since] = w.n[TIME]
            if u < ONE:
                drain(w, n, u)
            else:
                w.need[n, NEED.end] = NEVER
                if w.need[n, NEED.per_demand] == 0:
                    refill_rate(w, n)
                room = w.need[n, NEED.content] < w.need[n, NEED.capacity]
                w.need[n, NEED.rate] = w.need[n, NEED.refill] if room else 0
        w.need[n, NEED.committed] = u


@part
def stop_restart(w, i):
    """Cancel the restart of an asset, if one was begun in this run."""
    if w.asset[i, ASSET.started] & STARTED_RESTART != 0:
        stop_clock(w, i * CLOCKS + RESTART)


@part
def commit_restarts(w):
    """Start or cancel restarts of the assets that this instant touched."""
    for k in range(w.n[N_ASSETS]):
        i = w.lists[TOUCHED_ASSETS, k]
        if w.asset[i, ASSET.own] == 0:
            if own_target(w, i, COMMIT) > 0:
                q = i * CLOCKS + RESTART
                if w.clock[q, CLOCK.active] == 0:
                    start_clock(w, q, restart_delay(w, i) * ONE)
            else:
                stop_restart(w, i)
        else:
            stop_restart(w, i)
            if w.asset[i, ASSET.started] & STARTS_BY_NEEDS != 0:
                wake(w, i)


@inline
def wake(w, i):
    """An asset that is up no longer counts its start_only needs: let it rise a moment later."""
    if own_target(w, i, COMMIT) > w.asset[i, ASSET.own]:
        if w.asset[i, ASSET.wake_end] == NEVER:
            w.asset[i, ASSET.wake_end] = w.n[TIME] + 1
            push(w, w.asset[i, ASSET.wake_end], WAKE, i)
    else:
        w.asset[i, ASSET.wake_end] = NEVER
