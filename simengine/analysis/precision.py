"""How sure every number of a result is, and how many runs would make it surer."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray
from numpy.typing import NDArray

from simengine.estimates import epistemic_needed, runs_needed, two_level
from simengine.scenario.sampling import SOBOL_GROUPS
from simengine.variables import PRECISIONS, QUANTITIES, annotate, in_form


def precision(
    result: xarray.Dataset, level: float = 0.95, relative_error: float = 0.02
) -> xarray.Dataset:
    """Mean of every quantity over draws and runs, its error, and where the error comes from.

    Parameters
    ----------
    result
        A result, complete or cut down by a selection that keeps the dims epistemic and statistic.
    level
        Coverage of the interval ``low`` to ``high``: Student t on the two-level standard error.
    relative_error
        Standard error over mean for which ``runs_needed`` (in each cell, with the draws there are)
        and ``epistemic_needed`` (draws, with the runs there are) are given; infinite if that
        cannot be reached so, NaN where nothing was lost.

    Returns
    -------
    xarray.Dataset
        For each quantity ``<name>_precision`` with dim ``precision``: mean, standard_error, low,
        high, relative_error, epistemic_sd, run_sd, runs_needed, epistemic_needed. The means and
        deviations have the unit of the quantity; the last two and relative_error are numbers.

    Raises
    ------
    ValueError
        If there are no statistics in the result.
    """
    names = [q for q in QUANTITIES if q in result and "statistic" in result[q].dims]
    if not names:
        raise ValueError("expected a result with statistics over runs, found none")
    found, freedom = {}, _freedom(result)
    for name in names:
        entry = in_form(name, "precision")
        array = result[name]
        for dim in ("variant", "threat"):
            if dim not in array.dims:
                array = array.expand_dims(dim)
        lead = ("variant", "threat", "epistemic", "statistic")
        labels = [d for d in array.dims if d not in lead]
        values = array.transpose(*lead, *labels)
        good = result["good_runs"]
        for dim in ("variant", "threat"):
            if dim not in good.dims:
                good = good.expand_dims(dim)
        runs = np.asarray(good.transpose("variant", "threat", "epistemic").values)
        data = _figures(np.asarray(values.values), runs, level, relative_error, freedom)
        dims = ("variant", "threat", "precision", *(str(d) for d in labels))
        found[entry.name] = xarray.DataArray(data, dims=dims)
    coords = {
        str(k): v
        for k, v in result.coords.items()
        if set(v.dims) <= {d for a in found.values() for d in a.dims}
    }
    for dim in ("variant", "threat"):
        coords[dim] = np.atleast_1d(np.asarray(result[dim].values, dtype=object))
    coords["precision"] = np.array(PRECISIONS, dtype=object)
    attrs = {
        k: result.attrs[k] for k in ("title", "name", "digest", "complete") if k in result.attrs
    }
    attrs |= {"level": level, "wanted_relative_error": relative_error}
    return annotate(xarray.Dataset(found, coords=coords, attrs=attrs))


def _freedom(result: xarray.Dataset) -> int | None:
    """Degrees of freedom of an error within a draw that was not sampled at random."""
    if "stratum_good_runs" in result:
        return max(int(result["stratum_good_runs"].min()) - 1, 0)
    return SOBOL_GROUPS - 1 if result.attrs.get("sampling") == "sobol" else None


def _figures(
    values: NDArray[np.float64],
    runs: NDArray[np.int64],
    level: float,
    relative_error: float,
    freedom: int | None,
) -> NDArray[np.float64]:
    """Figures of one quantity.

    Parameters
    ----------
    values
        Shape (variant, threat, epistemic, statistic, ...): mean, sd, standard error.
    runs
        Good runs, shape (variant, threat, epistemic).
    level, relative_error
        As for `precision`.
    freedom
        Degrees of freedom of an error within a draw; None: one fewer than the runs.

    Returns
    -------
    numpy.ndarray
        Shape (variant, threat, precision, ...).
    """
    variants, threats = values.shape[:2]
    out = np.full((variants, threats, len(PRECISIONS), *values.shape[4:]), np.nan)
    for v in range(variants):
        for t in range(threats):
            cells: Any = values[v, t]
            found = two_level(cells[:, 0], cells[:, 1], runs[v, t], cells[:, 2], freedom)
            low, high = found.interval(level)
            with np.errstate(divide="ignore", invalid="ignore"):
                relative = found.standard_error / np.abs(found.mean)
            out[v, t] = np.stack(
                [
                    found.mean,
                    found.standard_error,
                    low,
                    high,
                    relative,
                    found.epistemic_sd,
                    found.run_sd,
                    runs_needed(found, relative_error),
                    epistemic_needed(found, relative_error),
                ]
            )
    return out
