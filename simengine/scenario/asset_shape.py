"""What may stand in an asset: needs, buffers, repair, lives and clocks."""

from __future__ import annotations

from typing import Any

from simengine.scenario import network as parts
from simengine.scenario.number_shape import (
    FRACTION,
    PAUSE,
    POSITIVE,
    TIMES,
    Number,
    Range,
    Whole,
)
from simengine.scenario.quantity_shape import QuantityShape
from simengine.scenario.shape import Choice, Field, Flag, ListOf, MapOf, Record, Ref, Text
from simengine.scenario.small_shapes import (
    CONFIDENCE,
    PROBABILITY,
    LatLon,
    Supplier,
    Threshold,
)
from simengine.scenario.spot import Spot
from simengine.scenario.units import TIME

__all__ = [
    "ASSET",
    "FACTORS",
    "PRIORITY",
    "PROFILED",
    "SOURCED",
    "WEIGHTS",
    "check_threshold",
    "duration",
]


def duration(within: Range = TIMES, name: str = "") -> QuantityShape:
    """A time that may be chance."""
    return QuantityShape(TIME, within=within, name=name)


def _check_factor(spot: Spot, values: dict[str, Any]) -> None:
    if set(values) not in ({"of", "at_zero"}, {"profile"}):
        spot.refuse("either 'of' with 'at_zero', or 'profile'", " and ".join(values) or "neither")


def check_threshold(spot: Spot, values: dict[str, Any]) -> None:
    """Refuse a threshold that the suppliers together cannot reach."""
    threshold, total = values.get("threshold", "all"), sum(values["suppliers"].values())
    if not isinstance(threshold, str) and threshold > total * (1 + 1e-9):
        expected = f"a threshold of at most {total:g}, the sum of the suppliers' weights"
        spot.at("threshold").refuse(expected)


def _check_need(spot: Spot, values: dict[str, Any]) -> None:
    check_threshold(spot, values)
    if "cut" in values and values.get("rule", "share") != "step":
        spot.at("cut").refuse("'cut' only where rule is step", "'cut' with rule share")


def _check_asset(spot: Spot, values: dict[str, Any]) -> None:
    for need in spot.at("needs").children() if "needs" in values else ():
        if spot.name in need.at("suppliers").node.mapping:
            need.at("suppliers", spot.name).refuse("another asset than itself", f"'{spot.name}'")
    if spot.name in values.get("trips", ()):
        spot.at("trips", spot.name).refuse("another asset than itself", f"'{spot.name}'")
    if "life" in values and "planned" in values:
        spot.refuse("'life' or 'planned', own failures or planned outages", "both")


WEIGHTS = MapOf(Number(within=POSITIVE), "weights of suppliers", least=1, key=Supplier())
FACTORS = ListOf(
    Record(
        parts.Factor,
        "a factor",
        {
            "of": Field(Ref("asset", "area"), "Asset or area whose level sets the pace."),
            "at_zero": Field(Number(within=Range(low=0.0)), "Factor while that level is 0."),
            "profile": Field(Ref("profile"), "Profile that is the factor."),
        },
        _check_factor,
    ),
    words="a list of factors",
)
SOURCED = {
    "source": Field(Text(), "Where the numbers come from; overrides the model's."),
    "confidence": Field(CONFIDENCE, "How far to trust them; overrides the model's."),
}
PRIORITY = Field(Whole(low=1), "Order of service: 1 first, ties by name; 100 by default.")
PROFILED = Field(Ref("profile"), "Profile by which this changes through the day, week or year.")

REPAIR = Record(
    parts.Repair,
    "a repair",
    {
        "pool": Field(
            Ref("pool", also=("none",)), "Pool whose crews repair it, or none: its own crew.", True
        ),
        "priority": PRIORITY,
        "time": Field(duration(), "Work of the repair.", True),
        "access": Field(duration(), "Time to reach it, instead of the pool's travel."),
    },
)
BUFFER = Record(
    parts.Buffer,
    "a buffer",
    {
        "time": Field(duration(PAUSE, "a buffer"), "How long it lasts at full deficit.", True),
        "refill": Field(duration(), "Time from empty to full; 0 is at once."),
        "fails_on_demand": Field(PROBABILITY, "Probability that it fails when it is needed."),
        "per": Field(Choice("run", "demand"), "Whether a random time is drawn per run or demand."),
        "drain": Field(Ref("profile"), "Profile of the rate at which it empties."),
    },
)
NEED = Record(
    parts.Need,
    "a need",
    {
        "suppliers": Field(WEIGHTS, "Assets, or carrier:NAME@NODE, with their weights.", True),
        "threshold": Field(Threshold(), "Weight that is enough: all, any or a number."),
        "rule": Field(
            Choice("share", "step", refused={"all_or_nothing": "it is called 'step'"}),
            "share: in proportion; step: enough suppliers or nothing.",
        ),
        "cut": Field(
            Number(within=Range(above=0.0, high=1.0)), "Level from which a supplier counts (step)."
        ),
        "criticality": Field(Number(within=FRACTION), "Level that is lost without this need."),
        "buffer": Field(BUFFER, "What carries it through a shortage."),
        "start_only": Field(Flag(), "Whether it counts only while the asset is at 0."),
        "profile": PROFILED,
        **SOURCED,
    },
    _check_need,
)


def _asset(**values: Any) -> parts.Asset:
    return parts.Asset(**{"service": None, **values})


ASSET = Record(
    _asset,
    "an asset",
    {
        "service": Field(Ref("service"), "The service it delivers."),
        "region": Field(Ref("region"), "The region it stands in.", True),
        "at": Field(LatLon(), "Latitude and longitude in degrees."),
        "tags": Field(ListOf(Text(), words="a list of tags"), "Words by which it can be selected."),
        "black_start": Field(Flag(), "Whether it starts without what it names as carrier."),
        "restart": Field(duration(PAUSE, "a restart time"), "Delay from target above 0 to level."),
        "combine": Field(Choice("min", "sum"), "How unmet needs add up."),
        "needs": Field(MapOf(NEED, "needs"), "What it needs, by a name of your choice."),
        "life": Field(duration(POSITIVE, "a life"), "Work until it fails by itself."),
        "planned": Field(
            Record(
                parts.Planned,
                "planned outages",
                {
                    "interval": Field(duration(POSITIVE, "an interval"), "Time between.", True),
                    "duration": Field(duration(), "How long each takes.", True),
                },
            ),
            "Planned outages.",
        ),
        "repair": Field(REPAIR, "How it is repaired."),
        "trips": Field(
            MapOf(duration(), "switching times", key=Ref("asset")),
            "Assets that its own failure trips, each for a switching time.",
        ),
        "clocks": Field(
            Record(
                parts.Clocks,
                "clocks",
                {
                    "life": Field(FACTORS, "Factors of the hazard."),
                    "repair": Field(FACTORS, "Factors of the pace of repair."),
                    "restart": Field(FACTORS, "Factors of the pace of restart."),
                    "switching": Field(FACTORS, "Factors of the pace of switching."),
                },
            ),
            "What speeds or slows its durations.",
        ),
        **SOURCED,
    },
    _check_asset,
)
