"""A trace groups the events of a run by phase, time and kind, and loses none that matters."""

from __future__ import annotations

import numpy as np
import pytest

from simengine.analysis.crews import Crew
from simengine.analysis.trace import Group, Line, Outage, trace
from tests.test_analysis.events import POWER_FAILS, events

pytestmark = pytest.mark.compiled_only  # about events, not about kernels


def lines(
    kind: str, *rows: dict[str, object], network: dict[str, object] | None = None
) -> list[Line]:
    told = trace(events(*rows, network=network))
    return [line for block in told.blocks for line in block.lines if line.kind == kind]


def test_a_run_spreads_until_most_people_are_out_recovers_and_has_an_aftermath() -> None:
    told = trace(POWER_FAILS)
    assert [(block.phase, block.start) for block in told.blocks] == [
        ("spread", 0.0),
        ("spread", 4.0),
        ("recovery", 30.5),
        ("aftermath", 31.0),
    ]
    assert [block.people for block in told.blocks] == [
        {"electricity": 5000.0},
        {"mobile": 800.0},
        {"electricity": 0.0, "mobile": 0.0},
        None,
    ]


def test_an_outage_has_a_peak_and_the_hours_at_which_people_are_back() -> None:
    assert trace(POWER_FAILS).outages == (
        Outage("electricity", 5000.0, 0.0, 30.5, 30.5),
        Outage("mobile", 800.0, 4.0, 30.5, 30.5),
    )


def test_falls_are_told_by_order_at_the_blow_with_where_they_began() -> None:
    base = {"time": 0.0, "kind": "level", "before": 1.0, "origin": "power"}
    found = lines(
        "falls",
        base | {"subject": "power", "service": "electricity", "order": 0},
        base | {"subject": "mast_1", "service": "mobile", "order": 1, "level": 0.2},
        base | {"subject": "mast_2", "service": "mobile", "order": 1, "level": 0.4},
    )
    assert found == [
        Line("falls", (Group("electricity", ("power",)),), (0, 0)),
        Line(
            "falls",
            (Group("mobile", ("mast_1", "mast_2"), 0.2, 0.4),),
            (1, 1),
            (("electricity", "power"),),
        ),
    ]


def test_what_falls_and_is_back_within_a_block_dips() -> None:
    many = [{"time": 6.0 + k / 60, "kind": "empty", "subject": f"mast_{k}"} for k in range(12)]
    row = {"kind": "level", "subject": "pump", "service": "tap_water", "order": 1}
    found = lines(
        "dips",
        *many,
        row | {"time": 6.5, "before": 1.0, "level": 0.3},
        row | {"time": 7.0, "before": 0.3, "level": 1.0},
    )
    assert [line.groups for line in found] == [(Group("tap_water", ("pump",), 0.3, 0.3),)]


def test_a_buffer_that_takes_over_again_is_told_once() -> None:
    row = {"kind": "takes_over", "subject": "mast", "service": "mobile"}
    found = lines(
        "takes_over",
        row | {"time": 0.0, "hours": 2.0},
        row | {"time": 1.0, "hours": 0.5},
        network={"services": {"mobile": {"sector": "ict"}}},
    )
    assert found == [Line("takes_over", (Group("ict", ("mast",), 2.0, 2.0),))]


def test_aid_is_told_only_where_work_waits_for_it() -> None:
    hit = {"time": 0.0, "kind": "hit", "subject": "power"}
    aid = {"time": 12.0, "kind": "aid", "subject": "grid_crews"}
    early, late = (
        {"time": t, "kind": "crew", "subject": "power", "detail": "grid_crews"} for t in (0.0, 12.0)
    )
    assert not lines("aid", hit, early, aid)
    assert lines("aid", hit, aid, late) == [Line("aid", (Group("grid_crews", ()),))]


def test_a_pool_tells_who_waited_and_what_was_not_done() -> None:
    told = trace(
        events(
            *({"time": 0.0, "kind": "hit", "subject": name} for name in ("a", "b", "c")),
            {"time": 0.0, "kind": "crew", "subject": "a", "detail": "grid_crews"},
            {"time": 5.0, "kind": "repaired", "subject": "a", "level": 1.0},
            {"time": 5.0, "kind": "crew", "subject": "b", "detail": "grid_crews"},
            {"time": 0.0, "kind": "crew", "subject": "c"},
            {"time": 7.0, "kind": "repaired", "subject": "c", "level": 1.0},
        )
    )
    assert told.crews == (
        Crew("grid_crews", 2, 1, 1, 5.0, 5.0, 5.0),
        Crew("", 1, 0, 0, 0.0, 7.0, 7.0),
    )


def test_nodes_come_back_by_the_island_that_energised_them() -> None:
    links = {"ab": {"from": "a", "to": "b"}, "bc": {"from": "b", "to": "c"}}
    rows = [
        *({"time": 0.0, "kind": "collapse", "subject": name} for name in "abc"),
        {"time": 2.0, "kind": "live", "subject": "a"},
        {"time": 3.0, "kind": "live", "subject": "b", "detail": "ab"},
        {"time": 3.0, "kind": "live", "subject": "c", "detail": "bc"},
    ]
    told = trace(events(*rows, network={"carriers": {"grid": {"links": links}}}))
    assert [block.live for block in told.blocks] == [(0, 3), (1, 3), (3, 3)]
    assert told.blocks[-1].lines[0] == Line("live", (Group("a", ("b", "c")),))


def test_many_instants_are_told_in_blocks_and_none_is_lost() -> None:
    times = np.linspace(0.0, 90.0, 400)
    rows = [{"time": t, "kind": "empty", "subject": f"mast_{k}"} for k, t in enumerate(times)]
    told = trace(events(*rows))
    assert len(told.blocks) < 20
    empty = [line for block in told.blocks for line in block.lines if line.kind == "empty"]
    assert sum(len(group.subjects) for line in empty for group in line.groups) == len(times)
    assert all(a.end < b.start for a, b in zip(told.blocks, told.blocks[1:], strict=False))


def test_a_run_without_loss_has_no_outage() -> None:
    told = trace(events({"time": 0.0, "kind": "hit", "subject": "power"}))
    assert told.outages == ()
    assert [block.phase for block in told.blocks] == ["spread"]
