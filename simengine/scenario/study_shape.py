"""What may stand in a study, and how its parts must fit together."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from simengine.errors import nearest
from simengine.scenario.number_shape import (
    POSITIVE,
    TIMES,
    Number,
    Range,
    Whole,
)
from simengine.scenario.quantity_shape import LawShape
from simengine.scenario.sampling_shape import SAMPLING, check_sampling
from simengine.scenario.shape import (
    Choice,
    Field,
    Flag,
    ListOf,
    MapOf,
    Record,
    Schema,
    Shape,
    Text,
)
from simengine.scenario.small_shapes import TITLE
from simengine.scenario.spot import Spot
from simengine.scenario.study import Counting, Curves, Epistemic, Outputs, Until
from simengine.scenario.threat_shape import THREAT
from simengine.scenario.units import TIME

__all__ = ["CHANGE", "OUTPUTS", "STUDY", "STUDY_FORMAT"]

STUDY_FORMAT = "study/1"
LATER = "not part of this version"
OUTPUTS = (
    "person_hours",
    "people_peak",
    "hours_to_50",
    "hours_to_90",
    "hours_to_100",
    "first_outage",
    "hours_below_full",
    "interruptions",
    "customers_interrupted",
    "basic_person_hours",
    "basic_people_peak",
    "basic_hours_to_50",
    "basic_hours_to_90",
    "basic_hours_to_100",
    "region_person_hours",
    "region_people_peak",
    "region_basic_person_hours",
    "people_by_duration",
    "struck",
    "followed",
    "by_order",
    "by_origin",
    "censored",
    "deadlocked",
    "people_out_at",
    "customer_hours",
    "energy_unserved",
    "value_unserved",
)


class Output(Shape[str]):
    """The name of a quantity that a study can give."""

    def __init__(self, *also: str) -> None:
        self.valid = (*OUTPUTS, *also)

    def _read(self, spot: Spot) -> str:
        value = spot.node.value
        if not isinstance(value, str) or value not in self.valid:
            raise spot.refuse("a quantity", advice=nearest(str(value), self.valid, show=0))
        return value

    def _schema(self, _: Schema) -> Schema:
        return {"enum": list(self.valid)}


class AnyValue(Shape[Any]):
    """Whatever the path's end takes; it is checked there."""

    def _read(self, _: Spot) -> Any:
        return None

    def _schema(self, _: Schema) -> Schema:
        return {}


def _check_study(spot: Spot, values: dict[str, Any]) -> None:
    if "window" in values:
        first, last = values["window"]
        if not first < last <= values["horizon"]:
            expected = "a window whose 'from' is before its 'to', within the horizon"
            found = f"{first / 3.6e6:g} h to {last / 3.6e6:g} h"
            spot.at("window").refuse(expected, found)
    check_sampling(spot, values)
    if "until" in values and values["until"].at_most < values["runs"]:
        expected = f"at_most of at least the {values['runs']} runs"
        spot.at("until", "at_most").refuse(expected)
    instants = values["counting"].instants if "counting" in values else ()
    if late := [t for t in instants if t > values["horizon"]]:
        expected = f"instants within the horizon of {values['horizon'] / 3.6e6:g} h"
        spot.at("counting", "instants").refuse(expected, f"{late[0] / 3.6e6:g} h")
    if len(set(instants)) < len(instants):
        spot.at("counting", "instants").refuse("every instant once")


def _check_edges(spot: Spot, values: dict[str, Any]) -> None:
    edges = values.get("duration_edges", ())
    if any(b <= a for a, b in pairwise(edges)):
        spot.at("duration_edges").refuse("edges that rise", "edges out of order")


