"""Laws: inverse distribution functions, right in both tails, monotone, the same bits everywhere."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from simengine.kernels import distributions as kinds
from simengine.kernels.counts import (
    binomial_quantile,
    deviance,
    poisson_quantile,
    probability_far,
)
from simengine.kernels.draws import uniform
from simengine.kernels.jit import number, word
from simengine.kernels.normal import normal_probability, normal_quantile

HERE = Path(__file__).parent
SIX_SIGMA = stats.norm.isf(1e-9 / 2)  # two-sided false-alarm rate of 1e-9
EPSILON = np.finfo(float).eps

# Odd multiples of 2**-53, as `uniform` gives: across the middle, and into both tails.
TAIL = [2.0**-53 * (2 * 2**power + 1) for power in range(0, 46, 3)]
MIDDLE = [(m + 0.5) / 97 for m in range(97)]
UNIFORMS = np.array(
    sorted([2.0**-53 * (2 * int(u * 2**52) + 1) for u in MIDDLE] + TAIL + [1 - u for u in TAIL])
)

UNIFORM = st.integers(0, 2**52 - 1).map(lambda m: (m + 0.5) * 2.0**-52)
SIZE = st.floats(0.01, 1e6)
SHAPE = st.floats(0.2, 20)

CLOSED = {
    "uniform": (kinds.UNIFORM, [2, 9], stats.uniform(2, 7)),
    "triangular": (kinds.TRIANGULAR, [2, 3, 9], stats.triang(1 / 7, 2, 7)),
    "normal": (kinds.NORMAL, [0, 3], stats.norm(0, 3)),
    "lognormal": (kinds.LOGNORMAL, [6, 0.9], stats.lognorm(0.9, scale=6)),
    "weibull": (kinds.WEIBULL, [0.7, 5], stats.weibull_min(0.7, scale=5)),
    "exponential": (kinds.EXPONENTIAL, [7], stats.expon(scale=7)),
    "pareto": (kinds.PARETO, [1.5, 4], stats.pareto(1.5, scale=4)),
    "lomax": (kinds.LOMAX, [1.5, 4], stats.lomax(1.5, scale=4)),
    "loguniform": (kinds.LOGUNIFORM, [0.1, 1000], stats.loguniform(0.1, 1000)),
}


def reference(law: stats.distributions.rv_frozen, u: np.ndarray) -> np.ndarray:
    """Quantiles by scipy, from the tail that u lies in."""
    return np.where(u < 0.5, law.ppf(u), law.isf(1 - u))


def quantiles(kind: int, numbers: list[float], u: np.ndarray) -> np.ndarray:
    """Quantiles by the kernel."""
    vector = np.array([np.nan, *numbers], dtype=float)
    return np.array([kinds.sample(kind, vector, 1, float(each)) for each in u])


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_form_law_is_within_2e_14_of_scipy_in_both_tails(name: str) -> None:
    kind, numbers, law = CLOSED[name]
    assert quantiles(kind, numbers, UNIFORMS) == pytest.approx(
        reference(law, UNIFORMS), rel=2e-14, abs=0
    )


def test_a_truncated_law_is_the_law_given_that_it_lies_within() -> None:
    inside = stats.norm(1, 2)
    numbers = [kinds.NORMAL, inside.cdf(-1), inside.cdf(4), -1, 4, 1, 2]
    expected = reference(stats.truncnorm(-1, 1.5, 1, 2), UNIFORMS)
    assert quantiles(kinds.TRUNCATED, numbers, UNIFORMS) == pytest.approx(expected, abs=1e-13)


@given(u=UNIFORM, value=st.floats(-1e9, 1e9))
def test_a_constant_is_its_value(u: float, value: float) -> None:
    assert kinds.sample(kinds.CONSTANT, np.array([value]), 0, u) == value


@given(z=st.floats(-8.2, 8.2))
def test_normal_probability_and_quantile_undo_each_other(z: float) -> None:
    p = normal_probability(-abs(z))
    # An error of one unit in the last place of p moves z by p / density(z).
    slack = 8 * EPSILON * (p / stats.norm.pdf(z) + abs(z) + 1)
    assert abs(normal_quantile(p) + abs(z)) < slack


@given(kind=st.sampled_from(sorted(CLOSED)), first=UNIFORM, second=UNIFORM, data=st.data())
def test_a_larger_uniform_never_gives_less(
    kind: str, first: float, second: float, data: st.DataObject
) -> None:
    u, v = sorted((first, second))
    numbers: list[float] = {
        "uniform": lambda: sorted(data.draw(st.tuples(SIZE, SIZE))),
        "triangular": lambda: sorted(data.draw(st.tuples(SIZE, SIZE, SIZE))),
        "loguniform": lambda: sorted(data.draw(st.tuples(SIZE, SIZE))),
        "normal": lambda: [data.draw(SIZE), data.draw(SIZE)],
        "lognormal": lambda: [data.draw(SIZE), data.draw(st.floats(0.01, 4))],
    }.get(kind, lambda: [data.draw(SHAPE), data.draw(SIZE)])()
    low, high = quantiles(CLOSED[kind][0], numbers, np.array([u, v]))
    # Neighbouring uniforms may differ by less than the rounding of a formula.
    assert low <= high + 16 * EPSILON * max(abs(low), abs(high), *map(abs, numbers))


@given(u=UNIFORM, v=UNIFORM, n=st.integers(0, 3000), p=st.floats(0, 1), mean=st.floats(0, 2000))
def test_counts_never_fall_and_are_whole(u: float, v: float, n: int, p: float, mean: float) -> None:
    u, v = min(u, v), max(u, v)
    for low, high in (
        (binomial_quantile(u, float(n), p), binomial_quantile(v, float(n), p)),
        (poisson_quantile(u, mean), poisson_quantile(v, mean)),
    ):
        assert 0 <= low <= high
        assert low == math.floor(low)
    assert binomial_quantile(v, float(n), p) <= n


@given(u=UNIFORM, n=st.integers(1, 40), p=st.floats(1e-6, 1 - 1e-6))
def test_a_binomial_draw_is_the_exact_inverse_in_fractions(u: float, n: int, p: float) -> None:
    share, total, below, expected = Fraction(p), Fraction(0), Fraction(0), -1
    while total < u:
        expected += 1
        below = total
        total += math.comb(n, expected) * share**expected * (1 - share) ** (n - expected)
    nearest = min(abs(total - Fraction(u)), abs(below - Fraction(u)))
    assume(nearest > Fraction(1, 10**11) * min(Fraction(u), 1 - Fraction(u)))
    assert binomial_quantile(u, float(n), p) == expected


def assert_inverse(found: np.ndarray, law: stats.distributions.rv_frozen) -> None:
    """P(X <= k) >= u > P(X <= k - 1), to 1e-9 of the tail that u lies in."""
    low = UNIFORMS < 0.5
    reached = np.where(low, law.cdf(found) / UNIFORMS, (1 - UNIFORMS) / law.sf(found))
    before = np.where(low, law.cdf(found - 1) / UNIFORMS, (1 - UNIFORMS) / law.sf(found - 1))
    assert np.all(reached > 1 - 1e-9)
    assert np.all(before < 1 + 1e-9)


@pytest.mark.filterwarnings("ignore:divide by zero")  # nothing lies above the largest count
@pytest.mark.parametrize(
    ("n", "p"),
    [(1, 0.3), (10, 0.9), (600, 0.5), (513, 0.499), (10**6, 0.3), (10**6, 1e-12), (10**6, 0.999)],
)
def test_binomial_draws_invert_in_both_tails(n: int, p: float) -> None:
    found = np.array([binomial_quantile(u, float(n), p) for u in UNIFORMS])
    assert_inverse(found, stats.binom(n, p))


@pytest.mark.parametrize("mean", [1e-12, 0.8, 100.0, 255.9, 256.1, 1e5])
def test_poisson_draws_invert_in_both_tails(mean: float) -> None:
    found = np.array([poisson_quantile(u, mean) for u in UNIFORMS])
    assert_inverse(found, stats.poisson(mean))


@given(mean=st.floats(256, 1e8), score=st.floats(-11, 11))
def test_the_deviance_loses_nothing_to_cancellation(mean: float, score: float) -> None:
    k = float(round(mean + score * math.sqrt(mean)))
    with localcontext(prec=50):
        ratio = Decimal(k) / Decimal(mean)
        exact = float(Decimal(k) * ratio.ln() + Decimal(mean) - Decimal(k))
    # Rounding of terms as large as k - mean, a few times.
    assert abs(deviance(k, mean) - exact) <= 8 * EPSILON * (abs(k - mean) + 1)


@given(mean=st.floats(256, 2000), score=st.floats(-11, 11))
def test_a_probability_far_from_zero_is_that_of_poisson(mean: float, score: float) -> None:
    k = round(mean + score * math.sqrt(mean))
    assume(k >= 64)
    with localcontext(prec=50):
        exact = Decimal(mean) ** k * (-Decimal(mean)).exp() / math.factorial(k)
    assert probability_far(float(k), mean, math.inf) == pytest.approx(float(exact), rel=1e-12)


@given(u=UNIFORM, n=st.integers(0, 50))
def test_a_certain_count_is_certain(u: float, n: int) -> None:
    assert binomial_quantile(u, float(n), 0.0) == 0
    assert binomial_quantile(u, float(n), 1.0) == n
    assert poisson_quantile(u, 0.0) == 0


@given(u=UNIFORM, p=st.floats(0, 1))
def test_bernoulli_is_a_binomial_of_one(u: float, p: float) -> None:
    assert kinds.sample(kinds.BERNOULLI, np.array([p]), 0, u) == binomial_quantile(u, 1.0, p)


@pytest.mark.parametrize("name", ["normal", "lognormal", "exponential", "uniform", "triangular"])
def test_sample_means_are_within_six_standard_errors(name: str, sample_size: int) -> None:
    kind, numbers, law = CLOSED[name]
    size = min(sample_size, 20_000)
    key, item, zero = word(5), word(9), word(0)
    u = np.array([uniform(key, item, word(run), zero) for run in range(size)])
    mean = quantiles(kind, numbers, u).mean()
    assert abs(mean - law.mean()) < SIX_SIGMA * law.std() / math.sqrt(size)


@given(u=UNIFORM, kind=st.sampled_from(sorted(CLOSED)))
def test_a_compiled_law_equals_its_own_python(u: float, kind: str) -> None:
    number, numbers, _ = CLOSED[kind]
    vector = np.array(numbers, dtype=float)
    plain = getattr(kinds.sample, "py_func", kinds.sample)
    assert kinds.sample(number, vector, 0, u) == plain(number, vector, 0, u)


@pytest.mark.compiled_only
def test_compiled_and_interpreted_kernels_give_the_same_bits() -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-W", "error", str(HERE / "bits.py")],
            env=os.environ | {"NUMBA_DISABLE_JIT": switch, "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for switch in ("0", "1")
    ]
    assert printed[0].count("\n") > 15
    assert printed[0] == printed[1]


def test_counts_and_limits_by_the_common_door():
    """What `sample` gives is what the functions behind it give; an unknown kind gives no number."""
    numbers = np.array([20.0, 0.3, 2.5, 5.0, 5.0, 5.0])
    first, second, third = number(0), number(2), number(3)
    for u in (1e-9, 0.2, 0.5, 0.9, 1 - 1e-9):
        draws = kinds.sample(number(kinds.BINOMIAL), numbers, first, u)
        assert draws == stats.binom.ppf(u, 20, 0.3)
        assert kinds.sample(number(kinds.POISSON), numbers, second, u) == stats.poisson.ppf(u, 2.5)
        assert kinds.sample(number(kinds.TRIANGULAR), numbers, third, u) == 5.0
    assert math.isnan(kinds.sample(number(99), numbers, number(0), 0.5))
    assert math.isnan(kinds.sample_closed(number(99), numbers, number(0), 0.5))
