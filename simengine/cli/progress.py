"""The bar on stderr while chunks are done: how many runs, how fast, how long still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simengine.runs import Progress

__all__ = ["shown"]


@contextmanager
def shown() -> Iterator[Callable[[Progress], None] | None]:
    """Show a bar while the block runs, if stderr is a terminal.

    Yields
    ------
    callable or None
        What to give to `simengine.run` as ``progress``.
    """
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[speed]}")
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None, speed="")

        def report(state: Progress) -> None:
            left = timedelta(seconds=round(state.left))
            failed = f", {state.failed:,} failed" if state.failed else ""
            bar.update(
                task,
                description=f"{state.runs_done:,} of {state.runs:,} runs{failed}",
                completed=state.runs_done,
                total=state.runs,
                speed=f"{state.rate:,.0f} runs/s, {left} left",
            )

        yield report
