"""The whole engine as a slow, obvious program: the judge of the compiled kernels.

Plain dictionaries keyed by names, everything looked at in every step, no arrays and no
shortcuts. It shares with the engine only the keyed draws and the samplers, which have
tests of their own. Where this program and the kernels differ, one of them is wrong.

Times are integer milliseconds; levels, shares and rates are integers in units of 2**-20.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from simengine.compiled.designs import designed
from simengine.compiled.laws import Parameters, item_id
from simengine.kernels import draws
from simengine.kernels.distributions import sample
from simengine.kernels.jit import word
from simengine.kernels.normal import normal_quantile
from simengine.scenario.quantity import Uncertain
from simengine.scenario.sampling import stratum_sizes

ONE = 1 << 20
CUT = 1 << 10
MINUTE = 60_000
LONGEST = 1 << 42  # ms; a longer time counts as this one
MOST_WORK = 1 << 62
ORDERS = 8
HOUR = 3_600_000.0
PERSON_HOUR = 1.0 / (HOUR * ONE)
DAY = 86_400_000
PERIODS = {"day": DAY, "week": 7 * DAY, "year": 365 * DAY}


def ceil_div(a: int, b: int) -> int:
    """Smallest integer not below a / b."""
    return -(-a // b)


def grid(x: float) -> int:
    """A plain number on the grid of 2**-20, to nearest."""
    return round(x * ONE)


def cut(level: int) -> int:
    """A level below 2**-10 is no level."""
    return 0 if level < CUT else level


def ratio_of(supply: int, demand: int) -> int:
    """Supply / demand on the grid, rounded up, at most 1, cut."""
    if demand == 0:
        return ONE if supply > 0 else 0
    return cut(min(ONE, math.ceil(supply / demand * ONE)))


def unknowns(thing: Any) -> Iterator[Uncertain]:
    """All that is not known, anywhere within a model or its threats."""
    if isinstance(thing, Uncertain):
        yield thing
    elif isinstance(thing, Mapping):
        yield from unknowns(list(thing.values()))
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from unknowns(each)
    elif is_dataclass(thing):
        yield from unknowns([getattr(thing, field.name) for field in fields(thing)])


class Reference:
    """One threat of one study under one epistemic index; `run(r)` gives one run's results."""

    def __init__(self, study: Any, threat: str, epistemic: int) -> None:
        self.study, self.net = study, study.network
        self.threat = study.threats[threat]
        self.epistemic, self.seed = epistemic, study.seed
        self.occurrence = item_id(f"threat:{threat}")
        self.threat_name = threat
        self.assets = sorted(self.net.assets)
        self.areas = sorted(self.net.areas)
        self.laws: dict[int, Any] = {}
        self.carrier_of = {n: c for c, k in self.net.carriers.items() for n in (*k.nodes, *k.links)}
        self.nodes = [n for c in sorted(self.net.carriers) for n in self.net.carriers[c].nodes]
        self.links = [n for c in sorted(self.net.carriers) for n in self.net.carriers[c].links]
        self.sources: dict[str, dict[str, int]] = {}
        for c in self.net.carriers.values():
            for n, node in c.nodes.items():
                self.sources[n] = {s: round(mw * 1000) for s, mw in node.sources.items()}
        self.source_carriers: dict[str, set[str]] = defaultdict(set)
        for n, sources in self.sources.items():
            for s in sources:
                self.source_carriers[s].add(self.carrier_of[n])
        self.needs = {
            (i, n): need
            for i in self.assets
            for n, need in sorted(self.net.assets[i].needs.items())
            if not self.named_by_black_start(i, need)
        }
        self.needs_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key in self.needs:
            self.needs_of[key[0]].append(key)
        self.profiles = sorted(self.net.profiles)

    # ------------------------------------------------------------------ reading the network

    def names_own_carrier(self, asset: str, need: Any) -> bool:
        """Whether a need of a source names a carrier that the source feeds."""
        return any(
            s.startswith("carrier:") and s[8:].split("@")[0] in self.source_carriers[asset]
            for s in need.suppliers
        )

    def named_by_black_start(self, asset: str, need: Any) -> bool:
        """A black-start asset never needs its own carrier."""
        return self.net.assets[asset].black_start and self.names_own_carrier(asset, need)

    def self_starting(self, source: str) -> bool:
        """A source that can run while its node is black."""
        return not any(
            self.names_own_carrier(source, self.needs[key]) for key in self.needs_of[source]
        )

    def demand(self, node: str) -> int:
        """Nominal demand of a node now, in kW x 2**-20."""
        n = self.net.carriers[self.carrier_of[node]].nodes[node]
        return round(n.demand * 1000) * self.factor(n.profile)

    # ------------------------------------------------------------------------------- draws

    def draw(
        self, quantity: Any, stream: Any, cause: int, item: str, u: float | None = None
    ) -> float:
        """One keyed draw of a quantity, or its value at a given uniform."""
        if id(quantity) not in self.laws:
            p = Parameters()
            kind, slot = p.law(quantity)
            theta = p.believed(np.array([[self.believed(key) for key in p.uncertain]]))[0]
            self.laws[id(quantity)] = (kind, slot, p.vector(theta), quantity)
        kind, slot, vector, _ = self.laws[id(quantity)]
        u = self.uniform(stream, cause, item) if u is None else u
        return float(sample(kind, vector, slot, u))

    def intensity_uniform(self, path: str) -> float:
        """The uniform of the intensity of a mechanism in this run, by the study's design."""
        sampling = self.study.sampling
        places = [k for k, m in enumerate(self.threat.mechanisms) if getattr(m, "intensity", None)]
        dimension = places.index(int(path.rsplit(".", 1)[1]))
        v = self.uniform(draws.INTENSITY, self.occurrence, path)
        if sampling.design == "sobol":
            return self.sobol_point(self.r // 16, dimension, self.r % 16, path)
        if sampling.design == "random" or dimension > 0:
            return v
        sizes = stratum_sizes(sampling, self.study.runs)
        s = max(k for k in range(len(sizes)) if k == 0 or self.r >= sum(sizes[:k]))
        low, high = (round(e * 2**52) for e in (0.0, *sampling.edges, 1.0)[s : s + 2])
        return (low + min(math.floor(float(high - low) * v), high - low - 1) + 0.5) * 2.0**-52

    def sobol_point(self, n: int, dimension: int, group: int, path: str) -> float:
        """Point n of a scrambled sequence; scipy's sequence is in the order of the Gray code."""
        place = n
        for k in (1, 2, 4, 8, 16, 32):
            place ^= place >> k
        plain = qmc.Sobol(8, scramble=False, bits=52).random_base2(place.bit_length())
        x = int(plain[place, dimension] * 2**52)
        scrambled = 0
        key = unsigned(
            draws.subkey(
                unsigned(self.seed),
                draws.SCRAMBLE,
                unsigned(self.epistemic),
                unsigned(self.occurrence),
            )
        )
        item, turn = unsigned(item_id(path)), unsigned(group)
        for row in range(52):
            luck = format(int(draws.random_bits(key, item, turn, unsigned(row))), "052b")
            digits = [*luck[:row], "1"]  # a row of a lower triangular matrix
            own = sum(d == "1" and x >> (51 - k) & 1 for k, d in enumerate(digits)) % 2
            scrambled |= own << (51 - row)
        shift = int(draws.random_bits(key, item, turn, unsigned(52)))
        return ((scrambled ^ shift) + 0.5) * 2.0**-52

    def believed(self, key: str) -> float:
        """The uniform of what is not known in this epistemic draw, by the study's design."""
        size, design = self.study.epistemic.size, self.study.epistemic.design

        def luck(draw: int, k: int) -> float:
            own = draws.subkey(unsigned(self.seed), draws.EPISTEMIC, unsigned(draw), unsigned(0))
            item = unsigned(item_id(key))
            return float(draws.uniform(unsigned(own), item, unsigned(0), unsigned(k)))

        if design == "random":
            return luck(self.epistemic, 0)
        if design == "latin_hypercube":
            own = luck(self.epistemic, 0)
            stratum = sum(luck(draw, 0) < own for draw in range(size))
            u = (stratum + luck(self.epistemic, 1)) / size
            return min(max(u, 2.0**-53), 1 - 2.0**-53)
        ids = sorted({item_id(each.key) for each in unknowns([self.net, self.study.threats])})
        whole = designed(self.study.epistemic, self.seed, [self.epistemic], ids)
        return float(whole[0, ids.index(item_id(key))])

    def uniform(self, stream: Any, cause: int, item: str) -> float:
        """The uniform of a key."""
        key = unsigned(
            draws.subkey(unsigned(self.seed), stream, unsigned(self.epistemic), unsigned(cause))
        )
        return float(draws.uniform(key, unsigned(item_id(item)), unsigned(self.r), unsigned(0)))

    def duration(self, q: Any, stream: Any, cause: int, item: str, least: int = 1) -> int:
        """A drawn duration in ms, rounded up once, at least `least`."""
        return min(LONGEST, max(least, math.ceil(self.draw(q, stream, cause, item))))

    def delay(self, q: Any, stream: Any, cause: int, item: str) -> int:
        """A buffer, restart or hop time: 0, or at least a minute."""
        ms = min(LONGEST, max(0, math.ceil(self.draw(q, stream, cause, item))))
        return ms if ms == 0 else max(MINUTE, ms)

    # --------------------------------------------------------------------------------- time

    def put(self, key: tuple[Any, ...], time: int) -> None:
        """Set the timer of `key`; an earlier setting is forgotten."""
        if self.timers.get(key) != time:
            self.timers[key] = time
            heapq.heappush(self.heap, (time, key))

    def factor(self, profile: str | None) -> int:
        """Value of a profile now."""
        return ONE if profile is None else self.profile_value[profile]

    def profile_step(self, profile: str) -> int:
        """Set a profile's value for now; return the time of its next step."""
        p = self.net.profiles[profile]
        period = PERIODS[p.period]
        phase = (self.offset + self.t) % period
        starts = [int(s) for s, _ in p.steps]
        k = max(j for j, s in enumerate(starts) if s <= phase)
        self.profile_value[profile] = grid(p.steps[k][1])
        self.profile_index[profile] = k
        after = starts[k + 1] if k + 1 < len(starts) else period + starts[0]
        return self.t + after - phase

    # ----------------------------------------------------------------- levels, needs, supply

    def supplier_level(self, asset: str, supplier: str) -> int:
        """What a supplier gives: a level, a node's share, or (to a source) whether it is live."""
        if supplier.startswith("carrier:"):
            carrier, node = supplier[8:].split("@")
            if carrier in self.source_carriers[asset]:
                return ONE if self.live[node] else 0
            return self.y[node]
        return self.y[supplier]

    def supply(self, name: str, need: Any, profile: str | None) -> int:
        """Supply u of a need (or an area) from the levels now."""
        weights = {s: max(1, grid(w)) for s, w in need.suppliers.items()}
        if need.threshold == "all":
            threshold = sum(weights.values())
        elif need.threshold == "any":
            threshold = min(weights.values())
        else:
            threshold = max(1, grid(need.threshold))
        threshold = ceil_div(threshold * self.factor(profile), ONE)
        levels = {s: self.supplier_level(name, s) for s in weights}
        if getattr(need, "rule", "share") == "step":
            bar = max(1, grid(need.cut))
            return ONE if sum(w for s, w in weights.items() if levels[s] >= bar) >= threshold else 0
        total = sum(w * levels[s] for s, w in weights.items())
        return ONE if total >= threshold * ONE else ceil_div(total, threshold)

    def counts(self, key: tuple[str, str]) -> bool:
        """A start_only need counts while its asset was at 0 when the instant began."""
        return not (self.needs[key].start_only and self.own_start[key[0]] > 0)

    def felt(self, key: tuple[str, str], phase: str) -> int:
        """Supply as the asset feels it: 1 while a buffer holds."""
        if not self.counts(key):
            return ONE
        u = self.supply(key[0], self.needs[key], self.needs[key].profile)
        if u == ONE or self.needs[key].buffer is None:
            return u
        if self.committed[key] < ONE:
            return ONE if self.holds[key] else u
        if phase == "rise":
            return ONE
        if key not in self.decided:
            self.decided[key] = self.meets_demand(key)
        return ONE if self.decided[key] else u

    def meets_demand(self, key: tuple[str, str]) -> bool:
        """Whether a buffer takes over when its supply has just left 1."""
        buffer = self.needs[key].buffer
        cause = self.attribute([key])[1]
        item = f"{key[0]}.needs.{key[1]}"
        if buffer.per == "demand":
            self.fresh_content[key] = ONE * self.delay(buffer.time, draws.RUNNING_TIME, cause, item)
            full = self.fresh_content[key] > 0
        else:
            full = self.content_now(key) > 0
        if not full:
            return False
        p = self.draw(buffer.fails_on_demand, draws.DEMAND, cause, item)
        return not self.uniform(draws.DEMAND, cause, item) < p

    def own_target(self, i: str, phase: str) -> int:
        """Level of an asset from its health and needs, before a carrier's share."""
        asset = self.net.assets[i]
        health = 0 if ("trip", i) in self.clocks else self.health[i]
        lost = [
            grid(self.needs[k].criticality) * (ONE - self.felt(k, phase)) for k in self.needs_of[i]
        ]
        if asset.combine == "sum":
            return cut(ceil_div(max(0, health * ONE - sum(lost)), ONE))
        return cut(ceil_div(health * (ONE * ONE - max(lost, default=0)), ONE * ONE))

    def restart_delay(self, i: str) -> int:
        """Restart delay of an asset at 0; a node or link with needs takes at least a minute."""
        cause = self.episode[i][1] if i in self.episode else 0
        ms = self.delay(self.net.assets[i].restart, draws.RESTART, cause, i)
        return max(ms, MINUTE) if i in self.carrier_of and self.needs_of[i] else ms

    def set_own(self, i: str, level: int) -> None:
        """Change an asset's own level and what follows from it at once."""
        if level != self.own[i]:
            self.own[i] = level
            if i in self.live:
                self.touch(i)
            elif i in self.carrier_of:
                link = self.net.carriers[self.carrier_of[i]].links[i]
                self.touch(link.from_node)
                self.touch(link.to_node)
        self.set_output(i)

    def set_output(self, i: str) -> None:
        """What an asset gives to others: its own level, times the share at a carrier's node."""
        y = self.own[i]
        if i in self.live:
            y = cut(ceil_div(y * self.ratio[i], ONE)) if self.live[i] else 0
        if y != self.y[i]:
            self.y[i] = y
            for n, sources in self.sources.items():
                if i in sources:
                    self.touch(n)

    def touch(self, node: str) -> None:
        """Something about this node's island changed."""
        self.touched.add(node)
        self.carriers_due.add(self.carrier_of[node])

    # -------------------------------------------------------------------------- attribution

    def attribute(self, keys: list[tuple[str, str]]) -> tuple[int, int, str]:
        """(order, cause, origin) from the unmet suppliers of some needs."""
        pairs = []
        for key in keys:
            for s in self.needs[key].suppliers:
                name = s.split("@")[-1]
                short = self.supplier_level(key[0], s) < ONE and self.y[name] < self.base[name]
                if short and name in self.episode:
                    order, cause, origin = self.episode[name]
                    pairs.append((order + 1, cause, name, origin))
        return self.least(pairs, {self.needs[key].profile for key in keys})

    def least(
        self, pairs: list[tuple[int, int, str, str]], profiles: set[str | None]
    ) -> tuple[int, int, str]:
        """The least (order, cause, name); else the step of a profile; else nobody."""
        if pairs:
            order, cause, _, origin = min(pairs)
            return order, cause, origin
        causes = [
            int(
                draws.child_cause(
                    unsigned(item_id(f"profile:{p}")), unsigned(self.profile_index[p])
                )
            )
            for p in self.stepped
            if p in profiles
        ]
        return 0, min(causes, default=0), ""

    def begin(self, i: str, pair: tuple[int, int, str]) -> None:
        """An asset leaves its full level: its episode belongs to this pair."""
        if i not in self.episode:
            order, cause, origin = pair
            self.episode[i] = (order, cause, origin or i)

    # ------------------------------------------------------------------------------ carriers

    def islands(self, carrier: str) -> list[list[str]]:
        """Components of live nodes over closed links, nodes in (priority, name) order."""
        c = self.net.carriers[carrier]
        group = {n: n for n in c.nodes if self.live[n]}

        def root(n: str) -> str:
            while group[n] != n:
                n = group[n]
            return n

        for name, link in c.links.items():
            if self.closed[name]:
                a, b = sorted((root(link.from_node), root(link.to_node)))
                group[b] = a
        members = defaultdict(list)
        for n in sorted(group, key=lambda n: (c.nodes[n].priority, n)):
            members[root(n)].append(n)
        return list(members.values())

    def island_supply(self, island: list[str]) -> int:
        """Source capacity times level, in kW x 2**-20."""
        return sum(kw * self.y[s] for n in island for s, kw in self.sources[n].items())

    def rule_ratios(self, carrier: str, island: list[str]) -> dict[str, int]:
        """A node's share as a pure function of its island."""
        supply = self.island_supply(island)
        demands = {n: self.demand(n) for n in island}
        if self.net.carriers[carrier].rule == "share":
            return dict.fromkeys(island, ratio_of(supply, sum(demands.values())))
        ratios, left = {}, supply
        for n in island:
            if supply == 0:
                ratios[n] = 0
            elif left >= demands[n]:
                ratios[n] = ONE
            else:
                ratios[n] = ratio_of(left, demands[n])
            left = max(0, left - demands[n])
        return ratios

    def link_order(self, carrier: str) -> list[str]:
        """Links of a carrier by (priority, name)."""
        links = self.net.carriers[carrier].links
        return sorted(links, key=lambda x: (links[x].priority, x))

    def set_live(self, node: str, live: bool) -> None:
        """Energise or black out a node."""
        if self.live[node] != live:
            self.live[node] = live
            self.restoring[node] = True
            self.ratio[node] = 0
            self.touch(node)
            self.set_output(node)

    def set_ratio(self, node: str, ratio: int) -> None:
        """Change a node's share."""
        if ratio != self.ratio[node]:
            self.ratio[node] = ratio
            self.touch(node)
            self.set_output(node)

    def energise(self, carrier: str) -> None:
        """Nodes whose black start or hop is due at this instant become live."""
        c = self.net.carriers[carrier]
        for n in sorted(c.nodes):
            if ("black_start", n) in self.due and self.can_black_start(n):
                self.set_live(n, True)
        for x in self.link_order(carrier):
            if ("hop", x) in self.due and self.own[x] > 0:
                a, b = c.links[x].from_node, c.links[x].to_node
                if self.live[a] != self.live[b] and self.own[a] > 0 and self.own[b] > 0:
                    self.set_live(b if self.live[a] else a, True)
                    self.closed[x] = True
        self.due = {d for d in self.due if d[1] not in c.nodes and d[1] not in c.links}

    def can_black_start(self, n: str) -> bool:
        """A working black node with a live source that does not need this carrier."""
        return (
            not self.live[n]
            and self.own[n] > 0
            and any(self.y[s] > 0 and self.self_starting(s) for s in self.sources[n])
        )

    def carrier_rise(self, carrier: str, relief: bool) -> None:
        """Energise, pick up, join; in Relief only what lowers no node."""
        if not relief:
            self.energise(carrier)
        shed = self.shed_now
        for island in self.islands(carrier):
            if not self.touched.intersection(island) or (relief and shed.intersection(island)):
                continue
            ratios = self.rule_ratios(carrier, island)
            if relief and any(ratios[n] < self.ratio[n] for n in island):
                continue
            self.pick_up(ratios)
        self.join(carrier, relief)

    def pick_up(self, ratios: dict[str, int]) -> None:
        """Nodes take the larger of old and new."""
        if any(ratios[n] > self.ratio[n] for n in ratios):
            self.picked_up.update(ratios)
        for n, x in ratios.items():
            self.set_ratio(n, max(x, self.ratio[n]))

    def join(self, carrier: str, relief: bool) -> None:
        """Close open links between live nodes, one at a time, if no node's share falls."""
        c = self.net.carriers[carrier]
        again = True
        while again:
            again = False
            home = {n: island for island in self.islands(carrier) for n in island}
            for x in self.link_order(carrier):
                a, b = c.links[x].from_node, c.links[x].to_node
                if self.closed[x] or self.own[x] == 0 or not (self.live[a] and self.live[b]):
                    continue
                if home[a] is home[b]:
                    self.closed[x] = True
                    continue
                both = sorted(home[a] + home[b], key=lambda n: (c.nodes[n].priority, n))
                if not self.touched.intersection(both):
                    continue
                if relief and self.shed_now.intersection(both):
                    continue
                ratios = self.rule_ratios(carrier, both)
                if all(ratios[n] >= self.ratio[n] for n in both):
                    self.closed[x] = True
                    self.touch(a)
                    self.touch(b)
                    self.pick_up(ratios)
                    again = True
                    break

    def carrier_fall(self, carrier: str) -> None:
        """Open what is dead, black out islands without sources, shed or lower the rest."""
        c = self.net.carriers[carrier]
        for n in sorted(c.nodes):
            if self.live[n] and self.own[n] == 0:
                self.black_out(n)
        self.open_dead_links(carrier)
        for island in self.islands(carrier):
            if not self.touched.intersection(island):
                continue
            if self.island_supply(island) == 0:
                new: dict[str, int] | None = None
            elif c.rule != "collapse" or any(
                self.restoring[n] or n in self.picked_up for n in island
            ):
                ratios = self.rule_ratios(carrier, island)
                new = {n: min(ratios[n], self.ratio[n]) for n in island}
            else:
                new = self.shed(carrier, island)
            for n in island:
                if new is None:
                    self.black_out(n)
                elif new[n] < self.ratio[n]:
                    before = self.y[n]
                    self.set_ratio(n, new[n])
                    self.fallen_node(n, before)
        self.open_dead_links(carrier)

    def shed(self, carrier: str, island: list[str]) -> dict[str, int] | None:
        """Shares after the fewest shedding steps that suffice; None: the island collapses."""
        c = self.net.carriers[carrier]
        supply = self.island_supply(island)
        served = sum((self.demand(n) >> 10) * self.ratio_start[n] >> 10 for n in island)
        if ratio_of(supply, served) == ONE or served == 0:
            return {n: self.ratio[n] for n in island}
        step, largest = grid(c.shed_step), grid(c.shed_largest)
        k = 1
        while k * step <= largest:
            if (served >> 10) * (ONE - k * step) >> 10 <= supply:
                self.shed_now.update(island)
                return {
                    n: min(
                        self.ratio[n], cut(ceil_div(self.ratio_start[n] * (ONE - k * step), ONE))
                    )
                    for n in island
                }
            k += 1
        return None

    def black_out(self, n: str) -> None:
        """A node goes black."""
        before = self.y[n]
        self.set_live(n, False)
        self.fallen_node(n, before)

    def open_dead_links(self, carrier: str) -> None:
        """A link is closed only while it works between two live nodes."""
        for x, link in self.net.carriers[carrier].links.items():
            if self.closed[x] and not (
                self.own[x] > 0 and self.live[link.from_node] and self.live[link.to_node]
            ):
                self.closed[x] = False
                self.touch(link.from_node)
                self.touch(link.to_node)

    def fallen_node(self, n: str, before: int) -> None:
        """Attribute the fall of a node's share to what fell in its island."""
        if self.y[n] >= before or n in self.episode:
            return
        carrier = self.carrier_of[n]
        home = self.island_start.get(n, -1)
        parts = []
        for m in [] if home < 0 else self.net.carriers[carrier].nodes:
            if self.island_start.get(m) == home:
                parts.append((m, self.own[m], self.own_start[m], self.base_own[m]))
                parts += [(s, self.y[s], self.y_start[s], self.base[s]) for s in self.sources[m]]
        for x, link in [] if home < 0 else self.net.carriers[carrier].links.items():
            if self.closed_start[x] and self.island_start.get(link.from_node) == home:
                parts.append((x, self.own[x], self.own_start[x], self.base_own[x]))
        for below in ([p for p in parts if p[1] < p[2]], [p for p in parts if p[1] < p[3]]):
            pairs = [
                (self.episode[p][0] + 1, self.episode[p][1], p, self.episode[p][2])
                for p, *_ in below
                if p in self.episode and p != n
            ]
            if pairs:
                break
        nodes = self.net.carriers[carrier].nodes
        profiles = {
            node.profile for m, node in nodes.items() if self.island_start.get(m, -2) == home
        }
        self.begin(n, self.least(pairs, profiles))

    # --------------------------------------------------------------------- the instant itself

    def settle(self, phase: str) -> None:
        """Levels and carriers to rest, generation by generation, in one direction."""
        if phase != "rise":
            self.carriers_due.update(self.carrier_of[n] for n in self.touched)
        while True:
            changed = True
            while changed:
                changed = False
                new = {}
                for i in self.assets:
                    target = self.own_target(i, phase)
                    if (phase == "fall" and target < self.own[i]) or (
                        phase != "fall" and target > self.own[i] and self.may_rise(i)
                    ):
                        new[i] = target
                begun = {}
                if phase == "fall":
                    for i in new:
                        if self.own[i] >= self.base_own[i] and i not in self.episode:
                            begun[i] = self.blame(i)
                for i, level in new.items():
                    self.set_own(i, level)
                    changed = True
                for i, pair in begun.items():
                    self.begin(i, pair)
            due = sorted(self.carriers_due)
            self.carriers_due.clear()
            if not due:
                return
            for c in due:
                if phase == "fall":
                    self.carrier_fall(c)
                else:
                    self.carrier_rise(c, phase == "relief")

    def may_rise(self, i: str) -> bool:
        """A level at 0 when the instant began rises only after its restart delay."""
        return self.own_start[i] > 0 or i in self.ready or self.restart_delay(i) == 0

    def blame(self, i: str) -> tuple[int, int, str]:
        """(order, cause, origin) of an asset leaving its full level in this generation."""
        if i in self.self_cause:
            return self.self_cause[i]
        unmet = [k for k in self.needs_of[i] if self.felt(k, "fall") < ONE]
        return self.attribute(unmet)

    def strike(self, i: str, health: int, pair: tuple[int, int, str]) -> None:
        """Lower an asset's health and remember who did it."""
        self.health[i] = min(self.health[i], health)
        self.self_cause[i] = min(self.self_cause.get(i, pair), pair)

    def instant(self, keys: list[tuple[Any, ...]]) -> None:
        """All that happens at one time: Rise, Fall, Relief, Commit."""
        self.open_instant(keys)
        # Rise
        for key in keys:
            if key[0] == "profile":
                self.put(key, self.profile_step(key[1]))
                self.stepped.append(key[1])
                for n in self.nodes:
                    if self.net.carriers[self.carrier_of[n]].nodes[n].profile == key[1]:
                        self.touch(n)
            elif key[0] == "repair":
                self.health[key[1]] = ONE
                self.finished.append(key[1])
            elif key[0] == "trip":
                self.clocks.pop(key)
            elif key[0] == "restart":
                self.ready.add(key[1])
                self.clocks.pop(key)
            elif key[0] in ("hop", "black_start"):
                self.carriers_due.add(self.carrier_of[key[1]])
            elif key[0] == "aid":
                self.crews[key[1]] += self.net.pools[key[1]].mutual_aid.crews
        for i in self.finished:
            self.close_job(i)
        by_hand = {key[1] for key in keys if key[0] == "manual"}
        if by_hand:
            self.force_deadlock(by_hand)
        self.settle("rise")
        # Fall
        for key in keys:
            if key[0] == "hit":
                self.hit(key[1])
            elif key[0] in ("life", "planned"):
                self.own_failure(key[0], key[1])
            elif key[0] == "buffer":
                k = key[1]
                if self.supply(k[0], self.needs[k], self.needs[k].profile) < ONE:
                    self.holds[k] = False
        self.settle("fall")
        self.settle("relief")
        self.commit()

    def open_instant(self, keys: list[tuple[Any, ...]]) -> None:
        """Remember the state at the start of the instant."""
        self.y_start, self.own_start = dict(self.y), dict(self.own)
        self.ratio_start, self.closed_start = dict(self.ratio), dict(self.closed)
        self.island_start: dict[str, int] = {}
        k = 0
        for c in sorted(self.net.carriers):
            for island in self.islands(c):
                k += 1
                self.island_start.update(dict.fromkeys(island, k))
        self.touched: set[str] = set()
        self.carriers_due: set[str] = set()
        self.picked_up: set[str] = set()
        self.shed_now: set[str] = set()
        self.decided: dict[tuple[str, str], bool] = {}
        self.fresh_content: dict[tuple[str, str], int] = {}
        self.self_cause: dict[str, tuple[int, int, str]] = {}
        self.ready: set[str] = set()
        self.stepped: list[str] = []
        self.finished: list[str] = []
        self.new_jobs: list[str] = []
        self.due = {key for key in keys if key[0] in ("hop", "black_start")}

    def force_deadlock(self, due: set[str]) -> None:
        """Restart by hand what only waits for itself: the due ones and what hangs on them."""
        levels = self.deadlock()
        marked = due & set(levels)
        again = True
        while again:
            again = False
            for i in levels:
                for j in self.touching(i) & set(levels):
                    if (i in marked) != (j in marked):
                        marked |= {i, j}
                        again = True
        for i in sorted(marked):
            if i in self.live:
                self.set_live(i, True)
            self.ready.add(i)
            self.set_own(i, levels[i])

    def touching(self, i: str) -> set[str]:
        """Whom an asset hangs together with: suppliers, a node's sources and neighbours."""
        found = {s.split("@")[-1] for k in self.needs_of[i] for s in self.needs[k].suppliers}
        if i in self.live:
            found |= set(self.sources[i]) | {n for n, _ in self.neighbours(i)}
        return found

    def neighbours(self, n: str) -> list[tuple[str, str]]:
        """(node, link) around a node."""
        links = self.net.carriers[self.carrier_of[n]].links
        return [
            (b if a == n else a, x)
            for x, (a, b) in ((x, (k.from_node, k.to_node)) for x, k in links.items())
            if n in (a, b)
        ]

    def is_pending(self, i: str) -> bool:
        """Whether a repair, trip, restart or energising will bring an asset up by itself."""
        if i in self.jobs and (not self.jobs[i]["running"] or ("repair", i) in self.timers):
            return True
        if ("restart", i) in self.timers or ("trip", i) in self.timers:
            return True
        if i not in self.live:
            return False
        waiting = set(self.timers) | self.due
        if ("black_start", i) in waiting:
            return True
        return not self.live[i] and any(("hop", x) in waiting for _, x in self.neighbours(i))

    def thought(self, stuck: dict[str, int], i: str) -> int:
        """Own level of an asset if others had the levels of `stuck`."""
        saved = self.y, self.live
        self.y, self.live = dict(self.y), dict(self.live)
        for j, level in stuck.items():
            self.y[j] = level
            if j in self.live:
                self.live[j] = level > 0
        asset = self.net.assets[i]
        lost = []
        for k in self.needs_of[i]:
            u = self.supply(i, self.needs[k], self.needs[k].profile)
            held = self.needs[k].buffer is not None and (self.committed[k] == ONE or self.holds[k])
            if u < ONE and self.counts(k) and not held:
                lost.append(grid(self.needs[k].criticality) * (ONE - u))
        self.y, self.live = saved
        if asset.combine == "sum":
            return cut(ceil_div(max(0, self.health[i] * ONE - sum(lost)), ONE))
        return cut(ceil_div(self.health[i] * (ONE * ONE - max(lost, default=0)), ONE * ONE))

    def deadlock(self) -> dict[str, int]:
        """Healthy assets at 0 blocked only by each other: the level of each if all of them ran."""
        trial = {
            i: self.health[i]
            for i in self.assets
            if ("trip", i) not in self.clocks
            and self.health[i] > 0
            and (self.own[i] == 0 or (i in self.live and not self.live[i]))
        }
        while True:
            lower = {i: min(x, self.thought(trial, i)) for i, x in trial.items() if x > 0}
            lower |= {i: x for i, x in trial.items() if x == 0}
            if lower == trial:
                break
            trial = lower
        promised = {i: ONE for i in self.assets if self.is_pending(i)} if trial else {}
        again = True
        while again:
            again = False
            for i in [i for i, x in trial.items() if x > 0 and promised.get(i, 0) < ONE]:
                level = self.thought(promised, i)
                if i in self.live and not self.live[i] and not self.would_be_live(i, promised):
                    level = 0
                if level > promised.get(i, 0):
                    promised[i] = level
                    again = True
        return {
            i: x
            for i, x in trial.items()
            if x > 0 and i not in promised and (self.own[i] > 0 or self.own_target(i, "rise") == 0)
        }

    def would_be_live(self, n: str, promised: dict[str, int]) -> bool:
        """Whether a black node would be energised if all promises were kept."""
        for other, x in self.neighbours(n):
            works = self.own[x] > 0 or promised.get(x, 0) > 0
            if works and (self.live[other] or promised.get(other, 0) > 0):
                return True
        return any(
            self.self_starting(s) and (self.y[s] > 0 or promised.get(s, 0) > 0)
            for s in self.sources[n]
        )

    # ------------------------------------------------------------------- threats and failures

    def hit(self, m: int) -> None:
        """A mechanism of the threat strikes."""
        mech = self.threat.mechanisms[m]
        targets = sorted(mech.targets.select(self.net))
        path = f"threats.{self.threat_name}.mechanisms.{m}"
        cause = self.occurrence
        hit: set[str] = set()
        if type(mech).__name__ == "CommonMode":
            if self.uniform(draws.HIT, cause, path) < self.value(mech.probability):
                p = self.value(mech.each)
                hit = {i for i in targets if self.uniform(draws.HIT, cause, f"{path}/{i}") < p}
        elif mech.subsets:
            for mask in range(1, 1 << len(targets)):
                subset = [i for j, i in enumerate(targets) if mask >> j & 1]
                if len(subset) in mech.subsets:
                    p = self.value(mech.subsets[len(subset)])
                    if self.uniform(draws.HIT, cause, f"{path}/{'+'.join(subset)}/together") < p:
                        hit.update(subset)
        elif mech.intensity is not None:
            x = self.draw(
                mech.intensity, draws.INTENSITY, cause, path, self.intensity_uniform(path)
            )
            if x > 0:
                median, beta = self.value(mech.fragility.median), self.value(mech.fragility.beta)
                score = (math.log(x) - math.log(median)) / beta
                for i in targets:
                    if normal_quantile(self.uniform(draws.HIT, cause, f"{path}/{i}")) < score:
                        hit.add(i)
        else:
            p, beta = self.value(mech.probability), 0.0
            if mech.beta_factor is not None:
                beta = self.value(mech.beta_factor)
                if self.uniform(draws.HIT, cause, path) < p * beta:
                    hit = set(targets)
            for i in targets:
                if self.uniform(draws.HIT, cause, f"{path}/{i}") < p * (1.0 - beta):
                    hit.add(i)
        shared = type(mech).__name__ == "CommonMode" and mech.shared_repair
        for i in sorted(hit):
            self.struck.add(i)
            self.strike(i, grid(mech.health), (0, cause, i))
            self.trip_others(i, cause)
            if mech.repair is not None:
                item = path if shared else f"{path}/{i}"
                self.add_work(i, self.duration(mech.repair, draws.REPAIR, cause, item))
            elif self.net.assets[i].repair is not None:
                self.add_work(
                    i, self.duration(self.net.assets[i].repair.time, draws.REPAIR, cause, i)
                )

    def value(self, q: Any) -> float:
        """A number that is fixed or uncertain, never chance."""
        return self.draw(q, draws.EPISTEMIC, 0, "")

    def own_failure(self, kind: str, i: str) -> None:
        """A life or a planned interval ends."""
        name = i if kind == "life" else f"{i}/planned"
        cause = int(draws.child_cause(unsigned(item_id(name)), unsigned(self.count[kind, i])))
        self.struck.add(i)
        self.strike(i, 0, (0, cause, i))
        asset = self.net.assets[i]
        if kind == "planned":
            self.add_work(
                i, self.duration(asset.planned.duration, draws.REPAIR, cause, name), own_crew=True
            )
            self.planned_over.add(i)
            return
        self.trip_others(i, cause)
        if asset.repair is not None:
            self.add_work(i, self.duration(asset.repair.time, draws.REPAIR, cause, i))
        else:
            self.clocks.pop(("life", i), None)

    def trip_others(self, i: str, cause: int) -> None:
        """A failure trips its protection zone."""
        for j, time in sorted(self.net.assets[i].trips.items()):
            work = ONE * self.duration(time, draws.SWITCHING, cause, f"{i}/trips/{j}")
            left = self.left(("trip", j)) if ("trip", j) in self.clocks else 0
            self.clocks["trip", j] = [max(left, work), -1, self.t]
            pair = (1, cause, i)
            self.self_cause[j] = min(self.self_cause.get(j, pair), pair)

    # ---------------------------------------------------------------------- jobs and clocks

    def add_work(self, i: str, ms: int, own_crew: bool = False) -> None:
        """Work on an asset: a new job, or more of the one it has."""
        if i not in self.jobs:
            repair = self.net.assets[i].repair
            own = own_crew or repair is None or repair.pool is None
            self.jobs[i] = {
                "pool": None if own else repair.pool,
                "priority": 0 if own else repair.priority,
                "released": self.t,
                "work": 0,
                "running": False,
                "cause": self.self_cause[i][1],
            }
            self.new_jobs.append(i)
        if self.jobs[i]["running"]:
            key = ("repair", i)
            self.clocks[key] = [min(MOST_WORK, self.left(key) + ONE * ms), -1, self.t]
        else:
            self.jobs[i]["work"] = min(MOST_WORK, self.jobs[i]["work"] + ONE * ms)

    def close_job(self, i: str) -> None:
        """A repair is done: its crew is free, the asset's life begins anew."""
        job = self.jobs.pop(i)
        self.clocks.pop(("repair", i))
        if job["pool"] is not None:
            self.busy[job["pool"]] -= 1
        for kind in ("life", "planned"):
            if kind == "planned" and i not in self.planned_over:
                continue
            if (kind, i) in self.clocks:
                self.count[kind, i] += 1
                self.start_life(kind, i)
        self.planned_over.discard(i)

    def start_life(self, kind: str, i: str) -> None:
        """Draw the work until the next own failure."""
        asset = self.net.assets[i]
        q = asset.life if kind == "life" else asset.planned.interval
        stream = draws.LIFE if kind == "life" else draws.PLANNED
        name = i if kind == "life" else f"{i}/planned"
        cause = int(draws.child_cause(unsigned(item_id(name)), unsigned(self.count[kind, i])))
        self.clocks[kind, i] = [ONE * self.duration(q, stream, cause, name), -1, self.t]

    def left(self, key: tuple[Any, ...]) -> int:
        """Work left on a clock now."""
        work, rate, since = self.clocks[key]
        return work if rate < 0 else max(0, work - rate * (self.t - since))

    def factors_of(self, key: tuple[Any, ...]) -> list[Any]:
        """The declared factors of a clock."""
        kind, i = key
        clocks = self.net.assets[i].clocks
        own = {
            "life": clocks.life,
            "planned": (),
            "repair": clocks.repair,
            "restart": clocks.restart,
            "trip": clocks.switching,
        }[kind]
        factors = list(own)
        if kind == "repair" and self.jobs[i]["pool"] is not None:
            factors += self.net.pools[self.jobs[i]["pool"]].clock
        return factors

    def rate(self, key: tuple[Any, ...]) -> int:
        """Rate of a clock from the levels and profiles now."""
        if key[0] in ("life", "planned") and key[1] in self.jobs:
            return 0
        rate = ONE
        for f in self.factors_of(key):
            if f.profile is not None:
                x = self.factor(f.profile)
            else:
                at_zero = grid(f.at_zero)
                x = ONE - (((ONE - at_zero) * (ONE - self.y[f.of])) >> 20)
            rate = ceil_div(rate * x, ONE)
        return rate

    def set_clocks(self) -> None:
        """Clocks whose rate changed get a new end."""
        for key in sorted(self.clocks):
            rate = self.rate(key)
            if rate != self.clocks[key][1]:
                left = self.left(key)
                self.clocks[key] = [left, rate, self.t]
                if rate > 0:
                    self.put(key, self.t + ceil_div(left, rate))
                else:
                    self.timers.pop(key, None)

    def assign_crews(self) -> None:
        """Free crews take the next jobs: priority, release, name."""
        for i in self.new_jobs:
            if i in self.jobs and self.jobs[i]["pool"] is None:
                self.start_job(i)
        for pool in sorted(self.net.pools):
            queue = sorted(
                (job["priority"], job["released"], i)
                for i, job in self.jobs.items()
                if job["pool"] == pool and not job["running"]
            )
            for _, _, i in queue:
                if self.busy[pool] >= self.crews[pool]:
                    break
                self.busy[pool] += 1
                self.start_job(i)

    def start_job(self, i: str) -> None:
        """A crew sets out: access, then the work."""
        job = self.jobs[i]
        job["running"] = True
        repair = self.net.assets[i].repair
        access = None
        if job["pool"] is not None:
            access = repair.access or self.net.pools[job["pool"]].travel
        ms = 0
        if access is not None:
            ms = self.duration(access, draws.ACCESS, job["cause"], i, least=0)
        self.clocks["repair", i] = [min(MOST_WORK, job["work"] + ONE * ms), -1, self.t]

    # -------------------------------------------------------------------------------- commit

    def content_now(self, key: tuple[str, str]) -> int:
        """Content of a buffer now, in ms x 2**-20 of full deficit."""
        b = self.buffers[key]
        if b["rate"] < 0:
            return max(0, b["content"] + b["rate"] * (self.t - b["since"]))
        return min(b["capacity"], b["content"] + b["rate"] * (self.t - b["since"]))

    def commit(self) -> None:
        """Buffers, delays, jobs, clocks and accounting, once."""
        for i in list(self.episode):
            if self.y.get(i, ONE) >= self.base[i] and self.own[i] >= self.base_own[i]:
                del self.episode[i]
            elif self.episode[i][0] > 0:
                self.followed.add(i)
        self.commit_carriers()
        self.own_start = dict(self.own)
        for key in self.needs:
            self.commit_need(key)
        for i in self.assets:
            key = ("restart", i)
            if self.own[i] == 0 and self.own_target(i, "commit") > 0:
                if key not in self.clocks:
                    self.clocks[key] = [ONE * self.restart_delay(i), -1, self.t]
            else:
                self.clocks.pop(key, None)
                self.timers.pop(key, None)
            self.wake(i)
        for a in self.areas:
            self.y[a] = cut(self.supply(a, self.net.areas[a], None))
        self.assign_crews()
        self.set_clocks()
        self.account()
        self.watch_deadlock()

    def wake(self, i: str) -> None:
        """An asset that is up no longer counts its start_only needs: it rises a moment later."""
        key = ("wake", i)
        starts = any(self.needs[k].start_only for k in self.needs_of[i])
        if self.own[i] > 0 and starts and self.own_target(i, "commit") > self.own[i]:
            if key not in self.timers:
                self.put(key, self.t + 1)
        elif self.own[i] > 0:
            self.timers.pop(key, None)

    def commit_need(self, key: tuple[str, str]) -> None:
        """Drain, refill or release one need's buffer."""
        need = self.needs[key]
        u = self.supply(key[0], need, need.profile)
        if need.start_only and self.own[key[0]] > 0:
            u = ONE
        if need.buffer is None:
            self.committed[key] = u
            return
        b = self.buffers[key]
        b["content"] = self.content_now(key)
        b["since"] = self.t
        if u == ONE:
            if self.committed[key] < ONE and need.buffer.per == "run":
                refill = self.delay(
                    need.buffer.refill, draws.CAPACITY, 0, f"{key[0]}.{key[1]}.refill"
                )
                if refill == 0:
                    b["content"] = b["capacity"]
                    b["refill"] = 0
                else:
                    b["refill"] = ceil_div(b["capacity"], refill)
            b["rate"] = b["refill"] if b["content"] < b["capacity"] else 0
            self.timers.pop(("buffer", key), None)
        else:
            if self.committed[key] == ONE:
                if key not in self.decided:
                    self.decided[key] = self.meets_demand(key)
                self.holds[key] = self.decided[key]
                if key in self.fresh_content:
                    b["content"] = b["capacity"] = self.fresh_content[key]
            if self.holds[key]:
                b["rate"] = -ceil_div((ONE - u) * self.factor(need.buffer.drain), ONE)
                if b["rate"] < 0:
                    self.put(("buffer", key), self.t + ceil_div(b["content"], -b["rate"]))
                else:
                    self.timers.pop(("buffer", key), None)
            else:
                b["rate"] = 0
        self.committed[key] = u

    def commit_carriers(self) -> None:
        """End of restoring; timers of hops and black starts."""
        for name in sorted(self.net.carriers):
            c = self.net.carriers[name]
            for island in self.islands(name):
                if all(self.ratio[n] == ONE for n in island):
                    for n in island:
                        self.restoring[n] = False
            for n in c.nodes:
                delay = c.black_start_delay or c.hop
                self.set_delay(("black_start", n), self.can_black_start(n), delay, n)
            for x, link in c.links.items():
                a, b = link.from_node, link.to_node
                ready = (
                    self.own[x] > 0
                    and self.live[a] != self.live[b]
                    and self.own[a] > 0
                    and self.own[b] > 0
                )
                dark = b if self.live[a] else a
                self.set_delay(("hop", x), ready, c.hop, dark)

    def set_delay(self, key: tuple[Any, ...], wanted: bool, q: Any, dark: str) -> None:
        """Start, keep or cancel the delay of an energising."""
        if not wanted:
            self.timers.pop(key, None)
        elif key not in self.timers:
            stream = draws.HOP if key[0] == "hop" else draws.BLACK_START
            cause = self.episode[dark][1] if dark in self.episode else 0
            self.put(key, self.t + max(MINUTE, self.delay(q, stream, cause, key[1])))

    def watch_deadlock(self) -> None:
        """Ask for a restart by hand of what is in a deadlock."""
        if self.study.manual_restart is None:
            return
        stuck = self.deadlock()
        for i in self.assets:
            if i not in stuck:
                self.timers.pop(("manual", i), None)
            elif ("manual", i) not in self.timers:
                self.put(("manual", i), self.t + math.ceil(self.study.manual_restart))

    # ---------------------------------------------------------------------------- accounting

    def overlap(self, since: int, until: int) -> int:
        """Part of [since, until] inside the observation window."""
        low, high = self.window
        return max(0, min(until, high) - max(since, low))

    def account(self) -> None:
        """Close what each area lost since its last change, and open the new state."""
        for a in self.areas:
            area = self.net.areas[a]
            y = min(self.y[a], self.base[a])
            deficit = ceil_div((self.base[a] - y) * self.factor(area.profile), ONE)
            split = self.split(a, deficit)
            if (deficit, split) != self.account_state[a][:2]:
                self.close_account(a)
                self.account_state[a] = (deficit, split, self.t)
            self.spells(a, self.base[a] - y)
        for s in self.services:
            people = sum(
                self.net.areas[a].population * self.account_state[a][0]
                for a in self.areas
                if self.net.areas[a].service == s
            )
            self.note(s, people)
        for service, region in self.groups:
            people = sum(
                self.net.areas[a].population * self.account_state[a][0]
                for a in self.areas
                if (self.net.areas[a].service, self.net.areas[a].region) == (service, region)
            )
            self.note((service, region), people)
        for region in self.net.regions:
            self.note(("", region), self.basic_out(region))
        self.note("", sum(self.basic_out(region) for region in self.net.regions))

    def basic_out(self, region: str) -> int:
        """People of a region without at least one basic service, in 2**-20 persons."""
        people, shares = 0, []
        for s in self.basic_services:
            mine = [
                a
                for a in self.areas
                if self.net.areas[a].service == s and self.net.areas[a].region == region
            ]
            total = sum(self.net.areas[a].population for a in mine)
            out = sum(self.net.areas[a].population * self.account_state[a][0] for a in mine)
            people = max(people, total)
            if total:
                shares.append(min(ONE, ceil_div(out, total)))
        if self.study.counting.basic_services == "independent":
            served = 1.0
            for x in shares:
                served = served * ((ONE - x) / ONE)
            return people * math.ceil((1.0 - served) * ONE)
        return people * max(shares, default=0)

    def note(self, what: Any, people: int) -> None:
        """A step of the people-out curve."""
        track = self.track[what]
        if track[-1][1] != people:
            if track[-1][0] == self.t:
                track[-1] = (self.t, people)
            else:
                track.append((self.t, people))

    def split(self, a: str, deficit: int) -> tuple[tuple[int, str, int], ...]:
        """Deficit over the unmet suppliers: (order, origin, part)."""
        area = self.net.areas[a]
        if deficit == 0:
            return ()
        shares = []
        for s in sorted(area.suppliers, key=lambda s: s.split("@")[-1]):
            name = s.split("@")[-1]
            short = self.base[name] - self.y[name]
            if short > 0 and name in self.episode:
                order, _, origin = self.episode[name]
                shares.append(
                    (min(order, ORDERS - 1), origin, max(1, grid(area.suppliers[s])) * short)
                )
        if not shares:
            return ((0, "", deficit),)
        total = sum(x for _, _, x in shares)
        parts, done, given = [], 0, 0
        for order, origin, x in shares:
            done += x
            upto = int(deficit * (done / total))
            parts.append((order, origin, upto - given))
            given = upto
        return tuple(parts)

    def close_account(self, a: str) -> None:
        """Add the lost time of the closing state to the area's integrals."""
        deficit, split, since = self.account_state[a]
        dt = self.overlap(since, self.t)
        if dt > 0 and deficit > 0:
            self.lost[a] += deficit * dt
            for order, origin, part in split:
                self.lost_order[a, order] += part * dt
                sector = self.sector_of(origin)
                self.lost_origin[a, sector] += part * dt

    def sector_of(self, origin: str) -> str:
        """Sector of an asset; none for one without a service, and for a profile."""
        if origin in self.net.assets:
            service = self.net.assets[origin].service
            if service is not None:
                return self.net.services[service].sector
        return "none"

    def spells(self, a: str, deficit: int) -> None:
        """Nested spells: a fall pushes a share, a rise pops and closes it."""
        stack = self.stack[a]
        depth = stack[-1][0] if stack else 0
        if deficit > depth:
            stack.append((deficit, self.t))
            if self.window[0] <= self.t < self.window[1]:
                self.interrupted[a] += deficit - depth
                self.interruptions[a] += depth == 0
        while stack and stack[-1][0] > deficit:
            top, since = stack.pop()
            below = max(stack[-1][0] if stack else 0, deficit)
            self.close_spell(a, top - below, since)
            if below > (stack[-1][0] if stack else 0):
                stack.append((below, since))
                break

    def close_spell(self, a: str, share: int, since: int) -> None:
        """People whose outage ends now, by how long it lasted."""
        lasted = self.overlap(since, self.t)
        for k, edge in enumerate(self.study.counting.duration_edges):
            if lasted >= edge:
                self.by_duration[self.net.areas[a].service, k] += (
                    self.net.areas[a].population * share
                )

    # ------------------------------------------------------------------------------- one run

    def start(self, r: int) -> None:
        """Fresh state before t = 0: everything energised and full."""
        self.r, self.t = r, 0
        self.heap: list[tuple[int, tuple[Any, ...]]] = []
        self.timers: dict[tuple[Any, ...], int] = {}
        self.clocks: dict[tuple[Any, ...], list[int]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.planned_over: set[str] = set()
        self.episode: dict[str, tuple[int, int, str]] = {}
        self.struck: set[str] = set()
        self.followed: set[str] = set()
        self.count = dict.fromkeys(((k, i) for k in ("life", "planned") for i in self.assets), 0)
        self.health = dict.fromkeys(self.assets, ONE)
        self.own = dict.fromkeys(self.assets, ONE)
        self.y = dict.fromkeys((*self.assets, *self.areas), ONE)
        self.live = dict.fromkeys(self.nodes, True)
        self.ratio = dict.fromkeys(self.nodes, ONE)
        self.restoring = dict.fromkeys(self.nodes, False)
        self.closed = dict.fromkeys(self.links, True)
        self.busy = dict.fromkeys(self.net.pools, 0)
        self.crews = {p: pool.crews for p, pool in self.net.pools.items()}
        self.committed = dict.fromkeys(self.needs, ONE)
        self.holds = dict.fromkeys(self.needs, True)
        self.base = dict.fromkeys((*self.assets, *self.areas), ONE)
        self.base_own = dict.fromkeys(self.assets, ONE)
        self.profile_value: dict[str, int] = {}
        self.profile_index: dict[str, int] = {}
        self.offset = self.start_of_run()
        self.buffers = {}
        for key, need in self.needs.items():
            if need.buffer is not None:
                full = 0
                if need.buffer.per == "run":
                    item = f"{key[0]}.needs.{key[1]}"
                    full = ONE * self.delay(need.buffer.time, draws.CAPACITY, 0, item)
                self.buffers[key] = {
                    "content": full,
                    "capacity": full,
                    "rate": 0,
                    "since": 0,
                    "refill": 0,
                }
        self.window = tuple(int(x) for x in self.study.window)
        self.services = sorted({area.service for area in self.net.areas.values()})
        self.basic_services = [s for s in self.services if self.net.services[s].basic]
        self.account_state = dict.fromkeys(self.areas, (0, (), 0))
        self.groups = sorted({(a.service, a.region) for a in self.net.areas.values()})
        keys = (*self.services, "", *self.groups, *(("", region) for region in self.net.regions))
        self.track: dict[Any, list[tuple[int, int]]] = {k: [(0, 0)] for k in keys}
        self.lost = dict.fromkeys(self.areas, 0)
        self.lost_order: dict[tuple[str, int], int] = defaultdict(int)
        self.lost_origin: dict[tuple[str, str], int] = defaultdict(int)
        self.stack: dict[str, list[tuple[int, int]]] = {a: [] for a in self.areas}
        self.interrupted = dict.fromkeys(self.areas, 0)
        self.interruptions = dict.fromkeys(self.areas, 0)
        self.by_duration: dict[tuple[str, int], int] = defaultdict(int)

    def start_of_run(self) -> int:
        """Milliseconds into the year at t = 0."""
        if not self.profiles:
            return 0
        asked = self.study.start or {}
        days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        month_of = [m + 1 for m, length in enumerate(days) for _ in range(24 * length)]
        hours = [
            h
            for h in range(8760)
            if asked.get("hour_of_week", h % 168) == h % 168
            and asked.get("month", month_of[h]) == month_of[h]
        ]
        return hours[int(self.uniform(draws.CALENDAR, 0, "calendar") * len(hours))] * 3_600_000

    def baseline(self) -> None:
        """Let the network fall to rest before anything happens."""
        self.open_instant([])
        for p in self.profiles:
            self.put(("profile", p), self.profile_step(p))
        for n in self.nodes:
            self.touch(n)
        self.settle("fall")
        self.settle("relief")
        for a in self.areas:
            self.y[a] = cut(self.supply(a, self.net.areas[a], None))
        self.base, self.base_own = dict(self.y), dict(self.own)
        self.episode.clear()
        self.commit()

    def run(self, r: int) -> dict[Any, float]:
        """Follow one run to the horizon."""
        self.start(r)
        self.baseline()
        for p, pool in self.net.pools.items():
            if pool.mutual_aid is not None:
                self.put(
                    ("aid", p), self.duration(pool.mutual_aid.arrival, draws.AID, 0, p, least=0)
                )
        for m, mech in enumerate(self.threat.mechanisms):
            path = f"threats.{self.threat_name}.mechanisms.{m}"
            after = self.duration(mech.after, draws.HIT, self.occurrence, f"{path}.after", least=0)
            self.put(("hit", m), after)
        if self.study.own_failures:
            for i in self.assets:
                if self.net.assets[i].life is not None:
                    self.start_life("life", i)
                if self.net.assets[i].planned is not None:
                    self.start_life("planned", i)
            self.set_clocks()
        horizon = int(self.study.horizon)
        while self.heap and self.heap[0][0] < horizon:
            self.t = self.heap[0][0]
            keys = []
            while self.heap and self.heap[0][0] == self.t:
                _, key = heapq.heappop(self.heap)
                if self.timers.get(key) == self.t:
                    del self.timers[key]
                    keys.append(key)
            if keys:
                self.instant(keys)
        self.t = horizon
        return self.results()

    def results(self) -> dict[Any, float]:
        """The row of numbers of the run, by (variable, labels...)."""
        open_at_end = any(self.account_state[a][0] > 0 for a in self.areas)
        deadlocked = len(self.deadlock())
        for a in self.areas:
            self.close_account(a)
            self.spells(a, 0)
        out: dict[Any, float] = defaultdict(float)
        for a in self.areas:
            self.area_results(a, out)
        for s in (*self.services, ""):
            self.curve_results(s, out)
        for k in self.by_duration:
            edge = self.study.counting.duration_edges[k[1]] / HOUR
            out["people_by_duration", k[0], edge] = self.by_duration[k] / ONE
        for key in self.groups:
            out["region_people_peak", *key] = self.segments(key)[1] / ONE
        for region in sorted(self.net.regions):
            lost = self.basic_lost(region)
            out["region_basic_person_hours", region] = lost
            out["basic_person_hours",] += lost
        out["struck",] = len(self.struck)
        out["followed",] = len(self.followed - self.struck)
        out["censored",] = open_at_end
        out["deadlocked",] = deadlocked
        return out

    def area_results(self, a: str, out: dict[Any, float]) -> None:
        """What one area adds to the row."""
        area = self.net.areas[a]
        people, s = float(area.population), area.service
        hours = people * float(self.lost[a]) * PERSON_HOUR
        out["person_hours", s] += hours
        out["region_person_hours", s, area.region] += hours
        out["interruptions", s] += float(self.interruptions[a])
        out["customers_interrupted", s] += people * float(self.interrupted[a]) / ONE
        weights = {"customer_hours": area.customers, "energy_unserved": area.demand,
                   "value_unserved": area.value}  # fmt: skip
        for name, weight in weights.items():
            if weight is not None:
                out[name, s] += self.value(weight) * (float(self.lost[a]) * PERSON_HOUR)
        for o in range(ORDERS):
            out["by_order", s, o] += people * float(self.lost_order[a, o]) * PERSON_HOUR
        for sector in sorted({x.sector for x in self.net.services.values()} | {"none"}):
            lost = float(self.lost_origin[a, sector])
            out["by_origin", s, sector] += people * lost * PERSON_HOUR

    def segments(self, key: Any) -> tuple[list[tuple[int, int, int]], int]:
        """Steps (begin, end, people) of a curve inside the window, and the peak."""
        track = self.track[key]
        ends = [t for t, _ in track[1:]] + [self.t]
        low, high = self.window
        steps = [
            (max(low, t), min(high, end), people)
            for (t, people), end in zip(track, ends, strict=True)
        ]
        steps = [step for step in steps if step[0] < step[1] and step[2] > 0]
        return steps, max((people for _, _, people in steps), default=0)

    def curve_results(self, s: str, out: dict[Any, float]) -> None:
        """Peak, times to 50, 90 and 100 %, first outage and hours below full service."""
        steps, peak = self.segments(s)
        prefix, labels = ("", (s,)) if s else ("basic_", ())
        out[f"{prefix}people_peak", *labels] = peak / ONE
        for q in (50, 90, 100):
            until = [end for _, end, people in steps if people * 100 > (100 - q) * peak]
            last = max(until, default=0)
            never = last >= self.window[1]
            out[f"{prefix}hours_to_{q}", *labels] = (self.t if never else last) / HOUR
        if s:
            for instant in self.study.counting.instants:
                before = [people for t, people in self.track[s] if t <= int(instant)]
                out["people_out_at", s, instant / HOUR] = (before or [0])[-1] / ONE
            first = min((begin for begin, _, _ in steps), default=self.t)
            out["first_outage", s] = first / HOUR
            out["hours_below_full", s] = sum(end - begin for begin, end, _ in steps) / HOUR

    def basic_lost(self, region: str) -> float:
        """Person-hours without at least one basic service in a region."""
        people = max(
            [
                sum(
                    a.population
                    for a in self.net.areas.values()
                    if (a.service, a.region) == (s, region)
                )
                for s in self.basic_services
            ],
            default=0,
        )
        steps, _ = self.segments(("", region))
        share = sum((end - begin) * (out // people) for begin, end, out in steps)
        return float(people) * float(share) * PERSON_HOUR


def unsigned(x: int) -> Any:
    """An unsigned 64-bit integer as the kernels take it."""
    return word(int(x) & 0xFFFFFFFFFFFFFFFF)
