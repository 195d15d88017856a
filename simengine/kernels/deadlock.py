"""Deadlocks: healthy assets at 0, blocked only by each other, whom nothing pending can help.

Found in three steps. What is at 0 is let run in thought and falls to rest from above: what stays up
would run if all of it did. What is not blocked as things are only waits for its own restart. What
would rise if everything pending were done (repairs, trips, restarts, energising) is only waiting.
"""

from simengine.kernels.cascade import is_tripped, own_target
from simengine.kernels.event_queue import push
from simengine.kernels.jit import inline, number, part, step
from simengine.kernels.layout import (
    ADJACENT,
    ASSET,
    BUFFERED,
    CLOCK,
    CLOCKS,
    HALF_STEP,
    LINK,
    MANUAL,
    MANUAL_AFTER,
    MARK,
    N_USED_ASSETS,
    NEED,
    NEVER,
    NODE,
    ONE,
    PROMISE,
    QUEUED,
    REPAIR,
    RESTART,
    RISE,
    RUNNING,
    SOURCE,
    STAMP,
    START_ONLY,
    STEP,
    SUPPLIER,
    TIME,
    TRIAL,
    TRIPPED,
    USED_ASSETS,
)
from simengine.kernels.levels import cut
from simengine.kernels.state import ceil_div

BY_PROMISE, BY_TRIAL = number(PROMISE), number(TRIAL)


@inline
def is_stuck(w, i):
    """Whether an asset is healthy and at 0, or a healthy node is black."""
    if is_tripped(w, i) or w.asset[i, ASSET.health] == 0:
        return False
    k = w.asset[i, ASSET.node]
    return w.asset[i, ASSET.own] == 0 or (k >= 0 and w.node[k, NODE.live] == 0)


@inline
def is_pending(w, i):
    """Whether a repair, trip, restart or energising will bring an asset up by itself."""
    job = w.asset[i, ASSET.job]
    if job == QUEUED or (job == RUNNING and w.clock[i * CLOCKS + REPAIR, CLOCK.end] != NEVER):
        return True
    for kind in (RESTART, TRIPPED):
        q = i * CLOCKS + kind
        if w.clock[q, CLOCK.active] == 1 and w.clock[q, CLOCK.end] != NEVER:
            return True
    k = w.asset[i, ASSET.node]
    if k < 0:
        return False
    if w.node[k, NODE.end] != NEVER or w.node[k, NODE.due] == w.n[STAMP]:
        return True
    for a in range(w.node[k, NODE.adj_lo], w.node[k, NODE.adj_hi]):
        x = w.row[a, ADJACENT.link]
        if w.link[x, LINK.end] != NEVER or w.link[x, LINK.due] == w.n[STAMP]:
            return w.node[k, NODE.live] == 0
    return False


@part
def thought_level(w, s, thought):
    """Level of a supplier where a list of thought levels (-1: as it is) goes before its own."""
    i = w.row[s, SUPPLIER.asset]
    level = w.lists[thought, i]
    if w.row[s, SUPPLIER.reads_live] == 1:
        live = level > 0 if level >= 0 else w.node[w.asset[i, ASSET.node], NODE.live] == 1
        return ONE if live else 0
    return level if level >= 0 else w.asset[i, ASSET.y]


@step
def thought_target(w, i, thought):
    """Own level of an asset at full health but for damage, on a list of thought levels."""
    worst = 0
    summed = 0
    for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
        if w.need[n, NEED.kind] & START_ONLY != 0 and w.asset[i, ASSET.own_start] > 0:
            continue
        total = 0
        threshold = w.need[n, NEED.threshold]
        for s in range(w.need[n, NEED.supplier_lo], w.need[n, NEED.supplier_hi]):
            level = thought_level(w, s, thought)
            if w.need[n, NEED.rule] == STEP:
                level = ONE * int(level >= w.need[n, NEED.bar])
            total += w.row[s, SUPPLIER.weight] * level
        if total >= threshold * ONE:
            continue
        if w.need[n, NEED.kind] & BUFFERED != 0:
            if w.need[n, NEED.committed] == ONE or w.need[n, NEED.hold] == 1:
                continue
        u = 0 if w.need[n, NEED.rule] == STEP else ceil_div(total, threshold)
        lost = w.need[n, NEED.criticality] * (ONE - u)
        worst = max(worst, lost)
        summed += lost
    health = w.asset[i, ASSET.health]
    if w.asset[i, ASSET.sum_rule] == 1:
        return cut((max(0, health * ONE - summed) + HALF_STEP) >> 20)
    return cut((health * (ONE * ONE - worst) + (ONE * ONE - 1)) >> 40)


