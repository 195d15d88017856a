"""Repair: jobs on assets, crews of pools, priority, access.

A job is served once, without pre-emption, by one crew of its pool; the queue goes by priority,
then release, then name (assets are numbered by name). Access time belongs to the job and occupies
the crew. A job without a pool has its own crew.
"""

from simengine.kernels import draws
from simengine.kernels.clocks import (
    left_now,
    review,
    start_clock,
    start_life,
    start_planned,
    stop_clock,
)
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    CLOCK,
    CLOCKS,
    CREWS_DUE,
    LIFE,
    LOG_CREW,
    LONGEST_WORK,
    N_NEW_JOBS,
    NEW_JOBS,
    NO_JOB,
    ONE,
    PLANNED,
    POOL,
    POOLS,
    QUEUE,
    QUEUED,
    REPAIR,
    RUNNING,
    TIME,
)
from simengine.kernels.state import NIL, ZERO, draw_time, mark_dirty, record


@part
def goes_before(w, i, j):
    """Whether job i is served before job j."""
    if w.asset[i, ASSET.job_priority] != w.asset[j, ASSET.job_priority]:
        return w.asset[i, ASSET.job_priority] < w.asset[j, ASSET.job_priority]
    if w.asset[i, ASSET.job_released] != w.asset[j, ASSET.job_released]:
        return w.asset[i, ASSET.job_released] < w.asset[j, ASSET.job_released]
    return i < j


@step
def enqueue(w, i):
    """Put job i into the queue of its pool, a binary heap."""
    p = w.asset[i, ASSET.job_pool]
    low = w.pool[p, POOL.queue_lo]
    k = w.pool[p, POOL.queued]
    w.pool[p, POOL.queued] = k + 1
    while k > 0:
        parent = (k - 1) // 2
        j = w.lists[QUEUE, low + parent]
        if not goes_before(w, i, j):
            break
        w.lists[QUEUE, low + k] = j
        k = parent
    w.lists[QUEUE, low + k] = i
    w.n[CREWS_DUE] = 1


@step
def dequeue(w, p):
    """Take the first job from the queue of pool p."""
    low = w.pool[p, POOL.queue_lo]
    first = w.lists[QUEUE, low]
    size = w.pool[p, POOL.queued] - 1
    w.pool[p, POOL.queued] = size
    i = w.lists[QUEUE, low + size]
    k = 0
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        if child + 1 < size and goes_before(
            w, w.lists[QUEUE, low + child + 1], w.lists[QUEUE, low + child]
        ):
            child += 1
        if not goes_before(w, w.lists[QUEUE, low + child], i):
            break
        w.lists[QUEUE, low + k] = w.lists[QUEUE, low + child]
        k = child
    w.lists[QUEUE, low + k] = i
    return first


@step
def add_work(w, i, ms, own_crew):
    """Work on asset i [ms]: a new job, or more of the one it has."""
    if w.asset[i, ASSET.job] == NO_JOB:
        own = own_crew == 1 or w.asset[i, ASSET.has_repair] == 0 or w.asset[i, ASSET.pool] < 0
        w.asset[i, ASSET.job] = QUEUED
        w.asset[i, ASSET.job_pool] = -1 if own else w.asset[i, ASSET.pool]
        w.asset[i, ASSET.job_priority] = 0 if own else w.asset[i, ASSET.priority]
        w.asset[i, ASSET.job_released] = w.n[TIME]
        w.asset[i, ASSET.job_work] = ms * ONE
        w.asset_word[i, ASSET_WORD.job_cause] = w.asset_word[i, ASSET_WORD.self_cause]
        w.lists[NEW_JOBS, w.n[N_NEW_JOBS]] = i
        w.n[N_NEW_JOBS] += 1
        for kind in (LIFE, PLANNED):
            if w.clock[i * CLOCKS + kind, CLOCK.active] == 1:
                review(w, i * CLOCKS + kind)
    elif w.asset[i, ASSET.job] == RUNNING:
        q = i * CLOCKS + REPAIR
        start_clock(w, q, min(LONGEST_WORK, left_now(w, q) + ms * ONE))
    else:
        w.asset[i, ASSET.job_work] = min(LONGEST_WORK, w.asset[i, ASSET.job_work] + ms * ONE)


@part
def start_job(w, i):
    """A crew sets out: access, then the work."""
    ms = 0
    p = w.asset[i, ASSET.job_pool]
    if p >= 0:
        kind, slot = w.asset[i, ASSET.access_kind], w.asset[i, ASSET.access_slot]
        if kind < 0:
            kind, slot = w.pool[p, POOL.travel_kind], w.pool[p, POOL.travel_slot]
        ms = draw_time(
            w,
            kind,
            slot,
            draws.ACCESS,
            w.asset_word[i, ASSET_WORD.job_cause],
            w.asset_word[i, ASSET_WORD.item],
            ZERO,
        )
    w.asset[i, ASSET.job] = RUNNING
    start_clock(w, i * CLOCKS + REPAIR, min(LONGEST_WORK, w.asset[i, ASSET.job_work] + ms * ONE))
    record(w, LOG_CREW, i, ZERO, NIL, w.asset_word[i, ASSET_WORD.job_cause], NIL, p)


@inline
def assign_crews(w):
    """New jobs are released; free crews take the next ones."""
    for k in range(w.n[N_NEW_JOBS]):
        i = w.lists[NEW_JOBS, k]
        if w.asset[i, ASSET.job] != QUEUED:
            continue
        if w.asset[i, ASSET.job_pool] < 0:
            start_job(w, i)
        else:
            enqueue(w, i)
    w.n[N_NEW_JOBS] = 0
    if w.n[CREWS_DUE] == 1:
        w.n[CREWS_DUE] = 0
        for p in range(w.n[POOLS]):
            while w.pool[p, POOL.queued] > 0 and w.pool[p, POOL.busy] < w.pool[p, POOL.crews]:
                i = dequeue(w, p)
                w.pool[p, POOL.busy] += 1
                start_job(w, i)


@inline
def close_job(w, i):
    """A repair is done: the asset is whole, its crew free, its life begins anew."""
    w.asset[i, ASSET.health] = ONE
    if w.asset[i, ASSET.job_pool] >= 0:
        w.pool[w.asset[i, ASSET.job_pool], POOL.busy] -= 1
        w.n[CREWS_DUE] = 1
    w.asset[i, ASSET.job] = NO_JOB
    stop_clock(w, i * CLOCKS + REPAIR)
    if w.clock[i * CLOCKS + LIFE, CLOCK.active] == 1:
        w.asset[i, ASSET.life_count] += 1
        start_life(w, i)
    if w.clock[i * CLOCKS + PLANNED, CLOCK.active] == 1:
        if w.asset[i, ASSET.planned_over] == 1:
            w.asset[i, ASSET.planned_count] += 1
            start_planned(w, i)
        else:
            review(w, i * CLOCKS + PLANNED)
    w.asset[i, ASSET.planned_over] = 0
    mark_dirty(w, i)
