"""Small steps on a world that every room of the kernel shares: marks, draws, the log."""

import math

from simengine.kernels.distributions import CONSTANT, sample
from simengine.kernels.draws import subkey, uniform
from simengine.kernels.jit import number, part, word
from simengine.kernels.layout import (
    AREA,
    AREA_BITS,
    ASSET,
    ASSET_WORD,
    CARRIER,
    DIRTY,
    EPISTEMIC,
    LOG,
    LOG_ROOM,
    LOG_WORD,
    LONGEST_TIME,
    MINUTE,
    MOVED,
    N_AREAS,
    N_ASSETS,
    N_DIRTY,
    N_LOG,
    N_MOVED,
    N_NEEDS,
    N_USED_AREAS,
    N_USED_ASSETS,
    N_USED_NEEDS,
    NEED,
    NODE,
    OCCURRENCE,
    ONE,
    PROFILE,
    RECORDING,
    RUN,
    SEED,
    STAMP,
    STATE_OF_AREA,
    STATE_OF_ASSET,
    STATE_OF_NEED,
    STATUS,
    TIME,
    TOUCHED_AREAS,
    TOUCHED_ASSETS,
    TOUCHED_NEEDS,
    USED_AREAS,
    USED_ASSETS,
    USED_NEEDS,
    WORD_BITS,
)
from simengine.kernels.machine import copy_row, divide
from simengine.kernels.status import GOOD, LOG_FULL

NO_CAUSE = word(0)
FIRST = word(0)
# Arguments that say: none, nothing, one.
NIL, ZERO, ONE_STEP = number(-1), number(0), number(1)


@part
def ceil_div(a, b):
    """Smallest integer not below a / b, for a >= 0 and b > 0."""
    return divide(a + b - 1, b)


@part
def fail(w, code):
    """Note the first thing that went wrong in this run."""
    if w.n[STATUS] == GOOD:
        w.n[STATUS] = code


@part
def touch_asset(w, i):
    """Look at this asset when the instant is committed, undo it after the run; call it first."""
    if w.asset[i, ASSET.seen] != w.n[STAMP]:
        if w.asset[i, ASSET.used] == 0:
            copy_row(w.asset, i, w.saved_asset, w.n[N_USED_ASSETS], STATE_OF_ASSET)
            w.asset[i, ASSET.used] = 1
            w.lists[USED_ASSETS, w.n[N_USED_ASSETS]] = i
            w.n[N_USED_ASSETS] += 1
        w.asset[i, ASSET.seen] = w.n[STAMP]
        w.lists[TOUCHED_ASSETS, w.n[N_ASSETS]] = i
        w.n[N_ASSETS] += 1


@part
def note_move(w, i):
    """The level of this asset moved in this instant, be it to and fro."""
    if w.asset[i, ASSET.moved] != w.n[STAMP]:
        w.asset[i, ASSET.moved] = w.n[STAMP]
        w.lists[MOVED, w.n[N_MOVED]] = i
        w.n[N_MOVED] += 1


@part
def use_need(w, n):
    """Undo this need after the run; to be called before it is changed."""
    if w.need[n, NEED.used] == 0:
        copy_row(w.need, n, w.saved_need, w.n[N_USED_NEEDS], STATE_OF_NEED)
        w.need[n, NEED.used] = 1
        w.lists[USED_NEEDS, w.n[N_USED_NEEDS]] = n
        w.n[N_USED_NEEDS] += 1


@part
def touch_need(w, n):
    """Look at this need when the instant is committed, and undo it after the run."""
    if w.need[n, NEED.seen] != w.n[STAMP]:
        use_need(w, n)
        w.need[n, NEED.seen] = w.n[STAMP]
        w.lists[TOUCHED_NEEDS, w.n[N_NEEDS]] = n
        w.n[N_NEEDS] += 1


