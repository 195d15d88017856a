"""What is found in a network before any run: what is refused, and what deserves a warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from simengine.compiled.cold_start import find_waits
from simengine.compiled.islands import capacities, islands, self_starters
from simengine.compiled.loops import LARGEST_GAIN, MOST_NEEDS, find_loops, least_factor
from simengine.compiled.names import Names
from simengine.compiled.needs import on_grid
from simengine.errors import InputErrors, Problem
from simengine.kernels.layout import ONE
from simengine.scenario.network import Area, Need, split_carrier

if TYPE_CHECKING:
    from simengine.compiled.study import CompiledStudy

__all__ = ["check_network", "find_warnings", "refused"]

SHOWN = 5


def check_network(names: Names) -> None:
    """Refuse a network that could not run, or in which something can never work.

    Loops of `share` needs that come to rest too slowly; carriers that no node can energise;
    nodes that no source reaches; needs that no state of their suppliers meets.

    Raises
    ------
    InputErrors
        With every such finding.
    """
    beyond = {
        c: [x for x in islands(carrier) if not any(capacities(carrier.nodes[n]) for n in x)]
        for c, carrier in names.network.carriers.items()
    }
    problems = [
        *_loop_problems(names),
        *_carrier_problems(names, beyond),
        *_need_problems(names, beyond),
    ]
    if problems:
        raise InputErrors(problems)


def refused(study: str, error: ValueError) -> InputErrors:
    """Word what the building of tables refused: two names with one id, numbers that make no law."""
    expected = "names with different ids, and numbers that make laws"
    return InputErrors([Problem(f"study {study}", None, "", expected, str(error))])


def find_warnings(compiled: CompiledStudy) -> tuple[str, ...]:
    """Say what is allowed but probably not meant, a sentence each.

    Assets that wait for each other and could not start again; shortages before anything happens;
    assets whose loss nobody would feel.
    """
    manual = compiled.study.manual_restart is not None
    return (
        *_waits(compiled.names, manual),
        *_shortages(compiled),
        *_unneeded(compiled.names),
    )


def _short(things: Iterable[str], shown: int = SHOWN) -> str:
    """A list of which no more is shown than a line holds."""
    found = list(things)
    more = len(found) - shown
    return ", ".join(found[:shown]) + (f" and {more} more" if more > 0 else "")


def _problem(names: Names, path: str, expected: str, found: str, advice: str) -> Problem:
    return Problem(f"model {names.network.name}", None, path, expected, found, advice)


def _loop_problems(names: Names) -> Iterator[Problem]:
    for loop in find_loops(names):
        owner, need = loop.strongest
        if loop.gain is None:
            expected = f"a loop of at most {MOST_NEEDS} share needs"
            found = f"{loop.needs} of them"
        else:
            expected = (
                f"a loop gain (spectral radius of criticality x weight / threshold) "
                f"of at most {LARGEST_GAIN:g}"
            )
            found = f"{loop.gain:.4g}"
        yield _problem(
            names,
            f"assets.{owner}.needs.{need}",
            expected,
            f"{found} in the loop of {_short(loop.assets)}",
            "use rule: step for a need of this loop",
        )


def _carrier_problems(names: Names, beyond: dict[str, list[tuple[str, ...]]]) -> Iterator[Problem]:
    for c in names.carriers:
        carrier = names.network.carriers[c]
        sources = sorted({s for node in carrier.nodes.values() for s in capacities(node)})
        if not self_starters(names, carrier):
            found = f"none but {_short(sources)}" if sources else "no source with a capacity"
            yield _problem(
                names,
                f"carriers.{c}",
                "a source that can energise its node: black_start, or without a need of "
                "this carrier, and itself no node of it",
                found,
                "set black_start: true for a source" if sources else "name a source at a node",
            )
        for island in beyond[c] if sources else ():
            yield _problem(
                names,
                f"carriers.{c}.nodes.{island[0]}",
                "nodes that a source with a capacity can reach over links",
                f"none in the island of {_short(island)}",
                "link it to the rest, or name a source at one of its nodes",
            )
    yield from _twice(names)


def _twice(names: Names) -> Iterator[Problem]:
    parts = [(n, f"carriers.{c}.nodes.{n}") for c, n in names.nodes]
    parts += [(x, f"carriers.{c}.links.{x}") for c, x in names.links]
    first: dict[str, str] = {}
    for name, path in parts:
        if first.setdefault(name, path) != path:
            yield _problem(
                names,
                path,
                "an asset that is one node or one link of one carrier",
                f"'{name}', also {first[name]}",
                "make another asset for it",
            )


def _need_problems(names: Names, beyond: dict[str, list[tuple[str, ...]]]) -> Iterator[Problem]:
    dark = {n for islands in beyond.values() for island in islands for n in island}
    items: list[tuple[str, Need | Area, str | None]] = [
        (f"assets.{owner}.needs.{name}", need, need.profile) for owner, name, need in names.needs
    ]
    items += [(f"areas.{name}", names.network.areas[name], None) for name in names.areas]
    for path, item, profile in items:
        weights, threshold = on_grid(item)
        out = sorted(s for s in weights if (split_carrier(s) or (s, s))[1] in dark)
        best = sum(w for s, w in weights.items() if s not in out)
        wanted = threshold * least_factor(names, profile)
        if best < wanted:
            if out:
                why = f" without {_short(out)}, which no source reaches"
                advice = "link that node to a source, or name other suppliers"
            elif profile is not None:
                why, advice = f" at every step of profile '{profile}'", "lower the threshold"
            else:
                why, advice = ", in multiples of 2**-20", "write threshold: all"
            yield _problem(
                names,
                path,
                f"suppliers that can reach the threshold {wanted / ONE:.7g}",
                f"weights of {best / ONE:.7g} in all{why}",
                advice,
            )


def _waits(names: Names, manual: bool) -> Iterator[str]:
    end = "only the manual restart ends that" if manual else "nothing in the study ends that"
    for assets in find_waits(names):
        whom = "wait for each other" if len(assets) > 1 else "waits for itself"
        yield (
            f"{_short(assets)} {whom}: once at 0 with empty buffers, "
            f"not all start again by themselves; {end}"
        )


def _shortages(compiled: CompiledStudy) -> Iterator[str]:
    below = compiled.baseline()
    if below:
        worst = sorted(below.items(), key=lambda item: (item[1], item[0]))
        told = _short(f"{name} {level:.3g}" for name, level in worst)
        yield f"below full level before anything happens (a shortage, not an outage): {told}"


def _unneeded(names: Names) -> Iterator[str]:
    network = names.network
    wanted = {s for _, _, need in names.needs for s in need.suppliers}
    wanted |= {s for area in network.areas.values() for s in area.suppliers}
    wanted |= {found[1] for s in tuple(wanted) if (found := split_carrier(s))}
    for carrier in network.carriers.values():
        wanted |= {*carrier.nodes, *carrier.links}
        wanted |= {s for node in carrier.nodes.values() for s in node.sources}
    factors = [f for pool in network.pools.values() for f in pool.clock]
    for asset in network.assets.values():
        clocks = asset.clocks
        factors += (*clocks.life, *clocks.repair, *clocks.restart, *clocks.switching)
    wanted |= {f.of for f in factors if f.of is not None}
    left = [i for i in names.assets if i not in wanted]
    alone = Counter(network.assets[i].service or "no service" for i in left)
    if alone:
        told = _short((f"{service} {count}" for service, count in sorted(alone.items())), 20)
        yield f"no area and no asset needs these assets (by service, how many): {told}"
