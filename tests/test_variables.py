"""The registry names every array of a result and lets nothing else pass."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray

from simengine import variables
from simengine.variables import CELL, COORDINATES, OTHERS, QUANTITIES, annotate, find, validate


def small(**changes: object) -> xarray.Dataset:
    dims = ("variant", "threat", "epistemic", "statistic", "service")
    made = xarray.Dataset(
        {"person_hours": (dims, np.zeros((1, 1, 2, 3, 2)))},
        coords={
            "variant": np.array(["base"], dtype=object),
            "threat": np.array(["flood"], dtype=object),
            "statistic": np.array(variables.STATISTICS, dtype=object),
            "service": np.array(["electricity", "tap_water"], dtype=object),
        },
    )
    return made.assign(changes)


def test_every_entry_has_unit_words_and_a_sentence():
    for entry in [*QUANTITIES.values(), *OTHERS.values(), *COORDINATES.values()]:
        assert entry.unit
        assert entry.label
        assert not entry.label.endswith(".")
        assert entry.meaning.endswith(".")
        assert entry.meaning[0].isupper() or entry.meaning[0].isdigit()


def test_every_dim_of_every_array_is_a_registered_coordinate():
    for name in QUANTITIES:
        for form in variables.FORMS:
            assert set(variables.in_form(name, form).dims) <= set(COORDINATES)
    for entry in [*OTHERS.values(), *COORDINATES.values()]:
        assert set(entry.dims) <= set(COORDINATES)


def test_every_form_of_a_quantity_is_found_by_its_name():
    assert find("person_hours").dims == (*CELL, "statistic", "service")
    assert find("person_hours_per_run").dims == (*CELL, "run", "service")
    assert find("person_hours_histogram").unit == "1"
    assert find("struck_precision").dims == ("variant", "threat", "precision")
    names = [variables.in_form(q, f).name for q in QUANTITIES for f in variables.FORMS]
    names += [*OTHERS, *COORDINATES]
    assert len(set(names)) == len(names)
    assert all(find(name).name == name for name in names)
    with pytest.raises(KeyError, match="no array named 'losses'"):
        find("losses")


def test_annotated_arrays_say_what_they_are():
    result = annotate(small())
    assert result.person_hours.attrs["units"] == "person hour"
    assert result.person_hours.attrs["description"] == QUANTITIES["person_hours"].meaning
    assert result.service.attrs["long_name"] == "service"
    assert small().person_hours.attrs == {}
    own = small()
    own.person_hours.attrs["long_name"] = "mine"
    assert annotate(own).person_hours.attrs["long_name"] == "mine"


def test_a_selection_of_a_result_is_valid():
    validate(small().isel(threat=0, service=1))
    validate(small().sel(statistic="mean", drop=True))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"losses": ("variant", [1.0])}, "no array named 'losses'"),
        ({"good_runs": (("epistemic", "threat", "variant"), np.zeros((2, 1, 1), int))}, "dims"),
        ({"good_runs": (CELL, np.zeros((1, 1, 2)))}, "expected dtype i8, found float64"),
        ({"struck": ((*CELL, "statistic"), np.zeros((1, 1, 2, 3)), {"units": "m"})}, "units '1'"),
    ],
)
def test_what_is_not_registered_is_named(change, sentence):
    with pytest.raises(ValueError, match="not a result of simengine") as caught:
        validate(small(**change))
    assert sentence in str(caught.value)


def test_all_problems_are_told_at_once():
    wrong = small(losses=("variant", [1.0]), good_runs=(CELL, np.zeros((1, 1, 2))))
    assert len(variables.problems(wrong)) == 2


def test_the_registry_needs_no_library():
    script = "import sys, simengine.variables; assert not {'numpy', 'xarray'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
