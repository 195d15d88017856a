"""Random small studies that use every rule of the engine.

One generator serves two sources of choices: Hypothesis, which shrinks what fails, and a plain
`random.Random` for long runs by hand. Times are often round, so that things happen together.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
SERVICES = ("power", "telecom", "water")
REGIONS = ("east", "west")
HOURS = (1, 2, 3, 4, 6, 8, 12, 24)


class Chooser:
    """Choices by a pseudo-random generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, options: Sequence[T]) -> T:
        """One of some options."""
        return self.random.choice(options)

    def whole(self, low: int, high: int) -> int:
        """An integer from low to high."""
        return self.random.randint(low, high)


class Drawn(Chooser):
    """Choices by Hypothesis."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def one(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(list(options)))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


class Generator:
    """Builds the documents of one study."""

    def __init__(self, choose: Chooser, most_assets: int = 25) -> None:
        self.choose = choose
        count = choose.whole(3, most_assets)
        letters = [chr(97 + k) for k in range(26)]
        # The digit says which service: names come in any order of the alphabet.
        self.names = [
            letters.pop(choose.whole(0, len(letters) - 1)) + str(k % 3) for k in range(count)
        ]
        self.profiles = self.some(("hours", "days"), 4)
        self.pools = self.some(("crews", "others"), 2)
        self.carriers: dict[str, Any] = {}
        self.links: list[str] = []
        self.assets: dict[str, Any] = {}

    def chance(self, one_in: int) -> bool:
        """True once in so many."""
        return self.choose.whole(1, one_in) == 1

    def some(self, options: Sequence[T], one_in: int) -> list[T]:
        """A part of some options."""
        return [x for x in options if self.chance(one_in)]

    def hours(self, *also: int) -> str:
        """A round time."""
        return f"{self.choose.one((*HOURS, *also))} h"

    def time(self, *also: int) -> Any:
        """A time: round, or by chance, or not known."""
        kind = self.choose.whole(1, 8)
        if kind == 1:
            return {"dist": "lognormal", "median": self.hours(), "sigma": 0.8}
        if kind == 2:
            return {"dist": "exponential", "mean": self.hours()}
        if kind == 3:
            return {"uncertain": {"dist": "uniform", "low": "1 h", "high": "9 h"}}
        if kind == 4:
            return {"dist": "pert", "low": "1 h", "mode": "2 h", "high": "9 h"}
        return self.hours(*also)

    def factors(self) -> list[dict[str, Any]]:
        """Factors of a clock: of an asset's level, or of a profile."""
        found: list[dict[str, Any]] = []
        if self.chance(3):
            at_zero = self.choose.one((0.0, 0.4, 2.5))
            found.append({"of": self.choose.one(self.names), "at_zero": at_zero})
        if self.profiles and self.chance(4):
            found.append({"profile": self.choose.one(self.profiles)})
        return found

    def repair(self) -> dict[str, Any]:
        """A repair by a pool or an own crew."""
        found: dict[str, Any] = {
            "pool": self.choose.one([*self.pools, "none"]),
            "priority": self.choose.whole(1, 3),
            "time": self.time(),
        }
        if self.chance(4):
            found["access"] = self.time()
        return found

    def buffer(self) -> dict[str, Any]:
        """A buffer of any kind."""
        found: dict[str, Any] = {"time": self.time(0)}
        if self.chance(2):
            found["refill"] = self.hours(0)
        if self.chance(3):
            found["fails_on_demand"] = self.choose.one((0.3, 1.0))
        if self.chance(4):
            found["per"] = "demand"
        if self.profiles and self.chance(4):
            found["drain"] = self.choose.one(self.profiles)
        return found

    def need(self, k: int) -> dict[str, Any]:
        """A need of asset k: shares from those before it, steps from any."""
        step = k == 0 or self.chance(2)
        # Shares go one way, as the gain of a loop of them might be refused.
        before = self.names if step else self.names[:k]
        pool = [*before, *(port for port in self.ports() if port.split("@")[1] in before)]
        pool = [name for name in pool if name != self.names[k]]
        suppliers: dict[str, Any] = {}
        for _ in range(self.choose.whole(1, 3)):
            suppliers[self.choose.one(pool)] = self.choose.one((1, 1, 0.5, 0.1, 2))
        found: dict[str, Any] = {"suppliers": suppliers, "rule": "step" if step else "share"}
        found["threshold"] = self.choose.one(("all", "any", sum(suppliers.values()) / 2))
        if step and self.chance(3):
            found["cut"] = 0.5
        if self.chance(3):
            found["criticality"] = self.choose.one((0.25, 0.6, 0.9))
        if self.chance(2):
            found["buffer"] = self.buffer()
        if self.chance(8):
            found["start_only"] = True
        if self.profiles and self.chance(6):
            found["profile"] = self.choose.one(self.profiles)
        return found

    def ports(self) -> list[str]:
        """Nodes of carriers as suppliers."""
        return [f"carrier:{c}@{n}" for c, found in self.carriers.items() for n in found["nodes"]]

    def asset(self, k: int) -> dict[str, Any]:
        """Asset k with its needs."""
        found: dict[str, Any] = {
            "service": SERVICES[k % 3],
            "region": self.choose.one(REGIONS),
            "tags": [self.choose.one(("old", "new"))],
        }
        needs = {f"n{j}": self.need(k) for j in range(self.choose.whole(0, 2))}
        if needs:
            found["needs"] = needs
        if self.chance(2):
            found["restart"] = self.choose.one(("0 h", "1 h", "20 min"))
        if self.chance(6):
            found["combine"] = "sum"
        if self.chance(6):
            found["black_start"] = True
        if not self.chance(5):
            found["repair"] = self.repair()
        if self.chance(3):
            found["life"] = self.choose.one(
                ({"dist": "exponential", "mean": "40 h"}, {"dist": "uniform", "low": "4 h",
                 "high": "60 h"}, "12 h")
            )  # fmt: skip
        elif self.chance(5):
            found["planned"] = {"interval": self.hours(), "duration": self.hours()}
        if self.chance(5):
            others = [name for name in self.names if name != self.names[k]]
            found["trips"] = {self.choose.one(others): self.hours()}
        clocks = {
            kind: factors
            for kind in ("life", "repair", "restart", "switching")
            if self.chance(4) and (factors := self.factors())
        }
        if clocks:
            found["clocks"] = clocks
        return found

    def carrier(self, name: str, nodes: list[str], sources: list[str]) -> dict[str, Any]:
        """A carrier over some assets as nodes, fed by others."""
        found: dict[str, Any] = {
            "rule": self.choose.one(("priority", "share", "collapse")),
            "hop": self.choose.one(("10 min", "1 h")),
            "nodes": {},
            "links": {},
        }
        if self.chance(2):
            found["black_start_delay"] = self.hours()
        for n in nodes:
            node: dict[str, Any] = {"priority": self.choose.whole(1, 3)}
            node["demand"] = f"{self.choose.one((0, 5, 10, 20))} MW"
            if self.profiles and self.chance(4):
                node["profile"] = self.choose.one(self.profiles)
            found["nodes"][n] = node
        for s in sources:
            at = found["nodes"][self.choose.one(nodes)]
            at.setdefault("sources", {})[s] = f"{self.choose.one((10, 20, 40))} MW"
        for k, n in enumerate(nodes[1:], start=1):
            ends = [(self.choose.one(nodes[:k]), n)]
            if self.chance(3):
                ends.append((n, self.choose.one(nodes[:k])))
            for a, b in ends:
                link = f"{name}_{len(self.links)}"
                self.links.append(link)
                found["links"][link] = {
                    "from": a, "to": b, "priority": self.choose.whole(1, 2),
                    "repair": self.repair(),
                }  # fmt: skip
        return found

    def areas(self) -> dict[str, Any]:
        """Areas of every service in every region, as far as it has suppliers."""
        found: dict[str, Any] = {}
        for k, service in enumerate(SERVICES):
            suppliers = [n for j, n in enumerate(self.names) if j % 3 == k]
            for region in REGIONS:
                area = {
                    "service": service,
                    "region": region,
                    "population": f"{self.choose.whole(1, 999)} person",
                    "suppliers": {
                        self.choose.one(suppliers): self.choose.one((1, 2, 0.7))
                        for _ in range(self.choose.whole(1, 2))
                    },
                }
                if self.chance(5):
                    worth = {
                        "customers": f"{self.choose.whole(1, 99)} customer",
                        "demand": f"{self.choose.whole(1, 99)} MW",
                        "value": {"uncertain": {"dist": "uniform", "low": "0.1 keuro/h",
                                                "high": "9 keuro/h"}},
                    }  # fmt: skip
                    area |= {field: worth[field] for field in self.some(list(worth), 2)}
                if self.profiles and self.chance(6):
                    area["profile"] = self.choose.one(self.profiles)
                found[f"{region}_{service}"] = area
        return found

    def mechanism(self) -> dict[str, Any]:
        """A mechanism of any kind."""
        targets = sorted({self.choose.one([*self.names, *self.links]) for _ in range(3)})
        found: dict[str, Any] = {"targets": {"assets": targets}}
        kind = self.choose.whole(1, 5)
        if kind == 1:
            found["intensity"] = {"dist": "lognormal", "median": "30 m/s", "sigma": 0.3}
            found["fragility"] = {"median": "30 m/s", "beta": 0.3}
        elif kind == 2:
            found["subsets"] = {1: 0.2, len(targets): 0.2}
        elif kind == 3:
            found["probability"], found["beta_factor"] = 0.7, 0.3
        elif kind == 4:
            found["probability"], found["each"] = 0.9, 0.8
        else:
            found["probability"] = 1
        if self.chance(3):
            found["health"] = 0.5
        if self.chance(2):
            found["repair"] = self.time()
        if self.chance(2):
            found["after"] = self.time(0)
        return {"common_mode" if kind == 4 else "damage": found}

    def network(self) -> dict[str, Any]:
        """The network's document."""
        count = len(self.names)
        for c in self.some(("grid", "pipes"), 2):
            first = 0 if c == "grid" else count // 2
            half = max(2, count // 4)
            nodes = self.names[first : first + half]
            sources = self.names[first + half : first + half + 2]
            if sources:
                self.carriers[c] = self.carrier(c, nodes, sources)
        assets = {name: self.asset(k) for k, name in enumerate(self.names)}
        for found in self.carriers.values():
            for node in found["nodes"].values():
                for s in node.get("sources", {}):
                    if self.chance(2):
                        assets[s]["black_start"] = True
            first = next(s for n in found["nodes"].values() for s in n.get("sources", {}))
            if "carrier:" in str(assets[first].get("needs")):
                assets[first]["black_start"] = True  # so that a node can energise itself
        return {
            "format": "network/1",
            "name": "generated",
            "title": {"en": "Generated"},
            "source": "assumption",
            "confidence": "low",
            "regions": {r: {"name": r, "population": "9999 person"} for r in REGIONS},
            "services": {s: {"sector": f"sector_{s}", "basic": s != "telecom"} for s in SERVICES},
            "pools": {p: self.pool() for p in self.pools},
            "profiles": {p: self.profile(p) for p in self.profiles},
            "carriers": self.carriers,
            "assets": assets,
            "areas": self.areas(),
        }

    def pool(self) -> dict[str, Any]:
        """A pool of crews."""
        found: dict[str, Any] = {"crews": self.choose.whole(0, 2), "travel": self.hours(0)}
        if self.chance(2):
            found["mutual_aid"] = {"crews": 1, "arrival": self.hours()}
        if self.chance(3) and (factors := self.factors()):
            found["clock"] = factors
        return found

    def profile(self, name: str) -> dict[str, Any]:
        """A profile of the day or the week."""
        if name == "hours":
            return {"period": "day", "steps": {"0 h": 0.6, "8 h": 1.4, "20 h": 0}}
        return {"period": "week", "steps": {"0 h": 1, "120 h": 0.5}}

    def study(self) -> dict[str, Any]:
        """The study's document."""
        found: dict[str, Any] = {
            "format": "study/1",
            "name": "generated",
            "title": {"en": "Generated"},
            "kind": "scenario",
            "model": "generated",
            "seed": self.choose.whole(0, 2**64 - 1),
            "runs": 20,
            "epistemic": {"size": 2, "design": "random"},
            "horizon": self.choose.one(("60 h", "200 h")),
            "own_failures": self.chance(3),
            "threats": {
                "storm": {
                    "deliberate": False,
                    "category": "climate",
                    "source": "assumption",
                    "likelihood": {"rate": "0.1 per year"},
                    "mechanisms": [self.mechanism() for _ in range(self.choose.whole(1, 3))],
                }
            },
            "counting": {
                "instants": self.choose.one(([], ["0 h"], ["2 h", "5 h", "9 min"])),
                "duration_edges": ["1 h", "4 h", "24 h"],
                "basic_services": self.choose.one(("comonotone", "independent")),
            },
        }
        if self.chance(4):
            found["window"] = {"from": "2 h", "to": "40 h"}
        if self.chance(3):
            found["manual_restart"] = self.hours()
        return found


def documents(choose: Chooser, most_assets: int = 25) -> tuple[dict[str, Any], dict[str, Any]]:
    """Documents of a study and its network."""
    generator = Generator(choose, most_assets)
    network = generator.network()
    return generator.study(), network


@st.composite
def studies(draw: Any, most_assets: int = 25) -> tuple[dict[str, Any], dict[str, Any]]:
    """Documents of a study and its network, drawn by Hypothesis."""
    return documents(Drawn(draw), most_assets)
