"""How much surer a study of problem P is by design, at the same CPU cost.

Each epistemic draw has random numbers and a design of its own, and nothing is uncertain, so that
the draws are independent repetitions of one study. The factor is (variance x cost) of runs at
random over (variance x cost) by design. Variance is that of the estimate of one study, cost the
CPU time of its runs and their tallies. At random the variance comes from the single runs; by
design it is that between repetitions, and low to high the 95% interval of a normal variance.

The edges follow the loss, which rises with the intensity from nothing to nearly all between its
80th and 98th percentile. Shares are about those of Neyman (weight x sd within the stratum, from
20,000 runs at random), with 14% for the four strata around the 99.9th percentile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from common import cpu_time, options, report
from numpy.typing import NDArray
from scipy.stats import chi2

from simengine import compile_study, synthetic
from simengine.runs.chunk import simulate
from simengine.runs.grid import Chunk
from simengine.scenario.sampling import Sampling, groups
from simengine.scenario.study import Epistemic

EDGES = (0.5, 0.7, 0.8, 0.84, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99, 0.998, 0.9985, 0.999, 0.9995)
SHARES = (
    0.02, 0.03, 0.04, 0.03, 0.06, 0.05, 0.09, 0.14, 0.17, 0.15, 0.05, 0.03,
    0.035, 0.035, 0.035, 0.035,
)  # fmt: skip
DESIGNS = {
    "random": Sampling(),
    "sobol": Sampling("sobol"),
    "strata": Sampling("strata", EDGES, SHARES),
}
BARS = {"mean": 20, "tail": 10}
TAIL = 0.999
Losses = NDArray[np.float64]


def losses(design: str, assets: int, runs: int, studies: int) -> tuple[Losses, float]:
    """Person-hours without electricity, shape (study, run), and CPU seconds a study."""
    study = replace(synthetic(assets, 1, runs=runs), sampling=DESIGNS[design])
    compiled = compile_study(replace(study, epistemic=Epistemic(studies)))
    wanted = ("person_hours", "electricity")
    kept = [i for i, c in enumerate(compiled.columns) if (c.variable, c.service) == wanted]
    simulate(compiled, Chunk(0, 0, 0, (0, 1), (0, 16)), tuple(kept))
    found = []

    def work() -> None:
        found.append(simulate(compiled, Chunk(0, 0, 0, (0, studies), (0, runs)), tuple(kept)))

    seconds = cpu_time(work)
    values, status, _ = found[0]
    assert not status.any()
    return values[..., 0].astype(np.float64), seconds / studies


def estimates(values: Losses, design: str) -> Losses:
    """The estimate of the mean of each study."""
    whole = groups(DESIGNS[design], values.shape[1])
    weight = np.full(values.shape[1], 1 / values.shape[1])
    for stratum, first, last in whole.spans(0, values.shape[1]):
        if whole.strata > 1:
            weight[first:last] = whole.weights[stratum] / (last - first)
    return np.asarray(values @ weight)


def main() -> None:
    asked = options(__doc__)
    assets, runs, studies = (60, 64, 8) if asked.smoke else (1000, 2048, 128)
    crude, crude_cost = losses("random", assets, runs, studies)
    limit = float(np.quantile(crude, TAIL))
    rows: list[dict[str, Any]] = []
    for design in ("sobol", "strata"):
        values, cost = losses(design, assets, runs, studies)
        for what, of in (("mean", lambda x: x), ("tail", lambda x: (x > limit) * 1.0)):
            if (design, what) == ("sobol", "tail"):
                continue
            plain, mine = of(crude), estimates(of(values), design)
            variance = float(plain.var(ddof=1)) / runs
            own = float(mine.var(ddof=1))
            factor = variance * crude_cost / (own * cost) if own else float("inf")
            low, high = chi2.ppf((0.025, 0.975), studies - 1) / (studies - 1) * factor
            apart = float(mine.mean() - plain.mean())
            error = np.sqrt(own / studies + variance / studies)
            rows.append(
                {
                    "design": design,
                    "of": what,
                    "runs": runs,
                    "studies": studies,
                    "at random": float(plain.mean()),
                    "by design": float(mine.mean()),
                    "s.e. apart": apart / float(error) if error else 0.0,
                    "cost ratio": cost / crude_cost,
                    "variance ratio": variance / own if own else float("inf"),
                    "factor": factor,
                    "low": low,
                    "high": high,
                    "bar": BARS[what],
                }
            )
    report("variance", rows, asked.save)


if __name__ == "__main__":
    main()