CHANGE: Record[dict[str, Any]] = Record(
    dict,
    "a model change",
    {
        "path": Field(Text("a path, such as assets[tags=mobile].restart"), "What changes.", True),
        "value": Field(AnyValue(), "What it becomes; null takes it away.", True),
    },
)
WINDOW: Record[Any] = Record(
    lambda since, to: (since, to),
    "a window",
    {
        "from": Field(Number(TIME, TIMES), "When observation begins.", True, "since"),
        "to": Field(Number(TIME, TIMES), "When observation ends.", True),
    },
)
START: Record[dict[str, Any]] = Record(
    dict,
    "a start",
    {
        "hour_of_week": Field(Whole(high=167), "Hour of the week; 0 is Monday 00:00."),
        "month": Field(Whole(low=1, high=12), "Month; 1 is January."),
    },
)
STUDY: Record[dict[str, Any]] = Record(
    dict,
    "a study",
    {
        "format": Field(Choice(STUDY_FORMAT), "The format of this file.", True),
        "name": Field(Text(), "The study's name.", True),
        "title": Field(TITLE, "Title for readers, by language.", True),
        "kind": Field(
            Choice("scenario", refused={"futures": f"futures studies are {LATER}"}),
            "scenario: one threat at t = 0.",
            True,
        ),
        "model": Field(Text(), "A shipped model's name, or a folder with network.yaml.", True),
        "seed": Field(Whole(high=2**64 - 1), "An integer that fixes all luck.", True),
        "runs": Field(Whole(low=1), "Runs in each (variant, threat, epistemic) cell.", True),
        "epistemic": Field(
            Record(
                Epistemic,
                "epistemic draws",
                {
                    "size": Field(Whole(low=1), "Draws of what is not known.", True),
                    "design": Field(
                        Choice("random", "latin_hypercube", "sobol"),
                        "How they are spread: each by itself, or evenly together.",
                    ),
                },
            ),
            "Draws of what is not known.",
        ),
        "sampling": Field(SAMPLING, "How runs are sampled."),
        "horizon": Field(Number(TIME, POSITIVE), "How long a run is followed.", True),
        "window": Field(WINDOW, "When outages count; the whole horizon by default."),
        "own_failures": Field(Flag(), "Whether assets fail by themselves (false)."),
        "manual_restart": Field(Number(TIME, POSITIVE), "When people break a deadlock."),
        "start": Field(START, "Hour and month of t = 0; what is not given is drawn."),
        "uncertain": Field(
            MapOf(LawShape(), "laws"), "What is not known, by a name that can be shared."
        ),
        "threats": Field(MapOf(THREAT, "threats", least=1), "The threats, by name.", True),
        "model_changes": Field(
            ListOf(CHANGE, words="a list of {path: ..., value: ...}"), "Changes of the model."
        ),
        "counting": Field(
            Record(
                Counting,
                "counting",
                {
                    "duration_edges": Field(
                        ListOf(Number(TIME, POSITIVE), least=1), "Edges of outage durations."
                    ),
                    "basic_services": Field(
                        Choice("comonotone", "independent"), "How outages of services overlap."
                    ),
                    "instants": Field(
                        ListOf(Number(TIME, TIMES), single=True),
                        "Times at which people out are told.",
                    ),
                },
                _check_edges,
            ),
            "How people are counted.",
        ),
        "outputs": Field(
            Record(
                Outputs,
                "outputs",
                {
                    "quantities": Field(ListOf(Output(), least=1), "What is reported."),
                    "by": Field(ListOf(Choice("service", "region")), "Split by what."),
                    "keep_runs": Field(
                        ListOf(Output("all"), single=True), "Kept for every run; all is allowed."
                    ),
                    "curves": Field(
                        Record(
                            Curves,
                            "curves",
                            {"step": Field(Number(TIME, POSITIVE), "Time between points.", True)},
                        ),
                        "Mean and histogram of people out over time.",
                    ),
                },
            ),
            "What is reported and kept.",
        ),
        "until": Field(
            Record(
                Until,
                "a stop rule",
                {
                    "quantity": Field(Output(), "Whose error decides.", True),
                    "statistic": Field(Choice("mean"), "Of which statistic.", True),
                    "relative_error": Field(
                        Number(within=Range(above=0.0, high=1.0)), "Small enough.", True
                    ),
                    "at_most": Field(Whole(low=1), "Runs at most.", True),
                },
            ),
            "Runs on until the error is small enough.",
        ),
    },
    _check_study,
)
