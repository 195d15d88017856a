"""Exceedance curves: shares of runs, from values or histograms, by a named convention."""

from __future__ import annotations

import numpy as np
import pytest

from simengine import estimates
from simengine.analysis.exceedance import exceedance
from simengine.variables import problems
from tests.test_analysis.results import made


def test_the_curve_is_the_share_of_runs_above_the_loss():
    result = made().sel(service="tap_water")
    found = exceedance(result, "person_hours", losses=[0.0, 500.0, 3000.0])
    assert problems(found) == []
    runs = result.person_hours_per_run
    for x in (0.0, 500.0, 3000.0):
        wanted = (runs > x).mean(["epistemic", "run"])
        np.testing.assert_allclose(found.exceedance.sel(loss=x, estimate="mean"), wanted)
        shares = (runs > x).mean("run").quantile(0.05, "epistemic")
        np.testing.assert_allclose(found.exceedance.sel(loss=x, estimate="p05"), shares)


def test_the_interval_is_that_of_clustered_proportions():
    result = made().sel(service="tap_water")
    found = exceedance(result, "person_hours", losses=[2000.0], level=0.9)
    hits = (result.person_hours_per_run > 2000).sum("run").values[0, 1]
    low, high = estimates.clustered_proportion(hits, np.full(3, 50), 0.9)
    own = found.exceedance.sel(variant="base", threat="storm", loss=2000.0)
    assert (own.sel(estimate="low"), own.sel(estimate="high")) == (low, high)


def test_what_was_never_exceeded_has_an_upper_limit_above_zero():
    found = exceedance(made(rates=True), "struck", losses=[1e6])
    assert (found.exceedance.sel(estimate="mean") == 0).all()
    assert (found.exceedance.sel(estimate="high") > 0).all()
    assert (found.exceedance_rate.sel(estimate="high") > 0).all()
    assert np.isinf(found.return_period.sel(estimate="mean")).all()
    assert np.isfinite(found.return_period.sel(estimate="low")).all()


def test_histograms_give_the_same_curve_as_the_runs_at_ends_of_bins():
    result = made(N=400).sel(service="electricity")
    by_bins = exceedance(result.drop_vars("person_hours_per_run"), "person_hours")
    by_runs = exceedance(result, "person_hours", losses=list(by_bins.loss.values))
    np.testing.assert_array_equal(by_bins.exceedance, by_runs.exceedance)


def test_a_loss_within_a_bin_is_moved_to_its_end():
    result = made().sel(service="electricity").drop_vars("person_hours_per_run")
    found = exceedance(result, "person_hours", losses=[0.0, 1.5, 1000.0])
    x = found.loss.values
    assert x[0] == 0
    assert x[1] == 2
    assert 1000 <= x[2] <= 1000 * (1 + 1 / 64)


def test_the_curve_falls_and_ends_at_the_largest_loss():
    result = made(N=500).sel(service="electricity")
    found = exceedance(result, "person_hours")
    assert len(found.loss) <= 200
    assert (np.diff(found.exceedance.sel(estimate="mean"), axis=-1) <= 0).all()
    assert found.loss[-1] == result.person_hours_per_run.max()


def test_failed_runs_are_out_of_count_and_curve():
    result = made().sel(service="electricity")
    result.person_hours_per_run[0, 0, 0, :10] = np.nan
    result.good_runs[0, 0, 0] = 40
    found = exceedance(result, "person_hours", losses=[-1.0])
    assert (found.exceedance.sel(estimate="mean") == 1).all()


def test_return_period_is_one_over_the_yearly_frequency():
    result = made(rates=True)
    found = exceedance(result, "struck", losses=[5.0, 10.0])
    shares = (result.struck_per_run > 5).mean("run")
    yearly = (shares * result.rate).mean("epistemic")
    np.testing.assert_allclose(found.exceedance_rate.sel(estimate="mean", loss=5.0), yearly)
    np.testing.assert_allclose(found.return_period.sel(estimate="mean", loss=5.0), 1 / yearly)
    period, rate = found.return_period, found.exceedance_rate
    for short, frequent in (("low", "high"), ("high", "low"), ("p05", "p95"), ("p50", "p50")):
        with np.errstate(divide="ignore"):
            wanted = 1 / rate.sel(estimate=frequent).values
        np.testing.assert_array_equal(period.sel(estimate=short), wanted)
    assert "1 / yearly frequency" in found.attrs["convention"]


def test_one_draw_gives_a_curve_with_its_interval():
    found = exceedance(made(E=1, rates=True), "struck", losses=[5.0])
    assert (found.exceedance_rate.sel(estimate="low") < found.exceedance_rate[:, :, 0]).all()


def test_a_threat_without_good_runs_has_no_curve():
    result = made()
    result.good_runs[0, 0] = 0
    found = exceedance(result, "struck", losses=[5.0])
    assert np.isnan(found.exceedance[0, 0]).all()
    assert not np.isnan(found.exceedance[0, 1]).any()


def test_labels_must_be_chosen_and_names_known():
    with pytest.raises(ValueError, match="choose one label of service"):
        exceedance(made(), "person_hours")
    with pytest.raises(ValueError, match="kept for every run or with a histogram"):
        exceedance(made(), "people_peak")