@inline
def would_be_live(w, k):
    """Whether a black node would be energised if all promises were kept."""
    for a in range(w.node[k, NODE.adj_lo], w.node[k, NODE.adj_hi]):
        x, other = w.row[a, ADJACENT.link], w.row[a, ADJACENT.other]
        link, end = w.link[x, LINK.asset], w.node[other, NODE.asset]
        works = w.asset[link, ASSET.own] > 0 or w.lists[PROMISE, link] > 0
        if works and (w.node[other, NODE.live] == 1 or w.lists[PROMISE, end] > 0):
            return True
    for s in range(w.node[k, NODE.source_lo], w.node[k, NODE.source_hi]):
        i = w.row[s, SOURCE.asset]
        gives = w.asset[i, ASSET.y] > 0 or w.lists[PROMISE, i] > 0
        if w.row[s, SOURCE.self_starting] == 1 and gives:
            return True
    return False


@inline
def promise(w):
    """Let what is pending be done in thought, and levels rise to rest: into PROMISE."""
    for e in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, e]
        w.lists[PROMISE, i] = ONE if is_pending(w, i) else -1
    rising = True
    while rising:
        rising = False
        for e in range(w.n[N_USED_ASSETS]):
            i = w.lists[USED_ASSETS, e]
            if w.lists[TRIAL, i] > 0 and w.lists[PROMISE, i] < ONE:
                target = thought_target(w, i, BY_PROMISE)
                k = w.asset[i, ASSET.node]
                if k >= 0 and w.node[k, NODE.live] == 0 and not would_be_live(w, k):
                    target = 0
                if target > max(0, w.lists[PROMISE, i]):
                    w.lists[PROMISE, i] = target
                    rising = True


@step
def find_deadlock(w):
    """Find the assets in a deadlock.

    Writes the list TRIAL: the level that each would have if all of them ran, -1 for all others;
    returns how many there are.
    """
    count = 0
    for e in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, e]
        w.lists[TRIAL, i] = -1
        if is_stuck(w, i):
            w.lists[TRIAL, i] = w.asset[i, ASSET.health]
            count += 1
    if count == 0:
        return 0
    falling = True
    while falling:
        falling = False
        for e in range(w.n[N_USED_ASSETS]):
            i = w.lists[USED_ASSETS, e]
            if w.lists[TRIAL, i] > 0:
                target = thought_target(w, i, BY_TRIAL)
                if target < w.lists[TRIAL, i]:
                    w.lists[TRIAL, i] = target
                    falling = True
    promise(w)
    count = 0
    for e in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, e]
        waits = w.asset[i, ASSET.own] == 0 and own_target(w, i, RISE) > 0
        if w.lists[TRIAL, i] <= 0 or waits or w.lists[PROMISE, i] > 0:
            w.lists[TRIAL, i] = -1
        else:
            count += 1
    for e in range(w.n[N_USED_ASSETS]):
        w.lists[PROMISE, w.lists[USED_ASSETS, e]] = -1
    return count


@part
def watch_deadlock(w):
    """Ask for a restart by hand of what is in a deadlock."""
    if w.n[MANUAL_AFTER] >= 0:
        find_deadlock(w)
        for e in range(w.n[N_USED_ASSETS]):
            i = w.lists[USED_ASSETS, e]
            if w.lists[TRIAL, i] < 0:
                w.asset[i, ASSET.manual_end] = NEVER
            elif w.asset[i, ASSET.manual_end] == NEVER:
                w.asset[i, ASSET.manual_end] = w.n[TIME] + w.n[MANUAL_AFTER]
                push(w, w.asset[i, ASSET.manual_end], MANUAL, i)
            w.lists[TRIAL, i] = -1


@step
def mark_together(w):
    """Mark all of a deadlock that hangs together with what is marked: by needs and carriers."""
    again = True
    while again:
        again = False
        for e in range(w.n[N_USED_ASSETS]):
            i = w.lists[USED_ASSETS, e]
            if w.lists[TRIAL, i] < 0:
                continue
            for n in range(w.asset[i, ASSET.need_lo], w.asset[i, ASSET.need_hi]):
                for s in range(w.need[n, NEED.supplier_lo], w.need[n, NEED.supplier_hi]):
                    if mark_pair(w, i, w.row[s, SUPPLIER.asset]):
                        again = True
            k = w.asset[i, ASSET.node]
            if k >= 0:
                for s in range(w.node[k, NODE.source_lo], w.node[k, NODE.source_hi]):
                    if mark_pair(w, i, w.row[s, SOURCE.asset]):
                        again = True
                for a in range(w.node[k, NODE.adj_lo], w.node[k, NODE.adj_hi]):
                    if mark_pair(w, i, w.node[w.row[a, ADJACENT.other], NODE.asset]):
                        again = True


@inline
def mark_pair(w, i, j):
    """Two of a deadlock that touch are marked together; whether that was new."""
    if w.lists[TRIAL, j] < 0 or w.lists[MARK, i] == w.lists[MARK, j]:
        return False
    w.lists[MARK, i] = 1
    w.lists[MARK, j] = 1
    return True
