"""Designs of intensities: right means, errors and tails, whoever reads them, however they are run.

One asset stands against one lognormal intensity, so that the probability of damage is known:
Phi(ln(m / a) / sqrt(s^2 + b^2)) with medians m and a of intensity and strength. Each epistemic draw
has a design of its own: the draws of one study are independent repetitions of a small study.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from math import hypot, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray
from scipy.stats import binomtest, chi2, norm, t

import simengine
from simengine.analysis.curves import curve_quantiles
from simengine.analysis.exceedance import exceedance
from simengine.analysis.precision import precision
from simengine.compiled import compile_study
from simengine.estimates import histogram_quantile, quantile, quantile_interval
from simengine.report.summary import summary
from simengine.runs.choosing import choose
from simengine.runs.chunk import simulate
from simengine.runs.driver import compile_text, run_engine
from simengine.runs.grid import Chunk
from simengine.runs.provenance import compare, rerun
from simengine.runs.replay import replay
from simengine.runs.totals import Totals
from simengine.scenario.sampling import Sampling, groups
from simengine.scenario.study import study_from_documents
from tests.comparison import FALSE_ALARM, Comparison, mean, misses
from tests.engine import Engine, study, watching

from .counting import CountingEngine, make_study

pytestmark = pytest.mark.compiled_only  # hundreds of thousands of runs

DESIGNS: dict[str, dict[str, Any]] = {
    "random": {"design": "random"},
    "sobol": {"design": "sobol"},
    "strata": {"design": "strata", "edges": [0.5, 0.8, 0.95], "shares": [0.1, 0.3, 0.3, 0.3]},
}
DRAWS, RUNS, HOURS = 400, 320, 4.0
SIGMA, BETA = 0.3, 0.2


def strength(probability: float) -> str:
    """Median strength at which the asset falls with this probability."""
    return f"{30 * np.exp(-norm.ppf(probability) * hypot(SIGMA, BETA)):.12f} m/s"


@lru_cache(maxsize=32)
def engine(
    design: str, probability: float = 0.2, runs: int = RUNS, draws: int = DRAWS, seed: int = 1
) -> Engine:
    mechanism = {
        "targets": {"assets": ["a"]},
        "intensity": {"dist": "lognormal", "median": "30 m/s", "sigma": SIGMA},
        "fragility": {"median": strength(probability), "beta": BETA},
        "repair": f"{HOURS} h",
    }
    more = {"sampling": DESIGNS[design], "epistemic": {"size": draws}}
    more["outputs"] = {"keep_runs": ["all"], "curves": {"step": "1 h"}}
    asked = study({"damage": mechanism}, seed=seed, **more)
    services = {"a": {"sector": "a", "basic": True}}
    return Engine({**asked, "runs": runs}, watching({"a": {}}, ["a"], services=services))


def cells(found: Engine) -> np.ndarray:
    """Mean, sd and standard error of the person-hours in each draw, shape (epistemic, 3)."""
    compiled = found.compiled
    whole = groups(found.study.sampling, found.study.runs)
    draws, runs = found.study.epistemic.size, found.study.runs
    _, _, tally = simulate(compiled, Chunk(0, 0, 0, (0, draws), (0, runs)), ())
    column = found.keys.index(("person_hours", "a"))
    rows = draws * whole.strata
    totals = Totals.empty(rows, len(compiled.columns), 0, (0, 0, 0), whole.turns)
    totals.tally.good += tally.good
    totals.tally.moments += tally.moments
    quanta = np.array([c.quantum for c in compiled.columns])
    return totals.statistics(quanta, whole)[:, :, column]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("p", [0.2, 0.01])
def test_mean_and_second_moment_are_without_bias(design: str, p: float) -> None:
    means, sds, _ = cells(engine(design, p)).T
    lines = [
        mean("S1", f"mean by {design}", HOURS * p, means),
        mean("S1", f"variance of a run by {design}", HOURS**2 * p * (1 - p), sds**2),
    ]
    assert not misses(lines)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_error_told_is_the_error_made(design: str) -> None:
    means, _, errors = cells(engine(design)).T
    apart = (means - means.mean()) ** 2 * DRAWS / (DRAWS - 1)
    # Their difference has mean 0; the shared mean of the draws shifts it by 1 / DRAWS at most.
    assert not misses([mean("S2", f"squared error by {design}", 0.0, errors**2 - apart)])


@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_hold_the_truth_as_often_as_they_say(design: str) -> None:
    found = engine(design)
    means, _, errors = cells(found).T
    freedom = groups(found.study.sampling, RUNS).freedom or RUNS - 1
    held = np.abs(means - HOURS * 0.2) <= t.ppf(0.975, freedom) * errors
    assert binomtest(int(held.sum()), DRAWS, 0.95).pvalue >= FALSE_ALARM


def damage_within(low: float, high: float, p: float) -> tuple[float, float]:
    """Mean and variance of P(damage | intensity) over a stratum of the intensity's uniform."""
    u = low + (high - low) * (np.arange(100_000) + 0.5) / 100_000
    score = (SIGMA * norm.ppf(u) + norm.ppf(p) * hypot(SIGMA, BETA)) / BETA
    chance = norm.cdf(score)
    return float(chance.mean()), float(chance.var())


