"""What may stand in `threats:`, and how the parts of a mechanism must fit together."""

from __future__ import annotations

import math
from typing import Any

from simengine.scenario.number_shape import (
    FRACTION,
    POSITIVE,
    TIMES,
    Number,
    Range,
)
from simengine.scenario.quantity import Fixed, Known
from simengine.scenario.quantity_shape import Measured, QuantityShape
from simengine.scenario.shape import (
    Field,
    Flag,
    ListOf,
    MapOf,
    Record,
    Ref,
    Schema,
    Shape,
    Text,
)
from simengine.scenario.small_shapes import PROBABILITY, TITLE
from simengine.scenario.spot import Refused, Spot
from simengine.scenario.threat import CommonMode, Damage, Fragility, Likelihood, Targets, Threat
from simengine.scenario.units import LENGTH, PLAIN, RATE, SPEED, TIME

__all__ = ["THREAT"]

MOST_IN_SUBSETS = 10
_STRENGTHS = (SPEED, LENGTH, PLAIN)


def _many(kind: str) -> ListOf[str]:
    return ListOf(Ref(kind), least=1, single=True, words=f"a list of {kind}s")


def _matching(spot: Spot, targets: Targets) -> int:
    return sum(targets.match(name, *asset) for name, asset in spot.book.assets.items())


def _check_targets(spot: Spot, values: dict[str, Any]) -> None:
    if not values:
        spot.refuse("at least one of assets, tags, service, region", "none")
    elif spot.book.assets and not _matching(spot, Targets(**values)):
        keys = " and ".join(values)
        spot.refuse("targets that select an asset", f"no asset that matches {keys}")


TARGETS = Record(
    Targets,
    "targets",
    {
        "assets": Field(_many("asset"), "Assets by name."),
        "tags": Field(_many("tag"), "Assets with one of these tags."),
        "service": Field(_many("service"), "Assets that deliver one of these services."),
        "region": Field(_many("region"), "Assets in one of these regions."),
    },
    _check_targets,
)


def _check_damage(spot: Spot, values: dict[str, Any]) -> None:
    ways = [key for key in ("probability", "intensity", "subsets") if key in values]
    if len(ways) != 1:
        expected = "exactly one of probability, intensity (with fragility) and subsets"
        spot.refuse(expected, " and ".join(ways) or "none")
        return
    if ("intensity" in values) != ("fragility" in values):
        given, missing = "intensity", "fragility"
        if "fragility" in values:
            given, missing = missing, given
        spot.refuse(f"'{missing}' with '{given}'", f"'{given}' alone")
    elif "intensity" in values:
        strength = values["intensity"].dimension
        median = values["fragility"].dimension
        if strength is not median:
            at = spot.at("fragility", "median")
            at.refuse(f"{strength.name}, as the intensity is", median.name)
    if "beta_factor" in values and "probability" not in values:
        spot.at("beta_factor").refuse("'beta_factor' only with 'probability'", f"with {ways[0]}")
    if "subsets" in values:
        _check_subsets(spot, values["subsets"], _matching(spot, values["targets"]))


def _check_subsets(spot: Spot, subsets: dict[int, Known], count: int) -> None:
    if not spot.book.assets:
        return
    if count > MOST_IN_SUBSETS:
        expected = f"at most {MOST_IN_SUBSETS} targets with 'subsets'"
        spot.at("targets").refuse(expected, f"{count} targets")
        return
    total = 0.0
    for size, probability in subsets.items():
        if size > count:
            spot.at("subsets", str(size)).refuse(f"a size of at most {count}", str(size))
        elif isinstance(probability, Fixed):
            total += math.comb(count, size) * probability.value
    if total > 1 + 1e-9:
        expected = "probabilities whose sum over all subsets is at most 1"
        advice = "each is the probability of one specific subset"
        spot.at("subsets").refuse(expected, f"{total:g}", advice)


class _Subsets(Shape[dict[int, Known]]):
    """Sizes of subsets, each with the probability of one specific subset."""

    def _read(self, spot: Spot) -> dict[int, Known]:
        read = MapOf(PROBABILITY, "probabilities", least=1).read(spot)
        wrong = [spot.at(size) for size in read if not size.isdecimal() or int(size) < 1]
        for at in wrong:
            at.refuse("the size of a subset, 1 or more", f"'{at.name}'")
        if wrong:
            raise Refused
        return {int(size): probability for size, probability in read.items()}

    def _schema(self, definitions: Schema) -> Schema:
        item = PROBABILITY.schema(definitions)
        return {"type": "object", "additionalProperties": item, "minProperties": 1}


