"""People out over time: peak, times to recover, people at an instant, sums and histograms.

A run keeps the steps of its curves in `track`; the curve of a service is flat between two steps.
"""

import math

import numpy as np

from simengine.kernels.jit import inline, inline_scalars, step
from simengine.kernels.layout import CURVE, HORIZON, ONE, SERVICES, WINDOW_FROM, WINDOW_TO

HOUR = 3_600_000.0
SHARES = (50, 90, 100)
# Bins of people: one for each number below SINGLE, then eight to an octave.
BINS_AN_OCTAVE = 8
SINGLE = 8


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


@step
def people_out(w, s, time):
    """People out of service s at a time [2**-20 persons]: after all that happens at that time."""
    k = w.curve[s, CURVE.steps] - 1
    while k > 0 and w.track[s, k, 0] > time:
        k -= 1
    return w.track[s, k, 1]


@inline_scalars
def people_bin(people):
    """Bin of a number of people, 0 for nobody; see `people_edges`."""
    if people < SINGLE:
        return max(0, int(people))
    mantissa, exponent = math.frexp(float(people))  # 0.5 <= mantissa < 1
    place = (exponent - 4) * BINS_AN_OCTAVE + int((2.0 * mantissa - 1.0) * BINS_AN_OCTAVE)
    return SINGLE + place


@inline
def write_curves(w, curves, step):
    """Add a run to the differences along time of sums [persons] and histograms of people out.

    The curve at k x step is the one just after what happens then. In `curves` (service, time,
    1 + bin) stands the change of the sum first, then the changes of the numbers of runs by bin;
    people beyond the last bin count in it.
    """
    for s in range(w.n[SERVICES]):
        people = 0
        place = 0
        steps = w.curve[s, CURVE.steps]
        for k in range(steps):
            if k > 0:
                place = (w.track[s, k, 0] + step - 1) // step
            if place >= curves.shape[1]:
                break
            before = people
            people = (w.track[s, k, 1] + ONE // 2) >> 20
            curves[s, place, 0] += people - before
            if k > 0:
                curves[s, place, min(1 + people_bin(before), curves.shape[2] - 1)] -= 1
            curves[s, place, min(1 + people_bin(people), curves.shape[2] - 1)] += 1


def people_edges(most: int) -> np.ndarray:
    """Edges of the bins of 0 to `most` people, ``int64 (bin + 1,)``.

    Bin i holds the numbers n with edges[i] <= n < edges[i + 1]; the last edge is most + 1.
    """
    place = np.arange(max(0, people_bin(most) + 1 - SINGLE), dtype=np.int64)
    octave, part = np.divmod(place, BINS_AN_OCTAVE)
    beyond = (SINGLE + part * (SINGLE // BINS_AN_OCTAVE)) << octave
    low = np.concatenate((np.arange(SINGLE), beyond))[: people_bin(most) + 1]
    return np.append(low, most + 1).astype(np.int64)
