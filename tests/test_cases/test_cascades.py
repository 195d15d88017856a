"""Cascades of known size: cases K1, K8 (chance) and K4 (thresholds on a random network).

An edge along which a failure passes by chance is a need with a buffer that outlasts the study and
fails on demand with that chance: one draw an edge, once.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.comparison import Comparison, mean, misses, share
from tests.engine import Engine, hit, study, watching


def chance_edge(supplier: str, p: float) -> dict[str, Any]:
    buffer = {"time": "100 day", "fails_on_demand": p}
    return {"suppliers": {supplier: 1}, "rule": "step", "buffer": buffer}


def k1(sample: int) -> list[Comparison]:
    """Binary tree of depth 10, root fails, each failed parent fails each child with p = .4.

    Galton-Watson process cut at ten generations: generating functions; the law of five by
    Otter-Dwass. 2047 assets, no repair.
    """
    p, depth = 0.4, 10
    assets: dict[str, Any] = {"node_1": {}}
    for k in range(2, 2 ** (depth + 1)):
        assets[f"node_{k}"] = {"needs": {"parent": chance_edge(f"node_{k // 2}", p)}}
    engine = Engine(
        study(hit("node_1"), horizon="1 h", seed=20260471), watching(assets, ["node_1"])
    )
    got = engine.run(min(sample, 50_000))
    failed = got["struck",] + got["followed",]
    return [
        mean("K1", "E[failed nodes]", 4.570503, failed, 5.691072),
        spread("K1", "sd[failed nodes]", 5.691072, failed),
        share("K1", "P(only the root)", 0.36, failed == 1),
        share("K1", "P(5 failed)", 0.05016453, failed == 5),
        share("K1", "P(>= 10 failed)", 0.1334523, failed >= 10),
        share("K1", "P(>= 50 failed)", 0.0002295621, failed >= 50),
    ]


def spread(case: str, words: str, expected: float, values: Any) -> Comparison:
    """Compare a standard deviation; its error by the delta method."""
    sd = float(np.std(np.square(values - values.mean())) / (2 * expected))
    return Comparison(case, words, expected, float(values.std(ddof=1)), len(values), sd)


def k8(sample: int) -> list[Comparison]:
    """Seven nodes, one seed; a failed node fails each healthy one, once, with p = .25.

    Final size of the Reed-Frost chain-binomial epidemic.
    """
    law = (0.17797852, 0.08447027, 0.07424145, 0.09063644, 0.13320282, 0.20279, 0.2366805)
    names = "abcdefg"
    assets = {
        name: {"needs": {other: chance_edge(other, 0.25) for other in names if other != name}}
        for name in names
    }
    asked = study(hit("a"), horizon="1 h", seed=20260472)
    more = Engine(asked, watching(assets, ["a"])).run(sample)["followed",]
    return [
        *(share("K8", f"P({k} further failures)", p, more == k) for k, p in enumerate(law)),
        mean("K8", "E[further failures]", 3.471707, more, 2.205881),
    ]


# Mean degree, share of seeds, share that fails in the end (Gleeson and Cahalane 2007).
WATTS = (
    (2, 0.001, 0.7969505),
    (4, 0.001, 0.9801941),
    (5, 0.005, 0.993059),
    (8, 0.001, 0.002308406),
    (8, 0.01, 0.999667),
)
PHI = 0.18


def k4(sample: int, nodes: int = 20_000) -> list[Comparison]:
    """Watts' thresholds: a node fails when a share .18 or more of its neighbours has.

    Erdos-Renyi networks of 20,000 nodes, eight of each mean degree, a run each; seeds struck at
    random. Theory is of infinite networks (Watts, PNAS 99, 2002; Gleeson and Cahalane, Physical
    Review E 75, 2007): a bias of .01 is declared, as for the simulations that went with it.
    """
    graphs = 8 if sample >= 100_000 else 2
    found = []
    for z, seeds, expected in WATTS:
        shares = [watts_share(nodes, z, seeds, graph) for graph in range(graphs)]
        words = f"phi=.18, z={z}, seeds {seeds}: share failed"
        found.append(mean("K4", words, expected, np.array(shares), bias=0.01))
    return found


def watts_share(nodes: int, z: float, seeds: float, graph: int) -> float:
    """Share of one random network that fails in one run."""
    rng = np.random.default_rng([20260473, graph, round(z * 1000)])
    ends = rng.integers(0, nodes, size=(rng.binomial(nodes * (nodes - 1) // 2, z / (nodes - 1)), 2))
    neighbours: list[set[int]] = [set() for _ in range(nodes)]
    for a, b in ends.tolist():
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    assets: dict[str, Any] = {}
    for k, near in enumerate(neighbours):
        assets[f"node_{k}"] = {"tags": ["node"]}
        if near:
            # Up while fewer than PHI of them have failed.
            enough = len(near) - math.ceil(PHI * len(near)) + 1
            need = {"suppliers": {f"node_{j}": 1 for j in sorted(near)}, "rule": "step"}
            assets[f"node_{k}"]["needs"] = {"near": {**need, "threshold": enough}}
    strike = {"damage": {"targets": {"tags": ["node"]}, "probability": seeds}}
    asked = study(strike, horizon="1 h", seed=20260474 + graph)
    got = Engine(asked, watching(assets, ["node_1"])).run(1)
    return float((got["struck",] + got["followed",])[0]) / nodes


CASES = (k1, k8)
SLOW_CASES = (k4,)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))


@pytest.mark.slow
@pytest.mark.compiled_only
@pytest.mark.parametrize("case", SLOW_CASES)
def test_the_engine_agrees_with_theory_on_large_networks(case, sample_size):
    assert not misses(case(sample_size))
