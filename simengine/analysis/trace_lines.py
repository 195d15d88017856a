"""The lines of a trace: alike events of a block gathered, in causal order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from simengine.analysis.crews import Job

__all__ = ["Course", "Event", "Group", "Line", "lines_of"]

SMALL = 0.01  # a net change of level below this is not told, unless it ends at 0 or 1

Event = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Alike subjects of a line.

    Attributes
    ----------
    name
        What they share: a service, a sector, a pool or the asset that energised them.
    subjects
        Names of assets, in order of time.
    low, high
        Range of their levels (0 to 1), or of the lengths of their buffers [hour].
    """

    name: str
    subjects: tuple[str, ...]
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Line:
    """Events of one kind in one block.

    Attributes
    ----------
    kind
        A kind of event of a replay, or ``falls``, ``rises`` or ``dips``: net changes of level over
        the block.
    groups
        The subjects.
    orders
        Fewest and most steps from what was struck; -1 where that has no meaning.
    origins
        Where the outages of `groups` began: (service, asset), the most frequent first.
    """

    kind: str
    groups: tuple[Group, ...]
    orders: tuple[int, int] = (-1, -1)
    origins: tuple[tuple[str, str], ...] = ()


@dataclass
class Course:
    """What the events of a run are told by, and what becomes of its nodes.

    Attributes
    ----------
    sector
        Of each service.
    service
        Of each asset.
    ends
        The two nodes of each link.
    jobs
        All that crews took up.
    black
        Whether a node that went black is live.
    seed
        The node that energised itself, of the island that a node came back with.
    covered
        Assets, with the service of each, of which a buffer has taken over before.
    """

    sector: dict[str, str]
    service: dict[str, str]
    ends: dict[str, tuple[str, str]]
    jobs: list[Job]
    black: dict[str, bool] = field(default_factory=dict)
    seed: dict[str, str] = field(default_factory=dict)
    covered: set[tuple[str, str]] = field(default_factory=set)

    def sector_of(self, row: Event) -> str:
        """Return the sector of an event; its service if the study does not tell."""
        service = str(row["service"])
        return self.sector.get(service, service)


def lines_of(rows: Sequence[Event], course: Course) -> tuple[Line, ...]:
    """Tell the events of a block, in causal order.

    Parameters
    ----------
    rows
        Its events.
    course
        What the run was up to here; its nodes are brought up to the end of the block.
    """
    by_kind: dict[str, list[Event]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    levels = by_kind.get("level", [])
    lines = [
        *_plain(("hit", "failed", "tripped", "manual"), by_kind),
        *_plain(("collapse", "black", "shed", "not_started", "empty"), by_kind),
        *_levels(levels, course, down=True),
        *_covers(by_kind.get("takes_over", []), course),
        *_alike("crew", by_kind, lambda row: row["detail"]),
        *_aid(by_kind.get("aid", []), course),
        *_plain(("repaired",), by_kind),
    ]
    live = [*_energised(by_kind, course), *_plain(("join",), by_kind)]
    # That these are back is told already.
    risen = {name for line in live for group in line.groups for name in group.subjects}
    risen |= {row["subject"] for row in by_kind.get("repaired", [])}
    rising = [row for row in levels if row["subject"] not in risen]
    return (*lines, *live, *_levels(rising, course, down=False))


def _group(rows: Sequence[Event], key: Callable[[Event], str], value: str) -> tuple[Group, ...]:
    """Gather rows that share a key, the largest group first."""
    found: dict[str, list[Event]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    groups = [
        Group(
            name,
            tuple(dict.fromkeys(row["subject"] for row in alike)),
            min(row[value] for row in alike),
            max(row[value] for row in alike),
        )
        for name, alike in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.subjects)))


def _alike(
    kind: str, by_kind: dict[str, list[Event]], key: Callable[[Event], str], value: str = "level"
) -> Iterator[Line]:
    """Yield the line of a kind, if it happens."""
    if rows := by_kind.get(kind):
        yield Line(kind, _group(rows, key, value))


