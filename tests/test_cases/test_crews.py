"""Limited crews against queueing theory: case C1.

Winston's patrol cars (Operations Research, "Gotham Township"): five cars, each up 30 days on
average, two crews, 3 days a repair on average: the machine-repair model M/M/2//5, whose steady
probabilities are the expected numbers. Spread from the chain itself (`tests.markov`).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.comparison import Comparison, mean, misses, ratio
from tests.engine import Engine, quiet, study, watching
from tests.markov import birth_death, time_in

CARS = "vwxyz"
PUBLISHED = (0.6185918, 0.3092959, 0.06185918, 0.009278877, 0.0009278877, 4.639438e-05)
BEGIN, END = 60, 360  # days; what is left of the start at day 60 is below 1e-8


def patrol(days: int, runs: int) -> dict[str, np.ndarray]:
    """Days that at least k cars were down, car-days down, and failures, in each run."""
    car = {
        "life": {"dist": "exponential", "mean": "30 day"},
        "repair": {"pool": "crews", "time": {"dist": "exponential", "mean": "3 day"}},
    }
    assets = {name: {**car, "service": "cars"} for name in CARS}
    for k in range(1, 6):
        need = {"suppliers": dict.fromkeys(CARS, 1), "rule": "step", "threshold": 6 - k}
        assets[f"down_{k}"] = {"needs": {"cars": need}}
    made = watching(assets, [f"down_{k}" for k in range(1, 6)], pools={"crews": {"crews": 2}})
    made["services"]["cars"] = {"sector": "cars", "basic": False}
    for name in CARS:
        made["areas"][name] = {
            "service": "cars", "region": "here", "population": "1 person", "suppliers": {name: 1},
        }  # fmt: skip
    asked = study(quiet("v"), own_failures=True, horizon=f"{days} day", seed=20260401)
    got = Engine(asked, made).run(runs)
    found = {f"down_{k}": got["person_hours", f"down_{k}"] / 24 for k in range(1, 6)}
    return {
        **found,
        "car_days": got["person_hours", "cars"] / 24,
        "failures": got["interruptions", "cars"],
    }


def c1(sample: int) -> list[Comparison]:
    """Shares of time with k cars down, cars down, down time of a car, idle crews."""
    runs = min(sample, 30_000)
    late, early = patrol(END, runs), patrol(BEGIN, runs)
    got = {name: late[name] - early[name] for name in late}
    length = END - BEGIN
    at_least = [np.full(runs, float(length)), *(got[f"down_{k}"] for k in range(1, 6)), 0.0]
    q = birth_death([k / 30 for k in (5, 4, 3, 2, 1)], [1 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3])
    found = []
    for k, expected in enumerate(PUBLISHED):
        days = (at_least[k] - at_least[k + 1]) / length
        sd = time_in(q, [k], BEGIN, END)[1] / length
        found.append(mean("C1", f"P({k} cars down)", expected, days, sd))
    down = got["car_days"] / length
    found.append(mean("C1", "E[cars down]", 0.4647944, down))
    found.append(mean("C1", "E[cars in good condition]", 4.535206, 5 - down))
    wait = ratio("C1", "mean down time of a car (day)", 3.074575, got["car_days"], got["failures"])
    found.append(wait)
    busy = (got["down_1"] + got["down_2"]) / length
    found.append(mean("C1", "P(a given worker idle)", 0.7732397, 1 - busy / 2))
    return found


CASES = (c1,)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
