"""`simengine validate`: read a study and its model and report every problem."""

from __future__ import annotations

from collections.abc import Sized

import click

from simengine.cli.options import read, study_options


@click.command()
@study_options
def validate(
    study: str,
    runs: int | None,
    epistemic: int | None,
    assignments: tuple[tuple[str, str], ...],
) -> None:
    """Read STUDY and its model and report every problem, a line each.

    What is allowed but probably not meant follows as warnings.
    """
    checked = read(study, runs, epistemic, assignments)
    from simengine.cli.warmup import NOTICE, cold
    from simengine.compiled import compile_study
    from simengine.compiled.checks import find_warnings

    if cold():
        click.echo(NOTICE, err=True)
    warnings = find_warnings(compile_study(checked))
    network = checked.network
    counts: dict[str, Sized] = {
        "threats": checked.threats,
        "assets": network.assets,
        "carriers": network.carriers,
        "areas": network.areas,
    }
    told = ", ".join(f"{name} {len(things)}" for name, things in counts.items())
    click.echo(f"{checked.name}: good; model {network.name}; {told}")
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
