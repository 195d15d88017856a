"""Streaming tallies in integers: merged by addition, exact in any order and any split.

A value of a run is rounded once to a whole number of quanta of its column (half to even). Count,
sum and sum of squares are then integers of 128 bits, and a histogram has integer counts, so that
the tally of a whole is the sum of the tallies of its parts, bit for bit.

Range. A value must be 0 to below 2**48 quanta (2.8e14); one that is negative, larger or not a
number is counted as outside and enters nothing else. A tally holds up to 2**32 values: their
squares then stay below 2**128.

Moments are ``uint64 (column, 6)``: count, outside, sum (low and high word), sum of squares (low and
high word). A histogram is ``int64 (3073,)``: bin 0 holds the zeros (what is below or at half a
quantum); the others are log-linear, 64 bins to each of 48 octaves from 1 quantum on, read from the
exponent and the first six bits of the mantissa of the value. Values from 2**48 on are outside.
"""

import math

import numpy as np

from simengine.kernels.jit import kernel, word

COUNT, OUTSIDE, SUM_LOW, SUM_HIGH, SQUARES_LOW, SQUARES_HIGH = range(6)
MOMENTS = 6
OCTAVES = 48
BINS_AN_OCTAVE = 64
BINS = 1 + OCTAVES * BINS_AN_OCTAVE
LIMIT = 2.0**OCTAVES
LARGEST_COUNT = 2**32

ROUNDER = 2.0**52  # adding and taking it away rounds to a whole number, half to even
SHIFT46 = word(46)  # 52 bits of mantissa less the 6 that number the bins
SHIFT32 = word(32)
MASK32 = word(0xFFFFFFFF)
ONE = word(1)
FIRST = word((1023 << 6) - 1)  # exponent of 1.0, less one for the bin of zeros

# Sums by limbs of 32 bits: in a call with at most 2**30 runs no limb reaches 2**64.
LIMBS = 5


@kernel
def tally(values, status, quantum, histogram_of, moments, histograms):
    """Add runs to the tallies of their columns.

    Parameters
    ----------
    values : float64 (run, column)
        Values, in the unit of the column; at most 2**30 runs.
    status : int32 (run,)
        Runs whose status is not 0 are left out.
    quantum : float64 (column,)
        The unit that values of a column are rounded to, in the unit of the column; > 0.
    histogram_of : int64 (column,)
        Which histogram a column has; -1 for none.
    moments : uint64 (column, 6), out
        Added to; see the top of this module.
    histograms : int64 (histogram, 3073), out
        Added to.
    """
    runs, columns = values.shape
    limbs = np.zeros((columns, LIMBS), dtype=np.uint64)
    seen = np.zeros((columns, 2), dtype=np.int64)  # values that are not zero; values outside
    good = 0
    rounded = np.empty(columns, dtype=np.float64)
    bits = rounded.view(np.uint64)
    for run in range(runs):
        if status[run] != 0:
            continue
        good += 1
        for column in range(columns):
            value = values[run, column]
            if value == 0.0:  # most are: they are counted as what is left at the end
                continue
            scaled = value / quantum[column]
            if not (scaled >= 0.0 and scaled < LIMIT):
                seen[column, 1] += 1
                continue
            scaled = (scaled + ROUNDER) - ROUNDER
            if scaled >= LIMIT:
                seen[column, 1] += 1
                continue
            if scaled == 0.0:
                continue
            seen[column, 0] += 1
            whole = word(scaled)
            low = whole & MASK32
            high = whole >> SHIFT32
            square = low * low
            limbs[column, 0] += low
            limbs[column, 1] += high
            cross = (high * low) << ONE
            limbs[column, 2] += square & MASK32
            limbs[column, 3] += (square >> SHIFT32) + (cross & MASK32)
            limbs[column, 4] += (cross >> SHIFT32) + high * high
            if histogram_of[column] >= 0:
                rounded[column] = scaled
                place = (word(bits[column]) >> SHIFT46) - FIRST
                histograms[histogram_of[column], int(place)] += 1
    for column in range(columns):
        counted = good - seen[column, 1]
        moments[column, 0] += word(counted)
        moments[column, 1] += word(seen[column, 1])
        add_limbs(moments, column, 2, limbs[column, 0], limbs[column, 1], word(0))
        add_limbs(moments, column, 4, limbs[column, 2], limbs[column, 3], limbs[column, 4])
        if histogram_of[column] >= 0:
            histograms[histogram_of[column], 0] += counted - seen[column, 0]


