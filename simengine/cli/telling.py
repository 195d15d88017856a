"""What is printed of a result: where it is, what it says, and which runs failed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simengine.cli import GOOD, SOME_FAILED
from simengine.report.words import Words

if TYPE_CHECKING:
    import xarray

FAILURES_SHOWN = 5


def tell(result: xarray.Dataset, path: Path, language: str) -> int:
    """Print a result and name its failed runs on stderr.

    Parameters
    ----------
    result
        What `simengine.open_results` gives.
    path
        Where it is.
    language
        ``en`` or ``nl``.

    Returns
    -------
    int
        Exit status: 0, or 1 if some runs failed.
    """
    from simengine.report.summary import summary

    words = Words(language)
    result = without_runs(result)
    click.echo(words("result", path=short(path)))
    click.echo()
    click.echo(summary(result, language))
    failed = int(result.failed_runs.sum())
    if not failed:
        return GOOD
    total = failed + int(result.good_runs.sum())
    click.echo(
        words("failed_runs", failed=words.number(failed), total=words.number(total)), err=True
    )
    for line in failures(result, path, words):
        click.echo(line, err=True)
    return SOME_FAILED


def without_runs(result: xarray.Dataset) -> xarray.Dataset:
    """Read what is told of a result at once: all but single runs, histograms and curves."""
    from dask.threaded import get

    told = [name for name, a in result.data_vars.items() if not {"run", "bin", "time"} & {*a.dims}]
    return result[told].compute(scheduler=get)  # unasked, dask loads all it has for clusters


def failures(result: xarray.Dataset, path: Path, words: Words) -> Iterator[str]:
    """Yield a line for each of the first failed runs: which, why, and how to look at it."""
    import numpy as np

    from simengine.kernels.status import SENTENCES

    numbers, reasons = result.first_failed_runs.values, result.first_failed_status.values
    for variant, threat, epistemic, rank in np.argwhere(numbers >= 0)[:FAILURES_SHOWN]:
        place = variant, threat, epistemic, rank
        name, run = str(result.threat.values[threat]), int(numbers[place])
        why = SENTENCES[int(reasons[place])]
        yield words("failed_run", threat=name, epistemic=epistemic, run=run, why=why)
        choice = f"--threat {name} --epistemic {epistemic} --run {run}"
        yield words("replay", command=f"simengine replay {short(path)} {choice}")


def short(path: Path) -> str:
    """Return the path as seen from here, if that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)
