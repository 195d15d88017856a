"""Results made by hand: exponential losses, with draws that differ."""

from __future__ import annotations

import numpy as np
import xarray

from simengine.kernels import tally
from simengine.variables import STATISTICS, annotate

SERVICES = ("electricity", "tap_water")


def made(E: int = 3, N: int = 50, rates: bool = False, seed: int = 1) -> xarray.Dataset:
    """A result of one variant and two threats, with all forms of person_hours and struck."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(0.0, 0.5, size=(1, 2, E, 1, 1)) * 1000
    loss = np.floor(level * rng.exponential(size=(1, 2, E, N, len(SERVICES))))
    loss *= rng.random(loss.shape) > 0.3
    struck = np.floor(loss[..., 0] / 100)
    cell = ("variant", "threat", "epistemic")
    edges = tally.bin_edges()
    low = np.ceil(edges[:-1])
    found: dict[str, object] = {
        "person_hours": ((*cell, "statistic", "service"), _statistics(loss)),
        "person_hours_per_run": ((*cell, "run", "service"), loss.astype(np.float32)),
        "person_hours_histogram": (
            (*cell, "bin", "service"),
            np.apply_along_axis(_histogram, 3, loss),
            {"quantum": 1.0},
        ),
        "struck": ((*cell, "statistic"), _statistics(struck)),
        "struck_per_run": ((*cell, "run"), struck.astype(np.float32)),
        "good_runs": (cell, np.full((1, 2, E), N)),
    }
    if rates:
        found["rate"] = (("threat", "epistemic"), rng.lognormal(-3.0, 0.5, size=(2, E)))
    coords = {
        "variant": np.array(["base"], dtype=object),
        "threat": np.array(["flood", "storm"], dtype=object),
        "epistemic": np.arange(E),
        "run": np.arange(N),
        "statistic": np.array(STATISTICS, dtype=object),
        "service": np.array(SERVICES, dtype=object),
        "bin": np.arange(tally.BINS),
        "bin_low": ("bin", low),
        "bin_high": ("bin", np.maximum(np.ceil(edges[1:]) - 1, low)),
    }
    return annotate(xarray.Dataset(found, coords=coords))


def _statistics(values: np.ndarray) -> np.ndarray:
    sd = values.std(axis=3, ddof=1)
    return np.stack([values.mean(axis=3), sd, sd / np.sqrt(values.shape[3])], axis=3)


def _histogram(values: np.ndarray) -> np.ndarray:
    place = np.searchsorted(tally.bin_edges(), values, side="right") - 1
    return np.bincount(place, minlength=tally.BINS).astype(np.int64)
