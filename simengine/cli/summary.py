"""`simengine summary`: print again what a result says."""

from __future__ import annotations

from pathlib import Path

import click

from simengine.cli.options import language_option, result_argument
from simengine.cli.telling import tell


@click.command()
@result_argument
@language_option
@click.pass_context
def summary(ctx: click.Context, result: Path, lang: str) -> None:
    """Print where RESULT is and what it says, each figure with its standard error."""
    from simengine.runs import open_results

    ctx.exit(tell(open_results(result), result, lang))
