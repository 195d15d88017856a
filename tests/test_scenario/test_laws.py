"""Laws as they are written, in base units and one form each."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simengine.errors import InputErrors
from simengine.scenario import Fixed, Law, Uncertain, network_from_document
from simengine.scenario.distributions import DISTRIBUTIONS
from simengine.scenario.quantity import Quantity, bounds, uncertain_parts

from .documents import network_document

HOUR = 3_600_000.0


def restart(value: Any) -> Quantity:
    """Read a time that may be chance."""
    document = network_document()
    document["assets"]["exchange"]["restart"] = value
    return network_from_document(document).assets["exchange"].restart


def numbers(law: Quantity) -> dict[str, float]:
    assert isinstance(law, Law)
    return {name: value.value for name, value in law.parameters if isinstance(value, Fixed)}


LAWS: list[dict[str, Any]] = [
    {"dist": "constant", "value": "1 h"},
    {"dist": "uniform", "low": "1 h", "high": "2 h"},
    {"dist": "triangular", "low": "1 h", "mode": "1 h", "high": "2 h"},
    {"dist": "pert", "low": "1 h", "mode": "1.5 h", "high": "2 h"},
    {"dist": "lognormal", "median": "1 h", "sigma": 0.5},
    {"dist": "weibull", "shape": 2, "scale": "1 h"},
    {"dist": "gamma", "shape": 2, "scale": "1 h"},
    {"dist": "beta", "a": 2, "b": 3, "low": "1 h", "high": "2 h"},
    {"dist": "exponential", "mean": "1 h"},
    {"dist": "pareto", "shape": 2, "scale": "1 h"},
    {"dist": "lomax", "shape": 2, "scale": "1 h"},
    {"dist": "loguniform", "low": "1 h", "high": "10 h"},
    {"dist": "quantiles", "p": [0, 0.5, 1], "x": ["1 h", "2 h", "9 h"]},
    {"dist": "truncated", "of": {"dist": "normal", "mean": "2 h", "sd": "1 h"}, "low": "1 h"},
    {
        "dist": "mixture",
        "parts": [
            {"weight": 1, "dist": "exponential", "mean": "1 h"},
            {"weight": 3, "dist": "constant", "value": "2 h"},
        ],
    },
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: str(law["dist"]))
def test_every_law_is_read(law: dict[str, Any]) -> None:
    read = restart(law)
    assert isinstance(read, Law)
    assert read.dist == law["dist"]
    low, high = bounds(read)
    assert 0 <= low < high or law["dist"] == "constant"


@pytest.mark.parametrize("law", LAWS, ids=lambda law: str(law["dist"]))
def test_every_law_may_stand_for_what_is_not_known(law: dict[str, Any]) -> None:
    read = restart({"uncertain": law})
    assert isinstance(read, Uncertain)
    assert read.law == restart(law)
    assert read.key == "model.assets.exchange.restart"


def test_every_distribution_of_quantities_is_tried_here() -> None:
    tried = {law["dist"] for law in LAWS} | {"normal"}
    assert tried == {name for name, entry in DISTRIBUTIONS.items() if not entry.counts}


def test_lognormal_by_median_and_p95_has_that_p95() -> None:
    read = numbers(restart({"dist": "lognormal", "median": "2 h", "p95": "6 h"}))
    p95 = read["median"] * math.exp(1.6448536269514722 * read["sigma"])
    assert p95 == pytest.approx(6 * HOUR, rel=1e-12)


def test_lognormal_by_mean_and_cv_has_those() -> None:
    read = numbers(restart({"dist": "lognormal", "mean": "2 h", "cv": 0.7}))
    variance = math.expm1(read["sigma"] ** 2)
    assert read["median"] * math.exp(read["sigma"] ** 2 / 2) == pytest.approx(2 * HOUR, rel=1e-12)
    assert math.sqrt(variance) == pytest.approx(0.7, rel=1e-12)


def test_gamma_by_mean_and_cv_has_those() -> None:
    read = numbers(restart({"dist": "gamma", "mean": "2 h", "cv": 0.5}))
    assert read["shape"] * read["scale"] == pytest.approx(2 * HOUR, rel=1e-12)
    assert 1 / math.sqrt(read["shape"]) == pytest.approx(0.5, rel=1e-12)


def test_a_parameter_may_be_uncertain_and_is_keyed_by_its_path() -> None:
    inner = {"uncertain": {"dist": "uniform", "low": "1 h", "high": "2 h"}}
    read = restart({"dist": "lognormal", "median": inner, "sigma": 0.3})
    (part,) = uncertain_parts(read)
    assert part.key == "model.assets.exchange.restart.median"
    assert bounds(part) == (HOUR, 2 * HOUR)


def test_parts_of_a_truncated_law_keep_their_ends() -> None:
    read = restart(LAWS[13])
    assert isinstance(read, Law)
    assert read["low"] == Fixed(HOUR)
    assert read.parts[0].dist == "normal"
    assert bounds(read) == (HOUR, math.inf)
    with pytest.raises(KeyError):
        read["high"]


@pytest.mark.parametrize(
    "value",
    [
        {"dist": "uniform", "low": "2 h", "high": "1 h"},
        {"dist": "uniform", "low": "1 h", "high": "1 h"},
        {"dist": "uniform", "low": "1 h", "high": "3 MW"},
        {"dist": "loguniform", "low": "0 h", "high": "1 h"},
        {"dist": "beta", "a": 1, "b": 1},
        {"dist": "quantiles", "p": [0, 1], "x": ["2 h", "1 h"]},
        {"dist": "quantiles", "p": [0, 1], "x": ["2 h"]},
        {"dist": "mixture", "parts": []},
        {"dist": "truncated", "of": {"dist": "exponential", "mean": "1 h"}},
        {"dist": "lognormal", "median": {"uncertain": LAWS[1]}, "p95": "9 h"},
        {"dist": "bernoulli", "p": 0.5},
        {"dist": ["uniform"]},
        {"low": "1 h"},
        {"uncertain": 3},
        {"uncertain": {"uncertain": "x"}},
        {"uncertain": "x", "dist": "y"},
    ],
)
def test_a_law_that_means_nothing_is_refused(value: Any) -> None:
    with pytest.raises(InputErrors):
        restart(value)
