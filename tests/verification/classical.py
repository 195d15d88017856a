"""Tests of one sequence of words. Each gives a two-sided p-value: too good is wrong too.

The tests are those of Knuth, The Art of Computer Programming 2 (3rd ed., 1997), section 3.3.2;
birthday spacings with the sizes of L'Ecuyer and Simard (2001), Math. Comput. Simul. 55, 131-137.
Blocks do not overlap, so that chi-square holds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.verification.keys import BITS, Words, uniforms

Floats = NDArray[np.float64]


def two_sided(below: float, above: float) -> float:
    """Make one p-value of the probabilities on either side of what was found."""
    return min(1.0, 2.0 * min(below, above))


def chi_square(counts: NDArray[np.int64], share: NDArray[np.float64] | None = None) -> float:
    """Compare counts with the expected shares, alike if not given."""
    n = counts.sum()
    expected = np.full(len(counts), n / len(counts)) if share is None else n * share
    found = float(((counts - expected) ** 2 / expected).sum())
    law = stats.chi2(len(counts) - 1)
    return two_sided(law.cdf(found), law.sf(found))


def poisson(found: int, mean: float) -> float:
    """Compare a count of rare things; half of the probability of the count itself either way."""
    law = stats.poisson(mean)
    half = law.pmf(found) / 2
    return two_sided(law.cdf(found) - half, law.sf(found) + half)


def normal(z: float) -> float:
    """Compare a standard normal number."""
    return two_sided(stats.norm.cdf(z), stats.norm.sf(z))


def kolmogorov(u: Floats) -> float:
    """Compare with the uniform law by the largest gap between distribution functions."""
    d = float(stats.kstest(u, "uniform").statistic)
    law = stats.kstwo(len(u))
    return two_sided(float(law.cdf(d)), float(law.sf(d)))


def cells_of(words: Words, bits: int, low: bool = False) -> NDArray[np.int64]:
    """Take the highest, or the lowest, bits as whole numbers."""
    taken = words & np.uint64((1 << bits) - 1) if low else words >> np.uint64(BITS - bits)
    return taken.astype(np.int64)


def serial(words: Words, bits: int, size: int, low: bool = False) -> float:
    """Count tuples of neighbours in cells."""
    digits = cells_of(words[: len(words) // size * size], bits, low).reshape(-1, size)
    place = (digits << (bits * np.arange(size))).sum(axis=1)
    return chi_square(np.bincount(place, minlength=1 << (bits * size)))


def gaps(words: Words) -> float:
    """Count lengths of gaps between uniforms below 1/8."""
    share, longest = 1 / 8, 40
    length = np.minimum(np.diff(np.flatnonzero(uniforms(words) < share)) - 1, longest)
    law = share * (1 - share) ** np.arange(longest + 1)
    law[-1] = (1 - share) ** longest
    return chi_square(np.bincount(length, minlength=longest + 1), law)


@numba.njit
def _run_lengths(words, up, longest):
    counts = np.zeros(longest, dtype=np.int64)
    i, n = 0, len(words)
    while i < n - 1:
        length = 1
        while i + length < n and (words[i + length] > words[i + length - 1]) == up:
            length += 1
        if i + length == n:
            break
        counts[min(length, longest) - 1] += 1
        i += length + 1  # the number that ends a run is thrown away: runs are independent then
    return counts


def runs(words: Words, up: bool) -> float:
    """Count lengths of rising, or falling, runs: P(length r) = 1/r! - 1/(r + 1)!."""
    longest = 7
    law = np.array([1 / math.factorial(r) - 1 / math.factorial(r + 1) for r in range(1, 8)])
    law[-1] = 1 / math.factorial(longest)
    return chi_square(_run_lengths(words, up, longest), law)


def permutations(words: Words) -> float:
    """Count the orders of five neighbours: 120 kinds."""
    order = np.argsort(words[: len(words) // 5 * 5].reshape(-1, 5), axis=1)
    code = 5 ** np.arange(5)
    counts = np.bincount(order @ code, minlength=5**5)
    return chi_square(counts[np.array(list(itertools.permutations(range(5)))) @ code])


def largest_of(words: Words, t: int = 8) -> float:
    """Compare the largest of eight neighbours, to the eighth power, with the uniform law."""
    u = uniforms(words)
    return kolmogorov(u[: len(u) // t * t].reshape(-1, t).max(axis=1) ** t)


def collisions(words: Words, low: bool = False) -> float:
    """Count balls that fall into an urn that is taken: n balls, 2**32 urns."""
    urns = cells_of(words, 32, low)
    n, m = len(urns), 2.0**32
    expected = n + m * math.expm1(n * math.log1p(-1 / m))
    return poisson(n - len(np.unique(urns)), expected)


def birthdays(words: Words, low: bool = False) -> float:
    """Count equal spacings between sorted birthdays: years of 2**38 days, 4096 people."""
    people, days = 1 << 12, 38
    born = np.sort(cells_of(words[: len(words) // people * people], days, low).reshape(-1, people))
    spacings = np.sort(np.diff(born, axis=1), axis=1)
    equal = int((np.diff(spacings, axis=1) == 0).sum())
    return poisson(equal, len(born) * people**3 / 2.0 ** (days + 2))


def lagged(words: Words, lag: int) -> float:
    """Correlation of each number with the one `lag` later."""
    return correlation(uniforms(words[:-lag]), uniforms(words[lag:]))


def correlation(a: Floats, b: Floats) -> float:
    """Correlation of two sequences, each uniform: mean 1/2 and variance 1/12 are known."""
    return normal(float(((a - 0.5) * (b - 0.5)).sum() * 12 / math.sqrt(len(a))))


def balance(words: Words) -> float:
    """Count each bit: 52 standard normal numbers, squared and summed."""
    ones = np.array([int(((words >> np.uint64(b)) & np.uint64(1)).sum()) for b in range(BITS)])
    z = (ones - len(words) / 2) / math.sqrt(len(words) / 4)
    law = stats.chi2(BITS)
    found = float((z**2).sum())
    return two_sided(law.cdf(found), law.sf(found))


def weights(words: Words) -> float:
    """Count words by the number of their ones: binomial(52, 1/2), tails taken together."""
    low, high = 15, 37
    ones = np.clip(np.bitwise_count(words).astype(np.int64), low, high) - low
    law = stats.binom(BITS, 0.5)
    share = law.pmf(np.arange(low, high + 1))
    share[0], share[-1] = law.cdf(low), law.sf(high - 1)
    return chi_square(np.bincount(ones, minlength=high - low + 1), share)


TESTS: dict[str, Callable[[Words], float]] = {
    "1024 cells": lambda w: chi_square(np.bincount(cells_of(w, 10), minlength=1024)),
    "KS": lambda w: kolmogorov(uniforms(w)),
    "pairs": lambda w: serial(w, 6, 2),
    "triples": lambda w: serial(w, 4, 3),
    "gaps": gaps,
    "runs up": lambda w: runs(w, True),
    "runs down": lambda w: runs(w, False),
    "orders of 5": permutations,
    "max of 8": largest_of,
    "collisions": collisions,
    "birthdays": birthdays,
    "lag 1": lambda w: lagged(w, 1),
    "lag 2": lambda w: lagged(w, 2),
    "lag 16": lambda w: lagged(w, 16),
    "bits": balance,
    "ones": weights,
    "low cells": lambda w: chi_square(np.bincount(cells_of(w, 10, True), minlength=1024)),
    "low pairs": lambda w: serial(w, 5, 2, True),
    "low birthdays": lambda w: birthdays(w, True),
}
