"""How sure a Monte Carlo number is: standard errors, intervals, runs needed, when to stop."""

from simengine.estimates.groups import combine, run_weights
from simengine.estimates.means import (
    Interval,
    TwoLevel,
    epistemic_needed,
    mean_interval,
    runs_needed,
    two_level,
)
from simengine.estimates.proportions import (
    clustered_proportion,
    proportion_interval,
    stratified_proportion,
)
from simengine.estimates.quantiles import (
    histogram_quantile,
    quantile,
    quantile_interval,
    quantile_ranks,
)
from simengine.estimates.stopping import Decision, decide, looks

__all__ = [
    "Decision",
    "Interval",
    "TwoLevel",
    "clustered_proportion",
    "combine",
    "decide",
    "epistemic_needed",
    "histogram_quantile",
    "looks",
    "mean_interval",
    "proportion_interval",
    "quantile",
    "quantile_interval",
    "quantile_ranks",
    "run_weights",
    "runs_needed",
    "stratified_proportion",
    "two_level",
]
