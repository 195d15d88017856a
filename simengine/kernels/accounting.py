"""Who is without what, for how long, and because of whom.

All sums over time are integers (shares in 2**-20, times in ms), so they do not depend on the order
in which they are made. People out of a service in an area are nested: the share that is out at a
deeper loss includes those out at a shallower one.
"""

import math

from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import (
    AREA,
    ASSET,
    BASIC_RULE,
    CURVE,
    DURATIONS,
    FIRST_DURATION,
    GROUP,
    LOG_AREA,
    N_AREAS,
    ONE,
    ORDERS,
    RATES_DUE,
    REGION,
    REGIONS,
    SECTORS,
    SERVICES,
    STACK,
    SUPPLIER,
    TIME,
    TOUCHED_AREAS,
    TRACK_ROOM,
    WINDOW_FROM,
    WINDOW_TO,
)
from simengine.kernels.levels import cut, supply
from simengine.kernels.state import NIL, NO_CAUSE, ceil_div, fail, profile_value, record
from simengine.kernels.status import STACK_FULL, TRACK_FULL


@part
def overlap(w, since):
    """Part of [since, now] inside the observation window [ms]."""
    return max(0, min(w.n[TIME], w.n[WINDOW_TO]) - max(since, w.n[WINDOW_FROM]))


@step
def close_account(w, a):
    """Add what area a lost since its last change to its integrals."""
    dt = overlap(w, w.area[a, AREA.since])
    if dt > 0 and w.area[a, AREA.deficit] > 0:
        w.area[a, AREA.lost] += w.area[a, AREA.deficit] * dt
        for k in range(w.area[a, AREA.parts]):
            w.lost[a, w.part[a, k, 0]] += w.part[a, k, 2] * dt
            w.lost[a, ORDERS + w.part[a, k, 1]] += w.part[a, k, 2] * dt
    w.area[a, AREA.since] = w.n[TIME]


@part
def shortfall(w, i):
    """How far an asset is below what it gave before t = 0."""
    return max(0, w.asset[i, ASSET.base] - w.asset[i, ASSET.y])


@step
def split(w, a):
    """Share area a's deficit among its unmet suppliers as weight x shortfall."""
    deficit = w.area[a, AREA.deficit]
    last_sector = w.n[SECTORS] - 1
    w.area[a, AREA.parts] = 0
    if deficit == 0:
        return
    total = 0
    for s in range(w.area[a, AREA.supplier_lo], w.area[a, AREA.supplier_hi]):
        i = w.row[s, SUPPLIER.asset]
        if w.asset[i, ASSET.order] >= 0:
            total += w.row[s, SUPPLIER.weight] * shortfall(w, i)
    if total == 0:
        w.part[a, 0, 0] = 0
        w.part[a, 0, 1] = last_sector
        w.part[a, 0, 2] = deficit
        w.area[a, AREA.parts] = 1
        return
    k = 0
    done = 0
    given = 0
    for s in range(w.area[a, AREA.supplier_lo], w.area[a, AREA.supplier_hi]):
        i = w.row[s, SUPPLIER.asset]
        short = shortfall(w, i)
        if w.asset[i, ASSET.order] < 0 or short == 0:
            continue
        done += w.row[s, SUPPLIER.weight] * short
        upto = int(deficit * (done / total))
        origin = w.asset[i, ASSET.origin]
        w.part[a, k, 0] = min(w.asset[i, ASSET.order], ORDERS - 1)
        w.part[a, k, 1] = last_sector if origin < 0 else w.asset[origin, ASSET.sector]
        w.part[a, k, 2] = upto - given
        given = upto
        k += 1
    w.area[a, AREA.parts] = k


@inline
def close_spell(w, a, share, since):
    """People whose outage ends now, by how long it lasted."""
    lasted = overlap(w, since)
    people = w.area[a, AREA.population] * share
    for k in range(w.n[DURATIONS]):
        if lasted < w.place[w.n[FIRST_DURATION] + k]:
            break  # edges rise
        w.by_duration[w.area[a, AREA.service], k] += people


