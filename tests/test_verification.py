"""The statistical verification program still runs: a tiny part of each check, pictures included.

Seeds are fixed. A line that theory fixes is false once in some 10,000 choices of seeds; there are
about 60 here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verification import __main__ as program
from tests.verification import battery, coverage, keys, rates
from tests.verification.classical import TESTS

pytestmark = pytest.mark.compiled_only  # statistics of many draws


def test_the_battery_passes_the_draws_and_turns_bad_generators_down(tmp_path: Path) -> None:
    outcome = battery.check(True, tmp_path, ["run", "16 streams in turn"])
    assert not [line for line in outcome.lines if line.verdict == "WRONG"]
    assert len({line.quantity for line in outcome.lines if "bad" in line.quantity}) == 3
    assert all((tmp_path / name).stat().st_size > 10_000 for name in outcome.pictures)


@pytest.mark.parametrize("name", keys.BAD)
def test_a_bad_generator_fails(name: str) -> None:
    words = keys.BAD[name](1 << 16)
    assert min(test(words) for test in TESTS.values()) < 1e-6


def test_the_rates_are_fitted(tmp_path: Path) -> None:
    outcome = rates.check(True, tmp_path, B=40, octaves=11)
    assert not [line for line in outcome.lines if line.verdict == "WRONG"]
    assert (tmp_path / "rates.png").exists()


def test_the_coverage_is_counted_and_told(tmp_path: Path) -> None:
    outcome = coverage.check(True, tmp_path, seeds=20)
    assert not [line for line in outcome.lines if line.verdict == "WRONG"]
    text = program.told("coverage", outcome)
    assert all(line.quantity in text for line in outcome.lines)


def test_an_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["luck"])
    assert "no such check: luck" in capsys.readouterr().err
