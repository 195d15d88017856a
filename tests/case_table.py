"""The cases of theory as a table: expected, got, runs, standard error, how many of them off.

`python -m tests.case_table` prints all that the test suite runs, `--slow` those that take minutes
too, `python -m tests.case_table --runs 10000 a2 k4` some.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.comparison import FALSE_ALARM, HEADER
from tests.test_cases import (
    test_availability,
    test_buffers,
    test_cascades,
    test_common_cause,
    test_coupling,
    test_crews,
    test_distribution_systems,
    test_fault_trees,
    test_generation,
    test_lives,
    test_networks,
    test_storage,
    test_traces,
)

MODULES = (
    test_availability,
    test_fault_trees,
    test_lives,
    test_buffers,
    test_storage,
    test_crews,
    test_coupling,
    test_common_cause,
    test_cascades,
    test_networks,
    test_traces,
    test_distribution_systems,
    test_generation,
)
CASES = {case.__name__: case for module in MODULES for case in module.CASES}
SLOW = {case.__name__: case for module in MODULES for case in getattr(module, "SLOW_CASES", ())}


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if a line does not agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="case", help=" ".join([*CASES, *SLOW]))
    parser.add_argument("--slow", action="store_true", help="also: " + " ".join(SLOW))
    parser.add_argument("--runs", type=int, default=100_000)
    asked = parser.parse_args(arguments)
    lines, begin = [], time.perf_counter()
    print(HEADER)
    known = {**CASES, **SLOW}
    for name in asked.cases or (known if asked.slow else CASES):
        for line in known[name](asked.runs):
            print(line, flush=True)
            lines.append(line)
    missed = sum(not line.agrees for line in lines)
    print(
        f"{len(lines)} comparisons, {missed} beyond 4 standard errors and the declared bias; "
        f"{len(lines) * FALSE_ALARM:.1g} expected by chance; {time.perf_counter() - begin:.0f} s"
    )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
