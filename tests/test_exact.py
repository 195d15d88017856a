"""Estimates agree with exact answers of small networks, within four standard errors.

The standard deviations are exact too. In all there are about 300 comparisons of N = 100,000 runs
(300 interpreted, and then only of numbers that ten runs or more bear on), so a false alarm of
6.3e-5 each would ring once in 53 choices of seeds; seeds are fixed, so it rings when something
changes.
"""

from __future__ import annotations

import pytest

from tests import exact
from tests.comparison import Comparison, misses
from tests.engine import Document, Engine, hit, network, study, watching
from tests.strategies import Chooser

NETWORKS = 12


def compare(engine: Engine, runs: int) -> list[Comparison]:
    """Every number that the enumeration gives, beside the engine's."""
    got = engine.run(runs)
    return [
        Comparison("exact", " ".join(map(str, key)), true.mean, got[key].mean(), runs, true.sd)
        for key, true in exact.moments(engine.study).items()
        # Normal enough for four standard errors: ten runs at least that are not as usual.
        if true.sd == 0 or runs * (true.mean / true.sd) ** 2 > 10
    ]


def fixed(hours: int) -> Document:
    return {"pool": "none", "time": f"{hours} h"}


def layered(choose: Chooser) -> tuple[Document, Document]:
    """Up to 12 assets in layers: k-of-n and single needs, own repairs, a chance of a hit each."""
    names = [chr(97 + k) for k in range(choose.whole(4, 9))]
    assets: Document = {}
    for k, name in enumerate(names):
        found: Document = {"service": choose.one(("power", "water")), "region": f"r{k % 2}"}
        if choose.whole(1, 5) != 1:
            found["repair"] = fixed(choose.whole(1, 30))
        needs: Document = {}
        for j in range(choose.whole(0, 2) if k else 0):
            chosen = sorted({choose.one(names[:k]) for _ in range(3)})
            enough = choose.one(("all", "any", choose.whole(1, len(chosen))))
            needs[f"n{j}"] = {
                "suppliers": dict.fromkeys(chosen, 1), "rule": "step", "threshold": enough
            }  # fmt: skip
        assets[name] = {**found, "needs": needs} if needs else found
    areas: Document = {
        f"area_{name}": {
            "service": asset["service"],
            "region": asset["region"],
            "population": f"{choose.whole(1, 99)} person",
            "suppliers": {name: 1},
        }
        for name, asset in assets.items()
    }
    struck = [hit(name, probability=choose.whole(1, 9) / 10) for name in names]
    return study(*struck, horizon="40 h", seed=choose.whole(1, 10**6)), network(assets, areas)


@pytest.mark.parametrize("number", range(NETWORKS))
def test_layers_of_redundancy(number, sample_size):
    assert not misses(compare(Engine(*layered(Chooser(number))), sample_size))


ALIKE = {name: {"repair": fixed(4 + k)} for k, name in enumerate("abcd")}
TARGETS = {"assets": list(ALIKE)}
MECHANISMS: dict[str, list[Document]] = {
    "a share that strikes all": [hit(*ALIKE, probability=0.3, beta_factor=0.2)],
    "subsets": [{"damage": {"targets": TARGETS, "subsets": {1: 0.1, 2: 0.05, 4: 0.02}}}],
    "a common flaw": [{"common_mode": {"targets": TARGETS, "probability": 0.4, "each": 0.7}}],
    "fragility": [
        {
            "damage": {
                "targets": TARGETS,
                "intensity": "30 m/s",
                "fragility": {"median": "35 m/s", "beta": 0.4},
            }
        }
    ],
    "two mechanisms add their work": [
        hit(*ALIKE, probability=0.3),
        {"common_mode": {"targets": TARGETS, "probability": 0.5, "repair": "9 h"}},
    ],
}


@pytest.mark.parametrize("name", MECHANISMS)
def test_mechanisms(name, sample_size):
    need = {"suppliers": dict.fromkeys(ALIKE, 1), "rule": "step", "threshold": 3}
    assets = {**ALIKE, "three": {"needs": {"parts": need}}}
    made = watching(assets, [*ALIKE, "three"])
    engine = Engine(study(*MECHANISMS[name], horizon="15 h", seed=7), made)
    assert not misses(compare(engine, sample_size))


def bridge(p: float) -> tuple[Document, Document]:
    """Case K3: s-a, s-b, a-b, a-t, b-t fail with probability p; t needs a path from s."""
    ends = {"sa": "sa", "sb": "sb", "ab": "ab", "at": "at", "bt": "bt"}
    nodes: Document = {name: {"demand": "1 MW"} for name in "sabt"}
    nodes["s"]["sources"] = {"plant": "1000 MW"}
    carrier = {
        "hop": "1 h",
        "nodes": nodes,
        "links": {f"line_{x}": {"from": x[0], "to": x[1]} for x in ends},
    }
    assets: Document = {name: {} for name in ("plant", *"sabt")}
    struck = [hit(f"line_{x}", probability=p) for x in ends]
    return (
        study(*struck, horizon="10 h", seed=11),
        watching(assets, "abt", carriers={"grid": carrier}),
    )


def test_the_enumeration_gives_the_textbook_bridge():
    """0.97848: two-terminal reliability of the bridge at 0.9, any reliability text."""
    true = exact.moments(Engine(*bridge(0.1)).study)
    assert 1 - true["person_hours", "t"].mean / 10 == pytest.approx(0.97848, abs=1e-9)


@pytest.mark.parametrize("p", [0.1, 0.4])
def test_the_bridge(p, sample_size):
    assert not misses(compare(Engine(*bridge(p)), sample_size))


def test_a_ladder_with_two_sources_and_failing_nodes(sample_size):
    """Twelve targets: six nodes in two rows, the lines along them, two plants; rungs stay."""
    nodes: Document = {name: {"demand": "1 MW"} for name in "abcdef"}
    nodes["a"]["sources"], nodes["f"]["sources"] = {"west": "1000 MW"}, {"east": "1000 MW"}
    along, rungs = ("ab", "bc", "de", "ef"), ("ad", "be", "cf")
    links = {f"line_{x}": {"from": x[0], "to": x[1]} for x in (*along, *rungs)}
    assets: Document = {name: {} for name in ("west", "east", *nodes)}
    assets["user"] = {"needs": {"grid": {"suppliers": {"carrier:grid@c": 1}, "rule": "step"}}}
    made = watching(
        assets,
        [*nodes, "user"],
        carriers={"grid": {"hop": "1 h", "nodes": nodes, "links": links}},
    )
    targets = [*nodes, *(f"line_{x}" for x in along), "west", "east"]
    struck = [hit(name, probability=0.2) for name in targets]
    engine = Engine(study(*struck, horizon="10 h", seed=13), made)
    assert not misses(compare(engine, sample_size))
