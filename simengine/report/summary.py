"""A result in words and numbers, each number with its standard error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray

from simengine.analysis.precision import precision
from simengine.report.words import Words

__all__ = ["summary"]

REGIONS_SHOWN = 5
ENOUGH_DRAWS = 20  # at 10, 95% intervals of skewed losses cover 90% (tests/verification)
QUANTITIES_SHOWN = ("person_hours", "people_peak", "hours_to_90")  # if the study names none


def summary(result: xarray.Dataset, language: str = "en") -> str:
    """Tell what a result says.

    Parameters
    ----------
    result
        A result of a scenario study.
    language
        ``en`` or ``nl``.

    Returns
    -------
    str
        Lines of text: for each variant and threat how often, how much, for whom and how sure.
    """
    words = Words(language)
    study = json.loads(result.attrs["study"])
    lines = [words.title(study["study"].get("title", {}), result.attrs["name"]), ""]
    figures = precision(result)
    for variant in figures.variant.values:
        for threat in figures.threat.values:
            cell = {"variant": variant, "threat": threat}
            lines += [*_threat(result.sel(cell), figures.sel(cell), study, words), ""]
    return "\n".join([*lines, words("error")])


def _threat(
    cells: xarray.Dataset, figures: xarray.Dataset, study: dict[str, Any], words: Words
) -> Iterator[str]:
    """Yield the lines of one variant and threat.

    `cells` has the dim epistemic, `figures` the dim precision; `study` is what the result carries.
    """
    threat = str(cells.threat.item())
    titles = study["study"]["threats"].get(threat, {}).get("title", {})
    name = words.title(titles, words.name(threat))
    if str(cells.variant.item()) != "base":
        name = words("variant", threat=name, variant=words.name(str(cells.variant.item())))
    good = int(cells.good_runs.sum())
    draws = cells.sizes["epistemic"]
    head = "threat_one" if draws == 1 else "threat"
    yield words(head, threat=name, good=words.number(good), draws=draws)
    if draws < ENOUGH_DRAWS and _has_uncertain(study):
        yield "  " + words("few_draws", least=ENOUGH_DRAWS)
    if draws > 1 and study["study"].get("epistemic", {}).get("design", "random") != "random":
        yield "  " + words("even_draws")
    if "stratum_good_runs" in cells:
        runs, weight = cells.stratum_good_runs.values, cells.stratum_weight.values
        with np.errstate(divide="ignore"):
            worth = float((1 / (weight**2 / runs).sum(axis=-1)).sum())
        yield "  " + words("strata", strata=len(weight), worth=words.number(worth))
    elif cells.attrs.get("sampling") == "sobol":
        yield "  " + words("sobol")
    if failed := int(cells.failed_runs.sum()):
        total = words.number(good + failed)
        yield "  " + words("failed_runs", failed=words.number(failed), total=total)
    if "rate" in cells:
        yield "  " + _rate(cells.rate.values, words)
    for key, quantity in (("loss", "basic_person_hours"), ("peak", "basic_people_peak")):
        if f"{quantity}_precision" in figures:
            value = _estimate(figures[f"{quantity}_precision"], words)
            yield "  " + words(key, **{key: value})
    if {"struck_precision", "followed_precision"} <= set(figures):
        counts = {
            key: _estimate(figures[f"{key}_precision"], words) for key in ("struck", "followed")
        }
        yield "  " + words("assets", **counts)
    if "basic_person_hours_precision" in figures:
        yield from _spread(figures["basic_person_hours_precision"], words)
    asked = study["study"].get("outputs", {})
    quantities = asked.get("quantities", QUANTITIES_SHOWN)
    yield from _services(figures, quantities, words)
    for quantity in quantities:
        yield from _split(figures, quantity, words)
    if "region" in asked.get("by", ()):
        yield from _regions(figures, study["network"]["regions"], words)


def _has_uncertain(part: Any) -> bool:
    """Whether a study, or a part of it, says somewhere that something is not known."""
    if isinstance(part, dict):
        return bool(part.get("uncertain")) or any(map(_has_uncertain, part.values()))
    return isinstance(part, list) and any(map(_has_uncertain, part))


def _estimate(figure: xarray.DataArray, words: Words) -> str:
    """Write the mean and the standard error of a figure with the one dim ``precision``."""
    mean, error = (float(figure.sel(precision=key)) for key in ("mean", "standard_error"))
    return words.estimate(mean, error)


def _rate(rates: np.ndarray, words: Words) -> str:
    """Write the yearly rate over epistemic draws [1 / year]."""
    low, high = np.quantile(rates, [0.05, 0.95])
    mean = words.significant(float(rates.mean()), 2)
    if low == high:
        return words("rate_known", rate=mean)
    low_text, high_text = (words.significant(float(value), 2) for value in (low, high))
    return words("rate", rate=mean, low=low_text, high=high_text)


def _spread(figure: xarray.DataArray, words: Words) -> Iterator[str]:
    """Yield how the variance divides over chance and ignorance, if both can be known."""
    chance, ignorance = (
        float(figure.sel(precision=key)) ** 2 for key in ("run_sd", "epistemic_sd")
    )
    total = chance + ignorance
    if np.isfinite(total) and total > 0:
        share = round(100 * chance / total)
        yield "  " + words("spread", chance=share, epistemic=100 - share)


def _services(figures: xarray.Dataset, quantities: Sequence[str], words: Words) -> Iterator[str]:
    """Yield a table with a row a service and a column for each of the quantities by service."""
    columns = [
        name
        for name in (f"{quantity}_precision" for quantity in quantities)
        if name in figures and set(figures[name].dims) == {"precision", "service"}
    ]
    if not columns:
        return
    rows = [[words("service"), *(words.name(c.removesuffix("_precision")) for c in columns)]]
    for service in figures.service.values:
        found = [_estimate(figures[column].sel(service=service), words) for column in columns]
        rows.append([words.name(str(service)), *found])
    yield ""
    yield from words.table(rows)


def _split(figures: xarray.Dataset, quantity: str, words: Words) -> Iterator[str]:
    """Yield a table of a quantity that is split further: by duration, order or sector of origin.

    A row a service that has any; a column a label that has any.
    """
    figure = figures.get(f"{quantity}_precision")
    if figure is None or len(figure.dims) != 3 or "service" not in figure.dims:
        return
    (dim,) = (str(d) for d in figure.dims if d not in ("precision", "service"))
    means = figure.sel(precision="mean")
    labels = figure[dim].values[(means > 0).any("service").values]
    if not len(labels):
        return
    heads = [_label(dim, label, words) for label in labels]
    rows = [[words("service") + ": " + words.name(quantity), *heads]]
    for service in figure.service.values[(means > 0).any(dim).values]:
        cells = [figure.sel({"service": service, dim: label}) for label in labels]
        rows.append([words.name(str(service)), *(_estimate(cell, words) for cell in cells)])
    yield ""
    yield from words.table(rows)


def _label(dim: str, label: Any, words: Words) -> str:
    """Name a label of a split: a duration or an instant [hour], an order, a sector."""
    if dim in ("duration", "instant"):
        return f"{'>= ' if dim == 'duration' else ''}{float(label):g} h"
    return words.name(str(label))


def _regions(figures: xarray.Dataset, regions: dict[str, Any], words: Words) -> Iterator[str]:
    """Yield the regions that lose most, the largest first."""
    if "region_basic_person_hours_precision" not in figures:
        return
    figure = figures["region_basic_person_hours_precision"]
    means = figure.sel(precision="mean")
    hit = means.where(means > 0, drop=True)
    first = hit.sortby(hit, ascending=False).region.values[:REGIONS_SHOWN]
    rows = [[words("region"), words("people_by_region")]]
    for region in first:
        name = f"{region} {regions.get(str(region), {}).get('name', '')}".strip()
        rows.append([name, _estimate(figure.sel(region=region), words)])
    yield ""
    yield from words.table(rows)
