"""The registry of every named array in a result: dims, dtype, unit and one sentence.

Nothing is written to a result, and nothing is read from one, under a name that is not here.
A *quantity* is a number that each run yields, for each label of its dims (person-hours for each
service). It appears in a result in up to four forms, told apart by the suffix of the name:

==================== ========================================= ================================
name                 dims before the labels                    what it holds
==================== ========================================= ================================
``person_hours``     variant, threat, epistemic, statistic     mean, sd and standard error
``..._per_run``      variant, threat, epistemic, run           each run's value, if kept
``..._histogram``    variant, threat, epistemic, bin           runs in each bin of the value
``..._precision``    variant, threat, precision                what `analysis.precision` tells
==================== ========================================= ================================

Where the runs were divided into strata, histograms have the dim stratum before the bins, and
strata their weights; a result without strata has no such dim.

This module knows xarray by its shape only, so that the rooms below the result may read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import xarray

Form = Literal["statistic", "per_run", "histogram", "precision"]

CELL = ("variant", "threat", "epistemic")
STATISTICS = ("mean", "sd", "standard_error")
PRECISIONS = (
    "mean",
    "standard_error",
    "low",
    "high",
    "relative_error",
    "epistemic_sd",
    "run_sd",
    "runs_needed",
    "epistemic_needed",
)


@dataclass(frozen=True)
class Variable:
    """One named array.

    Attributes
    ----------
    name
        The name in a result.
    dims
        All dims, in order; for a quantity of the registry only the label dims.
    kind
        numpy dtype kind and size, such as ``f8``; ``O`` for text labels.
    unit
        Unit as text; ``1`` for a plain number.
    label
        A few words for the axis of a figure (``long_name``).
    meaning
        One sentence (``description``).
    """

    name: str
    dims: tuple[str, ...]
    kind: str
    unit: str
    label: str
    meaning: str

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes a result carries: units, long_name, description."""
        return {"units": self.unit, "long_name": self.label, "description": self.meaning}


def _quantity(name: str, dims: str, unit: str, label: str, meaning: str) -> Variable:
    return Variable(name, tuple(dims.split()), "f8", unit, label, meaning)


def _times(prefix: str, dims: str, whom: str) -> list[Variable]:
    return [
        _quantity(
            f"{prefix}hours_to_{q}",
            dims,
            "hour",
            f"time to {q}% restored{whom}",
            f"Time from the start until the people{whom} out stay at or below {100 - q}% of their "
            "peak; 0 if nobody was out, the horizon if never.",
        )
        for q in (50, 90, 100)
    ]


