"""Coverage: how often the intervals hold the truth, over seeds of the engine.

Every seed is a study of its own, compiled and run. Where theory is exact (Student's t of normal
values, Clopper-Pearson, order statistics) the share that holds the truth is tested against the
exact coverage. Elsewhere (skewed values, clustered proportions) the intervals are approximate, and
what is found is reported: `nominal`, `under` or `over`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray
from numpy.typing import NDArray
from scipy import stats

from simengine import estimates
from simengine.analysis.precision import precision
from simengine.variables import STATISTICS, annotate
from tests.comparison import FALSE_ALARM
from tests.verification import known, pictures
from tests.verification.outcome import Line, Outcome, right

Floats = NDArray[np.float64]
LEVEL = 0.95
APART = 1_000_000  # between the first seeds of samples
RARE = 0.001  # below this a measured coverage is called under or over


@dataclass(frozen=True)
class Count:
    """How many of the intervals held the truth; `exact` if theory gives the coverage itself."""

    name: str
    covered: int
    seeds: int
    coverage: float = LEVEL
    exact: bool = False

    @property
    def p(self) -> float:
        return float(stats.binomtest(self.covered, self.seeds, self.coverage).pvalue)

    def line(self) -> Line:
        share = self.covered / self.seeds
        words, verdict = f"{share:.4f}, p = {self.p:.2g}", right(self.p >= FALSE_ALARM)
        if not self.exact:
            kind = "nominal" if self.p >= RARE else "under" if share < self.coverage else "over"
            words, verdict = f"{share:.4f}, {kind}", "found"
        return Line(self.name, self.seeds, f"{self.coverage:.4f}", words, verdict)

    def row(self) -> tuple[str, float, float, float, bool]:
        share = self.covered / self.seeds
        error = np.sqrt(self.coverage * (1 - self.coverage) / self.seeds)
        return self.name, self.coverage, share, float(error), self.exact


def sample(case: known.Known, first: int, seeds: int, draws: int, runs: int) -> Floats:
    """Values by (seed, draw, run): each seed compiled and run by itself, from `first` on.

    The same seed gives the same luck in every study of the three assets, so each sample takes seeds
    of its own; lines of one sample share its numbers.
    """
    out = np.empty((seeds, draws, runs))
    for seed in range(seeds):
        engine = case.engine(first + seed)
        for draw in range(draws):
            out[seed, draw] = case.values(engine, runs, epistemic=draw)
    return out


def by_precision(values: Floats) -> tuple[Floats, Floats]:
    """Intervals of the mean, as `simengine.precision` gives them to a user; a label is a seed."""
    seeds, draws, runs = values.shape
    x = values.transpose(1, 2, 0)
    sd = x.std(axis=1, ddof=1)
    cells = np.stack([x.mean(axis=1), sd, sd / np.sqrt(runs)], axis=1)[None, None]
    dims = ("variant", "threat", "epistemic")
    result = annotate(
        xarray.Dataset(
            {
                "person_hours": ((*dims, "statistic", "service"), cells),
                "good_runs": (dims, np.full((1, 1, draws), runs)),
            },
            coords={
                "variant": np.array(["base"], dtype=object),
                "threat": np.array(["event"], dtype=object),
                "epistemic": np.arange(draws),
                "statistic": np.array(STATISTICS, dtype=object),
                "service": np.array([f"seed_{k}" for k in range(seeds)], dtype=object),
            },
        )
    )
    figure = precision(result, LEVEL)["person_hours_precision"].isel(variant=0, threat=0)
    return figure.sel(precision="low").values, figure.sel(precision="high").values


def held(low: Floats, high: Floats, truth: float) -> int:
    """How many intervals hold the truth."""
    return int(((low <= truth) & (truth <= high)).sum())


def means(seeds: int) -> list[Count]:
    """One epistemic draw: N runs and Student's t. Exact for normal values only."""
    found = []
    normal = known.hours(
        "normal",
        known.cut({"dist": "normal", "mean": "30 h", "sd": "5 h"}),
        stats.norm(30, 5), "electricity",
    )  # fmt: skip
    cases = (normal, known.bridge_case(), known.ELECTRICITY, known.TAP_WATER)
    for number, case in enumerate(cases):
        x = sample(case, number * APART, seeds, 1, 1000)
        for n in (3, 10, 30, 100, 1000):
            if case is not normal and n < 10:
                continue
            covered = held(*by_precision(x[:, :, :n]), case.mean)
            found.append(
                Count(f"mean, {case.name}, {n} runs", covered, seeds, exact=case is normal)
            )
    return found


