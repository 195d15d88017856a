"""One study run, and its figures a run: people from the result, assets from the log of events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import xarray
from numpy.typing import NDArray

import simengine.kernels.layout as layout
from simengine import compile_study, read_study, run
from simengine.compiled import CompiledStudy
from simengine.scenario.study import Study

Column = NDArray[np.float64]
CONFIGS = Path(__file__).resolve().parents[2] / "configs"
HOUR = 3_600_000.0  # [ms]
PROBED = 4  # runs of the first epistemic draw by which a stale page is found
LOGGED = 40  # runs of each epistemic draw whose events are read


class Outcome:
    """The runs of a study, each figure as a column over (epistemic, run)."""

    def __init__(self, study: Study, folder: Path, threat: int = 0) -> None:
        self.study = study
        self.threat = threat
        self.result: xarray.Dataset = run(study, folder / f"{study.name}.zarr")
        self.failed = int(self.result["failed_runs"].sum())

    @classmethod
    def of(cls, name: str, folder: Path, runs: int, epistemic: int, **more: object) -> Outcome:
        """Run a study of `configs`, with other sizes and, in `more`, other values by path."""
        changes = {"runs": runs, "epistemic.size": epistemic}
        asked = [*changes.items(), *((path, value) for path, value in more.items())]
        return cls(read_study(CONFIGS / f"{name}.yaml", asked), folder)

    def on(self, threat: str) -> Outcome:
        """Look at another threat of the same result."""
        other = object.__new__(Outcome)
        other.__dict__ |= {**self.__dict__, "threat": list(self.study.threats).index(threat)}
        other.__dict__.pop("_events", None)
        return other

    def each(self, quantity: str, **labels: object) -> Column:
        """Value of a quantity in every run."""
        name = list(self.study.threats)[self.threat]
        values = self.result[f"{quantity}_per_run"].isel(variant=0).sel(threat=name, **labels)
        return np.asarray(values.values, dtype=float).ravel()

    def people(self, quantity: str, service: str, *regions: str) -> Column:
        """People out of a service, in some regions or everywhere."""
        if not regions:
            return self.each(quantity, service=service)
        return sum(self.each(quantity, service=service, region=r) for r in regions)  # type: ignore[return-value]

    def hours(self, quantity: str, service: str) -> Column:
        """Hours, in the runs where somebody loses the service."""
        out = self.each("people_peak", service=service) > 0
        return np.where(out, self.each(quantity, service=service), np.nan)

    def served(self, hour: float, *services: str) -> Column:
        """Share of the people of these services who have them at an instant."""
        out = sum(self.each("people_out_at", service=s, instant=hour) for s in services)
        areas = self.study.network.areas.values()
        return 1 - out / sum(area.population for area in areas if area.service in services)

    @cached_property
    def _events(self) -> tuple[CompiledStudy, list[NDArray[np.int64]]]:
        engine = compile_study(self.study)
        runs = min(LOGGED, self.study.runs)
        cells = [(e, r) for e in range(self.study.epistemic.size) for r in range(runs)]
        return engine, [engine.log(self.threat, e, r)[0] for e, r in cells]

    def events(self) -> Iterator[NDArray[np.int64]]:
        """Give the events of the logged runs, run by run."""
        yield from self._events[1]

    @property
    def engine(self) -> CompiledStudy:
        """The study, compiled."""
        return self._events[0]

    def levels(self, asset: str) -> Iterator[tuple[Column, Column]]:
        """Give hours and new levels of an asset, run by run."""
        number = list(self.engine.names.assets).index(asset)
        for lines in self.events():
            row = layout.LOG._fields.index
            kind, subject = lines[:, row("kind")], lines[:, row("subject")]
            mine = lines[(kind == layout.LOG_LEVEL) & (subject == number)]
            yield mine[:, row("time")] / HOUR, mine[:, row("level")] / layout.ONE

    def falls(self, *assets: str, below: float = 0.5) -> Column:
        """1 where one of the assets falls below a level, else 0."""
        found = [
            np.array([bool((levels < below).any()) for _, levels in self.levels(asset)])
            for asset in assets
        ]
        return np.any(found, axis=0).astype(float)

    def back(self, asset: str) -> Column:
        """Hour at which an asset is at its full level for good; NaN if it never fell."""
        return np.array(
            [
                times[-1] if len(times) and levels[-1] == 1 else np.nan
                for times, levels in self.levels(asset)
            ]
        )

    def probe(self) -> float:
        """One figure of the first draw's first runs, by which a stale page is found."""
        values = self.result["person_hours_per_run"].isel(epistemic=0, run=slice(0, PROBED))
        return float(values.sum())
