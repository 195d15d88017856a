"""Where a reading stands: a value of a document, the way to it, and what all readings share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from simengine.errors import Problem
from simengine.scenario.quantity import Law
from simengine.scenario.reading import Node
from simengine.scenario.units import Dimension

__all__ = ["Book", "Refused", "Spot", "describe"]


class Refused(Exception):
    """The value cannot be read; the reason is in the book already."""


@dataclass
class Book:
    """What a reading shares: the problems so far, and the names that may be referred to.

    Attributes
    ----------
    problems
        In the order found.
    names
        For each kind (``asset``, ``service``, ...) the names there are.
    uncertain
        Named laws with their dimension; None for one that is itself wrong.
    used
        Keys of what is uncertain: names that something refers to, and paths.
    complete
        Whether the model could be read; if not, any name may be one of its names.
    assets
        Of each asset what targets and areas ask: service, region and tags, as far as written.
    """

    problems: list[Problem] = field(default_factory=list)
    names: dict[str, Collection[str]] = field(default_factory=dict)
    uncertain: dict[str, tuple[Law, Dimension] | None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    complete: bool = True
    assets: dict[str, tuple[str | None, str | None, tuple[str, ...]]] = field(default_factory=dict)


class Spot:
    """A value and the way to it."""

    __slots__ = ("book", "key", "name", "node", "path")

    def __init__(self, node: Node, book: Book, name: str = "", path: str = "", key: str = ""):
        self.node, self.book, self.name = node, book, name
        self.path = path if node.shown is None else node.shown
        self.key = key if node.key is None else node.key

    def child(self, name: str, node: Node) -> Spot:
        """The spot of a value below this one."""
        path = f"{self.path}.{name}" if self.path else name
        key = f"{self.key}.{name}" if self.key else name
        return Spot(node, self.book, name, path, key)

    def at(self, *names: str) -> Spot:
        """The spot down `names`, as far as the document goes."""
        spot = self
        for name in names:
            node = spot.node.mapping.get(name)
            if node is None and name.isdecimal() and int(name) < len(spot.node.items):
                node = spot.node.items[int(name)]
            if node is None:
                break
            spot = spot.child(name, node)
        return spot

    def children(self) -> Iterator[Spot]:
        """The spots of a mapping's or list's values."""
        for name, node in self.node.mapping.items():
            yield self.child(name, node)
        for index, node in enumerate(self.node.items):
            yield self.child(str(index), node)

    def refuse(self, expected: str, found: str | None = None, advice: str = "") -> Refused:
        """Note a problem here; the caller raises what is returned, or goes on."""
        found = describe(self.node) if found is None else found
        problem = Problem(self.node.file, self.node.line, self.path, expected, found, advice)
        self.book.problems.append(problem)
        return Refused()


def describe(node: Node) -> str:
    """What a node is, in a few words."""
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        keys = ", ".join(list(value)[:4]) + (", ..." if len(value) > 4 else "")
        return f"a mapping of {keys}" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return f"'{value}'" if isinstance(value, str) else str(value)
