"""`simengine replay`: the right run, and its story."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray

from simengine.compiled import compile_study
from simengine.runs import open_results, run
from simengine.runs.choosing import MEASURE, choose
from simengine.scenario.study import Study, read_study, study_from_text
from tests.test_cli.conftest import Call

pytestmark = pytest.mark.compiled_only


def study_of(dataset: xarray.Dataset) -> Study:
    return study_from_text(str(dataset.attrs["study"]))


@pytest.fixture(scope="module")
def result(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a result that keeps the losses of every run."""
    path = tmp_path_factory.mktemp("replay") / "out.zarr"
    kept = read_study(study, [("outputs.keep_runs", f"[{MEASURE}]")])
    run(kept, path, scheduler="serial")
    return path


def test_the_worst_run_is_the_one_that_loses_most(result: Path) -> None:
    dataset = open_results(result)
    losses = dataset[f"{MEASURE}_per_run"].isel(variant=0, threat=0).values
    place = choose(dataset, compile_study(study_of(dataset)), "worst")
    assert (place.epistemic, place.run) == np.unravel_index(losses.argmax(), losses.shape)
    assert np.float32(place.loss) == losses.max()


def test_a_typical_run_loses_what_the_middle_run_loses(result: Path) -> None:
    dataset = open_results(result)
    losses = dataset[f"{MEASURE}_per_run"].isel(variant=0, threat=0).values
    place = choose(dataset, compile_study(study_of(dataset)), "typical")
    # A bin of the histogram is 1/64 of an octave wide: at most 1.6% from one edge to the other.
    assert place.loss == pytest.approx(np.median(losses), rel=0.03)
    assert np.float32(place.loss) == losses[place.epistemic, place.run]


def test_the_story_begins_with_what_was_struck_and_ends_with_who_repaired_it(
    simengine: Call, result: Path
) -> None:
    done = simengine("replay", result, "--epistemic", 0, "--run", 3)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == "Fire in the station: epistemic draw 0, run 3"
    assert any(line.strip() == "0:00  struck: electricity 1 (power)" for line in lines)
    assert "people out: nobody" in done.stdout
    assert lines[-1].strip().startswith("grid crews: 1 job, repaired at")


def test_the_full_story_tells_every_event(simengine: Call, result: Path) -> None:
    done = simengine("replay", result, "--epistemic", 0, "--run", 3, "--full")
    assert done.stdout.splitlines()[4].strip() == "0:00  struck, health 0% left: power"
    assert "a crew of grid_crews sets out: power" in done.stdout
    assert "repaired: power" in done.stdout


@pytest.mark.parametrize("which", ["--worst", "--typical"])
def test_a_run_can_be_chosen_by_its_loss(simengine: Call, result: Path, which: str) -> None:
    done = simengine("replay", result, which, "--lang", "nl")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Brand in de centrale: epistemische trekking")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--threat", "flood", "--worst"], "threat: expected one of station_fire, found 'flood'"),
        (["--epistemic", "0", "--run", "99"], "run: expected a number from 0 to 39, found 99"),
        (["--epistemic", "9", "--run", "0"], "epistemic: expected a number from 0 to 2, found 9"),
        (["--run", "0"], "expected --epistemic and --run, or --worst, or --typical"),
        (["--run", "0", "--worst"], "expected --run or --worst, found both"),
    ],
)
def test_a_run_that_is_not_there_is_bad_input(
    simengine: Call, result: Path, words: list[str], message: str
) -> None:
    done = simengine("replay", result, *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
