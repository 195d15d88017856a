"""Loops of share needs: which gain passes, and that levels then come to rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simengine.compiled import CompiledStudy, compile_study
from simengine.compiled.loops import MOST_NEEDS
from simengine.scenario.study import Study
from tests.test_compiled.small import build, grid, need, refusals, ring


def statuses(compiled: CompiledStudy, runs: int = 3) -> np.ndarray:
    """Status of the first runs."""
    values = np.zeros((runs, len(compiled.columns)))
    status = np.full(runs, -1, dtype=np.int32)
    compiled.simulate(0, 0, 0, values, status, None, compiled.epistemic_parameters([0])[0])
    return status


@pytest.mark.parametrize("size", [2, 3, 7, 100])
def test_a_loop_passes_up_to_a_gain_of_nine_tenths(size: int) -> None:
    compile_study(build(ring(0.9, size)))
    (problem,) = refusals(build(ring(0.91, size)))
    assert problem.path.startswith("assets.a")
    assert "at most 0.9" in problem.expected
    assert problem.found.startswith("0.91 in the loop of a0, a1")
    assert "step" in problem.advice


def test_gains_multiply_along_a_loop_and_need_not_be_small_each() -> None:
    loop = {
        "a": {"next": need({"b": 1}, criticality=1)},
        "b": {"next": need({"a": 1}, criticality=0.81)},
    }
    compile_study(build(loop))
    loop["b"]["next"]["criticality"] = 0.82
    assert refusals(build(loop))[0].path == "assets.a.needs.next"


def test_loops_that_share_an_asset_add_up() -> None:
    # Two loops of gain 0.64 each through the hub: the radius is sqrt(2 x 0.64) = 1.13.
    star = {
        "hub": {x: need({x: 1}, criticality=0.8) for x in ("left", "right")},
        "left": {"hub": need({"hub": 1}, criticality=0.8)},
        "right": {"hub": need({"hub": 1}, criticality=0.8)},
    }
    (problem,) = refusals(build(star))
    assert problem.found.startswith("1.131 in the loop of hub, left, right")


@pytest.mark.parametrize(("combine", "passes"), [("min", True), ("sum", False)])
def test_the_needs_of_a_pair_count_at_the_largest_or_add_up(combine: str, passes: bool) -> None:
    two = {
        "a": {x: need({"b": 1}, criticality=0.6) for x in ("one", "two")},
        "b": {x: need({"a": 1}, criticality=0.6) for x in ("one", "two")},
    }
    study = build(two, assets={x: {"combine": combine} for x in two})
    if passes:
        compile_study(study)
    else:
        assert refusals(study)[0].found.startswith("1.2 ")


def test_a_weight_counts_as_a_share_of_the_threshold() -> None:
    loop = ring(1.0)
    for found in loop.values():
        found["next"] |= {"threshold": 10, "suppliers": {**found["next"]["suppliers"], "c": 9}}
    compile_study(build({**loop, "c": {}}))
    for found in loop.values():
        found["next"] |= {"threshold": "any"}  # 1 of weight 1 and 9: the gain is 1
    assert refusals(build({**loop, "c": {}}))[0].found.startswith("1 ")


def test_a_profile_counts_at_its_least_factor_above_zero() -> None:
    def study(least: float) -> Study:
        loop = {x: {"n": need({y: 1}, criticality=0.45, profile="p")} for x, y in ("ab", "ba")}
        steps = {"0 h": 0, "6 h": least, "12 h": 1}
        return build(loop, profiles={"p": {"period": "day", "steps": steps}})

    compile_study(study(0.5))
    assert refusals(study(0.49))[0].found.startswith("0.9184 ")


def test_a_loop_without_a_share_need_in_it_has_no_gain() -> None:
    loop = ring(1.0)
    loop["a1"]["next"]["rule"] = "step"
    compile_study(build(loop))


def test_a_loop_has_at_most_a_hundred_share_needs() -> None:
    (problem,) = refusals(build(ring(0.5, MOST_NEEDS + 1)))
    assert "at most 100 share needs" in problem.expected
    assert problem.found.startswith("101 of them in the loop of a0, a1, a10, a100, a11 and 96 more")


def test_a_buffer_does_not_make_a_loop_smaller() -> None:
    loop = ring(1.0)
    loop["a0"]["next"]["buffer"] = {"time": "4 h"}
    assert refusals(build(loop))


def test_a_port_of_a_carrier_couples_its_node() -> None:
    needs = {
        "a": {"feed": need({"carrier:grid@n": 1})},
        "n": {"control": need({"a": 1})},
        "s": {},
    }
    carriers = grid({"n": {"sources": {"s": "1 MW"}}})
    (problem,) = refusals(build(needs, carriers=carriers))
    assert "loop of a, n" in problem.found
    # What goes through the balance of a carrier is no share need.
    needs["n"], needs["s"] = {}, {"fuel": need({"a": 1})}
    compile_study(build(needs, carriers=carriers))


def test_a_node_that_needs_its_own_port_is_a_loop() -> None:
    carriers = grid({"n": {"sources": {"s": "1 MW"}}})
    study = build({"n": {"own": need({"carrier:grid@n": 1})}, "s": {}}, carriers=carriers)
    assert "1 in the loop of n" in refusals(study)[0].found


@st.composite
def loops(draw: Any) -> Study:
    """A network in which any asset may need any other by share, scaled to a gain of 0.9."""
    size = draw(st.integers(2, 6))
    weights = st.sampled_from((0, 0, 0.1, 0.5, 1, 3))
    matrix = np.zeros((size, size))
    found: list[dict[str, dict[str, Any]]] = []
    for i in range(size):
        suppliers = {j: w for j in range(size) if j != i and (w := draw(weights))}
        found.append({})
        if suppliers:
            total = sum(suppliers.values())
            threshold = draw(st.sampled_from((0.3, 0.7, 1.0))) * total
            more = {"threshold": threshold, "criticality": draw(st.sampled_from((0.4, 0.9, 1)))}
            if draw(st.booleans()):
                more["buffer"] = {"time": f"{draw(st.integers(0, 3))} h"}
            found[i]["n"] = need({f"a{j}": w for j, w in suppliers.items()}, **more)
            for j, w in suppliers.items():
                matrix[i, j] = more["criticality"] * w / threshold
    radius = float(np.abs(np.linalg.eigvals(matrix)).max())
    for needs in found:
        for one in needs.values():
            one["criticality"] *= min(1.0, 0.9 / max(radius, 1e-9))
    return build({f"a{i}": needs for i, needs in enumerate(found)})


@given(loops())
def test_a_network_of_small_gain_comes_to_rest(study: Study) -> None:
    assert not statuses(compile_study(study)).any()
