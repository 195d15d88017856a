"""The synthetic network has the properties that it states."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simengine import compile_study
from simengine.scenario.network import Network
from simengine.scenario.quantity import Fixed, bounds
from simengine.scenario.study import study_from_text
from simengine.scenario.synthetic import (
    FRAGILITY_BETA,
    FRAGILITY_MEDIAN,
    INTENSITY_SIGMA,
    SECTORS,
    SHARE_STRUCK,
    TIERS,
    synthetic,
)

SIZES = [60, 1000]
HOUR = 3_600_000.0


def network(assets: int) -> Network:
    return synthetic(assets, 1).network


def degrees(of: Network) -> list[int]:
    return [sum(len(n.suppliers) for n in asset.needs.values()) for asset in of.assets.values()]


@pytest.mark.parametrize("assets", [12, 61, *SIZES])
def test_sectors_have_a_third_each_and_tiers_their_shares(assets: int) -> None:
    found = network(assets)
    assert len(found.assets) == len(found.areas) == assets
    for sector in SECTORS:
        mine = [a for a in found.assets.values() if a.service == sector.service]
        assert abs(len(mine) - assets / 3) < 1
        sizes = [sum(tier in a.tags for a in mine) for tier in TIERS]
        assert sizes[0] == max(1, round(0.06 * len(mine)))
        assert sizes[1] == max(1, round(0.25 * len(mine)))
        assert sum(sizes) == len(mine)


def test_an_asset_has_up_to_three_needs_and_three_suppliers_on_average() -> None:
    found = network(1000)
    assert {len(asset.needs) for asset in found.assets.values()} == {0, 1, 2, 3}
    # A need has n of 1, 2, 3 by chance: the mean of 1,000 assets has a standard error of 0.06.
    assert np.mean(degrees(found)) == pytest.approx(3.0, abs=0.25)


@pytest.mark.parametrize("assets", SIZES)
def test_needs_are_k_of_n_with_buffers_of_up_to_three_days(assets: int) -> None:
    needs = [n for asset in network(assets).assets.values() for n in asset.needs.values()]
    assert {n.rule for n in needs} == {"step"}
    assert all(1 <= float(n.threshold) <= len(n.suppliers) for n in needs)
    hours = {bounds(n.buffer.time)[1] / HOUR for n in needs if n.buffer}
    assert any(n.buffer is None for n in needs)
    assert min(hours) >= 2
    assert max(hours) <= 72


def test_sectors_need_each_other_in_a_circle() -> None:
    pairs = set()
    found = network(1000)
    for asset in found.assets.values():
        for need in asset.needs.values():
            pairs |= {(asset.service, found.assets[name].service) for name in need.suppliers}
    assert {("electricity", "telecom"), ("telecom", "electricity")} <= pairs


@pytest.mark.parametrize(("assets", "crews"), [(60, 3), (1000, 10), (2000, 20)])
def test_crews_grow_with_the_network(assets: int, crews: int) -> None:
    assert sum(pool.crews for pool in network(assets).pools.values()) == crews


def test_local_assets_have_most_customers() -> None:
    found = network(1000)
    local = sum(
        area.population
        for area in found.areas.values()
        if "local" in found.assets[next(iter(area.suppliers))].tags
    )
    assert local > 0.8 * sum(area.population for area in found.areas.values())


def test_the_same_arguments_give_the_same_study_and_another_seed_another() -> None:
    assert synthetic(60, 3) == synthetic(60, 3)
    assert synthetic(60, 3).network.assets != synthetic(60, 4).network.assets
    assert study_from_text(synthetic(60, 3).text) == synthetic(60, 3)


def test_every_number_is_marked_as_an_assumption() -> None:
    study = synthetic(60, 1)
    assert study.network.source == study.threats["hazard"].source == "assumption"
    assert isinstance(study.threats["hazard"].likelihood.rate, Fixed)


def test_too_few_assets_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 12"):
        synthetic(11, 1)


def phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def test_the_stated_share_of_assets_is_struck(sample_size: int) -> None:
    assets, runs = 60, max(200, sample_size // 5)
    compiled = compile_study(synthetic(assets, 1))
    values, status = np.zeros((runs, len(compiled.columns))), np.zeros(runs, dtype=np.int32)
    parameters = compiled.epistemic_parameters([0])[0]
    compiled.simulate(0, 0, 0, values, status, None, parameters)
    assert not status.any()
    struck = values[:, [c.variable for c in compiled.columns].index("struck")] / assets
    # Over the shared intensity, p = Phi((sigma z - ln median) / beta): its mean is the share
    # struck, and a run varies by p between runs and by p (1 - p) / assets within.
    z = np.linspace(-9, 9, 18_001)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    score = (INTENSITY_SIGMA * z - math.log(FRAGILITY_MEDIAN)) / FRAGILITY_BETA
    p = np.array([phi(x) for x in score])
    mean = float((weight * p).sum())
    assert mean == pytest.approx(SHARE_STRUCK, rel=1e-4)
    between = float((weight * p**2).sum()) - mean**2
    sd = math.sqrt(between + float((weight * p * (1 - p)).sum()) / assets)
    # 4 standard errors: a false alarm in 16,000.
    assert struck.mean() == pytest.approx(mean, abs=4 * sd / math.sqrt(runs))
