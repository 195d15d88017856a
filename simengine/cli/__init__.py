"""The command line: parse, call, print. A file a command, each loaded when it is used."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from simengine import __version__
from simengine.errors import InputErrors

__all__ = ["COMMANDS", "LazyGroup", "main"]

GOOD, SOME_FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 3

COMMANDS = {
    "plan": "Forecast runs, chunks, memory and time of a study.",
    "replay": "Tell the story of one run: what failed, why, what followed.",
    "rerun": "Make a result again from what it carries, and compare.",
    "run": "Run a study and print where the result is and what it says.",
    "schema": "Print the JSON Schema of a study or a model, for editors.",
    "summary": "Print the summary of a result in words and numbers.",
    "validate": "Read a study and its model and report every problem.",
    "warmup": "Compile the kernels, so that the first run need not.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"simengine.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what is wrong with the input goes to stderr, a line a problem."""
        try:
            return super().invoke(ctx)
        except InputErrors as errors:
            for problem in errors.problems:
                click.echo(str(problem), err=True)
        except ValueError as error:
            if not is_refusal(error):
                raise
            click.echo(str(error), err=True)
        ctx.exit(BAD_INPUT)


def is_refusal(error: ValueError) -> bool:
    """Tell whether runs refused to do something, without loading them for the sake of asking."""
    runs = sys.modules.get("simengine.runs")
    return runs is not None and isinstance(error, runs.Refused)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 good, 1 some runs failed, 2 bad input, 3 stopped and resumable.",
)
@click.version_option(__version__, message="simengine %(version)s")
def main() -> None:
    """A Monte Carlo engine for national threat scenarios.

    A STUDY is a YAML file or the name of a shipped study, such as quickstart.
    """
