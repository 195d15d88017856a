"""Designs of epistemic draws: spread as promised, the same however they are asked for.

Randomised designs are drawn from fixed seeds, so that a test gives the same answer each time.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import xarray
from numpy.typing import NDArray

from simengine.compiled import compile_study
from simengine.compiled.designs import MOST_SOBOL, designed
from simengine.compiled.laws import item_id
from simengine.compiled.limits import check_draws
from simengine.errors import InputErrors
from simengine.report.summary import summary
from simengine.runs.driver import compile_text, run_engine
from simengine.runs.provenance import compare
from simengine.scenario.study import Epistemic, study_from_documents
from tests.comparison import mean, misses
from tests.engine import Engine, differences, hit, study, watching

IDS = [item_id(name) for name in ("a", "b", "c")]
DESIGNS = ("latin_hypercube", "sobol")


def points(design: str, size: int, seed: int = 1, ids: list[int] = IDS) -> NDArray[np.float64]:
    return designed(Epistemic(size, design), seed, list(range(size)), ids)  # type: ignore[arg-type]


@pytest.mark.parametrize(("design", "size"), [("latin_hypercube", 100), ("sobol", 128)])
def test_each_of_n_strata_holds_one_draw_of_each_quantity(design: str, size: int) -> None:
    for seed in range(20):
        found = np.sort(np.floor(points(design, size, seed) * size), axis=0)
        assert (found == np.arange(size)[:, None]).all()


def test_sobol_points_have_one_in_each_box_of_two_quantities() -> None:
    found = points("sobol", 256)
    for m in range(9):  # the first two dimensions are a (0, 2)-sequence
        first, second = sorted(range(3), key=IDS.__getitem__)[:2]
        boxes = np.floor(found[:, first] * 2**m) * 2 ** (8 - m)
        assert len(set(boxes + np.floor(found[:, second] * 2 ** (8 - m)))) == 256


def test_a_longer_sobol_design_starts_with_the_shorter() -> None:
    assert np.array_equal(points("sobol", 100)[:37], points("sobol", 37))
    assert not np.array_equal(points("latin_hypercube", 100)[:37], points("latin_hypercube", 37))


@pytest.mark.parametrize("design", DESIGNS)
def test_a_row_does_not_depend_on_the_rows_asked_for(design: str) -> None:
    some = designed(Epistemic(50, design), 1, [7, 3], IDS)  # type: ignore[arg-type]
    assert np.array_equal(some, points(design, 50)[[7, 3]])


def test_another_quantity_moves_none_of_a_latin_hypercube() -> None:
    more = points("latin_hypercube", 50, ids=[item_id("x"), *IDS])
    assert np.array_equal(more[:, 1:], points("latin_hypercube", 50))


@pytest.mark.parametrize("design", DESIGNS)
def test_draws_are_strictly_inside(design: str) -> None:
    for size in (1, 2, 3, 1000):
        found = points(design, size)
        assert ((found > 0) & (found < 1)).all()


# The false alarms of the two tests below: 6.3e-5 each comparison, as in tests/comparison.py.
@pytest.mark.parametrize("design", DESIGNS)
def test_the_mean_of_a_linear_function_is_right_and_far_surer(design: str) -> None:
    # Sum of three uniforms, 64 draws: at random its mean has sd sqrt(3 / 12 / 64) = 0.0625; with
    # one draw in each stratum the rest is uniform within 1/64: sd sqrt(3 / 12 / 64**3) = 0.00098.
    means = np.array([points(design, 64, seed).sum(axis=1).mean() for seed in range(400)])
    assert not misses([mean("E1", f"mean of a sum, {design}", 1.5, means)])
    sd = sqrt(3 / 12 / 64**3)
    if design == "latin_hypercube":  # normal remainders: sd of an sd is 1 / sqrt(2 n)
        assert abs(means.std() / sd - 1) < 4 / sqrt(2 * 400)
    assert means.std() < 1.2 * sd  # a scrambled Sobol point need not be uniform in its stratum


def unsure(design: str, size: int = 16, runs: int = 1) -> Engine:
    """A repair of unknown length by two unknown factors; the loss is its hours."""
    belief = {"uncertain": {"dist": "uniform", "low": "1 h", "high": "9 h"}}
    chance = {"uncertain": {"dist": "uniform", "low": 0.0, "high": 1.0}}
    network = watching({"a": {}, "b": {}}, ["a", "b"])
    asked = study(
        hit("a", repair=belief),
        hit("b", probability=chance, repair="4 h"),
        epistemic={"size": size, "design": design},
    )
    return Engine({**asked, "runs": runs}, network)


@pytest.mark.parametrize("design", ["random", *DESIGNS])
def test_the_engine_is_the_reference(design: str) -> None:
    engine = unsure(design)
    for epistemic in (0, 5, 15):
        assert not differences(engine, 4, epistemic=epistemic)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_loss_takes_one_value_in_each_stratum(design: str) -> None:
    engine = unsure(design)
    hours = [engine.run(1, epistemic=e)["person_hours", "a"][0] for e in range(16)]
    assert sorted(np.floor((np.array(hours) - 1) / 8 * 16)) == list(range(16))


@pytest.mark.compiled_only
@pytest.mark.parametrize("design", DESIGNS)
def test_chunks_and_processes_give_the_same_bits(design: str, tmp_path: Path) -> None:
    def make(name: str, chunk: tuple[int, int], scheduler: str) -> xarray.Dataset:
        engine = compile_study(unsure(design, runs=20).study)
        path = tmp_path / f"{name}.zarr"
        how = {"scheduler": scheduler, "workers": 2, "chunk": chunk}
        return run_engine(engine, compile_text, output=path, **how)  # type: ignore[arg-type]

    truth = make("whole", (16, 20), "serial")
    for name, scheduler in (("parts", "serial"), ("processes", "processes")):
        found = compare(truth, make(name, (3, 7), scheduler))
        assert found.equal, str(found)
    assert "spread evenly" in summary(truth)
    assert "gelijk verspreid" in summary(truth, "nl")


def test_more_unknowns_than_direction_numbers_are_refused_in_words() -> None:
    asked = study(hit("a"), epistemic={"size": 4, "design": "sobol"})
    found = study_from_documents(asked, watching({"a": {}}, ["a"]))
    check_draws(found, MOST_SOBOL)
    with pytest.raises(InputErrors, match=r"at most 21,201 unknown .* found 21,202; take latin"):
        check_draws(found, MOST_SOBOL + 1)
