"""Quantities as numbers: the parameter vector that the kernels read.

A `Parameters` collects the quantities of a study and gives each its slot in one vector of floats.
What is not known is drawn once per epistemic index, by the key of the quantity; the vector of that
index has the drawn values filled in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from simengine.compiled.designs import designed
from simengine.compiled.law_numbers import encode, kind_of, size_of
from simengine.kernels.distributions import sample
from simengine.scenario.quantity import Fixed, Known, Law, Quantity, Uncertain, uncertain_parts
from simengine.scenario.study import Epistemic

__all__ = ["Parameters", "item_id", "item_ids"]

Array = NDArray[np.float64]
AT_RANDOM = Epistemic()


def item_id(name: str) -> int:
    """Name an item for the random numbers: 64 bits of BLAKE2b of its name.

    Parameters
    ----------
    name : str
        Name of an asset, a link, an uncertain quantity, ...

    Returns
    -------
    int
        0 to 2**64 - 1; keep it as ``uint64``.
    """
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def item_ids(names: Iterable[str]) -> NDArray[np.uint64]:
    """Name many items, and refuse two that would share their luck.

    Parameters
    ----------
    names : iterable of str
        Names; the same name may occur twice.

    Returns
    -------
    uint64 (name,)
        Their ids.

    Raises
    ------
    ValueError
        If two different names have the same id.
    """
    owner: dict[int, str] = {}
    ids: list[int] = []
    for name in names:
        number = item_id(name)
        other = owner.setdefault(number, name)
        if other != name:
            raise ValueError(f"'{other}' and '{name}' have the same id {number}: rename one")
        ids.append(number)
    return np.array(ids, dtype=np.uint64)


class Parameters:
    """Builder of the parameter vector.

    Equal quantities share a slot: two assets with the same law still have their own draws, since
    those are told apart by item.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Quantity, float, float], tuple[int, int]] = {}
        self._base: list[Array] = []
        self._size = 0
        self._changing: list[tuple[int, Law, float, float]] = []
        self._beliefs: dict[str, tuple[Law, Array]] = {}

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Keys of the quantities that are not known, in order of first use: columns of theta."""
        return tuple(self._beliefs)

    @property
    def size(self) -> int:
        """Length P of the parameter vector."""
        return self._size

    def scalar(self, quantity: Known, low: float = -math.inf, high: float = math.inf) -> int:
        """Give a number its slot.

        Parameters
        ----------
        quantity : Fixed or Uncertain
            The number.
        low, high : float
            Least and greatest value allowed, also of what is drawn.

        Returns
        -------
        int
            Its place in the parameter vector.

        Raises
        ------
        ValueError
            If a fixed number is outside, or two different laws have the same key.
        """
        return self.law(quantity, low, high)[1]

    def law(
        self, quantity: Quantity, low: float = -math.inf, high: float = math.inf
    ) -> tuple[int, int]:
        """Give a law its slot.

        Parameters
        ----------
        quantity : Fixed, Law or Uncertain
            The law; a number, known or not, is the law of a constant.
        low, high : float
            Least and greatest value allowed for a number; laws of chance are not held to them.

        Returns
        -------
        tuple of int
            Kind and slot, for `simengine.kernels.distributions.sample`.

        Raises
        ------
        ValueError
            If parameters that are fixed do not make a law, a fixed number is outside, or two
            different laws have the same key.
        """
        law, bounds = quantity, (-math.inf, math.inf)
        if not isinstance(law, Law):
            law, bounds = Law("constant", (("value", law),)), (low, high)
        known = self._known.get((law, *bounds))
        if known:
            return known
        keys = list(uncertain_parts(law))
        for each in keys:
            self._believe(each)
        slot, size = self._size, size_of(law)
        numbers = np.zeros(size)
        if keys:
            self._changing.append((slot, law, *bounds))
        else:
            encoded = _encoded(law, _fixed, *bounds, "")
            numbers[: len(encoded)] = encoded
        self._base.append(numbers)
        self._size += size
        self._known[(law, *bounds)] = kind_of(law), slot
        return kind_of(law), slot

    def _believe(self, quantity: Uncertain) -> None:
        law, _ = self._beliefs.get(quantity.key, (quantity.law, None))
        if law != quantity.law:
            raise ValueError(f"uncertain '{quantity.key}' has two different laws")
        if quantity.key not in self._beliefs:
            where = f"uncertain '{quantity.key}': "
            self._beliefs[quantity.key] = law, _encoded(law, _fixed, -math.inf, math.inf, where)

    def draw(
        self,
        seed: int,
        indices: Sequence[int] | NDArray[np.integer],
        epistemic: Epistemic = AT_RANDOM,
    ) -> Array:
        """Draw what is not known.

        Parameters
        ----------
        seed : int
            Seed of the study, 0 to 2**64 - 1.
        indices : int (epistemic,)
            Epistemic indices.
        epistemic : Epistemic
            Size and design of the draws; at random if not given, for any size.

        Returns
        -------
        float64 (epistemic, uncertain)
            Theta: a row per index, a column per key of `uncertain`. A row does not depend on the
            other indices asked for, a column not on the other keys unless the design is `sobol`.
        """
        ids = [int(item) for item in item_ids(self.uncertain)]
        return self.believed(designed(epistemic, seed, [int(i) for i in indices], ids))

    def believed(self, uniforms: Array) -> Array:
        """Read the laws of what is not known at given probabilities.

        Parameters
        ----------
        uniforms : float64 (epistemic, uncertain)
            Numbers strictly between 0 and 1: random, or of a design.

        Returns
        -------
        float64 (epistemic, uncertain)
            Theta.
        """
        theta = np.empty_like(uniforms)
        for column, (law, numbers) in enumerate(self._beliefs.values()):
            kind = kind_of(law)
            for row in range(len(uniforms)):
                theta[row, column] = sample(kind, numbers, 0, float(uniforms[row, column]))
        return theta

    def vector(self, theta_row: Array) -> Array:
        """Fill in drawn values.

        Parameters
        ----------
        theta_row : float64 (uncertain,)
            Values of what is not known, in the order of `uncertain`.

        Returns
        -------
        float64 (parameter,)
            The parameter vector. What depends on nothing unknown is the same in every vector.

        Raises
        ------
        ValueError
            If the drawn values do not make a law or are out of bounds; names keys and values.
        """
        vector = np.concatenate(self._base) if self._base else np.zeros(0)
        if len(theta_row) != len(self._beliefs):
            raise ValueError(f"expected {len(self._beliefs)} drawn values, found {len(theta_row)}")
        drawn = dict(zip(self._beliefs, theta_row.tolist(), strict=True))

        def value(quantity: Known) -> float:
            return drawn[quantity.key] if isinstance(quantity, Uncertain) else quantity.value

        for slot, law, low, high in self._changing:
            used = {each.key: drawn[each.key] for each in uncertain_parts(law)}
            where = ", ".join(f"uncertain '{key}' drew {one:.12g}" for key, one in used.items())
            numbers = _encoded(law, value, low, high, where + ": ")
            vector[slot : slot + len(numbers)] = numbers
        return vector


def _fixed(quantity: Known) -> float:
    if isinstance(quantity, Fixed):
        return quantity.value
    raise ValueError(f"uncertain '{quantity.key}' within `uncertain`")


def _encoded(
    law: Law, value: Callable[[Known], float], low: float, high: float, where: str
) -> Array:
    try:
        numbers = encode(law, value)
    except ValueError as problem:
        raise ValueError(f"{where}'{law.dist}' {problem}") from None
    if law.dist == "constant" and not low <= numbers[0] <= high:
        raise ValueError(f"{where}expected {low:g} to {high:g}, found {numbers[0]:.12g}")
    return numbers
