"""A story is short, in two languages; the full one tells each instant, alike events together."""

from __future__ import annotations

import numpy as np
import pytest

from simengine.report.story import story
from simengine.report.words.table import SENTENCES
from simengine.runs.replay import KINDS
from tests.test_analysis.events import POWER_FAILS, events

pytestmark = pytest.mark.compiled_only  # about text, not about kernels

HEAD = [
    "Fire: epistemic draw 2, run 17",
    "123,500 person-hours without at least one basic service",
    "This names assets: handle with care.",
    "",
]


def test_a_story_says_what_failed_when_why_what_followed_and_who_repaired_it() -> None:
    assert story(POWER_FAILS).splitlines() == [
        *HEAD,
        "  people out of     at most    at  half back  all back",
        "  electricity         5,000  0:00   1 d 6:30  1 d 6:30",
        "  mobile telephony      800  4:00   1 d 6:30  1 d 6:30",
        "",
        "IT SPREADS",
        "                 0:00  struck: electricity 1 (power)",
        "                       falls: electricity 1 to 0% (power)",
        "                       buffers take over: telecom 1 (4:00) (exchange)",
        "                       crews set out: grid crews 1 (power)",
        "                       people out: electricity 5,000",
        "                 4:00  buffers run out: telecom 1 (exchange)",
        "                       falls 2 steps on, because of electricity (power): "
        "mobile telephony 40 to 0%",
        "                       people out: mobile telephony 800",
        "",
        "IT RECOVERS",
        "             1 d 6:30  repaired or reset: electricity 1 (power)",
        "                       people out: nobody",
        "",
        "NOBODY IS OUT ANY MORE; what still comes back",
        "             1 d 7:00  comes back: telecom 1 (exchange)",
        "",
        "CREWS",
        "  grid crews: 1 job, repaired at 1 d 6:30",
    ]


def test_the_full_story_tells_each_instant_with_who_is_out_at_its_end() -> None:
    assert story(POWER_FAILS, full=True).splitlines() == [
        *HEAD,
        "      0:00  struck, health 0% left: power",
        "            electricity falls to 0%: power",
        "            a buffer of 4:00 takes over: exchange",
        "            a crew of grid_crews sets out: power",
        "            people out: electricity 5,000",
        "      4:00  buffer 'supply' is empty: exchange",
        "            mobile telephony falls to 0% (order 2, began at power): "
        "mast_0, mast_1, mast_2 and 37 more",
        "            people out: mobile telephony 800",
        "  1 d 6:30  repaired: power",
        "            people out: electricity 0, mobile telephony 0",
        "  1 d 7:00  telecom rises to 100%: exchange",
    ]


def test_a_story_is_told_in_dutch_as_well() -> None:
    told = story(POWER_FAILS, "nl")
    assert told.startswith("Brand: epistemische trekking 2, run 17\n123.500 persoonsuren")
    assert "zakt 2 stappen verder, door elektriciteit (power): mobiele telefonie 40 tot 0%" in told
    assert "ploeg van grid_crews gaat op weg: power" in story(POWER_FAILS, "nl", full=True)


def test_a_failed_run_says_why_instead_of_its_loss() -> None:
    failed = POWER_FAILS.assign_attrs(loss=float("nan"), failure="levels did not come to rest")
    assert story(failed).splitlines()[1] == "The run failed: levels did not come to rest"


def test_every_kind_of_event_has_a_sentence() -> None:
    told_otherwise = {"area", "ratio", "level"}
    assert set(KINDS.values()) - told_otherwise <= set(SENTENCES)
    grouped = set(KINDS.values()) - told_otherwise - {"restart"} | {"falls", "dips", "rises"}
    assert {f"told_{kind}" for kind in grouped} <= set(SENTENCES)


def test_a_small_change_of_level_is_not_told_unless_it_ends_at_all_or_nothing() -> None:
    small = {"time": 1.0, "kind": "level", "subject": "pump", "service": "tap_water", "order": 1}
    changes = (small | {"before": 0.80, "level": 0.79}, small | {"before": 0.98, "level": 1.0})
    told = story(events(*changes), full=True)
    assert "79%" not in told
    assert "tap water rises to 100%: pump" in told


def test_nearly_all_does_not_read_as_all() -> None:
    nearly = {"time": 0.0, "kind": "level", "subject": "pump", "service": "tap_water", "order": 1}
    told = story(events(nearly | {"before": 1.0, "level": 0.004}))
    assert "tap water 1 to 1% (pump)" in told
    assert "Nobody is out of any service." in told


def test_a_run_of_many_instants_is_told_in_few_lines() -> None:
    rows = [
        {"time": float(t), "kind": "empty", "subject": f"mast_{k}", "service": "mobile"}
        for k, t in enumerate(np.linspace(0.0, 160.0, 500))
    ]
    told = story(events(*rows)).splitlines()
    assert len(told) < 40
    assert len(story(events(*rows), full=True).splitlines()) > 500
