"""Small shapes with a form of their own: titles, places, thresholds, suppliers, steps."""

from __future__ import annotations

from simengine.errors import nearest
from simengine.scenario.network import split_carrier
from simengine.scenario.number_shape import (
    FRACTION,
    Number,
    Range,
)
from simengine.scenario.quantity_shape import QuantityShape
from simengine.scenario.shape import Choice, MapOf, Schema, Shape, Text
from simengine.scenario.spot import Refused, Spot
from simengine.scenario.units import PLAIN, TIME, parse

__all__ = [
    "CONFIDENCE",
    "PROBABILITY",
    "TITLE",
    "LatLon",
    "Steps",
    "Supplier",
    "Threshold",
]

CONFIDENCE = Choice("low", "medium", "high")
PROBABILITY = QuantityShape(PLAIN, chance=False, within=FRACTION, name="a probability")
TITLE = MapOf(Text(), "a title", least=1, key=Choice("en", "nl"), by="language")


class LatLon(Shape[tuple[float, float]]):
    """A place: latitude and longitude in degrees."""

    def _read(self, spot: Spot) -> tuple[float, float]:
        if len(spot.node.items) != 2:
            raise spot.refuse("[latitude, longitude] in degrees")
        lat, lon = spot.children()
        return (
            Number(within=Range(low=-90.0, high=90.0)).read(lat),
            Number(within=Range(low=-180.0, high=180.0)).read(lon),
        )

    def _schema(self, _: Schema) -> Schema:
        return {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


class Threshold(Shape[str | float]):
    """How much weight is enough: all, any, or a number."""

    def _read(self, spot: Spot) -> str | float:
        value = spot.node.value
        if value in ("all", "any") and isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise spot.refuse("'all', 'any' or a number more than 0")
        return Number().read(spot)

    def _schema(self, _: Schema) -> Schema:
        return {"anyOf": [{"enum": ["all", "any"]}, {"type": "number", "exclusiveMinimum": 0}]}


class Supplier(Shape[str]):
    """An asset, or a carrier at a node: ``carrier:NAME@NODE``."""

    def _read(self, spot: Spot) -> str:
        name, names = str(spot.node.value), spot.book.names
        carrier = split_carrier(name)
        if carrier is None:
            if name not in names.get("asset", ()):
                advice = nearest(name, names.get("asset", ()))
                raise spot.refuse("the name of an asset, or carrier:NAME@NODE", f"'{name}'", advice)
        elif name not in names.get("node", ()):
            if carrier[0] not in names.get("carrier", ()):
                advice = nearest(carrier[0], names.get("carrier", ()))
                raise spot.refuse("a carrier of the model", f"'{carrier[0]}'", advice)
            nodes = [
                n.partition("@")[2]
                for n in names["node"]
                if split_carrier(n) and n.startswith(f"carrier:{carrier[0]}@")
            ]
            expected = f"a node of carrier '{carrier[0]}'"
            raise spot.refuse(expected, f"'{carrier[1]}'", nearest(carrier[1], nodes))
        return name

    def _schema(self, _: Schema) -> Schema:
        return {"type": "string"}


class Steps(Shape[tuple[tuple[float, float], ...]]):
    """The steps of a profile: `{0 h: 0.7, 7 h: 1.2}`."""

    def _read(self, spot: Spot) -> tuple[tuple[float, float], ...]:
        if not spot.node.mapping:
            raise spot.refuse("steps, such as {0 h: 0.7, 7 h: 1.2}")
        steps: list[tuple[float, float]] = []
        for child in spot.children():
            start = parse(child.name)
            if start is None or start[1] is not TIME or start[0] < 0:
                child.refuse("the start of a step, a time with its unit", f"'{child.name}'")
                continue
            try:
                steps.append((start[0], Number(within=Range(low=0.0)).read(child)))
            except Refused:
                continue
        if len(steps) < len(spot.node.mapping):
            raise Refused
        return tuple(steps)

    def _schema(self, _: Schema) -> Schema:
        return {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1}
