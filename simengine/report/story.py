"""The story of one run: what failed when, why, what followed, and who repaired it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import xarray

from simengine.report.words import Words

__all__ = ["story"]

NAMES_SHOWN = 3
SMALL = 0.05  # a change of level below this is told only if it ends at 0 or 1

Event = dict[str, Any]


def story(events: xarray.Dataset, language: str = "en") -> str:
    """Tell a run, instant by instant, alike events in one line.

    Parameters
    ----------
    events
        What `simengine.replay` gives.
    language
        ``en`` or ``nl``.

    Returns
    -------
    str
        Lines of text. They name assets: a choice for whoever prints them.
    """
    words = Words(language)
    attrs = events.attrs
    study = json.loads(attrs["study"])["study"]
    titles = study["threats"].get(attrs["threat"], {}).get("title", {})
    title = words.title(titles, words.name(attrs["threat"]))
    lines = [
        words("story", threat=title, epistemic=attrs["epistemic"], run=attrs["run"]),
        words("story_failed", why=attrs["failure"])
        if attrs.get("failure")
        else words("story_loss", loss=words.significant(attrs["loss"], 4)),
        words("sensitive"),
        "",
    ]
    people: dict[tuple[str, str], float] = {}
    for hours, group in groupby(_rows(events), key=lambda row: row["time"]):
        clock = _clock(hours)
        for line in _instant(list(group), people, words):
            lines.append(f"{clock:>10}  {line}")
            clock = ""
    return "\n".join(lines)


def _rows(events: xarray.Dataset) -> Iterator[Event]:
    """Yield the events as mappings."""
    columns = {str(name): events[name].values.tolist() for name in events.data_vars}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _clock(hours: float) -> str:
    """Write a time since the start as days, hours and minutes."""
    minutes = round(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    return (f"{days} d " if days else "") + f"{rest // 60:d}:{rest % 60:02d}"


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
        yield text.replace("@", _some(list(subjects), words))
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
        return words("takes_over", time=_clock(event["hours"]))
    if kind == "hit":
        return words("hit", level=words.significant(100 * level, 3))
    if kind == "shed":
        return words("shed", level=words.significant(100 * level, 3))
    return words(kind, detail=event["detail"], origin=event["origin"])


def _some(names: list[str], words: Words) -> str:
    """Return a few names and how many more there are."""
    if len(names) <= NAMES_SHOWN + 1:
        return ", ".join(names)
    shown = ", ".join(names[:NAMES_SHOWN])
    return words("and_more", shown=shown, more=words.number(len(names) - NAMES_SHOWN))
