"""YAML 1.2 with positions."""

from __future__ import annotations

from typing import Any

import pytest

from simengine.scenario.reading import Node, from_python, from_yaml, to_python


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("010", 10),
        ("1:30", "1:30"),
        ("1e4", 10_000.0),
        ("0x1f", 31),
        (".5", 0.5),
        ("true", True),
        ("~", None),
        ("'3'", "3"),
        ("2026-01-01", "2026-01-01"),
        (".nan", ".nan"),
        ("14 day", "14 day"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    node, problems = from_yaml(f"key: {text}\n", "file")
    assert not problems
    assert to_python(node) == {"key": value}


def test_a_key_is_text_whatever_it_looks_like() -> None:
    node, _ = from_yaml("{1: a, 0 h: b, true: c}", "file")
    assert list(node.mapping) == ["1", "0 h", "true"]


def test_every_value_knows_the_line_of_its_key() -> None:
    node, _ = from_yaml("a: 1\nb:\n  c:\n    - 1\n    - d: 2\n", "file")
    assert node.mapping["b"].line == 2
    assert node.mapping["b"].mapping["c"].line == 3
    assert [item.line for item in node.mapping["b"].mapping["c"].items] == [4, 5]


def test_anchors_are_copied_where_they_are_used() -> None:
    node, problems = from_yaml("a: &x {b: 1}\nc: *x\n", "file")
    assert not problems
    assert to_python(node) == {"a": {"b": 1}, "c": {"b": 1}}


def test_an_explosion_of_anchors_is_refused_before_it_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simengine.scenario.reading.MOST_NODES", 1000)
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 25)]
    _, problems = from_yaml("\n".join(lines), "file")
    assert 1 <= len(problems) <= 20


def test_a_copy_shares_nothing() -> None:
    node = from_python({"a": [1, {"b": 2}]}, "file")
    other = node.copy()
    other.mapping["a"].items.append(Node(3, "file"))
    assert to_python(node) == {"a": [1, {"b": 2}]}


def test_plain_documents_come_back() -> None:
    document: dict[str, Any] = {"a": [1, 2.5, "x", None, True], "b": {"c": {}}}
    assert to_python(from_python(document, "file")) == document