def test_the_gain_is_that_of_theory() -> None:
    p = 0.2
    spread = {design: cells(engine(design, p))[:, 0].var(ddof=1) for design in DESIGNS}
    spread = {design: value / HOURS**2 * RUNS for design, value in spread.items()}
    asked = DESIGNS["strata"]
    strata = 0.0
    for low, high, share in zip([0.0, *asked["edges"]], [*asked["edges"], 1.0], asked["shares"],
                                strict=True):  # fmt: skip
        chance, _ = damage_within(low, high, p)
        strata += (high - low) ** 2 * chance * (1 - chance) / share
    # Means of 320 runs are close to normal: the sd of a variance from 400 of them is sqrt(2 / 399).
    for design, expected in (("random", p * (1 - p)), ("strata", strata)):
        assert abs(spread[design] / expected - 1) < 4 * sqrt(2 / 399), design
    # By sobol what lies between intensities goes, but for what 20 points a sequence leave of it.
    chance, between = damage_within(0.0, 1.0, p)
    assert chance == pytest.approx(p, abs=1e-6)
    least = p * (1 - p) - between
    assert least * (1 - 4 * sqrt(2 / 399)) < spread["sobol"] < p * (1 - p) / 1.2


def test_a_rare_loss_is_found_with_few_runs() -> None:
    p = 1e-4
    means = cells(engine("strata", p, runs=1000, draws=100))[:, 0] / HOURS
    assert not misses([mean("S3", "rare loss by strata", p, means)])
    assert means.std(ddof=1) < sqrt(p / 1000) / 1.5  # at random: sqrt(p / N)


@pytest.mark.parametrize("design", ["sobol", "strata"])
def test_failed_runs_leave_the_mean_of_their_group(design: str) -> None:
    sampling = Sampling("strata", (0.5, 0.9)) if design == "strata" else Sampling("sobol")
    asked = replace(make_study(runs=96, epistemic=2), sampling=sampling)
    counting = CountingEngine(asked, failing=True)
    whole = groups(sampling, 96)
    _, _, tally = simulate(counting, Chunk(0, 0, 0, (0, 2), (0, 96)), ())
    totals = Totals.empty(2 * whole.strata, len(counting.columns), 0, (0, 0, 0), whole.turns)
    totals.tally.good += tally.good
    totals.tally.moments += tally.moments
    found = totals.statistics(np.array([c.quantum for c in counting.columns]), whole)
    values, status = np.zeros((96, len(counting.columns))), np.zeros(96, dtype=np.int32)
    for e in range(2):
        counting.simulate(0, e, 0, values, status, None, np.array([float(e)]))
        runs = np.arange(96)
        own = runs % 16 if design == "sobol" else runs // 32
        groups_of = [values[(own == g) & (status == 0)] for g in range(len(whole))]
        each = np.array([one.mean(axis=0) for one in groups_of])
        weights = np.array(whole.weights)[:, None]
        assert found[e, 0] == pytest.approx((weights * each).sum(axis=0), rel=1e-12)
        if design == "sobol":
            error = each.std(axis=0, ddof=1) / 4
        else:
            parts = [w**2 * o.var(axis=0, ddof=1) / len(o)
                     for w, o in zip(whole.weights, groups_of, strict=True)]  # fmt: skip
            error = np.sqrt(sum(parts))
        assert found[e, 2] == pytest.approx(error, rel=1e-9)


