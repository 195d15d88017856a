"""Limited crews against queueing theory and schedules by hand: cases C1 to C5.

C1, C2, C3 are the machine-repair model M/M/c//n, whose steady probabilities are the expected
numbers: n assets alike, each up and repaired for exponential times, c crews. Spread from the chain
itself (`tests.markov`) or from the runs. C4 and C5 are one hit and a queue.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.comparison import Comparison, mean, misses, ratio
from tests.engine import Engine, hit, network, quiet, study, watching
from tests.hand_cases import queue
from tests.markov import birth_death, time_in

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Fleet:
    """Assets alike, up and repaired for exponential times [h]; a pool of crews."""

    size: int
    crews: int
    up: float
    repair: float

    def chain(self) -> NDArray[np.float64]:
        fail = [(self.size - k) / self.up for k in range(self.size)]
        return birth_death(fail, [min(k + 1, self.crews) / self.repair for k in range(self.size)])

    def watch(self, begin: int, end: int, runs: int, seed: int) -> dict[str, Column]:
        """Hours in [begin, end] with k or more down, how often k came to be down, asset-hours."""
        names = [f"car_{k}" for k in range(self.size)]
        down = [f"down_{k}" for k in range(1, self.size + 1)]
        asset = {
            "service": "cars",
            "life": {"dist": "exponential", "mean": f"{self.up} h"},
            "repair": {
                "pool": "crews",
                "time": {"dist": "exponential", "mean": f"{self.repair} h"},
            },
        }
        assets = dict.fromkeys(names, asset)
        for k in range(1, self.size + 1):
            need = {"suppliers": dict.fromkeys(names, 1), "rule": "step"}
            assets[f"down_{k}"] = {"needs": {"cars": {**need, "threshold": self.size - k + 1}}}
        made = watching(assets, down, pools={"crews": {"crews": self.crews}})
        made["services"]["cars"] = {"sector": "cars", "basic": False}
        for name in names:
            made["areas"][name] = {
                "service": "cars", "region": "here", "population": "1 person",
                "suppliers": {name: 1},
            }  # fmt: skip
        window = {"from": f"{begin} h", "to": f"{end} h"}
        asked = {"own_failures": True, "horizon": f"{end} h", "window": window, "seed": seed}
        got = Engine(study(quiet(names[0]), **asked), made).run(runs)
        found = {f"hours_{k}": got["person_hours", f"down_{k}"] for k in range(1, self.size + 1)}
        found |= {f"times_{k}": got["interruptions", f"down_{k}"] for k in range(1, self.size + 1)}
        return {
            **found,
            "asset_hours": got["person_hours", "cars"],
            "failures": sum(found[f"times_{k}"] for k in range(1, self.size + 1)),
        }


def c1(sample: int) -> list[Comparison]:
    """Winston's patrol cars, M/M/2//5: shares of time with k cars down, down time, idle crews.

    Winston, Operations Research ("Gotham Township"): five cars up 30 days on average, two crews,
    3 days a repair. Published .619 .310 .062 .009 .001 .000, L = .465, W = 3.08; exact here. What
    is left of the start at day 60 is below 1e-8.
    """
    published = (0.6185918, 0.3092959, 0.06185918, 0.009278877, 0.0009278877, 4.639438e-05)
    fleet, runs = Fleet(5, 2, 720, 72), sample // 5
    begin, end = 60 * 24, 360 * 24
    got, length = fleet.watch(begin, end, runs, 20260401), end - begin
    at_least = [np.full(runs, float(length)), *(got[f"hours_{k}"] for k in range(1, 6)), 0.0]
    found = []
    for k, expected in enumerate(published):
        share = (at_least[k] - at_least[k + 1]) / length
        sd = time_in(fleet.chain(), [k], begin, end)[1] / length
        found.append(mean("C1", f"P({k} cars down)", expected, share, sd))
    down = got["asset_hours"] / length
    found.append(mean("C1", "E[cars down]", 0.4647944, down))
    found.append(mean("C1", "E[cars in good condition]", 4.535206, 5 - down))
    days = got["asset_hours"] / 24
    found.append(ratio("C1", "mean down time of a car (day)", 3.074575, days, got["failures"]))
    busy = (got["hours_1"] + got["hours_2"]) / length
    found.append(mean("C1", "P(a given worker idle)", 0.7732397, 1 - busy / 2))
    return found


def c2(sample: int) -> list[Comparison]:
    """Bay City patrol cars, M/M/1//8: eight cars up 20 days on average, one crew, 18 h a repair.

    The exercise is Taylor's (Introduction to Management Science); numbers by theory. What is left
    of the start after 30 days is below 1e-8.
    """
    fleet, begin, end = Fleet(8, 1, 480, 18), 30 * 24, 330 * 24
    got, length = fleet.watch(begin, end, sample // 5, 20260402), end - begin
    sd = time_in(fleet.chain(), [0], begin, end)[1] / length
    down, busy, days = got["asset_hours"] / length, got["hours_1"] / length, got["asset_hours"] / 24
    return [
        mean("C2", "E[cars down]", 0.3761946, down),
        mean("C2", "E[cars waiting for the crew]", 0.09030194, down - busy),
        ratio("C2", "mean time unavailable (day)", 0.9868947, days, got["failures"]),
        mean("C2", "crew utilisation", 0.2858927, busy, sd),
        mean("C2", "P(>=3 of 8 down)", 0.01542456, got["hours_3"] / length),
    ]


def c3(sample: int) -> list[Comparison]:
    """Five printers up 20 h on average, 2 h a repair, one technician or two.

    Heizer and Render, Operations Management (Department of Energy printers): one technician 4.36
    running, efficiency .960, 101.80 dollar an hour (120 for a printer down, 25 a technician); two
    4.54, .998, 105.20, read from a table at service factor .090. Exact at 1/11 here. Who finds all
    technicians busy waits: an asset that is the k-th down, k above their number.
    """
    expected = {
        1: (4.360478, 0.9593052, 0.3533368, 101.742612),
        2: (4.535206, 0.9977452, 0.04521585, 105.775333),
    }
    found = []
    for crews, (running, efficiency, waits, cost) in expected.items():
        begin, end = 60, 560
        got = Fleet(5, crews, 20, 2).watch(begin, end, sample // 5, 20260403 + crews)
        down = got["asset_hours"] / (end - begin)
        busy = sum(got[f"hours_{k}"] for k in range(1, crews + 1)) / (end - begin)
        waited = sum(got[f"times_{k}"] for k in range(crews + 1, 6))
        words = f"M={crews}:"
        found.append(mean("C3", f"{words} printers running J", running, 5 - down))
        found.append(mean("C3", f"{words} efficiency F", efficiency, (5 - down + busy) / 5))
        found.append(ratio("C3", f"{words} P(wait) D", waits, waited, got["failures"]))
        found.append(mean("C3", f"{words} dollar an hour", cost, 120 * down + 25 * crews))
    return found


def c4(sample: int) -> list[Comparison]:
    """Ten assets hit at t = 0, three crews, repairs Exp(12 h): order statistics.

    Eight end with three crews at work, one with two, one with one: the last is back at
    12 (8/3 + 1/2 + 1) h on average. Half are back with the fifth.
    """
    names = [f"asset_{k}" for k in range(10)]
    time = {"dist": "exponential", "mean": "12 h"}
    asset = {"service": "feed", "repair": {"pool": "crews", "time": time}}
    areas = {
        name: {"service": "feed", "population": "1 person", "suppliers": {name: 1}}
        for name in names
    }
    made = network(dict.fromkeys(names, asset), areas, pools={"crews": {"crews": 3}})
    got = Engine(study(hit(*names), horizon="1000 h", seed=20260404), made).run(sample)
    return [
        mean("C4", "E[time last of 10 restored] (h)", 50, got["hours_to_100", "feed"], 17.55),
        mean("C4", "E[total asset-hours out]", 232, got["person_hours", "feed"], 79.67),
        mean("C4", "E[time 5th of 10 restored] (h)", 20, got["hours_to_50", "feed"], 8.944),
    ]


GIVEN, SMITH = "hptab", "pahtb"  # hospital, water pump, telecom, suburbs a and b


def c5(sample: int) -> list[Comparison]:
    """Five jobs of fixed work, one crew or two, in the order given and in Smith's: by hand.

    Hospital 6 h / 9000 customers, water pump 2 / 4000, telecom 4 / 1000, suburb A 3 / 6000, suburb
    B 8 / 2000. Smith's order (least work per customer first) is the best for one crew.
    """
    found = []
    for crews, order, hours, last in (
        (1, GIVEN, 234_000, 23),
        (1, SMITH, 198_000, 23),
        (2, GIVEN, 150_000, 14),
        (2, SMITH, 135_000, 15),
    ):
        asked, made, _ = queue(crews, order, hours, last)
        got = Engine(asked, made).run(1)
        words = f"{crews} crew{'s' * (crews > 1)}, {'given' if order == GIVEN else 'Smith'} order"
        total, makespan = got["person_hours", "feed"], got["hours_to_100", "feed"]
        found.append(Comparison("C5", f"{words}: customer-hours", hours, total[0], 1, 0))
        found.append(Comparison("C5", f"{words}: makespan (h)", last, makespan[0], 1, 0))
    return found


CASES = (c1, c2, c3, c4, c5)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))


def test_no_order_is_better_than_smiths_for_one_crew():
    """All 120 orders: the least customer-hours are Smith's."""
    hours = {
        order: Engine(*queue(1, order, 0, 0)[:2]).run(1)["person_hours", "feed"][0]
        for order in map("".join, itertools.permutations(GIVEN))
    }
    assert min(hours, key=hours.__getitem__) == SMITH
    assert hours[SMITH] == 198_000
