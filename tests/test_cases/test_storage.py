"""Buffers that remember: cases B5 (a battery between outages) and N4 (a tank through the day)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.comparison import Comparison, mean, misses, ratio, share
from tests.engine import Engine, hit, quiet, study, watching


def exponential(hours: float) -> dict[str, Any]:
    return {"dist": "exponential", "mean": f"{hours} h"}


def b5(sample: int) -> list[Comparison]:
    """Grid up Exp(100 h), down Exp(6 h); a battery of 8 h that recharges .25 h an hour.

    A Markov fluid queue with two states and a finite buffer; refilled at once it would give
    .01492059. The content has forgotten its start after 2000 h. By the balance of the content,
    P(full) = P(grid up) - 4 (P(grid down) - P(unserved)).
    """
    begin, end = 2000, 12_000
    assets = {
        "grid": {
            "life": exponential(100),
            "repair": {"pool": "none", "time": exponential(6)},
        },
        "load": {
            "needs": {
                "grid": {"suppliers": {"grid": 1}, "buffer": {"time": "8 h", "refill": "32 h"}}
            }
        },
    }
    window = {"from": f"{begin} h", "to": f"{end} h"}
    asked = study(
        quiet("grid"), own_failures=True, horizon=f"{end} h", window=window, seed=20260461
    )
    got = Engine(asked, watching(assets, ["grid", "load"])).run(sample // 10)
    unserved = got["person_hours", "load"] / (end - begin)
    down = got["person_hours", "grid"] / (end - begin)
    felt, outages = got["interruptions", "load"], got["interruptions", "grid"]
    return [
        mean("B5", "P(load unserved)", 0.01710649, unserved),
        mean("B5", "unserved hours in 8760 h", 149.8529, unserved * 8760),
        ratio("B5", "P(an outage empties the battery)", 0.3022147, felt, outages),
        mean("B5", "P(battery full), by balance", 0.7854071, 1 - down - 4 * (down - unserved)),
    ]


PATTERN = (1.0, 1.2, 1.4, 1.6, 1.4, 1.2, 1.0, 0.8, 0.6, 0.4, 0.6, 0.8)  # of demand, by 2 h
DEMAND, USABLE = 249.837177744, 1134.3511646313016  # m3/h and m3 of tank 2 above its least level


def n4(sample: int) -> list[Comparison]:
    """EPANET example network Net1: pump 9 without power from midnight, tank 2 alone feeds it all.

    EPANET 2.2 empties the tank at 4.10 h, the mass balance at 4.100258 h; then an outage of
    Exp(6 h) is felt with e**-(4.1/6), and loses the demand after that. One MWh here is one m3.
    """
    day = {"period": "day", "steps": {f"{2 * k} h": x for k, x in enumerate(PATTERN)}}
    buffer = {"time": f"{USABLE / DEMAND} h", "drain": "pattern"}
    assets = {
        "pump": {"repair": {"pool": "none", "time": exponential(6)}},
        "town": {"needs": {"pump": {"suppliers": {"pump": 1}, "buffer": buffer}}},
    }
    made = watching(assets, ["town"], profiles={"pattern": day})
    made["areas"]["town"] |= {"demand": f"{DEMAND} MW", "profile": "pattern"}
    midnight = {"start": {"hour_of_week": 0}, "seed": 20260462}
    lasting = Engine(study(hit("pump", repair="99 h"), **midnight), made).run(1)
    got = Engine(study(hit("pump"), horizon="300 h", **midnight), made).run(sample)
    empty = lasting["first_outage", "town"][0]
    # Times are whole milliseconds; the published time has seven digits.
    return [
        Comparison("N4", "tank 2 empty at (h)", 4.100258, empty, 1, 0, bias=1e-6),
        share("N4", "outage Exp(6 h): P(felt)", 0.5049093, got["interruptions", "town"] > 0),
        mean("N4", "outage Exp(6 h): E[unserved m3]", 957.5878, got["energy_unserved", "town"]),
    ]


CASES = (b5, n4)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
