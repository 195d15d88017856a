"""Uniforms of intensities that are spread over the runs: a scrambled Sobol sequence, or strata.

Sobol. The runs take 16 sequences in turn: run r is point r // 16 of sequence r mod 16. Point n is
the exclusive or of a shift and of the columns at the bits of n (binary order, no Gray code). The
columns are direction numbers of Joe and Kuo, "Constructing Sobol sequences with better
two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), under a random linear scramble with a
digital shift (Matousek, "On the L2-discrepancy for anchored boxes", J. Complexity 14, 1998), drawn
anew for each sequence. All words have 52 bits, the first binary digit highest.

Strata. Runs of a stratum are consecutive; the keyed uniform of the run says where in the stratum.

Both give odd multiples of 2**-53, as `draws.uniform` does. Their words stand among the ids of a
world, from `MECHANISM.point` on.
"""

import math

import numpy as np

from simengine.kernels.draws import ULP, random_bits
from simengine.kernels.jit import inline_scalars, kernel, part, word
from simengine.kernels.layout import MECHANISM, RUN

RANDOM, SOBOL, STRATA = 0, 1, 2
BITS = 52
GROUPS = 16
DIMENSIONS = 8
STRIDE = 64  # words of a sequence: its columns, and the shift as the last
SHIFT = 63
STRATUM = 3  # words of a stratum: first run, low bound, width
ZERO = word(0)
ONE = word(1)
IN_TURN = word(15)
BITS_OF_TURN = word(4)

# Degree and inner coefficients of a primitive polynomial, and the first direction integers, for
# dimensions 2 to 8: new-joe-kuo-6.21201 of the paper above. Dimension 1 is van der Corput's.
TABLE = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
)


def direction_numbers() -> np.ndarray:
    """Make the direction numbers, ``uint64 (dimension, column)``."""
    found = [[1 << (BITS - 1 - j) for j in range(BITS)]]
    for degree, inner, first in TABLE:
        m = list(first)
        for j in range(degree, BITS):
            # m_j = 2 a_1 m_(j-1) ^ 4 a_2 m_(j-2) ^ ... ^ 2^s m_(j-s) ^ m_(j-s)
            new = m[j - degree] ^ (m[j - degree] << degree)
            for k in range(1, degree):
                if inner >> (degree - 1 - k) & 1:
                    new ^= m[j - k] << k
            m.append(new)
        found.append([m[j] << (BITS - 1 - j) for j in range(BITS)])
    return np.array(found, dtype=np.uint64)


@inline_scalars
def parity(x):
    """Sum of the bits of a word, modulo 2."""
    x = word(x)
    for half in (32, 16, 8, 4, 2, 1):
        x ^= x >> word(half)
    return x & ONE


@kernel
def scramble(key, item, numbers, out):
    """Scramble one dimension for all sequences.

    Parameters
    ----------
    key : uint64
        Key of the draws, from `draws.subkey` with the stream SCRAMBLE.
    item : uint64
        Id of the mechanism.
    numbers : uint64 (52,)
        Direction numbers of the dimension.
    out : uint64 (16 x 64,), out
        Columns and shift of each sequence.
    """
    for group in range(GROUPS):
        place = group * STRIDE
        for column in range(BITS):
            out[place + column] = ZERO
        for row in range(BITS):
            # A row of a lower triangular matrix with ones on its diagonal.
            low = word(BITS - 1 - row)
            digits = (random_bits(key, item, word(group), word(row)) >> low | ONE) << low
            for column in range(BITS):
                bit = parity(digits & word(numbers[column])) << low
                out[place + column] = word(out[place + column]) | bit
        out[place + SHIFT] = random_bits(key, item, word(group), word(BITS))


@part
def sobol_uniform(w, m):
    """The intensity's uniform of mechanism m in this run, from its sequence."""
    run = word(w.key[RUN])
    place = w.mechanism[m, MECHANISM.point] + int(run & IN_TURN) * STRIDE
    x = word(w.item[place + SHIFT])
    n = run >> BITS_OF_TURN
    while n != ZERO:
        if n & ONE == ONE:
            x ^= word(w.item[place])
        n = n >> ONE
        place += 1
    return (float(x) + 0.5) * ULP


@part
def stratum_uniform(w, m, u):
    """The uniform u of mechanism m squeezed into the stratum of this run."""
    run = word(w.key[RUN])
    place = w.mechanism[m, MECHANISM.point]
    last = place + STRATUM * (w.mechanism[m, MECHANISM.strata] - 1)
    while place < last and run >= word(w.item[place + STRATUM]):
        place += STRATUM
    low, width = int(w.item[place + 1]), int(w.item[place + 2])
    # One product, rounded once: compiled and interpreted give the same bits.
    inside = min(math.floor(float(width) * u), width - 1)
    return (float(low + inside) + 0.5) * ULP
