"""Draws: the published generator, packed as stated, uniform and without state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simengine.kernels import draws
from simengine.kernels.jit import word

FALSE_ALARM = 1e-6

WORD32 = st.integers(0, 2**32 - 1)
WORD64 = st.integers(0, 2**64 - 1)


def philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as in figure 5 of Salmon et al. (2011), on Python integers."""
    c, k = list(counter), list(key)
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(c)


def halves(number: int) -> tuple[int, int]:
    return number % 2**32, number >> 32


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            "243f6a88 85a308d3 13198a2e 03707344",
            "a4093822 299f31d0",
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter: str, key: str, expected: str) -> None:
    words = [word(int(text, 16)) for text in (counter + " " + key).split()]
    assert [f"{int(x):08x}" for x in draws.philox4x32(*words)] == expected.split()


@given(seed=WORD64, stream=WORD32, epistemic=WORD32, cause=WORD64)
def test_a_subkey_is_philox_of_seed_stream_epistemic_and_cause(
    seed: int, stream: int, epistemic: int, cause: int
) -> None:
    low, high, *_ = philox((stream, epistemic, *halves(cause)), halves(seed))
    found = draws.subkey(word(seed), word(stream), word(epistemic), word(cause))
    assert int(found) == low | high << 32


@given(key=WORD64, item=WORD64, run=st.integers(0, 2**40 - 1), k=st.integers(0, 2**24 - 1))
def test_a_uniform_is_52_bits_of_philox_of_item_run_and_k(
    key: int, item: int, run: int, k: int
) -> None:
    low, high, *_ = philox((*halves(item), run % 2**32, run >> 32 | k << 8), halves(key))
    u = draws.uniform(word(key), word(item), word(run), word(k))
    assert u == ((low | high << 32) // 2**12 + 0.5) / 2**52
    assert 0 < u < 1
    assert (1 - u) + u == 1
    assert u * 2**53 % 2 == 1


@given(key=WORD64, item=WORD64, run=st.integers(0, 2**40 - 1))
def test_compiled_draws_equal_their_own_python(key: int, item: int, run: int) -> None:
    arguments = word(key), word(item), word(run), word(3)
    for function in (draws.uniform, draws.subkey):
        assert function(*arguments) == getattr(function, "py_func", function)(*arguments)


@given(parent=WORD64, n=st.integers(0, 2**32))
def test_a_child_is_no_scenario_threat_and_differs_from_parent_and_sibling(
    parent: int, n: int
) -> None:
    child = int(draws.child_cause(word(parent), word(n)))
    assert 0 < child < 2**64
    assert child not in (parent, int(draws.child_cause(word(parent), word(n + 1))))


def test_streams_are_numbered_one_by_one() -> None:
    names = (
        "EPISTEMIC INTENSITY HIT REPAIR ACCESS LIFE PLANNED CAPACITY DEMAND RUNNING_TIME RESTART "
        "SWITCHING CALENDAR AID BLACK_START HOP"
    )
    assert [int(getattr(draws, name)) for name in names.split()] == list(range(16))


def sample(size: int, *, run: int = 0, k: int = 0, stream: int = 1) -> np.ndarray:
    """Uniforms of successive runs."""
    key = word(draws.subkey(word(1), word(stream), word(0), word(0)))
    item = word(77)
    return np.array([draws.uniform(key, item, word(i), word(k)) for i in range(run, run + size)])


def test_uniforms_fill_their_bins_alike(sample_size: int) -> None:
    size = min(sample_size, 20_000)
    counts, _ = np.histogram(sample(size), bins=20, range=(0, 1))
    expected = size / 20
    assert np.sum((counts - expected) ** 2 / expected) < stats.chi2.isf(FALSE_ALARM, 19)


@pytest.mark.parametrize("other", [{"run": 1}, {"k": 1}, {"stream": 2}])
def test_neighbouring_draws_are_uncorrelated(sample_size: int, other: dict[str, int]) -> None:
    size = min(sample_size, 20_000)
    correlation = np.corrcoef(sample(size), sample(size, **other))[0, 1]
    assert abs(correlation) * np.sqrt(size) < stats.norm.isf(FALSE_ALARM / 2)
