"""Tallies of chunks are integers: any split and any order merge to the same statistics."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simengine.runs.tallies import BINS, CellTally, ChunkTally, OutsideRange
from simengine.runs.totals import Totals
from tests.test_runs import counting

COLUMNS = counting.make_columns()
QUANTA = np.array([c.quantum for c in COLUMNS])
H = sum(c.histogram for c in COLUMNS)


def tallied(first: int, last: int, e: int = 0) -> ChunkTally:
    runs = np.arange(first, last)
    values = counting.expected(0, e, runs, len(COLUMNS))
    status = np.where(runs % 9 == 4, 2, 0).astype(np.int32)
    cell = CellTally(COLUMNS)
    cell.add(values, status, first)
    part = ChunkTally.empty(1, len(COLUMNS), 0, 0)
    cell.move_to(part, 0)
    return part


def merged(parts) -> Totals:
    totals = Totals.empty(1, len(COLUMNS), H, (0, 0, 0))
    for part in parts:
        totals.merge(part)
    return totals


@given(st.lists(st.integers(0, 60), max_size=5), st.randoms())
def test_any_split_and_order_gives_the_same_bits(cuts, random):
    ends = [0, *sorted(cuts), 60]
    parts = [tallied(a, b) for a, b in pairwise(ends)]
    random.shuffle(parts)
    split, whole = merged(parts), merged([tallied(0, 60)])
    np.testing.assert_array_equal(split.statistics(QUANTA), whole.statistics(QUANTA))
    np.testing.assert_array_equal(split.histograms, whole.histograms)
    assert split.failures == whole.failures == [[(4, 2), (13, 2), (22, 2), (31, 2), (40, 2)]]


def test_a_tally_survives_the_file_and_equal_tallies_are_equal_bytes():
    part = tallied(0, 40)
    again = ChunkTally.from_bytes(part.to_bytes())
    for name, array in vars(part).items():
        np.testing.assert_array_equal(getattr(again, name), array)
    assert again.to_bytes() == part.to_bytes() == tallied(0, 40).to_bytes()


def test_a_cell_begins_anew_after_it_is_moved():
    cell = CellTally(COLUMNS)
    part = ChunkTally.empty(2, len(COLUMNS), 0, 0)
    for e in (0, 1):
        values = counting.expected(0, e, np.arange(30), len(COLUMNS))
        cell.add(values, np.zeros(30, dtype=np.int32), 0)
        cell.move_to(part, e)
    assert part.good.tolist() == [30, 30]
    other = counting.by_hand(counting.expected(0, 1, np.arange(30), len(COLUMNS))[:, 0], QUANTA[0])
    totals = Totals.empty(2, len(COLUMNS), H, (0, 0, 0))
    totals.merge(part)
    assert tuple(totals.statistics(QUANTA)[1, :, 0]) == other
    assert totals.histograms.shape == (2, H, BINS)
    assert (totals.histograms.sum(axis=-1) == 30).all()


def test_statistics_of_few_runs_are_honest():
    none = merged([])
    assert np.isnan(none.statistics(QUANTA)).all()
    one = merged([tallied(0, 1)]).statistics(QUANTA)
    assert not np.isnan(one[0, 0]).any()
    assert np.isnan(one[0, 1:]).all()


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf, 2.0**60])
def test_a_value_that_cannot_be_tallied_ends_the_run_rather_than_bias_it(value):
    cell = CellTally(COLUMNS)
    values = counting.expected(0, 0, np.arange(5), len(COLUMNS))
    values[3, 2] = value
    cell.add(values, np.zeros(5, dtype=np.int32), 0)
    with pytest.raises(OutsideRange, match="people_peak"):
        cell.move_to(ChunkTally.empty(1, len(COLUMNS), 0, 0), 0)