def proportions_and_quantiles(seeds: int) -> list[Count]:
    """One epistemic draw: Clopper-Pearson and order statistics, of known coverage."""
    x = sample(known.ELECTRICITY, 4 * APART, seeds, 1, 1000)[:, 0] / known.PEOPLE
    found = []
    for hours in (10, 24, 72):
        p = float(known.REPAIR.sf(hours))
        for n in (100, 1000):
            hits = (x[:, :n] > hours).sum(axis=1)
            k = np.arange(n + 1)
            low, high = estimates.proportion_interval(k, np.full(n + 1, n), LEVEL)
            true = float(stats.binom.pmf(k, n, p)[(low <= p) & (p <= high)].sum())
            covered = held(*estimates.proportion_interval(hits, np.full(seeds, n), LEVEL), p)
            found.append(Count(f"proportion {p:.4f}, {n} runs", covered, seeds, true, exact=True))
    for q in (0.5, 0.9, 0.99):
        for n in (100, 1000):
            a, b = estimates.quantile_ranks(n, q, LEVEL)
            true = float(stats.binom.cdf(b - 1, n, q) - stats.binom.cdf(a - 1, n, q))
            ends = np.array([estimates.quantile_interval(each[:n], q, LEVEL) for each in x])
            covered = held(ends[:, 0], ends[:, 1], float(known.REPAIR.ppf(q)))
            found.append(Count(f"quantile {q}, {n} runs", covered, seeds, true, exact=True))
    return found


def two_levels(seeds: int) -> list[Count]:
    """E epistemic draws of 20 runs; with normal values on both levels the interval is exact."""
    found, runs = [], 20
    for number, case in enumerate((known.GAUSSIAN, known.EPISTEMIC), 5):
        x = sample(case, number * APART, seeds, 40, runs)
        for E in (2, 3, 5, 10, 40):
            covered = held(*by_precision(x[:, :E]), case.mean)
            name = f"two-level mean, {case.name}, {E} draws of {runs}"
            found.append(Count(name, covered, seeds, exact=case is known.GAUSSIAN))
    for hours in (24, 72):
        p = float(known.REPAIR_NOT_KNOWN.sf(hours))
        hits = (x > hours * known.PEOPLE).sum(axis=2).T
        for E in (2, 3, 5, 10, 40):
            limits = estimates.clustered_proportion(hits[:E], np.full(E, runs), LEVEL)
            name = f"two-level proportion {p:.4f}, {E} draws of {runs}"
            found.append(Count(name, held(*limits, p), seeds))
    return found


def check(quick: bool, out: Path | None, seeds: int | None = None) -> Outcome:
    """Count on all kinds of intervals."""
    begin = time.perf_counter()
    seeds = seeds or (300 if quick else 3000)
    counts = [*means(seeds), *proportions_and_quantiles(seeds), *two_levels(seeds)]
    reading = (
        f"{seeds} seeds, intervals of {LEVEL:.0%}. Exact coverages are WRONG where a binomial test "
        f"gives p < {FALSE_ALARM:g}; the others are measured: under or over if p < {RARE:g}."
    )
    outcome = Outcome(
        [count.line() for count in counts], f"{reading} {time.perf_counter() - begin:.0f} s."
    )
    if out is not None:
        outcome.pictures = [pictures.coverage([count.row() for count in counts], out)]
    return outcome
