"""Options that several commands share, and how their text becomes values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from simengine.scenario.study import Study

F = TypeVar("F", bound=Callable[..., Any])


def split_assignment(text: str) -> tuple[str, str]:
    """Cut ``path=value`` at the first ``=`` outside square brackets.

    Raises
    ------
    click.BadParameter
        If there is no such sign, or nothing before it.
    """
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "[") - (sign == "]")
        if sign == "=" and depth == 0 and at > 0:
            return text[:at].strip(), text[at + 1 :].strip()
    raise click.BadParameter(f"expected path=value, found {text!r}")


def _assignments(
    _ctx: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple(split_assignment(text) for text in texts)


def study_options(command: F) -> F:
    """Add STUDY and the options that change it: --runs, --epistemic, --set."""
    for decorate in reversed(
        [
            click.argument("study"),
            click.option("--runs", type=click.IntRange(1), metavar="N", help="Runs in each cell."),
            click.option(
                "--epistemic",
                type=click.IntRange(1),
                metavar="N",
                help="Draws of what we do not know.",
            ),
            click.option(
                "--set",
                "assignments",
                multiple=True,
                metavar="PATH=VALUE",
                callback=_assignments,
                help="Change the study or its model, as in model_changes; may be repeated.",
            ),
        ]
    ):
        command = decorate(command)
    return command


def scheduler_options(command: F) -> F:
    """Add --scheduler and --workers."""
    for decorate in reversed(
        [
            click.option(
                "--scheduler",
                default="threads",
                show_default=True,
                metavar="serial|threads|processes|ADDRESS",
                help="Where chunks are run; an ADDRESS is that of a dask scheduler.",
            ),
            click.option(
                "--workers",
                type=click.IntRange(1),
                metavar="N",
                help="How many; as many as there are processors if not given.",
            ),
        ]
    ):
        command = decorate(command)
    return command


def language_option(command: F) -> F:
    """Add --lang."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "nl"]),
        default="en",
        show_default=True,
        help="Language of what is printed for people; errors are in English.",
    )(command)


def result_argument(command: F) -> F:
    """Add RESULT, a store that exists."""
    return click.argument("result", type=click.Path(exists=True, file_okay=False, path_type=Path))(
        command
    )


def read(
    study: str,
    runs: int | None,
    epistemic: int | None,
    assignments: tuple[tuple[str, str], ...],
) -> Study:
    """Read the study that the options ask for.

    Raises
    ------
    simengine.errors.InputErrors
        With every problem of the study, its model and the options.
    """
    from simengine.scenario.study import read_study

    changes: list[tuple[str, Any]] = list(assignments)
    if runs is not None:
        changes.append(("runs", runs))
    if epistemic is not None:
        changes.append(("epistemic.size", epistemic))
    return read_study(study, changes)
