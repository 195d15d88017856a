"""Lives that are not constant rates, and rates that depend on the other: cases A6, A8."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.comparison import Comparison, mean, misses, ratio, share
from tests.engine import Engine, quiet, study, watching


def a6(sample: int) -> list[Comparison]:
    """A pair that shares its load: 1/1000 h each while both are up, 1/400 h for the survivor.

    MTTF = 500 + 400 h; R(t) by the Markov chain (any reliability text). The clock of a life runs
    2.5 times as fast while the other is down. The horizon of 12,000 h cuts below 1e-6 of the mean.
    """
    found = []
    for words, factor, seed in (("load shared", 2.5, 20260441), ("no load shared", 1, 20260442)):
        assets: dict[str, Any] = {
            name: {
                "life": {"dist": "exponential", "mean": "1000 h"},
                "clocks": {"life": [{"of": other, "at_zero": factor}]},
            }
            for name, other in ("ab", "ba")
        }
        need = {"suppliers": {"a": 1, "b": 1}, "rule": "step", "threshold": "any"}
        made = watching({**assets, "pair": {"needs": {"parts": need}}}, ["pair"])
        asked = study(quiet("a"), own_failures=True, horizon="12000 h", seed=seed)
        first = Engine(asked, made).run(sample)["first_outage", "pair"]
        cut = 2500 * math.exp(-12)
        if factor > 1:
            found.append(mean("A6", "load shared: MTTF (h)", 900, first, 640.3124, bias=cut))
        expected = 0.693378 if factor > 1 else 0.8451819
        found.append(share("A6", f"{words}: R(500 h)", expected, first > 500))
    return found


def a8(sample: int) -> list[Comparison]:
    """Life Weibull(2, 1000 h), repair LN(30 h, 1): long-run averages by the renewal theorem.

    MTTF = 1000 Gamma(1.5) h, MTTR = 30 e**.5 h; three of four alike, each with a crew of its own.
    The first 20,000 h, some twenty lives, are left out: the start is then forgotten.
    """
    runs, begin, end = sample // 5, 20_000, 40_000
    asset = {
        "life": {"dist": "weibull", "shape": 2, "scale": "1000 h"},
        "repair": {"pool": "none", "time": {"dist": "lognormal", "median": "30 h", "sigma": 1}},
    }
    need = {"suppliers": dict.fromkeys("abcd", 1), "rule": "step", "threshold": 3}
    assets = {**dict.fromkeys("abcd", asset), "system": {"needs": {"parts": need}}}
    window = {"from": f"{begin} h", "to": f"{end} h"}
    asked = study(quiet("a"), own_failures=True, horizon=f"{end} h", window=window, seed=20260443)
    got = Engine(asked, watching(assets, ["a", "system"])).run(runs)
    down, failures = got["person_hours", "a"], got["interruptions", "a"]
    length = end - begin
    system = got["person_hours", "system"] / length
    return [
        ratio("A8", "MTTF (h)", 886.2269, length - down, failures),
        ratio("A8", "MTTR (h)", 49.46164, down, failures),
        mean("A8", "steady availability", 0.9471388, 1 - down / length),
        mean("A8", "3-of-4: steady unavailability", 0.01560759, system),
    ]


CASES = (a6, a8)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
