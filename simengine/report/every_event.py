"""Every event of a run, instant by instant, alike events in one line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import xarray

from simengine.report.words import Words

__all__ = ["every_event"]

NAMES_SHOWN = 3
SMALL = 0.05  # a change of level below this is told only if it ends at 0 or 1

Event = dict[str, Any]


def every_event(events: xarray.Dataset, words: Words) -> Iterator[str]:
    """Yield the lines of a run.

    Parameters
    ----------
    events
        What `simengine.replay` gives.
    words
        The language.
    """
    people: dict[tuple[str, str], float] = {}
    for hours, group in groupby(_rows(events), key=lambda row: row["time"]):
        clock = words.clock(hours)
        for line in _instant(list(group), people, words):
            yield f"{clock:>10}  {line}"
            clock = ""


def _rows(events: xarray.Dataset) -> Iterator[Event]:
    """Yield the events as mappings."""
    columns = {str(name): events[name].values.tolist() for name in events.data_vars}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _instant(
    group: list[Event], people: dict[tuple[str, str], float], words: Words
) -> Iterator[str]:
    """Yield the lines of one instant.

    Parameters
    ----------
    group
        Its events.
    people
        People out by (service, area); brought up to this instant.
    words
        The language.
    """
    told: dict[str, dict[str, None]] = {}
    for event in group:
        if text := _sentence(event, words):
            told.setdefault(text, {})[event["subject"]] = None
    for text, subjects in told.items():
        yield text.replace("@", words.some(list(subjects), NAMES_SHOWN))
    changed: dict[str, None] = {}
    for event in group:
        if event["kind"] == "area":
            people[event["service"], event["subject"]] = event["people"]
            changed[event["service"]] = None
    parts = []
    for service in changed:
        out = sum(count for (name, _), count in people.items() if name == service)
        parts.append(f"{words.name(service)} {words.number(round(out))}")
    if parts:
        yield words("people_out", list=", ".join(parts))


def _sentence(event: Event, words: Words) -> str:
    """Return what is told of an event, with @ for its subjects; empty if it is not told."""
    kind, level, before = event["kind"], event["level"], event["before"]
    if kind in ("area", "ratio"):
        return ""  # told as people out, and as levels
    if kind == "level":
        if abs(level - before) < SMALL and level not in (0.0, 1.0):
            return ""
        key = "falls" if level < before else "rises"
        why = ""
        if level < before and event["order"] > 0 and event["origin"]:
            why = words("because", order=event["order"], origin=event["origin"])
        share = words.significant(100 * level, 3)
        return words(key, service=words.name(event["service"]), level=share, why=why)
    if kind == "takes_over":
        return words("takes_over", time=words.clock(event["hours"]))
    if kind == "hit":
        return words("hit", level=words.significant(100 * level, 3))
    if kind == "shed":
        return words("shed", level=words.significant(100 * level, 3))
    if kind == "crew" and not event["detail"]:
        return words("own_crew")
    return words(kind, detail=event["detail"], origin=event["origin"])
