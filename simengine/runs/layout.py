"""The layout of a store: every array of a result with its dims, labels, units and pieces."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import xarray
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, Crc32cCodec

from simengine.kernels import status as codes
from simengine.kernels import tally as kernel
from simengine.runs.fields import Engine, Field, Label, curve_shape, fields, label_values
from simengine.runs.grid import VARIANTS, Grid
from simengine.runs.tallies import BINS, FAILURES
from simengine.scenario.study import Study
from simengine.variables import STATISTICS, Variable, annotate, find, in_form

HOUR = 3_600_000.0  # [ms]
BLOCK_BYTES = 32 * 2**20  # of summaries that are in memory at a time
NOT_DONE = -1
# Values repeat, so shuffling costs more than it saves. Kept runs of problem P at 60 assets take
# 0.16 of their bytes and 2 ns a byte (level 3 with shuffled bits: 0.34 and 9), of quickstart 0.41
# and 3 (0.46 and 7).
COMPRESSORS = (BloscCodec(cname="zstd", clevel=1, shuffle="noshuffle"), Crc32cCodec())


def lay_out(
    path: Path, workshop: Path, study: Study, engine: Engine, grid: Grid, attrs: dict[str, Any]
) -> None:
    """Make a store with all its arrays, labels and units, and no data.

    Parameters
    ----------
    path
        Where it comes; made under another name in `workshop` and renamed, so that a store that is
        there is laid out in full.
    workshop
        A folder on the same disk.
    study, engine
        What is asked, and compiled.
    grid
        Shape of the whole and of a chunk.
    attrs
        Attributes of the store.
    """
    labels = label_values(engine.columns, engine.curve_services)
    kept = kept_fields(study, engine)
    part = workshop / "layout"
    shutil.rmtree(part, ignore_errors=True)
    coords = _coordinates(engine, grid, labels, bool(kept))
    template = annotate(xarray.Dataset(coords=coords, attrs=attrs))
    unfilled: dict[str, Any] = {str(name): {"_FillValue": None} for name in template.coords}
    template.to_zarr(part, mode="w-", consolidated=False, zarr_format=3, encoding=unfilled)
    group = zarr.open_group(str(part), mode="r+", use_consolidated=False)
    for entry, shape, pieces, extra in _arrays(engine, grid, labels, kept):
        group.create_array(
            entry.name,
            shape=shape,
            chunks=pieces,
            dtype=entry.kind,
            fill_value=_fill(entry),
            dimension_names=entry.dims,
            compressors=COMPRESSORS,
            attributes={**entry.attributes, **extra},
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def kept_fields(study: Study, engine: Engine) -> tuple[Field, ...]:
    """Quantities kept for every run."""
    labels = label_values(engine.columns, engine.curve_services)
    asked = study.outputs.keep_runs
    return tuple(f for f in fields(engine.columns, labels) if "all" in asked or f.name in asked)


def block_rows(engine: Engine, grid: Grid) -> int:
    """Epistemic draws whose summaries are made and written at a time: whole chunks of them."""
    one = 8 * sum(bool(c.histogram) for c in engine.columns) * BINS
    services, times, bins = curve_shape(engine)
    one += 100 * len(engine.columns) + 8 * services * times * (2 + bins)
    whole = BLOCK_BYTES // max(one, 1) // grid.chunk_epistemic
    return min(max(whole, 1) * grid.chunk_epistemic, grid.epistemic)


def _fill(entry: Variable) -> Any:
    """What an array holds before it is written: NaN, no runs, or -1 for not done."""
    if entry.kind[0] == "f":
        return np.nan
    return NOT_DONE if entry.name in ("status", "first_failed_runs") else 0


def _coordinates(
    engine: Engine, grid: Grid, labels: dict[str, list[Label]], with_runs: bool
) -> dict[str, Any]:
    """Labels of all dims."""

    def text(values: Any) -> NDArray[Any]:
        return np.array([str(v) for v in values], dtype=object)

    found: dict[str, Any] = {
        "variant": text(VARIANTS),
        "threat": text(engine.threats),
        "epistemic": np.arange(grid.epistemic),
        "statistic": text(STATISTICS),
        "failure": np.arange(FAILURES),
    }
    if with_runs:
        found["run"] = np.arange(grid.runs)
    for dim, values in labels.items():
        number = find(dim).kind
        found[dim] = text(values) if number == "O" else np.array(values, dtype=number)
    if len(engine.curve_steps) and engine.curve_services:
        found["time"] = np.asarray(engine.curve_steps, dtype=np.float64) / HOUR
        found["people_bin"] = np.asarray(engine.people_edges[:-1], dtype=np.int64)
        found["people_bin_high"] = ("people_bin", np.asarray(engine.people_edges[1:]) - 1)
    if any(c.histogram for c in engine.columns):
        edges = kernel.bin_edges()
        # A bin holds whole numbers of quanta: from the first to the last of them.
        low = np.ceil(edges[:-1])
        found["bin"] = np.arange(BINS)
        found["bin_low"] = ("bin", low)
        found["bin_high"] = ("bin", np.maximum(np.ceil(edges[1:]) - 1, low))
    return found


def _arrays(
    engine: Engine, grid: Grid, labels: dict[str, list[Label]], kept: tuple[Field, ...]
) -> list[tuple[Variable, tuple[int, ...], tuple[int, ...], dict[str, Any]]]:
    """Every array: entry, shape, shape of a piece, and attributes beside those of the registry."""
    sizes = {
        "variant": grid.variants,
        "threat": grid.threats,
        "epistemic": grid.epistemic,
        "run": grid.runs,
        "statistic": len(STATISTICS),
        "failure": FAILURES,
        "bin": BINS,
        "time": len(engine.curve_steps),
        "people_bin": len(engine.people_edges) - 1,
        **{dim: len(values) for dim, values in labels.items()},
    }
    wanted: list[tuple[Variable, dict[str, Any]]] = []
    for field in fields(engine.columns, labels):
        quantum = {"quantum": field.quantum}
        wanted.append((in_form(field.name, "statistic"), quantum))
        if len(field.histograms):
            wanted.append((in_form(field.name, "histogram"), quantum))
        if any(field.name == k.name for k in kept):
            wanted.append((in_form(field.name, "per_run"), {}))
    names = ["good_runs", "failed_runs", "first_failed_runs", "first_failed_status"]
    names += ["status"] if kept else []
    names += ["curve_mean", "curve_histogram"] if curve_shape(engine)[1] else []
    names += ["rate"] if hasattr(engine, "rates") else []
    sentences = {
        "flag_values": [NOT_DONE, *map(int, codes.SENTENCES)],
        "flag_meanings": " ".join(["not_done", *(_word(code) for code in codes.SENTENCES)]),
        "sentences": ["the run was not done", *codes.SENTENCES.values()],
    }
    wanted += [(find(name), sentences if name.endswith("status") else {}) for name in names]
    block = block_rows(engine, grid)
    return [(v, *_shape(v, sizes, grid, block), extra) for v, extra in wanted]


def _word(code: int) -> str:
    """Name of a status code, such as ``no_rest``."""
    return next(k.lower() for k, v in vars(codes).items() if k.isupper() and v == code)


def _shape(
    entry: Variable, sizes: dict[str, int], grid: Grid, block: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape of an array and of its pieces: a chunk if it has runs, else a block of draws."""
    shape = tuple(sizes[d] for d in entry.dims)
    own = {"variant": 1, "threat": 1, "epistemic": block}
    if "run" in entry.dims:
        own |= {"epistemic": grid.chunk_epistemic, "run": grid.chunk_runs}
    return shape, tuple(own.get(d, n) for d, n in zip(entry.dims, shape, strict=True))
