"""The story of one run: what failed when, why, what followed, and who repaired it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import xarray

from simengine.analysis.crews import Crew
from simengine.analysis.trace import Block, Group, Line, Outage, trace
from simengine.report.every_event import every_event
from simengine.report.words import Words

__all__ = ["story"]

NAMES_SHOWN = 2
WIDTH = 118  # columns
CLOCK = 21  # columns of a time or a stretch of time
SILENT = {"falls", "dips", "rises", "takes_over"}  # name assets only if there are few


def story(events: xarray.Dataset, language: str = "en", full: bool = False) -> str:
    """Tell a run: by phase, time and kind, or every event.

    Parameters
    ----------
    events
        What `simengine.replay` gives.
    language
        ``en`` or ``nl``.
    full
        Tell every event, instant by instant.

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
    if full:
        return "\n".join([*lines, *every_event(events, words)])
    told = trace(events)
    lines += _outages(told.outages, words)
    phase = ""
    for block in told.blocks:
        if block.phase != phase:
            phase = block.phase
            lines += ["", words(f"phase_{phase}")]
        lines += _block(block, words)
    lines += _crews(told.crews, words)
    return "\n".join(lines)


def _outages(outages: tuple[Outage, ...], words: Words) -> Iterator[str]:
    """Yield a table: for each service how many people at most, and when they were back."""
    if not any(outage.peak for outage in outages):
        yield words("nobody_out")
        return
    rows = [[words(key) for key in ("out", "out_most", "out_at", "half_back", "all_back")]]
    for outage in sorted(outages, key=lambda outage: (outage.peak_at, -outage.peak)):
        if outage.peak:
            times = (outage.peak_at, outage.half_back, outage.all_back)
            most = words.people(outage.peak)
            rows.append([words.name(outage.service), most, *map(words.clock, times)])
    yield from words.table(rows)


def _block(block: Block, words: Words) -> Iterator[str]:
    """Yield the lines of a block, the first with its time."""
    start, end = words.clock(block.start), words.clock(block.end)
    clock = start if start == end else f"{start} - {end}"
    texts = [_line(line, words) for line in block.lines]
    if block.live is not None and block.live[0]:
        live, nodes = block.live
        texts[_last_live(block)] += words("nodes_live", live=live, nodes=nodes)
    if block.people is not None:
        parts = [
            f"{words.name(service)} {words.people(people)}"
            for service, people in block.people.items()
        ]
        out = ", ".join(parts) if any(block.people.values()) else words("nobody")
        texts.append(words("people_out", list=out))
    for text in texts:
        wrapped = textwrap.wrap(
            text,
            WIDTH,
            initial_indent=f"{clock:>{CLOCK}}  ",
            subsequent_indent=" " * (CLOCK + 4),
            break_on_hyphens=False,
        )
        yield from wrapped
        clock = ""


def _last_live(block: Block) -> int:
    """Return which line tells last of nodes that went black or came back."""
    kinds = ("collapse", "black", "black_start", "live")
    return max(k for k, line in enumerate(block.lines) if line.kind in kinds)


def _line(line: Line, words: Words) -> str:
    """Write a line: what happened, why, and to whom."""
    groups = "; ".join(_group(line, group, words) for group in line.groups)
    first, last = line.orders
    if first < 0:
        return words(f"told_{line.kind}", list=groups)
    why = ""
    if last > 0:
        steps = f"{first}-{last}" if first < last else str(first)
        why = words("steps_on" if last > 1 else "step_on", steps=steps)
        if line.origins:
            service, _ = line.origins[0]
            origins = words.some([name for _, name in line.origins], 1)
            why = words("because_of", steps=why, service=words.name(service), origin=origins)
    return words(f"told_{line.kind}", list=groups, why=why)


def _group(line: Line, group: Group, words: Words) -> str:
    """Write a group: its name, how many, how far or how long, and some of their names."""
    if line.kind in ("live", "aid"):
        name = group.name if line.kind == "live" else words.name(group.name)
    elif line.kind == "crew":
        name = words.name(group.name) if group.name else words("own_crews")
    else:
        name = words.name(group.name) if group.name else words("others")
    text = f"{name} {len(group.subjects)}" if group.subjects else name
    if (
        line.kind in ("falls", "dips")
        or (line.kind == "rises" and group.low < 1)
        or (line.kind in ("hit", "shed") and group.high > 0)
    ):
        text += words("to_level", level=_range(100 * group.low, 100 * group.high, words))
    elif line.kind == "takes_over":
        low, high = words.clock(group.low), words.clock(group.high)
        text += words("for_time", low=low, high=high) if low != high else f" ({low})"
    many = len(group.subjects) > NAMES_SHOWN or len(line.groups) > NAMES_SHOWN
    silent = line.kind in SILENT or (line.kind == "crew" and not group.name)
    if group.subjects and not (silent and many):
        text += f" ({words.some(group.subjects, NAMES_SHOWN)})"
    return text


def _range(low: float, high: float, words: Words) -> str:
    """Write a range of percentages, as one number if both ends look alike."""
    # What is nearly all or nothing must not read as all or nothing.
    shown = [value if value in (0, 100) else min(max(round(value), 1), 99) for value in (low, high)]
    ends = [words.number(value) for value in shown]
    return ends[0] if ends[0] == ends[1] else "-".join(ends)


def _crews(crews: tuple[Crew, ...], words: Words) -> Iterator[str]:
    """Yield a line a pool: jobs, waiting, first and last repair."""
    if crews:
        yield from ["", words("crews")]
    for crew in crews:
        name = words.name(crew.pool) if crew.pool else words("own_crews")
        parts = [words("jobs" if crew.jobs > 1 else "one_job", pool=name, jobs=crew.jobs)]
        if crew.waited:
            wait = words.clock(crew.longest_wait)
            parts.append(words("waited", waited=crew.waited, wait=wait))
        if crew.jobs > crew.open:
            first, last = words.clock(crew.first_repair), words.clock(crew.last_repair)
            one = first == last
            parts.append(words("repair_at" if one else "repairs_from", first=first, last=last))
        if crew.open:
            parts.append(words("not_done", open=crew.open))
        yield "  " + ", ".join(parts)
