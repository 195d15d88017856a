"""Before and after a run: the baseline, what is pending at t = 0, and undoing what was touched."""

from simengine.kernels import draws
from simengine.kernels.accounting import account, set_area_levels
from simengine.kernels.cascade import rest
from simengine.kernels.clocks import reset_clock, set_profile, set_rates, start_life, start_planned
from simengine.kernels.commit import commit_assets, commit_carriers, commit_needs, commit_restarts
from simengine.kernels.deadlock import watch_deadlock
from simengine.kernels.energising import carrier_rise
from simengine.kernels.event_queue import push
from simengine.kernels.jit import inline, step
from simengine.kernels.layout import (
    AID,
    AREA,
    AREA_BITS,
    AREAS,
    ASSET,
    ASSET_WORD,
    ASSETS,
    CALENDAR,
    CALM,
    CARRIER,
    CARRIERS,
    CLOCKS,
    CREWS_DUE,
    CURVE,
    DURATIONS,
    EVENTS,
    FALL,
    FIRST_START,
    GROUP,
    HIT,
    LINKS,
    MECHANISM,
    MECHANISMS,
    N_AREAS,
    N_ASSETS,
    N_DIRTY,
    N_DUE,
    N_FRESH,
    N_HEAP,
    N_LISTED,
    N_LOG,
    N_MOVED,
    N_NEEDS,
    N_NEW_JOBS,
    N_USED_AREAS,
    N_USED_ASSETS,
    N_USED_NEEDS,
    NEEDS,
    NEVER,
    NODES,
    OCCURRENCE,
    OFFSET,
    ORDERS,
    OWN_FAILURES,
    POOL,
    POOLS,
    PROFILES,
    RATES_DUE,
    RECHECK,
    REGION,
    REGIONS,
    RELIEF,
    RISE,
    RUN,
    SECTORS,
    SERVICES,
    STAMP,
    STARTS,
    STATE_OF_AREA,
    STATE_OF_ASSET,
    STATE_OF_LINK,
    STATE_OF_NEED,
    STATE_OF_NODE,
    STATUS,
    TIME,
    TOUCHED_ASSETS,
    TRIAL,
    USED_AREAS,
    USED_ASSETS,
    USED_NEEDS,
    WORD_BITS,
)
from simengine.kernels.machine import copy_row
from simengine.kernels.shedding import carrier_fall
from simengine.kernels.state import (
    NO_CAUSE,
    ZERO,
    draw_time,
    draw_uniform,
    mark_dirty,
    note_move,
    touch_area,
    touch_asset,
    touch_need,
    touch_node,
)
from simengine.kernels.status import GOOD


@inline
def open_instant(w):
    """A new stamp: nothing has been touched in this instant yet."""
    w.n[STAMP] += 1
    w.n[N_ASSETS] = 0
    w.n[N_NEEDS] = 0
    w.n[N_AREAS] = 0
    w.n[N_DIRTY] = 0
    w.n[N_MOVED] = 0


@step
def settle(w, phase):
    """Levels and carriers to rest in one direction: needs until none moves, then islands.

    Where neither a carrier nor a threshold moved, Fall begins with what `worsen` marked: nothing
    that rose can stand above its target. Without carriers nothing is left to relieve: levels are
    at rest after Fall.
    """
    touched = False
    for c in range(w.n[CARRIERS]):
        if w.carrier[c, CARRIER.touched] == w.n[STAMP]:
            touched = True
            if phase != RISE:
                w.carrier[c, CARRIER.due] = 1
    if phase == RELIEF and not touched:
        return
    if phase == RELIEF or (phase == FALL and (touched or w.n[RECHECK] == w.n[STAMP])):
        for k in range(w.n[N_ASSETS]):
            mark_dirty(w, w.lists[TOUCHED_ASSETS, k])
    again = True
    while again:
        rest(w, phase)
        again = False
        for c in range(w.n[CARRIERS]):
            if w.carrier[c, CARRIER.due] == 1:
                again = True
                w.carrier[c, CARRIER.due] = 0
                if phase == FALL:
                    carrier_fall(w, c)
                else:
                    carrier_rise(w, c, phase)


@step
def baseline(w):
    """Everything energised and full falls to rest: the levels that no outage is counted from."""
    for i in range(w.n[ASSETS]):
        mark_dirty(w, i)
        note_move(w, i)
    for n in range(w.n[NEEDS]):
        touch_need(w, n)
    for a in range(w.n[AREAS]):
        touch_area(w, a)
    for p in range(w.n[PROFILES]):
        set_profile(w, p)
    for k in range(w.n[NODES]):
        touch_node(w, k)
    settle(w, FALL)
    settle(w, RELIEF)
    set_area_levels(w)
    for i in range(w.n[ASSETS]):
        w.asset[i, ASSET.base] = w.asset[i, ASSET.y]
        w.asset[i, ASSET.base_own] = w.asset[i, ASSET.own]
        w.asset[i, ASSET.order] = -1
    for a in range(w.n[AREAS]):
        w.area[a, AREA.base] = w.area[a, AREA.y]
    commit_assets(w)
    commit_carriers(w)
    commit_needs(w)
    commit_restarts(w)
    set_rates(w)
    account(w)
    watch_deadlock(w)


