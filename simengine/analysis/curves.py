"""People out over time: quantiles of the curves over all runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray
from numpy.typing import NDArray

from simengine.analysis.strata import has_strata, weights_of
from simengine.variables import annotate


def curve_quantiles(
    result: xarray.Dataset, quantiles: Sequence[float] = (0.05, 0.5, 0.95)
) -> xarray.Dataset:
    """Quantiles of the people without a service at each time, over all runs and epistemic draws.

    Each time stands for itself: the line of a quantile is no course that one run took. A quantile
    is read within its bin as if the runs in it lay evenly between its ends, which are an eighth of
    the number of people apart or less; nobody and the smallest numbers have bins of their own.

    Parameters
    ----------
    result
        A result of a study that asks for `outputs.curves`.
    quantiles
        Shares of the runs, each 0 to 1.

    Returns
    -------
    xarray.Dataset
        ``curve_quantiles`` [person] with dims (variant, threat, service, time, quantile); NaN where
        no run ended well.

    Raises
    ------
    ValueError
        If the result has no curves, or a quantile is not a share.
    """
    if "curve_histogram" not in result:
        raise ValueError("expected a result with curves (outputs.curves of the study), found none")
    shares = np.asarray(quantiles, dtype=np.float64)
    if shares.ndim != 1 or not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError(f"expected quantiles from 0 to 1, found {quantiles}")
    runs = result["curve_histogram"]
    if has_strata(result):
        runs = (runs * weights_of(result)).sum("stratum", skipna=False)
    runs = runs.sum("epistemic").transpose(..., "people_bin")
    found = _read(runs.values, runs["people_bin"].values, runs["people_bin_high"].values, shares)
    coords = {name: runs[name] for name in runs.dims if name != "people_bin"}
    dims = (*coords, "quantile")
    return annotate(
        xarray.Dataset({"curve_quantiles": (dims, found)}, {**coords, "quantile": shares})
    )


def _read(
    runs: NDArray[Any],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Quantiles from runs, or their weights, in bins (..., bin): shape (..., quantile)."""
    reached = np.cumsum(runs, axis=-1)[..., None, :]
    total = reached[..., -1]
    if runs.dtype.kind == "f":  # weighted runs: within a bin they lie as close as one likes
        wanted = np.minimum(shares, 1.0 - 1e-12) * total
        half, least = 0.0, float(np.finfo(np.float64).tiny)
        place = np.minimum(np.sum(reached <= wanted[..., None], axis=-1), len(low) - 1)
    else:
        wanted = np.clip(np.ceil(shares * total), 1, None)
        half, least = 0.5, 1.0
        place = np.minimum(np.sum(reached < wanted[..., None], axis=-1), len(low) - 1)
    inside = np.take_along_axis(runs, place, axis=-1)
    below = np.take_along_axis(reached[..., 0, :], place, axis=-1) - inside
    share = (wanted - below - half) / np.maximum(inside, least)
    return np.where(total > 0, low[place] + (high - low)[place] * share, np.nan)