def made(
    design: str, path: Path, scheduler: str = "serial", chunk: Any = None, **more: Any
) -> xarray.Dataset:
    found = compile_study(engine(design, 0.2, draws=3).study)
    how = {"scheduler": scheduler, "workers": 2, "chunk": chunk}
    return run_engine(found, compile_text, output=path, **how, **more)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, xarray.Dataset]:
    folder = tmp_path_factory.mktemp("designs")
    return {design: made(design, folder / f"{design}.zarr") for design in DESIGNS}


@pytest.mark.parametrize("design", ["sobol", "strata"])
@pytest.mark.parametrize(
    ("scheduler", "chunk"),
    [("serial", (1, 17)), ("threads", (3, 50)), ("processes", (2, 100))],
)
def test_any_chunks_and_scheduler_give_the_same_bits(
    design: str, scheduler: str, chunk: Any, results: dict[str, xarray.Dataset], tmp_path: Path
) -> None:
    found = compare(results[design], made(design, tmp_path / "out.zarr", scheduler, chunk))
    assert found.equal, str(found)


@pytest.mark.parametrize("design", ["sobol", "strata"])
def test_a_stopped_run_goes_on_to_the_same_bits(
    design: str, results: dict[str, xarray.Dataset], tmp_path: Path
) -> None:
    def stop(progress: Any) -> None:
        if progress.chunks_done == 7:
            raise KeyboardInterrupt

    path = tmp_path / "out.zarr"
    with pytest.raises(simengine.runs.Stopped):
        made(design, path, chunk=(1, 20), progress=stop)
    found = compare(results[design], made(design, path, chunk=(1, 20), resume=True))
    assert found.equal, str(found)


@pytest.mark.parametrize("design", ["sobol", "strata"])
def test_a_result_is_made_again_from_itself_and_any_run_of_it(
    design: str, results: dict[str, xarray.Dataset]
) -> None:
    result = results[design]
    path = Path(result.encoding["source"])
    found = rerun(path, scheduler="serial")
    assert found.equal, str(found)
    losses = result["basic_person_hours_per_run"].isel(variant=0, threat=0).values
    for e, run in ((0, 0), (2, RUNS - 1), (1, 170)):
        assert replay(path, epistemic=e, run=run).attrs["loss"] == losses[e, run]


def test_fewer_runs_by_sobol_are_the_prefix_of_more() -> None:
    few, many = engine("sobol", runs=160).run(160), engine("sobol", runs=320).run(320)
    for key, values in few.items():
        assert np.array_equal(values, many[key][:160])


def test_kept_runs_weigh_so_that_their_mean_is_the_estimate(
    results: dict[str, xarray.Dataset],
) -> None:
    result = results["strata"].sel(service="a")
    kept, weight = result["person_hours_per_run"], result["weight"]
    assert float(weight.mean()) == pytest.approx(1)
    told = result["person_hours"].sel(statistic="mean")
    assert (kept * weight).mean("run").values == pytest.approx(told.values, rel=1e-6)
    assert abs(float(kept.mean()) - float(told.mean())) > 0.3  # without weights it is wrong


