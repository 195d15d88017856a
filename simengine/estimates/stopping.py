"""When enough runs have been done, and what looking at the answer costs.

A rule that looks at the data to decide when to stop is not free: it tends to stop where the spread
happens to look small, so that intervals afterwards cover less than they claim. Three things keep
that small, and the result says how often was looked:

- few looks: the number of runs doubles between them;
- what must be small is the upper 95% limit of the standard error, not its estimate: with f degrees
  of freedom that is se x sqrt(f / chi2_0.05(f)) (exact for normal cell means);
- where the epistemic draws alone cause more error than is allowed, more runs cannot help: it stops
  and names the number of epistemic draws that would.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simengine.estimates.means import TwoLevel, epistemic_needed

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Decision:
    """What the rule says after a look.

    Attributes
    ----------
    stop
        Whether to stop.
    met
        Whether the wanted error was reached everywhere.
    worst
        Largest upper limit of the relative standard error; infinite if it cannot be known.
    reason
        One sentence.
    """

    stop: bool
    met: bool
    worst: float
    reason: str


def looks(first: int, at_most: int) -> tuple[int, ...]:
    """Numbers of runs at which the rule looks: doubling from the first, ending at the most.

    Parameters
    ----------
    first
        Runs before the first look, at least 1.
    at_most
        Runs at the last look, at least `first`.
    """
    if not 1 <= first <= at_most:
        raise ValueError(f"expected 1 <= runs <= at_most, found runs {first}, at_most {at_most}")
    found = [first]
    while found[-1] < at_most:
        found.append(min(2 * found[-1], at_most))
    return tuple(found)


def decide(estimate: TwoLevel, relative_error: float, last: bool) -> Decision:
    """Apply the stop rule to the estimates of one look.

    Parameters
    ----------
    estimate
        Means over draws and runs, for every threat and label at once.
    relative_error
        Wanted standard error over mean, positive.
    last
        Whether this is the last look allowed.

    Returns
    -------
    Decision
        Means that are exactly 0 with no spread are left out, since no loss was seen there.
    """
    mean, error = np.atleast_1d(estimate.mean), np.atleast_1d(estimate.standard_error)
    seen = ~((mean == 0) & (error == 0))
    if not seen.any():
        return Decision(last, False, math.inf, "no loss in any run so far: its error is unknown")
    freedom = estimate.freedom
    if freedom < 1:
        return Decision(last, False, math.inf, "one run or draw tells nothing about the error")
    widening = math.sqrt(freedom / special.chdtri(freedom, CONFIDENCE))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(mean != 0, error * widening / np.abs(mean), np.inf)[seen]
    worst = float(relative.max())
    if worst <= relative_error:
        return Decision(True, True, worst, f"relative standard error at most {worst:.3g}")
    if estimate.draws > 1 and _hopeless(estimate, relative_error, freedom)[seen].any():
        draws = np.nanmax(np.atleast_1d(epistemic_needed(estimate, relative_error))[seen])
        reason = (
            f"relative standard error {worst:.3g}: more runs cannot reach {relative_error:g}, "
            f"about {draws * widening**2:.0f} epistemic draws can"
        )
        return Decision(True, False, worst, reason)
    reached = f"relative standard error {worst:.3g}, wanted {relative_error:g}"
    return Decision(last, False, worst, reached + (": the most runs allowed" if last else ""))


def _hopeless(estimate: TwoLevel, relative_error: float, freedom: float) -> NDArray[np.bool_]:
    """Where the lower 95% limit of the epistemic part of the error is above what is allowed."""
    between = np.atleast_1d(estimate.standard_error) ** 2 * estimate.draws
    chance = between - np.atleast_1d(estimate.epistemic_sd) ** 2
    least = between * freedom / special.chdtri(freedom, 1 - CONFIDENCE) - chance
    allowed = (relative_error * np.atleast_1d(estimate.mean)) ** 2 * estimate.draws
    return np.asarray(least > allowed)