@kernel
def add_limbs(moments, column, place, first, second, third):
    """Add first + second 2**32 + third 2**64 to the 128-bit number at two words of `moments`."""
    low = word(moments[column, place])
    carry = (low & MASK32) + (word(first) & MASK32)
    next_carry = (low >> SHIFT32) + (word(first) >> SHIFT32) + (carry >> SHIFT32)
    lowest = carry & MASK32
    next_carry += word(second) & MASK32
    moments[column, place] = lowest | ((next_carry & MASK32) << SHIFT32)
    rest = (next_carry >> SHIFT32) + (word(second) >> SHIFT32) + word(third)
    moments[column, place + 1] = word(moments[column, place + 1]) + rest


def empty_moments(columns: int) -> np.ndarray:
    """Make the moments of no values, ``uint64 (column, 6)``."""
    return np.zeros((columns, MOMENTS), dtype=np.uint64)


def empty_histograms(count: int) -> np.ndarray:
    """Make histograms of no values, ``int64 (histogram, 3073)``."""
    return np.zeros((count, BINS), dtype=np.int64)


def merge_moments(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Add two arrays of moments.

    Parameters
    ----------
    one, other : uint64 (..., 6)
        Moments of two disjoint sets of values.

    Returns
    -------
    uint64 (..., 6)
        Moments of their union. Histograms merge by ``+``.

    Raises
    ------
    OverflowError
        If the union has more than 2**32 values.
    """
    total = one + other
    for low in (SUM_LOW, SQUARES_LOW):
        total[..., low + 1] += total[..., low] < one[..., low]
    if np.any(total[..., COUNT] > LARGEST_COUNT):
        raise OverflowError(f"a tally holds at most {LARGEST_COUNT} values")
    return total


def integers(moments: np.ndarray) -> tuple[int, int, int, int]:
    """Read one column's moments as Python integers.

    Parameters
    ----------
    moments : uint64 (6,)
        Moments of a column.

    Returns
    -------
    tuple of int
        Count, number outside, sum [quanta], sum of squares [quanta squared].
    """
    count, outside, low, high, squares_low, squares_high = (int(word_) for word_ in moments)
    return count, outside, low + (high << 64), squares_low + (squares_high << 64)


def mean(moments: np.ndarray, quantum: float) -> float:
    """Mean of the rounded values of a column, exact but for one rounding; nan without values."""
    count, _, total, _ = integers(moments)
    up, down = float(quantum).as_integer_ratio()
    return (total * up) / (count * down) if count else math.nan  # integers divide with one rounding


def standard_deviation(moments: np.ndarray, quantum: float) -> float:
    """Sample standard deviation (divisor n - 1), of exact integers; nan below two values."""
    count, _, total, squares = integers(moments)
    if count < 2:
        return math.nan
    return math.sqrt((count * squares - total * total) / (count * (count - 1))) * quantum


def bin_edges() -> np.ndarray:
    """Lower edges of the bins and the end of the last, in quanta: ``float64 (3074,)``.

    Bin i holds the whole numbers q with edges[i] <= q < edges[i + 1]; bin 0 the zeros.
    """
    octave = np.repeat(2.0 ** np.arange(OCTAVES), BINS_AN_OCTAVE)
    place = np.tile(np.arange(BINS_AN_OCTAVE) / BINS_AN_OCTAVE, OCTAVES)
    return np.concatenate(([0.0], octave * (1.0 + place), [LIMIT]))


def quantile(histogram: np.ndarray, p: float, quantum: float) -> tuple[float, float, float]:
    """Read a quantile from a histogram, with its bounds.

    Parameters
    ----------
    histogram : int64 (3073,)
        Counts.
    p : float
        Probability, 0 to 1.
    quantum : float
        The unit of the rounded values.

    Returns
    -------
    tuple of float
        Estimate, and least and greatest value that the empirical quantile (the smallest rounded
        value with at least a share p of the values at or below it) can have. The estimate is midway
        between the bounds: exact up to 128 quanta, elsewhere off by at most 1/128 of the value.
        nan without values.
    """
    total = int(histogram.sum())
    if total == 0:
        return math.nan, math.nan, math.nan
    up, down = float(p).as_integer_ratio()
    rank = min(max(-(-up * total // down), 1), total)
    place = int(np.searchsorted(np.cumsum(histogram), rank))
    edges = bin_edges()
    least = math.ceil(edges[place])
    greatest = max(math.ceil(edges[place + 1]) - 1, least)
    return (least + greatest) / 2 * quantum, least * quantum, greatest * quantum
