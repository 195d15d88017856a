"""Small studies whose answers are worked out by hand, rule by rule: case -> numbers of run 0.

Own crews unless a pool is named; one person a watched asset, so its person-hours are its hours out.
"""

from __future__ import annotations

from typing import Any

from tests.engine import Document, Key, hit, network, quiet, study, watching

Case = tuple[Document, Document, dict[Key, float]]


def out(**hours: float) -> dict[Key, float]:
    """Person-hours of watched assets."""
    return {("person_hours", name): value for name, value in hours.items()}


def fixed(hours: str, **more: Any) -> Document:
    """A repair of a fixed time by an own crew, or by a pool."""
    return {"pool": "none", "time": hours, **more}


POWER = {"power": {"repair": fixed("4 h")}}


def needs(*suppliers: str, **more: Any) -> Document:
    """The needs of an asset: one, of these suppliers."""
    return {"main": {"suppliers": dict.fromkeys(suppliers, 1), **more}}


def buffered(outage: str, **buffer: Any) -> Case:
    """Power that is out for a time, and a consumer with a buffer."""
    assets = {
        "power": {"repair": fixed(outage)},
        "user": {"needs": needs("power", buffer=buffer)},
    }
    return study(hit("power")), watching(assets, ["power", "user"]), {}


def queue(crews: int, order: str, customer_hours: float, makespan: float) -> Case:
    """Case C5: five jobs (repair [h], customers), one pool, served in a given order."""
    jobs = {"h": (6, 9000), "p": (2, 4000), "t": (4, 1000), "a": (3, 6000), "b": (8, 2000)}
    assets = {
        name: {
            "service": "feed",
            "repair": fixed(f"{jobs[name][0]} h", pool="crews", priority=place),
        }
        for place, name in enumerate(order, start=1)
    }
    areas = {
        name: {"service": "feed", "population": f"{people} person", "suppliers": {name: 1}}
        for name, (_, people) in jobs.items()
    }
    made = network(assets, areas, pools={"crews": {"crews": crews}})
    return (
        study(hit(*jobs)),
        made,
        {("person_hours", "feed"): customer_hours, ("hours_to_100", "feed"): makespan},
    )


def grid(rule: str, lost: str, levels: dict[str, float], **carrier: Any) -> Case:
    """Two nodes of 50 MW fed by sources of 60, 30 and 10 MW at one of them; some are lost."""
    sources = {"large": "60 MW", "middle": "30 MW", "small": "10 MW"}
    assets: Document = {name: {"repair": fixed("4 h")} for name in sources}
    assets |= {"first": {}, "second": {}}
    nodes: Document = {
        "first": {"demand": "50 MW", "priority": 1, "sources": sources},
        "second": {"demand": "50 MW", "priority": 2},
    }
    links = {"line": {"from": "first", "to": "second"}}
    made: Document = {"rule": rule, "hop": "10 min", "nodes": nodes, "links": links, **carrier}
    people = 2**20  # one person a step of the grid of levels
    expected: dict[Key, float] = {
        ("people_peak", name): people * (1 - level) for name, level in levels.items()
    }
    return (
        study(hit(*lost.split())),
        watching(assets, ["first", "second"], people, carriers={"grid": made}),
        expected,
    )


def black_start() -> Case:
    """Three nodes in a row: the source back at 3 h, half an hour to start, ten minutes a hop."""
    assets = {"source": {"repair": fixed("3 h")}, "a": {}, "b": {}, "c": {}}
    nodes: Document = {name: {"demand": "1 MW"} for name in "abc"}
    nodes["a"]["sources"] = {"source": "10 MW"}
    links = {"ab": {"from": "a", "to": "b"}, "bc": {"from": "b", "to": "c"}}
    carrier = {"hop": "10 min", "black_start_delay": "30 min", "nodes": nodes, "links": links}
    made = watching(assets, "abc", carriers={"grid": carrier})
    return study(hit("source")), made, out(a=3.5, b=3.5 + 1 / 6, c=3.5 + 2 / 6)


def chain() -> Case:
    """Power, telecom that needs it, water that needs telecom: one cause, orders 0, 1, 2."""
    assets = {
        "power": {"repair": fixed("9 h")},
        "telecom": {"needs": needs("power", buffer={"time": "2 h"})},
        "water": {"needs": needs("telecom", buffer={"time": "3 h"})},
    }
    expected: dict[Key, float] = {
        **out(power=9, telecom=7, water=4),
        ("by_order", "power", 0): 9,
        ("by_order", "telecom", 1): 7,
        ("by_order", "water", 2): 4,
        ("by_origin", "water", "power"): 4,
        ("struck",): 1,
        ("followed",): 2,
    }
    return study(hit("power")), watching(assets, ["power", "telecom", "water"]), expected