QUANTITIES: dict[str, Variable] = {
    v.name: v
    for v in [
        _quantity("person_hours", "service", "person hour", "person-hours without the service",
                  "People without the service, summed over the hours of the observation window."),
        _quantity("people_peak", "service", "person", "largest number of people out",
                  "Largest number of people without the service at one moment."),
        *_times("", "service", ""),
        _quantity("first_outage", "service", "hour", "time to the first outage",
                  "Time from the start until people first lose the service; the horizon if never."),
        _quantity("hours_below_full", "service", "hour", "hours below full service",
                  "Time in the observation window with at least one person without the service."),
        _quantity("interruptions", "service", "1", "interruptions",
                  "Number of times that an area lost the service, in part or in full."),
        _quantity("customers_interrupted", "service", "person", "people interrupted",
                  "People who lost the service, counted again each time they lose it."),
        _quantity("basic_person_hours", "", "person hour", "person-hours without a basic service",
                  "People without at least one basic service, summed over the hours."),
        _quantity("basic_people_peak", "", "person", "largest number without a basic service",
                  "Largest number of people without at least one basic service at one moment."),
        *_times("basic_", "", " of any basic service"),
        _quantity("region_person_hours", "service region", "person hour",
                  "person-hours without the service in the region",
                  "People of the region without the service, summed over the hours."),
        _quantity("region_people_peak", "service region", "person",
                  "largest number of people out in the region",
                  "Largest number of people of the region without the service at one moment."),
        _quantity("region_basic_person_hours", "region", "person hour",
                  "person-hours without a basic service in the region",
                  "People of the region without a basic service, summed over the hours."),
        _quantity("people_by_duration", "service duration", "person",
                  "people by duration of their outage",
                  "People whose outage lasted at least this duration, once for each outage."),
        _quantity("struck", "", "1", "assets struck",
                  "Assets hit by the threat itself or failed by themselves (order 0)."),
        _quantity("followed", "", "1", "assets that followed",
                  "Assets that fell because of others (order 1 and above)."),
        _quantity("by_order", "service order", "person hour", "person-hours by order",
                  "Person-hours by the order of the outage: 0 struck itself, else steps from one."),
        _quantity("by_origin", "service sector", "person hour", "person-hours by sector of origin",
                  "Person-hours by the sector in which the outage began."),
        _quantity("censored", "", "1", "runs cut by the horizon",
                  "1 if an outage was still open at the horizon and counted to it, else 0."),
        _quantity("deadlocked", "", "1", "assets in a deadlock",
                  "Healthy assets at level 0 at the end, blocked by each other alone."),
        _quantity("people_out_at", "service instant", "person", "people out at an instant",
                  "People without the service just after what happens at the instant."),
        _quantity("customer_hours", "service", "customer hour", "customer-hours without service",
                  "Customers (connections) without the service, summed over the hours."),
        _quantity("energy_unserved", "service", "MWh", "energy not served",
                  "Power that areas without the service would have taken, summed over the hours."),
        _quantity("value_unserved", "service", "euro", "worth of service not delivered",
                  "Worth of an hour of the service in an area, summed over its hours without it."),
    ]
}  # fmt: skip

FORMS: dict[Form, tuple[str, tuple[str, ...], str]] = {
    "statistic": ("", (*CELL, "statistic"), "f8"),
    "per_run": ("_per_run", (*CELL, "run"), "f4"),
    "histogram": ("_histogram", (*CELL, "stratum", "bin"), "i8"),
    "precision": ("_precision", ("variant", "threat", "precision"), "f8"),
}

OTHERS: dict[str, Variable] = {
    v.name: v
    for v in [
        Variable("curve_mean", (*CELL, "service", "time"), "f8", "person", "people out, mean",
                 "Mean over runs of the people without the service, by time since the start."),
        Variable("curve_histogram", (*CELL, "stratum", "service", "time", "people_bin"), "i8", "1",
                 "runs by people out", "Number of runs in each bin of the people without the "
                 "service, by time since the start."),
        Variable("curve_quantiles", ("variant", "threat", "service", "time", "quantile"), "f8",
                 "person", "people out, quantiles", "Quantiles of the people without the service "
                 "over all runs and epistemic draws, each read within its bin."),
        Variable("rate", ("threat", "epistemic"), "f8", "1 / year", "rate of the threat",
                 "Occurrences of the threat in a year, one value for each epistemic draw."),
        Variable("status", (*CELL, "run"), "i4", "1", "status of the run",
                 "0 for a good run, -1 for one not done, else the reason why it failed."),
        Variable("good_runs", CELL, "i8", "1", "runs in the statistics",
                 "Runs of the cell that ended well; all statistics are over these."),
        Variable("stratum_good_runs", (*CELL, "stratum"), "i8", "1", "runs in the statistics",
                 "Runs of the stratum that ended well; their mean has the weight of the stratum."),
        Variable("failed_runs", CELL, "i8", "1", "runs that failed",
                 "Runs of the cell that failed; they are left out of all statistics."),
        Variable("first_failed_runs", (*CELL, "failure"), "i8", "1", "first runs that failed",
                 "Numbers of the first runs of the cell that failed, for replay; -1 if fewer did."),
        Variable("first_failed_status", (*CELL, "failure"), "i4", "1", "why they failed",
                 "Status of each of the first runs that failed; 0 if fewer did."),
        Variable("exceedance", ("variant", "threat", "estimate", "loss"), "f8", "1",
                 "probability of exceeding the loss, given an occurrence",
                 "Probability that one occurrence of the threat costs more than the loss."),
        Variable("exceedance_rate", ("variant", "threat", "estimate", "loss"), "f8", "1 / year",
                 "yearly frequency of exceeding the loss",
                 "Occurrences in a year that cost more than the loss."),
        Variable("return_period", ("variant", "threat", "estimate", "loss"), "f8", "year",
                 "return period of exceeding the loss",
                 "One over the yearly frequency of exceeding the loss."),
    ]
}  # fmt: skip

