"""Tests between keys: neighbours in one part side by side, and what a flipped key bit does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.verification.classical import (
    cells_of,
    chi_square,
    correlation,
    two_sided,
)
from tests.verification.keys import BITS, HOME, PARTS, WIDTH, Words, bits, count, uniforms


def along(part: str, n: int) -> dict[str, Words]:
    """Vary another part than this one: runs, or items where the part is the run itself."""
    return {"item" if part == "run" else "run": count(n)}


def neighbours(n: int) -> dict[str, dict[str, float]]:
    """Draws of one number in a part beside those of the next: p-values by part and test."""
    found: dict[str, dict[str, float]] = {}
    for part in PARTS:
        other = along(part, n)
        one, two = bits(**other), bits(**other, **{part: HOME[part] + 1})
        far = bits(**other, **{part: HOME[part] ^ (1 << (WIDTH[part] - 1))})
        joint = (cells_of(one, 5) << 5) | cells_of(two, 5)
        found[part] = {
            "correlation": correlation(uniforms(one), uniforms(two)),
            "correlation, top bit": correlation(uniforms(one), uniforms(far)),
            "joint cells": chi_square(np.bincount(joint, minlength=1024)),
            "equal bits": equal_bits(one, two),
        }
    return found


def equal_bits(one: Words, two: Words) -> float:
    """How often bit b of one is bit b of the other, for all 52: chi-square."""
    return sum_of_squares(flips(one, two), len(one))


def flips(one: Words, two: Words) -> NDArray[np.int64]:
    """How often each of the 52 bits differs."""
    differ = one ^ two
    return np.array([int(((differ >> np.uint64(b)) & np.uint64(1)).sum()) for b in range(BITS)])


def sum_of_squares(ones: NDArray[np.int64], n: int) -> float:
    """Compare counts that are each binomial(n, 1/2)."""
    z = (ones - n / 2) / math.sqrt(n / 4)
    law = stats.chi2(z.size)
    found = float((z**2).sum())
    return two_sided(float(law.cdf(found)), float(law.sf(found)))


def farthest(ones: NDArray[np.int64], n: int) -> float:
    """Compare the count farthest from n / 2 with the farthest of as many binomial counts."""
    far = int(np.abs(2 * ones - n).max())
    law = stats.binom(n, 0.5)
    beyond = 2 * float(law.sf((n + far) // 2))
    at = 2 * float(law.pmf((n + far) // 2))
    none_beyond, none_reached = ((1 - p) ** ones.size for p in (beyond, beyond + at))
    below = (none_beyond + none_reached) / 2
    return two_sided(below, 1 - below)


def avalanche(n: int) -> tuple[dict[str, dict[str, float]], dict[str, NDArray[np.float64]]]:
    """Flip each bit of each part of n random keys and count which bits of the draw flip.

    Returns
    -------
    tuple
        p-values by part and test, and shares of flips (bit of the part, bit of the draw).
    """
    found, shares = {}, {}
    for number, part in enumerate(PARTS):
        rng = np.random.default_rng([20260401, number])
        key = {
            name: rng.integers(0, 1 << WIDTH[name], size=n, dtype=np.uint64, endpoint=False)
            if WIDTH[name] < 64
            else rng.integers(0, 2**64, size=n, dtype=np.uint64)
            for name in PARTS
        }
        start = bits(**key)
        ones = np.stack(
            [
                flips(start, bits(**{**key, part: key[part] ^ np.uint64(1 << b)}))
                for b in range(WIDTH[part])
            ]
        )
        found[part] = {
            "avalanche": sum_of_squares(ones, n),
            "avalanche, worst": farthest(ones, n),
            "avalanche, rows": rows(ones, n),
        }
        shares[part] = ones / n
    return found, shares


def rows(ones: NDArray[np.int64], n: int) -> float:
    """Flips over the whole draw by each key bit: half of 52 n, compared by chi-square."""
    z = (ones.sum(axis=1) - n * BITS / 2) / math.sqrt(n * BITS / 4)
    law = stats.chi2(len(z))
    found = float((z**2).sum())
    return two_sided(float(law.cdf(found)), float(law.sf(found)))
