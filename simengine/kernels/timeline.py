"""One run from start to end: the instant, the loop over instants, the loop over runs around it.

All that happens at one time is one instant: Rise (what improves, levels rise to rest), Fall (what
worsens, levels fall to rest), Relief (what those falls make possible), Commit (buffers, delays,
jobs, clocks, accounts; once).
"""

from simengine.kernels.accounting import account, set_area_levels
from simengine.kernels.clocks import set_rates, step_profile, stop_clock
from simengine.kernels.commit import commit_assets, commit_carriers, commit_needs, commit_restarts
from simengine.kernels.curves import write_curves
from simengine.kernels.damage import hit, own_failure, planned_outage
from simengine.kernels.deadlock import find_deadlock, mark_together, watch_deadlock
from simengine.kernels.energising import ON
from simengine.kernels.event_queue import pop
from simengine.kernels.islands import set_live
from simengine.kernels.jit import inline, kernel, number, part, step
from simengine.kernels.layout import (
    AID,
    ASSET,
    BLACK_START,
    BUFFER,
    CARRIER,
    CLOCK,
    CLOCK_STEP,
    CLOCKS,
    CREWS_DUE,
    DUE,
    DUE_KINDS,
    EVENT,
    EVENTS,
    FALL,
    HIT,
    HOP,
    HORIZON,
    LIFE,
    LINK,
    LOG_AID,
    LOG_EMPTY,
    LOG_MANUAL,
    LOG_REPAIRED,
    LOG_RESTART,
    MANUAL,
    MARK,
    MAX_EVENTS,
    MECHANISM,
    N_DUE,
    N_HEAP,
    N_USED_ASSETS,
    NEED,
    NEVER,
    NODE,
    ONE,
    PLANNED,
    POOL,
    PROFILE,
    RECHECK,
    RELIEF,
    REPAIR,
    RESTART,
    RISE,
    SHIFT,
    STAMP,
    STATUS,
    TIME,
    TRIAL,
    TRIPPED,
    USED_ASSETS,
    WAKE,
)
from simengine.kernels.levels import set_own, supply
from simengine.kernels.outputs import write_outputs
from simengine.kernels.restoration import assign_crews, close_job
from simengine.kernels.start import baseline, begin_run, open_instant, settle, undo_run
from simengine.kernels.state import NIL, NO_CAUSE, ZERO, fail, mark_dirty, record, touch_need
from simengine.kernels.status import EVENT_LIMIT, GOOD

MASK = (1 << SHIFT) - 1
FULL = number(ONE)
WORSE = 1 << int(BUFFER) | 1 << int(HIT) | 1 << LIFE | 1 << PLANNED  # kinds of events


@inline
def take_due(w):
    """Pop all events of the next time that still count, in the order of their codes."""
    w.n[TIME] = w.heap[0, EVENT.time]
    count = 0
    kinds = 0
    while w.n[N_HEAP] > 0 and w.heap[0, EVENT.time] == w.n[TIME]:
        code = w.heap[0, EVENT.code]
        pop(w)
        if is_awaited(w, code >> SHIFT, code & MASK):
            w.lists[DUE, count] = code
            kinds |= 1 << (code >> SHIFT)
            count += 1
    w.n[N_DUE] = count
    w.n[DUE_KINDS] = kinds
    return count


@part
def take(table, k, column, time):
    """Whether thing k waits for this time; it waits no longer."""
    if table[k, column] != time:
        return False
    table[k, column] = NEVER
    return True


@step
def is_awaited(w, kind, k):
    """Whether an event was not overtaken by a later setting of its thing."""
    time = w.n[TIME]
    if kind < CLOCKS:
        q = k * CLOCKS + kind
        return w.clock[q, CLOCK.active] == 1 and take(w.clock, q, CLOCK.end, time)
    if kind == BUFFER:
        return take(w.need, k, NEED.end, time)
    if kind == HOP:
        return take(w.link, k, LINK.end, time)
    if kind == BLACK_START:
        return take(w.node, k, NODE.end, time)
    if kind == AID:
        return take(w.pool, k, POOL.end, time)
    if kind == CLOCK_STEP:
        return take(w.profile, k, PROFILE.end, time)
    if kind == HIT:
        return take(w.mechanism, k, MECHANISM.end, time)
    if kind == WAKE:
        return take(w.asset, k, ASSET.wake_end, time)
    return take(w.asset, k, ASSET.manual_end, time)


