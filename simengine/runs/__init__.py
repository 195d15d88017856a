"""Running a study: plan, chunks, schedulers, the store with its ledger, provenance."""

from simengine.runs.driver import default_output, plan, run
from simengine.runs.execute import WorkersLost
from simengine.runs.plan import Plan
from simengine.runs.progress import Progress, Refused, Stopped
from simengine.runs.provenance import Comparison, rerun
from simengine.runs.replay import replay
from simengine.runs.store import open_results

__all__ = [
    "Comparison",
    "Plan",
    "Progress",
    "Refused",
    "Stopped",
    "WorkersLost",
    "default_output",
    "open_results",
    "plan",
    "replay",
    "rerun",
    "run",
]
