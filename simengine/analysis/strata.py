"""Strata of a result: what a run of each weighs."""

from __future__ import annotations

import xarray

from simengine.estimates import run_weights

__all__ = ["has_strata", "weights_of"]


def has_strata(result: xarray.Dataset) -> bool:
    """Whether the runs of a result were divided into strata, so that they weigh unlike."""
    marks = {"stratum", "stratum_weight", "stratum_good_runs", "weight"}
    return bool(marks & set(result.variables)) or result.attrs.get("sampling") == "strata"


def weights_of(result: xarray.Dataset) -> xarray.DataArray:
    """Weight of one good run of each stratum; see `simengine.estimates.run_weights`.

    Parameters
    ----------
    result
        A result with strata.

    Raises
    ------
    ValueError
        If the strata have lost their weights, or one was taken out: counts alone would mislead.
    """
    if not {"stratum_good_runs", "stratum_weight"} <= set(result.variables):
        raise ValueError("expected strata with their weights and runs, found some of that alone")
    runs = result["stratum_good_runs"].transpose(..., "stratum")
    return runs.copy(data=run_weights(runs.values, result["stratum_weight"].values))