COORDINATES: dict[str, Variable] = {
    v.name: v
    for v in [
        Variable("variant", ("variant",), "O", "1", "variant", "Set of measures; base: none."),
        Variable("threat", ("threat",), "O", "1", "threat", "Name of the threat."),
        Variable("epistemic", ("epistemic",), "i8", "1", "epistemic draw",
                 "Number of the draw of what we do not know."),
        Variable("run", ("run",), "i8", "1", "run", "Number of the throw of the dice in its cell."),
        Variable("weight", ("run",), "f8", "1", "weight of the run",
                 "Weight of each run, 1 on average: a mean over runs is right with these weights "
                 "alone (if no run failed; else the mean of each stratum with its weight)."),
        Variable("stratum", ("stratum",), "i8", "1", "stratum",
                 "Number of the stratum of the first intensity, from low to high probability."),
        Variable("stratum_weight", ("stratum",), "f8", "1", "weight of the stratum",
                 "Probability of the stratum; counts of runs are not comparable between strata."),
        Variable("stratum_first_run", ("stratum",), "i8", "1", "first run of the stratum",
                 "Number of the first run of the stratum; its runs are consecutive."),
        Variable("statistic", ("statistic",), "O", "1", "statistic",
                 "Statistic over the runs of the cell."),
        Variable("precision", ("precision",), "O", "1", "precision",
                 "Figure over all epistemic draws and runs."),
        Variable("estimate", ("estimate",), "O", "1", "estimate",
                 "Mean over epistemic draws, its Monte Carlo interval, and epistemic percentiles."),
        Variable("loss", ("loss",), "f8", "1", "loss", "Value that is exceeded."),
        Variable("service", ("service",), "O", "1", "service", "Service that people lose."),
        Variable("region", ("region",), "O", "1", "region", "Region where people live."),
        Variable("sector", ("sector",), "O", "1", "sector", "Sector where the outage began."),
        Variable("order", ("order",), "i8", "1", "order",
                 "Steps from what was struck; the last one holds all beyond."),
        Variable("duration", ("duration",), "f8", "hour", "duration at least",
                 "Lower edge of the duration of an outage."),
        Variable("time", ("time",), "f8", "hour", "time", "Time since the start."),
        Variable("instant", ("instant",), "f8", "hour", "instant", "Time since the start."),
        Variable("people_bin", ("people_bin",), "i8", "person", "least people out in the bin",
                 "Least number of people in the bin."),
        Variable("people_bin_high", ("people_bin",), "i8", "person", "most people out in the bin",
                 "Largest number of people in the bin."),
        Variable("quantile", ("quantile",), "f8", "1", "quantile",
                 "Share of the runs that are at or below."),
        Variable("failure", ("failure",), "i8", "1", "failure", "Rank among the failed runs."),
        Variable("bin", ("bin",), "i8", "1", "bin", "Number of the bin of a histogram; 0: zero."),
        Variable("bin_low", ("bin",), "f8", "1", "lower edge of the bin",
                 "Lower edge, in quanta of the variable (its attribute `quantum`)."),
        Variable("bin_high", ("bin",), "f8", "1", "upper edge of the bin",
                 "Upper edge, in quanta of the variable (its attribute `quantum`)."),
    ]
}  # fmt: skip


