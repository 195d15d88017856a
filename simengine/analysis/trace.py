"""The story of a replayed run: its events grouped by phase, time and kind, in causal order.

A run may hold thousands of events. Here they become what a duty officer asks: what was struck,
what fell and because of what, which buffers took over and when they ran out, how the grid came
back, who repaired, and how many people were out of what at the end of each stretch of time. Words
are for `report`; this module yields numbers and names alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import xarray

from simengine.analysis.crews import Crew, crews_of, jobs_of
from simengine.analysis.trace_lines import Course, Event, Group, Line, lines_of

__all__ = ["Block", "Group", "Line", "Outage", "Trace", "trace"]

FEW_INSTANTS = 10  # with so few, each instant is told by itself
EDGES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0, 24.0, 36.0, 48.0)
DAY = 24.0  # [h], the width of blocks after the last edge


@dataclass(frozen=True)
class Block:
    """A stretch of time.

    Attributes
    ----------
    phase
        ``spread`` to the moment most people are out, ``recovery`` from there, ``aftermath`` when
        nobody is out any more.
    start, end
        First and last instant [hour].
    lines
        In causal order.
    people
        People out at the end by service whose number changed; None if none did.
    live
        Nodes of carriers that are live and that have been black, at the end; None if none changed.
    """

    phase: str
    start: float
    end: float
    lines: tuple[Line, ...]
    people: dict[str, float] | None = None
    live: tuple[int, int] | None = None


@dataclass(frozen=True)
class Outage:
    """People out of one service over the run.

    Attributes
    ----------
    service
        Name.
    peak, peak_at
        Most people out [person], and when [hour].
    half_back, all_back
        When at most half of the peak, and nobody, is out [hour]; NaN if that did not come.
    """

    service: str
    peak: float
    peak_at: float
    half_back: float
    all_back: float


@dataclass(frozen=True)
class Trace:
    """A run told: blocks of time, and the outages by service and crews by pool of the whole."""

    blocks: tuple[Block, ...]
    outages: tuple[Outage, ...]
    crews: tuple[Crew, ...]


def trace(events: xarray.Dataset) -> Trace:
    """Group the events of a replayed run.

    Parameters
    ----------
    events
        What `simengine.replay` gives.

    Returns
    -------
    Trace
        Its blocks, outages and crews.
    """
    columns = {str(name): events[name].values.tolist() for name in events.data_vars}
    rows = [dict(zip(columns, v, strict=True)) for v in zip(*columns.values(), strict=True)]
    network = json.loads(events.attrs["study"]).get("network", {})
    carriers = network.get("carriers", {}).values()
    links = [item for carrier in carriers for item in carrier.get("links", {}).items()]
    jobs = jobs_of(rows)
    course = Course(
        sector={k: v.get("sector", k) for k, v in network.get("services", {}).items()},
        service={row["subject"]: row["service"] for row in rows if row["kind"] != "area"},
        ends={name: (link["from"], link["to"]) for name, link in links},
        jobs=jobs,
    )
    outages, peak, over = _outages(rows)
    several = len({row["time"] for row in rows if row["kind"] != "aid"}) > FEW_INSTANTS
    blocks = []
    out: dict[tuple[str, str], float] = {}
    for (phase, _), group in groupby(rows, lambda row: _stretch(row["time"], peak, over, several)):
        block = _block(phase, list(group), course, out)
        if block.lines or block.people is not None:
            blocks.append(block)
    return Trace(tuple(blocks), outages, crews_of(jobs))


def _stretch(hours: float, peak: float, over: float, several: bool) -> tuple[str, float]:
    """Return the phase and the block of an instant."""
    phase = "spread" if hours <= peak else "recovery" if hours <= over else "aftermath"
    if not several or hours == 0:
        return phase, hours - 1
    if hours < EDGES[-1] and phase != "aftermath":
        return phase, float(np.searchsorted(EDGES, hours, side="right"))
    return phase, len(EDGES) + hours // DAY


def _outages(rows: Sequence[Event]) -> tuple[tuple[Outage, ...], float, float]:
    """Return the outages, when most people are out, and when nobody is; by person and service."""
    out: dict[tuple[str, str], float] = {}
    course: dict[str, list[tuple[float, float]]] = {}
    total: list[tuple[float, float]] = [(0.0, 0.0)]
    for hours, group in groupby((r for r in rows if r["kind"] == "area"), lambda row: row["time"]):
        for row in group:
            out[row["service"], row["subject"]] = row["people"]
        by_service = _by_service(out)
        for service, count in by_service.items():
            course.setdefault(service, []).append((hours, count))
        total.append((hours, sum(by_service.values())))
    found = []
    for service, points in course.items():
        peak_at, peak = max(points, key=lambda point: point[1])
        after = [point for point in points if point[0] >= peak_at]
        half = next((hours for hours, count in after if count <= peak / 2), np.nan)
        none = after[-1][1] < 0.5
        back = next(
            (h for k, (h, _) in enumerate(after) if all(c < 0.5 for _, c in after[k:])), np.nan
        )
        found.append(Outage(service, peak, peak_at, half, back if none else np.nan))
    peak = max(total, key=lambda point: point[1])[0]
    over = total[-1][0] if total[-1][1] < 0.5 else np.inf
    return tuple(found), peak if len(total) > 1 else np.inf, over


def _block(
    phase: str, rows: Sequence[Event], course: Course, out: dict[tuple[str, str], float]
) -> Block:
    """Tell the events of a block, and bring the people out up to its end."""
    lines = lines_of(rows, course)
    nodes = (sum(course.black.values()), len(course.black))
    changed = any(row["kind"] in ("collapse", "black", "live") for row in rows)
    # Aid that nobody waits for has no place in the story, nor has its hour.
    aided = any(line.kind == "aid" for line in lines)
    times = [row["time"] for row in rows if aided or row["kind"] != "aid"] or [rows[0]["time"]]
    people = _people([row for row in rows if row["kind"] == "area"], out)
    return Block(phase, times[0], times[-1], lines, people, nodes if changed else None)


def _people(rows: Sequence[Event], out: dict[tuple[str, str], float]) -> dict[str, float] | None:
    """Return the people out of each service whose number changes, if any does."""
    before = _by_service(out)
    for row in rows:
        out[row["service"], row["subject"]] = row["people"]
    after = _by_service(out)
    changed = {k: count for k, count in after.items() if abs(count - before.get(k, 0.0)) >= 0.5}
    return changed or None


def _by_service(people: dict[tuple[str, str], float]) -> dict[str, float]:
    """Sum people by (service, area) to services."""
    total: dict[str, float] = {}
    for (service, _), count in people.items():
        total[service] = total.get(service, 0.0) + count
    return total
