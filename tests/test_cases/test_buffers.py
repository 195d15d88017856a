"""Buffers against outages of a random length: cases B1, B2, B3.

Expected numbers are closed forms and quadratures of E[(T - b)+] and P(T > b). An outage lasts T;
a consumer with autonomy b is out for (T - b)+. LN(m, s) is lognormal with median m and sd s of
the logarithm. Horizons are so long that no outage is cut in 1e12 runs, unless a bias is declared.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.comparison import Comparison, mean, misses, share
from tests.engine import Engine, hit, quiet, study, watching

LOGNORMAL = {"dist": "lognormal", "median": "6 h", "sigma": 0.9}


def needs(supplier: str, **buffer: Any) -> dict[str, Any]:
    return {"needs": {"main": {"suppliers": {supplier: 1}, "buffer": buffer}}}


def outages(seed: int, repair: Any, users: dict[str, Any], runs: int) -> dict[Any, Any]:
    """Strike power once, for a time; watch its users. Each study has luck of its own."""
    assets = {"power": {"repair": {"pool": "none", "time": repair}}, **users}
    asked = study(hit("power"), horizon="9000 h", seed=20260401 + seed)
    return Engine(asked, watching(assets, users)).run(runs)


def felt(found: dict[Any, Any], user: str) -> Any:
    """Whether a user had an outage, in each run."""
    return found["interruptions", user] > 0


def b1(sample: int) -> list[Comparison]:
    """T ~ LN(6 h, 0.9) against buffers of 4, 8, 24, 72 h; and 1.5 such failures a year."""
    published = {
        4: (0.6738311, 5.505035, 9.724),
        8: (0.3746181, 3.472502, 8.814),
        24: (0.06174032, 0.86596, 5.631),
        72: (0.002881169, 0.07476867, 2.214),
    }
    found = []
    for b, (p, hours, sd) in published.items():
        got = outages(b, LOGNORMAL, {f"b{b}": needs("power", time=f"{b} h")}, sample)
        found.append(share("B1", f"b={b} h: P(outage felt)", p, felt(got, f"b{b}")))
        lost = got["person_hours", f"b{b}"]
        found.append(mean("B1", f"b={b} h: E[unserved h per failure]", hours, lost, sd))
    return found + a_year(sample)


def a_year(sample: int) -> list[Comparison]:
    """1.5 failures a year of life: exponential lives of 5840 h, which stand still in a repair.

    The theory has failures come whether or not the asset is down, and follows each to its end. By
    renewal the year has fewer by a share E[T] / 5840 h, and loses of the last the part beyond the
    year: a share of at most (b + E[T**2] / 2 E[T]) / 8760 h of what is counted.
    """
    average = 6 * math.exp(0.9**2 / 2)
    residual = 0.5 * 6 * math.exp(1.5 * 0.9**2)
    bias = average / 5840 + (8 + residual) / 8760
    assets = {
        "power": {
            "life": {"dist": "exponential", "mean": "5840 h"},
            "repair": {"pool": "none", "time": LOGNORMAL},
        },
        "user": needs("power", time="8 h"),
    }
    asked = study(quiet("power"), own_failures=True, horizon="8760 h", seed=20260401)
    got = Engine(asked, watching(assets, ["user"])).run(sample)
    count, lost = got["interruptions", "user"], got["person_hours", "user"]
    return [
        mean("B1", "b=8 h: E[felt outages/yr]", 0.5619271, count, 0.7496, 0.5619271 * bias),
        mean("B1", "b=8 h: E[unserved h/yr]", 5.208753, lost, 11.60, 5.208753 * 2 * bias),
        share("B1", "b=8 h: P(no felt outage in 1 yr)", 0.5701093, count == 0, 0.57 * 0.562 * bias),
    ]


def b2(sample: int) -> list[Comparison]:
    """Exponential and Weibull outages against 12 h; a chain of buffers, which add up."""
    found = []
    user = {"user": needs("power", time="12 h")}
    for words, law, p, hours in (
        ("exp mean 10 h", {"dist": "exponential", "mean": "10 h"}, 0.3011942, 3.011942),
        (
            "Weibull k=1.5 scale 10 h",
            {"dist": "weibull", "shape": 1.5, "scale": "10 h"},
            0.2685994,
            1.396741,
        ),
    ):
        got = outages(100 + len(found), law, user, sample)
        found.append(share("B2", f"{words}, b=12: P(T>b)", p, felt(got, "user")))
        found.append(mean("B2", f"{words}, b=12: E[(T-b)+]", hours, got["person_hours", "user"]))
    chain = {"telecom": needs("power", time="4 h"), "water": needs("telecom", time="6 h")}
    got = outages(110, LOGNORMAL, chain, sample)
    for name, p, hours in (("telecom", 0.6738311, 5.505035), ("water", 0.2851587, 2.817687)):
        found.append(share("B2", f"chain 4 h, 6 h: P({name} out)", p, felt(got, name)))
        lost = got["person_hours", name]
        found.append(mean("B2", f"chain 4 h, 6 h: E[{name} out h]", hours, lost))
    return found


def b3(sample: int) -> list[Comparison]:
    """Random autonomy: both exponential, both lognormal; a diesel that fails to start."""
    found = []
    autonomy = {"dist": "lognormal", "median": "8 h", "sigma": 0.4}
    diesel = needs("power", time="8 h", fails_on_demand=0.05)
    short = {"dist": "exponential", "mean": "5 h"}
    for words, repair, user, p, hours in (
        (
            "T~exp(8 h), B~exp(5 h)",
            {"dist": "exponential", "mean": "8 h"},
            needs("power", time=short),
            0.6153846,
            4.923077,
        ),
        (
            "T~LN(6 h,.9), B~LN(8 h,.4)",
            LOGNORMAL,
            needs("power", time=autonomy),
            0.3851063,
            3.501516,
        ),
        ("diesel 8 h, start failure .05", LOGNORMAL, diesel, 0.4058872, 3.748668),
    ):
        got = outages(120 + len(found), repair, {"user": user}, sample)
        # Autonomies below a minute become one: this share of exponential ones does, 5 h on average.
        bias = -math.expm1(-1 / 300) / 60
        found.append(share("B3", f"{words}: P(T>B)", p, felt(got, "user"), bias))
        lost = got["person_hours", "user"]
        found.append(mean("B3", f"{words}: E[(T-B)+]", hours, lost, bias=bias))
    return found


CASES = (b1, b2, b3)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
