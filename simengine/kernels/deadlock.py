"""Deadlocks: healthy assets at 0, blocked only by each other, with nothing pending."""

from simengine.kernels.cascade import cut, own_target
from simengine.kernels.event_queue import push
from simengine.kernels.jit import part, step
from simengine.kernels.layout import (
    ASSET,
    CLOCK,
    CLOCKS,
    HALF_STEP,
    LINK,
    LINKS,
    MANUAL,
    MANUAL_AFTER,
    MANUAL_END,
    NEED,
    NEVER,
    NODE,
    NODES,
    NO_JOB,
    N_USED_ASSETS,
    ONE,
    POOL,
    RESTART,
    RISE,
    STEP,
    SUPPLIER,
    TIME,
    TRIAL,
    TRIPPED,
    USED_ASSETS,
)
from simengine.kernels.state import ceil_div


@part
def is_stuck(w, i):
    """Whether an asset is healthy and at 0, or a healthy node is black."""
    if w.clock[i * CLOCKS + TRIPPED, CLOCK.active] == 1 or w.asset[i, ASSET.health] == 0:
        return False
    k = w.asset[i, ASSET.node]
    return w.asset[i, ASSET.own] == 0 or (k >= 0 and w.node[k, NODE.live] == 0)


@part
def tried_level(w, s):
    """Level of a supplier if what is stuck ran."""
    i = w.row[s, SUPPLIER.asset]
    trial = w.lists[TRIAL, i]
    if w.row[s, SUPPLIER.reads_live] == 1:
        if trial >= 0:
            return ONE if trial > 0 else 0
        return ONE if w.node[w.asset[i, ASSET.node], NODE.live] == 1 else 0
    return trial if trial >= 0 else w.asset[i, ASSET.y]


@part
def tried_supply(w, n):
    """Supply of a need if what is stuck ran."""
    total = 0
    threshold = w.need[n, NEED.threshold]
    for s in range(w.need[n, NEED.supplier_lo], w.need[n, NEED.supplier_hi]):
        level = tried_level(w, s)
        if w.need[n, NEED.rule] == STEP:
            total += w.row[s, SUPPLIER.weight] * int(level >= w.need[n, NEED.bar])
        else:
            total += w.row[s, SUPPLIER.weight] * level
    if w.need[n, NEED.rule] == STEP:
        return ONE if total >= threshold else 0
    return ONE if total >= threshold * ONE else ceil_div(total, threshold)


@part
def tried_target(w, i):
    """Level of an asset if what is stuck ran."""
    worst = 0
    summed = 0
    for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
        if w.need[n, NEED.start_only] == 1 and w.asset[i, ASSET.own_start] > 0:
            continue
        u = tried_supply(w, n)
        if u < ONE and w.need[n, NEED.buffer] == 1:
            if w.need[n, NEED.committed] == ONE or w.need[n, NEED.hold] == 1:
                u = ONE
        lost = w.need[n, NEED.criticality] * (ONE - u)
        worst = max(worst, lost)
        summed += lost
    health = w.asset[i, ASSET.health]
    if w.asset[i, ASSET.sum_rule] == 1:
        return cut((max(0, health * ONE - summed) + HALF_STEP) >> 20)
    return cut((health * (ONE * ONE - worst) + (ONE * ONE - 1)) >> 40)


@step
def find_deadlock(w):
    """Let what is stuck run in thought, and fall to rest; what stays up only waits for itself.

    Writes `trial`: the level of each asset that is in the deadlock, -1 for all others that were
    looked at; returns how many there are.
    """
    count = 0
    for k in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, k]
        w.lists[TRIAL, i] = -1
        if is_stuck(w, i):
            w.lists[TRIAL, i] = w.asset[i, ASSET.health]
            count += 1
    falling = count > 0
    while falling:
        falling = False
        for k in range(w.n[N_USED_ASSETS]):
            i = w.lists[USED_ASSETS, k]
            if w.lists[TRIAL, i] > 0:
                target = tried_target(w, i)
                if target < w.lists[TRIAL, i]:
                    w.lists[TRIAL, i] = target
                    falling = True
    count = 0
    for k in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, k]
        if w.lists[TRIAL, i] > 0:
            if w.asset[i, ASSET.own] == 0 and own_target(w, i, RISE) > 0:
                w.lists[TRIAL, i] = -1  # it is not blocked: it waits for its own restart
            else:
                count += 1
    return count


@part
def forget_deadlock(w):
    """No asset is tried any more."""
    for k in range(w.n[N_USED_ASSETS]):
        w.lists[TRIAL, w.lists[USED_ASSETS, k]] = -1


@step
def is_pending(w):
    """Whether a repair, trip, restart, energising or mutual aid is under way."""
    for k in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, k]
        if w.asset[i, ASSET.job] != NO_JOB:
            return True
        for kind in (RESTART, TRIPPED):
            q = i * CLOCKS + kind
            if w.clock[q, CLOCK.active] == 1 and w.clock[q, CLOCK.end] != NEVER:
                return True
    for x in range(w.n[LINKS]):
        if w.link[x, LINK.end] != NEVER:
            return True
    for k in range(w.n[NODES]):
        if w.node[k, NODE.end] != NEVER:
            return True
    for p in range(w.pool.shape[0]):
        if w.pool[p, POOL.end] != NEVER:
            return True
    return False


@part
def watch_deadlock(w):
    """Ask for a restart by hand when nothing else is pending."""
    if w.n[MANUAL_AFTER] >= 0 and w.n[MANUAL_END] == NEVER and not is_pending(w):
        stuck = find_deadlock(w)
        forget_deadlock(w)
        if stuck > 0:
            w.n[MANUAL_END] = w.n[TIME] + w.n[MANUAL_AFTER]
            push(w, w.n[MANUAL_END], MANUAL, 0)
