"""From the ledger's integers to the statistics of the result: the reduction.

Tallies do not travel with the tasks but lie in the ledger, so that neither memory nor a resume
depends on the number of runs: here they are merged a row of chunks at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from simengine.estimates import TwoLevel, two_level
from simengine.runs.fields import Engine, Field, curve_shape, fields, label_values
from simengine.runs.grid import Grid
from simengine.runs.layout import block_rows
from simengine.runs.ledger import Ledger
from simengine.runs.tallies import FAILURES, ChunkTally
from simengine.runs.totals import Totals
from simengine.scenario.sampling import Groups, groups
from simengine.variables import in_form


def write_statistics(path: Path, ledger: Ledger, engine: Engine, grid: Grid, runs: int) -> None:
    """Fill all arrays of the store that do not have the dim run.

    Parameters
    ----------
    path
        The store.
    ledger
        Its ledger, with all chunks of the runs marked.
    engine, grid
        As laid out.
    runs
        Runs done in each cell.
    """
    group = zarr.open_group(str(path), mode="r+", use_consolidated=False)
    block = block_rows(engine, grid)
    for variant in range(grid.variants):
        for threat in range(grid.threats):
            for first in range(0, grid.epistemic, block):
                rows = (first, min(first + block, grid.epistemic))
                found = _summaries(ledger, engine, grid, (variant, threat), rows, runs)
                for name, data in found.items():
                    array: Any = group[name]
                    array[variant, threat, slice(*rows)] = data
    if "rate" in group:
        rate: Any = group["rate"]
        rate[...] = getattr(engine, "rates")(range(grid.epistemic))  # noqa: B009


def estimate(ledger: Ledger, engine: Engine, grid: Grid, quantity: str, runs: int) -> TwoLevel:
    """Means of a quantity over the first runs of all cells, with their errors.

    Parameters
    ----------
    ledger
        With all chunks of those runs marked.
    engine, grid
        As laid out.
    quantity
        Name of a quantity.
    runs
        Runs from each cell; whole chunks.

    Returns
    -------
    TwoLevel
        For every variant, threat and label of the quantity, in one dim.
    """
    numbers = [i for i, c in enumerate(engine.columns) if c.variable == quantity]
    quanta = np.array([engine.columns[i].quantum for i in numbers])
    whole = groups(engine.study.sampling, engine.study.runs)
    means, sds, errors, good = [], [], [], []
    for variant in range(grid.variants):
        for threat in range(grid.threats):
            own = []
            for row in range(grid.rows):
                totals = _merge(ledger, engine, grid, (variant, threat), row, runs, 0)
                totals.tally.moments = totals.tally.moments[:, numbers]
                own.append((totals.statistics(quanta, whole), _good(totals, whole)))
            statistics = np.concatenate([s for s, _ in own])
            means.append(statistics[:, 0])
            sds.append(statistics[:, 1])
            errors.append(statistics[:, 2])
            good.append(np.repeat(np.concatenate([g for _, g in own])[:, None], len(numbers), 1))
    m, s, n, e = (np.concatenate(part, axis=1) for part in (means, sds, good, errors))
    return two_level(m, s, n, e if len(whole) > 1 else None, whole.freedom)


def _good(totals: Totals, whole: Groups) -> NDArray[np.int64]:
    """Good runs of each epistemic draw, shape (epistemic,)."""
    found: NDArray[np.int64] = totals.tally.good.reshape(-1, len(whole)).sum(axis=1)
    return found


def _summaries(
    ledger: Ledger,
    engine: Engine,
    grid: Grid,
    cell: tuple[int, int],
    rows: tuple[int, int],
    runs: int,
) -> dict[str, NDArray[Any]]:
    """Data of all summary arrays for a block of epistemic draws."""
    own = fields(engine.columns, label_values(engine.columns, engine.curve_services))
    parts: list[dict[str, NDArray[Any]]] = []
    first, last = rows[0] // grid.chunk_epistemic, -(-rows[1] // grid.chunk_epistemic)
    histograms = sum(bool(c.histogram) for c in engine.columns)
    for row in range(first, last):
        totals = _merge(ledger, engine, grid, cell, row, runs, histograms)
        parts.append(_of_totals(totals, engine, own))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _of_totals(totals: Totals, engine: Engine, own: tuple[Field, ...]) -> dict[str, NDArray[Any]]:
    """Data of all summary arrays from merged tallies; the first dim is the epistemic draw."""
    tally, whole = totals.tally, groups(engine.study.sampling, engine.study.runs)
    statistics = totals.statistics(np.array([c.quantum for c in engine.columns]), whole)
    good, failed = (runs.reshape(-1, whole.strata, whole.turns).sum(axis=2) for runs in
                    (tally.good, tally.failed))  # fmt: skip
    draws = len(good)

    def by_draw(data: NDArray[Any]) -> NDArray[Any]:
        """Rows as (epistemic, stratum), or as epistemic alone where there is one stratum."""
        above = (draws,) if whole.strata == 1 else (draws, whole.strata)
        return data.reshape((*above, *data.shape[1:]))

    found: dict[str, NDArray[Any]] = {"good_runs": good.sum(axis=1)}
    found["failed_runs"] = failed.sum(axis=1)
    if whole.strata > 1:
        found["stratum_good_runs"] = good
    for field in own:
        found[field.name] = field.spread(statistics[..., field.columns])
        if len(field.histograms):
            counts = by_draw(np.moveaxis(totals.histograms[:, field.histograms], 1, -1))
            found[in_form(field.name, "histogram").name] = field.spread(counts, fill=0)
    failures = np.full((draws, FAILURES, 2), (-1, 0), dtype=np.int64)
    for e in range(draws):
        rows = totals.failures[e * whole.strata : (e + 1) * whole.strata]
        pairs = sorted(pair for row in rows for pair in row)[:FAILURES]
        failures[e, : len(pairs)] = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    found["first_failed_runs"] = failures[..., 0]
    found["first_failed_status"] = failures[..., 1].astype(np.int32)
    if tally.curves.size:
        sums = tally.curves.reshape(draws, whole.strata, *tally.curves.shape[1:])
        with np.errstate(invalid="ignore"):
            means = sums / good[..., None, None]
        if whole.strata == 1:
            found["curve_mean"] = means[:, 0]
        else:
            found["curve_mean"] = sum(w * means[:, s] for s, w in enumerate(whole.weights))
        found["curve_histogram"] = by_draw(totals.curve_histograms)
    return found


def _merge(
    ledger: Ledger,
    engine: Engine,
    grid: Grid,
    cell: tuple[int, int],
    row: int,
    runs: int,
    histograms: int,
) -> Totals:
    """Merge the chunks of a row of the grid up to a number of runs."""
    epistemic = min(grid.chunk_epistemic, grid.epistemic - row * grid.chunk_epistemic)
    shape = curve_shape(engine)
    whole = groups(engine.study.sampling, engine.study.runs)
    rows = epistemic * whole.strata
    totals = Totals.empty(rows, len(engine.columns), histograms, shape, whole.turns)
    above = ((cell[0] * grid.threats + cell[1]) * grid.rows + row) * grid.columns
    for column in range(-(-runs // grid.chunk_runs)):
        totals.merge(ChunkTally.from_bytes(ledger.tally_file(above + column).read_bytes()))
    return totals
