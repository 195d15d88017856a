"""Availability of repairable systems against Markov chains: cases A1, A2, A3.

Expected numbers are theirs (any reliability text; continuous-time Markov chains). Standard
deviations of one run, and what starting whole and ending at a horizon changes (the declared
bias), come from the chains of `tests.markov`. Durations round up to milliseconds: below 1e-9 here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.comparison import Comparison, mean, misses, ratio, share
from tests.engine import Engine, Key, quiet, study, watching
from tests.markov import at, birth_death, jumps, time_in, until

YEAR = 8760
LONG, FIRST = 40_000, 10_000  # runs of long horizons: 8e7 h, and until a first outage


def exponential(hours: float) -> dict[str, Any]:
    return {"dist": "exponential", "mean": f"{hours} h"}


def system(
    up: float, down: float | None, names: str, enough: int, crews: int = 0, **more: Any
) -> Engine:
    """Make assets alike, of which `enough` must be up; watched as `system`."""
    pool = "crew" if crews else "none"
    pools = {"crew": {"crews": crews}} if crews else {}
    repair = {"repair": {"pool": pool, "time": exponential(down)}} if down else {}
    assets = {name: {"life": exponential(up), **repair} for name in names}
    need = {"suppliers": dict.fromkeys(names, 1), "rule": "step", "threshold": enough}
    made = watching({**assets, "system": {"needs": {"parts": need}}}, ["system"], pools=pools)
    more = {"seed": 20260401, **more}
    return Engine(study(quiet(names[0]), own_failures=True, **more), made)


def long_run(runs: int, begin: int, end: int, *arguments: Any, **more: Any) -> list[Any]:
    """Hours out and number of outages in [begin, end] of each run.

    The longer run has the shorter as its beginning, so the difference is what came between.
    """
    late = system(*arguments, horizon=f"{end} h", **more).run(runs)
    early = system(*arguments, horizon=f"{begin} h", **more).run(runs)
    keys: list[Key] = [("person_hours", "system"), ("interruptions", "system")]
    return [late[key] - early[key] for key in keys]


def a1(sample: int) -> list[Comparison]:
    """One asset, up 1000 h and down 10 h on average, a year from new."""
    q = birth_death([1 / 1000], [1 / 10])
    found = []
    made = watching(
        {"asset": {"life": exponential(1000), "repair": {"pool": "none", "time": exponential(10)}}},
        ["asset"],
    )
    asked = {"own_failures": True, "outputs": {"curves": {"step": "5 h"}}}
    short = Engine(study(quiet("asset"), horizon="51 h", seed=12, **asked), made)
    out = short.curve(sample)["asset"]
    for hours, expected in ((5, 0.9960743), (10, 0.9937051), (50, 0.9901625)):
        sd = math.sqrt(expected * (1 - expected))
        got = 1 - out[hours // 5]
        found.append(Comparison("A1", f"A(t={hours} h)", expected, got, sample, sd, share=True))
    year = Engine(study(quiet("asset"), horizon=f"{YEAR} h", own_failures=True), made).run(sample)
    down, failures = year["person_hours", "asset"], year["interruptions", "asset"]
    found.append(mean("A1", "E[downtime in 8760 h] (h)", 86.63464, down, 41.19029))
    spread = np.square(down - down.mean())
    sd = float(np.std(spread) / (2 * 41.19029))  # delta method: sd of a root of a mean of squares
    found.append(
        Comparison("A1", "sd[downtime in 8760 h] (h)", 41.19029, down.std(ddof=1), sample, sd)
    )
    found.append(share("A1", "P(no failure in 8760 h)", 0.0001568846, failures == 0))
    sd = jumps(q, 0, 1, 0, YEAR)[1]
    found.append(mean("A1", "E[number of failures in 8760 h]", 8.673365, failures, sd))
    # Steady availability from the same year, without the first 200 h: e**-20 of the start is left.
    window = {"from": "200 h", "to": f"{YEAR} h"}
    asked = {"own_failures": True, "window": window, "seed": 13}
    late = Engine(study(quiet("asset"), horizon=f"{YEAR} h", **asked), made)
    steady = 1 - late.run(sample)["person_hours", "asset"] / (YEAR - 200)
    sd = time_in(q, [1], 200, YEAR)[1] / (YEAR - 200)
    found.append(mean("A1", "steady availability", 0.990099, steady, sd, bias=5e-7))
    return found


def a2(sample: int) -> list[Comparison]:
    """Two of three, up 500 h and down 20 h on average, a crew each; then without repair."""
    q = birth_death([3 / 500, 2 / 500, 1 / 500], [1 / 20, 2 / 20, 3 / 20])
    three = (500, 20, "abc", 2)
    begin, end = 500, 2500
    length = end - begin
    out, outages = long_run(min(sample, LONG), begin, end, *three)
    found = []
    expected, sd = 0.004324078, time_in(q, [2, 3], begin, end)[1] / length
    found.append(mean("A2", "2oo3 steady unavailability", expected, out / length, sd))
    expected, sd = 0.0004267183, jumps(q, 1, 2, begin, end)[1] / length
    found.append(mean("A2", "2oo3 failure frequency (1/h)", expected, outages / length, sd))
    found.append(ratio("A2", "2oo3 mean up time (h)", 2333.333, length - out, outages))
    found.append(ratio("A2", "2oo3 mean down time (h)", 10.13333, out, outages))
    curves = {"curves": {"step": "10 h"}}
    low = system(*three, horizon="41 h", seed=22, outputs=curves).curve(sample)["system"]
    for hours, expected in ((10, 0.00072206), (40, 0.003322036)):
        sd = math.sqrt(expected * (1 - expected))
        found.append(
            Comparison(
                "A2", f"2oo3 unavailability at t={hours} h", expected, low[hours // 10], sample,
                sd, share=True,
            )
        )  # fmt: skip
    runs = min(sample, FIRST)
    horizon = 25_000
    first = system(*three, horizon=f"{horizon} h", seed=23).run(runs)["first_outage", "system"]
    cut, sd = until(q, 2, horizon)
    found.append(mean("A2", "2oo3 MTTFF with repair (h)", 2500, first, sd, bias=2500 - cut))
    unrepaired = system(500, None, "abc", 2, horizon=f"{horizon} h", seed=24)
    first = unrepaired.run(sample)["first_outage", "system"]
    found.append(mean("A2", "2oo3 MTTF no repair (h)", 416.6667, first, 300.5))
    found.append(share("A2", "R(200 h) no repair", 0.7455985, first > 200))
    return found


def a3(sample: int) -> list[Comparison]:
    """One of two, up 200 h and down 10 h on average: a crew each, or one crew for both."""
    begin, end = 300, 1800
    length = end - begin
    found = []
    for words, expected, rates, more in (
        ("own crews", 0.002267574, [1 / 10, 2 / 10], {"seed": 31}),
        ("one crew", 0.004524887, [1 / 10, 1 / 10], {"seed": 32, "crews": 1}),
    ):
        q = birth_death([2 / 200, 1 / 200], rates)
        out, _ = long_run(min(sample, LONG), begin, end, 200, 10, "ab", 1, **more)
        sd = time_in(q, [2], begin, end)[1] / length
        found.append(mean("A3", f"steady U, {words}", expected, out / length, sd))
        runs, horizon = min(sample, FIRST), 23_000
        first = system(200, 10, "ab", 1, horizon=f"{horizon} h", **more).run(runs)
        cut, sd = until(q, 2, horizon)
        found.append(
            mean("A3", f"MTTFF, {words} (h)", 2300, first["first_outage", "system"], sd,
                 bias=2300 - cut)
        )  # fmt: skip
    return found


CASES = (a1, a2, a3)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))


def test_the_chains_give_the_numbers_of_the_cases():
    """The second route: expected numbers of the cases from the chains that give their spread."""
    one = birth_death([1 / 1000], [1 / 10])
    assert time_in(one, [1], 0, YEAR) == pytest.approx((86.63464, 41.19029), rel=1e-6)
    assert jumps(one, 0, 1, 0, YEAR)[0] == pytest.approx(8.673365, rel=1e-6)
    assert at(one, 10)[0] == pytest.approx(0.9937051, rel=1e-7)
    three = birth_death([3 / 500, 2 / 500, 1 / 500], [1 / 20, 2 / 20, 3 / 20])
    assert at(three, 40)[2:].sum() == pytest.approx(0.003322036, rel=1e-6)
    assert until(three, 2, 1e6)[0] == pytest.approx(2500)
