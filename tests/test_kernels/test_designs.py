"""Uniforms of designed intensities: the right sequence, spread as promised, strictly inside."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import qmc

from simengine.compiled.world import set_cell
from simengine.kernels import designs, draws, layout
from simengine.kernels.designs import direction_numbers, sobol_uniform, stratum_uniform
from simengine.kernels.jit import kernel, word
from simengine.kernels.state import draw_uniform
from simengine.scenario.sampling import GRID, Sampling, groups, stratum_sizes
from tests.comparison import mean, misses
from tests.engine import Engine, differences, study, watching

WIND = {"dist": "lognormal", "median": "30 m/s", "sigma": 0.3}
STANDS = {"median": "40 m/s", "beta": 0.2}


def storm(*targets: str, **more: Any) -> dict[str, Any]:
    aimed = {"assets": list(targets)}
    return {"damage": {"targets": aimed, "intensity": WIND, "fragility": STANDS, **more}}


def designed(
    sampling: dict[str, Any], runs: int, mechanisms: int = 2, seed: int = 1, size: int = 1
) -> Engine:
    names = [chr(ord("a") + k) for k in range(mechanisms)]
    network = watching({name: {} for name in names}, names)
    asked = study(
        *(storm(name) for name in names), seed=seed, sampling=sampling, epistemic={"size": size}
    )
    return Engine({**asked, "runs": runs}, network)


@kernel
def read(w, m, first, out):
    for k in range(len(out)):
        w.key[layout.RUN] = first + k
        if w.mechanism[m, layout.MECHANISM.design] == designs.SOBOL:
            out[k] = sobol_uniform(w, m)
        else:
            u = draw_uniform(
                w,
                draws.INTENSITY,
                w.key[layout.OCCURRENCE],
                w.item[w.mechanism[m, layout.MECHANISM.item]],
            )
            out[k] = stratum_uniform(w, m, u)


def uniforms(engine: Engine, m: int, runs: int, epistemic: int = 0) -> NDArray[np.float64]:
    compiled = engine.compiled
    parameters = compiled.epistemic_parameters([epistemic])[0]
    w = set_cell(compiled._fresh_world(0), engine.study.seed, "event", epistemic, parameters)
    out = np.zeros(runs)
    read(w, m, 0, out)
    return out


def test_the_direction_numbers_are_those_of_scipy() -> None:
    # Point 2**j of the Gray code order is the exclusive or of columns j and j - 1.
    plain = qmc.Sobol(8, scramble=False, bits=52).random_base2(13)
    points = (plain * 2**52).astype(np.uint64).T
    numbers = direction_numbers()
    assert (points[:, 1] == numbers[:, 0]).all()
    for j in range(1, 13):
        assert (points[:, 2**j] == numbers[:, j] ^ numbers[:, j - 1]).all()
    # A column j has its lowest bit at place 51 - j: m_j is odd.
    for j in range(52):
        assert ((numbers[:, j] >> np.uint64(51 - j)) & np.uint64(1) == 1).all()
        assert ((numbers[:, j] << np.uint64(12 + j + 1)) == 0).all()


def test_each_sequence_has_one_point_in_each_box() -> None:
    engine = designed({"design": "sobol"}, 16 * 256, mechanisms=3)
    found = [uniforms(engine, m, 16 * 256).reshape(256, 16) for m in range(3)]
    for group in range(16):
        for points in found:
            assert sorted(np.floor(points[:, group] * 256)) == list(range(256))
        for k in range(9):  # two dimensions: a (0, 2)-sequence
            x, y = found[0][:, group], found[1][:, group]
            boxes = np.floor(x * 2**k) * 2 ** (8 - k) + np.floor(y * 2 ** (8 - k))
            assert len(set(boxes)) == 256


def test_fewer_runs_are_the_prefix_and_sequences_differ() -> None:
    many = uniforms(designed({"design": "sobol"}, 640), 0, 640)
    assert np.array_equal(many[:160], uniforms(designed({"design": "sobol"}, 160), 0, 160))
    assert len(set(many)) == 640
    assert ((many > 0) & (many < 1)).all()
    other = designed({"design": "sobol"}, 640, size=2)
    assert not np.isin(uniforms(other, 0, 640, epistemic=1), many).any()


@pytest.mark.compiled_only  # a thousand scrambles
def test_points_of_scrambled_sequences_are_uniform() -> None:
    # The first point of each of 16 sequences in 500 draws is its shift: 8,000 independent uniforms.
    engine = designed({"design": "sobol"}, 16, size=500)
    found = np.concatenate([uniforms(engine, 0, 16, e) for e in range(500)])
    assert not misses([mean("D1", "first points", 0.5, found, sd=1 / np.sqrt(12))])
    spread = (found - 0.5) ** 2
    assert not misses([mean("D1", "their variance", 1 / 12, spread, sd=1 / np.sqrt(180))])


EDGES = [0.25, 0.5, 0.999, 1 - 1e-6]


def test_runs_of_a_stratum_are_inside_it_and_uniform() -> None:
    asked = {"design": "strata", "edges": EDGES, "shares": [0.1, 0.3, 0.2, 0.2, 0.2]}
    engine = designed(asked, 5000)
    found = uniforms(engine, 0, 5000)
    sizes = [500, 1500, 1000, 1000, 1000]
    assert list(stratum_sizes(engine.study.sampling, 5000)) == sizes
    first = np.cumsum([0, *sizes])
    lines = []
    for k, (low, high) in enumerate(pairwise((0.0, *EDGES, 1.0))):
        mine = found[first[k] : first[k + 1]]
        assert ((mine > low) & (mine < high)).all()
        assert ((mine * 2**53) % 2 == 1).all()  # so that 1 - u is exact too
        inside = (mine - low) / (high - low)
        lines.append(mean("D2", f"place in stratum {k}", 0.5, inside, sd=1 / np.sqrt(12)))
    assert not misses(lines)


def test_only_the_first_intensity_is_divided() -> None:
    engine = designed({"design": "strata", "edges": [0.5]}, 200)
    columns = engine.compiled._tables[0]["mechanism"][:, layout.MECHANISM.design]
    assert columns.tolist() == [designs.STRATA, designs.RANDOM]


@pytest.mark.parametrize("runs", [10, 11, 37, 1000])
@pytest.mark.parametrize("shares", [(), (0.96, 0.01, 0.01, 0.01, 0.01)])
def test_sizes_are_shares_by_largest_remainder_and_at_least_two(
    runs: int, shares: tuple[float, ...]
) -> None:
    sizes = stratum_sizes(Sampling("strata", (0.2, 0.4, 0.6, 0.8), shares), runs)
    assert sum(sizes) == runs
    assert min(sizes) >= 2
    if runs == 1000 and shares:
        assert sizes == (960, 10, 10, 10, 10)
    if runs == 11 and not shares:
        assert sizes == (3, 2, 2, 2, 2)


def test_weights_are_the_probabilities_and_sum_to_one() -> None:
    whole = groups(Sampling("strata", (0.5, 0.9)), 30)
    assert sum(whole.weights) == 1
    assert whole.weights == pytest.approx((0.5, 0.4, 0.1), abs=2 / GRID)
    assert list(whole.spans(5, 25)) == [(0, 5, 10), (1, 10, 20), (2, 20, 25)]
    assert list(groups(Sampling(), 30).spans(5, 25)) == [(0, 5, 25)]


@pytest.mark.parametrize(
    "sampling",
    [
        {"design": "random"},
        {"design": "sobol"},
        {"design": "strata", "edges": EDGES},
        {"design": "strata", "edges": [0.1], "shares": [0.9, 0.1]},
    ],
)
def test_the_engine_is_the_reference(sampling: dict[str, Any]) -> None:
    engine = designed(sampling, 48, mechanisms=3, size=3)
    assert not differences(engine, 48)
    assert not differences(engine, 16, first=32, epistemic=2)


def test_a_late_point_of_a_sequence_is_that_of_the_reference() -> None:
    assert not differences(designed({"design": "sobol"}, 1 << 18), 16, first=(1 << 16) + 5)


def test_a_word_of_a_sequence_needs_no_more_than_its_bits() -> None:
    out = np.zeros(designs.GROUPS * designs.STRIDE, dtype=np.uint64)
    for numbers in direction_numbers():
        designs.scramble(word(3), word(5), numbers, out)
        assert out.max() < 2**52
