"""`simengine rerun`: make a result again from its own provenance, and compare."""

from __future__ import annotations

from pathlib import Path

import click

from simengine.cli import GOOD, SOME_FAILED
from simengine.cli.options import result_argument, scheduler_options
from simengine.cli.progress import shown


@click.command()
@result_argument
@scheduler_options
@click.pass_context
def rerun(ctx: click.Context, result: Path, scheduler: str, workers: int | None) -> None:
    """Make RESULT again from what it carries and compare the two bit for bit.

    Exit status 1 if any array differs.
    """
    from simengine.runs import rerun as again

    with shown() as report:
        comparison = again(result, scheduler=scheduler, workers=workers, progress=report)
    click.echo(str(comparison))
    ctx.exit(GOOD if comparison.equal else SOME_FAILED)
