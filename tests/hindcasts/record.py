"""The shape of a record: an event, and the quantities that are compared with the simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from tests.hindcasts.outcome import Outcome

HOUSEHOLD = 2.1  # people (CBS, recalled)
RARE = 0.05  # what happens in fewer runs than this would have surprised us
SLACK = 1e-4  # of a value: runs are kept in single precision
STORIES = Path(__file__).with_name("stories.yaml")
Measure = Callable[[Outcome], NDArray[np.float64]]


@dataclass(frozen=True)
class Line:
    """One quantity: what the record says, from where, and how the runs tell it.

    `unit` is people, hours or share; `yes` is a thing that happened or not, measured as 0 or 1 in
    each run. `low` and `high` bound the record. A line that is `not_independent` had its law made
    with this very event in mind. `why` is the reason of a miss.
    """

    quantity: str
    unit: str
    low: float
    high: float
    source: str
    measure: Measure
    why: str = ""
    not_independent: bool = False


@dataclass(frozen=True)
class Event:
    """One event: the study of that name, its story in `stories.yaml`, and its lines."""

    study: str
    lines: tuple[Line, ...]

    @property
    def story(self) -> dict[str, str]:
        """Title, what happened, what was put in, and what a typical run shows."""
        return stories()[self.study]


@cache
def stories() -> dict[str, dict[str, str]]:
    """Read the stories of all events."""
    read: dict[str, dict[str, str]] = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    return read


def verdict(line: Line, found: dict[str, float]) -> str:
    """Inside if the interval of 5% to 95% and the record meet.

    A thing that happened is inside if it does in at least 5% of the runs.
    """
    if line.unit == "yes":
        inside = found["mean"] >= RARE
    else:
        inside = found["low"] <= line.high * (1 + SLACK) and found["high"] >= line.low * (1 - SLACK)
    if not inside:
        return "missed"
    return "inside, not independent" if line.not_independent else "inside"


def figures(line: Line, outcome: Outcome) -> dict[str, float]:
    """Median, 5% and 95% over all runs and epistemic draws together; NaN is no value.

    `rank` is the share of the values below the middle of the record, ties by half.
    """
    values = np.asarray(line.measure(outcome), dtype=float)
    good = values[np.isfinite(values)]
    low, median, high = np.quantile(good, [0.05, 0.5, 0.95])
    middle = (line.low + line.high) / 2
    near = np.isclose(good, middle, rtol=SLACK)
    return {
        "low": float(low),
        "median": float(median),
        "high": float(high),
        "mean": float(good.mean()),
        "rank": float(((good < middle) & ~near).mean() + near.mean() / 2),
        "runs": len(good),
    }
