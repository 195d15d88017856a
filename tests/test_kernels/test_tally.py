"""Tallies: exact integers, whatever the split and the order; quantiles within their bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simengine.kernels import tally

VALUES = arrays(
    np.float64,
    st.tuples(st.integers(0, 30), st.just(2)),
    elements=st.one_of(
        st.floats(0, 2.0**48 - 1), st.floats(0, 100), st.sampled_from([0.0, 0.5, 1.5, 2.5])
    ),
)


def tallied(
    values: np.ndarray, quantum: float = 1.0, status: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Moments and histograms of values, one histogram a column."""
    columns = values.shape[1]
    moments, histograms = tally.empty_moments(columns), tally.empty_histograms(columns)
    good = np.zeros(len(values), dtype=np.int32) if status is None else status
    tally.tally(values, good, np.full(columns, quantum), np.arange(columns), moments, histograms)
    return moments, histograms


@given(VALUES, st.sampled_from([1.0, 0.25, 3.0]))
def test_sums_are_those_of_python_integers(values: np.ndarray, quantum: float) -> None:
    values = values * min(quantum, 1.0)
    moments, _ = tallied(values, quantum)
    for column in range(2):
        whole = [round(value / quantum) for value in values[:, column].tolist()]
        expected = (len(whole), 0, sum(whole), sum(one * one for one in whole))
        assert tally.integers(moments[column]) == expected


@given(VALUES, st.randoms(use_true_random=False), st.integers(0, 30))
def test_any_split_and_any_order_give_the_same_integers(
    values: np.ndarray, random, cut: int
) -> None:
    moments, histograms = tallied(values)
    order = list(range(len(values)))
    random.shuffle(order)
    first, second = tallied(values[order[:cut]]), tallied(values[order[cut:]])
    assert np.array_equal(tally.merge_moments(first[0], second[0]), moments)
    assert np.array_equal(first[1] + second[1], histograms)


@given(VALUES)
def test_adding_in_place_equals_merging(values: np.ndarray) -> None:
    moments, histograms = tallied(values)
    twice = moments.copy(), histograms.copy()
    good = np.zeros(len(values), dtype=np.int32)
    tally.tally(values, good, np.ones(2), np.arange(2), *twice)
    assert np.array_equal(twice[0], tally.merge_moments(moments, moments))
    assert np.array_equal(twice[1], 2 * histograms)


def test_the_high_words_take_the_carry() -> None:
    values = np.full((300, 1), 2.0**48 - 1)
    moments, _ = tallied(values)
    whole = 2**48 - 1
    assert tally.integers(moments[0]) == (300, 0, 300 * whole, 300 * whole * whole)
    total = moments
    for _ in range(20):
        total = tally.merge_moments(total, total)
    size = 300 * 2**20
    assert tally.integers(total[0]) == (size, 0, size * whole, size * whole * whole)
    assert size * whole > 2**64  # so that the carry did happen


def test_more_values_than_a_tally_holds_are_refused() -> None:
    moments = tally.empty_moments(1)
    moments[0, tally.COUNT] = 2**31 + 1
    with pytest.raises(OverflowError, match="4294967296"):
        tally.merge_moments(moments, moments)


def test_what_is_negative_too_large_or_no_number_is_outside_and_nowhere_else() -> None:
    values = np.array([[-1.0], [2.0**48], [2.0**48 - 0.3], [math.nan], [math.inf], [3.0]])
    moments, histograms = tallied(values)
    assert tally.integers(moments[0]) == (1, 5, 3, 9)
    assert histograms.sum() == 1


def test_failed_runs_are_left_out() -> None:
    status = np.array([0, 3, 0], dtype=np.int32)
    moments, histograms = tallied(np.array([[1.0], [5.0], [2.0]]), status=status)
    assert tally.integers(moments[0]) == (2, 0, 3, 5)
    assert histograms.sum() == 2


def test_a_column_without_histogram_has_moments_only() -> None:
    moments, histograms = tally.empty_moments(2), tally.empty_histograms(1)
    good = np.zeros(1, dtype=np.int32)
    tally.tally(np.array([[1.0, 7.0]]), good, np.ones(2), np.array([-1, 0]), moments, histograms)
    assert [tally.integers(one)[2] for one in moments] == [1, 7]
    assert histograms.sum() == 1


@given(VALUES)
def test_mean_and_standard_deviation_are_the_exact_ones_rounded(values: np.ndarray) -> None:
    moments, _ = tallied(values)
    whole = [round(value) for value in values[:, 0].tolist()]
    n = len(whole)
    if n == 0:
        assert math.isnan(tally.mean(moments[0], 1.0))
    else:
        assert tally.mean(moments[0], 1.0) == float(Fraction(sum(whole), n))
    if n < 2:
        assert math.isnan(tally.standard_deviation(moments[0], 1.0))
        return
    mean = Fraction(sum(whole), n)
    variance = sum((one - mean) ** 2 for one in whole) / (n - 1)
    found = tally.standard_deviation(moments[0], 1.0)
    assert found == pytest.approx(math.sqrt(variance), rel=4e-16)


@given(st.floats(0, 2.0**48 - 1))
def test_a_value_is_in_the_bin_whose_edges_enclose_it(value: float) -> None:
    _, histograms = tallied(np.array([[value]]))
    place = int(np.flatnonzero(histograms[0])[0])
    edges = tally.bin_edges()
    assert len(edges) == tally.BINS + 1
    assert edges[place] <= round(value) < edges[place + 1]


@given(
    arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1e12)),
    st.floats(0, 1),
)
def test_a_quantile_lies_within_its_bounds_and_a_128th(values: np.ndarray, p: float) -> None:
    _, histograms = tallied(values[:, None])
    estimate, least, greatest = tally.quantile(histograms[0], p, 1.0)
    rank = max(math.ceil(Fraction(p) * len(values)), 1)
    exact = sorted(round(value) for value in values.tolist())[rank - 1]
    assert least <= exact <= greatest
    assert abs(estimate - exact) <= exact / 128
    if exact < 128:
        assert estimate == exact


def test_a_histogram_without_values_has_no_quantile() -> None:
    assert all(map(math.isnan, tally.quantile(tally.empty_histograms(1)[0], 0.5, 1.0)))
