"""One run's results as a row of numbers, in the order of `columns` (see `compiled.columns`)."""

from simengine.kernels.accounting import close_account, close_group, close_region, spells
from simengine.kernels.jit import inline, step
from simengine.kernels.layout import (
    AREA,
    AREAS,
    ASSET,
    CURVE,
    DURATIONS,
    GROUP,
    HORIZON,
    N_USED_AREAS,
    N_USED_ASSETS,
    ONE,
    ORDERS,
    REGION,
    USED_AREAS,
    USED_ASSETS,
    WINDOW_FROM,
    WINDOW_TO,
)

HOUR = 3_600_000.0
PERSON_HOUR = 1.0 / (HOUR * ONE)
SHARES = (50, 90, 100)


@inline
def close_all(w):
    """Close every account at the horizon; whether an outage was still open."""
    open_end = 0
    for k in range(w.n[N_USED_AREAS]):
        a = w.lists[USED_AREAS, k]
        if w.area[a, AREA.deficit] > 0:
            open_end = 1
        close_account(w, a)
        spells(w, a, 0)
        close_group(w, w.area[a, AREA.group])
    for r in range(w.region.shape[0]):
        if w.region[r, REGION.share] > 0:
            close_region(w, r)
    return open_end


@step
def curve_numbers(w, s, out, place, stride):
    """Peak, hours to 50 / 90 / 100 % restored, first outage, hours below full service.

    Written at out[place + k stride], k = 0 .. 5: persons, then hours from t = 0. "Time to q %" is
    the first time from which people out stay at or below (1 - q) of the peak: 0 if there is no
    outage, the horizon if never. The first outage is the horizon if there is none.
    """
    low, high = w.n[WINDOW_FROM], w.n[WINDOW_TO]
    last = w.curve[s, CURVE.steps] - 1
    peak = 0
    below = 0
    first = w.n[HORIZON]
    for k in range(last + 1):
        begin = max(low, w.track[s, k, 0])
        end = min(high, w.track[s, k + 1, 0] if k < last else w.n[HORIZON])
        people = w.track[s, k, 1]
        if begin < end and people > 0:
            peak = max(peak, people)
            below += end - begin
            first = min(first, begin)
    out[place] = peak / ONE
    for q in range(3):
        until = 0
        k = last
        while k >= 0:
            begin = max(low, w.track[s, k, 0])
            end = min(high, w.track[s, k + 1, 0] if k < last else w.n[HORIZON])
            people = w.track[s, k, 1]
            if begin < end and people > 0 and people * 100 > (100 - SHARES[q]) * peak:
                until = w.n[HORIZON] if end >= high else end
                break
            k -= 1
        out[place + (1 + q) * stride] = until / HOUR
    out[place + 4 * stride] = first / HOUR
    out[place + 5 * stride] = below / HOUR


@inline
def write_curves(w, curves, step):
    """Add the steps of people out [persons] to difference curves: times k x step."""
    for s in range(w.curve.shape[0]):
        before = 0
        for k in range(1, w.curve[s, CURVE.steps]):
            people = (w.track[s, k, 1] + ONE // 2) >> 20
            place = (w.track[s, k, 0] + step - 1) // step
            if place < curves.shape[1]:
                curves[s, place] += people - before
            before = people
        people = (w.track[s, 0, 1] + ONE // 2) >> 20
        if people != 0:
            curves[s, 0] += people
            if w.curve[s, CURVE.steps] > 1:
                place = (w.track[s, 1, 0] + step - 1) // step
                if place < curves.shape[1]:
                    curves[s, place] -= people


@step
def write_outputs(w, out, deadlocked):
    """Fill a row with the results of the run that has just reached its horizon."""
    services = w.curve.shape[0] - 1
    sectors = w.lost.shape[1] - ORDERS
    open_end = close_all(w)
    for k in range(out.shape[0]):
        out[k] = 0.0
    per_order = 9 * services + 5
    per_sector = per_order + services * ORDERS
    per_duration = per_sector + services * sectors
    groups = per_duration + services * w.n[DURATIONS]
    regions = groups + 2 * w.group.shape[0]
    for a in range(w.n[AREAS]):  # in this order: sums of floats depend on it
        if w.area[a, AREA.used] == 0:
            continue
        s = w.area[a, AREA.service]
        people = float(w.area[a, AREA.population])
        out[s] += people * float(w.area[a, AREA.lost]) * PERSON_HOUR
        out[7 * services + s] += float(w.area[a, AREA.interruptions])
        out[8 * services + s] += people * float(w.area[a, AREA.interrupted]) / ONE
        for o in range(ORDERS):
            out[per_order + s * ORDERS + o] += people * float(w.lost[a, o]) * PERSON_HOUR
        for o in range(sectors):
            out[per_sector + s * sectors + o] += people * float(w.lost[a, ORDERS + o]) * PERSON_HOUR
        g = w.area[a, AREA.group]
        out[groups + g] += people * float(w.area[a, AREA.lost]) * PERSON_HOUR
        out[groups + w.group.shape[0] + g] = w.group[g, GROUP.worst] / ONE
    for s in range(services):
        curve_numbers(w, s, out, services + s, services)
        for d in range(w.n[DURATIONS]):
            out[per_duration + s * w.n[DURATIONS] + d] = w.by_duration[s, d] / ONE
    place = 9 * services
    for r in range(w.region.shape[0]):
        lost = float(w.region[r, REGION.population]) * float(w.region[r, REGION.lost]) * PERSON_HOUR
        out[regions + r] = lost
        out[place] += lost
    basic_numbers(w, services, out, place + 1)
    struck = 0
    followed = 0
    for k in range(w.n[N_USED_ASSETS]):
        i = w.lists[USED_ASSETS, k]
        struck += w.asset[i, ASSET.struck]
        followed += w.asset[i, ASSET.followed] * (1 - w.asset[i, ASSET.struck])
    tail = regions + w.region.shape[0]
    out[tail] = struck
    out[tail + 1] = followed
    out[tail + 2] = open_end
    out[tail + 3] = deadlocked


@inline
def basic_numbers(w, s, out, place):
    """Peak and times to 50, 90 and 100 % of people without at least one basic service."""
    curve_numbers(w, s, w.numbers, 0, 1)
    for k in range(4):
        out[place + k] = w.numbers[k]