def _fragility(median: Measured, beta: Known) -> Measured:
    made: Any = Fragility(median.quantity, beta)  # type: ignore[arg-type]
    return Measured(made, median.dimension)


def _damage(**values: Any) -> Damage:
    for key in ("intensity", "fragility"):
        if key in values:
            values[key] = values[key].quantity
    return Damage(**values)


_AFTERMATH = {
    "health": Field(Number(within=Range(low=0.0, high=1.0)), "What is left while damaged (0)."),
    "repair": Field(QuantityShape(TIME, within=TIMES), "Work of repair, instead of the asset's."),
    "after": Field(QuantityShape(TIME, within=TIMES), "Delay from the threat to the damage."),
}
DAMAGE = Record(
    _damage,
    "damage",
    {
        "targets": Field(TARGETS, "What can be hit; all keys given must hold.", True),
        "probability": Field(PROBABILITY, "Probability that a target is damaged."),
        "intensity": Field(
            QuantityShape(*_STRENGTHS, within=Range(low=0.0), name="an intensity"),
            "Strength, one draw a run, shared by all targets.",
        ),
        "fragility": Field(
            Record(
                _fragility,
                "a fragility",
                {
                    "median": Field(
                        QuantityShape(*_STRENGTHS, chance=False, within=POSITIVE, name="a median"),
                        "Intensity that damages half of the targets.",
                        True,
                    ),
                    "beta": Field(
                        QuantityShape(PLAIN, chance=False, within=POSITIVE, name="a spread"),
                        "Standard deviation of the logarithm of what a target stands.",
                        True,
                    ),
                },
            ),
            "Probability of damage by intensity, a lognormal curve.",
        ),
        "subsets": Field(_Subsets(), "Size of a subset: probability of each specific subset."),
        "beta_factor": Field(
            QuantityShape(PLAIN, chance=False, within=FRACTION, name="a share"),
            "Share of the probability that strikes all targets at once.",
        ),
        **_AFTERMATH,
    },
    _check_damage,
)
COMMON_MODE = Record(
    CommonMode,
    "a common mode",
    {
        "targets": Field(TARGETS, "What shares the flaw; all keys given must hold.", True),
        "probability": Field(PROBABILITY, "Probability that the flaw shows.", True),
        "each": Field(PROBABILITY, "Probability that a target then falls (1)."),
        "shared_repair": Field(Flag(), "Whether one draw of repair holds for all (true)."),
        **_AFTERMATH,
    },
)


class _Mechanism(Shape[Any]):
    """One mechanism: a mapping with its kind as the one key."""

    kinds: dict[str, Record[Any]] = {"damage": DAMAGE, "common_mode": COMMON_MODE}  # noqa: RUF012

    def _read(self, spot: Spot) -> Damage | CommonMode:
        keys = list(spot.node.mapping)
        if len(keys) != 1:
            raise spot.refuse("one mechanism, {damage: {...}} or {common_mode: {...}}")
        made: Damage | CommonMode = Record(
            lambda **kinds: next(iter(kinds.values())),
            "a mechanism",
            {name: Field(kind, "") for name, kind in self.kinds.items()},
        ).read(spot)
        return made

    def _schema(self, definitions: Schema) -> Schema:
        own = {name: kind.schema(definitions) for name, kind in self.kinds.items()}
        return {
            "type": "object",
            "properties": own,
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }


def _threat(**values: Any) -> Threat:
    return Threat(**{"title": {}, **values})


THREAT = Record(
    _threat,
    "a threat",
    {
        "title": Field(TITLE, "Title for readers, by language."),
        "deliberate": Field(Flag(), "Whether somebody means it.", True),
        "category": Field(Text(), "The category it belongs to.", True),
        "source": Field(Text(), "Where the numbers come from.", True),
        "likelihood": Field(
            Record(
                Likelihood,
                "a likelihood",
                {
                    "rate": Field(
                        QuantityShape(RATE, chance=False, within=TIMES),
                        "How often it occurs, per year of 8,760 h.",
                        True,
                    )
                },
            ),
            "How likely it is.",
            True,
        ),
        "mechanisms": Field(
            ListOf(_Mechanism(), least=1, words="a list of mechanisms"), "How it hits.", True
        ),
    },
    named=True,
)
