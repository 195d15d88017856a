"""`simengine run`: run a study, and print where the result is and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simengine.cli import STOPPED
from simengine.cli.options import language_option, read, scheduler_options, study_options

if TYPE_CHECKING:
    from simengine.report.words import Words
    from simengine.scenario.study import Study


@click.command()
@study_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT.zarr",
    help="Where the result comes; results/NAME-DIGEST8.zarr if not given.",
)
@scheduler_options
@click.option("--resume", is_flag=True, help="Finish a result that is there and not complete.")
@language_option
@click.pass_context
def run(
    ctx: click.Context,
    study: str,
    runs: int | None,
    epistemic: int | None,
    assignments: tuple[tuple[str, str], ...],
    output: Path | None,
    scheduler: str,
    workers: int | None,
    resume: bool,
    lang: str,
) -> None:
    """Run STUDY, and print where the result is and what it says.

    Ctrl-C stops at once and keeps what is done; the same command with --resume does the rest.
    """
    checked = read(study, runs, epistemic, assignments)
    from simengine.report.words import Words

    click.echo(size(checked, Words(lang)))
    from simengine.cli.progress import shown
    from simengine.cli.telling import tell
    from simengine.cli.warmup import NOTICE, cold
    from simengine.runs import Stopped, WorkersLost
    from simengine.runs import run as run_study

    if cold():
        click.echo(NOTICE, err=True)
    try:
        with shown() as report:
            result = run_study(
                checked,
                output,
                scheduler=scheduler,
                workers=workers,
                resume=resume,
                progress=report,
            )
    except (Stopped, WorkersLost) as reason:
        click.echo(str(reason), err=True)
        ctx.exit(STOPPED)
    except KeyboardInterrupt:
        # Outside the chunks: before the first, or while the statistics were written.
        click.echo("stopped; give the same command, with --resume if it made a result", err=True)
        ctx.exit(STOPPED)
    ctx.exit(tell(result, Path(result.encoding["source"]), lang))


def size(study: Study, words: Words) -> str:
    """Say how many runs are asked: cells x runs = total."""
    runs = study.until.at_most if study.until else study.runs
    cells = len(study.threats) * study.epistemic.size
    return words(
        "cells" if cells > 1 else "cells_one",
        cells=words.number(cells),
        runs=words.number(runs),
        total=words.number(cells * runs),
        at_most=words("at_most") if study.until else "",
        threats=len(study.threats),
        epistemic=words.number(study.epistemic.size),
    )
