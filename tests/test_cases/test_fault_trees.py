"""Published fault trees: case A4.

A basic event is an asset that is struck with its probability. A gate is an asset that needs its
children: an or-gate fails with any of them (it needs all), an and-gate with all (it needs any), an
at-least gate with k of n (it needs n - k + 1). The tree is one instant of the cascade; events that
stand at several places are one asset. Probabilities published with the examples of the SCRAM
fault-tree tool, more digits by a binary decision diagram of the same trees; the trees are written
anew here, `|` is or, `&` is and.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.comparison import Comparison, misses, share
from tests.engine import Engine, hit, study, watching

# Name -> (top gate, gates, probability of an event or of each, P(top)).
Tree = tuple[str, str, dict[str, float] | float, float]

THEATRE: Tree = (
    "dark",
    "dark = mains & backup; backup = generator | relay",
    {"mains": 0.03, "generator": 0.02, "relay": 0.05},
    0.00207,
)
TWO_TRAIN: Tree = (
    "top",
    "top = one & two; one = V1 | P1; two = V2 | P2",
    {"V1": 0.5, "V2": 0.5, "P1": 0.7, "P2": 0.7},
    0.7225,
)
SMALL: Tree = (
    "top",
    "top = g1 | g2; g1 = e1 & e2; g2 = e3 & e4",
    {
        "e1": 0.1607108538469253,
        "e2": 0.08387274565534586,
        "e3": 0.1607108538469253,
        "e4": 0.08387274565534586,
    },
    0.02677683,
)
# Three motors: the events KT1, KT2 and KT3 are certain (house events of the example).
THREE_MOTOR: Tree = (
    "E1",
    """
    E1 = E2 & E3; E2 = K5 | E4; E3 = K2 | E5; E4 = tE1 & E6; E5 = T1 | E8; E6 = T2 | K5;
    E8 = K1 | E9; E9 = E10 | E11; E10 = KT1 & KT3 & E12; E11 = S1 | T3; E12 = KT2 | T4;
    tE1 = K1 | tE2; tE2 = tE3 | tE4; tE3 = tE5 & tE6 & tE7; tE4 = S1 | T1inc;
    tE5 = KT1inc | T2inc; tE6 = KT2inc | T3inc; tE7 = KT3inc | T4inc
    """,
    0.02,
    0.02115378,
)
CERTAIN = ("KT1", "KT2", "KT3")
CHINESE: Tree = (
    "r1",
    """
    r1 = g1 & g2; g1 = e1 | e2 | e3 | g3; g2 = g4 & g5; g3 = g6 & g7;
    g4 = e4 | e5 | e6 | e7 | g8; g5 = e8 | g9; g6 = e9 | e10 | e11 | g10; g7 = e12 | e13;
    g8 = g11 & g12; g9 = g13 & g14; g10 = g15 & g16; g11 = e14 | e15 | e16 | g17;
    g12 = g18 & g19; g13 = e1 | e2 | e3 | g20; g14 = e4 | e5 | e6 | e7 | g21; g15 = e17 | e18;
    g16 = e19 | e20 | e21; g17 = g22 & g23; g18 = e22 | e23; g19 = e24 | e25; g20 = g24 & g25;
    g21 = g26 & g27; g22 = e17 | e18 | e21; g23 = e19 | e20; g24 = e14 | e15 | e16 | g28;
    g25 = g29 & g30; g26 = e9 | e10 | e11 | g31; g27 = e12 | e13; g28 = g32 & g33;
    g29 = e22 | e23; g30 = e24 | e25; g31 = g34 & g35; g32 = e17 | e18 | e21; g33 = e19 | e20;
    g34 = e19 | e20 | e21; g35 = e17 | e18
    """,
    0.02,
    0.004569322,
)


def parsed(text: str) -> dict[str, tuple[str, list[str]]]:
    """Gate -> its sign and children."""
    gates = {}
    for line in text.split(";"):
        name, right = (part.strip() for part in line.split("="))
        sign = "&" if "&" in right else "|"
        gates[name] = sign, [child.strip() for child in right.split(sign)]
    return gates


def tree_engine(tree: Tree, seed: int) -> Engine:
    """Make the study: each event struck with its probability, the top gate watched."""
    top, text, given, _ = tree
    gates = parsed(text)
    events = sorted({child for _, parts in gates.values() for child in parts} - set(gates))
    chances = given if isinstance(given, dict) else dict.fromkeys(events, given)
    chances |= {name: 1.0 for name in CERTAIN if name in events}
    assert set(events) == set(chances)
    assets: dict[str, Any] = {name: {} for name in events}
    for name, (sign, parts) in gates.items():
        need = {"suppliers": dict.fromkeys(parts, 1), "rule": "step"}
        need["threshold"] = "any" if sign == "&" else "all"
        assets[name] = {"needs": {"parts": need}}
    strikes = [
        hit(*(name for name in events if chances[name] == p), probability=p)
        for p in sorted(set(chances.values()))
    ]
    return Engine(study(*strikes, horizon="1 h", seed=seed), watching(assets, [top]))


def a4(sample: int) -> list[Comparison]:
    """Five small published trees: probability of the top event.

    Published .00207, .7225, .0211538, .02678 (SCRAM and OpenFTA examples), .0045691 (the "Chinese"
    tree of the Aralia set).
    """
    found = []
    for words, tree in (
        ("Theatre, 3 events", THEATRE),
        ("TwoTrain, 4 events", TWO_TRAIN),
        ("ThreeMotor, 15 events and 18 gates", THREE_MOTOR),
        ("SmallTree, 4 events", SMALL),
        ("Chinese tree, 25 events and 36 gates", CHINESE),
    ):
        engine = tree_engine(tree, 20260451 + len(found))
        failed = engine.run(sample)["person_hours", tree[0]] > 0
        found.append(share("A4", f"{words}: P(top)", tree[3], failed))
    return found


CASES = (a4,)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))


def test_the_trees_are_as_large_as_published():
    for text, events, gates in ((THREE_MOTOR[1], 15 + 3, 18), (CHINESE[1], 25, 36)):
        found = parsed(text)
        assert len(found) == gates
        assert len({c for _, parts in found.values() for c in parts} - set(found)) == events