def find(name: str) -> Variable:
    """Entry of the registry for an array of a result, with all its dims.

    Parameters
    ----------
    name
        Name of a variable or coordinate, in any form.

    Returns
    -------
    Variable
        The entry.

    Raises
    ------
    KeyError
        If no such array is registered.
    """
    if name in COORDINATES:
        return COORDINATES[name]
    if name in OTHERS:
        return OTHERS[name]
    for form, (suffix, _, _) in FORMS.items():
        if suffix and name.removesuffix(suffix) in QUANTITIES and name.endswith(suffix):
            return in_form(name.removesuffix(suffix), form)
    if name in QUANTITIES:
        return in_form(name, "statistic")
    raise KeyError(f"no array named {name!r} is registered in simengine.variables")


def in_form(quantity: str, form: Form) -> Variable:
    """Entry of one form of a quantity.

    Parameters
    ----------
    quantity
        Name of a quantity, such as ``person_hours``.
    form
        Which form.

    Returns
    -------
    Variable
        The entry, with all its dims.
    """
    base = QUANTITIES[quantity]
    suffix, first, kind = FORMS[form]
    counted = form == "histogram"
    return replace(
        base,
        name=quantity + suffix,
        dims=first + base.dims,
        kind=kind,
        unit="1" if counted else base.unit,
        label=f"runs by {base.label}" if counted else base.label,
        meaning=f"Number of runs in each bin of: {base.meaning}" if counted else base.meaning,
    )


def problems(dataset: xarray.Dataset) -> list[str]:
    """All that keeps a dataset from being a result of this registry, a sentence each.

    Parameters
    ----------
    dataset
        The dataset to look at.

    Returns
    -------
    list of str
        Sentences with what was expected and what was found; empty if all is well. Extra dims
        that a selection dropped are allowed: the dims found must be the registered ones, in
        order, with none added.
    """
    found: list[str] = []
    for name, array in dataset.variables.items():
        try:
            entry = find(str(name))
        except KeyError as error:
            found.append(str(error.args[0]))
            continue
        dims = tuple(str(d) for d in array.dims)
        if dims != tuple(d for d in entry.dims if d in dims):
            found.append(f"{name}: expected dims {entry.dims}, found {dims}")
        kind = array.dtype.kind
        if not (kind in "OUT" if entry.kind == "O" else kind == entry.kind[0]):
            found.append(f"{name}: expected dtype {entry.kind}, found {array.dtype}")
        units = array.attrs.get("units", entry.unit)
        if units != entry.unit and name != "loss":
            found.append(f"{name}: expected units {entry.unit!r}, found {units!r}")
    return found


def validate(dataset: xarray.Dataset) -> xarray.Dataset:
    """Check a dataset against the registry.

    Parameters
    ----------
    dataset
        The dataset to check.

    Returns
    -------
    xarray.Dataset
        The same dataset.

    Raises
    ------
    ValueError
        With all problems, one a line.
    """
    if found := problems(dataset):
        raise ValueError("not a result of simengine:\n  " + "\n  ".join(found))
    return dataset


def annotate(dataset: xarray.Dataset) -> xarray.Dataset:
    """Check a dataset and give each array its units, long_name and description.

    Parameters
    ----------
    dataset
        The dataset; attributes that an array has already are kept.

    Returns
    -------
    xarray.Dataset
        A shallow copy with attributes.

    Raises
    ------
    ValueError
        If an array is not in the registry or has other dims, dtype or units.
    """
    validate(dataset)
    result = dataset.copy()
    for name in result.variables:
        array = result[name]
        array.attrs = {**find(str(name)).attributes, **array.attrs}
    return result
