"""Problem P as plain numbers: what the twin in C and the rivals in Python are given.

Read from the study and its network, not from simengine's tables, so that a mistake in those would
show. Refuses a study that uses a rule which the twin and the rivals do not have. Times are in ms,
levels and weights in 2**-20.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from simengine.compiled import CompiledStudy, compile_study
from simengine.compiled.laws import Parameters, item_id
from simengine.compiled.names import Names
from simengine.kernels import draws
from simengine.kernels.draws import subkey, uniform
from simengine.kernels.jit import word
from simengine.kernels.normal import normal_quantile
from simengine.scenario.quantity import Fixed, Law, Quantity
from simengine.scenario.synthetic import synthetic

ONE = 1 << 20
MINUTE = 60_000
LONGEST = float(1 << 42)
HOUR = 3_600_000.0


class ProblemP:
    """The numbers of problem P for one network.

    Attributes
    ----------
    compiled : CompiledStudy
        What simengine itself runs.
    need_lo, supplier_lo, edge_lo : int32
        Where the needs of an asset, the suppliers of a need and the customers of an asset stand;
        needs and areas are numbered through, areas behind needs.
    """

    def __init__(self, assets: int, seed: int) -> None:
        self.study = synthetic(assets, seed)
        self.compiled: CompiledStudy = compile_study(self.study)
        self._parameters = self.compiled.epistemic_parameters([0])[0]
        self.names = Names(self.study.network)
        self.horizon = int(self.study.horizon)
        self._check()
        self._assets()
        self._needs()
        self._areas()
        self._pools()
        self._threat()
        self.strikes = self._strikes()

    def columns(self, variable: str) -> list[int]:
        """Places of the columns of a quantity, by service."""
        return [k for k, c in enumerate(self.compiled.columns) if c.variable == variable]

    def reference(self, runs: int, first: int = 0) -> NDArray[np.float64]:
        """Simengine's own rows (run, column)."""
        values = np.zeros((runs, len(self.compiled.columns)))
        self.simulate(first, values)
        return values

    def simulate(self, first: int, values: NDArray[np.float64]) -> None:
        """Let simengine follow runs first, first + 1, ... into rows of `values`."""
        status = np.zeros(len(values), dtype=np.int32)
        self.compiled.simulate(0, 0, first, values, status, None, self._parameters)
        assert not status.any()

    def headline(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Person-hours, peak and hours to 90 % of each service: what the rivals compute."""
        wanted = ("person_hours", "people_peak", "hours_to_90")
        return rows[:, [k for variable in wanted for k in self.columns(variable)]]

    def _check(self) -> None:
        study, network = self.study, self.study.network
        usual = (
            not (network.carriers or network.profiles or study.own_failures)
            and study.manual_restart is None
            and study.window == (0.0, study.horizon)
            and not study.counting.instants
            and study.counting.basic_services == "comonotone"
            and self.compiled.calm
        )
        for asset in network.assets.values():
            clocks = asset.clocks
            usual &= not (asset.life or asset.planned or asset.trips or asset.black_start)
            usual &= not (clocks.life or clocks.repair or clocks.restart or clocks.switching)
            usual &= asset.combine == "min" and asset.repair is not None
            usual &= asset.repair is not None and asset.repair.access is None
            for need in asset.needs.values():
                buffer = need.buffer
                usual &= need.rule == "step" and need.cut == need.criticality == 1.0
                usual &= not (need.start_only or need.profile)
                if buffer is not None:
                    usual &= buffer.per == "run" and buffer.drain is None
                    usual &= buffer.fails_on_demand == Fixed(0.0)
        for area in network.areas.values():
            usual &= area.customers is area.demand is area.value is area.profile is None
        for pool in network.pools.values():
            usual &= pool.mutual_aid is None and not pool.clock
        if not usual:
            raise ValueError("expected problem P, found a rule that the twin and rivals lack")

    def _assets(self) -> None:
        names, assets = self.names, self.study.network.assets
        mine = [assets[name] for name in names.assets]
        self.assets = len(mine)
        self.item = np.array([item_id(name) for name in names.assets], dtype=np.uint64)
        self.restart = integers(delay(asset.restart) for asset in mine)
        services = self.study.network.services
        self.sector = integers(names.sectors.index(services[a.service].sector) for a in mine)
        self.sectors = len(names.sectors)
        self.pool = integers(names.pool[a.repair.pool] for a in mine)
        self.priority = integers(a.repair.priority for a in mine)
        laws = [lognormal(a.repair.time) for a in mine]
        self.repair = np.array(laws, dtype=np.float64)
        if len({(a.repair.pool, a.repair.priority) for a in mine}) < len(mine):
            raise ValueError("expected a priority of its own for each asset of a pool")

    def _needs(self) -> None:
        names = self.names
        needs = [need for _, _, need in names.needs]
        self.owner = integers(names.asset[owner] for owner, _, _ in names.needs)
        self.need_lo = np.searchsorted(self.owner, np.arange(self.assets + 1)).astype(np.int32)
        self.buffer = integers(delay(n.buffer.time) if n.buffer else -1 for n in needs)
        self.refill = integers(delay(n.buffer.refill) if n.buffer else 0 for n in needs)

    def _areas(self) -> None:
        names, areas = self.names, self.study.network.areas
        mine = [areas[name] for name in names.areas]
        self.areas = len(mine)
        self.population = np.array([area.population for area in mine], dtype=np.int64)
        groups = {group: k for k, group in enumerate(names.groups)}
        self.group = integers(groups[area.service, area.region] for area in mine)
        self.service = integers(names.services.index(area.service) for area in mine)
        self.group_region = integers(names.regions.index(region) for _, region in names.groups)
        basic = (self.study.network.services[service].basic for service, _ in names.groups)
        self.group_basic = integers(basic)
        self.edges = integers(self.study.counting.duration_edges, np.int64)
        wanted = [*(need for _, _, need in names.needs), *mine]
        weights = [
            {names.asset[s]: max(1, round(w * ONE)) for s, w in item.suppliers.items()}
            for item in wanted
        ]
        self.threshold = integers(
            (threshold(item.threshold, w) for item, w in zip(wanted, weights, strict=True)),
            np.int64,
        )
        rows = [(n, i, w) for n, all_ in enumerate(weights) for i, w in sorted(all_.items())]
        self.supplier = integers(i for _, i, _ in rows)
        self.weight = integers(w for _, _, w in rows)
        taken = integers(n for n, _, _ in rows)
        self.supplier_lo = np.searchsorted(taken, np.arange(len(wanted) + 1)).astype(np.int32)
        by_asset = np.argsort(self.supplier, kind="stable")
        self.edge = taken[by_asset]
        self.edge_weight = self.weight[by_asset]
        starts = np.searchsorted(self.supplier[by_asset], np.arange(self.assets + 1))
        self.edge_lo = starts.astype(np.int32)

    def _pools(self) -> None:
        pools = [self.study.network.pools[name] for name in self.names.pools]
        self.crews = integers(pool.crews for pool in pools)
        self.travel = integers(math.ceil(fixed(pool.travel)) for pool in pools)

    def _threat(self) -> None:
        ((name, threat),) = self.study.threats.items()
        (found,) = threat.mechanisms
        if found.repair is not None or fixed(found.after) != 0.0 or found.health != 0.0:
            raise ValueError("expected damage to nothing left, at once, repaired as the asset says")
        path = f"threats.{name}.mechanisms.0"
        self.intensity = lognormal(found.intensity)
        self.fragility = fixed(found.fragility.median), fixed(found.fragility.beta)
        chosen = sorted(found.targets.select(self.study.network))
        self.target = integers(self.names.asset[i] for i in chosen)
        ids = [item_id(f"{path}/{i}") for i in chosen]
        self.target_item = np.array(ids, dtype=np.uint64)
        self.threat_item = item_id(path)
        cause = word(item_id(f"threat:{name}"))
        self.keys = np.array(
            [
                subkey(word(self.study.seed), stream, word(0), cause)
                for stream in (draws.INTENSITY, draws.HIT, draws.REPAIR)
            ],
            dtype=np.uint64,
        )

    def _strikes(self) -> Callable[[int], tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """Make the draws of a run: which assets are struck, and the time each repair takes [ms]."""
        keys, target, items, item = self.keys, self.target, self.target_item, self.item
        median, sigma = self.intensity
        strength, beta = self.fragility
        threat, repair = np.uint64(self.threat_item), self.repair

        def strikes(run: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
            return _draw(
                run, keys, threat, median, sigma, strength, beta, target, items, item, repair
            )

        return strikes


@numba.njit
def _draw(  # type: ignore[no-untyped-def]
    run, keys, threat, median, sigma, strength, beta, target, items, item, repair
):
    x = median * math.exp(sigma * normal_quantile(uniform(keys[0], threat, run, 0)))
    score = (math.log(x) - math.log(strength)) / beta
    likely = 0.5 * math.erfc(-score * math.sqrt(0.5)) * (1.0 + 1e-9)
    struck, ms = [np.int32(0)], [0]
    for k in range(len(target)):
        u = uniform(keys[1], items[k], run, 0)
        if u < likely and normal_quantile(u) < score:
            i = target[k]
            z = normal_quantile(uniform(keys[2], item[i], run, 0))
            time = repair[i, 0] * math.exp(repair[i, 1] * z)
            struck.append(i)
            ms.append(int(min(LONGEST, max(1.0, math.ceil(time)))))
    return np.array(struck[1:]), np.array(ms[1:])


def integers(values: Any, kind: Any = np.int32) -> NDArray[Any]:
    """Whole numbers as an array."""
    return np.array([int(x) for x in values], dtype=kind)


def fixed(quantity: Quantity | None) -> float:
    """A number; a law is refused."""
    if not isinstance(quantity, Fixed):
        raise ValueError(f"expected a number, found {quantity}")
    return quantity.value


def delay(quantity: Quantity) -> int:
    """A buffer or restart time: 0, or at least a minute."""
    ms = math.ceil(fixed(quantity))
    return ms and max(MINUTE, ms)


def lognormal(quantity: Quantity | None) -> tuple[float, float]:
    """Median and sigma."""
    if not isinstance(quantity, Law) or quantity.dist != "lognormal":
        raise ValueError(f"expected a lognormal law, found {quantity}")
    parameters = Parameters()
    _, slot = parameters.law(quantity)
    vector = parameters.vector(parameters.draw(0, [0])[0])
    return float(vector[slot]), float(vector[slot + 1])


def threshold(asked: float | str, weights: dict[int, int]) -> int:
    """Supply that is enough, as weight in 2**-20."""
    if asked == "all":
        return sum(weights.values())
    if asked == "any":
        return min(weights.values())
    return max(1, round(float(asked) * ONE))
