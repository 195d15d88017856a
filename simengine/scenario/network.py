"""What the world is: assets with needs and buffers, carriers, pools, and areas with people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simengine.scenario.quantity import Fixed, Known, Law, Quantity

__all__ = [
    "Area",
    "Asset",
    "Buffer",
    "Carrier",
    "Clocks",
    "Factor",
    "Link",
    "MutualAid",
    "Need",
    "Network",
    "Node",
    "Planned",
    "Pool",
    "Profile",
    "Region",
    "Repair",
    "Service",
    "network_from_document",
    "split_carrier",
]

Threshold = Literal["all", "any"] | float


@dataclass(frozen=True)
class Region:
    """A part of the country; `population` in persons."""

    name: str
    population: int


@dataclass(frozen=True)
class Service:
    """What assets deliver; `basic` services count for people without a basic service."""

    sector: str
    basic: bool


@dataclass(frozen=True)
class Factor:
    """One factor of a clock's rate.

    Either `of`, the name of an asset or area, with `at_zero`: factor 1 + (at_zero - 1)(1 - level);
    or the name of a `profile`.
    """

    of: str | None = None
    at_zero: float | None = None
    profile: str | None = None


@dataclass(frozen=True)
class MutualAid:
    """Crews that come from elsewhere, `arrival` [ms] after the start."""

    crews: int
    arrival: Quantity


@dataclass(frozen=True)
class Pool:
    """Repair crews that serve one queue; `travel` [ms] is the access time of a job."""

    crews: int
    travel: Quantity = Fixed(0.0)
    mutual_aid: MutualAid | None = None
    clock: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A piecewise constant factor of clock time; `steps` are (start within period [ms], factor)."""

    period: Literal["day", "week", "year"]
    steps: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Planned:
    """Planned outages: every `interval` [ms] of life one of `duration` [ms]."""

    interval: Quantity
    duration: Quantity


@dataclass(frozen=True)
class Repair:
    """How an asset is repaired: by a crew of `pool` (None: its own), `time` [ms] of work.

    `access` [ms] replaces the pool's travel time; priority 1 goes first.
    """

    pool: str | None
    time: Quantity
    priority: int = 100
    access: Quantity | None = None

    def __post_init__(self) -> None:
        if self.pool == "none":
            object.__setattr__(self, "pool", None)


@dataclass(frozen=True)
class Clocks:
    """Factors of the rates at which an asset's life, repair, restart and switching run."""

    life: tuple[Factor, ...] = ()
    repair: tuple[Factor, ...] = ()
    restart: tuple[Factor, ...] = ()
    switching: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Buffer:
    """What carries a need through a shortage, for `time` [ms] of full deficit."""

    time: Quantity
    refill: Quantity = Fixed(0.0)
    fails_on_demand: Known = Fixed(0.0)
    per: Literal["run", "demand"] = "run"
    drain: str | None = None


@dataclass(frozen=True)
class Need:
    """What an asset needs: suppliers with weights, of which `threshold` is enough.

    A supplier is an asset, or ``carrier:NAME@NODE``. `profile` is a factor on the threshold.
    """

    suppliers: dict[str, float]
    threshold: Threshold = "all"
    rule: Literal["share", "step"] = "share"
    cut: float = 1.0
    criticality: float = 1.0
    buffer: Buffer | None = None
    start_only: bool = False
    profile: str | None = None
    source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True)
class Asset:
    """A thing that delivers one service, can fail and can be repaired; times in ms."""

    service: str | None
    region: str
    at: tuple[float, float] | None = None
    tags: tuple[str, ...] = ()
    black_start: bool = False
    restart: Quantity = Fixed(0.0)
    combine: Literal["min", "sum"] = "min"
    needs: dict[str, Need] = field(default_factory=dict)
    life: Quantity | None = None
    planned: Planned | None = None
    repair: Repair | None = None
    trips: dict[str, Quantity] = field(default_factory=dict)
    clocks: Clocks = Clocks()
    source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True)
class Node:
    """Where a carrier meets an asset of the same name; `demand` and sources in MW."""

    demand: float = 0.0
    profile: str | None = None
    priority: int = 100
    sources: dict[str, float] = field(default_factory=dict)
    source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True)
class Link:
    """A connection of a carrier; the asset of the same name fails and is repaired."""

    from_node: str
    to_node: str
    priority: int = 100
    source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True)
class Carrier:
    """An undirected network over which a service travels: islands, balance, shedding."""

    hop: Quantity
    rule: Literal["priority", "share", "collapse"] = "priority"
    black_start_delay: Quantity | None = None
    shed_step: float = 0.075
    shed_largest: float = 0.45
    service: str | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


@dataclass(frozen=True)
class Area:
    """A leaf, where people are counted.

    `population` in persons; `customers`, `demand` [MW] and `value` [euro an hour] are what an hour
    without the service is in other units, if they are known.
    """

    service: str
    region: str
    population: int
    suppliers: dict[str, float]
    threshold: Threshold = "all"
    profile: str | None = None
    customers: Known | None = None
    demand: Known | None = None
    value: Known | None = None
    source: str | None = None
    confidence: str | None = None


@dataclass(frozen=True)
class Network:
    """A model: everything by name, in the order in which it was written."""

    format: str
    name: str
    title: dict[str, str]
    source: str
    confidence: str
    regions: dict[str, Region]
    services: dict[str, Service]
    pools: dict[str, Pool]
    profiles: dict[str, Profile]
    carriers: dict[str, Carrier]
    assets: dict[str, Asset]
    areas: dict[str, Area]
    uncertain: dict[str, Law]


def split_carrier(supplier: str) -> tuple[str, str] | None:
    """Carrier and node of a supplier ``carrier:NAME@NODE``; None if it names an asset."""
    if not supplier.startswith("carrier:"):
        return None
    carrier, _, node = supplier.removeprefix("carrier:").partition("@")
    return carrier, node


def network_from_document(document: Mapping[str, Any]) -> Network:
    """Build a network from a document in memory, with the checks of a file.

    Parameters
    ----------
    document
        What a `network.yaml` holds, as plain dicts, lists, strings and numbers.

    Raises
    ------
    simengine.errors.InputErrors
        With every problem of the document.
    """
    # Imported here since the shapes are described in terms of the classes above.
    from simengine.scenario.network_check import check_network
    from simengine.scenario.reading import from_python

    return check_network(from_python(document, "network"))
