"""What may stand in a `network.yaml`: one description reads it and makes its schema."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from simengine.errors import nearest
from simengine.scenario import network as parts
from simengine.scenario.asset_shape import (
    ASSET,
    FACTORS,
    PRIORITY,
    PROFILED,
    SOURCED,
    WEIGHTS,
    check_threshold,
    duration,
)
from simengine.scenario.number_shape import (
    PAUSE,
    Number,
    Range,
    Whole,
)
from simengine.scenario.quantity_shape import LawShape, QuantityShape
from simengine.scenario.shape import Choice, Field, Flag, MapOf, Record, Ref, Text
from simengine.scenario.small_shapes import (
    CONFIDENCE,
    TITLE,
    Steps,
    Threshold,
)
from simengine.scenario.spot import Spot
from simengine.scenario.units import CUSTOMERS, MONEY_RATE, PEOPLE, POWER

__all__ = ["NETWORK", "NETWORK_FORMAT"]

NETWORK_FORMAT = "network/1"
PERIODS = {"day": 24 * 3.6e6, "week": 168 * 3.6e6, "year": 8760 * 3.6e6}


def _check_profile(spot: Spot, values: dict[str, Any]) -> None:
    starts = [start for start, _ in values["steps"]]
    steps = spot.at("steps")
    if starts[0] != 0:
        steps.refuse("a first step at 0 h", f"'{next(iter(steps.node.mapping))}'")
    elif any(b <= a for a, b in pairwise(starts)):
        steps.refuse("steps in order of time", "a step that is not later than the one before it")
    elif starts[-1] >= PERIODS[values["period"]]:
        steps.refuse(f"steps within one {values['period']}", f"'{list(steps.node.mapping)[-1]}'")


def _check_carrier(spot: Spot, values: dict[str, Any]) -> None:
    nodes = values["nodes"]
    for name, link in values.get("links", {}).items():
        for key, end in (("from", link.from_node), ("to", link.to_node)):
            if end not in nodes:
                at = spot.at("links", name, key)
                at.refuse(f"a node of carrier '{spot.name}'", advice=nearest(end, nodes))
        if link.from_node == link.to_node:
            spot.at("links", name).refuse("a link between two nodes", f"'{link.to_node}' twice")
    if values.get("shed_step", 0.075) > values.get("shed_largest", 0.45):
        spot.refuse("shed_step <= shed_largest", "a step larger than the largest share")


def _check_area(spot: Spot, values: dict[str, Any]) -> None:
    check_threshold(spot, values)
    for supplier in values["suppliers"]:
        service = spot.book.assets.get(supplier, (values["service"],))[0]
        if service != values["service"] and service in (None, *spot.book.names["service"]):
            expected = f"a supplier of '{values['service']}'"
            spot.at("suppliers", supplier).refuse(expected, f"'{supplier}', of '{service}'")


NODE = Record(
    parts.Node,
    "a node",
    {
        "demand": Field(Number(POWER, Range(low=0.0)), "Nominal demand."),
        "profile": PROFILED,
        "priority": PRIORITY,
        "sources": Field(
            MapOf(Number(POWER, Range(low=0.0)), "sources", key=Ref("asset")),
            "Assets that feed it, with their capacity.",
        ),
        **SOURCED,
    },
)
LINK = Record(
    parts.Link,
    "a link",
    {
        "from": Field(Ref("asset"), "The node at one end.", True, "from_node"),
        "to": Field(Ref("asset"), "The node at the other end.", True, "to_node"),
        "priority": PRIORITY,
        **{name: ASSET.fields[name] for name in ("at", "tags", "repair", "life", "restart")},
        **SOURCED,
    },
)
CARRIER = Record(
    parts.Carrier,
    "a carrier",
    {
        "rule": Field(Choice("priority", "share", "collapse"), "How a shortage is shared."),
        "hop": Field(
            duration(Range(above=0.0, pause=True), "a hop time"),
            "Time to energise a neighbour.",
            True,
        ),
        "black_start_delay": Field(duration(PAUSE, "a delay"), "Time of a black start (one hop)."),
        "shed_step": Field(
            Number(within=Range(above=0.0, high=1.0)), "Share of demand shed in a step (collapse)."
        ),
        "shed_largest": Field(
            Number(within=Range(above=0.0, high=1.0)), "Largest share shed before it goes black."
        ),
        "service": Field(Ref("service"), "The service it carries."),
        "nodes": Field(MapOf(NODE, "nodes", least=1, key=Ref("asset")), "Nodes, by asset.", True),
        "links": Field(
            MapOf(LINK, "links", key=Ref("asset")), "Links, by name of the asset that they are."
        ),
    },
    _check_carrier,
)
AREA = Record(
    parts.Area,
    "an area",
    {
        "service": Field(Ref("service"), "The service that people are counted for.", True),
        "region": Field(Ref("region"), "The region it belongs to.", True),
        "population": Field(Whole(PEOPLE), "People in it.", True),
        "suppliers": Field(WEIGHTS, "Assets that supply it, with weights.", True),
        "threshold": Field(Threshold(), "Weight that is enough: all, any or a number."),
        "profile": PROFILED,
        "customers": Field(QuantityShape(CUSTOMERS, chance=False), "Connections in it."),
        "demand": Field(QuantityShape(POWER, chance=False), "Power that it takes."),
        "value": Field(QuantityShape(MONEY_RATE, chance=False), "Worth of an hour of service."),
        **SOURCED,
    },
    _check_area,
)
POOL = Record(
    parts.Pool,
    "a pool",
    {
        "crews": Field(Whole(), "Crews from the start.", True),
        "travel": Field(duration(), "Time to reach a job."),
        "mutual_aid": Field(
            Record(
                parts.MutualAid,
                "mutual aid",
                {
                    "crews": Field(Whole(low=1), "Crews that come.", True),
                    "arrival": Field(duration(), "When they come, from the start.", True),
                },
            ),
            "Crews from elsewhere.",
        ),
        "clock": Field(FACTORS, "What speeds or slows the crews."),
    },
)
PROFILE = Record(
    parts.Profile,
    "a profile",
    {
        "period": Field(Choice("day", "week", "year"), "After what it repeats.", True),
        "steps": Field(Steps(), "Start of each step in the period, with its factor.", True),
    },
    _check_profile,
)
REGION = Record(
    parts.Region,
    "a region",
    {
        "name": Field(Text(), "Its name for readers.", True),
        "population": Field(Whole(PEOPLE), "People living there.", True),
    },
)
SERVICE = Record(
    parts.Service,
    "a service",
    {
        "sector": Field(Text(), "The sector it belongs to.", True),
        "basic": Field(Flag(), "Whether it counts for people without a basic service.", True),
    },
)


def _network(**values: Any) -> parts.Network:
    laws = {name: law for name, (law, _) in values.pop("uncertain", {}).items()}
    absent: dict[str, Any] = {"pools": {}, "profiles": {}, "carriers": {}, "areas": {}}
    return parts.Network(**{**absent, **values, "uncertain": laws})


NETWORK: Record[parts.Network] = Record(
    _network,
    "a network",
    {
        "format": Field(Choice(NETWORK_FORMAT), "The format of this file.", True),
        "name": Field(Text(), "The model's name.", True),
        "title": Field(TITLE, "Title for readers, by language.", True),
        "source": Field(Text(), "Where the numbers come from, unless a row says otherwise.", True),
        "confidence": Field(CONFIDENCE, "How far to trust them.", True),
        "regions": Field(MapOf(REGION, "regions", least=1), "Parts of the country.", True),
        "services": Field(MapOf(SERVICE, "services", least=1), "What assets deliver.", True),
        "pools": Field(MapOf(POOL, "pools"), "Repair crews."),
        "profiles": Field(MapOf(PROFILE, "profiles"), "Factors that follow the clock."),
        "carriers": Field(MapOf(CARRIER, "carriers"), "Networks over which services travel."),
        "assets": Field(MapOf(ASSET, "assets", least=1), "The things that can fail.", True),
        "areas": Field(MapOf(AREA, "areas"), "Leaves, where people are counted."),
        "uncertain": Field(
            MapOf(LawShape(), "laws"), "What is not known, by a name that can be shared."
        ),
    },
)
