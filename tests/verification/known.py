"""Studies whose answer is known by a closed form, run by the engine.

The three assets of `models/three_assets`: the station is struck at t = 0 and one crew repairs it in
a drawn time T. Electricity is out for min(T, H) hours, H the horizon. The exchange stops 4 h after
the station and the waterworks 6 h after the exchange, so tap water is out for min(T, H) - 10 hours
if that is positive. With S the survival function of T and a = 0 or 10 h,
E X = integral of S from a to H, and E X^2 = integral of 2 (t - a) S(t).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy import integrate, stats

from tests import exact
from tests.engine import Document, Engine, Key, hit, study
from tests.test_exact import bridge

Floats = NDArray[np.float64]
PEOPLE = 100_000
HORIZON = 168  # h
MEDIAN, SIGMA = 6.0, 0.9  # of the repair, as in the model
SPREAD = 0.6  # log-spread of what is not known about the median, in the two-level study
NORMAL = {"mean": 30.0, "between": 4.0, "within": 3.0}  # h
NETWORK = Path(__file__).parents[2] / "models" / "three_assets" / "network.yaml"


@dataclass(frozen=True)
class Known:
    """One number of a run with its exact mean and standard deviation."""

    name: str
    documents: tuple[Document, Document]
    key: Key
    mean: float
    sd: float

    def engine(self, seed: int | None = None) -> Engine:
        changed = {} if seed is None else {"seed": seed}
        return Engine({**self.documents[0], **changed}, self.documents[1])

    def values(self, engine: Engine, runs: int, first: int = 0, epistemic: int = 0) -> Floats:
        return engine.run(runs, first, epistemic)[self.key]


def three_assets(repair: Document) -> tuple[Document, Document]:
    """Strike the station of the shipped model, with this law for its repair."""
    network: Document = yaml.safe_load(NETWORK.read_text(encoding="utf-8"))
    struck = hit("power", repair=repair)
    more = {"epistemic": {"size": 2, "design": "random"}} if "uncertain" in str(repair) else {}
    return study(struck, horizon=f"{HORIZON} h", seed=20260401, **more), network


def hours_out(law: Any, after: float = 0.0) -> tuple[float, float]:
    """Mean and standard deviation of (min(T, H) - after)+ [h]."""
    cuts = np.linspace(after, HORIZON, 50)

    def whole(power: int) -> float:
        parts = [
            integrate.quad(lambda t: power * (t - after) ** (power - 1) * law.sf(t), low, high)[0]
            for low, high in pairwise(cuts)
        ]
        return float(sum(parts))

    first, second = whole(1), whole(2)
    return first, float(np.sqrt(second - first**2))


CHANCE = {"dist": "lognormal", "median": f"{MEDIAN} h", "sigma": SIGMA}
NOT_KNOWN = {"uncertain": {"dist": "lognormal", "median": f"{MEDIAN} h", "sigma": SPREAD}}
TWO_LEVEL = {**CHANCE, "median": NOT_KNOWN}
MIDDLE = {"dist": "normal", "mean": f"{NORMAL['mean']} h", "sd": f"{NORMAL['between']} h"}


def cut(law: Document) -> Document:
    """Keep a normal time between 0 and the horizon: beyond lies less than once in 1e8."""
    return {"dist": "truncated", "of": law, "low": "0 h", "high": f"{HORIZON} h"}


NORMAL_TWO_LEVEL = cut(
    {"dist": "normal", "mean": {"uncertain": MIDDLE}, "sd": f"{NORMAL['within']} h"}
)
REPAIR = stats.lognorm(SIGMA, scale=MEDIAN)
REPAIR_NOT_KNOWN = stats.lognorm(np.hypot(SIGMA, SPREAD), scale=MEDIAN)


def hours(name: str, repair: Document, law: Any, service: str, after: float = 0.0) -> Known:
    """Person-hours of one service on the three assets."""
    mean, sd = hours_out(law, after)
    key = ("person_hours", service)
    return Known(name, three_assets(repair), key, PEOPLE * mean, PEOPLE * sd)


def normal_law() -> Any:
    return stats.norm(NORMAL["mean"], np.hypot(NORMAL["between"], NORMAL["within"]))


def bridge_case() -> Known:
    """Two-terminal reliability of the bridge, each link out with probability 0.4."""
    documents = bridge(0.4)
    key = ("person_hours", "t")
    true = exact.moments(Engine(*documents).study)[key]
    return Known("bridge", documents, key, true.mean, true.sd)


ELECTRICITY = hours("three assets, electricity", CHANCE, REPAIR, "electricity")
TAP_WATER = hours("three assets, tap water", CHANCE, REPAIR, "tap_water", 10.0)
EPISTEMIC = hours("lognormal", TWO_LEVEL, REPAIR_NOT_KNOWN, "electricity")
GAUSSIAN = hours("normal", NORMAL_TWO_LEVEL, normal_law(), "electricity")
