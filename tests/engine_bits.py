"""Print every number of some runs of small generated studies, as hexadecimal floats.

Run compiled and with NUMBA_DISABLE_JIT=1: the lines must be the same.
"""

from __future__ import annotations

from tests.engine import Engine
from tests.reference_check import crowded
from tests.strategies import Chooser, documents

STUDIES, RUNS, MOST = 8, 3, 8


def lines() -> list[str]:
    """One line a number: study, run, column, value."""
    found = []
    for number in range(STUDIES):
        asked, made = documents(Chooser(number), MOST)
        engine = Engine(asked, crowded(made))
        values, status = engine.rows(RUNS, epistemic=1)
        for run in range(RUNS):
            found.append(f"{number} {run} status {status[run]}")
            found += [
                f"{number} {run} {key} {value.hex()}"
                for key, value in zip(engine.keys, values[run].tolist(), strict=True)
            ]
    return found


if __name__ == "__main__":
    print("\n".join(lines()))
