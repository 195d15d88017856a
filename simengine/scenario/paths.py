"""The path language of model changes, `--set` and measures.

``runs``, ``threats.storm.mechanisms.0.damage.probability``,
``assets[tags=mobile].needs.power.buffer.time``, ``assets[*].restart``. A path is names joined by
dots; a name may be followed by conditions ``[key=value]``, which choose among the things it
holds, and ``[*]`` takes all. An optional key that is not written yet is added; a thing by name
(an asset, a need, a threat) must be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simengine.errors import nearest
from simengine.scenario.reading import Node
from simengine.scenario.shape import ListOf, MapOf, Record, Shape
from simengine.scenario.spot import Spot

__all__ = ["Segment", "change", "parse_path"]

_SEGMENT = re.compile(r"([^.\[\]=\s]+)((?:\[[^\[\]]+\])*)")
_CONDITION = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True)
class Segment:
    """A name of a path with its conditions, pairs of key and value; ("*", "") takes all."""

    name: str
    conditions: tuple[tuple[str, str], ...] = ()


@dataclass
class _Lost(Exception):
    """A branch of a path that leads nowhere."""

    expected: str
    found: str
    advice: str = ""


def parse_path(text: str) -> tuple[Segment, ...] | None:
    """The segments of a path; None if it is no path.

    Examples
    --------
    >>> parse_path("assets[tags=mobile].restart")[0]
    Segment(name='assets', conditions=(('tags', 'mobile'),))
    """
    segments: list[Segment] = []
    position = 0
    while position <= len(text):
        match = _SEGMENT.match(text, position)
        if match is None:
            return None
        conditions: list[tuple[str, str]] = []
        for condition in _CONDITION.findall(match[2]):
            key, equals, value = (part.strip() for part in condition.partition("="))
            if not (equals and key and value) and condition != "*":
                return None
            conditions.append((key, value))
        segments.append(Segment(match[1], tuple(conditions)))
        position = match.end()
        if position == len(text):
            return tuple(segments)
        if text[position] != ".":
            return None
        position += 1
    return None


def change(root: Node, shape: Shape[Any], path: Spot, value: Node) -> int:
    """Put `value` at every place that a path selects, in place; null takes the place away.

    Parameters
    ----------
    root, shape
        The document and what it may hold.
    path
        Where the path stands, for messages; its node's value is the text of the path.
    value
        The new value; every place gets its own copy.

    Returns
    -------
    int
        How many places were changed; 0 if the path is wrong, which is then in the book.
    """
    segments = parse_path(str(path.node.value))
    if segments is None:
        path.refuse("a path, such as assets[tags=mobile].needs.power.buffer.time")
        return 0
    lost: list[_Lost] = []
    places = list(_select(root, shape, segments, lost, value))
    if not places:
        first = lost[0] if lost else _Lost("a path that selects something", "one that does not")
        found = f"{first.found} in '{path.node.value}'"
        path.refuse(first.expected, found, first.advice)
    for parent, name in reversed(places):  # so that what is taken from a list shifts nothing
        _put(parent, name, value)
    return len(places)


def _put(parent: Node, name: str, value: Node) -> None:
    if isinstance(parent.value, list):
        if value.value is None:
            del parent.value[int(name)]
        else:
            parent.value[int(name)] = value.copy()
    elif isinstance(parent.value, dict):
        if value.value is None:
            del parent.value[name]
        else:
            parent.value[name] = value.copy()


def _select(
    node: Node,
    shape: Shape[Any] | None,
    segments: tuple[Segment, ...],
    lost: list[_Lost],
    value: Node,
) -> Iterator[tuple[Node, str]]:
    """The places, each a parent and a name in it; what leads nowhere goes into `lost`."""
    head, rest = segments[0], segments[1:]
    try:
        below = _step(node, shape, head.name, last=not rest and not head.conditions, value=value)
        if not head.conditions:
            if not rest:
                yield node, head.name
            else:
                yield from _select(_child(node, head.name), below, rest, lost, value)
            return
        holder = _child(node, head.name)
        names = _chosen(holder, below, head)
    except _Lost as reason:
        lost.append(reason)
        return
    for name in names:
        if rest:
            item = below.item if isinstance(below, (MapOf, ListOf)) else None
            yield from _select(_child(holder, name), item, rest, lost, value)
        else:
            yield holder, name


def _child(node: Node, name: str) -> Node:
    if isinstance(node.value, list):
        return node.value[int(name)]
    return node.mapping[name]


def _step(
    node: Node, shape: Shape[Any] | None, name: str, last: bool, value: Node
) -> Shape[Any] | None:
    """The shape below `name`; adds an optional key where the path goes on below it."""
    if isinstance(shape, Record):
        if name not in shape.fields:
            raise _Lost(f"a key of {shape.title}", f"'{name}'", nearest(name, shape.fields, 20))
        below = shape.fields[name].shape
        if name not in node.mapping and (not last or value.value is None):
            if not isinstance(below, Record) or value.value is None:
                raise _Lost(f"'{name}' to be there", f"no '{name}'")
            node.mapping[name] = Node({}, value.file, value.line, value.shown)
        return below
    if isinstance(node.value, list):
        if not name.isdecimal() or int(name) >= len(node.value):
            most = len(node.value) - 1
            raise _Lost(f"a position from 0 to {most}", f"'{name}'")
        return shape.item if isinstance(shape, ListOf) else None
    if isinstance(shape, MapOf):
        if name not in node.mapping:
            raise _Lost(f"one of {shape.words} by name", f"'{name}'", nearest(name, node.mapping))
        return shape.item
    kinds = getattr(shape, "kinds", None)
    if not isinstance(node.value, dict) or (not last and name not in node.value):
        raise _Lost("a path to something that is there", f"'{name}'", nearest(name, node.mapping))
    return kinds.get(name) if kinds else None


def _chosen(holder: Node, shape: Shape[Any] | None, segment: Segment) -> list[str]:
    """Names of the things in `holder` that meet the conditions."""
    if isinstance(holder.value, list):
        things = {str(index): node for index, node in enumerate(holder.value)}
    else:
        things = dict(holder.mapping)
    item = shape.item if isinstance(shape, (MapOf, ListOf)) else None
    for key, wanted in segment.conditions:
        if key == "*":
            continue
        if isinstance(item, Record) and key not in item.fields:
            raise _Lost(f"a key of {item.title}", f"'{key}'", nearest(key, item.fields, 20))
        met = {name: node for name, node in things.items() if wanted in _values(node, key)}
        if not met:
            seen = sorted({word for node in things.values() for word in _values(node, key)})
            found = f"none with [{key}={wanted}]"
            raise _Lost(
                f"something in '{segment.name}' that is chosen", found, nearest(wanted, seen)
            )
        things = met
    return list(things)


def _values(node: Node, key: str) -> list[str]:
    held = node.mapping.get(key)
    if held is None:
        return []
    nodes = held.value if isinstance(held.value, list) else [held]
    return [str(n.value).lower() if isinstance(n.value, bool) else str(n.value) for n in nodes]