def refilling() -> Case:
    """Outages 10-13, 23-26 and 36-39 h; a buffer of 4 h that refills at a tenth of an hour an hour.

    Content 1 h at 13 h, 2 h at 23 h: out 25-26 h; 1 h at 36 h: out 37-39 h.
    """
    assets = {
        "power": {"planned": {"interval": "10 h", "duration": "3 h"}},
        "user": {"needs": needs("power", buffer={"time": "4 h", "refill": "40 h"})},
    }
    return (
        study(quiet("power"), own_failures=True, horizon="40 h"),
        watching(assets, ["power", "user"]),
        out(power=9, user=3),
    )


def nested() -> Case:
    """Half the people out from 0 to 6 h, the other half too from 1 to 3 h: as four hours of all."""
    assets = {
        "one": {"service": "feed", "repair": fixed("6 h")},
        "two": {"service": "feed", "repair": fixed("2 h")},
    }
    area = {"service": "feed", "population": "10 person", "suppliers": {"one": 1, "two": 1}}
    area |= {"customers": "4 customer", "demand": "2 MW", "value": "100 euro/h"}
    counting = {
        "duration_edges": ["2 h", "3 h", "6 h"],
        "instants": ["0 h", "1 h", "3 h", "6 h"],
    }
    asked = study(hit("one"), hit("two", after="1 h"), counting=counting)
    expected: dict[Key, float] = {
        ("person_hours", "feed"): 40,
        ("people_peak", "feed"): 10,
        ("hours_to_50", "feed"): 3,
        ("hours_to_100", "feed"): 6,
        ("hours_below_full", "feed"): 6,
        ("interruptions", "feed"): 1,
        ("customers_interrupted", "feed"): 10,
        ("people_by_duration", "feed", 2.0): 10,
        ("people_by_duration", "feed", 3.0): 5,
        ("people_by_duration", "feed", 6.0): 5,
        ("people_out_at", "feed", 0.0): 5,
        ("people_out_at", "feed", 1.0): 10,
        ("people_out_at", "feed", 3.0): 5,
        ("people_out_at", "feed", 6.0): 0,
        ("customer_hours", "feed"): 16,
        ("energy_unserved", "feed"): 8,
        ("value_unserved", "feed"): 400,
    }
    return asked, network(assets, {"area": area}), expected


def basic(rule: str, people: float) -> Case:
    """Half without power, a quarter without water, of 100 people in one region."""
    assets = {
        name: {"service": service, "repair": fixed("1 h")}
        for name, service in (("p", "power"), ("q", "power"), ("w", "water"))
    }
    areas = {
        "lit": {"service": "power", "population": "100 person", "suppliers": {"p": 1, "q": 1}},
        "wet": {"service": "water", "population": "100 person", "suppliers": {"w": 1}},
    }
    services = {s: {"sector": s, "basic": True} for s in ("power", "water")}
    strike = (hit("p"), hit("w", health=0.75))
    return (
        study(*strike, counting={"basic_services": rule}),
        network(assets, areas, services=services),
        {("basic_people_peak",): people, ("basic_person_hours",): people},
    )


def ring(**more: Any) -> Case:
    """Two assets that need each other: one is hit and repaired at 2 h."""
    assets = {
        "a": {"needs": needs("b", rule="step"), "repair": fixed("2 h")},
        "b": {"needs": needs("a", rule="step")},
    }
    return study(hit("a"), **more), watching(assets, "ab"), {}


def shortage() -> Case:
    """A node that gets half of its demand from the start, and a fifth while `power` is out."""
    nodes = {"node": {"demand": "20 MW", "sources": {"power": "6 MW", "other": "4 MW"}}}
    made = watching(
        {**POWER, "other": {}, "node": {}},
        ["node"],
        carriers={"grid": {"hop": "1 h", "nodes": nodes}},
    )
    return study(hit("power")), made, out(node=4 * (0.5 - 0.2))


def one(assets: Document, expected: dict[Key, float], *strikes: Document, **more: Any) -> Case:
    """Watch some assets; the threat hits `power` unless it is said otherwise."""
    watched = [key[1] for key in expected if key[0] == "person_hours"]
    return study(*(strikes or (hit("power"),)), **more), watching(assets, watched), expected


KEPT = 1 - 6 * 78643 / 2**20  # six shedding steps of 0.075, each on the grid of 2**-20

