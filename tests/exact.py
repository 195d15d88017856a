"""Exact answers for small networks, by going through every state that the threat can leave.

What can be told: a threat whose mechanisms strike at t = 0 with health 0; repairs of fixed time by
own crews; needs by step (any-of, k-of-n, all-of) without a loop, buffers or delays, so that at any
time what runs follows from which assets are whole. Where a carrier is connectivity alone (sources
far above demand, no repair), a node runs if working links lead to a source that runs.

The law of the struck set is the product over mechanisms of their own laws; a network with n
targets has 2**n states, each followed through its few times of repair.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simengine.scenario.quantity import Fixed
from simengine.scenario.study import Study
from simengine.scenario.threat import CommonMode

HOUR = 3_600_000.0
Key = tuple[Any, ...]
HitLaw = dict[frozenset[str], float]


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of one number of a run."""

    mean: float
    sd: float


def independent(targets: tuple[str, ...], p: float) -> HitLaw:
    """Each target is struck with probability p."""
    law: HitLaw = {}
    for pattern in itertools.product((False, True), repeat=len(targets)):
        struck = frozenset(itertools.compress(targets, pattern))
        law[struck] = p ** len(struck) * (1 - p) ** (len(targets) - len(struck))
    return law


def union(one: HitLaw, other: HitLaw) -> HitLaw:
    """Law of the union of two independent struck sets."""
    law: HitLaw = defaultdict(float)
    for (a, p), (b, q) in itertools.product(one.items(), other.items()):
        if p * q > 0:
            law[a | b] += p * q
    return dict(law)


def mixture(p: float, one: HitLaw, other: HitLaw) -> HitLaw:
    """One law with probability p, else the other."""
    law: HitLaw = defaultdict(float)
    for weight, part in ((p, one), (1 - p, other)):
        for struck, q in part.items():
            law[struck] += weight * q
    return dict(law)


def hit_law(mechanism: Any, targets: tuple[str, ...]) -> HitLaw:
    """Law of the set that one mechanism strikes."""
    nobody, everyone = {frozenset[str](): 1.0}, {frozenset(targets): 1.0}
    if isinstance(mechanism, CommonMode):
        each = independent(targets, mechanism.each.value)
        return mixture(mechanism.probability.value, each, nobody)
    if mechanism.subsets:
        law: HitLaw = nobody
        for size, p in mechanism.subsets.items():
            for subset in itertools.combinations(targets, size):
                law = union(law, mixture(p.value, {frozenset(subset): 1.0}, nobody))
        return law
    if mechanism.intensity is not None:  # fixed: each target stands it or not
        ratio = mechanism.intensity.value / mechanism.fragility.median.value
        score = math.log(ratio) / mechanism.fragility.beta.value
        return independent(targets, 0.5 * math.erfc(-score / math.sqrt(2)))
    p = mechanism.probability.value
    if mechanism.beta_factor is None:
        return independent(targets, p)
    share = mechanism.beta_factor.value
    return union(mixture(p * share, everyone, nobody), independent(targets, p * (1 - share)))


def states(study: Study) -> Iterator[tuple[float, dict[str, float]]]:
    """Probability, and the hours until each struck asset is whole again (inf: not repaired)."""
    (threat,) = study.threats.values()
    laws = []
    for mechanism in threat.mechanisms:
        targets = mechanism.targets.select(study.network)
        laws.append(list(hit_law(mechanism, targets).items()))
    for parts in itertools.product(*laws):
        work: dict[str, float] = defaultdict(float)
        for mechanism, (struck, _) in zip(threat.mechanisms, parts, strict=True):
            for name in struck:
                work[name] += repair_hours(study, mechanism, name)
        yield math.prod(p for _, p in parts), dict(work)


def repair_hours(study: Study, mechanism: Any, name: str) -> float:
    """Hours of work that a hit makes."""
    if mechanism.repair is not None:
        return float(mechanism.repair.value) / HOUR
    repair = study.network.assets[name].repair
    if repair is None:
        return math.inf
    assert repair.pool is None
    assert isinstance(repair.time, Fixed)
    return repair.time.value / HOUR


def running(study: Study, broken: set[str]) -> set[str]:
    """Return the assets that run when these are broken: all others, less what lacks a need."""
    net = study.network
    up = set(net.assets) - broken
    while True:
        fed = set().union(*(fed_nodes(carrier, up) for carrier in net.carriers.values()))
        nodes = set().union(*(carrier.nodes for carrier in net.carriers.values()))
        lacking = {
            name
            for name in up
            if (name in nodes and name not in fed)
            or any(not is_met(need, up) for need in net.assets[name].needs.values())
        }
        if not lacking:
            return up
        up -= lacking


def fed_nodes(carrier: Any, up: set[str]) -> set[str]:
    """Nodes that working nodes and links connect to a source that runs."""
    reached = {n for n, node in carrier.nodes.items() if n in up and up.intersection(node.sources)}
    while True:
        more = {
            end
            for name, link in carrier.links.items()
            if name in up
            for end in (link.from_node, link.to_node)
            if end in up and reached.intersection((link.from_node, link.to_node))
        } - reached
        if not more:
            return reached
        reached |= more


def is_met(need: Any, up: set[str]) -> bool:
    """Whether suppliers that run reach the threshold of a step need."""
    assert need.rule == "step" or len(need.suppliers) == 1
    weights = {s.split("@")[-1]: w for s, w in need.suppliers.items()}
    enough = {"all": sum(weights.values()), "any": min(weights.values())}
    threshold = enough.get(need.threshold, need.threshold)
    return sum(w for s, w in weights.items() if s in up) >= threshold - 1e-12


def history(study: Study, work: dict[str, float]) -> list[tuple[float, set[str]]]:
    """Hours of each spell between repairs up to the horizon, and what runs in it."""
    horizon = study.horizon / HOUR
    times = sorted({0.0, horizon, *(t for t in work.values() if t < horizon)})
    return [
        (end - begin, running(study, {name for name, until in work.items() if until > begin}))
        for begin, end in itertools.pairwise(times)
    ]


def numbers(study: Study, work: dict[str, float]) -> dict[Key, float]:
    """The numbers of a run in one state, named as columns: each area of one supplier or more."""
    net = study.network
    out: dict[Key, float] = defaultdict(float)
    spells = history(study, work)
    peak: dict[str, float] = defaultdict(float)
    for hours, up in spells:
        now: dict[str, float] = defaultdict(float)
        for area in net.areas.values():
            served = sum(w for s, w in area.suppliers.items() if s in up)
            share = 1 - min(1.0, served / sum(area.suppliers.values()))
            now[area.service] += area.population * share
            out["region_person_hours", area.service, area.region] += area.population * share * hours
        for service, people in now.items():
            out["person_hours", service] += people * hours
            out["hours_below_full", service] += hours * (people > 0)
            peak[service] = max(peak[service], people)
    for service, people in peak.items():
        out["people_peak", service] = people
    ever_down = set().union(*(set(net.assets) - up for _, up in spells))
    out["struck",] = len(work)
    out["followed",] = len(ever_down - set(work))
    return out


def moments(study: Study) -> dict[Key, Moments]:
    """Mean and standard deviation of every number, over all states."""
    total: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
    whole = 0.0
    for p, work in states(study):
        whole += p
        for key, x in numbers(study, work).items():
            total[key][0] += p * x
            total[key][1] += p * x * x
    assert math.isclose(whole, 1.0, rel_tol=1e-12)
    return {
        key: Moments(first, math.sqrt(max(0.0, second - first * first)))
        for key, (first, second) in total.items()
    }
