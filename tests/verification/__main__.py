"""Statistical verification by hand and before a release.

`python -m tests.verification` runs all checks; with names behind it, the named ones.

- `battery`: keyed draws and samplers under a battery of tests for randomness.
- `rates`: the error of a mean, and of its standard error, against exactly known answers.
- `coverage`: how often the intervals hold the truth.

`--quick` takes about a minute, a full run less than ten on one core. `--out FOLDER` gets pictures
and tables, `--save` writes `tests/verification/RESULTS.md`. The status is 1 if a line is WRONG.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import sys
import time
from pathlib import Path

import numba
import numpy as np
import scipy

import simengine
from tests.verification import battery, coverage, rates
from tests.verification.outcome import HEAD, Outcome, table

CHECKS = {"battery": battery.check, "rates": rates.check, "coverage": coverage.check}
RESULTS = Path(__file__).parent / "RESULTS.md"


def told(name: str, outcome: Outcome) -> str:
    """One check as text: its table, what the numbers mean, and the longer table if there is one."""
    rows = [HEAD, *(line.cells() for line in outcome.lines)]
    parts = [f"## {name}", outcome.reading, table(rows)]
    if outcome.appendix:
        parts.append(table(outcome.appendix))
    if outcome.pictures:
        parts.append("Pictures: " + ", ".join(f"`{each}`" for each in outcome.pictures))
    return "\n\n".join(parts)


def heading(command: str, seconds: float, processor: float, wrong: int, lines: int) -> str:
    """Say what was run, when, by which versions, and the verdict."""
    now = dt.datetime.now(dt.UTC)
    versions = (
        f"simengine {simengine.__version__}, Python {platform.python_version()}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}, numba {numba.__version__}, "
        f"{platform.system()} {platform.machine()}"
    )
    return "\n".join(
        [
            "# Results of the statistical verification",
            "",
            "Written by the program itself; see `tests/verification/__main__.py` for what it does.",
            "",
            f"- Command: `{command}`",
            f"- Date: {now:%Y-%m-%d}",
            f"- Versions: {versions}",
            f"- Time: {seconds:.0f} s, of which {processor:.0f} s of one processor",
            f"- Verdict: {wrong} of {lines} lines wrong",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the checks and print their tables; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.verification", description=__doc__.splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="name", help=" ".join(CHECKS))
    parser.add_argument("--quick", action="store_true", help="a minute instead of some ten")
    parser.add_argument("--out", type=Path, help="folder for pictures and tables")
    parser.add_argument("--save", action="store_true", help=f"write {RESULTS.name}")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
    begin, texts, wrong, lines = time.perf_counter(), [], 0, 0
    for name in asked.names or CHECKS:
        outcome = CHECKS[name](asked.quick, asked.out)
        texts.append(told(name, outcome))
        print(texts[-1] + "\n", flush=True)
        wrong, lines = wrong + outcome.wrong, lines + len(outcome.lines)
    words = [*asked.names, *["--quick"] * asked.quick, *["--out OUT"] * (asked.out is not None)]
    command = " ".join(["python -m tests.verification", *words, *["--save"] * asked.save])
    head = heading(command, time.perf_counter() - begin, time.process_time(), wrong, lines)
    print(head)
    if asked.save:
        RESULTS.write_text("\n\n".join([head, *texts]) + "\n", encoding="utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