@step
def improve(w):
    """What gets better at this time, and the steps of profiles."""
    by_hand = False
    for e in range(w.n[N_DUE]):
        kind, k = w.lists[DUE, e] >> SHIFT, w.lists[DUE, e] & MASK
        if kind == REPAIR:
            close_job(w, k)
            record(w, LOG_REPAIRED, k, FULL, NIL, NO_CAUSE, NIL, NIL)
        elif kind == RESTART:
            w.asset[k, ASSET.ready] = w.n[STAMP]
            stop_clock(w, k * CLOCKS + RESTART)
            mark_dirty(w, k)
            record(w, LOG_RESTART, k, ZERO, NIL, NO_CAUSE, NIL, NIL)
        elif kind == TRIPPED:
            stop_clock(w, k * CLOCKS + TRIPPED)
            mark_dirty(w, k)
        elif kind == WAKE:
            mark_dirty(w, k)
        elif kind == HOP:
            w.link[k, LINK.due] = w.n[STAMP]
            w.carrier[w.link[k, LINK.carrier], CARRIER.due] = 1
        elif kind == BLACK_START:
            w.node[k, NODE.due] = w.n[STAMP]
            w.carrier[w.node[k, NODE.carrier], CARRIER.due] = 1
        elif kind == AID:
            w.pool[k, POOL.crews] += w.pool[k, POOL.aid]
            w.n[CREWS_DUE] = 1
            record(w, LOG_AID, k, ZERO, NIL, NO_CAUSE, NIL, NIL)
        elif kind == CLOCK_STEP:
            step_profile(w, k)
        elif kind == MANUAL:
            w.lists[MARK, k] = 1
            by_hand = True
    if by_hand:
        restart_by_hand(w)


@step
def restart_by_hand(w):
    """Start what only waits for itself: the due ones, and what hangs together with them."""
    w.n[RECHECK] = w.n[STAMP]
    find_deadlock(w)
    for e in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, e]
        w.lists[MARK, i] *= int(w.lists[TRIAL, i] > 0)
    mark_together(w)
    for e in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, e]
        if w.lists[MARK, i] == 1:
            if w.asset[i, ASSET.node] >= 0:
                set_live(w, w.asset[i, ASSET.node], ON)
            # It may rise on within this instant, as what it waited for comes up with it.
            w.asset[i, ASSET.ready] = w.n[STAMP]
            set_own(w, i, w.lists[TRIAL, i])
            record(w, LOG_MANUAL, i, w.lists[TRIAL, i], NIL, NO_CAUSE, NIL, NIL)
        w.lists[MARK, i] = 0
        w.lists[TRIAL, i] = -1


@step
def worsen(w):
    """What gets worse at this time: hits, own failures, buffers that run out."""
    if w.n[DUE_KINDS] & WORSE == 0:
        return
    for e in range(w.n[N_DUE]):
        kind, k = w.lists[DUE, e] >> SHIFT, w.lists[DUE, e] & MASK
        if kind == BUFFER and supply(w, k) < ONE:
            w.need[k, NEED.hold] = 0
            i = w.need[k, NEED.owner]
            mark_dirty(w, i)
            touch_need(w, k)
            record(w, LOG_EMPTY, i, ZERO, NIL, NO_CAUSE, NIL, k)
        elif kind == HIT:
            hit(w, k)
    for e in range(w.n[N_DUE]):
        kind, k = w.lists[DUE, e] >> SHIFT, w.lists[DUE, e] & MASK
        if kind == LIFE:
            own_failure(w, k)
    for e in range(w.n[N_DUE]):
        kind, k = w.lists[DUE, e] >> SHIFT, w.lists[DUE, e] & MASK
        if kind == PLANNED:
            planned_outage(w, k)


@inline
def instant(w):
    """All events of one time as one step."""
    open_instant(w)
    improve(w)
    settle(w, RISE)
    worsen(w)
    settle(w, FALL)
    settle(w, RELIEF)
    commit_assets(w)
    commit_carriers(w)
    commit_needs(w)
    commit_restarts(w)
    set_area_levels(w)
    assign_crews(w)
    set_rates(w)
    account(w)
    watch_deadlock(w)


@inline
def simulate_run(w, run, out):
    """Follow one run to the horizon and write its row of results; returns its status."""
    begin_run(w, run)
    while w.n[N_HEAP] > 0 and w.heap[0, EVENT.time] < w.n[HORIZON] and w.n[STATUS] == GOOD:
        if take_due(w) > 0:
            instant(w)
        w.n[EVENTS] += 1
        if w.n[EVENTS] > MAX_EVENTS:
            fail(w, EVENT_LIMIT)
    w.n[TIME] = w.n[HORIZON]
    status = w.n[STATUS]
    if status == GOOD:
        write_outputs(w, out, find_deadlock(w))
    else:
        for k in range(out.shape[0]):
            out[k] = 0.0
    return status


@kernel
def simulate(w, first_run, values, status, curves, curve_step):
    """Follow runs first_run, first_run + 1, ... one after the other.

    Parameters
    ----------
    w : World
        Tables, parameters, key (without the run) and state; state is left as it was found.
    first_run : int
        Number of the first run.
    values : float64 (run, column), out
        One row a run; zeros where the status is not good. Without rows only the baseline is found
        and left in the world, which is then spent.
    status : int32 (run,), out
        How each run ended, see `status`.
    curves : int64 (service, time, 1 + bin), in and out
        Differences along time of the sum over good runs of people out [persons], and of the number
        of runs by bin of people out (see `curves.people_edges`); no times, no curves.
    curve_step : int
        Distance of the curve's times [ms].
    """
    if values.shape[0] == 0:
        open_instant(w)
        baseline(w)
    for k in range(values.shape[0]):
        status[k] = simulate_run(w, first_run + k, values[k])
        if status[k] == GOOD and curves.shape[1] > 0:
            write_curves(w, curves, curve_step)
        undo_run(w)
