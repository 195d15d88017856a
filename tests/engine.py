"""Studies built in memory, and the runs of one cell as columns by name.

A test writes what matters to it, assets and mechanisms; what every document must hold besides is
filled in here. What is watched gets an area of one person with a service of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simengine.compiled import compile_study
from simengine.scenario.study import study_from_documents
from tests.reference import Reference

Document = dict[str, Any]
Key = tuple[Any, ...]  # (variable, labels...), as the reference names its results
Columns = dict[Key, NDArray[np.float64]]


def network(assets: Document, areas: Document | None = None, **more: Any) -> Document:
    """Make a network's document; services and regions are those that its parts name."""
    areas = areas or {}
    parts = [*assets.values(), *areas.values(), *more.get("carriers", {}).values()]
    services = sorted({part["service"] for part in parts if "service" in part})
    assets = {name: {"region": "here", **asset} for name, asset in assets.items()}
    areas = {name: {"region": "here", **area} for name, area in areas.items()}
    regions = sorted({part["region"] for part in [*assets.values(), *areas.values()]})
    return {
        "format": "network/1",
        "name": "made",
        "title": {"en": "Made for a test"},
        "source": "assumption",
        "confidence": "low",
        "regions": {r: {"name": r, "population": "100000000 person"} for r in regions},
        "services": {s: {"sector": s, "basic": False} for s in services or ["service"]},
        "assets": assets,
        "areas": areas,
        **more,
    }


def watching(assets: Document, watched: Iterable[str], people: int = 1, **more: Any) -> Document:
    """Make a network where each watched asset has an area and a service of its own name."""
    assets = {
        name: {**asset, "service": name} if name in watched else asset
        for name, asset in assets.items()
    }
    areas = {
        name: {"service": name, "population": f"{people} person", "suppliers": {name: 1}}
        for name in watched
    }
    return network(assets, areas, **more)


def hit(*targets: str, probability: float = 1, **more: Any) -> Document:
    """Make a mechanism that damages its targets at t = 0."""
    return {"damage": {"targets": {"assets": list(targets)}, "probability": probability, **more}}


def study(*mechanisms: Document, horizon: str = "100 h", seed: int = 1, **more: Any) -> Document:
    """Make a study's document with one threat, `event`."""
    return {
        "format": "study/1",
        "name": "made",
        "title": {"en": "Made for a test"},
        "kind": "scenario",
        "model": "made",
        "seed": seed,
        "runs": 1,
        "horizon": horizon,
        "threats": {
            "event": {
                "deliberate": False,
                "category": "technical",
                "source": "assumption",
                "likelihood": {"rate": "1 per year"},
                "mechanisms": list(mechanisms),
            }
        },
        **more,
    }


def quiet(asset: str) -> Document:
    """Make a mechanism that never strikes: the study is about own failures alone."""
    return hit(asset, probability=0)


class Engine:
    """A compiled study; `run` gives the runs of one cell as columns by name."""

    def __init__(self, study: Mapping[str, Any], network: Mapping[str, Any]) -> None:
        self.study = study_from_documents(study, network)
        self.compiled = compile_study(self.study)
        self.keys: list[Key] = [
            (
                c.variable,
                *(
                    x
                    for x in (c.service, c.region, c.order, c.sector, c.duration, c.instant)
                    if x is not None
                ),
            )
            for c in self.compiled.columns
        ]

    def rows(
        self, runs: int, first: int = 0, epistemic: int = 0, curves: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Values (run, column) and how each run ended."""
        values = np.zeros((runs, len(self.keys)))
        status = np.zeros(runs, dtype=np.int32)
        parameters = self.compiled.epistemic_parameters([epistemic])[0]
        self.compiled.simulate(0, epistemic, first, values, status, curves, parameters)
        return values, status

    def run(self, runs: int, first: int = 0, epistemic: int = 0) -> Columns:
        """Columns by name, of runs that all came to their horizon."""
        values, status = self.rows(runs, first, epistemic)
        assert not status.any()
        return dict(zip(self.keys, values.T, strict=True))

    def curve(self, runs: int) -> dict[str, NDArray[np.float64]]:
        """Mean people out at the steps of the study's curves, by service."""
        services, steps = self.compiled.curve_services, self.compiled.curve_steps
        shape = len(services), len(steps), len(self.compiled.people_edges)
        curves = np.zeros(shape, dtype=np.int64)
        assert not self.rows(runs, curves=curves)[1].any()
        return dict(zip(services, curves[..., 0] / runs, strict=True))


def differences(engine: Engine, runs: int, first: int = 0, epistemic: int = 0) -> list[str]:
    """Where the engine is not the reference bit for bit; what differs in the first such run."""
    values, status = engine.rows(runs, first, epistemic)
    (threat,) = engine.compiled.threats
    reference = Reference(engine.study, threat, epistemic)
    for k in range(runs):
        expected = reference.run(first + k)
        unknown = set(expected) - set(engine.keys)
        found = [f"the engine has no {key}" for key in sorted(unknown, key=str) if expected[key]]
        found += [f"the run ended with status {status[k]}"] * bool(status[k])
        found += [
            f"epistemic {epistemic}, run {first + k}, {key}: {value!r} instead of {true!r}"
            for key, value in zip(engine.keys, values[k].tolist(), strict=True)
            if value.hex() != (true := float(expected.get(key, 0.0))).hex()
        ]
        if found:
            return found
    return []