def _plain(kinds: Sequence[str], by_kind: dict[str, list[Event]]) -> Iterator[Line]:
    """Yield the lines of kinds that are told by service."""
    for kind in kinds:
        yield from _alike(kind, by_kind, lambda row: row["service"])


def _levels(rows: Sequence[Event], course: Course, down: bool) -> Iterator[Line]:
    """Yield net changes of level over the block: falls and dips with where they began, or rises.

    The instant of a blow is told by order, the cascade step by step; what follows later in one
    line, since each instant has a cascade of its own.
    """
    by_name: dict[str, list[Event]] = {}
    for row in rows:
        by_name.setdefault(row["subject"], []).append(row)
    struck = {row["subject"] for row in rows if row["order"] == 0}
    at_once = bool(struck) and len({row["time"] for row in rows}) == 1
    changed: dict[tuple[str, int], list[Event]] = {}
    for own in by_name.values():
        start, last = own[0]["before"], own[-1]
        net, lowest = last["level"] - start, min(row["level"] for row in own)
        if not down:
            if net >= SMALL or (net > 0 and last["level"] == 1):
                changed.setdefault(("rises", 0), []).append(last)
            continue
        if net <= -SMALL or (net < 0 and last["level"] == 0):
            kind, level = "falls", last["level"]
        elif net >= 0 and start - lowest >= SMALL:
            kind, level = "dips", lowest
        else:
            continue
        cause = next(row for row in reversed(own) if row["level"] < row["before"])
        key = (kind, cause["order"] if at_once else 0)
        changed.setdefault(key, []).append(cause | {"level": level})
    first_falls = sorted(changed.items(), key=lambda item: (item[0][0] == "dips", item[0][1]))
    for (kind, _), alike in first_falls:
        orders = [row["order"] for row in alike]
        origins = Counter(row["origin"] for row in alike if row["order"] > 0 and row["origin"])
        began = tuple((course.service.get(name, ""), name) for name, _ in origins.most_common())
        groups = _group(alike, lambda row: row["service"], "level")
        yield Line(kind, groups, (min(orders), max(orders)) if down else (-1, -1), began)


def _covers(rows: Sequence[Event], course: Course) -> Iterator[Line]:
    """Yield the buffers that take over for the first time, by sector.

    When supply flickers in a recovery the same buffers take over again and again; that they run
    out is told each time.
    """
    first = [row for row in rows if (row["service"], row["subject"]) not in course.covered]
    course.covered |= {(row["service"], row["subject"]) for row in first}
    if first:
        yield Line("takes_over", _group(first, course.sector_of, "hours"))


def _aid(rows: Sequence[Event], course: Course) -> Iterator[Line]:
    """Yield the pools whose mutual aid arrives while work waits for it."""
    needed = tuple(
        Group(row["subject"], ())
        for row in rows
        if any(job.pool == row["subject"] and job.waits(row["time"]) for job in course.jobs)
    )
    if needed:
        yield Line("aid", needed)


def _energised(by_kind: dict[str, list[Event]], course: Course) -> list[Line]:
    """Return nodes that energise themselves, and those energised from each of these."""
    for row in by_kind.get("collapse", []) + by_kind.get("black", []):
        course.black[row["subject"]] = False
        course.seed.pop(row["subject"], None)
    alone: list[Event] = []
    reached: list[Event] = []
    for row in by_kind.get("live", []):
        name = row["subject"]
        ends = course.ends.get(row["detail"], ())
        source = next((end for end in ends if end != name), "")
        course.black[name] = True
        course.seed[name] = course.seed.get(source, source) if row["detail"] else name
        (reached if row["detail"] else alone).append(row)
    lines = []
    if alone:
        lines.append(Line("black_start", _group(alone, lambda row: row["service"], "level")))
    if reached:
        seeds = _group(reached, lambda row: course.seed[row["subject"]], "level")
        lines.append(Line("live", seeds))
    return lines
