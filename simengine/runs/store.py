"""The store: filled by regions, checked by digests, opened by anyone.

A result is plain zarr (format 3) that xarray opens alone. What is not written yet is NaN, -1 for a
status, and the attribute ``complete`` tells whether all is there. Each piece carries a checksum.
"""

from __future__ import annotations

import hashlib
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray
import zarr
from numpy.typing import NDArray

from simengine.runs.fields import Field
from simengine.runs.grid import Chunk, Grid
from simengine.runs.progress import Refused
from simengine.variables import in_form, validate


def open_results(path: str | Path, incomplete: bool = False) -> xarray.Dataset:
    """Open a result; its arrays are read when they are used (dask).

    Parameters
    ----------
    path
        A store, ``OUT.zarr``.
    incomplete
        Open it even if not all runs are in it: what is missing is NaN, or status -1.

    Returns
    -------
    xarray.Dataset
        Dims and names as in `simengine.variables`.

    Raises
    ------
    Refused
        If there is no result, or one that is not complete.
    """
    path = Path(path)
    if not (path / "zarr.json").exists():
        raise Refused(f"{path}: expected a result of simengine, found none")
    if "complete" not in attributes_of(path):
        raise Refused(f"{path}: expected a result of simengine, found another zarr store")
    complete = bool(attributes_of(path)["complete"])
    if not complete and not incomplete:
        raise Refused(
            f"{path}: this run is not complete; finish it with --resume, or open it with "
            "incomplete=True and mind that what is missing is NaN"
        )
    dataset: xarray.Dataset = xarray.open_zarr(path, consolidated=complete, mask_and_scale=False)
    # Text as Python strings, which pandas, netCDF and every version of xarray know.
    texts = {name: c.astype(object) for name, c in dataset.coords.items() if c.dtype.kind in "TU"}
    dataset = dataset.assign_coords(texts)
    try:
        return validate(dataset)
    except ValueError as error:
        raise Refused(f"{path}: {error}") from error


def attributes_of(path: Path) -> dict[str, Any]:
    """Attributes of a store as a whole; empty where there is none."""
    if not (path / "zarr.json").exists():
        return {}
    return dict(zarr.open_group(str(path), mode="r", use_consolidated=False).attrs)


def write_region(
    path: str,
    grid: Grid,
    kept: tuple[Field, ...],
    chunk: Chunk,
    values: NDArray[np.float32],
    status: NDArray[np.int32],
) -> str:
    """Write what a chunk keeps for every run; each array's region is a whole piece of it.

    Parameters
    ----------
    path
        The store.
    grid
        Its shape and that of its chunks.
    kept
        Quantities kept.
    chunk
        Which part.
    values
        Shape (epistemic, run, kept column), the columns of each quantity in turn.
    status
        Shape (epistemic, run).

    Returns
    -------
    str
        SHA-256 of the data as `read_digest` finds it.
    """
    arrays = _open(path, grid, tuple(per_run_names(kept)))
    digest = hashlib.sha256()
    first = 0
    pieces: list[NDArray[Any]] = []
    for field in kept:
        pieces.append(field.spread(values[..., first : first + len(field.columns)]))
        first += len(field.columns)
    for (name, array), data in zip(arrays.items(), [*pieces, status], strict=True):
        if chunk.epistemic[0] % array.chunks[2] or chunk.run[0] % array.chunks[3]:
            raise RuntimeError(f"{name}: chunk {chunk.number} does not begin with a piece")
        array[_region(chunk)] = data
        digest.update(_bytes(data))
    return digest.hexdigest()


def read_digest(path: Path, kept: tuple[Field, ...], chunk: Chunk) -> str:
    """SHA-256 of a chunk's data as they are in the store; empty if they cannot be read.

    Parameters
    ----------
    path
        The store.
    kept
        Quantities kept.
    chunk
        Which part.
    """
    group = zarr.open_group(str(path), mode="r", use_consolidated=False)
    digest = hashlib.sha256()
    try:
        for name in per_run_names(kept):
            array: Any = group[name]
            digest.update(_bytes(np.asarray(array[_region(chunk)])))
    except (ValueError, RuntimeError, OSError):  # a checksum that fails, a piece cut short
        return ""
    return digest.hexdigest()


def per_run_names(kept: tuple[Field, ...]) -> list[str]:
    """Arrays with dim run, in the order in which they are written."""
    return [*(in_form(f.name, "per_run").name for f in kept), "status"] if kept else []


def set_complete(path: Path, runs: int, attrs: dict[str, Any]) -> None:
    """Cut the arrays to the runs done, and declare the store complete.

    Parameters
    ----------
    path
        The store.
    runs
        Runs done in each cell.
    attrs
        More attributes of the store.
    """
    group = zarr.open_group(str(path), mode="r+", use_consolidated=False)
    for _, array in group.arrays():
        dims: tuple[str | None, ...] = getattr(array.metadata, "dimension_names", None) or ()
        if "run" in dims and array.shape[dims.index("run")] != runs:
            sizes = zip(dims, array.shape, strict=True)
            array.resize(tuple(runs if d == "run" else n for d, n in sizes))
    group.attrs.update({**attrs, "complete": 1})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Consolidated metadata", UserWarning)
        zarr.consolidate_metadata(str(path))


@lru_cache(maxsize=4)
def _open(path: str, grid: Grid, names: tuple[str, ...]) -> dict[str, Any]:
    """Arrays of a store by name; another grid means another store, though the path be the same."""
    group: Any = zarr.open_group(path, mode="r+", use_consolidated=False)
    pieces = (1, 1, grid.chunk_epistemic, grid.chunk_runs)
    arrays = {name: group[name] for name in names}
    for name, array in arrays.items():
        if array.chunks[:4] != pieces:
            raise RuntimeError(f"{name}: expected pieces of {pieces}, found {array.chunks[:4]}")
    return arrays


def _region(chunk: Chunk) -> tuple[Any, ...]:
    return (chunk.variant, chunk.threat, slice(*chunk.epistemic), slice(*chunk.run))


def _bytes(array: NDArray[Any]) -> memoryview:
    """Bytes of an array in C order, for a digest."""
    return np.ascontiguousarray(array).data.cast("B")
