"""What strikes: mechanisms of a threat, own failures, trips.

Every target is struck or spared by one keyed uniform; an intensity is one draw a run, shared by
all targets, so that damage has a common cause.
"""

import math

from simengine.kernels import draws
from simengine.kernels.clocks import left_now, start_clock, stop_clock
from simengine.kernels.distributions import sample
from simengine.kernels.draws import child_cause
from simengine.kernels.jit import part, step
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    CLOCK,
    CLOCKS,
    COMMON,
    FRAGILITY,
    LIFE,
    LOG_FAILED,
    LOG_HIT,
    LOG_TRIPPED,
    MECHANISM,
    OCCURRENCE,
    ONE,
    SINGLE,
    STAMP,
    SUBSET,
    SUBSETS,
    TARGET,
    TRIP,
    TRIPPED,
)
from simengine.kernels.normal import normal_quantile
from simengine.kernels.restoration import add_work
from simengine.kernels.state import NIL, ONE_STEP, ZERO, draw_time, draw_uniform, mark_dirty, record


@part
def blame_self(w, i, order, cause, origin):
    """Remember the least (order, cause, origin) that strikes asset i in this instant."""
    if (
        w.asset[i, ASSET.self_stamp] != w.n[STAMP]
        or order < w.asset[i, ASSET.self_order]
        or (
            order == w.asset[i, ASSET.self_order]
            and (
                cause < w.asset_word[i, ASSET_WORD.self_cause]
                or (
                    cause == w.asset_word[i, ASSET_WORD.self_cause]
                    and origin < w.asset[i, ASSET.self_origin]
                )
            )
        )
    ):
        w.asset[i, ASSET.self_stamp] = w.n[STAMP]
        w.asset[i, ASSET.self_order] = order
        w.asset_word[i, ASSET_WORD.self_cause] = cause
        w.asset[i, ASSET.self_origin] = origin


@part
def strike(w, i, health, cause):
    """Lower the health of an asset."""
    mark_dirty(w, i)
    w.asset[i, ASSET.struck] = 1
    w.asset[i, ASSET.health] = min(w.asset[i, ASSET.health], health)
    blame_self(w, i, 0, cause, i)


@step
def trip_others(w, i, cause):
    """A failure trips its protection zone, each asset for its own switching time."""
    for z in range(w.asset[i, ASSET.trip_lo], w.asset[i, ASSET.trip_hi]):
        j = w.row[z, TRIP.asset]
        work = ONE * draw_time(
            w,
            w.row[z, TRIP.kind],
            w.row[z, TRIP.slot],
            draws.SWITCHING,
            cause,
            w.item[w.row[z, TRIP.item]],
            1,
        )
        q = j * CLOCKS + TRIPPED
        if w.clock[q, CLOCK.active] == 1:
            work = max(work, left_now(w, q))
        mark_dirty(w, j)
        start_clock(w, q, work)
        blame_self(w, j, 1, cause, i)
        record(w, LOG_TRIPPED, j, ZERO, ONE_STEP, cause, i, NIL)


@step
def own_failure(w, i):
    """The life of an asset ends."""
    cause = child_cause(w.asset_word[i, ASSET_WORD.item], w.asset[i, ASSET.life_count])
    strike(w, i, 0, cause)
    record(w, LOG_FAILED, i, ZERO, ZERO, cause, i, ZERO)
    trip_others(w, i, cause)
    if w.asset[i, ASSET.has_repair] == 1:
        ms = draw_time(
            w, w.asset[i, ASSET.repair_kind], w.asset[i, ASSET.repair_slot], draws.REPAIR, cause,
            w.asset_word[i, ASSET_WORD.item], 1,
        )  # fmt: skip
        add_work(w, i, ms, False)
    else:
        stop_clock(w, i * CLOCKS + LIFE)


@step
def planned_outage(w, i):
    """A planned outage begins, with its own crew."""
    item = w.asset_word[i, ASSET_WORD.planned_item]
    cause = child_cause(item, w.asset[i, ASSET.planned_count])
    strike(w, i, 0, cause)
    record(w, LOG_FAILED, i, ZERO, ZERO, cause, i, ONE_STEP)
    ms = draw_time(
        w,
        w.asset[i, ASSET.outage_kind],
        w.asset[i, ASSET.outage_slot],
        draws.REPAIR,
        cause,
        item,
        1,
    )
    add_work(w, i, ms, True)
    w.asset[i, ASSET.planned_over] = 1


