"""A quantity where it stands in a document: a number, `uncertain`, or a law of chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simengine.scenario.distributions import DISTRIBUTIONS
from simengine.scenario.laws import read_law, read_uncertain
from simengine.scenario.number_shape import Range, number_schema, read_number
from simengine.scenario.quantity import Fixed, Law, Quantity
from simengine.scenario.shape import Schema, Shape
from simengine.scenario.spot import Spot
from simengine.scenario.units import DIMENSIONS, Dimension

__all__ = ["LawShape", "Measured", "QuantityShape"]


@dataclass(frozen=True)
class Measured:
    """A quantity with its dimension, where a document may choose between dimensions."""

    quantity: Quantity
    dimension: Dimension


class QuantityShape(Shape[Any]):
    """A number, `{uncertain: ...}`, and where chance is allowed `{dist: ...}`.

    Parameters
    ----------
    dimensions
        One dimension, or several to choose from: then a `Measured` is read.
    chance
        Whether a draw per run may stand here.
    within
        What it may be.
    name
        What it is, in messages; the dimension's name by default.
    """

    def __init__(
        self,
        *dimensions: Dimension,
        chance: bool = True,
        within: Range | None = None,
        name: str = "",
    ) -> None:
        self.dimensions, self.chance = dimensions, chance
        self.within = within or Range(low=0.0)
        self.name = name or dimensions[0].name

    def _read(self, spot: Spot) -> Any:
        value = spot.node.value
        dimension: Dimension
        quantity: Quantity
        if isinstance(value, dict) and "dist" in value:
            if not self.chance:
                expected = f"{self.name}, a number or `uncertain`"
                advice = "for what is not known: {uncertain: {dist: ...}}"
                raise spot.refuse(expected, "chance, a draw per run (`dist`)", advice)
            law, dimension = read_law(spot, self.dimensions)
            quantity = law
        elif isinstance(value, dict):
            quantity, dimension = read_uncertain(spot, self.dimensions)
        else:
            number, dimension = read_number(spot, self.dimensions)
            quantity = Fixed(number)
        self.within.check(spot, quantity, self.name)
        return quantity if len(self.dimensions) == 1 else Measured(quantity, dimension)

    def _schema(self, definitions: Schema) -> Schema:
        law = _law_schema(definitions)
        uncertain = {
            "type": "object",
            "description": "Lack of knowledge: a name of the `uncertain` block, or a law.",
            "properties": {"uncertain": {"anyOf": [{"type": "string"}, law]}},
            "required": ["uncertain"],
            "additionalProperties": False,
        }
        definitions.setdefault("uncertain", uncertain)
        plain = number_schema(self.dimensions)
        kinds = [plain, {"$ref": "#/$defs/uncertain"}, *([law] if self.chance else [])]
        return {"anyOf": kinds}


class LawShape(Shape[tuple[Law, Dimension]]):
    """An entry of an `uncertain` block: a law whose units say its dimension."""

    def _read(self, spot: Spot) -> tuple[Law, Dimension]:
        if not isinstance(spot.node.value, dict):
            raise spot.refuse("a law {dist: name, ...}")
        return read_law(spot, DIMENSIONS, known=True)

    def _schema(self, definitions: Schema) -> Schema:
        return _law_schema(definitions)


def _law_schema(definitions: Schema) -> Schema:
    """JSON Schema of a law: one alternative a distribution, told apart by `dist`."""
    if "law" not in definitions:
        definitions["law"] = {}
        number = {"description": "A number with its unit, or {uncertain: ...}."}
        kinds: list[Schema] = []
        for name, entry in DISTRIBUTIONS.items():
            if entry.counts or entry.composed:
                continue
            free = {p.name: number for form in entry.forms for p in form}
            kinds.append(
                {
                    "type": "object",
                    "title": name,
                    "description": entry.words,
                    "properties": {"dist": {"const": name}, **free},
                    "required": ["dist"],
                    "additionalProperties": False,
                }
            )
        definitions["law"] = {"oneOf": kinds + _composed_schemas()}
    return {"$ref": "#/$defs/law"}


def _composed_schemas() -> list[Schema]:
    """JSON Schemas of the composed laws."""
    law: Schema = {"$ref": "#/$defs/law"}
    weighted: Schema = {"type": "object", "required": ["weight", "dist"]}
    keys: dict[str, dict[str, Schema]] = {
        "mixture": {"parts": {"type": "array", "items": weighted}},
        "truncated": {"of": law, "low": {}, "high": {}},
        "quantiles": {
            "p": {"type": "array", "items": {"type": "number"}},
            "x": {"type": "array"},
        },
    }
    return [
        {
            "type": "object",
            "title": name,
            "description": DISTRIBUTIONS[name].words,
            "properties": {"dist": {"const": name}, **own},
            "required": ["dist"],
            "additionalProperties": False,
        }
        for name, own in keys.items()
    ]
