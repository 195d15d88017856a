"""An estimate beside the number it should be, and the rule by which they agree.

They agree within four standard errors (a false alarm once in 15,800 comparisons if errors are
normal: 6.3e-5) plus a bias that is declared with the number. A share of runs may also agree by the
binomial law itself, which is not normal where few runs count: neither tail may be rarer than half
of 6.3e-5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

FALSE_ALARM = 6.3e-5
HEADER = (
    f"{'case':<5} {'quantity':<50} {'expected':>12} {'got':>12} {'N':>7} {'s.e.':>10} {'off':>6}"
)


@dataclass(frozen=True)
class Comparison:
    """One line of the table: `sd` is that of one of N runs, `bias` the largest declared bias."""

    case: str
    quantity: str
    expected: float
    got: float
    runs: int
    sd: float
    bias: float = 0.0
    share: bool = False

    @property
    def standard_error(self) -> float:
        return self.sd / math.sqrt(self.runs)

    @property
    def off(self) -> float:
        """Standard errors between the two; without luck, 0 within the bias and else infinite."""
        difference = self.got - self.expected
        if self.standard_error == 0:
            same = math.isclose(self.got, self.expected, rel_tol=1e-9)
            return 0.0 if same or abs(difference) <= self.bias else math.inf
        return difference / self.standard_error

    @property
    def agrees(self) -> bool:
        if abs(self.got - self.expected) <= 4 * self.standard_error + self.bias:
            return True
        if not self.share:
            return self.off == 0
        count = round(self.got * self.runs)
        fewer = binom.cdf(count, self.runs, self.expected)
        more = binom.sf(count - 1, self.runs, self.expected)
        return bool(min(fewer, more) >= FALSE_ALARM / 2)

    def __str__(self) -> str:
        mark = "" if self.agrees else "  MISS"
        return (
            f"{self.case:<5} {self.quantity:<50} {self.expected:12.7g} {self.got:12.7g} "
            f"{self.runs:7d} {self.standard_error:10.3g} {self.off:+6.2f}{mark}"
        )


def mean(
    case: str,
    quantity: str,
    expected: float,
    values: NDArray[np.float64],
    sd: float | None = None,
    bias: float = 0.0,
) -> Comparison:
    """Compare the mean over runs; without a stated sd, that of the runs themselves."""
    spread = float(values.std(ddof=1)) if sd is None else sd
    return Comparison(case, quantity, expected, float(values.mean()), len(values), spread, bias)


def share(
    case: str, quantity: str, expected: float, happened: NDArray[np.bool_], bias: float = 0.0
) -> Comparison:
    """Compare the share of runs in which something happened."""
    sd = math.sqrt(expected * (1 - expected))
    return Comparison(
        case, quantity, expected, float(happened.mean()), len(happened), sd, bias, share=True
    )


def ratio(
    case: str,
    quantity: str,
    expected: float,
    above: NDArray[np.float64],
    below: NDArray[np.float64],
) -> Comparison:
    """Compare a ratio of sums; its error by the delta method."""
    got = float(above.sum() / below.sum())
    sd = float(np.std(above - got * below, ddof=1) / below.mean())
    return Comparison(case, quantity, expected, got, len(above), sd)


def misses(lines: list[Comparison]) -> str:
    """Return the lines that do not agree, to assert that there are none."""
    return "\n".join(str(line) for line in lines if not line.agrees)