@part
def touch_area(w, a):
    """Account for this area when the instant is committed, and undo it after the run."""
    if w.area[a, AREA.seen] != w.n[STAMP]:
        if w.area[a, AREA.used] == 0:
            copy_row(w.area, a, w.saved_area, w.n[N_USED_AREAS], STATE_OF_AREA)
            w.area[a, AREA.used] = 1
            w.lists[USED_AREAS, w.n[N_USED_AREAS]] = a
            w.lists[AREA_BITS, a // WORD_BITS] |= 1 << (a % WORD_BITS)
            w.n[N_USED_AREAS] += 1
        w.area[a, AREA.seen] = w.n[STAMP]
        w.lists[TOUCHED_AREAS, w.n[N_AREAS]] = a
        w.n[N_AREAS] += 1


@part
def touch_node(w, k):
    """Something about the island of this node changed: its carrier is due."""
    c = w.node[k, NODE.carrier]
    w.node[k, NODE.touched] = w.n[STAMP]
    w.carrier[c, CARRIER.due] = 1
    w.carrier[c, CARRIER.touched] = w.n[STAMP]
    w.carrier[c, CARRIER.used] = 1


@part
def mark_dirty(w, i):
    """Evaluate this asset in the next generation."""
    touch_asset(w, i)
    if w.asset[i, ASSET.dirty] == 0:
        w.asset[i, ASSET.dirty] = 1
        w.lists[DIRTY, w.n[N_DIRTY]] = i
        w.n[N_DIRTY] += 1


@part
def draw_uniform(w, stream, cause, item):
    """The uniform of a key; keys of the occurrence and of "no cause" are made once a cell."""
    cause = word(cause)
    if cause == NO_CAUSE:
        key = w.subkeys[2 * int(stream)]
    elif cause == word(w.key[OCCURRENCE]):
        key = w.subkeys[2 * int(stream) + 1]
    else:
        key = subkey(w.key[SEED], stream, w.key[EPISTEMIC], cause)
    return uniform(key, item, w.key[RUN], FIRST)


@part
def draw_time(w, kind, slot, stream, cause, item, least):
    """A drawn duration in ms, rounded up once, at least `least` [ms]; see LONGEST_TIME."""
    if kind == CONSTANT:
        x = w.parameters[slot]
    else:
        x = sample(kind, w.parameters, slot, draw_uniform(w, stream, cause, item))
    return LONGEST_TIME if x >= LONGEST_TIME else max(least, math.ceil(x))


@part
def draw_delay(w, kind, slot, stream, cause, item):
    """A buffer, restart or hop time in ms: 0, or at least a minute."""
    ms = draw_time(w, kind, slot, stream, cause, item, ZERO)
    return ms if ms == 0 else max(MINUTE, ms)


@part
def profile_value(w, p):
    """Value of a profile now; 1 without one."""
    return ONE if p < 0 else w.profile[p, PROFILE.value]


@part
def record(w, kind, subject, level, order, cause, origin, detail):
    """Add a line to the log of a replayed run."""
    if w.n[RECORDING] == 1:
        k = w.n[N_LOG]
        if k >= w.n[LOG_ROOM]:
            fail(w, LOG_FULL)
        else:
            w.log[k, LOG.time] = w.n[TIME]
            w.log[k, LOG.kind] = kind
            w.log[k, LOG.subject] = subject
            w.log[k, LOG.level] = level
            w.log[k, LOG.order] = order
            w.log_word[k, LOG_WORD.cause] = cause
            w.log[k, LOG.origin] = origin
            w.log[k, LOG.detail] = detail
            w.n[N_LOG] = k + 1


@part
def record_asset(w, kind, i, level, detail):
    """Add a line about an asset, with the order, cause and origin of its episode."""
    record(
        w,
        kind,
        i,
        level,
        w.asset[i, ASSET.order],
        w.asset_word[i, ASSET_WORD.cause],
        w.asset[i, ASSET.origin],
        detail,
    )
