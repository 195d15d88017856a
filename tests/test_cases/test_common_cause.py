"""Failures that share a cause: cases F1, F2, F3.

A group of three fails by subsets: `subsets` gives each specific subset a probability of its own,
which is what the parametric models (beta factor, multiple Greek letters, alpha factor, phi factor)
come down to.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.comparison import Comparison, mean, misses, share
from tests.engine import Engine, quiet, study, watching

Q = 0.1  # total failure probability of one component in F1
GREEK = (0.2, 0.1)  # beta, gamma
ALPHA = (0.7, 0.2, 0.1)
SPREAD = sum(k * a for k, a in enumerate(ALPHA, start=1))

# Model -> probability of each specific subset of 1, 2, 3; expected P(all three trains down).
MODELS: dict[str, tuple[tuple[float, ...], float]] = {
    "beta factor .2": ((0.8 * Q, 0, 0.2 * Q), 0.04308037),
    "multiple Greek letters .2 .1": (
        ((1 - GREEK[0]) * Q, GREEK[0] * (1 - GREEK[1]) * Q / 2, GREEK[0] * GREEK[1] * Q),
        0.01629477,
    ),
    "alpha factor .7 .2 .1": (
        tuple(k * a * Q / (SPREAD * math.comb(2, k - 1)) for k, a in enumerate(ALPHA, start=1)),
        0.05298141,
    ),
    "phi factor .7 .2 .1": (tuple(phi * Q for phi in ALPHA), 0.04103932),
    "independent": ((Q, 0, 0), 0.006859),
}


def f1(sample: int) -> list[Comparison]:
    """Three trains of a valve and a pump, two groups of three, Q = .1: P(all trains down).

    Published to four digits in the tests of the SCRAM fault-tree tool: .04308, .01630, .05298,
    .04104; more digits by enumeration of the 2**14 states. Alpha factors by the non-staggered
    formula k alpha_k / (C(2, k-1) alpha_t); phi_k Q is the probability of one specific subset.
    """
    groups = {kind: [f"{kind}_{k}" for k in range(3)] for kind in ("valve", "pump")}
    parts: dict[str, Any] = {name: {} for group in groups.values() for name in group}
    for k in range(3):
        need = {"suppliers": {f"valve_{k}": 1, f"pump_{k}": 1}, "rule": "step"}
        parts[f"train_{k}"] = {"needs": {"parts": need}}
    trains = {"suppliers": {f"train_{k}": 1 for k in range(3)}, "rule": "step", "threshold": "any"}
    made = watching({**parts, "system": {"needs": {"trains": trains}}}, ["system"])
    found = []
    for words, (by_size, expected) in MODELS.items():
        subsets = {str(k): p for k, p in enumerate(by_size, start=1) if p}
        strikes = [
            {"damage": {"targets": {"assets": group}, "subsets": subsets}}
            for group in groups.values()
        ]
        asked = study(*strikes, horizon="1 h", seed=20260411 + len(found))
        down = Engine(asked, made).run(sample)["person_hours", "system"] > 0
        found.append(share("F1", words, expected, down))
    return found


def f2(sample: int) -> list[Comparison]:
    """One of two, 1e-4/h each, a tenth of it common, no repair: a third asset is what they share.

    With own rate l and common rate c, MTTF = 2 / (l + c) - 1 / (2 l + c); the horizon cuts below
    1e-5 h of it, and the expected mean is given to .005 h.
    """
    found = []
    for words, own, common, expected in (
        ("beta=.1", 9e-5, 1e-5, (14736.84, 11288.22, 0.3564135)),
        ("beta=0", 1e-4, 0, (15000, math.sqrt(1.25) * 1e4, 0.3405360)),
    ):
        shared = {"cause": {"life": exponential(1 / common)}} if common else {}
        unit = {
            "life": exponential(1 / own),
            "needs": {"shared": {"suppliers": {"cause": 1}, "rule": "step"}} if common else {},
        }
        need = {"suppliers": {"a": 1, "b": 1}, "rule": "step", "threshold": "any"}
        assets = {**shared, "a": unit, "b": unit, "system": {"needs": {"units": need}}}
        asked = study(quiet("a"), own_failures=True, horizon="250000 h", seed=20260421 + len(found))
        first = Engine(asked, watching(assets, ["system"])).run(sample)["first_outage", "system"]
        mttf, sd, failed = expected
        cut = 2 * math.exp(-250_000 * (own + common)) / (own + common)
        found.append(mean("F2", f"1oo2, {words}: MTTF (h)", mttf, first, sd, bias=cut + 0.005))
        found.append(share("F2", f"1oo2, {words}: P(fail by 8760 h)", failed, first <= 8760))
    return found


def exponential(hours: float) -> dict[str, Any]:
    return {"dist": "exponential", "mean": f"{hours} h"}


def f3(sample: int) -> list[Comparison]:
    """Three assets alike under one shaking: fragility median .5 g, beta .4, PGA ~ LN(.3 g, .6).

    By quadrature over the shaking; with independent damage P(2 of 3) would be .1444.
    """
    need = {"suppliers": dict.fromkeys("abc", 1), "rule": "step"}
    assets: dict[str, Any] = {name: {} for name in "abc"}
    for name, enough in (("two", 2), ("three", "any")):
        assets[name] = {"needs": {"parts": {**need, "threshold": enough}}}
    strike = {
        "damage": {
            "targets": {"assets": list("abc")},
            "intensity": {"dist": "lognormal", "median": 0.3, "sigma": 0.6},
            "fragility": {"median": 0.5, "beta": 0.4},
        }
    }
    asked = study(strike, horizon="1 h", seed=20260431)
    got = Engine(asked, watching(assets, ["a", "two", "three"])).run(sample)
    return [
        share("F3", words, expected, got["person_hours", name] > 0)
        for words, name, expected in (
            ("P(one asset fails)", "a", 0.2393523),
            ("P(>=2 of 3 fail)", "two", 0.2184428),
            ("P(all 3 fail)", "three", 0.1022132),
        )
    ]


CASES = (f1, f2, f3)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
