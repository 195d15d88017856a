"""Cascades between a power grid and its control network, step by step: case T1.

Traces of the TiedNets simulator (its test sets ex_1, ex_2a, ex_3, rules "realistic"): a substation
needs a path to a generator, every power node a relay with a path to the control centre, every
telecom node the distribution station that powers it. Networks and traces are typed anew. Both
networks are trees, so "a path" is one path: all of its nodes have to run. A node that lost a need
goes on for an hour, so that what fails at once in the trace fails in the same hour here; the
simulator's own clock counts its sweeps.

Its other rule, a node lives if it is in the largest component and one of its links across does, is
half a rule of this engine: links across are needs, the largest component is found by the test,
which strikes what is outside of it until nothing changes. There the failed set is compared alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.comparison import Comparison, misses
from tests.engine import Engine, hit, study, watching


@dataclass(frozen=True)
class Pair:
    """Two networks: their edges, each power node's relay, each telecom node's station."""

    power: str
    telecom: str
    relays: str
    stations: str


EX_1 = Pair(
    "T1-G1 T1-D1 T1-D2 T1-T2 T2-T3 T3-G2 T3-D3",
    "C1-R1 R1-R2 R1-R5 R2-R3 R2-R4 R5-R6 R5-R7",
    "G1:R1 G2:R5 T1:R2 T2:R5 T3:R7 D1:R3 D2:R4 D3:R6",
    "C1:D2 R1:D2 R2:D2 R4:D2 R3:D1 R5:D3 R6:D3 R7:D3",
)
EX_2A = Pair(
    "G1-T1 T1-D1 T1-D2",
    "C1-R1 R1-R2 R1-R3",
    "G1:R3 T1:R2 D1:R2 D2:R1",
    "C1:D1 R2:D1 R1:D2 R3:D2",
)
EX_3 = Pair(
    "G1-T1 T1-D1 T1-T2 T2-G2 T2-D2 T2-D3",
    "C1-R1 R1-R2 R1-R3 R1-R4 R4-R5 R4-R6",
    "G1:R1 G2:R4 T1:R2 T2:R6 D1:R3 D2:R5 D3:R6",
    "C1:D1 R1:D1 R2:D1 R3:D1 R4:D2 R5:D2 R6:D3",
)
# Name, networks, what is attacked, what then fails in order.
TRACES = (
    ("ex_1_full, attack T2", EX_1, ("T2",)),
    ("ex_2a_full, attack G1", EX_2A, ("G1", "D1 D2 T1", "C1 R1 R2 R3")),
    ("ex_3_full, attack D3", EX_3, ("D3", "R6", "T2", "D2", "R4 R5", "G2")),
)


def pairs(text: str, sign: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in (item.split(sign) for item in text.split())]


def path(edges: list[tuple[str, str]], start: str, end: str) -> list[str]:
    """The nodes of a tree from one to another, both included."""
    ways = [[start]]
    for way in ways:  # grows while it is walked
        if way[-1] == end:
            return way
        for a, b in [*edges, *((b, a) for a, b in edges)]:
            if a == way[-1] and b not in way:
                ways.append([*way, b])
    raise AssertionError(f"no path from {start} to {end}")


def coupled(pair: Pair) -> dict[str, Any]:
    """Make the model of a pair of networks; every node is watched."""
    power, telecom = pairs(pair.power, "-"), pairs(pair.telecom, "-")
    nodes = sorted({node for edge in (*power, *telecom) for node in edge})
    generators = [node for node in nodes if node[0] == "G"]
    assets: dict[str, Any] = {node: {"needs": {}} for node in nodes}
    hour = {"time": "1 h"}

    def need(node: str, name: str, suppliers: list[str], threshold: str = "all") -> None:
        assets[node]["needs"][name] = {
            "suppliers": dict.fromkeys(suppliers, 1), "rule": "step", "threshold": threshold,
            **({"buffer": hour} if "/" not in node else {}),
        }  # fmt: skip

    for node, relay in pairs(pair.relays, ":"):
        need(node, "control", path(telecom, relay, "C1"))
        if node[0] == "G":
            continue
        for generator in generators:
            assets[f"{generator}/{node}"] = {"needs": {}}
            need(f"{generator}/{node}", "path", path(power, generator, node)[:-1])
        need(node, "feed", [f"{generator}/{node}" for generator in generators], "any")
    for node, station in pairs(pair.stations, ":"):
        need(node, "power", [station])
    return watching(assets, nodes)


def t1(sample: int) -> list[Comparison]:
    """How many nodes fail in the step of the trace, or as there not at all."""
    found = []
    for words, networks, trace in TRACES:
        made = coupled(networks)
        nodes = list(made["areas"])
        got = Engine(study(hit(trace[0])), made).run(1)
        first = np.array([got["first_outage", node][0] for node in nodes])
        never = 100.0  # the horizon
        hours = sorted(set(first) - {never})
        published = {node: k for k, step in enumerate(trace) for node in step.split()}
        same = sum(
            hours.index(hour) == published.get(node, -1) if hour < never else node not in published
            for node, hour in zip(nodes, first, strict=True)
        )
        found.append(Comparison("T1", f"{words}: nodes as traced", len(nodes), same, 1, 0))
        found.append(Comparison("T1", f"{words}: steps", len(trace), len(hours), 1, 0))
    return found


def across(pair: Pair) -> dict[str, list[str]]:
    """Node -> nodes of the other network of which it needs one."""
    control = {node: ["C1", relay] for node, relay in pairs(pair.relays, ":")}
    return {**control, **{node: [station] for node, station in pairs(pair.stations, ":")}}


MATCHING = pairs("D1-R3 D2-R4 D3-R6 G1-R1 G2-R5 T1-R2 T2-C1 T3-R7", "-")
MATCHED = {a: [b] for x, y in MATCHING for a, b in ((x, y), (y, x))}
# Name, networks, links across, what is attacked, what has failed in the end.
LARGEST = (
    ("ex_1_full", EX_1, across(EX_1), "T2", "T2 D3 G2 T3 R5 R6 R7"),
    ("ex_1_max_matching", EX_1, MATCHED, "T2", "T2 D3 G2 T3 C1 R5 R6 R7"),
    ("ex_3_full", EX_3, across(EX_3), "D3", "D3 R6"),
)


def largest(edges: list[tuple[str, str]], up: set[str]) -> set[str]:
    """The largest component of what is up."""
    best: set[str] = set()
    for start in sorted(up):
        found, fresh = {start}, [start]
        for node in fresh:  # grows while it is walked
            beside = {b if a == node else a for a, b in edges if node in (a, b)} & up - found
            found |= beside
            fresh += sorted(beside)
        best = max(best, found, key=len)
    return best


def t1_largest(sample: int) -> list[Comparison]:
    """How many nodes fail or stand as in the trace, by the rule of the largest component."""
    found = []
    for words, pair, links, attacked, failed in LARGEST:
        networks = [pairs(pair.power, "-"), pairs(pair.telecom, "-")]
        nodes = sorted(links)
        assets = {
            node: {"needs": {"across": {
                "suppliers": dict.fromkeys(links[node], 1), "rule": "step", "threshold": "any",
            }}}
            for node in nodes
        }  # fmt: skip
        made, struck, before = watching(assets, nodes), {attacked}, set()
        while struck != before:
            got = Engine(study(hit(*sorted(struck))), made).run(1)
            up = {node for node in nodes if got["interruptions", node][0] == 0}
            inside = set[str]().union(
                *(largest(edges, up & {x for edge in edges for x in edge}) for edges in networks)
            )
            before, struck = struck, set(nodes) - inside
        expected = set(failed.split())
        same = sum((node in struck) == (node in expected) for node in nodes)
        words = f"{words}, largest component: as traced"
        found.append(Comparison("T1", words, len(nodes), same, 1, 0))
    return found


CASES = (t1, t1_largest)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))
