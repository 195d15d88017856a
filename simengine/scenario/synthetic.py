"""A network of any size with known properties, to measure and test the engine with.

Assets of three sectors stand at random in a unit square, in three tiers. Each needs the nearest of
the right sector and tier: k of its n suppliers within its own sector one tier up, and k of n of
another sector in its own tier. Electricity needs telecom for control while telecom and water need
electricity, so that there are cycles. One hazard, of one intensity a run, strikes all.

All numbers are assumptions, chosen for their shape: they describe no country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simengine.scenario.study import Study, study_from_documents

__all__ = ["synthetic"]

SHARE_STRUCK = 0.037
INTENSITY_SIGMA = 0.8  # of the logarithm of what all assets share: hence the heavy tail
FRAGILITY_BETA = 0.4  # of the logarithm of what one asset stands
# Median fragility over median intensity: Phi(-ln(ratio) / sqrt(0.8**2 + 0.4**2)) = 0.037, since
# the normal quantile of 0.037 is -1.78661.
FRAGILITY_MEDIAN = float(np.exp(1.78661 * np.hypot(INTENSITY_SIGMA, FRAGILITY_BETA)))

TIERS = ("backbone", "middle", "local")
TIER_SHARES = (0.06, 0.25)  # the rest is local
SUPPLIERS, OFTEN = (1, 2, 3), (0.3, 0.4, 0.3)  # how many a need has, and how often
CUSTOMERS = (50.0, 200.0, 2000.0)  # median by tier [person]
REPAIR_HOURS = (72, 24, 8)  # median by tier
NO_BUFFER = 0.25  # share of needs without a buffer; the others last 2 to 72 h
FEWEST = 12


@dataclass(frozen=True)
class _Sector:
    """What a third of the assets delivers, and which other sector it needs how often."""

    name: str
    service: str
    basic: bool
    restart: str
    needs: tuple[tuple[str, float], ...]


SECTORS = (
    _Sector("energy", "electricity", True, "30 min", (("ict", 0.15),)),
    _Sector("ict", "telecom", False, "1 h", (("energy", 0.75),)),
    _Sector("drinking_water", "tap_water", True, "2 h", (("energy", 0.75), ("ict", 0.15))),
)


def synthetic(assets: int, seed: int = 1, *, runs: int = 1000) -> Study:
    """Make a scenario study on a network of a given size.

    A third of the assets each is of energy, ICT and drinking water; 6 % are backbone, 25 % middle
    and the rest local. An asset has 0 to 3 needs of 1 to 3 suppliers each, 3 suppliers on average.
    Every asset serves one area of its own; local assets have most of the customers. In a run 3.7 %
    of the assets are struck on average and mostly far fewer; max(3, assets / 100) crews of three
    pools repair them by priority, within 336 h.

    Parameters
    ----------
    assets
        How many assets, at least 12.
    seed
        Of the network, by numpy's Philox, and of the study.
    runs
        Runs of the study.

    Returns
    -------
    Study
        The same for the same arguments; changed like any other by its text or `--set`.

    Raises
    ------
    ValueError
        If there are too few assets for three tiers of three sectors.
    """
    if assets < FEWEST:
        raise ValueError(f"expected at least {FEWEST} assets, found {assets}")
    rng = np.random.Generator(np.random.Philox(seed))
    network = _Network(assets, rng)
    return study_from_documents(_study(assets, seed, runs), network.document())


class _Network:
    """Places, tiers and customers of all assets, sector after sector, backbone first."""

    def __init__(self, assets: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.assets = assets
        sizes = [assets // 3 + (k < assets % 3) for k in range(3)]
        tiers = [_tiers(size) for size in sizes]
        self.sector = np.repeat(np.arange(3), sizes)
        self.tier = np.concatenate([np.repeat(np.arange(3), counts) for counts in tiers])
        self.place = rng.random((assets, 2))
        medians = np.array(CUSTOMERS)[self.tier]
        self.customers = np.ceil(medians * np.exp(rng.standard_normal(assets))).astype(int)
        width = len(str(assets - 1))
        self.names = [f"{SECTORS[s].name}_{i:0{width}d}" for i, s in enumerate(self.sector)]

    def document(self) -> dict[str, Any]:
        """The network's document."""
        crews = max(3, self.assets // 100)
        people = [int(self.customers[self.sector == s].sum()) for s in range(3)]
        return {
            "format": "network/1",
            "name": f"synthetic_{self.assets}",
            "title": {"en": f"Synthetic network of {self.assets} assets"},
            "source": "assumption",
            "confidence": "low",
            "regions": {"square": {"name": "Square", "population": f"{max(people)} person"}},
            "services": {s.service: {"sector": s.name, "basic": s.basic} for s in SECTORS},
            "pools": {
                f"{s.name}_crews": {"crews": crews // 3 + (k < crews % 3), "travel": "1 h"}
                for k, s in enumerate(SECTORS)
            },
            "assets": self._assets(),
            "areas": {
                f"{name}_customers": {
                    "service": SECTORS[self.sector[i]].service,
                    "region": "square",
                    "population": f"{self.customers[i]} person",
                    "suppliers": {name: 1},
                }
                for i, name in enumerate(self.names)
            },
        }

    def _assets(self) -> dict[str, Any]:
        # Large customers first within a tier: one priority each, as in a real switching order.
        first = np.lexsort((-self.customers, self.tier))
        priority = np.empty(self.assets, dtype=int)
        priority[first] = np.arange(1, self.assets + 1)
        found: dict[str, Any] = {}
        for i, name in enumerate(self.names):
            sector = SECTORS[self.sector[i]]
            found[name] = {
                "service": sector.service,
                "region": "square",
                "tags": [TIERS[self.tier[i]]],
                "restart": sector.restart,
                "needs": {},
                "repair": {
                    "pool": f"{sector.name}_crews",
                    "priority": int(priority[i]),
                    "time": {
                        "dist": "lognormal",
                        "median": f"{REPAIR_HOURS[self.tier[i]]} h",
                        "sigma": 0.8,
                    },
                },
            }
        order = [s.name for s in SECTORS]
        for s, sector in enumerate(SECTORS):
            for tier in (1, 2):
                self._add(found, "upstream", s, tier, s, tier - 1, 1.0)
            for tier in range(3):
                for other, often in sector.needs:
                    self._add(found, other, s, tier, order.index(other), tier, often)
        return found

    def _add(
        self,
        found: dict[str, Any],
        need: str,
        sector: int,
        tier: int,
        other: int,
        supplying: int,
        often: float,
    ) -> None:
        """Give a share of the assets of a sector and tier a need of another."""
        mine = np.flatnonzero((self.sector == sector) & (self.tier == tier))
        mine = mine[self.rng.random(len(mine)) < often]
        theirs = np.flatnonzero((self.sector == other) & (self.tier == supplying))
        n = np.minimum(self.rng.choice(SUPPLIERS, len(mine), p=OFTEN), len(theirs))
        # The smaller of two throws: most needs have a supplier to spare.
        k = self.rng.integers(1, n + 1, (2, len(mine))).min(axis=0)
        hours = np.where(
            self.rng.random(len(mine)) < NO_BUFFER, 0, self.rng.integers(2, 73, len(mine))
        )
        nearest = _nearest(self.place[mine], self.place[theirs], max(SUPPLIERS))
        for row, i in enumerate(mine):
            suppliers = {self.names[theirs[j]]: 1 for j in nearest[row, : n[row]]}
            entry = {"suppliers": suppliers, "threshold": int(k[row]), "rule": "step"}
            if hours[row] > 0:
                entry["buffer"] = {"time": f"{hours[row]} h", "refill": "12 h"}
            found[self.names[i]]["needs"][need] = entry


def _tiers(size: int) -> list[int]:
    """How many assets of a sector are in each tier, at least one."""
    above = [max(1, round(share * size)) for share in TIER_SHARES]
    return [*above, size - sum(above)]


def _nearest(
    places: NDArray[np.float64], others: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Indices (place, rank) of the nearest others, nearest first."""
    # Imported here since a study that is read from a file needs no geometry.
    from scipy.spatial import KDTree

    ranks = range(1, min(count, len(others)) + 1)
    found: NDArray[np.int64] = KDTree(others).query(places, k=list(ranks))[1]
    return found


def _study(assets: int, seed: int, runs: int) -> dict[str, Any]:
    """The study's document."""
    strength = {"dist": "lognormal", "median": 1, "sigma": INTENSITY_SIGMA}
    damage = {
        "targets": {"tags": list(TIERS)},
        "intensity": strength,
        "fragility": {"median": FRAGILITY_MEDIAN, "beta": FRAGILITY_BETA},
        "health": 0,
    }
    return {
        "format": "study/1",
        "name": f"synthetic_{assets}",
        "title": {"en": f"A hazard on {assets} synthetic assets"},
        "kind": "scenario",
        "model": f"synthetic_{assets}",
        "seed": seed,
        "runs": runs,
        "horizon": "336 h",
        "own_failures": False,
        "threats": {
            "hazard": {
                "title": {"en": "A hazard"},
                "deliberate": False,
                "category": "synthetic",
                "source": "assumption",
                "likelihood": {"rate": "1 per year"},
                "mechanisms": [{"damage": damage}],
            }
        },
        "outputs": {
            "quantities": ["person_hours", "people_peak", "hours_to_90"],
            "by": ["service"],
            "keep_runs": [],
        },
    }
