"""The columns of a row of results: what number k of a run is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simengine.compiled.names import Names
from simengine.errors import InputErrors, Problem
from simengine.kernels.layout import ORDERS
from simengine.scenario.network import Network
from simengine.scenario.study import Study

__all__ = ["Column", "check_asked", "columns", "valued"]

HOUR = 3_600_000.0
PERSON_HOURS, PEOPLE, HOURS, COUNT = 2.0**-10, 1.0, 2.0**-20, 1.0
# Field of an area, quantity, unit, quantum; in the order of the columns in `layout.AREA`.
WORTH = (
    ("customers", "customer_hours", "customer hour", PERSON_HOURS),
    ("demand", "energy_unserved", "MWh", 2.0**-20),
    ("value", "value_unserved", "euro", 2.0**-7),
)


@dataclass(frozen=True)
class Column:
    """One number of a run.

    Attributes
    ----------
    variable
        Name of the quantity in `simengine.variables`.
    unit
        Its unit.
    quantum
        Unit to which tallies round it [unit].
    histogram
        Whether its distribution is tallied too.
    service, region, order, sector, duration, instant
        Labels, as far as the quantity has them; durations and instants in hours.
    """

    variable: str
    unit: str
    quantum: float
    histogram: bool = False
    service: str | None = None
    region: str | None = None
    order: int | None = None
    sector: str | None = None
    duration: float | None = None
    instant: float | None = None


def columns(study: Study, names: Names) -> tuple[Column, ...]:
    """List the columns in the order in which `kernels.outputs` writes them."""
    known = (*_national(names), *_basic(), *_attributed(study, names), *_regional(names))
    return (*known, *_at_instants(study, names), *_valued(names))


def check_asked(study: Study, known: tuple[Column, ...]) -> None:
    """Refuse a study that asks for a quantity that its model and counting do not give.

    Raises
    ------
    InputErrors
        With every such quantity.
    """
    given = {column.variable for column in known}
    problems = []
    for field in ("quantities", "keep_runs"):
        for name in getattr(study.outputs, field):
            if name not in given and name != "all":
                path, expected = f"outputs.{field}", "a quantity that the study can give"
                advice = _advice(study, name)
                problems.append(
                    Problem(f"study {study.name}", None, path, expected, f"'{name}'", advice)
                )
    if problems:
        raise InputErrors(problems)


def _advice(study: Study, name: str) -> str:
    if not study.network.areas:
        return "give the model areas, where people are counted"
    if name == "people_out_at":
        return "say when in counting.instants"
    field = next((field for field, quantity, *_ in WORTH if quantity == name), "")
    return f"give areas `{field}`"


def valued(network: Network) -> tuple[int, ...]:
    """Which of `WORTH` at least one area tells, by number: what an hour is in other units."""
    return tuple(
        k
        for k, (field, *_) in enumerate(WORTH)
        if any(getattr(area, field) is not None for area in network.areas.values())
    )


def _national(names: Names) -> Iterator[Column]:
    kinds = (
        ("person_hours", "person hour", PERSON_HOURS, True),
        ("people_peak", "person", PEOPLE, False),
        ("hours_to_50", "hour", HOURS, False),
        ("hours_to_90", "hour", HOURS, False),
        ("hours_to_100", "hour", HOURS, False),
        ("first_outage", "hour", HOURS, False),
        ("hours_below_full", "hour", HOURS, False),
        ("interruptions", "1", COUNT, False),
        ("customers_interrupted", "person", PEOPLE, False),
    )
    for variable, unit, quantum, histogram in kinds:
        for service in names.services:
            yield Column(variable, unit, quantum, histogram, service)


def _basic() -> Iterator[Column]:
    yield Column("basic_person_hours", "person hour", PERSON_HOURS, True)
    yield Column("basic_people_peak", "person", PEOPLE, True)
    for share in (50, 90, 100):
        yield Column(f"basic_hours_to_{share}", "hour", HOURS, True)


def _attributed(study: Study, names: Names) -> Iterator[Column]:
    for service in names.services:
        for order in range(ORDERS):
            yield Column("by_order", "person hour", PERSON_HOURS, service=service, order=order)
    for service in names.services:
        for sector in names.sectors:
            yield Column("by_origin", "person hour", PERSON_HOURS, service=service, sector=sector)
    for service in names.services:
        for edge in study.counting.duration_edges:
            yield Column(
                "people_by_duration", "person", PEOPLE, service=service, duration=edge / HOUR
            )


def _regional(names: Names) -> Iterator[Column]:
    for variable, unit, quantum in (
        ("region_person_hours", "person hour", PERSON_HOURS),
        ("region_people_peak", "person", PEOPLE),
    ):
        for service, region in names.groups:
            yield Column(variable, unit, quantum, service=service, region=region)
    for region in names.regions:
        yield Column("region_basic_person_hours", "person hour", PERSON_HOURS, region=region)
    for variable in ("struck", "followed", "censored", "deadlocked"):
        yield Column(variable, "1", COUNT, histogram=variable in ("struck", "followed"))


def _at_instants(study: Study, names: Names) -> Iterator[Column]:
    for service in names.services:
        for instant in study.counting.instants:
            yield Column("people_out_at", "person", PEOPLE, service=service, instant=instant / HOUR)


def _valued(names: Names) -> Iterator[Column]:
    for k in valued(names.network):
        _, variable, unit, quantum = WORTH[k]
        for service in names.services:
            yield Column(variable, unit, quantum, service=service)