@pytest.mark.parametrize("design", DESIGNS)
def test_a_tail_is_the_same_from_kept_runs_and_from_histograms(
    design: str, results: dict[str, xarray.Dataset]
) -> None:
    result = results[design].sel(service="a")
    kept = exceedance(result, "person_hours", [0.0, 3.9, 4.0])["exceedance"]
    binned = exceedance(result.drop_vars("person_hours_per_run"), "person_hours", [0.0, 3.9, 4.0])
    assert kept.isel(loss=0).values == pytest.approx(binned["exceedance"].isel(loss=0).values)
    share = result["person_hours"].sel(statistic="mean").mean("epistemic") / HOURS
    found = kept.sel(estimate="mean").isel(loss=0)
    assert found.values == pytest.approx(share.values, rel=1e-6)
    low, high = (kept.sel(estimate=each).isel(loss=0).item() for each in ("low", "high"))
    assert low < found.item() < high
    assert kept.sel(estimate="mean").isel(loss=2).item() == 0  # nobody is out for longer


def test_intervals_of_a_share_by_strata_hold_the_truth() -> None:
    for p in (0.2, 0.01):
        found = engine("strata", p)
        whole = groups(found.study.sampling, RUNS)
        _, _, tally = simulate(found.compiled, Chunk(0, 0, 0, (0, DRAWS), (0, RUNS)), ())
        column = found.keys.index(("person_hours", "a"))
        hits = tally.moments[:, column, 2].astype(float) / 4  # in whole hours x quantum
        hits *= found.compiled.columns[column].quantum
        hits, trials = hits.reshape(DRAWS, -1), tally.good.reshape(DRAWS, -1)
        held = 0
        for e in range(DRAWS):
            low, high = simengine.estimates.stratified_proportion(
                hits[e : e + 1], trials[e : e + 1], whole.weights
            )
            held += bool(low <= p <= high)
        # Never below 95%: the interval of Clopper and Pearson at the effective size is wide.
        assert binomtest(held, DRAWS, 0.95, alternative="less").pvalue >= FALSE_ALARM


@pytest.mark.parametrize("design", DESIGNS)
def test_the_curve_is_right_and_its_quantiles_heed_the_weights(
    design: str, results: dict[str, xarray.Dataset]
) -> None:
    result = results[design].sel(service="a")
    share = result["person_hours"].sel(statistic="mean") / HOURS
    assert result["curve_mean"].sel(time=1).values == pytest.approx(share.values)
    p = float(share.mean())  # one person: half of the probability mass of 1 lies above 1 - p
    found = curve_quantiles(results[design], [1 - p - 0.02, 1 - p + 0.02])["curve_quantiles"]
    assert found.sel(service="a", time=1).values.ravel().tolist() == [0, 1]


@pytest.mark.parametrize("design", DESIGNS)
def test_precision_takes_the_error_of_the_design(
    design: str, results: dict[str, xarray.Dataset]
) -> None:
    one = results[design].isel(epistemic=slice(0, 1))
    figure = precision(one)["person_hours_precision"].sel(service="a").squeeze(drop=True)
    told = one["person_hours"].sel(service="a").squeeze(drop=True)
    assert float(figure.sel(precision="standard_error")) == pytest.approx(
        float(told.sel(statistic="standard_error"))
    )
    freedom = {"random": RUNS - 1, "sobol": 15, "strata": 31}[design]
    half = float(figure.sel(precision="high") - figure.sel(precision="mean"))
    error = float(told.sel(statistic="standard_error"))
    assert half == pytest.approx(t.ppf(0.975, freedom) * error)
    wanted = (error / (0.02 * float(told.sel(statistic="mean")))) ** 2 * RUNS
    assert float(figure.sel(precision="runs_needed")) == np.ceil(wanted)


