"""How often a loss is exceeded: the curve with its Monte Carlo interval and its epistemic band.

Convention. ``exceedance`` is P(loss > x) *given one occurrence* of the threat. With yearly rates,
``exceedance_rate`` is rate x P, occurrences a year above x, and ``return_period`` is one over that
frequency (not over the yearly probability 1 - exp(-rate x P), which is never above 1: the two part
for periods of a few years and less).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray
from numpy.typing import NDArray

from simengine.analysis.strata import has_strata, weights_of
from simengine.estimates import clustered_proportion, mean_interval, stratified_proportion
from simengine.variables import QUANTITIES, annotate

Floats = NDArray[np.float64]

CURVE_POINTS = 200
PERCENTILES = (0.05, 0.5, 0.95)
ESTIMATES = ("mean", "low", "high", *(f"p{round(100 * p):02d}" for p in PERCENTILES))


def exceedance(
    result: xarray.Dataset,
    quantity: str = "basic_person_hours",
    losses: Sequence[float] | None = None,
    level: float = 0.95,
) -> xarray.Dataset:
    """Exceedance curve of a quantity.

    Parameters
    ----------
    result
        A result. Labels of the quantity are chosen beforehand: ``result.sel(service="tap_water")``.
    quantity
        Name of a quantity that is kept for every run or has a histogram.
    losses
        Where to read the curve [unit of the quantity]; about 200 points if not given. From a
        histogram, each is moved up to the end of its bin (at most 1.6%), where the count is exact;
        the coordinate ``loss`` tells.
    level
        Coverage of the interval ``low`` to ``high``.

    Returns
    -------
    xarray.Dataset
        ``exceedance(variant, threat, estimate, loss)`` and, if the result has rates,
        ``exceedance_rate`` and ``return_period``. Estimates: ``mean`` over draws; ``low``, ``high``
        its Monte Carlo interval (Korn-Graubard, sound near 0; that of runs at random, and so
        usually too wide, if the design is sobol); ``p05``, ``p50``, ``p95``
        percentiles over epistemic draws, which hold the run noise of each draw.

    Raises
    ------
    ValueError
        If the quantity is not there, or labels are still to be chosen.
    """
    cells, x = _cells(result, quantity, losses)
    variants, threats = cells.sizes["variant"], cells.sizes["threat"]
    shape = (variants, threats, len(ESTIMATES), len(x))
    chance, yearly = np.full(shape, np.nan), np.full(shape, np.nan)
    strata = has_strata(result)
    if strata:
        weights_of(result)  # all strata have to be there
    weights = np.asarray(result["stratum_weight"].values) if strata else np.ones(1)
    good = result["stratum_good_runs" if strata else "good_runs"]
    for v in range(variants):
        for t in range(threats):
            place = {"variant": cells.variant.values[v], "threat": cells.threat.values[t]}
            trials = np.asarray(_choose(good, place).values, dtype=np.float64)
            trials = trials.reshape(-1, len(weights))
            used = (trials > 0).all(axis=1)
            if not used.any():
                continue
            hits, trials = np.asarray(cells.isel(variant=v, threat=t).values)[used], trials[used]
            share = (hits / trials[..., None] * weights[:, None]).sum(axis=1)
            chance[v, t] = _band(share)
            if strata:
                chance[v, t, 1:3] = stratified_proportion(hits, trials, weights, level)
            else:
                chance[v, t, 1:3] = clustered_proportion(hits[:, 0], trials[:, 0], level)
            if "rate" in result:
                rate = _choose(result["rate"], place).values[used]
                yearly[v, t] = _yearly(share, rate, chance[v, t, 1:3], level)
    dims = ("variant", "threat", "estimate", "loss")
    found = {"exceedance": (dims, chance)}
    if "rate" in result:
        with np.errstate(divide="ignore"):
            period = 1.0 / yearly
        # The longest period belongs to the lowest frequency.
        period[:, :, [1, 2, 3, 5]] = period[:, :, [2, 1, 5, 3]]
        found |= {"exceedance_rate": (dims, yearly), "return_period": (dims, period)}
    unit = QUANTITIES[quantity].unit
    label = {"units": unit, "long_name": QUANTITIES[quantity].label}
    coords = {
        "variant": cells.variant.values,
        "threat": cells.threat.values,
        "estimate": np.array(ESTIMATES, dtype=object),
        "loss": ("loss", x, label),
    }
    convention = "P(loss > x) given one occurrence; return period = 1 / yearly frequency"
    attrs = {"quantity": quantity, "convention": convention, "level": level}
    return annotate(xarray.Dataset(found, coords=coords, attrs=attrs))


def _cells(
    result: xarray.Dataset, quantity: str, losses: Sequence[float] | None
) -> tuple[xarray.DataArray, Floats]:
    """Runs above each loss, dims (variant, threat, epistemic, stratum, loss), and the losses."""
    runs, counts = f"{quantity}_per_run", f"{quantity}_histogram"
    source = runs if runs in result else counts
    if source not in result:
        raise ValueError(
            f"{quantity}: expected a quantity kept for every run or with a histogram, found none"
        )
    array = result[source]
    for dim in ("variant", "threat", "epistemic"):
        if dim not in array.dims:
            array = array.expand_dims({dim: [result[dim].item()]})
    if "stratum" not in array.dims:
        array = array.expand_dims("stratum")
    last = "run" if source == runs else "bin"
    lead = ("variant", "threat", "epistemic", "stratum")
    array = array.transpose(*lead, last, ...)
    if array.ndim > 5:
        rest = ", ".join(str(d) for d in array.dims[5:])
        raise ValueError(f"{quantity}: choose one label of {rest} first, as in result.sel(...)")
    x, above = (_from_runs if source == runs else _from_bins)(array, result, losses)
    coords = {d: array[d].values for d in lead[:3]}
    return xarray.DataArray(above, dims=(*lead, "loss"), coords=coords), x


def _from_runs(
    array: xarray.DataArray, result: xarray.Dataset, losses: Sequence[float] | None
) -> tuple[Floats, NDArray[np.int64]]:
    """Losses, and runs above each, from the values of all runs (NaN where one failed)."""
    values = np.asarray(array.values, dtype=np.float64)[:, :, :, 0]
    if losses is None:
        whole = np.sort(values[~np.isnan(values)])
        x = np.unique(whole[_spread(len(whole))]) if len(whole) else np.zeros(1)
    else:
        x = np.unique(np.asarray(losses, dtype=np.float64))
    first = np.asarray(result["stratum_first_run"].values) if has_strata(result) else np.zeros(1)
    stratum = np.searchsorted(first, array["run"].values, side="right") - 1
    above = np.empty((*values.shape[:3], len(first), len(x)), dtype=np.int64)
    for s in range(len(first)):
        mine = values[..., stratum == s]
        ordered = np.sort(mine, axis=-1)  # NaN last
        good = np.count_nonzero(~np.isnan(mine), axis=-1)
        for cell in np.ndindex(values.shape[:3]):
            below = np.searchsorted(ordered[cell][: good[cell]], x, side="right")
            above[(*cell, s)] = good[cell] - below
    return x, above


def _from_bins(
    array: xarray.DataArray, result: xarray.Dataset, losses: Sequence[float] | None
) -> tuple[Floats, NDArray[np.int64]]:
    """Losses at upper ends of bins, and runs above each, from the histograms."""
    ends = np.asarray(result["bin_high"].values) * float(array.attrs["quantum"])
    counts = np.asarray(array.values)
    if losses is None:
        filled = np.flatnonzero(counts.sum(axis=(0, 1, 2, 3)))
        places = filled[_spread(len(filled))] if len(filled) else np.zeros(1, dtype=np.intp)
    else:
        places = np.minimum(np.searchsorted(ends, np.asarray(losses, np.float64)), len(ends) - 1)
    # Of bins with the same end (those too narrow to hold a whole number) the last.
    places = np.unique(np.searchsorted(ends, ends[places], side="right") - 1)
    reached = np.cumsum(counts, axis=-1)
    return ends[places], (reached[..., -1:] - reached[..., places]).astype(np.int64)


def _spread(n: int) -> NDArray[np.intp]:
    """Positions among n sorted values: all if few, else denser and denser to the top."""
    if n <= CURVE_POINTS:
        return np.arange(n, dtype=np.intp)
    from_top = np.unique(np.geomspace(1, n, CURVE_POINTS).astype(np.intp))
    return np.sort(n - from_top)


def _band(values: Floats) -> Floats:
    """Mean and percentiles over draws, shape (estimate, loss); the interval still NaN."""
    out = np.full((len(ESTIMATES), values.shape[1]), np.nan)
    out[0] = values.mean(axis=0)
    out[3:] = np.quantile(values, PERCENTILES, axis=0)
    return out


def _yearly(share: Floats, rate: Floats, interval: Floats, level: float) -> Floats:
    """Yearly frequencies: mean over draws of rate x share, interval, percentiles."""
    product = share * rate[:, None]
    out = _band(product)
    E = len(product)
    if E > 1:
        error = product.std(axis=0, ddof=1) / np.sqrt(E)
        low, high = mean_interval(out[0], error, level, E - 1)
        # Where no run exceeds the loss the spread says nothing: the bound of the share does.
        none = out[0] == 0
        out[1] = np.where(none, 0.0, np.maximum(low, 0.0))
        out[2] = np.where(none, interval[1] * rate.mean(), high)
    else:
        out[1:3] = interval * rate.mean()
    return out


def _choose(array: xarray.DataArray, place: dict[str, object]) -> xarray.DataArray:
    """Select what can be selected; a dim that was selected before is gone."""
    return array.sel({d: v for d, v in place.items() if d in array.dims})
