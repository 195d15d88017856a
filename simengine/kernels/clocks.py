"""Work at changing rates: lives, repairs, restarts, switching; and profiles of clock time.

Every duration is work drawn once [ms x 2**-20], done at a rate that is the product of declared
factors of levels and profiles; rates are piecewise constant, so an end is exact:
t + ceil(left / rate).
"""

from simengine.kernels import draws
from simengine.kernels.draws import child_cause
from simengine.kernels.event_queue import push
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    AREA,
    ASSET,
    ASSET_WORD,
    CLOCK,
    CLOCK_STEP,
    CLOCKS,
    FACTOR,
    FRESH,
    LIFE,
    LISTED,
    N_FRESH,
    N_LISTED,
    NEED,
    NEVER,
    NO_JOB,
    OFFSET,
    ONE,
    PLANNED,
    POOL,
    PROFILE,
    PROFILE_STEP,
    RATES_DUE,
    RECHECK,
    REPAIR,
    STAMP,
    STEP,
    TIME,
)
from simengine.kernels.state import (
    ONE_STEP,
    ceil_div,
    draw_time,
    mark_dirty,
    profile_value,
    touch_area,
    touch_need,
    touch_node,
)


@part
def left_now(w, q):
    """Work left on clock q now; a rate below 0 has not been set yet."""
    if w.clock[q, CLOCK.rate] < 0:
        return w.clock[q, CLOCK.left]
    return max(
        0, w.clock[q, CLOCK.left] - w.clock[q, CLOCK.rate] * (w.n[TIME] - w.clock[q, CLOCK.since])
    )


@part
def review(w, q):
    """Have the rate of clock q set when the instant is committed."""
    w.lists[FRESH, w.n[N_FRESH]] = q
    w.n[N_FRESH] += 1


