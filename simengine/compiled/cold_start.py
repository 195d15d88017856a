"""Could everything start again? Sets of assets that would wait for each other for ever.

Let every asset be healthy and at 0 with empty buffers, and let levels rise to rest at the best:
without profiles, and with every live node of a carrier served in full. What stays below 1 waits.
Those that wait for nothing outside their own set are a mutual wait; they are put up by hand and
the rest is looked at again, so that what only stands behind them is not blamed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from simengine.compiled.arrays import grid
from simengine.compiled.islands import capacities, islands, self_starters
from simengine.compiled.names import Names
from simengine.compiled.needs import on_grid
from simengine.kernels.layout import CUT, ONE

__all__ = ["find_waits"]


class Supply(NamedTuple):
    """A need in units of 2**-20; `bar` is 0 for `share`; suppliers are (asset, live, weight)."""

    suppliers: tuple[tuple[int, bool, int], ...]
    threshold: int
    bar: int
    criticality: int
    start_only: bool


class ColdStart:
    """Levels as they rise from 0, with some assets put up by hand."""

    def __init__(self, names: Names) -> None:
        self.count = len(names.assets)
        self.sums = [names.network.assets[i].combine == "sum" for i in names.assets]
        self.needs: list[list[Supply]] = [[] for _ in names.assets]
        for owner, _, need in names.needs:
            weights, threshold = on_grid(need)
            suppliers = tuple((*names.supplier(owner, s), w) for s, w in weights.items())
            bar = max(1, grid(need.cut)) if need.rule == "step" else 0
            found = Supply(suppliers, threshold, bar, grid(need.criticality), need.start_only)
            self.needs[names.asset[owner]].append(found)
        self.links = [
            (names.asset[name], names.asset[link.from_node], names.asset[link.to_node])
            for c, name in names.links
            for link in (names.network.carriers[c].links[name],)
        ]
        self._sources(names)
        self.by_hand: set[int] = set()
        self.own = [0] * self.count
        self.live: set[int] = set()

    def _sources(self, names: Names) -> None:
        """Which source starts which node, and what else is in the island of a node."""
        self.starts: list[tuple[int, int]] = []
        self.island: dict[int, set[int]] = {}
        for carrier in names.network.carriers.values():
            free = self_starters(names, carrier)
            for island in islands(carrier):
                inside = {names.asset[n] for n in island}
                self.island |= dict.fromkeys(inside, inside)
                for n in island:
                    sources = capacities(carrier.nodes[n])
                    self.starts += [(names.asset[s], names.asset[n]) for s in sources if s in free]
                    inside |= {names.asset[s] for s in sources}
            for name, link in carrier.links.items():
                self.island[names.asset[link.from_node]].add(names.asset[name])

    def level(self, i: int, live: bool = False) -> int:
        """What an asset gives, or whether its node is live."""
        if i in self.island and i not in self.live:
            return 0
        return ONE if live else self.own[i]

    def supply(self, need: Supply) -> int:
        """Supply of a need from the levels as they are."""
        if need.bar:
            up = sum(w for j, live, w in need.suppliers if self.level(j, live) >= need.bar)
            return ONE if up >= need.threshold else 0
        total = sum(w * self.level(j, live) for j, live, w in need.suppliers)
        return min(ONE, -(-total // need.threshold))

    def target(self, i: int) -> int:
        """Level that the needs of a healthy asset allow, before a carrier's share."""
        if i in self.by_hand:
            return ONE
        lost = [
            need.criticality * (ONE - self.supply(need))
            for need in self.needs[i]
            if not (need.start_only and self.own[i] > 0)
        ]
        gone = sum(lost) if self.sums[i] else max(lost, default=0)
        level = -(-max(0, ONE * ONE - gone) // ONE)
        return 0 if level < CUT else level

    def rise(self) -> None:
        """Let levels rise to rest."""
        moving = True
        while moving:
            moving = self._energise()
            for i in range(self.count):
                target = self.target(i)
                if target > self.own[i]:
                    self.own[i] = target
                    moving = True

    def _energise(self) -> bool:
        before = len(self.live)
        self.live |= self.by_hand & self.island.keys()
        for source, node in self.starts:
            if self.level(source) > 0 and self.own[node] > 0:
                self.live.add(node)
        reached = -1
        while reached < len(self.live):
            reached = len(self.live)
            for link, a, b in self.links:
                if min(self.own[link], self.own[a], self.own[b]) > 0 and self.live & {a, b}:
                    self.live |= {a, b}
        return len(self.live) > before

    def waits_for(self, i: int) -> set[int]:
        """Assets below full level that asset i would rise with."""
        found = {
            j
            for need in self.needs[i]
            if need.criticality and self.supply(need) < ONE
            for j, live, _ in need.suppliers
            if self.level(j, live) < ONE
        }
        if i in self.island and i not in self.live:
            found |= {j for j in self.island[i] - {i} if self.level(j) < ONE}
        return found


def find_waits(names: Names) -> list[tuple[str, ...]]:
    """Find the sets of assets, by name, that wait for each other once all is at 0.

    Sets in which everything comes back in part are left out.
    """
    start = ColdStart(names)
    found: list[tuple[str, ...]] = []
    while True:
        start.rise()
        waiting = {i: start.waits_for(i) for i in range(start.count) if start.level(i) < ONE}
        if not waiting:
            return found
        for members in _last(waiting):
            start.by_hand |= members
            mutual = any(waiting[i] & members for i in members)
            if mutual and any(start.level(i) == 0 for i in members):
                found.append(tuple(names.assets[i] for i in sorted(members)))


def _last(waiting: dict[int, set[int]]) -> list[set[int]]:
    """Strongly connected sets that wait for nothing outside themselves."""
    place = {i: k for k, i in enumerate(waiting)}
    pairs = [(place[i], place[j]) for i, others in waiting.items() for j in others]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    size = len(place)
    graph = csr_array((np.ones(len(pairs)), tuple(ends)), (size, size))
    count, label = connected_components(graph, directed=True, connection="strong")
    sets: list[set[int]] = [set() for _ in range(count)]
    for i, k in place.items():
        sets[label[k]].add(i)
    open_ended = {int(label[a]) for a, b in pairs if label[a] != label[b]}
    return [members for mark, members in enumerate(sets) if mark not in open_ended]
