"""Rates: the error of a mean falls as N**-1/2, and so does the error of its standard error.

For each N there are B batches of N runs of their own. Over batches, the root mean square of (mean -
truth) is sd / sqrt(N) exactly, for any N; that of (s / sd - 1), with s the standard deviation in a
batch, falls as N**-1/2 once N is large. The slope on logarithmic scales is fitted by weighted least
squares, with the variance of each point from its own batches (delta method).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.comparison import FALSE_ALARM
from tests.verification import known, pictures
from tests.verification.outcome import Line, Outcome, right

Floats = NDArray[np.float64]
BLOCK = 1 << 18


def batches(case: known.Known, sizes: list[int], B: int) -> tuple[Floats, Floats]:
    """Means and standard deviations by (size, batch); no run is used twice."""
    engine, first = case.engine(), 0
    means, sds = np.empty((len(sizes), B)), np.empty((len(sizes), B))
    for row, n in enumerate(sizes):
        step = max(1, BLOCK // n)
        for low in range(0, B, step):
            count = min(step, B - low)
            x = case.values(engine, count * n, first).reshape(count, n)
            means[row, low : low + count] = x.mean(axis=1)
            sds[row, low : low + count] = x.std(axis=1, ddof=1)
            first += count * n
    return means, sds


def root_mean_square(errors: Floats) -> tuple[Floats, Floats]:
    """Over batches, with the standard error of its logarithm."""
    squares = errors**2
    mean = squares.mean(axis=1)
    spread = squares.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    return np.sqrt(mean), spread / mean / 2


def slope(sizes: Floats, rms: Floats, error: Floats) -> tuple[float, float]:
    """Weighted least squares of log rms on log N: slope and its standard error."""
    x, y, w = np.log(sizes), np.log(rms), error**-2.0
    middle = (w * x).sum() / w.sum()
    square = (w * (x - middle) ** 2).sum()
    return float((w * (x - middle) * y).sum() / square), float(square**-0.5)


def held(quantity: str, n: int, true: float, got: float, error: float) -> Line:
    """One line: right within four standard errors."""
    interval = f"{got:.4f} (+- {2 * error:.4f})"
    return Line(quantity, n, f"{true:g}", interval, right(abs(got - true) <= 4 * error))


def check(
    quick: bool, out: Path | None, B: int | None = None, octaves: int | None = None
) -> Outcome:
    """Fit the rates on the bridge and on the three assets."""
    begin = time.perf_counter()
    B = B or (150 if quick else 400)
    sizes = [1 << k for k in range(5, octaves or (12 if quick else 15))]
    N = np.array(sizes, dtype=np.float64)
    least = max(256, sizes[-1] // 16)  # from here on the error of the s.e. is held to its rate
    lines: list[Line] = []
    drawn: list[tuple[str, Floats, Floats]] = []
    for case in (known.bridge_case(), known.ELECTRICITY, known.TAP_WATER):
        means, sds = batches(case, sizes, B)
        runs = B * sum(sizes)
        rms, error = root_mean_square((means - case.mean) / case.sd)
        lines.append(
            held(f"{case.name}: slope of the error of the mean", runs, -0.5, *slope(N, rms, error))
        )
        scaled = ((means - case.mean) / case.sd * np.sqrt(N)[:, None]) ** 2
        size_error = float(scaled.std() / np.sqrt(scaled.size))
        lines.append(
            held(
                f"{case.name}: (error x sqrt(N) / sd)^2", runs, 1, float(scaled.mean()), size_error
            )
        )
        total = float((means.mean(axis=1) * N).sum() / N.sum())
        mean_error = 1 / np.sqrt(runs)
        lines.append(
            held(
                f"{case.name}: mean / true mean, in sd",
                runs,
                0,
                (total - case.mean) / case.sd,
                mean_error,
            )
        )
        large = least <= N
        rms_s, error_s = root_mean_square(sds / case.sd - 1)
        lines.append(
            held(
                f"{case.name}: slope of the error of the s.e., N >= {least}",
                int(B * N[large].sum()), -0.5, *slope(N[large], rms_s[large], error_s[large]),
            )
        )  # fmt: skip
        drawn += [(f"{case.name}, mean", rms, error), (f"{case.name}, s.e.", rms_s, error_s)]
    reading = (
        f"{B} batches at each N of {sizes[0]} to {sizes[-1]:,}; in brackets two standard errors, "
        f"a line is WRONG beyond four (chance: {FALSE_ALARM:g})."
    )
    outcome = Outcome(lines, f"{reading} {time.perf_counter() - begin:.0f} s.")
    if out is not None:
        outcome.pictures = [pictures.rates(N, least, drawn, out)]
    return outcome