@part
def start_clock(w, q, work):
    """Put work [ms x 2**-20] on clock q."""
    w.clock[q, CLOCK.left] = work
    w.clock[q, CLOCK.rate] = -1
    w.clock[q, CLOCK.since] = w.n[TIME]
    w.clock[q, CLOCK.end] = NEVER
    w.clock[q, CLOCK.active] = 1
    w.asset[q // CLOCKS, ASSET.started] |= 1 << (q % CLOCKS)
    review(w, q)


@part
def reset_clock(w, q):
    """Clock q as it was before the run."""
    w.clock[q, CLOCK.left] = 0
    w.clock[q, CLOCK.rate] = 0
    w.clock[q, CLOCK.since] = 0
    w.clock[q, CLOCK.end] = NEVER
    w.clock[q, CLOCK.active] = 0
    w.clock[q, CLOCK.listed] = 0


@part
def stop_clock(w, q):
    """Take clock q away; its event is void."""
    w.clock[q, CLOCK.active] = 0
    w.clock[q, CLOCK.end] = NEVER


@part
def apply_factors(w, rate, low, high):
    """Multiply a rate by factors low to high, rounding up on the grid."""
    for f in range(low, high):
        if w.row[f, FACTOR.asset] >= 0:
            level = w.asset[w.row[f, FACTOR.asset], ASSET.y]
            x = ONE - (((ONE - w.row[f, FACTOR.at_zero]) * (ONE - level)) >> 20)
        elif w.row[f, FACTOR.area] >= 0:
            level = w.area[w.row[f, FACTOR.area], AREA.y]
            x = ONE - (((ONE - w.row[f, FACTOR.at_zero]) * (ONE - level)) >> 20)
        else:
            x = profile_value(w, w.row[f, FACTOR.profile])
        rate = ceil_div(rate * x, ONE)
    return rate


@step
def set_rate(w, q):
    """Set the rate of clock q from the levels now; a change moves its end."""
    i, kind = q // CLOCKS, q % CLOCKS
    if kind <= PLANNED and w.asset[i, ASSET.job] != NO_JOB:
        rate = 0  # a life does not age during repair
    else:
        rate = apply_factors(w, ONE, w.clock[q, CLOCK.factor_lo], w.clock[q, CLOCK.factor_hi])
        if kind == REPAIR and w.asset[i, ASSET.job_pool] >= 0:
            p = w.asset[i, ASSET.job_pool]
            rate = apply_factors(w, rate, w.pool[p, POOL.factor_lo], w.pool[p, POOL.factor_hi])
    if rate != w.clock[q, CLOCK.rate]:
        left = left_now(w, q)
        w.clock[q, CLOCK.left] = left
        w.clock[q, CLOCK.since] = w.n[TIME]
        w.clock[q, CLOCK.rate] = rate
        if rate > 0:
            w.clock[q, CLOCK.end] = w.n[TIME] + ceil_div(left, rate)
            push(w, w.clock[q, CLOCK.end], kind, i)
        else:
            w.clock[q, CLOCK.end] = NEVER


@inline
def has_factors(w, q):
    """Whether the rate of clock q can change with levels or profiles."""
    i = q // CLOCKS
    if w.clock[q, CLOCK.factor_lo] < w.clock[q, CLOCK.factor_hi]:
        return True
    p = w.asset[i, ASSET.job_pool]
    return q % CLOCKS == REPAIR and p >= 0 and w.pool[p, POOL.factor_lo] < w.pool[p, POOL.factor_hi]


@part
def set_rates(w):
    """Rates of new clocks, and of all clocks with factors when something they read changed."""
    for k in range(w.n[N_FRESH]):
        q = w.lists[FRESH, k]
        if w.clock[q, CLOCK.active] == 1:
            set_rate(w, q)
            if w.clock[q, CLOCK.listed] == 0 and has_factors(w, q):
                w.clock[q, CLOCK.listed] = 1
                w.lists[LISTED, w.n[N_LISTED]] = q
                w.n[N_LISTED] += 1
    w.n[N_FRESH] = 0
    if w.n[RATES_DUE] == 1:
        w.n[RATES_DUE] = 0
        kept = 0
        for k in range(w.n[N_LISTED]):
            q = w.lists[LISTED, k]
            if w.clock[q, CLOCK.active] == 1:
                set_rate(w, q)
                w.lists[LISTED, kept] = q
                kept += 1
            else:
                w.clock[q, CLOCK.listed] = 0
        w.n[N_LISTED] = kept


@part
def start_life(w, i):
    """Draw the work until asset i's next own failure."""
    cause = child_cause(w.asset_word[i, ASSET_WORD.item], w.asset[i, ASSET.life_count])
    work = draw_time(
        w,
        w.asset[i, ASSET.life_kind],
        w.asset[i, ASSET.life_slot],
        draws.LIFE,
        cause,
        w.asset_word[i, ASSET_WORD.item],
        ONE_STEP,
    )
    start_clock(w, i * CLOCKS + LIFE, work * ONE)


@part
def start_planned(w, i):
    """Draw the work until asset i's next planned outage."""
    item = w.asset_word[i, ASSET_WORD.planned_item]
    cause = child_cause(item, w.asset[i, ASSET.planned_count])
    work = draw_time(
        w,
        w.asset[i, ASSET.planned_kind],
        w.asset[i, ASSET.planned_slot],
        draws.PLANNED,
        cause,
        item,
        ONE_STEP,
    )
    start_clock(w, i * CLOCKS + PLANNED, work * ONE)


@part
def set_profile(w, p):
    """Set a profile's value for now and wait for its next step."""
    period = w.profile[p, PROFILE.period]
    phase = (w.n[OFFSET] + w.n[TIME]) % period
    low, high = w.profile[p, PROFILE.step_lo], w.profile[p, PROFILE.step_hi]
    k = low
    beyond = high
    while beyond - k > 1:
        middle = (k + beyond) // 2
        if w.row[middle, PROFILE_STEP.start] <= phase:
            k = middle
        else:
            beyond = middle
    w.profile[p, PROFILE.value] = w.row[k, PROFILE_STEP.value]
    w.profile[p, PROFILE.index] = k - low
    after = (
        w.row[k + 1, PROFILE_STEP.start]
        if k + 1 < high
        else period + w.row[low, PROFILE_STEP.start]
    )
    w.profile[p, PROFILE.end] = w.n[TIME] + after - phase
    push(w, w.profile[p, PROFILE.end], CLOCK_STEP, p)
    for a in range(w.profile[p, PROFILE.need_lo], w.profile[p, PROFILE.need_hi]):
        n = w.place[a]
        touch_need(w, n)
        w.need[n, NEED.threshold] = ceil_div(
            w.need[n, NEED.threshold0] * profile_value(w, w.need[n, NEED.profile]), ONE
        )
        unit = 1 if w.need[n, NEED.rule] == STEP else ONE
        w.need[n, NEED.enough] = w.need[n, NEED.threshold] * unit
        mark_dirty(w, w.need[n, NEED.owner])
    for a in range(w.profile[p, PROFILE.node_lo], w.profile[p, PROFILE.node_hi]):
        touch_node(w, w.place[a])
    for a in range(w.profile[p, PROFILE.area_lo], w.profile[p, PROFILE.area_hi]):
        touch_area(w, w.place[a])
    w.n[RATES_DUE] = 1
    w.n[RECHECK] = w.n[STAMP]


@inline
def step_profile(w, p):
    """A profile steps: what falls by it alone has this step for a cause."""
    set_profile(w, p)
    w.profile[p, PROFILE.stepped] = w.n[STAMP]
