"""Loops of `share` needs: how strongly levels feed back on themselves within one instant.

A loop whose gain is near 1 shrinks by a little in each of very many generations, so that levels
would take up to a million updates to come to rest. Its gain is the spectral radius of the matrix
criticality x weight / threshold (owner, supplier): per pair the largest over the needs of the
owner, or their sum where it has `combine: sum`. A bound on each pair, or along each way round,
would not bound the whole; and buffers do not help, as they run out.

Suppliers count through their assets: ``carrier:NAME@NODE`` is the level of the node's asset, so a
need of it couples its owner with that node and with what the node needs. What a carrier itself
does is left out, for it is no `share` need: neither the way from its sources over its balance to
its nodes, nor a source's need of a live node, which is 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from simengine.compiled.names import Names
from simengine.scenario.network import Area, Need

__all__ = ["LARGEST_GAIN", "MOST_NEEDS", "Loop", "enough", "find_loops", "least_factor"]

LARGEST_GAIN, MOST_NEEDS = 0.9, 100
ROUNDING = 1e-9  # of eigenvalues in floating point


class Loop(NamedTuple):
    """A strongly connected set of `share` needs that is refused.

    Attributes
    ----------
    assets
        Its assets, by name.
    needs
        How many `share` needs it has.
    gain
        Its spectral radius; None where it has too many needs to ask.
    strongest
        Owner and name of the need in it with the largest gain.
    """

    assets: tuple[str, ...]
    needs: int
    gain: float | None
    strongest: tuple[str, str]


class ShareNeed(NamedTuple):
    """A `share` need: its owner, its name, and its gain by the supplier's number."""

    owner: int
    name: str
    gains: dict[int, float]


def enough(item: Need | Area) -> float:
    """The threshold of a need as a number."""
    if item.threshold == "all":
        return sum(item.suppliers.values())
    return min(item.suppliers.values()) if item.threshold == "any" else float(item.threshold)


def least_factor(names: Names, profile: str | None) -> float:
    """The least factor that a profile puts on a threshold; 1 without a profile."""
    if profile is None:
        return 1.0
    return min(factor for _, factor in names.network.profiles[profile].steps)


def find_loops(names: Names) -> Iterator[Loop]:
    """Find the loops whose gain or number of needs is too large."""
    needs = tuple(_share_needs(names))
    gains = _gains(names, needs)
    label = connected_components(gains, directed=True, connection="strong")[1]
    inside: dict[int, list[ShareNeed]] = {}
    for need in needs:
        if any(label[j] == label[need.owner] for j in need.gains):
            inside.setdefault(int(label[need.owner]), []).append(need)
    for mark, found in sorted(inside.items()):
        members = np.flatnonzero(label == mark)
        # At most as many assets as needs, so that the matrix of a loop that is asked is small.
        gain = _radius(gains, members) if len(found) <= MOST_NEEDS else None
        if gain is None or gain > LARGEST_GAIN + ROUNDING:
            own = set(members.tolist())
            worst = max(found, key=lambda n: max(g for j, g in n.gains.items() if j in own))
            yield Loop(
                tuple(names.assets[i] for i in members),
                len(found),
                gain,
                (names.assets[worst.owner], worst.name),
            )


def _share_needs(names: Names) -> Iterator[ShareNeed]:
    """List `share` needs with their gains; a profile counts at its least factor above 0."""
    for owner, name, need in names.needs:
        if need.rule != "share" or need.criticality == 0:
            continue
        steps = () if need.profile is None else names.network.profiles[need.profile].steps
        factors = [1.0] if need.profile is None else [f for _, f in steps if f > 0]
        if not factors:
            continue  # nothing is ever needed
        share = need.criticality / (enough(need) * min(factors))
        gains: dict[int, float] = {}
        for supplier, weight in need.suppliers.items():
            j, live = names.supplier(owner, supplier)
            if not live:
                gains[j] = gains.get(j, 0.0) + weight * share
        yield ShareNeed(names.asset[owner], name, gains)


def _gains(names: Names, needs: tuple[ShareNeed, ...]) -> csr_array:
    """The matrix of gains (owner, supplier)."""
    found: dict[tuple[int, int], float] = {}
    for need in needs:
        sums = names.network.assets[names.assets[need.owner]].combine == "sum"
        for j, gain in need.gains.items():
            before = found.get((need.owner, j), 0.0)
            found[need.owner, j] = before + gain if sums else max(before, gain)
    pairs = np.array(list(found), dtype=np.int64).reshape(-1, 2).T
    size = len(names.assets)
    return csr_array((np.array(list(found.values()), dtype=float), tuple(pairs)), (size, size))


def _radius(gains: csr_array, members: NDArray[np.int64]) -> float:
    inside = gains[members][:, members].toarray()
    return float(np.abs(np.linalg.eigvals(inside)).max())