@inline
def begin_run(w, run):
    """What is pending at t = 0: mutual aid, the threat's mechanisms, the assets' lives."""
    w.key[RUN] = run
    w.n[TIME] = 0
    w.n[STATUS] = GOOD
    w.n[EVENTS] = 0
    w.n[N_LOG] = 0
    if w.n[PROFILES] > 0:
        u = draw_uniform(w, draws.CALENDAR, NO_CAUSE, w.key[CALENDAR])
        w.n[OFFSET] = w.place[w.n[FIRST_START] + int(u * w.n[STARTS])]
    if w.n[CALM] == 0:
        open_instant(w)
        baseline(w)
    open_instant(w)
    for p in range(w.n[POOLS]):
        if w.pool[p, POOL.aid] > 0:
            kind, slot = w.pool[p, POOL.aid_kind], w.pool[p, POOL.aid_slot]
            w.pool[p, POOL.end] = draw_time(
                w, kind, slot, draws.AID, NO_CAUSE, w.item[w.pool[p, POOL.item]], ZERO
            )
            push(w, w.pool[p, POOL.end], AID, p)
    for m in range(w.n[MECHANISMS]):
        kind, slot = w.mechanism[m, MECHANISM.after_kind], w.mechanism[m, MECHANISM.after_slot]
        cause = w.key[OCCURRENCE]
        w.mechanism[m, MECHANISM.end] = draw_time(
            w, kind, slot, draws.HIT, cause, w.item[w.mechanism[m, MECHANISM.after_item]], ZERO
        )
        push(w, w.mechanism[m, MECHANISM.end], HIT, m)
    if w.n[OWN_FAILURES] == 1:
        for i in range(w.n[ASSETS]):
            if w.asset[i, ASSET.life_kind] >= 0:
                touch_asset(w, i)
                start_life(w, i)
            if w.asset[i, ASSET.planned_kind] >= 0:
                touch_asset(w, i)
                start_planned(w, i)
        set_rates(w)


@step
def undo_run(w):
    """Put back what the run touched."""
    for k in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, k]
        started = w.asset[i, ASSET.started]
        copy_row(w.saved_asset, k, w.asset, i, STATE_OF_ASSET)
        for word in (ASSET_WORD.cause, ASSET_WORD.self_cause, ASSET_WORD.job_cause):
            w.asset_word[i, word] = NO_CAUSE
        for kind in range(CLOCKS):
            if (started >> kind) & 1 == 1:
                reset_clock(w, i * CLOCKS + kind)
        w.lists[TRIAL, i] = -1
    for k in range(w.n[N_USED_NEEDS]):
        copy_row(w.saved_need, k, w.need, w.lists[USED_NEEDS, k], STATE_OF_NEED)
    for k in range(w.n[N_USED_AREAS]):
        a = w.lists[USED_AREAS, k]
        g = w.area[a, AREA.group]
        w.group[g, GROUP.people] = 0
        w.group[g, GROUP.since] = 0
        w.group[g, GROUP.worst] = 0
        copy_row(w.saved_area, k, w.area, a, STATE_OF_AREA)
        w.lists[AREA_BITS, a // WORD_BITS] = 0
        for o in range(ORDERS):
            w.lost[a, o] = 0
        for o in range(w.n[SECTORS]):
            w.lost[a, ORDERS + o] = 0
    for c in range(w.n[CARRIERS]):
        if w.carrier[c, CARRIER.used] == 1:
            w.carrier[c, CARRIER.used] = 0
            w.carrier[c, CARRIER.stale] = 1
            w.carrier[c, CARRIER.due] = 0
            for k in range(w.carrier[c, CARRIER.node_lo], w.carrier[c, CARRIER.node_hi]):
                copy_row(w.node, w.n[NODES] + k, w.node, k, STATE_OF_NODE)
            for x in range(w.carrier[c, CARRIER.link_lo], w.carrier[c, CARRIER.link_hi]):
                copy_row(w.link, w.n[LINKS] + x, w.link, x, STATE_OF_LINK)
    for r in range(w.n[REGIONS]):
        w.region[r, REGION.share] = 0
        w.region[r, REGION.since] = 0
        w.region[r, REGION.lost] = 0
        w.region[r, REGION.changed] = 0
    for p in range(w.n[POOLS]):
        w.pool[p, POOL.crews] = w.pool[p, POOL.crews0]
        w.pool[p, POOL.busy] = 0
        w.pool[p, POOL.queued] = 0
        w.pool[p, POOL.end] = NEVER
    for s in range(w.n[SERVICES] + 1):
        w.curve[s, CURVE.steps] = 1
        w.track[s, 0, 1] = 0
        w.curve[s, CURVE.people] = 0
    for s in range(w.n[SERVICES]):
        for d in range(w.n[DURATIONS]):
            w.by_duration[s, d] = 0
    for counter in (
        N_ASSETS, N_NEEDS, N_AREAS, N_USED_ASSETS, N_USED_NEEDS, N_USED_AREAS, N_HEAP, N_DUE,
        N_DIRTY, N_NEW_JOBS, N_LISTED, N_FRESH, CREWS_DUE, RATES_DUE,
    ):  # fmt: skip
        w.n[counter] = 0
