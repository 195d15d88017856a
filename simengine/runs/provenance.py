"""Where a result comes from: enough to make it again, and nothing that tells whose machine it was.

A result carries the whole study as text, so that `rerun` needs nothing but the result.
"""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import simengine
from simengine.runs.fields import Engine
from simengine.scenario.study import Study

if TYPE_CHECKING:
    import xarray

LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "dask", "xarray", "zarr")
# Facts about this making of a result, which another making need not share.
OF_THE_MAKING = (
    "created",
    "digest",  # of which the version is a part
    "environment",
    "history",
    "simengine_version",
    "source",
    "sources",
)


@dataclass(frozen=True)
class Comparison:
    """What making a result again showed.

    Attributes
    ----------
    same
        Names of the arrays that are equal bit for bit.
    differ
        For the others, a sentence each.
    """

    same: tuple[str, ...]
    differ: dict[str, str]

    @property
    def equal(self) -> bool:
        """Whether all arrays are equal bit for bit."""
        return not self.differ

    def __str__(self) -> str:
        head = f"{len(self.same)} of {len(self.same) + len(self.differ)} arrays equal bit for bit"
        return "\n".join([head, *(f"{name}: {what}" for name, what in self.differ.items())])


def digest(study: Study, engine: Engine) -> str:
    """Digest of a result: what is asked, of which numbers, by which version.

    Parameters
    ----------
    study
        What is asked.
    engine
        The study compiled.

    Returns
    -------
    str
        SHA-256, hex.
    """
    parts = (simengine.__version__, engine.digest, study.text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def attributes(study: Study, engine: Engine) -> dict[str, Any]:
    """Attributes of the store as a whole.

    Parameters
    ----------
    study
        What is asked.
    engine
        The study compiled.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    title = study.title.get("en") or next(iter(study.title.values()), study.name)
    design = study.sampling.design
    return {
        "title": title,
        "name": study.name,
        **({} if design == "random" else {"sampling": design}),
        "Conventions": "CF-1.11, ACDD-1.3",
        "source": f"simengine {simengine.__version__}, Monte Carlo simulation",
        "digest": digest(study, engine),
        "compiled_digest": engine.digest,
        "study": study.text,
        "sources": json.dumps([list(pair) for pair in study.sources]),
        "seed": str(study.seed),  # as text: JSON readers take large integers for floats
        "created": now,
        "history": f"{now} made by simengine {simengine.__version__}",
        "simengine_version": simengine.__version__,
        "environment": json.dumps(environment()),
        "complete": 0,
    }


def environment() -> dict[str, str]:
    """Versions and kind of processor; no name of a host, user or folder."""
    found = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **found, "processor": _processor()}


def rerun(
    path: str | Path,
    scheduler: str = "threads",
    workers: int | None = None,
    build: Callable[[str], Engine] | None = None,
    progress: Callable[[Any], None] | None = None,
) -> Comparison:
    """Make a result again from its own provenance, and compare array by array, bit for bit.

    Parameters
    ----------
    path
        A complete result.
    scheduler, workers, progress
        As for `simengine.run`.
    build
        Function from the text of a study to what runs it; None for `simengine.compile_study`.

    Returns
    -------
    Comparison
        Which arrays are equal.
    """
    from simengine.runs.driver import compile_text, run_engine
    from simengine.runs.store import open_results

    old = open_results(path)
    build = build or compile_text
    with tempfile.TemporaryDirectory(prefix="simengine-rerun-") as folder:
        new = run_engine(
            build(str(old.attrs["study"])),
            build,
            output=Path(folder) / "again.zarr",
            scheduler=scheduler,
            workers=workers,
            progress=progress,
        )
        return compare(old, new)


def compare(old: xarray.Dataset, new: xarray.Dataset) -> Comparison:
    """Compare two results array by array, a piece at a time.

    Parameters
    ----------
    old, new
        Results of the same study.
    """
    same: list[str] = []
    differ: dict[str, str] = {}
    for name in [*old.variables, *(n for n in new.variables if n not in old.variables)]:
        key = str(name)
        if name not in old.variables or name not in new.variables:
            differ[key] = f"only in the {'old' if name in old.variables else 'new'} result"
        elif old[name].sizes != new[name].sizes:
            differ[key] = f"was {dict(old[name].sizes)}, is {dict(new[name].sizes)}"
        elif count := _unequal(old[name], new[name]):
            differ[key] = f"{count:,} of {old[name].size:,} values differ"
        else:
            same.append(key)
    for key in sorted({str(k) for k in [*old.attrs, *new.attrs]} - set(OF_THE_MAKING)):
        if old.attrs.get(key) != new.attrs.get(key):
            differ[f"attribute {key}"] = "differs"
    return Comparison(tuple(same), differ)


def _unequal(old: xarray.DataArray, new: xarray.DataArray) -> int:
    """Number of values that differ in their bits (NaN equals NaN), read draw by draw."""
    if "epistemic" in old.dims and old.ndim > 1:
        return sum(
            _differ(old.isel(epistemic=e).values, new.isel(epistemic=e).values)
            for e in range(old.sizes["epistemic"])
        )
    return _differ(old.values, new.values)


def _differ(a: Any, b: Any) -> int:
    if a.dtype.kind == "f":
        return int(np.count_nonzero((a != b) & ~(np.isnan(a) & np.isnan(b))))
    return int(np.count_nonzero(a != b))


def _processor() -> str:
    """Kind of processor, such as the model name; the machine's type where that is not told."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