@step
def spells(w, a, deficit):
    """A fall pushes the share that goes out now, a rise pops and closes those that return."""
    size = w.area[a, AREA.stack]
    depth = w.stack[a, size - 1, 0] if size > 0 else 0
    if deficit > depth:
        if size >= STACK:
            fail(w, STACK_FULL)
            return
        w.stack[a, size, 0] = deficit
        w.stack[a, size, 1] = w.n[TIME]
        size += 1
        if w.n[WINDOW_FROM] <= w.n[TIME] < w.n[WINDOW_TO]:
            w.area[a, AREA.interrupted] += deficit - depth
            w.area[a, AREA.interruptions] += int(depth == 0)
    while size > 0 and w.stack[a, size - 1, 0] > deficit:
        size -= 1
        top, since = w.stack[a, size, 0], w.stack[a, size, 1]
        next_depth = w.stack[a, size - 1, 0] if size > 0 else 0
        below = max(next_depth, deficit)
        close_spell(w, a, top - below, since)
        if below > next_depth:
            w.stack[a, size, 0] = below
            w.stack[a, size, 1] = since
            size += 1
            break
    w.area[a, AREA.stack] = size


@inline
def note(w, s, people):
    """A step of a curve of people without service [2**-20 persons]."""
    k = w.curve[s, CURVE.steps] - 1
    if w.track[s, k, 1] != people:
        if w.track[s, k, 0] == w.n[TIME]:
            w.track[s, k, 1] = people
        elif k + 1 >= w.n[TRACK_ROOM]:
            fail(w, TRACK_FULL)
        else:
            w.track[s, k + 1, 0] = w.n[TIME]
            w.track[s, k + 1, 1] = people
            w.curve[s, CURVE.steps] = k + 2


@part
def close_group(w, g):
    """The peak of a service in a region, over the states that lasted within the window."""
    if overlap(w, w.group[g, GROUP.since]) > 0:
        w.group[g, GROUP.worst] = max(w.group[g, GROUP.worst], w.group[g, GROUP.people])
    w.group[g, GROUP.since] = w.n[TIME]


@part
def close_region(w, r):
    """Time without at least one basic service in a region."""
    w.region[r, REGION.lost] += w.region[r, REGION.share] * overlap(w, w.region[r, REGION.since])
    w.region[r, REGION.since] = w.n[TIME]


@inline
def basic_share(w, r):
    """Share of a region's people without at least one basic service.

    The largest share over its services (comonotone), or as if services failed independently.
    """
    worst = 0
    served = 1.0
    for b in range(w.region[r, REGION.basic_lo], w.region[r, REGION.basic_hi]):
        g = w.place[b]
        if w.group[g, GROUP.population] > 0:
            share = min(ONE, ceil_div(w.group[g, GROUP.people], w.group[g, GROUP.population]))
            worst = max(worst, share)
            served = served * ((ONE - share) / ONE)
    if w.n[BASIC_RULE] == 1:
        return math.ceil((1.0 - served) * ONE)
    return worst


@inline
def account_area(w, a):
    """Close what an area lost since its last change, and open the new state."""
    base = w.area[a, AREA.base]
    out = max(0, base - w.area[a, AREA.y])
    close_account(w, a)
    deficit = ceil_div(out * profile_value(w, w.area[a, AREA.profile]), ONE)
    change = w.area[a, AREA.population] * (deficit - w.area[a, AREA.deficit])
    w.area[a, AREA.deficit] = deficit
    split(w, a)
    spells(w, a, out)
    if change != 0:
        g = w.area[a, AREA.group]
        close_group(w, g)
        w.group[g, GROUP.people] += change
        w.curve[w.area[a, AREA.service], CURVE.people] += change
        w.region[w.area[a, AREA.region], REGION.changed] = 1
        record(w, LOG_AREA, a, deficit, NIL, NO_CAUSE, NIL, NIL)
        return True
    return False


@inline
def account_regions(w):
    """People without at least one basic service, where something changed."""
    last = w.n[SERVICES]
    for r in range(w.n[REGIONS]):
        if w.region[r, REGION.changed] == 1:
            w.region[r, REGION.changed] = 0
            share = basic_share(w, r)
            close_region(w, r)
            w.curve[last, CURVE.people] += w.region[r, REGION.population] * (
                share - w.region[r, REGION.share]
            )
            w.region[r, REGION.share] = share


@part
def account(w):
    """Accounts of the areas that this instant touched, and the national curves."""
    moved = False
    for k in range(w.n[N_AREAS]):
        if account_area(w, w.lists[TOUCHED_AREAS, k]):
            moved = True
    if moved:
        account_regions(w)
        for s in range(w.n[SERVICES] + 1):
            note(w, s, w.curve[s, CURVE.people])


@part
def set_area_levels(w):
    """Levels of the areas that this instant touched."""
    for k in range(w.n[N_AREAS]):
        a = w.lists[TOUCHED_AREAS, k]
        y = cut(supply(w, w.area[a, AREA.need]))
        if y != w.area[a, AREA.y]:
            w.area[a, AREA.y] = y
            if w.area[a, AREA.is_factor] == 1:
                w.n[RATES_DUE] = 1
