"""One run's results as a row of numbers, in the order of `columns` (see `compiled.columns`)."""

from simengine.kernels.accounting import close_account, close_group, close_region, spells
from simengine.kernels.curves import HOUR, curve_numbers, people_out
from simengine.kernels.jit import inline, step
from simengine.kernels.layout import (
    AREA,
    AREA_BITS,
    AREAS,
    ASSET,
    DURATIONS,
    FIRST_INSTANT,
    GROUP,
    GROUPS,
    INSTANTS,
    N_USED_AREAS,
    N_USED_ASSETS,
    ONE,
    ORDERS,
    REGION,
    REGIONS,
    SECTORS,
    SERVICES,
    TOUCHED_AREAS,
    USED_AREAS,
    USED_ASSETS,
    VALUED,
    WORD_BITS,
)
from simengine.kernels.state import ONE_STEP, ZERO

PERSON_HOUR = 1.0 / (HOUR * ONE)


@inline
def close_all(w):
    """Close every account at the horizon; whether an outage was still open."""
    open_end = 0
    for k in range(w.n[N_USED_AREAS]):
        a = w.lists[USED_AREAS, k]
        if w.area[a, AREA.deficit] > 0:
            open_end = 1
        close_account(w, a)
        spells(w, a, ZERO)
        close_group(w, w.area[a, AREA.group])
    for r in range(w.n[REGIONS]):
        if w.region[r, REGION.share] > 0:
            close_region(w, r)
    return open_end


@inline
def used_areas(w):
    """List the areas that the run used, in order, where touched ones stood; how many they are."""
    count = 0
    for word in range((w.n[AREAS] + WORD_BITS - 1) // WORD_BITS):
        bits = w.lists[AREA_BITS, word]
        if bits != 0:
            for bit in range(WORD_BITS):
                if (bits >> bit) & 1 == 1:
                    w.lists[TOUCHED_AREAS, count] = word * WORD_BITS + bit
                    count += 1
    return count


@inline
def add_area(w, a, services, sectors, out):
    """Add what one area lost to the row of results."""
    per_order = 9 * services + 5
    per_sector = per_order + services * ORDERS
    groups = per_sector + services * (sectors + w.n[DURATIONS])
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
    out[groups + w.n[GROUPS] + g] = w.group[g, GROUP.worst] / ONE


@step
def write_outputs(w, out, deadlocked):
    """Fill a row with the results of the run that has just reached its horizon."""
    services, sectors = w.n[SERVICES], w.n[SECTORS]
    open_end = close_all(w)
    for k in range(out.shape[0]):
        out[k] = 0.0
    per_duration = 9 * services + 5 + services * (ORDERS + sectors)
    groups = per_duration + services * w.n[DURATIONS]
    regions = groups + 2 * w.n[GROUPS]
    for k in range(used_areas(w)):  # in their order: sums of floats depend on it
        add_area(w, w.lists[TOUCHED_AREAS, k], services, sectors, out)
    for s in range(services):
        curve_numbers(w, s, out, services + s, services)
        for d in range(w.n[DURATIONS]):
            out[per_duration + s * w.n[DURATIONS] + d] = w.by_duration[s, d] / ONE
    place = 9 * services
    for r in range(w.n[REGIONS]):
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
    tail = regions + w.n[REGIONS]
    out[tail] = struck
    out[tail + 1] = followed
    out[tail + 2] = open_end
    out[tail + 3] = deadlocked
    place = tail + 4
    for s in range(services):
        for k in range(w.n[INSTANTS]):
            out[place] = people_out(w, s, w.place[w.n[FIRST_INSTANT] + k]) / ONE
            place += 1
    value_losses(w, services, out, place)


@inline
def value_losses(w, services, out, place):
    """Losses in customer-hours, MWh and euro, as far as areas tell; service by service, in turn."""
    for kind in range(AREA.value - AREA.customers + 1):
        if (w.n[VALUED] >> kind) & 1 == 1:
            for k in range(w.n[N_USED_AREAS]):
                a = w.lists[TOUCHED_AREAS, k]
                lost = float(w.area[a, AREA.lost]) * PERSON_HOUR
                worth = w.parameters[w.area[a, AREA.customers + kind]]
                out[place + w.area[a, AREA.service]] += worth * lost
            place += services


@inline
def basic_numbers(w, s, out, place):
    """Peak and times to 50, 90 and 100 % of people without at least one basic service."""
    curve_numbers(w, s, w.numbers, ZERO, ONE_STEP)
    for k in range(4):
        out[place + k] = w.numbers[k]
