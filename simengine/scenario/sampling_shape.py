"""What may stand under `sampling`, and how a design fits the runs and threats of a study."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from simengine.scenario.number_shape import Number, Range
from simengine.scenario.sampling import LEAST_IN_STRATUM, SOBOL_GROUPS, Sampling
from simengine.scenario.shape import Choice, Field, ListOf, Record
from simengine.scenario.spot import Spot
from simengine.scenario.threat import Damage, Threat

__all__ = ["SAMPLING", "check_sampling"]

MOST_INTENSITIES = 8
MOST_EDGES = 63
NARROWEST = 1e-9  # of a stratum: millions of different uniforms still fit


def _check(spot: Spot, values: dict[str, Any]) -> None:
    strata = values.get("design") == "strata"
    for key in ("edges", "shares"):
        if key in values and not strata:
            expected = f"'{key}' only with design strata"
            spot.at(key).refuse(expected, f"design {values.get('design', 'random')}")
    if not strata:
        return
    edges = values.get("edges", ())
    if not 1 <= len(edges) <= MOST_EDGES:
        expected = f"'edges' of strata, 1 to {MOST_EDGES} of them, such as [0.5, 0.9, 0.99]"
        spot.refuse(expected, f"{len(edges)} edges")
        return
    if any(b - a < NARROWEST for a, b in pairwise((0.0, *edges, 1.0))):
        expected = f"edges that rise from 0 to 1 by at least {NARROWEST:g}"
        spot.at("edges").refuse(expected, "edges out of order or too close")
    if "shares" in values:
        shares = values["shares"]
        if len(shares) != len(edges) + 1:
            expected = f"{len(edges) + 1} shares, one more than edges"
            spot.at("shares").refuse(expected, f"{len(shares)}")
        elif abs(sum(shares) - 1) > NARROWEST:
            spot.at("shares").refuse("shares whose sum is 1", f"{sum(shares):g}")


SAMPLING: Record[Sampling] = Record(
    Sampling,
    "sampling",
    {
        "design": Field(
            Choice("random", "sobol", "strata"),
            "How intensities are spread over the runs (random).",
        ),
        "edges": Field(
            ListOf(Number(within=Range(above=0.0, high=1.0)), words="a list of probabilities"),
            "Where one stratum of the first intensity ends and the next begins, as probabilities.",
        ),
        "shares": Field(
            ListOf(Number(within=Range(above=0.0, high=1.0)), words="a list of shares"),
            "Share of the runs that each stratum gets; equal ones if not given.",
        ),
    },
    _check,
)


def check_sampling(spot: Spot, values: dict[str, Any]) -> None:
    """Refuse a study whose runs or threats a design does not fit.

    Parameters
    ----------
    spot : Spot
        The study.
    values : dict
        What was read, by key.
    """
    design = values["sampling"].design if "sampling" in values else "random"
    if design == "random":
        return
    if design == "sobol":
        _whole_turns(spot.at("runs"), values["runs"])
        if "until" in values:
            _whole_turns(spot.at("until", "at_most"), values["until"].at_most)
    else:
        least = LEAST_IN_STRATUM * (len(values["sampling"].edges) + 1)
        if values["runs"] < least:
            spot.at("runs").refuse(f"at least {least} runs, two a stratum", f"{values['runs']}")
        if "until" in values:
            expected, found = "no stop rule with strata", "'until'"
            advice = "more runs are no continuation of fewer; take design sobol or random"
            spot.at("until").refuse(expected, found, advice)
    for name, threat in values["threats"].items():
        count = _intensities(threat)
        if design == "strata" and count == 0:
            expected = f"a mechanism with an intensity in threat '{name}', for strata of it"
            spot.at("threats", name).refuse(expected, "none", "take design sobol or random")
        if design == "sobol" and count > MOST_INTENSITIES:
            expected = f"at most {MOST_INTENSITIES} intensities in a threat with design sobol"
            spot.at("threats", name).refuse(expected, f"{count}")


def _whole_turns(spot: Spot, runs: int) -> None:
    if runs % SOBOL_GROUPS:
        expected = f"a multiple of {SOBOL_GROUPS} runs with design sobol"
        advice = f"best is {SOBOL_GROUPS} times a power of two, such as {_near(runs)}"
        spot.refuse(expected, f"{runs}", advice)


def _near(runs: int) -> int:
    return SOBOL_GROUPS << max(0, (runs - 1) // SOBOL_GROUPS).bit_length()


def _intensities(threat: Threat) -> int:
    return sum(isinstance(m, Damage) and m.intensity is not None for m in threat.mechanisms)
