"""`simengine replay`: the story of one run of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from simengine.cli.options import language_option, result_argument


@click.command()
@result_argument
@click.option("--threat", metavar="NAME", help="Which threat; not needed if there is one.")
@click.option("--epistemic", type=click.IntRange(0), metavar="E", help="Which epistemic draw.")
@click.option("--run", type=click.IntRange(0), metavar="R", help="Which run of that cell.")
@click.option("--worst", "which", flag_value="worst", help="The run that loses most.")
@click.option("--typical", "which", flag_value="typical", help="A run in the middle.")
@click.option("--full", is_flag=True, help="Tell every event, instant by instant.")
@language_option
def replay(
    result: Path,
    threat: str | None,
    epistemic: int | None,
    run: int | None,
    which: Literal["worst", "typical"] | None,
    full: bool,
    lang: str,
) -> None:
    """Tell the story of one run of RESULT: what failed, why, what followed, who repaired it.

    Give --epistemic and --run (and --threat if there are several), or --worst or --typical, which
    look at the person-hours without a basic service. Events are grouped by phase, time and kind;
    --full tells them all.
    """
    if which is None and (epistemic is None or run is None):
        raise click.UsageError("expected --epistemic and --run, or --worst, or --typical")
    if which is not None and run is not None:
        raise click.UsageError(f"expected --run or --{which}, found both")
    from simengine.report.story import story
    from simengine.runs.replay import replay as again

    click.echo(story(again(result, threat, epistemic, run, which), lang, full))
