"""What strikes: mechanisms of a threat, own failures, trips.

Every target is struck or spared by one keyed uniform; an intensity is one draw a run, shared by
all targets, so that damage has a common cause.
"""

import math

from simengine.kernels import draws
from simengine.kernels.clocks import left_now, start_clock, stop_clock
from simengine.kernels.designs import SOBOL, STRATA, sobol_uniform, stratum_uniform
from simengine.kernels.distributions import sample
from simengine.kernels.draws import bits_below, child_cause, random_bits
from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    CHOSEN,
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
    RUN,
    STAMP,
    SUBSET,
    SUBSETS,
    TARGET,
    TRIP,
    TRIPPED,
)
from simengine.kernels.normal import normal_probability, normal_quantile
from simengine.kernels.restoration import add_work
from simengine.kernels.state import (
    FIRST,
    NIL,
    ONE_STEP,
    ZERO,
    draw_time,
    draw_uniform,
    mark_dirty,
    record,
)

MARGIN = 1e-9  # far beyond the errors of the normal law and of its inverse


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
            ONE_STEP,
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
            w.asset_word[i, ASSET_WORD.item], ONE_STEP,
        )  # fmt: skip
        add_work(w, i, ms, ZERO)
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
        ONE_STEP,
    )
    add_work(w, i, ms, ONE_STEP)
    w.asset[i, ASSET.planned_over] = 1


@step
def choose_below(w, m, p):
    """List in CHOSEN the targets of mechanism m whose uniform is below p; how many they are.

    Two loops: the first is one that the compiler turns into vector instructions.
    """
    low, high = w.mechanism[m, MECHANISM.target_lo], w.mechanism[m, MECHANISM.target_hi]
    if low == high:
        return 0
    key, run, below = w.subkeys[2 * int(draws.HIT) + 1], w.key[RUN], bits_below(p)
    first = w.row[low, TARGET.item]
    for k in range(high - low):
        w.lists[CHOSEN, k] = int(random_bits(key, w.item[first + k], run, FIRST) < below)
    count = 0
    for k in range(high - low):
        if w.lists[CHOSEN, k] == 1:
            w.lists[CHOSEN, count] = low + k
            count += 1
    return count


@inline
def choose_fragile(w, m):
    """Choose the targets whose strength, a standard normal, is below the score of the intensity.

    Few are: those that are above it for sure are left out by their uniforms.
    """
    cause = w.key[OCCURRENCE]
    item = w.item[w.mechanism[m, MECHANISM.item]]
    kind, slot = w.mechanism[m, MECHANISM.intensity_kind], w.mechanism[m, MECHANISM.intensity_slot]
    design = w.mechanism[m, MECHANISM.design]
    if design == SOBOL:
        u = sobol_uniform(w, m)
    else:
        u = draw_uniform(w, draws.INTENSITY, cause, item)
        if design == STRATA:
            u = stratum_uniform(w, m, u)
    x = sample(kind, w.parameters, slot, u)
    if not x > 0.0:
        return 0
    median = w.parameters[w.mechanism[m, MECHANISM.median]]
    score = (math.log(x) - math.log(median)) / w.parameters[w.mechanism[m, MECHANISM.beta]]
    likely = choose_below(w, m, normal_probability(score) * (1.0 + MARGIN))
    count = 0
    for k in range(likely):
        z = w.lists[CHOSEN, k]
        u = draw_uniform(w, draws.HIT, cause, w.item[w.row[z, TARGET.item]])
        if normal_quantile(u) < score:
            w.lists[CHOSEN, count] = z
            count += 1
    return count


@inline
def choose_subsets(w, m):
    """Choose the members of the subsets that are struck together, each once."""
    low, high = w.mechanism[m, MECHANISM.target_lo], w.mechanism[m, MECHANISM.target_hi]
    struck = 0
    for s in range(w.mechanism[m, MECHANISM.subset_lo], w.mechanism[m, MECHANISM.subset_hi]):
        u = draw_uniform(w, draws.HIT, w.key[OCCURRENCE], w.item[w.row[s, SUBSET.item]])
        if u < w.parameters[w.row[s, SUBSET.probability]]:
            struck |= w.row[s, SUBSET.mask]
    count = 0
    for z in range(low, high):
        if (struck >> (z - low)) & 1 == 1:
            w.lists[CHOSEN, count] = z
            count += 1
    return count


@inline
def choose_targets(w, m):
    """List in CHOSEN the targets that mechanism m strikes, in their order; how many they are."""
    kind = w.mechanism[m, MECHANISM.kind]
    if kind == SUBSETS:
        return choose_subsets(w, m)
    if kind == FRAGILITY:
        return choose_fragile(w, m)
    p = w.parameters[w.mechanism[m, MECHANISM.probability]]
    together = draw_uniform(w, draws.HIT, w.key[OCCURRENCE], w.item[w.mechanism[m, MECHANISM.item]])
    if kind == COMMON:
        each = w.parameters[w.mechanism[m, MECHANISM.each]]
        return choose_below(w, m, each if together < p else 0.0)
    beta = 0.0
    if w.mechanism[m, MECHANISM.beta_factor] >= 0:
        beta = w.parameters[w.mechanism[m, MECHANISM.beta_factor]]
    return choose_below(w, m, 1.0 if together < p * beta else p * (1.0 - beta))


@step
def hit(w, m):
    """Mechanism m of the threat strikes."""
    cause = w.key[OCCURRENCE]
    for k in range(choose_targets(w, m)):
        z = w.lists[CHOSEN, k]
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
            add_work(w, i, draw_time(w, kind, slot, draws.REPAIR, cause, item, ONE_STEP), ZERO)
        elif w.asset[i, ASSET.has_repair] == 1:
            kind, slot = w.asset[i, ASSET.repair_kind], w.asset[i, ASSET.repair_slot]
            ms = draw_time(
                w, kind, slot, draws.REPAIR, cause, w.asset_word[i, ASSET_WORD.item], ONE_STEP
            )
            add_work(w, i, ms, ZERO)
