"""The engine equals the reference bit for bit; both give the answers worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.conftest import INTERPRETED
from tests.engine import Engine, differences
from tests.hand_cases import CASES
from tests.reference import Reference
from tests.reference_check import crowded, main
from tests.strategies import studies

# The reference takes 10 to 50 ms a run: `python -m tests.reference_check` does 500 networks.
NETWORKS, RUNS = (8, 2) if INTERPRETED else (120, 6)
ON_THE_GRID = 1e-5  # levels and rates are rounded to 2**-20, a rate of a tenth to 1e-5 of itself


@given(studies())
@settings(max_examples=NETWORKS)
def test_every_number_of_every_run_is_that_of_the_reference(documents):
    engine = Engine(*documents)
    assert not differences(engine, RUNS)
    assert not differences(engine, 2, first=1_000_003, epistemic=1)


@given(studies(most_assets=12))
@settings(max_examples=NETWORKS // 3)
def test_sums_over_many_areas_are_those_of_the_reference(documents):
    study, network = documents
    assert not differences(Engine(study, crowded(network)), RUNS)


@pytest.mark.compiled_only
def test_the_table_of_the_long_comparison_counts_what_differs(capsys):
    assert main(["--networks", "4", "--runs", "3", "--first", "70", "--most-assets", "8"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last[:2] == ["all", "12"]


@pytest.mark.parametrize("name", CASES)
def test_answer_by_hand(name):
    study, network, expected = CASES[name]
    engine = Engine(study, network)
    engine_says = {key: float(x[0]) for key, x in engine.run(1).items() if key in expected}
    assert engine_says == pytest.approx(expected, rel=ON_THE_GRID, abs=ON_THE_GRID)
    reference = Reference(engine.study, "event", 0).run(0)
    assert {key: reference[key] for key in expected} == pytest.approx(
        expected, rel=ON_THE_GRID, abs=ON_THE_GRID
    )
    assert not differences(engine, 2)
