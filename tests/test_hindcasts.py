"""The page of the hindcasts is what the command writes, and the studies behind it still run."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.hindcasts.__main__ import FIGURES, PAGE
from tests.hindcasts.outcome import CONFIGS, PROBED, Outcome
from tests.hindcasts.page import BEGINNERS, EVENTS, render
from tests.hindcasts.record import Event, verdict

pytestmark = pytest.mark.compiled_only  # about studies and pages; the kernels have their own tests
STUDIES = sorted([*CONFIGS.glob("*.yaml"), *CONFIGS.glob("hindcasts/*.yaml")])
STALE = "figures of another model or study: run `python -m tests.hindcasts` again"


@cache
def found() -> dict[str, Any]:
    """Figures that the command wrote."""
    read: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return read


def by_study(event: Event) -> str:
    return event.study


def test_the_page_is_made_of_the_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(found())


def test_every_line_has_figures_and_no_figures_are_left_over() -> None:
    lines = {event.study: {line.quantity for line in event.lines} for event in EVENTS}
    assert {name: set(event["figures"]) for name, event in found()["events"].items()} == lines
    assert found()["made"]["failed"] == 0


def test_every_record_has_a_source_and_every_miss_a_reason() -> None:
    for event in EVENTS:
        for line in event.lines:
            assert line.low <= line.high, line.quantity
            assert line.source, line.quantity
            if verdict(line, found()["events"][event.study]["figures"][line.quantity]) == "missed":
                assert line.why, line.quantity


def test_what_studies_share_by_name_has_one_value() -> None:
    values: dict[str, dict[str, list[str]]] = {}
    for path in STUDIES:
        uncertain = yaml.safe_load(path.read_text(encoding="utf-8")).get("uncertain", {})
        for name, law in uncertain.items():
            values.setdefault(name, {}).setdefault(json.dumps(law, sort_keys=True), []).append(
                path.stem
            )
    assert not {name: laws for name, laws in values.items() if len(laws) > 1}
    shared = [name for name, laws in values.items() if any(len(who) > 1 for who in laws.values())]
    assert len(shared) >= 10


@pytest.mark.parametrize("event", EVENTS, ids=by_study)
def test_each_hindcast_runs_and_gives_its_first_runs_again(event: Event, tmp_path: Path) -> None:
    outcome = Outcome.of(f"hindcasts/{event.study}", tmp_path, PROBED, 2)
    assert outcome.failed == 0
    assert outcome.probe() == pytest.approx(found()["events"][event.study]["probe"], rel=1e-5), (
        STALE
    )
    for line in event.lines:
        values = line.measure(outcome)
        assert values.shape == (2 * PROBED,), line.quantity
        assert not np.isinf(values).any(), line.quantity


def test_scattered_failures_run_and_give_their_first_runs_again(tmp_path: Path) -> None:
    outcome = Outcome.of("hindcasts/scattered_failures", tmp_path, PROBED, 1)
    assert outcome.failed == 0
    assert outcome.probe() == pytest.approx(found()["cascades"]["probe"], rel=1e-5), STALE


def test_cascades_begin_in_power_and_ict_and_loops_add_little() -> None:
    statistics = found()["cascades"]
    assert sum(statistics["origins"].values()) == pytest.approx(1, abs=1e-4)
    assert sum(statistics["origins"].get(name, 0) for name in BEGINNERS) > 0.85
    assert all(abs(loop["high"]) < 0.05 for loop in statistics["loops"].values())
