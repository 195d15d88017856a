"""`simengine plan`: forecast what a study will cost."""

from __future__ import annotations

import click

from simengine.cli.options import read, study_options


@click.command()
@study_options
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Tasks at a time.")
def plan(
    study: str,
    runs: int | None,
    epistemic: int | None,
    assignments: tuple[tuple[str, str], ...],
    workers: int | None,
) -> None:
    """Forecast runs, chunks, disk, memory and time of STUDY, from a pilot of 20 ms."""
    checked = read(study, runs, epistemic, assignments)
    from simengine.cli.warmup import NOTICE, cold
    from simengine.runs import plan as forecast

    if cold():
        click.echo(NOTICE, err=True)
    click.echo(str(forecast(checked, workers=workers)))
