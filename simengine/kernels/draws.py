"""Uniform numbers as a pure function of (seed, stream, epistemic, cause, run, item, k).

The generator is Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
as 1, 2, 3", SC'11: a block cipher of ten rounds on a counter of four 32-bit words under a key of
two. There is no state: the key of a draw is made once from (seed, stream, epistemic, cause) and the
counter says which draw it is, so a draw does not depend on what was drawn before it.

All arguments are non-negative integers; words are 64-bit unsigned (see `simengine.kernels.jit`).
"""

import math

from simengine.kernels.jit import inline_scalars, kernel, word

# Streams: what a draw is about. Numbers are for ever: a new stream takes the next one.
EPISTEMIC = word(0)  # a quantity that is not known
INTENSITY = word(1)  # intensity of a hazard
HIT = word(2)  # whether an asset is struck
REPAIR = word(3)  # time a repair takes
ACCESS = word(4)  # time until a crew is on site
LIFE = word(5)  # life until an own failure
PLANNED = word(6)  # interval and duration of planned outages
CAPACITY = word(7)  # capacity of a buffer
DEMAND = word(8)  # whether a buffer fails on demand
RUNNING_TIME = word(9)  # how long a buffer lasts on this demand
RESTART = word(10)  # delay of a restart
SWITCHING = word(11)  # switching time of a trip
CALENDAR = word(12)  # hour and month at which a run starts
AID = word(13)  # arrival of mutual aid
BLACK_START = word(14)  # delay of a black start
HOP = word(15)  # delay of energising a neighbour
SCRAMBLE = word(16)  # scramble of a design of intensities

MASK32 = word(0xFFFFFFFF)
MASK24 = word(0xFFFFFF)
MASK8 = word(0xFF)
SHIFT32 = word(32)
SHIFT12 = word(12)
SHIFT8 = word(8)
MULTIPLIER0 = word(0xD2511F53)
MULTIPLIER1 = word(0xCD9E8D57)
WEYL0 = word(0x9E3779B9)
WEYL1 = word(0xBB67AE85)
CHILD0 = word(0x63617573)  # the key under which causes are numbered: "caus", "e of"
CHILD1 = word(0x65206F66)
ONE = word(1)
ULP = 2.0**-52
ALL_BITS = word(1 << 52)


@inline_scalars
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Encrypt a counter of four 32-bit words under a key of two (ten rounds).

    Parameters
    ----------
    c0, c1, c2, c3 : uint64
        Words of the counter, each below 2**32.
    k0, k1 : uint64
        Words of the key, each below 2**32.

    Returns
    -------
    tuple of four uint64
        Four random words below 2**32.
    """
    for _ in range(10):
        left = MULTIPLIER0 * c0
        right = MULTIPLIER1 * c2
        c0 = (right >> SHIFT32) ^ c1 ^ k0
        c1 = right & MASK32
        c2 = (left >> SHIFT32) ^ c3 ^ k1
        c3 = left & MASK32
        k0 = (k0 + WEYL0) & MASK32
        k1 = (k1 + WEYL1) & MASK32
    return c0, c1, c2, c3


@kernel
def subkey(seed, stream, epistemic, cause):
    """Make the key of all draws of one stream, epistemic index and cause.

    Parameters
    ----------
    seed : uint64
        Seed of the study.
    stream : uint64
        What the draws are about: one of the constants of this module.
    epistemic : uint64
        Epistemic index, below 2**32.
    cause : uint64
        The occurrence the draws follow from; 0 is the threat of a scenario study.

    Returns
    -------
    uint64
        First two words of Philox(seed; stream, epistemic, cause), the first one lowest.
    """
    seed = word(seed)
    cause = word(cause)
    x0, x1, _, _ = philox4x32(
        word(stream) & MASK32,
        word(epistemic) & MASK32,
        cause & MASK32,
        (cause >> SHIFT32) & MASK32,
        seed & MASK32,
        (seed >> SHIFT32) & MASK32,
    )
    return x0 | (x1 << SHIFT32)


@inline_scalars
def random_bits(subkey, item, run, k):
    """Draw 52 random bits, as a word; arguments as for `uniform`."""
    subkey = word(subkey)
    item = word(item)
    run = word(run)
    x0, x1, _, _ = philox4x32(
        item & MASK32,
        (item >> SHIFT32) & MASK32,
        run & MASK32,
        ((run >> SHIFT32) & MASK8) | ((word(k) & MASK24) << SHIFT8),
        subkey & MASK32,
        (subkey >> SHIFT32) & MASK32,
    )
    return (x0 | (x1 << SHIFT32)) >> SHIFT12


@inline_scalars
def bits_below(p):
    """How many of the 2**52 values of `random_bits` give a uniform below p."""
    if p >= 1.0:
        return ALL_BITS
    return word(max(0, math.ceil(p * 2.0**52 - 0.5)))


@inline_scalars
def uniform(subkey, item, run, k):
    """Draw a number strictly between 0 and 1.

    Parameters
    ----------
    subkey : uint64
        Key of the draw, from `subkey`.
    item : uint64
        64-bit id of the thing that the draw is for.
    run : uint64
        Number of the run, below 2**40.
    k : uint64
        Which number of this draw, below 2**24 (never a count of uses).

    Returns
    -------
    float
        (m + 1/2) / 2**52 with m of 52 random bits: an odd multiple of 2**-53, so it and its
        complement are exact and neither 0 nor 1 occurs.
    """
    return (float(random_bits(subkey, item, run, k)) + 0.5) * ULP


@kernel
def child_cause(parent, n):
    """Name the n-th occurrence that follows from a parent.

    Parameters
    ----------
    parent : uint64
        A cause, or the 64-bit id of an asset for its n-th own failure.
    n : uint64
        Number of the child.

    Returns
    -------
    uint64
        The cause of the child: a hash of (parent, n), the same for every seed; never 0, which is
        the threat of a scenario study.
    """
    parent = word(parent)
    n = word(n)
    x0, x1, _, _ = philox4x32(
        parent & MASK32,
        (parent >> SHIFT32) & MASK32,
        n & MASK32,
        (n >> SHIFT32) & MASK32,
        CHILD0,
        CHILD1,
    )
    cause = x0 | (x1 << SHIFT32)
    if cause < ONE:
        return ONE
    return cause
