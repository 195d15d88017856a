"""Reading a network's document: names first, so that every reference can be checked."""

from __future__ import annotations

from simengine.errors import InputErrors, Problem
from simengine.scenario.links import add_link_assets
from simengine.scenario.network import Network
from simengine.scenario.network_shape import NETWORK
from simengine.scenario.quantity_shape import LawShape
from simengine.scenario.reading import Node
from simengine.scenario.spot import Book, Refused, Spot
from simengine.scenario.units import PEOPLE, parse

__all__ = ["check_network", "note_names", "note_uncertain", "read_network", "refuse_unused"]

KINDS = {
    "asset": "assets",
    "service": "services",
    "region": "regions",
    "pool": "pools",
    "profile": "profiles",
    "carrier": "carriers",
    "area": "areas",
}


def note_names(book: Book, network: Node) -> None:
    """Put into the book the names that a network's document defines."""
    root = network.mapping
    for kind, key in KINDS.items():
        book.names[kind] = dict.fromkeys(root[key].mapping) if key in root else {}
    tags: dict[str, None] = {}
    for name, asset in (root["assets"].mapping if "assets" in root else {}).items():
        own = asset.mapping
        words = tuple(str(tag.value) for tag in own["tags"].items) if "tags" in own else ()
        tags.update(dict.fromkeys(words))
        service, region = (
            str(own[key].value) if key in own else None for key in ("service", "region")
        )
        book.assets[name] = (service, region, words)
    book.names["tag"] = tags
    book.names["node"] = {
        f"carrier:{name}@{node}": None
        for name, carrier in (root["carriers"].mapping if "carriers" in root else {}).items()
        for node in (carrier.mapping["nodes"].mapping if "nodes" in carrier.mapping else {})
    }


def note_uncertain(book: Book, root: Spot) -> list[Spot]:
    """Read the `uncertain` block of a document into the book; returns where its entries stand."""
    block = root.at("uncertain")
    entries = list(block.children()) if "uncertain" in root.node.mapping else []
    for entry in entries:
        if entry.name in book.uncertain:
            expected = "a name that the study and its model do not share"
            entry.refuse(expected, f"'{entry.name}' in both")
            continue
        before = len(book.problems)
        try:
            book.uncertain[entry.name] = LawShape().read(entry)
        except Refused:
            book.uncertain[entry.name] = None
            del book.problems[before:]  # the block is read again with the document
    return entries


def refuse_unused(book: Book, entries: list[Spot]) -> None:
    """Note the entries of an `uncertain` block that nothing refers to."""
    for entry in entries:
        if entry.name not in book.used:
            advice = f"refer to it by {{uncertain: {entry.name}}}, or leave it out"
            entry.refuse("an entry that something refers to", "one that nothing uses", advice)


def read_network(book: Book, network: Node) -> Network | None:
    """Read a network whose names are in the book; None if something is wrong."""
    root = Spot(network, book, key="model")
    before = len(book.problems)
    _check_population(root)
    built = None
    try:
        built = NETWORK.read(root)
    except Refused:
        return None
    return built if len(book.problems) == before else None


def _check_population(root: Spot) -> None:
    """People counted for a service in a region are at most the region's people."""
    counted: dict[tuple[str, str], float] = {}
    for area in root.at("areas").children() if "areas" in root.node.mapping else ():
        own = area.node.mapping
        if not {"region", "service", "population"} <= set(own):
            continue
        region, people = str(own["region"].value), _people(own["population"])
        there = root.at("regions", region)
        whole = there.node.mapping.get("population")
        if there.name != region or whole is None or people is None:
            continue
        place = (region, str(own["service"].value))
        counted[place] = counted.get(place, 0.0) + people
        most = _people(whole)
        if most is not None and counted[place] > most:
            expected = f"at most the {most:.0f} people of region '{region}' for one service"
            found = f"{counted[place]:.0f} with this area"
            area.at("population").refuse(expected, found)


def _people(node: Node) -> float | None:
    read = parse(node.value) if isinstance(node.value, str) else None
    return read[0] if read is not None and read[1] is PEOPLE else None


def check_network(network: Node, problems: list[Problem] | None = None) -> Network:
    """Check a network's document on its own and build it.

    Raises
    ------
    InputErrors
        With `problems` and all others.
    """
    book = Book(list(problems or ()))
    book.problems += add_link_assets(network)
    note_names(book, network)
    entries = note_uncertain(book, Spot(network, book, key="model"))
    built = read_network(book, network)
    if built is not None:
        refuse_unused(book, entries)
    if built is None or book.problems:
        raise InputErrors(book.problems)
    return built
