"""Quantiles of people out over time, against numpy on the runs themselves."""

from itertools import product

import numpy as np
import pytest
import xarray

from simengine import curve_quantiles
from simengine.kernels.curves import people_bin, people_edges
from tests.engine import Engine, hit, study, watching
from tests.reference import Reference

MOST = 17_000_000
EDGES = people_edges(MOST)


def test_edges_and_bins_agree():
    people = np.unique(np.concatenate([np.arange(70), EDGES, EDGES[1:] - 1, EDGES + 1]))
    for count in people[people <= MOST].tolist():
        place = people_bin(count)
        assert EDGES[place] <= count < EDGES[place + 1]
    assert (np.diff(EDGES) >= 1).all()
    assert (np.diff(EDGES[8:]) <= 0.125 * EDGES[8:-1]).all()
    for few in range(40):
        assert people_edges(few)[-1] == few + 1
        assert people_bin(few) == len(people_edges(few)) - 2


def result_of(people):
    """A result with one service; `people` has the dims (epistemic, run, time)."""
    shape = (1, 1, len(people), 1, people.shape[2], len(EDGES) - 1)
    counts = np.zeros(shape, dtype=np.int64)
    for e, run, t in np.ndindex(people.shape):
        counts[0, 0, e, 0, t, people_bin(int(people[e, run, t]))] += 1
    dims = ("variant", "threat", "epistemic", "service", "time", "people_bin")
    coords = {"variant": ["base"], "threat": ["storm"], "epistemic": np.arange(len(people)),
              "service": ["tap_water"], "time": np.arange(people.shape[2], dtype=float),
              "people_bin": EDGES[:-1],
              "people_bin_high": ("people_bin", EDGES[1:] - 1)}  # fmt: skip
    return xarray.Dataset({"curve_histogram": (dims, counts)}, coords)


def test_quantiles_are_those_of_the_runs_to_a_bin():
    draw = np.random.default_rng(1)
    people = np.floor(draw.lognormal(11, 1.5, (3, 400, 4))) * (draw.random((3, 400, 4)) < 0.7)
    people[:, :, 3] = 0
    wanted = np.quantile(people.reshape(-1, 4), [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    found = curve_quantiles(result_of(people)).curve_quantiles.values[0, 0, 0]
    np.testing.assert_allclose(found, wanted.T, rtol=0.125)
    assert (found[3] == 0).all()
    assert found[0, 0] == 0 < found[0, 1]


def test_no_good_runs_give_no_quantile():
    result = result_of(np.ones((1, 1, 2))) * 0
    assert np.isnan(curve_quantiles(result).curve_quantiles.values).all()


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match=r"outputs\.curves"):
        curve_quantiles(xarray.Dataset())
    with pytest.raises(ValueError, match="from 0 to 1"):
        curve_quantiles(result_of(np.ones((1, 1, 2))), [95])


def test_the_engine_counts_the_curves_that_the_reference_follows():
    mean = {"dist": "exponential", "mean": "7 h"}
    assets = {name: {"repair": {"pool": "none", "time": mean}} for name in ("one", "two", "three")}
    made = watching(assets, assets, people=700)
    curves = {"curves": {"step": "3 h"}}
    engine = Engine(study(hit("one", "two", probability=0.7), horizon="40 h", outputs=curves), made)
    services, times = engine.compiled.curve_services, engine.compiled.curve_steps
    edges = engine.compiled.people_edges
    curves = np.zeros((len(services), len(times), len(edges)), dtype=np.int64)
    assert not engine.rows(20, curves=curves)[1].any()
    wanted = np.zeros_like(curves)
    reference = Reference(engine.study, "event", 0)
    for run in range(20):
        reference.run(run)
        for (s, service), (t, time) in product(enumerate(services), enumerate(times)):
            people = [p for at, p in reference.track[service] if at <= time][-1] / 2**20
            wanted[s, t, 0] += round(people)
            wanted[s, t, 1 + np.searchsorted(edges, people, side="right") - 1] += 1
    np.testing.assert_array_equal(curves, wanted)
