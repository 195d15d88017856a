"""Who is still connected: cases K3, N1, N2 and O1.

An undirected network is a carrier whose sources are far above demand, so that a node is served if
working links lead from it to a source. A directed one is needs: a node needs any of the edges that
lead to it, an edge needs the node that it comes from.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.comparison import Comparison, mean, misses, share
from tests.engine import Engine, hit, study, watching
from tests.test_cases import ieee_networks as ieee

HOURS = 10  # horizon; nothing is repaired


def grid(
    nodes: list[str], edges: list[tuple[str, str]], sources: tuple[str, ...], watched: list[str]
) -> dict[str, Any]:
    """Make a model of nodes and links `A_B`; each watched node is a service of its own."""
    made: dict[str, Any] = {name: {"demand": "1 MW"} for name in nodes}
    for name in sources:
        made[name]["sources"] = {f"source_{name}": "100000 MW"}
    links = {f"{a}_{b}": {"from": a, "to": b} for a, b in edges}
    assets: dict[str, Any] = {name: {} for name in (*nodes, *(f"source_{x}" for x in sources))}
    carrier = {"hop": "1 h", "nodes": made, "links": links}
    return watching(assets, watched, carriers={"net": carrier})


def cut_off(made: dict[str, Any], watched: list[str], runs: int, *strikes: Any, **more: Any) -> Any:
    """Whether each watched node is cut off, shape (node, run)."""
    got = Engine(study(*strikes, horizon=f"{HOURS} h", **more), made).run(runs)
    return np.array([got["person_hours", name] > 0 for name in watched])


def k3(sample: int) -> list[Comparison]:
    """Bridge network: s-a, s-b, a-b, a-t, b-t each up with probability .9; path from s to t.

    .97848 in any reliability text.
    """
    edges = [("s", "a"), ("s", "b"), ("a", "b"), ("a", "t"), ("b", "t")]
    strikes = hit(*(f"{a}_{b}" for a, b in edges), probability=0.1)
    out = cut_off(grid(list("sabt"), edges, ("s",), ["t"]), ["t"], sample, strikes, seed=20260481)
    return [share("K3", "bridge: two-terminal reliability", 0.97848, ~out[0])]


def n1(sample: int) -> list[Comparison]:
    """IEEE 14-bus network, each of 20 branches out with .05, supply at buses 1 and 2.

    All 2**20 states enumerated. Buses are numbered from 1 here.
    """
    case = ieee.CASE_14
    loads = case.loads
    buses = [str(k) for k in loads]
    made = grid([str(k) for k in range(1, 15)], case.edges, ("1", "2"), buses)
    strikes = hit(*(f"{a}_{b}" for a, b in case.edges), probability=0.05)
    out = cut_off(made, buses, sample, strikes, seed=20260482)
    lost = np.array(list(loads.values())) @ out
    found = [
        mean("N1", "E[MW not connected to supply]", 0.4202104, lost, 5.3002),
        share("N1", "P(no load lost)", 0.9838765, lost == 0),
    ]
    alone = (
        0.0003392478, 0.005417447, 0.005635261, 0.003706152, 0.001436829, 0.003371562
    )  # fmt: skip
    for bus, expected in zip(range(9, 15), alone, strict=True):
        out_k = out[buses.index(str(bus))]
        found.append(share("N1", f"P(bus {bus} cut off)", expected, out_k))
    return found


def n2(sample: int) -> list[Comparison]:
    """IEEE networks of 14, 39, 57 and 118 buses: branches whose outage alone parts the network.

    Each branch in its turn is out for an hour. With one source, at bus 1, some bus is cut off if
    and only if the branch is a bridge; with all generators, the largest load that is cut off.
    Expected: bridges of the pandapower case files, by networkx and by union-find.
    """
    found = []
    for case in ieee.CASES:
        alike = dict.fromkeys(range(1, case.buses + 1), 1.0)
        parting = np.count_nonzero(one_by_one(case, ("1",), alike))
        most = one_by_one(case, tuple(map(str, case.generators)), case.loads).max()
        words = f"IEEE {case.buses}: "
        found.append(Comparison("N2", words + "branches that part it", case.bridges, parting, 1, 0))
        found.append(Comparison("N2", words + "most MW cut off by one", case.most, most, 1, 0))
    return found


def one_by_one(case: ieee.Case, sources: tuple[str, ...], loads: dict[int, float]) -> Any:
    """Load cut off while each branch is out, one after another: at 0 h, 2 h, 4 h, ..."""
    names = [str(k) for k in range(1, case.buses + 1)]
    made = grid(names, case.edges, sources, names)
    made["carriers"]["net"]["hop"] = "1 min"
    made["services"] = {"load": {"sector": "energy", "basic": False}}
    for name in names:
        people = f"{round(1000 * loads.get(int(name), 0))} person"
        made["assets"][name]["service"] = "load"
        made["areas"][name] |= {"service": "load", "population": people}
    # Of two circuits side by side either alone cuts nothing off.
    alone = [f"{a}_{b}" for a, b in case.edges if case.edges.count((a, b)) == 1]
    strikes = [hit(name, after=f"{2 * k} h", repair="1 h") for k, name in enumerate(alone)]
    middle = [f"{2 * k + 0.5} h" for k in range(len(alone))]
    between = [f"{2 * k + 1.5} h" for k in range(len(alone))]
    counting = {"instants": sorted(middle + between, key=lambda text: float(text[:-2]))}
    asked = study(*strikes, horizon=f"{2 * len(alone)} h", counting=counting)
    got = Engine(asked, made).run(1)
    out = [got["people_out_at", "load", k + 0.5][0] for k in range(2 * len(alone))]
    assert not any(out[1::2])  # each is back before the next is out
    return np.array(out[::2]) / 1000


def o1(sample: int) -> list[Comparison]:
    """Demand nodes cut off (CCL), and sources out of their reach (PCL), of three small networks.

    From the tests of infrastructure risk in the OpenQuake engine (3.26): the network
    "demand_supply" with sources C, D, F and demands A, E, G under two fixed failures, and
    "five_nodes" in its directed forms. CCL is the share of demand nodes without any source, PCL
    the mean share of sources lost: here a study for each source alone. The measures of distance
    (WCL, EL) are not in the engine.
    """
    edges = [tuple(x) for x in ("AB", "BC", "CD", "DE", "CE", "EF", "FG")]
    sources, demands = "CDF", list("AEG")
    made = grid(list("ABCDEFG"), edges, tuple(sources), demands)
    lines, cut, lost = [], [], []
    for words, failed, ccl, pcl in (
        ("D", ["D"], 0.0, 0.333333),
        ("D, B-C, E-F", ["D", "B_C", "E_F"], 1 / 3, 0.777778),
    ):
        out = cut_off(made, demands, 1, hit(*failed))
        alone = [
            cut_off(grid(list("ABCDEFG"), edges, (x,), demands), demands, 1, hit(*failed))
            for x in sources
        ]
        cut.append(out[:, 0])
        lost.append(np.mean(alone))
        lines.append((f"demand_supply, {words} fail: CCL", ccl, out.mean()))
        lines.append((f"demand_supply, {words} fail: PCL", pcl, lost[-1]))
    lines.append(("demand_supply: mean CCL", 0.166667, np.mean(cut)))
    lines.append(("demand_supply: mean PCL", 0.555556, np.mean(lost)))
    for name, isolated, got in zip(demands, (0.5, 0, 0), np.mean(cut, axis=0), strict=True):
        lines.append((f"demand_supply: isolation of {name}", isolated, got))
    for words, sources, targets, loss in (
        ("directed", "A", "CB", 0.5),
        ("directed, unweighted", "AC", "B", 1.0),
    ):
        kept = [~directed(source, targets, True) for source in sources]
        before = [~directed(source, targets, False) for source in sources]
        pcl = 1 - np.mean(np.sum(kept, axis=0) / np.sum(before, axis=0))
        ccl = directed(sources, targets, True).mean()
        lines.append((f"five nodes {words}, A-E fails: CCL", loss, ccl))
        lines.append((f"five nodes {words}, A-E fails: PCL", loss, pcl))
    # Published with six digits.
    return [Comparison("O1", words, x, float(got), 1, 0, bias=5e-7) for words, x, got in lines]


def directed(sources: str, demands: str, failed: bool) -> Any:
    """The five nodes and their directed edges, of which A-E may fail: which demands are cut off."""
    edges = ("DC", "AC", "BD", "AE", "EB")
    assets: dict[str, Any] = {
        edge: {"needs": {"from": {"suppliers": {edge[0]: 1}, "rule": "step"}}} for edge in edges
    }
    for node in "ABCDE":
        into = {edge: 1 for edge in edges if edge[1] == node}
        need = {"suppliers": into, "rule": "step", "threshold": "any"}
        assets[node] = {} if node in sources else {"needs": {"path": need} if into else {}}
    assets["idle"] = {}
    # A node without a way in, that is no source, is not served.
    dark = [node for node in "A" if node not in sources]
    strikes = hit(*dark, *(["AE"] if failed else []), "idle")
    return cut_off(watching(assets, list(demands)), list(demands), 1, strikes)[:, 0]


CASES = (k3, n1, n2, o1)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_theory(case, sample_size):
    assert not misses(case(sample_size))


def test_the_networks_are_as_large_as_published():
    for case, load in zip(ieee.CASES, (259, 6254.23, 1250.8, 4242), strict=True):
        assert len(case.edges) == case.branches
        assert sum(case.loads.values()) == pytest.approx(load)
        assert {int(bus) for edge in case.edges for bus in edge} == set(range(1, case.buses + 1))
