"""Documents with positions: YAML read so that every value knows its file and line.

YAML 1.2 scalars (`no` is a word, `010` is ten, `1e4` is a number), duplicate keys refused, no
tags. Keys are text, whatever they look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from simengine.errors import Problem

__all__ = ["Node", "Scalar", "from_python", "from_yaml", "read_yaml", "to_python"]

Scalar: TypeAlias = str | int | float | bool | None
MOST_NODES = 5_000_000
DEEPEST = 60

_INT = re.compile(r"[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True)
class Node:
    """A value of a document and where it was written.

    Attributes
    ----------
    value
        A mapping or a list of nodes, or a scalar.
    file, line
        Where it starts; line None where there are no lines.
    shown
        Path by which the writer knows it, where that is not its path in the document (a value
        that a model change put there, a cell of a table).
    key
        Path that names an inline `uncertain` here, where that is not its path in the document.
    """

    value: dict[str, Node] | list[Node] | Scalar
    file: str
    line: int | None = None
    shown: str | None = None
    key: str | None = None

    def copy(self) -> Node:
        """The same node, sharing no mapping or list with this one."""
        value = self.value
        if isinstance(value, dict):
            value = {name: child.copy() for name, child in value.items()}
        elif isinstance(value, list):
            value = [child.copy() for child in value]
        return Node(value, self.file, self.line, self.shown, self.key)

    @property
    def mapping(self) -> dict[str, Node]:
        """The mapping, or an empty one if the value is something else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The list, or an empty one if the value is something else."""
        return self.value if isinstance(self.value, list) else []


def from_python(value: Any, file: str) -> Node:
    """A document in memory as nodes without lines, named `file` in messages."""
    if isinstance(value, Mapping):
        return Node({str(k): from_python(v, file) for k, v in value.items()}, file)
    if isinstance(value, (list, tuple)):
        return Node([from_python(v, file) for v in value], file)
    return Node(value, file)


def to_python(node: Node) -> Any:
    """The plain dicts, lists and scalars of a document."""
    if isinstance(node.value, dict):
        return {name: to_python(child) for name, child in node.value.items()}
    if isinstance(node.value, list):
        return [to_python(child) for child in node.value]
    return node.value


class _Loader(yaml.CSafeLoader):
    """The C parser with nothing resolved: scalars are read below, by the rules of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as PyYAML declares it


def _scalar(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < 400:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


class _Reader:
    """Turns the parser's nodes into ours and collects what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.open: set[int] = set()
        self.count = 0

    def refuse(self, at: yaml.Node, expected: str, found: str, advice: str = "") -> None:
        line = at.start_mark.line + 1
        self.problems.append(Problem(self.file, line, "", expected, found, advice))

    def node(self, raw: yaml.Node, line: int) -> Node:
        self.count += 1
        if id(raw) in self.open or self.count > MOST_NODES or len(self.open) > DEEPEST:
            if len(self.problems) < 20:
                self.refuse(raw, "a finite document", "an anchor that contains itself or explodes")
            return Node(None, self.file, line)
        if not raw.tag.startswith("tag:yaml.org,2002:") or (
            isinstance(raw, yaml.ScalarNode) and not raw.tag.endswith(":str")
        ):
            self.refuse(raw, "a value without a tag", f"the tag '{raw.tag}'", "leave the tag out")
        if isinstance(raw, yaml.ScalarNode):
            return Node(_scalar(raw.value) if not raw.style else raw.value, self.file, line)
        self.open.add(id(raw))
        if isinstance(raw, yaml.SequenceNode):
            items = [self.node(item, item.start_mark.line + 1) for item in raw.value]
            self.open.discard(id(raw))
            return Node(items, self.file, line)
        first: dict[str, int] = {}
        mapping: dict[str, Node] = {}
        for key, value in raw.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, "a word as key", "a list or mapping as key")
            elif key.value in first:
                advice = f"it stands in line {first[key.value]} too; keep one"
                self.refuse(key, "every key once", f"the key '{key.value}' again", advice)
            else:
                first[key.value] = at
                mapping[key.value] = self.node(value, at)
        self.open.discard(id(raw))
        return Node(mapping, self.file, line)


def from_yaml(text: str, file: str) -> tuple[Node, list[Problem]]:
    """Read YAML text.

    Parameters
    ----------
    text
        The text.
    file
        Its name in messages.

    Returns
    -------
    Node
        The document; a node with value None if it is empty or no YAML.
    list of Problem
        Syntax errors, duplicate keys, tags.
    """
    nothing = Node(None, file, 1)
    try:
        raw = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        found = f"a mistake {error.context or ''}".strip() + f": {error.problem}"
        advice = "look for a missing quote, bracket, colon or space, or a tab"
        return nothing, [Problem(file, line, "", "YAML", found, advice)]
    except yaml.YAMLError as error:
        return nothing, [Problem(file, None, "", "YAML", str(error).replace("\n", " "))]
    except RecursionError:
        return nothing, [Problem(file, None, "", "YAML", "mappings within mappings, too deep")]
    if raw is None:
        return nothing, [Problem(file, 1, "", "a document", "an empty file")]
    reader = _Reader(file)
    return reader.node(raw, raw.start_mark.line + 1), reader.problems


def read_yaml(path: Path, file: str) -> tuple[Node, list[Problem], bytes]:
    """Read a YAML file; also returns its bytes, for the digest of sources."""
    nothing = Node(None, file, None)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        return nothing, [Problem(file, None, "", "a file", reason)], b""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return nothing, [Problem(file, line, "", "text in UTF-8", "other bytes")], data
    node, problems = from_yaml(text, file)
    return node, problems, data
