"""Buffers: what a need is felt as while a buffer holds.

A demand is supply leaving 1. On demand a buffer may fail, by one draw a (buffer, cause); content
drains at (1 - u) x profile and is known at any time from what it was.
"""

from simengine.kernels import draws
from simengine.kernels.attribution import blame_need, end_blame, no_blame
from simengine.kernels.jit import part, step
from simengine.kernels.layout import (
    ASSET,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    BUFFERED,
    LOG_NOT_STARTED,
    NEED,
    ONE,
    RISE,
    STAMP,
    START_ONLY,
    TIME,
)
from simengine.kernels.levels import supply
from simengine.kernels.state import (
    NO_CAUSE,
    ZERO,
    ceil_div,
    draw_delay,
    draw_uniform,
    record,
    touch_need,
)


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
            record(w, LOG_NOT_STARTED, w.need[n, NEED.owner], ZERO, order, cause, origin, n)
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
            NO_CAUSE,
            w.item[w.need[n, NEED.item]],
        )
        w.need[n, NEED.capacity] = ms * ONE
        w.need[n, NEED.content] = ms * ONE
    content, rate = w.need[n, NEED.content], w.need[n, NEED.rate]
    passed = w.n[TIME] - w.need[n, NEED.since]
    if rate > 0 and passed >= ceil_div(w.need[n, NEED.capacity] - content, rate):
        return w.need[n, NEED.capacity]
    return max(0, content + rate * passed)


@part
def felt(w, n, i, phase):
    """Supply as the asset feels it: 1 while a buffer holds; start_only needs count at 0 only."""
    kind = w.need[n, NEED.kind]
    if kind & START_ONLY != 0 and w.asset[i, ASSET.own_start] > 0:
        return ONE
    u = supply(w, n)
    if u == ONE or kind & BUFFERED == 0:
        return u
    return felt_from_buffer(w, n, u, phase)


@step
def felt_from_buffer(w, n, u, phase):
    """Supply as the asset feels it where there is too little of it and there is a buffer."""
    if w.need[n, NEED.committed] < ONE:
        return ONE if w.need[n, NEED.hold] == 1 else u
    if phase == RISE:
        return ONE
    return ONE if meets_demand(w, n) == 1 else u
