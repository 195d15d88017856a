"""Precision tells of each number what `estimates` says of its cells."""

from __future__ import annotations

import numpy as np
import pytest

from simengine import estimates
from simengine.analysis.precision import precision
from simengine.variables import problems
from tests.test_analysis.results import made


def test_figures_are_the_two_level_estimates_of_the_cells():
    result = made(E=5, N=40)
    found = precision(result, level=0.9, relative_error=0.05)
    assert problems(found) == []
    cells = result.person_hours.sel(variant="base", threat="storm", service="tap_water")
    wanted = estimates.two_level(
        cells.sel(statistic="mean"), cells.sel(statistic="sd"), np.full(5, 40)
    )
    own = found.person_hours_precision.sel(variant="base", threat="storm", service="tap_water")
    assert own.sel(precision="mean") == wanted.mean
    assert own.sel(precision="standard_error") == wanted.standard_error
    low, high = wanted.interval(0.9)
    assert (own.sel(precision="low"), own.sel(precision="high")) == (low, high)
    assert own.sel(precision="runs_needed") == estimates.runs_needed(wanted, 0.05)
    assert found.attrs["level"] == 0.9


def test_a_quantity_without_labels_has_figures_too():
    found = precision(made())
    assert found.struck_precision.dims == ("variant", "threat", "precision")
    assert "service" not in found.struck_precision.coords


def test_a_selection_gives_the_figures_of_the_whole():
    result = made()
    whole, part = precision(result), precision(result.sel(threat="storm", service="tap_water"))
    np.testing.assert_array_equal(
        part.person_hours_precision.values[0, 0],
        whole.person_hours_precision.sel(threat="storm", service="tap_water").values[0],
    )


def test_a_draw_without_a_good_run_is_left_out_of_its_threat_only():
    result = made(E=4)
    result.good_runs[0, 0, 1] = 0
    result.person_hours[0, 0, 1] = np.nan
    found = precision(result).person_hours_precision.sel(precision="mean")
    kept = result.person_hours.sel(statistic="mean").isel(epistemic=[0, 2, 3])
    np.testing.assert_allclose(found.values[0, 0], kept.mean("epistemic").values[0, 0])
    every = result.person_hours.sel(statistic="mean").mean("epistemic")
    np.testing.assert_allclose(found.values[0, 1], every.values[0, 1])


def test_what_has_no_statistics_has_no_precision():
    with pytest.raises(ValueError, match="found none"):
        precision(made()[["good_runs"]])
