"""What the kernels' integers cannot hold is refused, or counts as the longest time they hold."""

from __future__ import annotations

import pytest

from simengine.errors import InputErrors
from tests.engine import Engine, differences, hit, quiet, study, watching


def test_a_horizon_of_a_century_is_refused():
    with pytest.raises(InputErrors, match=r"horizon: expected a horizon of at most 34\.\d years"):
        Engine(study(hit("a"), horizon="40000 day"), watching({"a": {}}, ["a"]))


def test_weights_in_millions_are_refused():
    needs = {"n": {"suppliers": {"a": 3_000_000}}}
    with pytest.raises(InputErrors, match=r"assets\.b\.needs\.n: expected weights that sum to"):
        Engine(study(hit("a")), watching({"a": {}, "b": {"needs": needs}}, ["b"]))


@pytest.mark.parametrize("mean", ["1000000 day", "1000000000 day", "1000000000000 day"])
def test_a_life_of_thousands_of_years_never_ends_early(mean):
    """In ms x 2**-20 such lives pass 2**63. Of 200 assets over 30 days, 0.006 may fail at most."""
    life = {"dist": "exponential", "mean": mean}
    asked = study(quiet("a"), horizon="30 day", own_failures=True)
    found = Engine(asked, watching({"a": {"life": life}}, ["a"])).run(200)
    assert found["struck",].sum() == 0


def test_repairs_of_thousands_of_years_add_up_without_an_end():
    """Three hits, each with a repair beyond what the clock holds: out to the horizon."""
    strikes = [hit("a", repair="90000 day", after=f"{k} h") for k in (0, 1, 2)]
    engine = Engine(study(*strikes), watching({"a": {}}, ["a"]))
    assert engine.run(1)["person_hours", "a"] == 100
    assert not differences(engine, 1)


def test_a_buffer_refills_once_however_long_it_has_been_full():
    """A hundred days refilled in an hour: capacity x time over four years passes 2**63."""
    assets = {
        "a": {"planned": {"interval": "700 day", "duration": "1 day"}},
        "b": {"needs": {"n": {"suppliers": {"a": 1},
                              "buffer": {"time": "100 day", "refill": "1 h"}}}},
    }  # fmt: skip
    asked = study(quiet("a"), horizon="1460 day", own_failures=True)
    engine = Engine(asked, watching(assets, ["a", "b"]))
    found = engine.run(1)
    assert found["person_hours", "a"] == 48
    assert found["person_hours", "b"] == 0
    assert not differences(engine, 1)
