"""What a change of level sets off: levels going to rest, generation by generation.

An asset's own level is health x min over needs of (1 - criticality (1 - felt supply)), rounded up
to the grid; with `combine: sum`, health - sum of criticality (1 - felt supply). A generation reads
only the levels of the one before; levels rise in Rise and Relief and fall in Fall.
"""

from simengine.kernels import draws
from simengine.kernels.attribution import begin_episode, blame_need, end_blame, no_blame
from simengine.kernels.buffers import felt
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    CHANGED_ASSET,
    CHANGED_LEVEL,
    CHANGED_ORDER,
    CHANGED_ORIGIN,
    CLOCK,
    CLOCKS,
    DIRTY,
    FALL,
    HALF_STEP,
    MAX_GENERATIONS,
    N_DIRTY,
    NEED,
    ONE,
    STAMP,
    STARTED_TRIPPED,
    TRIPPED,
)
from simengine.kernels.levels import cut, set_own
from simengine.kernels.state import NO_CAUSE, draw_delay, fail
from simengine.kernels.status import NO_REST


@part
def is_tripped(w, i):
    """Whether an asset is switched off by another's failure."""
    return (
        w.asset[i, ASSET.started] & STARTED_TRIPPED != 0
        and w.clock[i * CLOCKS + TRIPPED, CLOCK.active] == 1
    )


@step
def own_target(w, i, phase):
    """Level of an asset from its health and needs, before a carrier's share.

    In Fall the needs of a failed asset are looked at too: their buffers meet their demand then.
    """
    health = w.asset[i, ASSET.health]
    if is_tripped(w, i):
        health = 0
    if health == 0 and phase != FALL:
        return 0
    worst = 0
    total = 0
    for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
        if w.need[n, NEED.sum] < w.need[n, NEED.enough]:
            lost = w.need[n, NEED.criticality] * (ONE - felt(w, n, i, phase))
            worst = max(worst, lost)
            total += lost
    if worst == 0:
        return cut(health)
    if w.asset[i, ASSET.sum_rule] == 1:
        return cut((max(0, health * ONE - total) + HALF_STEP) >> 20)
    return cut((health * (ONE * ONE - worst) + (ONE * ONE - 1)) >> 40)


@part
def restart_delay(w, i):
    """Restart delay [ms] of an asset at 0; a node or link with needs takes a minute at least."""
    cause = w.asset_word[i, ASSET_WORD.cause] if w.asset[i, ASSET.order] >= 0 else NO_CAUSE
    ms = draw_delay(
        w,
        w.asset[i, ASSET.restart_kind],
        w.asset[i, ASSET.restart_slot],
        draws.RESTART,
        cause,
        w.asset_word[i, ASSET_WORD.item],
    )
    return max(ms, w.asset[i, ASSET.restart_least])


@inline
def may_rise(w, i):
    """A level at 0 when the instant began rises only after its restart delay."""
    return (
        w.asset[i, ASSET.own_start] > 0
        or w.asset[i, ASSET.ready] == w.n[STAMP]
        or restart_delay(w, i) == 0
    )


@inline
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


@inline
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


@inline
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
