"""Numbers for names: the order of everything in the arrays, and 64-bit ids for the draws."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from simengine.compiled.laws import item_id
from simengine.scenario.network import Need, Network, split_carrier

__all__ = ["Names"]

NO_SECTOR = "none"


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Position of each name."""
    return {name: k for k, name in enumerate(names)}


class Names:
    """Order of a network's things: by name, nodes and links of a carrier by (priority, name).

    The order in which a model is written has no effect; its names have, as they key the draws.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.assets = tuple(sorted(network.assets))
        self.areas = tuple(sorted(network.areas))
        self.pools = tuple(sorted(network.pools))
        self.profiles = tuple(sorted(network.profiles))
        self.carriers = tuple(sorted(network.carriers))
        self.regions = tuple(sorted(network.regions))
        self.services = tuple(sorted({area.service for area in network.areas.values()}))
        self.groups = tuple(sorted({(a.service, a.region) for a in network.areas.values()}))
        self.sectors = (*sorted({s.sector for s in network.services.values()}), NO_SECTOR)
        self.asset = numbered(self.assets)
        self.area = numbered(self.areas)
        self.pool = numbered(self.pools)
        self.profile = numbered(self.profiles)
        self._ids: dict[int, str] = {}

    @cached_property
    def nodes(self) -> tuple[tuple[str, str], ...]:
        """(carrier, node) of every node, in order."""
        return tuple(
            (c, n)
            for c in self.carriers
            for n in sorted(
                self.network.carriers[c].nodes,
                key=lambda n: (self.network.carriers[c].nodes[n].priority, n),
            )
        )

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(carrier, link) of every link, in order."""
        return tuple(
            (c, x)
            for c in self.carriers
            for x in sorted(
                self.network.carriers[c].links,
                key=lambda x: (self.network.carriers[c].links[x].priority, x),
            )
        )

    @cached_property
    def node(self) -> dict[str, int]:
        """Position of each node."""
        return numbered(n for _, n in self.nodes)

    @cached_property
    def fed_carriers(self) -> dict[str, set[str]]:
        """Carriers that each source feeds."""
        found: dict[str, set[str]] = {}
        for name, carrier in self.network.carriers.items():
            for node in carrier.nodes.values():
                for source in node.sources:
                    found.setdefault(source, set()).add(name)
        return found

    @cached_property
    def needs(self) -> tuple[tuple[str, str, Need], ...]:
        """(asset, name, need) of every need that counts, by asset and name.

        A black-start asset never needs the carrier that it feeds.
        """
        return tuple(
            (asset, name, need)
            for asset in self.assets
            for name, need in sorted(self.network.assets[asset].needs.items())
            if not (self.network.assets[asset].black_start and self.names_own_carrier(asset, need))
        )

    def names_own_carrier(self, asset: str, need: Need) -> bool:
        """Whether a need of a source names a carrier that the source feeds."""
        fed = self.fed_carriers.get(asset, set())
        return any((at := split_carrier(s)) is not None and at[0] in fed for s in need.suppliers)

    def supplier(self, asset: str, supplier: str) -> tuple[int, bool]:
        """Asset that a supplier stands for, and whether only its node's being live is read."""
        at = split_carrier(supplier)
        if at is None:
            return self.asset[supplier], False
        return self.asset[at[1]], at[0] in self.fed_carriers.get(asset, set())

    def id(self, name: str) -> int:
        """64-bit id of an item.

        Raises
        ------
        ValueError
            If another name has the same id: rename one of them.
        """
        found = item_id(name)
        if self._ids.setdefault(found, name) != name:
            raise ValueError(f"{name!r} and {self._ids[found]!r} have the same id: rename one")
        return found
