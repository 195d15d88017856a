"""Sets of assets that could not start again are named, and are those that deadlock."""

from __future__ import annotations

import numpy as np

from simengine.compiled import CompiledStudy, compile_study
from simengine.compiled.checks import find_warnings
from tests.test_compiled.small import build, grid, need


def deadlocked(compiled: CompiledStudy) -> float:
    """Assets in a deadlock at the end of the first run."""
    values = np.zeros((1, len(compiled.columns)))
    status = np.zeros(1, dtype=np.int32)
    compiled.simulate(0, 0, 0, values, status, None, compiled.epistemic_parameters([0])[0])
    assert status[0] == 0
    place = [c.variable for c in compiled.columns].index("deadlocked")
    return float(values[0, place])


def waits(compiled: CompiledStudy) -> list[str]:
    """Warnings of mutual waits."""
    return [w for w in find_warnings(compiled) if "wait" in w]


STEP = {"rule": "step"}


def test_assets_that_wait_for_each_other_are_named_and_do_deadlock() -> None:
    pair = {"a": {"n": need({"b": 1}, **STEP)}, "b": {"n": need({"a": 1}, **STEP)}}
    behind = {"c": {"n": need({"a": 1}, **STEP)}}
    compiled = compile_study(build({**pair, **behind}))
    (warning,) = waits(compiled)
    assert warning.startswith("a, b wait for each other")
    assert deadlocked(compiled) == 3  # the one behind them is at 0 too


def test_an_alternative_ends_a_mutual_wait() -> None:
    pair = {"a": {"n": need({"b": 1, "d": 1}, threshold="any", **STEP)},
            "b": {"n": need({"a": 1}, **STEP)}, "d": {}}  # fmt: skip
    compiled = compile_study(build(pair))
    assert not waits(compiled)
    assert deadlocked(compiled) == 0


def test_a_need_that_leaves_some_level_is_no_wait_unless_that_level_is_too_low() -> None:
    pair = {"a": {"n": need({"b": 1}, criticality=0.5, **STEP)},
            "b": {"n": need({"a": 1}, cut=0.5, **STEP)}}  # fmt: skip
    assert not waits(compile_study(build(pair)))
    pair["b"]["n"]["cut"] = 0.6
    assert waits(compile_study(build(pair)))


def test_waits_behind_waits_are_told_apart() -> None:
    needs = {
        **{x: {"n": need({y: 1}, **STEP)} for x, y in ("ab", "ba", "cd")},
        "d": {"n": need({"c": 1}, **STEP), "m": need({"a": 1}, **STEP)},
        "e": {"n": need({"f": 1, "a": 1}, threshold="any", **STEP)},
        "f": {"n": need({"e": 1}, **STEP)},
    }
    found = waits(compile_study(build(needs)))
    assert [warning.split(" wait")[0] for warning in found] == ["a, b", "c, d"]


def test_a_black_start_ends_a_wait_of_a_carrier_and_its_control() -> None:
    needs = {
        "n": {"control": need({"c": 1}, **STEP)},
        "c": {"feed": need({"carrier:grid@n": 1}, **STEP)},
        "s": {},
    }
    carriers = grid({"n": {"sources": {"s": "1 MW"}}})
    (warning,) = waits(compile_study(build(needs, carriers=carriers)))
    assert warning.startswith("c, n wait")
    needs["n"] = {}
    assert not waits(compile_study(build(needs, carriers=carriers)))


def test_an_island_whose_sources_all_need_it_could_not_start() -> None:
    needs = {
        "m": {}, "s": {}, "n": {}, "o": {},
        "t": {"live": need({"carrier:grid@n": 1}, **STEP)},
    }  # fmt: skip
    nodes = {"m": {"sources": {"s": "1 MW"}}, "n": {"sources": {"t": "1 MW"}}, "o": {}}
    links = {"wire": {"from": "n", "to": "o", "repair": {"pool": "none", "time": "1 h"}}}
    (warning,) = waits(compile_study(build(needs, carriers=grid(nodes, links))))
    assert warning.startswith("n, o, t wait")
    links["tie"] = {**links["wire"], "to": "m"}
    assert not waits(compile_study(build(needs, carriers=grid(nodes, links))))
