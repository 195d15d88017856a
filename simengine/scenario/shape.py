"""Shapes: what may stand where. One description reads, words the errors and makes the schema.

A shape reads a `Spot` of a document. Whatever is wrong goes into the spot's `Book`; then
`Refused` is raised and caught by the nearest mapping or list, which goes on with the rest, so
that one reading finds every problem.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from simengine.errors import nearest
from simengine.scenario.reading import Node
from simengine.scenario.spot import Refused, Spot

__all__ = [
    "Choice",
    "Field",
    "Flag",
    "ListOf",
    "MapOf",
    "Record",
    "Ref",
    "Schema",
    "Shape",
    "Text",
]

T = TypeVar("T")
Schema = dict[str, Any]
NAME = re.compile(r"\w[\w+/-]*")


class Shape(ABC, Generic[T]):
    """What may stand at a spot."""

    def read(self, spot: Spot) -> T:
        """Read the value, or note what is wrong and raise `Refused`."""
        return self._read(spot)

    def schema(self, definitions: Schema) -> Schema:
        """JSON Schema of the value; records put theirs into `definitions`."""
        return self._schema(definitions)

    @abstractmethod
    def _read(self, spot: Spot) -> T: ...

    @abstractmethod
    def _schema(self, definitions: Schema) -> Schema: ...


class Text(Shape[str]):
    """Any text that is not empty."""

    def __init__(self, words: str = "a text") -> None:
        self.words = words

    def _read(self, spot: Spot) -> str:
        if not isinstance(spot.node.value, str) or not spot.node.value.strip():
            raise spot.refuse(self.words)
        return spot.node.value

    def _schema(self, _: Schema) -> Schema:
        return {"type": "string", "minLength": 1}


class Flag(Shape[bool]):
    """True or false."""

    def _read(self, spot: Spot) -> bool:
        if not isinstance(spot.node.value, bool):
            raise spot.refuse("true or false")
        return spot.node.value

    def _schema(self, _: Schema) -> Schema:
        return {"type": "boolean"}


class Choice(Shape[str]):
    """One of a few words; `refused` has the reason why some other words do not do (yet)."""

    def __init__(self, *words: str, refused: dict[str, str] | None = None) -> None:
        self.words, self.refused = words, refused or {}

    def _read(self, spot: Spot) -> str:
        value = spot.node.value
        if isinstance(value, str) and value in self.words:
            return value
        words = [f"'{word}'" for word in self.words]
        some = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
        advice = self.refused.get(str(value)) or nearest(str(value), self.words, show=0)
        raise spot.refuse(some, advice=advice)

    def _schema(self, _: Schema) -> Schema:
        return {"enum": list(self.words)}


class Ref(Shape[str]):
    """The name of something that is there, of one of some `kinds`."""

    def __init__(self, *kinds: str, also: tuple[str, ...] = ()) -> None:
        self.kinds, self.also = kinds, also

    def _read(self, spot: Spot) -> str:
        value, names = spot.node.value, spot.book.names
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and (
            not spot.book.complete
            or text in self.also
            or any(text in names.get(kind, ()) for kind in self.kinds)
        ):
            return text
        words = " or ".join(f"the name of {_article(kind)} {kind}" for kind in self.kinds)
        if self.also:
            words += f", or {' or '.join(self.also)}"
        valid = [name for kind in self.kinds for name in names.get(kind, ())]
        raise spot.refuse(words, advice=nearest(str(value), [*valid, *self.also]))

    def _schema(self, _: Schema) -> Schema:
        return {"type": "string"}


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"


class ListOf(Shape[tuple[T, ...]]):
    """A list; with `single`, one value may stand without brackets."""

    def __init__(
        self, item: Shape[T], least: int = 0, single: bool = False, words: str = "a list"
    ) -> None:
        self.item, self.least, self.single, self.words = item, least, single, words

    def _read(self, spot: Spot) -> tuple[T, ...]:
        value = spot.node.value
        if self.single and isinstance(value, str):
            return (self.item.read(spot),)
        if not isinstance(value, list):
            raise spot.refuse(self.words)
        if len(value) < self.least:
            raise spot.refuse(f"{self.words} with at least {self.least}")
        items = read_all((child.name, self.item, child) for child in spot.children())
        return tuple(items.values())

    def _schema(self, definitions: Schema) -> Schema:
        item = self.item.schema(definitions)
        many: Schema = {"type": "array", "items": item, "minItems": self.least}
        return {"anyOf": [item, many]} if self.single else many


class MapOf(Shape[dict[str, T]]):
    """Things by name; `key` reads the name, which is a plain word unless told otherwise."""

    def __init__(
        self,
        item: Shape[T],
        words: str,
        least: int = 0,
        key: Shape[str] | None = None,
        by: str = "name",
    ) -> None:
        self.item, self.words, self.least, self.key, self.by = item, words, least, key, by

    def _read(self, spot: Spot) -> dict[str, T]:
        value = spot.node.value
        if not isinstance(value, dict):
            raise spot.refuse(f"{self.words} by {self.by}")
        if len(value) < self.least:
            raise spot.refuse(f"{self.words} by {self.by}, at least one", "none")
        good = [child for child in spot.children() if self._name(child)]
        things = read_all((child.name, self.item, child) for child in good)
        if len(good) < len(value):
            raise Refused
        return things

    def _name(self, child: Spot) -> bool:
        if self.key is None:
            if NAME.fullmatch(child.name):
                return True
            child.refuse("a name of letters, digits, _ - + /", f"'{child.name}'")
            return False
        name = Node(child.name, child.node.file, child.node.line)
        try:
            self.key.read(Spot(name, child.book, child.name, child.path))
        except Refused:
            return False
        return True

    def _schema(self, definitions: Schema) -> Schema:
        item = self.item.schema(definitions)
        return {"type": "object", "additionalProperties": item, "minProperties": self.least}


def read_all(parts: Any) -> dict[str, Any]:
    """Read (name, shape, spot) triples, all of them, before refusing any."""
    values: dict[str, Any] = {}
    refused = False
    for name, shape, spot in parts:
        try:
            values[name] = shape.read(spot)
        except Refused:
            refused = True
    if refused:
        raise Refused
    return values


@dataclass(frozen=True)
class Field:
    """A key of a record: its shape, one sentence for the editor, and whether it must be there."""

    shape: Shape[Any]
    words: str
    required: bool = False
    attribute: str | None = None


class Record(Shape[T]):
    """A mapping with known keys.

    Parameters
    ----------
    make
        Called with the values by attribute; what is not given is left to its defaults.
    title
        What it is, in messages and in the schema, such as ``a buffer``.
    fields
        The keys.
    check
        Looks at the values together, once each is good.
    named
        Whether `make` also gets `name`, the key under which the record stands.
    """

    def __init__(
        self,
        make: Callable[..., T],
        title: str,
        fields: dict[str, Field],
        check: Callable[[Spot, dict[str, Any]], None] | None = None,
        named: bool = False,
    ) -> None:
        self.make, self.title, self.fields = make, title, fields
        self.check, self.named = check, named

    def _read(self, spot: Spot) -> T:
        value = spot.node.value
        if not isinstance(value, dict):
            raise spot.refuse(f"{self.title}, a mapping", advice=nearest("", self.fields))
        good = True
        advised: list[str] = []
        for name, child in value.items():
            if name not in self.fields:
                good = False
                advice = nearest(name, [key for key in self.fields if key not in value], show=12)
                advised.append(advice)
                spot.child(name, child).refuse(f"a key of {self.title}", f"'{name}'", advice)
        for name, known in self.fields.items():
            if known.required and name not in value:
                good = False
                if f"did you mean '{name}'?" not in advised:
                    words = f"{name}: {known.words[:1].lower()}{known.words[1:].rstrip('.')}"
                    spot.refuse(f"the key '{name}' of {self.title}", "nothing", words)
        values = read_all(
            (known.attribute or name, known.shape, spot.child(name, value[name]))
            for name, known in self.fields.items()
            if name in value
        )
        if not good:
            raise Refused
        if self.check is not None:
            before = len(spot.book.problems)
            self.check(spot, values)
            if len(spot.book.problems) > before:
                raise Refused
        return self.make(name=spot.name, **values) if self.named else self.make(**values)

    def _schema(self, definitions: Schema) -> Schema:
        title = re.sub(r"^(a|an|the) ", "", self.title).replace(" ", "_")
        if title not in definitions:
            own: Schema = {"type": "object", "title": self.title, "additionalProperties": False}
            definitions[title] = own
            own["properties"] = {
                name: {**known.shape.schema(definitions), "description": known.words}
                for name, known in self.fields.items()
            }
            own["required"] = [name for name, known in self.fields.items() if known.required]
        return {"$ref": f"#/$defs/{title}"}
