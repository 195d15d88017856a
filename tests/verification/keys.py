"""Sequences of random words whose keys differ in one part only, or go round several parts.

A key is (seed, stream, epistemic, cause, item, run, k). The engine uses neighbouring numbers in
every part, so neighbouring keys are what is tested, not keys that are random themselves.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
from numpy.typing import NDArray

from simengine.compiled.laws import item_ids
from simengine.kernels import draws
from simengine.kernels.jit import word

Words = NDArray[np.uint64]
PARTS = ("seed", "stream", "epistemic", "cause", "item", "run", "k")
WIDTH = {"seed": 64, "stream": 32, "epistemic": 32, "cause": 64, "item": 64, "run": 40, "k": 24}
BITS = 52
# Where the parts stand that do not vary: nothing special about these numbers.
HOME = {
    "seed": 20260401, "stream": 3, "epistemic": 7, "cause": 0,
    "item": 0x9C1A_55E0_0F3B_7D21, "run": 12, "k": 0,
}  # fmt: skip


@numba.vectorize
def _bits(seed, stream, epistemic, cause, item, run, k):
    return draws.random_bits(draws.subkey(seed, stream, epistemic, cause), item, run, k)


@numba.vectorize
def _child(parent, n):
    return draws.child_cause(parent, n)


def bits(**parts: NDArray[np.uint64] | int) -> Words:
    """Draw 52 random bits by the engine's kernels; parts that are not given stand at home."""
    given = {name: np.asarray(parts.get(name, HOME[name]), dtype=np.uint64) for name in PARTS}
    return np.asarray(_bits(*given.values()), dtype=np.uint64)


def uniforms(words: Words) -> NDArray[np.float64]:
    """Read words as the engine does: odd multiples of 2**-53."""
    return (words.astype(np.float64) + 0.5) * draws.ULP


def count(n: int, first: int = 0) -> Words:
    """Whole numbers from `first` on."""
    return np.arange(n, dtype=np.uint64) + np.uint64(first)


def children(n: int) -> Words:
    """Causes of the first n own failures of one asset."""
    return np.asarray(_child(np.uint64(HOME["item"]), count(n)), dtype=np.uint64)


def names(n: int) -> Words:
    """Items of n names as a model would have them."""
    return item_ids(f"station_{k}" for k in range(n))


def turns(n: int, outer: str, inner: str, period: int) -> Words:
    """Go through `inner` 0..period-1 for each number of `outer`: streams read side by side."""
    place = count(n)
    inside = place % np.uint64(period)
    return bits(**{outer: place // np.uint64(period), inner: inside})


SOURCES: dict[str, Callable[[int], Words]] = {
    "run": lambda n: bits(run=count(n)),
    "run past 2**32": lambda n: bits(run=count(n, 2**32 - n // 2)),
    "item, neighbours": lambda n: bits(item=count(n)),
    "item, names": lambda n: bits(item=names(n)),
    "item, high bits": lambda n: bits(item=count(n) << np.uint64(40)),
    "k": lambda n: bits(k=count(n)),
    "cause, neighbours": lambda n: bits(cause=count(n)),
    "cause, children": lambda n: bits(cause=children(n)),
    "stream": lambda n: bits(stream=count(n)),
    "epistemic": lambda n: bits(epistemic=count(n)),
    "seed": lambda n: bits(seed=count(n)),
    "seed, high bits": lambda n: bits(seed=count(n) << np.uint64(40)),
    "16 streams in turn": lambda n: turns(n, "run", "stream", 16),
    "64 items in turn": lambda n: turns(n, "run", "item", 64),
    "8 causes in turn": lambda n: turns(n, "run", "cause", 8),
    "20 draws in turn": lambda n: turns(n, "run", "epistemic", 20),
    "3 words in turn": lambda n: turns(n, "run", "k", 3),
    "5 seeds in turn": lambda n: turns(n, "run", "seed", 5),
}

# Bad on purpose: the battery must turn these down, else it proves nothing.


def lcg(n: int) -> Words:
    """Linear congruential generator of 31 bits (RANDU), known to be bad since 1963."""
    x, out = 1, np.empty(n, dtype=np.uint64)
    for i in range(n):
        x = 65539 * x % 2**31
        out[i] = x << (BITS - 31)
    return out


def weyl(n: int) -> Words:
    """Multiples of the golden ratio: far too even."""
    with np.errstate(over="ignore"):
        return (count(n) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - BITS)


@numba.njit
def _weak(counter):
    out = np.empty(len(counter), dtype=np.uint64)
    for i in range(len(counter)):
        c0, c1, c2, c3 = word(counter[i]), word(0), word(0), word(0)
        for _ in range(2):
            left, right = draws.MULTIPLIER0 * c0, draws.MULTIPLIER1 * c2
            c0, c1 = (right >> draws.SHIFT32) ^ c1 ^ word(77), right & draws.MASK32
            c2, c3 = (left >> draws.SHIFT32) ^ c3 ^ word(99), left & draws.MASK32
        out[i] = (c0 | (c1 << draws.SHIFT32)) >> draws.SHIFT12
    return out


def weak(n: int) -> Words:
    """Two rounds of the ten of Philox."""
    return np.asarray(_weak(count(n)))


BAD: dict[str, Callable[[int], Words]] = {
    "bad: RANDU": lcg,
    "bad: golden ratio": weyl,
    "bad: Philox of 2 rounds": weak,
}
