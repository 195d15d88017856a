"""Time of simengine's kernel against a program in C, written by hand for problem P alone.

Same rules, same draws, same numbers: all columns of all compared runs are equal bit for bit before
anything is timed. CPU time, one thread, in turns; the ratio is the time of C over that of
simengine, so 1 is as fast as C.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from common import alternate, median, options, report
from problem_p import ProblemP
from twin import Twin, compiled

SEED = 1
RUNS = {60: 20_000, 1000: 2000, 20_000: 60}
REPEATS = 9


def main() -> None:
    asked = options(__doc__)
    library = compiled()
    rows: list[dict[str, Any]] = []
    for assets, runs in ({60: 300, 300: 50} if asked.smoke else RUNS).items():
        p = ProblemP(assets, SEED)
        twin = Twin(p, library)
        values, out = p.reference(runs), np.zeros((runs, len(p.compiled.columns)))
        if (values.view(np.uint64) != twin.rows(runs).view(np.uint64)).any():
            raise SystemExit(f"P {assets}: the twin in C gives other numbers than simengine")
        calls = [partial(p.simulate, 0, values), partial(twin.run, 0, out)]
        kernel, c = alternate(calls, 1 if asked.smoke else REPEATS)
        found = [p.columns(name)[0] for name in ("struck", "followed")]
        rows.append(
            {
                "study": f"P {assets}",
                "runs": runs,
                "columns equal": len(p.compiled.columns),
                "touched": float(values[:, found].sum(axis=1).mean()),
                "simengine us a run": median(kernel) / runs * 1e6,
                "C us a run": median(c) / runs * 1e6,
                "speed against C": median([y / x for x, y in zip(kernel, c, strict=True)]),
            }
        )
        twin.close()
    report("twin", rows, asked.save)


if __name__ == "__main__":
    main()
