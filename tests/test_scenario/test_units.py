"""A number with its unit becomes the base unit exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simengine.scenario.units import DIMENSIONS, LENGTH, PLAIN, POWER, RATE, SPEED, TIME, parse


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("8 min", 480_000.0, TIME),
        ("14 day", 1_209_600_000.0, TIME),
        ("1 year", 8760 * 3_600_000.0, TIME),
        ("0.1 h", 360_000.0, TIME),
        ("1 ms", 1.0, TIME),
        ("0.02 per year", 0.02, RATE),
        ("1 per day", 365.0, RATE),
        ("2/h", 17_520.0, RATE),
        ("1/year", 1.0, RATE),
        ("400 MW", 400.0, POWER),
        ("400MW", 400.0, POWER),
        ("250 kW", 0.25, POWER),
        ("36 km/h", 10.0, SPEED),
        ("3 cm", 0.03, LENGTH),
        ("5 %", 0.05, PLAIN),
        ("1e-3", 0.001, PLAIN),
    ],
)
def test_a_unit_is_converted_to_the_last_bit(text: str, value: float, dimension: object) -> None:
    assert parse(text) == (value, dimension)


@pytest.mark.parametrize(
    "text", ["", "h", "4 hrs", "1 month", "4 h h", "4,5 h", "1e999 h", "nan h", "٤ h", "4 h 5"]
)
def test_what_is_no_number_with_a_unit_is_none(text: str) -> None:
    assert parse(text) is None


@given(
    st.sampled_from([(d, u) for d in DIMENSIONS for u in d.units]),
    st.decimals(-(10**9), 10**9, allow_nan=False, places=6),
)
def test_every_unit_is_its_fraction_rounded_once(chosen: object, number: object) -> None:
    dimension, unit = chosen  # type: ignore[misc]
    read = parse(f"{number:f} {unit}")  # type: ignore[str-bytes-safe]
    exact = Fraction(f"{number:f}") * dimension.units[unit]
    assert read == (float(exact), dimension)


def test_no_unit_belongs_to_two_dimensions() -> None:
    units = [unit for dimension in DIMENSIONS for unit in dimension.units]
    assert len(units) == len(set(units))


def test_every_example_is_of_its_own_dimension() -> None:
    for dimension in DIMENSIONS:
        read = parse(dimension.example)
        assert read is not None
        assert read[1] is dimension
        assert dimension.units.get(dimension.base) == 1 or dimension is PLAIN
