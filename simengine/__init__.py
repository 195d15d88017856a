"""simengine: a Monte Carlo engine for national threat scenarios.

The names below are the public interface. Each is imported when first used, so that
``import simengine`` and ``simengine --help`` are quick and load no numerical library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from simengine.analysis.curves import curve_quantiles as curve_quantiles
    from simengine.analysis.exceedance import exceedance as exceedance
    from simengine.analysis.precision import precision as precision
    from simengine.compiled import compile_study as compile_study
    from simengine.errors import InputErrors as InputErrors
    from simengine.runs import open_results as open_results
    from simengine.runs import rerun as rerun
    from simengine.runs import run as run
    from simengine.runs.driver import plan as plan
    from simengine.runs.replay import replay as replay
    from simengine.scenario.study import Study as Study
    from simengine.scenario.study import read_study as read_study
    from simengine.scenario.synthetic import synthetic as synthetic

_HOME = {
    "InputErrors": "simengine.errors",
    "Study": "simengine.scenario.study",
    "compile_study": "simengine.compiled",
    "curve_quantiles": "simengine.analysis.curves",
    "exceedance": "simengine.analysis.exceedance",
    "open_results": "simengine.runs",
    "plan": "simengine.runs",
    "precision": "simengine.analysis.precision",
    "read_study": "simengine.scenario.study",
    "replay": "simengine.runs.replay",
    "rerun": "simengine.runs",
    "run": "simengine.runs",
    "synthetic": "simengine.scenario.synthetic",
}

__all__ = sorted([*_HOME, "__version__"])


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'simengine' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
