"""The page of the hindcasts, from the figures that the command wrote."""

from __future__ import annotations

from typing import Any

from tests.hindcasts import dutch_events, foreign_events
from tests.hindcasts.cascades import CONTROL, MASTS
from tests.hindcasts.record import Event, Line, stories, verdict

EVENTS = (*dutch_events.EVENTS, *foreign_events.EVENTS)
BEGINNERS = ("energy", "ict", CONTROL)
HEAD = """\
# Hindcasts

The engine run on what really happened. Each event has a study in `configs/hindcasts`; its
parameters come from sources or stand there as assumptions, are the same wherever events share them,
and were not changed to come nearer to a record. The simulated median and the interval of 5% to 95%,
over chance and lack of knowledge together, stand beside the record.

- *inside*: the interval meets the record. A thing that happened is inside if it happens in at least
  one run in twenty.
- *not independent*: the law behind it was made with this very event in mind, so that agreement
  shows that the chain works and no more.
- *rank*: the share of the runs below the record. Records of a good model have ranks all over the
  scale; near 0% or 100% the record is in the tail.

Six events are few, and the intervals are wide, since little is known of repair and restart. Being
inside a wide interval is no proof of a model; the misses say more. News is a weak source: sizes are
rounded, and hours mix the first and the last customer.

This page is written by `python -m tests.hindcasts` and by nothing else.
"""


def people(value: float) -> str:
    """People in words that can be read: 0, 52,300 or 1.94 M."""
    if value >= 999_500:
        return f"{value / 1e6:.2f} M"
    return f"{float(f'{value:.3g}'):,.0f}"


def shown(unit: str, value: float) -> str:
    """Write a value in its unit."""
    if unit == "people":
        return people(value)
    if unit == "hours":
        return f"{value:.1f} h"
    return f"{100 * value:.0f}%"


def between(unit: str, low: float, high: float) -> str:
    """Two bounds, or one number where they read alike."""
    first, second = shown(unit, low), shown(unit, high)
    return first if first == second else f"{first} to {second}"


def row(line: Line, figures: dict[str, float]) -> str:
    """One line of an event's table."""
    if line.unit == "yes":
        record, median, interval = "it did", f"in {100 * figures['mean']:.0f}% of runs", ""
        rank = ""
    else:
        record = between(line.unit, line.low, line.high)
        median = shown(line.unit, figures["median"])
        interval = f"{shown(line.unit, figures['low'])} to {shown(line.unit, figures['high'])}"
        rank = f"{100 * figures['rank']:.0f}%"
    cells = (line.quantity, record, median, interval, rank, verdict(line, figures), line.source)
    return f"| {' | '.join(cells)} |"


def section(event: Event, figures: dict[str, dict[str, float]]) -> list[str]:
    """One event: story, table, and the reason of each miss."""
    story = event.story
    verdicts = {line.quantity: verdict(line, figures[line.quantity]) for line in event.lines}
    missed = [line for line in event.lines if verdicts[line.quantity] == "missed"]
    text = [
        f"## {story['title']}",
        "",
        f"**What happened.** {story['happened']}",
        "",
        f"**What was put in.** {story['put_in']} Study: `configs/hindcasts/{event.study}.yaml`.",
        "",
        f"**What came out.** {story['reading']} {len(event.lines) - len(missed)} of "
        f"{len(event.lines)} quantities inside.",
        "",
        "| quantity | record | simulated median | 5% to 95% | rank | | source of the record |",
        "|---|---|---|---|---|---|---|",
        *(row(line, figures[line.quantity]) for line in event.lines),
        "",
    ]
    if missed:
        text += ["Why the misses missed:", ""]
        text += [f"- *{line.quantity}*: {line.why}" for line in missed]
        text += [""]
    return text


def percent(value: float, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{100 * value:.{digits}f}%"


def spread(figures: dict[str, float], digits: int = 0) -> str:
    """Median with its interval."""
    low, high = percent(figures["low"], digits), percent(figures["high"], digits)
    return f"{percent(figures['median'], digits)} ({low} to {high})"


def cascades(found: dict[str, Any]) -> list[str]:
    """The statistics of cascades."""
    origins = found["origins"]
    energy, ict, control = (origins.get(name, 0.0) for name in BEGINNERS)
    others = sorted(((n, v) for n, v in origins.items() if n not in BEGINNERS), key=_last)
    listed = ", ".join(f"{name.replace('_', ' ')} {percent(value, 1)}" for name, value in others)
    rows = [
        (
            "secondary failures that begin in power or ICT",
            "most; 85-90% as a yardstick (derived)",
            f"{percent(energy + ict + control)} (energy {percent(energy)}, ICT {percent(ict)}, "
            f"process control of waterworks {percent(control)})",
            "van Eeten et al. 2011; Luiijf et al. 2010 (abstracts)",
        ),
        (
            "person-hours lost at one remove or more from what failed",
            "64-89% of disruptions",
            percent(found["later_orders"]),
            "Mühlhofer et al. 2024 (by way of a summary; of disruptions, not of person-hours)",
        ),
    ]
    rows += [
        (
            f"person-hours without power that loops add, {name.replace('_', ' ')}",
            "loops hardly ever reported",
            spread(figures, 1),
            "Luiijf et al. 2010 (abstract)",
        )
        for name, figures in found["loops"].items()
    ]
    rows += [
        (
            f"masts alive {hour} h into a blackout of the continent",
            between("share", *MASTS[float(hour)]),
            spread(figures),
            "operators, Agentschap Telecom 2015-2023 (derived)",
        )
        for hour, figures in found["masts"].items()
    ]
    return [
        "## How cascades run",
        "",
        stories()["cascades"]["put_in"],
        "",
        "| statistic | literature | simulated | source |",
        "|---|---|---|---|",
        *(f"| {' | '.join(cells)} |" for cells in rows),
        "",
        f"The other secondary failures begin in {listed}. {stories()['cascades']['reading']}",
        "",
    ]


def _last(item: tuple[str, float]) -> float:
    return -item[1]


def render(found: dict[str, Any]) -> str:
    """The whole page."""
    events = found["events"]
    verdicts = [
        verdict(line, events[event.study]["figures"][line.quantity])
        for event in EVENTS
        for line in event.lines
    ]
    counts = [verdicts.count(v) for v in ("inside", "inside, not independent", "missed")]
    text = [HEAD]
    text += [
        f"In all {len(verdicts)} quantities: {counts[0]} inside, {counts[1]} inside and not "
        f"independent, {counts[2]} missed.",
        "",
    ]
    for event in EVENTS:
        text += section(event, events[event.study]["figures"])
    text += cascades(found["cascades"])
    made = found["made"]
    text += [
        "## How this page was made",
        "",
        f"`{made['command']}` with simengine {made['simengine']}: {made['runs']} runs of each "
        f"of {made['epistemic']} epistemic draws ({made['logged']} of each where the level of an "
        f"asset is read, {made['blackout_runs']} of each for `national_blackout`). Figures, and "
        "the digest of each study, in `docs/background/hindcasts.json`. Runs that failed: "
        f"{made['failed']}. Where the news was read:",
        "",
        *(f"- {name}: <{address}>" for name, address in stories()["sources"].items()),
    ]
    return "\n".join(text) + "\n"
