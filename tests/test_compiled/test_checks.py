"""What is refused before any run, and what is warned of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

import simengine.compiled.names as names_module
from simengine.compiled import CompiledStudy, compile_study
from simengine.compiled.checks import find_warnings
from simengine.errors import InputErrors
from simengine.scenario.study import Study, read_study, study_from_documents
from tests.strategies import studies
from tests.test_compiled.small import build, grid, need, refusals, ring

SHIPPED = ("quickstart", "national_blackout", "regional_station_failure", "telecom_core_failure")
SHIPPED += ("water_control_failure",)


def test_a_carrier_needs_a_source_that_starts_by_itself() -> None:
    needs = {"n": {}, "s": {"live": need({"carrier:grid@n": 1}, rule="step")}}
    carriers = grid({"n": {"sources": {"s": "1 MW"}}})
    (problem,) = refusals(build(needs, carriers=carriers))
    assert (problem.path, problem.found) == ("carriers.grid", "none but s")
    assert "black_start" in problem.advice
    compile_study(build(needs, carriers=carriers, assets={"s": {"black_start": True}}))


@pytest.mark.parametrize("sources", [{}, {"s": "0 MW"}])
def test_a_carrier_needs_a_source_with_a_capacity(sources: dict[str, str]) -> None:
    study = build({"n": {}, "s": {}}, carriers=grid({"n": {"sources": sources}}))
    assert refusals(study)[0].found == "no source with a capacity"


def test_a_node_does_not_start_itself_as_its_own_source() -> None:
    study = build({"n": {}}, carriers=grid({"n": {"sources": {"n": "1 MW"}}}))
    assert refusals(study)[0].path == "carriers.grid"


def test_an_island_without_a_source_is_refused_and_so_is_a_need_of_it() -> None:
    needs = {"m": {}, "n": {}, "o": {}, "s": {}, "x": {"feed": need({"carrier:grid@o": 1})}}
    nodes = {"m": {"sources": {"s": "1 MW"}}, "n": {}, "o": {}}
    links = {"wire": {"from": "n", "to": "o", "repair": {"pool": "none", "time": "1 h"}}}
    island, unmet = refusals(build(needs, carriers=grid(nodes, links)))
    assert (island.path, island.found) == ("carriers.grid.nodes.n", "none in the island of n, o")
    assert unmet.path == "assets.x.needs.feed"
    assert "carrier:grid@o, which no source reaches" in unmet.found
    links["more"] = {**links["wire"], "from": "m"}
    compile_study(build(needs, carriers=grid(nodes, links)))


def test_a_need_with_another_supplier_than_a_dark_node_is_not_refused_itself() -> None:
    needs = {"m": {}, "o": {}, "s": {}, "x": {"feed": need({"carrier:grid@o": 1, "s": 1})}}
    needs["x"]["feed"]["threshold"] = "any"
    study = build(needs, carriers=grid({"m": {"sources": {"s": "1 MW"}}, "o": {}}))
    assert [problem.path for problem in refusals(study)] == ["carriers.grid.nodes.o"]


def test_an_asset_is_a_node_of_one_carrier() -> None:
    one = grid({"n": {"sources": {"s": "1 MW"}}})["grid"]
    study = build({"n": {}, "s": {}}, carriers={"grid": one, "pipes": one})
    (problem,) = refusals(study)
    assert problem.path == "carriers.pipes.nodes.n"
    assert problem.found == "'n', also carriers.grid.nodes.n"


def test_a_threshold_that_the_weights_miss_on_the_grid_is_refused() -> None:
    third = dict.fromkeys("bcd", 0.3333333333)
    needs = {"a": {"n": need(third, threshold=1)}, **{x: {} for x in "bcd"}}
    (problem,) = refusals(build(needs))
    assert problem.path == "assets.a.needs.n"
    assert problem.advice == "write threshold: all"
    needs["a"]["n"]["threshold"] = "all"
    compile_study(build(needs))


def test_a_threshold_above_the_weights_at_every_step_of_its_profile_is_refused() -> None:
    def study(least: float) -> Study:
        steps = {"0 h": 2, "6 h": least}
        profiles = {"p": {"period": "day", "steps": steps}}
        return build({"a": {"n": need({"b": 1}, profile="p")}, "b": {}}, profiles=profiles)

    compile_study(study(1))
    assert "every step of profile 'p'" in refusals(study(1.1))[0].found


def test_two_names_with_one_id_are_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "item_id", lambda name: len(name))
    (problem,) = refusals(build({"ab": {}, "cd": {}}))
    assert problem.file == "study good"
    assert "'ab'" in problem.found
    assert "'cd'" in problem.found


def test_every_finding_is_told_at_once() -> None:
    needs = {**ring(1.0), "x": {"n": need({"y": 1}, criticality=1)}, "y": {"n": need({"x": 1})}}
    needs["n"] = {}
    found = refusals(build(needs, carriers=grid({"n": {}})))
    assert len(found) == 3
    assert {problem.file for problem in found} == {"model good"}


# ------------------------------------------------------------------ warnings
def test_a_shortage_before_anything_happens_is_named_with_its_level() -> None:
    needs = {"n": {}, "s": {}, "x": {"feed": need({"carrier:grid@n": 1})}}
    carriers = grid({"n": {"demand": "4 MW", "sources": {"s": "3 MW"}}})
    (warning,) = (
        w for w in find_warnings(compile_study(build(needs, carriers=carriers))) if "below" in w
    )
    assert warning.endswith("all 0.75, n 0.75, x 0.75")


def test_assets_that_nobody_needs_are_counted_by_service() -> None:
    found = find_warnings(compile_study(build({"a": {"n": need({"b": 1})}, "b": {}, "c": {}})))
    assert found == ("no area and no asset needs these assets (by service, how many): power 1",)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_study_has_no_wait_and_no_shortage(name: str) -> None:
    found = find_warnings(compile_study(read_study(name)))
    assert all(warning.startswith("no area and no asset") for warning in found), found


@given(studies(most_assets=12))
def test_generated_networks_pass_and_can_be_warned_of(
    documents: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    assert all(warning.isprintable() for warning in find_warnings(generated(documents)))


def generated(documents: tuple[dict[str, Any], dict[str, Any]]) -> CompiledStudy:
    """Compile what the strategies generate."""
    return compile_study(study_from_documents(*documents))


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"areas": {}}, "give the model areas, where people are counted"),
        ({}, "give areas `demand`"),
    ],
)
def test_a_quantity_that_the_model_cannot_give_is_refused(
    changes: dict[str, Any], advice: str
) -> None:
    study = build({"a": {}}, **changes)
    asked = replace(study, outputs=replace(study.outputs, quantities=("energy_unserved",)))
    with pytest.raises(InputErrors) as caught:
        compile_study(asked)
    assert advice in str(caught.value)