def test_the_summary_says_how_runs_were_sampled(results: dict[str, xarray.Dataset]) -> None:
    assert "from 16 groups" in summary(results["sobol"])
    text = summary(results["strata"])
    weights, sizes = np.array([0.5, 0.3, 0.15, 0.05]), np.array([32, 96, 96, 96])
    worth = 3 / (weights**2 / sizes).sum()
    assert "by 4 strata, each with its weight" in text
    assert f"the runs are worth {worth:,.0f}." in text
    assert "stratum" in summary(results["strata"], "nl")
    assert "strata" not in summary(results["random"])


def test_the_typical_run_is_one_of_the_weighted_middle(results: dict[str, xarray.Dataset]) -> None:
    # Damage comes in one of five occurrences: the typical run loses nothing, though of the runs
    # by strata far more than half may be above the middle intensity.
    found = choose(
        results["strata"], compile_study(engine("strata", 0.2, draws=3).study), "typical"
    )
    assert found.loss == 0
    worst = choose(results["strata"], compile_study(engine("strata", 0.2, draws=3).study), "worst")
    assert worst.loss == pytest.approx(HOURS)


def test_readers_refuse_strata_that_lost_their_weights(
    results: dict[str, xarray.Dataset],
) -> None:
    result = results["strata"].sel(service="a")
    for broken in (
        result.drop_vars("stratum_weight"),
        result.drop_vars("stratum_good_runs"),
        result.isel(stratum=slice(0, 2)),
    ):
        with pytest.raises(ValueError, match="strata"):
            exceedance(broken, "person_hours", [1.0])
        with pytest.raises(ValueError, match="strata"):
            curve_quantiles(broken)


def test_quantiles_that_know_no_weights_refuse_strata(results: dict[str, xarray.Dataset]) -> None:
    for design, refused in (("random", False), ("strata", True)):
        result = results[design].sel(service="a").isel(variant=0, threat=0, epistemic=0)
        kept, counts = result["person_hours_per_run"], result["person_hours_histogram"]
        calls = [
            lambda kept=kept: quantile(kept, 0.9),
            lambda kept=kept: quantile_interval(kept, 0.9),
            lambda counts=counts, r=result: histogram_quantile(counts, r.bin_low, r.bin_high, 0.9),
        ]
        for call in calls:
            if refused:
                with pytest.raises(ValueError, match="strata"):
                    call()
            else:
                call()


def test_a_stop_rule_looks_at_the_error_over_groups(tmp_path: Path) -> None:
    small = engine("sobol", draws=1).study
    asked = json.loads(small.text)
    asked["study"] |= {"until": {"quantity": "person_hours", "statistic": "mean",
                                 "relative_error": 0.04, "at_most": 20480}}  # fmt: skip
    found = compile_study(study_from_documents(asked["study"], asked["network"]))
    result = run_engine(found, compile_text, output=tmp_path / "out.zarr", scheduler="serial")
    told = result["person_hours"].sel(service="a").squeeze(drop=True)
    widening = sqrt(15 / chi2.ppf(0.05, 15))  # upper 95% limit of an error with 15 degrees
    error = float(told.sel(statistic="standard_error") / told.sel(statistic="mean")) * widening
    assert bool(result.attrs["stop_met"]) == (error <= 0.04)
    assert result.attrs["stop_met"]
    assert 320 < result.attrs["runs"] < 20480


def test_the_standard_error_by_sobol_is_over_its_groups() -> None:
    found = engine("sobol", draws=1)
    hours = found.run(RUNS)["person_hours", "a"]
    each = hours.reshape(-1, 16).mean(axis=0)
    average, _, error = cells(found)[0]
    assert average == pytest.approx(each.mean())
    assert error == pytest.approx(each.std(ddof=1) / 4)
    line = Comparison("S4", "damage by sobol", HOURS * 0.2, average, 16, each.std(ddof=1))
    assert line.agrees
    assert log(error) < log(hours.std() / sqrt(RUNS))  # surer than at random, with this seed
