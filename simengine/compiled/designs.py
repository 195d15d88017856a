"""Designs of epistemic draws: which uniforms the draws of what is not known are read at.

With `random` each draw stands alone. With `latin_hypercube` and `sobol` the draws are spread
evenly together: they are made all at once, and whoever needs some of them takes those rows.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simengine.kernels.draws import EPISTEMIC, subkey, uniform
from simengine.kernels.jit import word
from simengine.scenario.study import Epistemic

__all__ = ["MOST_SOBOL", "designed"]

MOST_SOBOL = 21_201  # dimensions of the table of direction numbers of Joe and Kuo (2008)
BITS = 52
HALF = 2.0**-53

Array = NDArray[np.float64]


def keyed(seed: int, draws: range | list[int], ids: list[int], k: int = 0) -> Array:
    """Uniforms that each depend on the seed, the draw and the id alone, shape (draw, id)."""
    found, zero = np.empty((len(draws), len(ids))), word(0)
    for row, draw in enumerate(draws):
        key = word(subkey(word(seed), EPISTEMIC, word(draw), zero))
        for column, item in enumerate(ids):
            found[row, column] = uniform(key, word(item), zero, word(k))
    return found


def designed(epistemic: Epistemic, seed: int, draws: list[int], ids: list[int]) -> Array:
    """Uniforms of some draws by the design of a study.

    Parameters
    ----------
    epistemic : Epistemic
        Size and design.
    seed : int
        Seed of the study.
    draws : list of int
        Numbers of draws; below the size unless the design is random.
    ids : list of int
        Ids of the quantities that are not known.

    Returns
    -------
    float64 (draw, id)
        Numbers strictly between 0 and 1. A row does not depend on the other draws asked for.
    """
    if epistemic.design == "random":
        return keyed(seed, draws, ids)
    return _whole(epistemic, seed, tuple(ids))[draws]


@lru_cache(maxsize=4)
def _whole(epistemic: Epistemic, seed: int, ids: tuple[int, ...]) -> Array:
    make = _latin_hypercube if epistemic.design == "latin_hypercube" else _sobol
    return make(epistemic.size, seed, list(ids))


def _latin_hypercube(size: int, seed: int, ids: list[int]) -> Array:
    """One draw in each of `size` equal strata of every quantity (McKay, Beckman, Conover 1979).

    The order of strata is that of keyed uniforms, the place within one a second keyed uniform:
    a column depends on the id of its quantity alone.
    """
    order = keyed(seed, range(size), ids).argsort(axis=0).argsort(axis=0)
    found = (order + keyed(seed, range(size), ids, 1)) / size
    return np.clip(found, HALF, 1.0 - HALF)


def _sobol(size: int, seed: int, ids: list[int]) -> Array:
    """First points of a scrambled Sobol sequence; dimensions go to quantities in order of id.

    The scrambling is a random linear one with a digital shift (Matousek 1998), as scipy makes it.
    """
    if not ids:
        return np.zeros((size, 0))
    from scipy.stats import qmc  # takes long to import, and few studies need it

    key = word(subkey(word(seed), EPISTEMIC, word(0), word(0)))
    luck = np.random.Generator(np.random.PCG64(int(key)))
    sequence = qmc.Sobol(len(ids), scramble=True, bits=BITS, rng=luck)
    points = sequence.random_base2((size - 1).bit_length())[:size]
    # Points are multiples of 2**-52, 0 included: half a step up they are strictly inside.
    found = np.empty((size, len(ids)))
    found[:, np.argsort(np.array(ids, dtype=np.uint64))] = points + HALF
    return found