@step
def choose_targets(w, m):
    """Mark with this instant's stamp the targets that mechanism m strikes."""
    low, high = w.mechanism[m, MECHANISM.target_lo], w.mechanism[m, MECHANISM.target_hi]
    cause = w.key[OCCURRENCE]
    kind = w.mechanism[m, MECHANISM.kind]
    everyone = False
    p = 0.0
    if kind == SUBSETS:
        for s in range(w.mechanism[m, MECHANISM.subset_lo], w.mechanism[m, MECHANISM.subset_hi]):
            u = draw_uniform(w, draws.HIT, cause, w.item[w.row[s, SUBSET.item]])
            if u < w.parameters[w.row[s, SUBSET.probability]]:
                for z in range(low, high):
                    if (w.row[s, SUBSET.mask] >> (z - low)) & 1 == 1:
                        w.row[z, TARGET.hit] = w.n[STAMP]
        return
    if kind == FRAGILITY:
        x = sample(
            w.mechanism[m, MECHANISM.intensity_kind],
            w.parameters,
            w.mechanism[m, MECHANISM.intensity_slot],
            draw_uniform(w, draws.INTENSITY, cause, w.item[w.mechanism[m, MECHANISM.item]]),
        )
        if x > 0.0:
            median = w.parameters[w.mechanism[m, MECHANISM.median]]
            beta = w.parameters[w.mechanism[m, MECHANISM.beta]]
            score = (math.log(x) - math.log(median)) / beta
            for z in range(low, high):
                if (
                    normal_quantile(
                        draw_uniform(w, draws.HIT, cause, w.item[w.row[z, TARGET.item]])
                    )
                    < score
                ):
                    w.row[z, TARGET.hit] = w.n[STAMP]
        return
    p = w.parameters[w.mechanism[m, MECHANISM.probability]]
    if kind == COMMON:
        if not draw_uniform(w, draws.HIT, cause, w.item[w.mechanism[m, MECHANISM.item]]) < p:
            return
        p = w.parameters[w.mechanism[m, MECHANISM.each]]
    elif kind == SINGLE:
        beta = 0.0
        if w.mechanism[m, MECHANISM.beta_factor] >= 0:
            beta = w.parameters[w.mechanism[m, MECHANISM.beta_factor]]
            everyone = (
                draw_uniform(w, draws.HIT, cause, w.item[w.mechanism[m, MECHANISM.item]]) < p * beta
            )
        p = p * (1.0 - beta)
    for z in range(low, high):
        if everyone or draw_uniform(w, draws.HIT, cause, w.item[w.row[z, TARGET.item]]) < p:
            w.row[z, TARGET.hit] = w.n[STAMP]


@step
def hit(w, m):
    """Mechanism m of the threat strikes."""
    choose_targets(w, m)
    cause = w.key[OCCURRENCE]
    for z in range(w.mechanism[m, MECHANISM.target_lo], w.mechanism[m, MECHANISM.target_hi]):
        if w.row[z, TARGET.hit] != w.n[STAMP]:
            continue
        i = w.row[z, TARGET.asset]
        strike(w, i, w.mechanism[m, MECHANISM.health], cause)
        record(w, LOG_HIT, i, w.mechanism[m, MECHANISM.health], ZERO, cause, i, m)
        trip_others(w, i, cause)
        if w.mechanism[m, MECHANISM.repair_kind] >= 0:
            item = (
                w.item[w.mechanism[m, MECHANISM.item]]
                if w.mechanism[m, MECHANISM.shared] == 1
                else w.item[w.row[z, TARGET.item]]
            )
            kind, slot = (
                w.mechanism[m, MECHANISM.repair_kind],
                w.mechanism[m, MECHANISM.repair_slot],
            )
            add_work(w, i, draw_time(w, kind, slot, draws.REPAIR, cause, item, 1), False)
        elif w.asset[i, ASSET.has_repair] == 1:
            kind, slot = w.asset[i, ASSET.repair_kind], w.asset[i, ASSET.repair_slot]
            ms = draw_time(w, kind, slot, draws.REPAIR, cause, w.asset_word[i, ASSET_WORD.item], 1)
            add_work(w, i, ms, False)
