"""A story tells each instant once, alike events together, with who is out at its end."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import xarray

from simengine.report.story import story
from simengine.report.words.table import SENTENCES
from simengine.runs.replay import KINDS

pytestmark = pytest.mark.compiled_only  # about text, not about kernels

BLANK: dict[str, Any] = {
    "service": "", "region": "", "level": 0.0, "before": np.nan, "order": -1, "origin": "",
    "detail": "", "people": np.nan, "hours": np.nan,
}  # fmt: skip


def events(*rows: dict[str, Any]) -> xarray.Dataset:
    whole = [BLANK | row for row in rows]
    found = {
        name: ("event", np.array([row[name] for row in whole], dtype=kind))
        for name, kind in (
            ("time", float), ("kind", object), ("subject", object), ("level", float),
            ("order", int), ("service", object), ("region", object), ("detail", object),
            ("origin", object), ("people", float), ("hours", float), ("before", float),
        )
    }  # fmt: skip
    study = {"study": {"threats": {"fire": {"title": {"en": "Fire", "nl": "Brand"}}}}}
    attrs = {"study": json.dumps(study), "threat": "fire", "epistemic": 2, "run": 17}
    return xarray.Dataset(found, attrs=attrs | {"loss": 123456.0, "failure": ""})


POWER_FAILS = events(
    {"time": 0.0, "kind": "hit", "subject": "power"},
    {"time": 0.0, "kind": "level", "subject": "power", "service": "electricity", "before": 1.0,
     "order": 0, "origin": "power"},
    {"time": 0.0, "kind": "takes_over", "subject": "exchange", "hours": 4.0},
    {"time": 0.0, "kind": "area", "subject": "north", "service": "electricity", "people": 5000.0},
    {"time": 0.0, "kind": "crew", "subject": "power", "detail": "grid_crews"},
    {"time": 4.0, "kind": "empty", "subject": "exchange", "detail": "supply"},
    *({"time": 4.0, "kind": "level", "subject": f"mast_{k}", "service": "mobile", "before": 1.0,
       "order": 2, "origin": "power"} for k in range(40)),
    {"time": 30.5, "kind": "repaired", "subject": "power", "level": 1.0},
    {"time": 30.5, "kind": "area", "subject": "north", "service": "electricity", "people": 0.0},
)  # fmt: skip


def test_a_story_says_what_failed_when_why_what_followed_and_who_repaired_it() -> None:
    assert story(POWER_FAILS).splitlines() == [
        "Fire: epistemic draw 2, run 17",
        "123,500 person-hours without at least one basic service",
        "This names assets: handle with care.",
        "",
        "      0:00  struck, health 0% left: power",
        "            electricity falls to 0%: power",
        "            a buffer of 4:00 takes over: exchange",
        "            a crew of grid_crews sets out: power",
        "            people out: electricity 5,000",
        "      4:00  buffer 'supply' is empty: exchange",
        "            mobile telephony falls to 0% (order 2, began at power): "
        "mast_0, mast_1, mast_2 and 37 more",
        "  1 d 6:30  repaired: power",
        "            people out: electricity 0",
    ]


def test_a_story_is_told_in_dutch_as_well() -> None:
    told = story(POWER_FAILS, "nl")
    assert told.startswith("Brand: epistemische trekking 2, run 17\n123.500 persoonsuren")
    assert "ploeg van grid_crews gaat op weg: power" in told


def test_a_failed_run_says_why_instead_of_its_loss() -> None:
    failed = POWER_FAILS.assign_attrs(loss=float("nan"), failure="levels did not come to rest")
    assert story(failed).splitlines()[1] == "The run failed: levels did not come to rest"


def test_every_kind_of_event_has_a_sentence() -> None:
    told_otherwise = {"area", "ratio", "level"}
    assert set(KINDS.values()) - told_otherwise <= set(SENTENCES)


def test_a_small_change_of_level_is_not_told_unless_it_ends_at_all_or_nothing() -> None:
    small = {"time": 1.0, "kind": "level", "subject": "pump", "service": "tap_water", "order": 1}
    told = story(
        events(small | {"before": 0.80, "level": 0.79}, small | {"before": 0.98, "level": 1.0})
    )
    assert "79%" not in told
    assert "tap water rises to 100%: pump" in told
