"""The parameter vector: slots, tables, and what is drawn once per epistemic index."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.interpolate import PchipInterpolator

from simengine.compiled import laws
from simengine.compiled.laws import Parameters, item_id, item_ids
from simengine.kernels.distributions import CONSTANT, sample
from simengine.kernels.draws import EPISTEMIC, subkey, uniform
from simengine.kernels.jit import word
from simengine.scenario.quantity import Fixed, Law, Uncertain

NOTHING = np.zeros(0)
UNIFORM = st.integers(0, 2**52 - 1).map(lambda m: (m + 0.5) * 2.0**-52)
TAIL = [2.0**-power for power in range(7, 40)]
UNIFORMS = np.array(sorted([(m + 0.5) / 97 for m in range(97)] + TAIL + [1 - u for u in TAIL]))


def law(dist: str, *parts: Law, **parameters: float | Uncertain) -> Law:
    """Build a law of numbers and of what is not known."""
    given_ = ((k, v if isinstance(v, Uncertain) else Fixed(v)) for k, v in parameters.items())
    return Law(dist, tuple(given_), parts)


def quantiles(of: Law, u: np.ndarray = UNIFORMS) -> np.ndarray:
    """Quantiles of a law by way of its parameter vector."""
    parameters = Parameters()
    kind, slot = parameters.law(of)
    vector = parameters.vector(NOTHING)
    return np.array([sample(kind, vector, slot, float(each)) for each in u])


def reference(of: stats.distributions.rv_frozen, u: np.ndarray = UNIFORMS) -> np.ndarray:
    return np.where(u < 0.5, of.ppf(u), of.isf(1 - u))


PERT = law("pert", low=1.0, mode=2.0, high=9.0)
EMPTY_OR_LONG = law(
    "mixture",
    law("constant", value=0.0),
    law("lognormal", median=10.0, sigma=1.0),
    weight0=9.0,
    weight1=1.0,
)
APART = law(
    "mixture",
    law("uniform", low=0.0, high=1.0),
    law("uniform", low=5.0, high=6.0),
    weight0=0.3,
    weight1=0.7,
)
FLAT = {"p0": 0.0, "x0": 0.0, "p1": 0.05, "x1": 1.0, "p2": 0.5, "x2": 3.0, "p3": 0.6, "x3": 3.0}


@pytest.mark.parametrize(
    ("of", "expected", "tolerance"),
    [
        (law("gamma", shape=3.0, scale=2.0), stats.gamma(3, scale=2), 1e-8),
        (law("gamma", shape=0.5, scale=2.0), stats.gamma(0.5, scale=2), 1e-7),
        (law("gamma", shape=300.0, scale=2.0), stats.gamma(300, scale=2), 1e-12),
        (law("beta", a=2.0, b=5.0, low=0.0, high=1.0), stats.beta(2, 5), 1e-8),
        (law("beta", a=0.5, b=0.5, low=2.0, high=6.0), stats.beta(0.5, 0.5, 2, 4), 1e-8),
        (PERT, stats.beta(1.5, 4.5, 1, 8), 1e-9),
        (
            law("truncated", law("lognormal", median=10.0, sigma=1.0), low=0.0),
            stats.lognorm(1, scale=10),
            1e-13,
        ),
        (
            law("truncated", law("normal", mean=0.0, sd=1.0), low=-1.0, high=3.0),
            stats.truncnorm(-1, 3),
            1e-11,
        ),
        (
            law("mixture", law("lognormal", median=10.0, sigma=1.0), weight0=2.0),
            stats.lognorm(1, scale=10),
            1e-9,
        ),
    ],
)
def test_a_law_is_as_near_scipy_as_stated(
    of: Law, expected: stats.distributions.rv_frozen, tolerance: float
) -> None:
    right = reference(expected)
    # Relative, down to a thousandth of the median: a table resolves no more of what is near 0.
    least = 1e-3 * abs(expected.median())
    assert np.all(np.abs(quantiles(of) - right) <= tolerance * np.maximum(np.abs(right), least))


def test_a_mixture_with_an_atom_has_the_atom_and_the_tail() -> None:
    right = np.zeros_like(UNIFORMS)
    above = UNIFORMS > 0.9
    # The share above is taken from the upper end, where it is exact.
    right[above] = stats.lognorm(1, scale=10).isf((1 - UNIFORMS[above]) / 0.1)
    found = quantiles(EMPTY_OR_LONG)
    assert np.all(found[~above] == 0)
    assert found == pytest.approx(right, rel=1e-8)


def test_a_mixture_of_laws_apart_jumps_over_the_gap() -> None:
    u = UNIFORMS
    right = np.where(u < 0.3, u / 0.3, 5 + (u - 0.3) / 0.7)
    assert quantiles(APART) == pytest.approx(right, abs=1e-8)


def test_quantiles_are_met_and_joined_by_the_monotone_cubic() -> None:
    of = law("quantiles", **FLAT, p4=1.0, x4=10.0)
    curve = PchipInterpolator([0, 0.05, 0.5, 0.6, 1], [0, 1, 3, 3, 10])
    assert quantiles(of) == pytest.approx(curve(UNIFORMS), abs=1e-6)
    middle = np.linspace(0.5001, 0.5999, 20)
    assert quantiles(of, middle) == pytest.approx(np.full(20, 3.0), abs=1e-12)


def test_a_truncated_table_lies_within_and_has_the_right_median() -> None:
    inside = stats.gamma(2)
    of = law("truncated", law("gamma", shape=2.0, scale=1.0), low=1.0, high=3.0)
    low, high = inside.cdf([1, 3])
    right = inside.ppf(low + UNIFORMS * (high - low))
    assert quantiles(of) == pytest.approx(right, rel=1e-8)


@pytest.mark.parametrize(
    "of", [PERT, EMPTY_OR_LONG, APART, law("quantiles", **FLAT, p4=1.0, x4=10.0)]
)
@given(u=UNIFORM, v=UNIFORM)
def test_a_table_never_falls(of: Law, u: float, v: float) -> None:
    low, high = quantiles(of, np.array(sorted((u, v))))
    assert low <= high * (1 + 1e-15)


def test_equal_quantities_share_a_slot_and_others_do_not() -> None:
    parameters = Parameters()
    first = parameters.law(PERT)
    assert parameters.law(PERT) == first
    assert parameters.law(APART) != first
    assert parameters.scalar(Fixed(3.0)) == parameters.law(Fixed(3.0))[1]
    assert parameters.law(Fixed(3.0))[0] == CONSTANT
    assert parameters.scalar(Fixed(3.0)) != parameters.scalar(Fixed(4.0))


def believed(key: str = "mode", low: float = 1.0, high: float = 9.0) -> Uncertain:
    return Uncertain(key, law("uniform", low=low, high=high))


def test_a_law_of_what_is_not_known_is_that_law_once_drawn() -> None:
    parameters = Parameters()
    kind, slot = parameters.law(law("pert", low=1.0, mode=believed(), high=9.0))
    vector = parameters.vector(np.array([2.0]))
    found = [sample(kind, vector, slot, u) for u in (0.1, 0.5, 0.9)]
    assert found == quantiles(PERT, np.array([0.1, 0.5, 0.9])).tolist()
    assert len(vector) == parameters.size


def test_one_vector_leaves_no_trace_in_the_next() -> None:
    parameters = Parameters()
    parameters.scalar(Fixed(5.0))
    parameters.law(law("truncated", law("gamma", shape=2.0, scale=1.0), low=believed("b", 0, 2)))
    parameters.law(law("lognormal", median=believed(), sigma=1.0))
    first = parameters.vector(np.array([0.5, 3.0]))
    parameters.vector(np.array([1.5, 4.0]))
    assert np.array_equal(first, parameters.vector(np.array([0.5, 3.0])))


def test_what_is_not_known_is_drawn_by_its_key_and_index_alone() -> None:
    few, many = Parameters(), Parameters()
    few.scalar(believed("a"))
    many.scalar(believed("b"))
    many.law(law("normal", mean=believed("a"), sd=1.0))
    assert few.uncertain == ("a",)
    assert many.uncertain == ("b", "a")
    assert np.array_equal(few.draw(7, [3, 5])[:, 0], many.draw(7, np.arange(6))[[3, 5], 1])
    zero = word(0)
    key = word(subkey(word(7), EPISTEMIC, word(3), zero))
    u = uniform(key, word(item_id("a")), zero, zero)
    assert few.draw(7, [3])[0, 0] == 1 + 8 * u


@given(UNIFORM)
def test_a_design_reads_the_same_laws(u: float) -> None:
    parameters = Parameters()
    parameters.scalar(Uncertain("a", PERT))
    assert parameters.believed(np.array([[u]]))[0, 0] == quantiles(PERT, np.array([u]))[0]


def test_a_drawn_value_out_of_bounds_is_named() -> None:
    parameters = Parameters()
    parameters.scalar(believed("threats.x.probability", 0.5, 2.0), 0.0, 1.0)
    assert parameters.vector(np.array([1.0]))[0] == 1.0
    with pytest.raises(ValueError, match=r"'threats\.x\.probability' drew 1\.25: expected 0 to 1"):
        parameters.vector(np.array([1.25]))


def test_drawn_values_that_make_no_law_are_named() -> None:
    parameters = Parameters()
    parameters.law(law("pert", low=believed("floor"), mode=2.0, high=9.0))
    with pytest.raises(ValueError, match=r"'floor' drew 2\.5: 'pert' needs low <= mode <= high"):
        parameters.vector(np.array([2.5]))


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (law("pareto", shape=0.01, scale=1.0), "beyond the largest number"),
        (law("gamma", shape=-1.0, scale=1.0), "needs shape > 0, scale > 0"),
        (law("normal", mean=math.inf, sd=1.0), "finite"),
        (law("bernoulli", p=1.5), "p from 0 to 1"),
        (law("binomial", n=2.5, p=0.5), "n whole"),
        (law("poisson", mean=-1.0), "mean from 0"),
        (law("mixture", law("constant", value=1.0), weight0=0.0), "weights"),
        (law("mixture", law("poisson", mean=1.0), weight0=1.0), "law of counts"),
        (law("quantiles", p0=0.0, x0=1.0, p1=0.9, x1=2.0), "from 0 to 1"),
        (law("quantiles", p0=0.0, x0=2.0, p1=1.0, x1=1.0), "does not fall"),
        (law("truncated", law("normal", mean=0.0, sd=1.0), low=9.0), "less than a millionth"),
        (law("truncated", PERT, low=9.5), "less than a millionth"),
    ],
)
def test_numbers_that_make_no_law_are_refused(of: Law, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Parameters().law(of)


def test_one_key_has_one_law() -> None:
    parameters = Parameters()
    parameters.scalar(believed("a"))
    with pytest.raises(ValueError, match="'a' has two different laws"):
        parameters.scalar(believed("a", 2.0))


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 drawn values, found 1"):
        Parameters().vector(np.array([1.0]))


def test_ids_are_64_bits_of_the_name_and_keep_their_order() -> None:
    # The first 8 bytes of BLAKE2b-64 of "power", lowest first: a change would move every draw.
    assert item_id("power") == 0x289474C2407CD2B4
    names = ["power", "exchange", "power"]
    assert item_ids(names).tolist() == [item_id(name) for name in names]
    assert item_ids(names).dtype == np.uint64


def test_two_names_with_one_id_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "item_id", len)  # collisions of 64 bits cannot be found
    with pytest.raises(ValueError, match="'ab' and 'cd' have the same id 2"):
        item_ids(["ab", "xyz", "cd"])


@pytest.mark.compiled_only
def test_closed_laws_load_nothing_of_scipy_beyond_what_numba_does() -> None:
    code = (
        "import sys; from simengine.compiled.laws import Parameters; "
        "from simengine.scenario.quantity import Fixed, Law; "
        "Parameters().law(Law('lognormal', (('median', Fixed(2.0)), ('sigma', Fixed(1.0))))); "
        "late = {'scipy.special', 'scipy.stats', 'scipy.interpolate'} & set(sys.modules); "
        "assert not late, late"
    )
    subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2], check=True
    )
