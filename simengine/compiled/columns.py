"""The columns of a row of results: what number k of a run is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simengine.compiled.names import Names
from simengine.kernels.layout import ORDERS
from simengine.scenario.study import Study

__all__ = ["Column", "columns"]

HOUR = 3_600_000.0
PERSON_HOURS, PEOPLE, HOURS, COUNT = 2.0**-10, 1.0, 2.0**-20, 1.0


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
    service, region, order, sector, duration
        Labels, as far as the quantity has them; durations in hours.
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


def columns(study: Study, names: Names) -> tuple[Column, ...]:
    """List the columns in the order in which `kernels.outputs` writes them."""
    return (*_national(names), *_basic(), *_attributed(study, names), *_regional(names))


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