CASES: dict[str, Case] = {
    "a buffer exactly as long as the outage suffices": (
        *buffered("4 h", time="4 h")[:2],
        {**out(power=4, user=0), ("interruptions", "user"): 0, ("followed",): 0},
    ),
    "a buffer a minute too short is felt for a minute": (
        *buffered("4 h", time="239 min")[:2],
        {**out(user=1 / 60), ("interruptions", "user"): 1, ("first_outage", "user"): 239 / 60},
    ),
    "a buffer that fails on demand is none": (
        *buffered("4 h", time="100 h", fails_on_demand=1)[:2],
        out(user=4),
    ),
    "a buffer drains at the deficit": one(
        {
            **POWER,
            "user": {"needs": needs("power", criticality=1, buffer={"time": "1 h"})},
        },
        out(user=1),  # half supply: 1 h lasts for 2 h; then half out for 2 h
        hit("power", health=0.5),
    ),
    "a buffer refills at its rate": refilling(),
    "a restart runs from when the target turns positive": one(
        {**POWER, "user": {"needs": needs("power"), "restart": "1 h"}}, out(power=4, user=5)
    ),
    "an asset that was not at zero needs no restart": one(
        {**POWER, "user": {"needs": needs("power"), "restart": "1 h"}},
        out(user=2),
        hit("power", health=0.5),
    ),
    "two of three are enough, one is not": one(
        {
            "p": {"repair": fixed("2 h")},
            "q": {"repair": fixed("5 h")},
            "r": {},
            "user": {"needs": needs("p", "q", "r", rule="step", threshold=2)},
        },
        out(user=2),
        hit("p", "q"),
    ),
    "a share is what is left, times how much it matters": one(
        {
            **POWER,
            "other": {},
            "user": {
                "needs": {"main": {"suppliers": {"power": 3, "other": 1}, "criticality": 0.5}}
            },
        },
        out(user=4 * 0.5 * 0.75),
    ),
    "unmet needs take the worst, or add up": one(
        {
            **POWER,
            "worst": {
                "needs": {k: {"suppliers": {"power": 1}, "criticality": 0.25} for k in "xy"}
            },
            "total": {
                "combine": "sum",
                "needs": {k: {"suppliers": {"power": 1}, "criticality": 0.25} for k in "xy"},
            },
        },
        out(worst=1, total=2),
    ),
    "five jobs, one crew, in the given order": queue(1, "hptab", 234_000, 23),
    "five jobs, one crew, weighted shortest first": queue(1, "pahtb", 198_000, 23),
    "five jobs, two crews, in the given order": queue(2, "hptab", 150_000, 14),
    "five jobs, two crews, weighted shortest first": queue(2, "pahtb", 135_000, 15),
    "the pool's travel occupies the crew": (
        study(hit("p", "q")),
        watching(
            {n: {"repair": fixed("2 h", pool="crews")} for n in "pq"},
            "pq",
            pools={"crews": {"crews": 1, "travel": "1 h"}},
        ),
        out(p=3, q=6),
    ),
    "mutual aid takes the next job when it arrives": (
        study(hit("p", "q")),
        watching(
            {n: {"repair": fixed("6 h", pool="crews")} for n in "pq"},
            "pq",
            pools={"crews": {"crews": 1, "mutual_aid": {"crews": 1, "arrival": "2 h"}}},
        ),
        out(p=6, q=8),
    ),
    "a second hit adds its work to the job": one(
        POWER, out(power=7), hit("power"), hit("power", after="1 h", repair="3 h")
    ),
    "a repair and a hit at one instant make a new job without an end of the outage": one(
        POWER,
        {**out(power=8), ("interruptions", "power"): 1},
        hit("power"),
        hit("power", after="4 h"),
    ),
    "a tripped asset is switched back without a crew": one(
        {"power": {"repair": fixed("4 h"), "trips": {"near": "30 min"}}, "near": {}},
        {**out(power=4, near=0.5), ("by_order", "near", 1): 0.5, ("followed",): 1},
    ),
    "a repair at half pace takes twice as long": one(
        {
            **POWER,
            "user": {
                "repair": fixed("3 h"),
                "clocks": {"repair": [{"of": "power", "at_zero": 0.5}]},
            },
        },
        out(user=5),  # 4 h at half pace leave 1 h
        hit("power", "user"),
    ),
    "what an asset needs to start it does not need to run": one(
        {
            **POWER,
            "up": {"needs": needs("power", start_only=True)},
            "down": {"needs": needs("power", start_only=True), "repair": fixed("1 h")},
        },
        out(up=0, down=4),
        hit("power", "down"),
    ),
    "who need each other stay down": (*ring()[:2], {**out(a=100, b=100), ("deadlocked",): 2}),
    "a restart by hand breaks a deadlock": (
        *ring(manual_restart="5 h")[:2],
        {**out(a=7, b=7), ("deadlocked",): 0, ("censored",): 0},
    ),
    "a source is shared by priority, the marginal node in part": grid(
        "priority", "middle", {"first": 1, "second": 0.4}
    ),
    "a source is shared in proportion": grid(
        "share", "middle small", {"first": 0.6, "second": 0.6}
    ),
    "the fewest shedding steps that suffice are taken": grid(
        "collapse", "middle small", {"first": KEPT, "second": KEPT}
    ),
    "more than the largest share shed is a collapse": grid(
        "collapse", "large", {"first": 0, "second": 0}
    ),
    "black start goes hop by hop": black_start(),
    "an outage belongs to its cause through the chain": chain(),
    "people out are nested": nested(),
    "comonotone outages of basic services overlap": basic("comonotone", 50),
    "independent outages of basic services multiply": basic("independent", 62.5),
    "a shortage before t = 0 is no outage": shortage(),
    "hours outside the window do not count": one(
        POWER, {**out(power=2), ("people_peak", "power"): 1}, window={"from": "1 h", "to": "3 h"}
    ),
}  # fmt: skip
