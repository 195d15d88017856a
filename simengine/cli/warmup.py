"""`simengine warmup`: compile the kernels, so that the first run need not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

NOTICE = "compiling the kernels, once for this version and processor (about a minute) ..."


def cold() -> bool:
    """Tell whether the kernels have still to be compiled for this version and processor."""
    from simengine.kernels import jit

    if jit.INTERPRETED:
        return False
    return not any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("timeline*.nbc"))


@click.command()
def warmup() -> None:
    """Compile the kernels, or find that they are compiled, and say how long that took."""
    from simengine.runs import run
    from simengine.scenario.study import read_study

    begin = time.perf_counter()
    if cold():
        click.echo(NOTICE, err=True)
    run(read_study("quickstart", [("runs", 2), ("epistemic.size", 1)]), scheduler="serial")
    click.echo(f"kernels are ready ({time.perf_counter() - begin:.1f} s)")
