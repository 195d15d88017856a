"""Which run to replay: the worst one, or a typical one, found from the histograms of a result.

The histograms tell in which cells such a run is; those cells alone are done again, so that a
choice among a million runs takes a moment and no value needs to be kept for every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray
from numpy.typing import NDArray

from simengine.estimates import run_weights
from simengine.runs.fields import Engine
from simengine.runs.progress import Refused

__all__ = ["MEASURE", "Place", "choose"]

MEASURE = "basic_person_hours"
BLOCK_RUNS = 4096


@dataclass(frozen=True)
class Place:
    """One run of a result.

    Attributes
    ----------
    threat
        Name.
    epistemic, run
        Numbers.
    loss
        Person-hours without a basic service in that run [person hour]; NaN if it failed.
    failure
        Why it failed; empty for a good run.
    """

    threat: str
    epistemic: int
    run: int
    loss: float
    failure: str = ""


def choose(
    result: xarray.Dataset,
    engine: Engine,
    which: Literal["worst", "typical"],
    threat: str | None = None,
    epistemic: int | None = None,
) -> Place:
    """Find the worst or a typical run by the person-hours without a basic service.

    Parameters
    ----------
    result
        A complete result.
    engine
        Its study, compiled.
    which
        ``worst``: the run that loses most. ``typical``: one in the middle bin of all runs, the
        nearest to the middle of that bin in the draw that has most runs there.
    threat, epistemic
        Look among these alone; all if not given.

    Returns
    -------
    Place
        The first such run.

    Raises
    ------
    Refused
        If no run ended well.
    """
    threats = [str(name) for name in result.threat.values]
    counts = _counts(result.isel(variant=0), weighted=which == "typical")
    eligible = np.ones(counts.shape[:2], dtype=bool)
    if threat is not None:
        eligible &= (np.array(threats) == threat)[:, None]
    if epistemic is not None:
        eligible &= (result.epistemic.values == epistemic)[None, :]
    counts = np.where(eligible[:, :, None], counts, 0)
    total = counts.sum(axis=(0, 1))
    if not total.any():
        raise Refused("expected a run that ended well, found none to choose from")
    if which == "worst":
        wanted = int(np.flatnonzero(total)[-1])
        cells = np.argwhere(counts[:, :, wanted])
    else:
        wanted = int(np.searchsorted(np.cumsum(total), _half(total)))
        cells = np.array([np.unravel_index(counts[:, :, wanted].argmax(), counts.shape[:2])])
    if wanted == 0:
        cells = cells[:1]  # nobody loses anything, and one such run is like another
    quantum = float(result[f"{MEASURE}_histogram"].attrs["quantum"])
    middle = quantum * float(result.bin_low[wanted] + result.bin_high[wanted]) / 2
    target = np.inf if which == "worst" else middle
    runs = int(result.attrs["runs"])
    found = [_nearest(engine, int(t), int(e), runs, target) for t, e in cells]
    loss, place = max(found) if which == "worst" else found[0]
    return Place(threats[-place[0]], -place[1], -place[2], loss)


def _counts(result: xarray.Dataset, weighted: bool) -> NDArray[Any]:
    """Runs in each bin, or their weight where runs weigh unlike, shape (threat, epistemic, bin)."""
    histogram = result[f"{MEASURE}_histogram"]
    counts = np.asarray(histogram.values)
    if "stratum" not in histogram.dims:
        return counts
    if not weighted:
        return np.asarray(counts.sum(axis=2))
    each = run_weights(result["stratum_good_runs"].values, result["stratum_weight"].values)
    if np.isnan(each).any():
        raise Refused("expected a good run in every stratum to tell what is typical, found none")
    return np.asarray((counts * each[..., None]).sum(axis=2))


def _half(total: NDArray[Any]) -> float:
    """How many runs, or what weight, lie up to the middle one."""
    return float(total.sum() / 2) if total.dtype.kind == "f" else int(total.sum() + 1) // 2


def _nearest(
    engine: Engine, threat: int, epistemic: int, runs: int, target: float
) -> tuple[float, tuple[int, int, int]]:
    """Loss and place of the run nearest to a loss; numbers negative, so that the first is largest.

    Parameters
    ----------
    engine
        The compiled study.
    threat, epistemic
        The cell.
    runs
        How many runs it has.
    target
        Wanted loss [person hour]; infinite for the largest.
    """
    losses = np.concatenate(
        [
            _losses(engine, threat, epistemic, first, min(BLOCK_RUNS, runs - first))
            for first in range(0, runs, BLOCK_RUNS)
        ]
    )
    far = -losses if np.isinf(target) else np.abs(losses - target)
    run = int(np.nanargmin(far))
    return float(losses[run]), (-threat, -epistemic, -run)


def _losses(
    engine: Engine, threat: int, epistemic: int, first: int, count: int
) -> NDArray[np.float64]:
    """Losses of some runs of a cell, NaN where one failed, shape (run,)."""
    column = [c.variable for c in engine.columns].index(MEASURE)
    values, status = np.zeros((count, len(engine.columns))), np.zeros(count, dtype=np.int32)
    parameters = engine.epistemic_parameters([epistemic])[0]
    engine.simulate(threat, epistemic, first, values, status, None, parameters)
    return np.where(status == 0, values[:, column], np.nan)
