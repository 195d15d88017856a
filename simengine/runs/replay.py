"""One run of a result again, with all that happened in it: a Dataset of events."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray

import simengine.kernels.layout as layout
from simengine.compiled import CompiledStudy, compile_study
from simengine.kernels.status import SENTENCES
from simengine.runs.choosing import MEASURE, Place, choose
from simengine.runs.progress import Refused
from simengine.runs.store import open_results
from simengine.scenario.study import study_from_text

__all__ = ["KINDS", "replay"]

HOUR = 3_600_000.0  # [ms]
GRID = float(layout.ONE)

KINDS: dict[int, str] = {
    layout.LOG_HIT: "hit",
    layout.LOG_FAILED: "failed",
    layout.LOG_LEVEL: "level",
    layout.LOG_RATIO: "ratio",
    layout.LOG_TAKES_OVER: "takes_over",
    layout.LOG_NOT_STARTED: "not_started",
    layout.LOG_EMPTY: "empty",
    layout.LOG_CREW: "crew",
    layout.LOG_REPAIRED: "repaired",
    layout.LOG_RESTART: "restart",
    layout.LOG_TRIPPED: "tripped",
    layout.LOG_BLACK: "black",
    layout.LOG_LIVE: "live",
    layout.LOG_SHED: "shed",
    layout.LOG_AID: "aid",
    layout.LOG_MANUAL: "manual",
    layout.LOG_AREA: "area",
    layout.LOG_COLLAPSE: "collapse",
    layout.LOG_JOIN: "join",
}


def replay(
    path: str | Path,
    threat: str | None = None,
    epistemic: int | None = None,
    run: int | None = None,
    which: Literal["worst", "typical"] | None = None,
) -> xarray.Dataset:
    """Do one run of a result again and tell all that happened in it.

    Parameters
    ----------
    path
        A complete result.
    threat, epistemic, run
        Which run; with `which`, where to look for it. A result of one threat needs no `threat`.
    which
        ``worst`` or ``typical``, by the person-hours without a basic service.

    Returns
    -------
    xarray.Dataset
        Dim ``event``, in order of time: ``time`` [hour], ``kind``, ``subject`` (an asset; an area
        or a pool where the kind says so), ``service`` and ``region`` of the subject, ``level`` and
        ``before`` (0 to 1), ``order``, ``origin`` (the asset where the outage began), ``detail``
        (the need, pool or link concerned), ``people`` out in an area and ``hours`` a buffer lasts.
        The attributes name the run, its loss and how it ended.

    Raises
    ------
    Refused
        If there is no such run.
    """
    result = open_results(path)
    engine = compile_study(study_from_text(str(result.attrs["study"])))
    if which is not None:
        place = choose(result, engine, which, _known(result, threat), epistemic)
    else:
        place = _named(result, engine, threat, epistemic, run)
    position = engine.threats.index(place.threat)
    lines, _ = engine.log(position, place.epistemic, place.run)
    events = _events(engine, np.asarray(lines))
    return events.assign_attrs(
        study=result.attrs["study"],
        name=result.attrs["name"],
        threat=place.threat,
        epistemic=place.epistemic,
        run=place.run,
        loss=place.loss,
        failure=place.failure,
        which=which or "",
    )


def _known(result: xarray.Dataset, threat: str | None) -> str | None:
    names = [str(name) for name in result.threat.values]
    if threat is not None and threat not in names:
        raise Refused(f"threat: expected one of {', '.join(names)}, found {threat!r}")
    return threat


def _named(
    result: xarray.Dataset,
    engine: CompiledStudy,
    threat: str | None,
    epistemic: int | None,
    run: int | None,
) -> Place:
    """Check the place that was asked for, and find its loss."""
    names = [str(name) for name in result.threat.values]
    if threat is None and len(names) > 1:
        raise Refused(f"threat: expected one of {', '.join(names)}, found none")
    name = _known(result, threat) or names[0]
    for what, number, end in (
        ("epistemic", epistemic, result.sizes["epistemic"]),
        ("run", run, int(result.attrs["runs"])),
    ):
        if number is None or not 0 <= number < end:
            raise Refused(f"{what}: expected a number from 0 to {end - 1}, found {number}")
    assert epistemic is not None
    assert run is not None
    values, status = np.zeros((1, len(engine.columns))), np.zeros(1, dtype=np.int32)
    parameters = engine.epistemic_parameters([epistemic])[0]
    engine.simulate(names.index(name), epistemic, run, values, status, None, parameters)
    if status[0]:
        # A failed run has no loss; its events up to the failure are what one wants to see.
        return Place(name, epistemic, run, float("nan"), SENTENCES[int(status[0])])
    column = [c.variable for c in engine.columns].index(MEASURE)
    return Place(name, epistemic, run, float(values[0, column]))


def _events(engine: CompiledStudy, lines: np.ndarray) -> xarray.Dataset:
    """Turn the rows of a log into words and units."""
    names, network = engine.names, engine.study.network
    column = {field: lines[:, place] for place, field in enumerate(layout.LOG._fields)}
    kinds = [KINDS[int(code)] for code in column["kind"]]
    rows: list[dict[str, Any]] = []
    for k, kind in enumerate(kinds):
        subject, detail = int(column["subject"][k]), int(column["detail"][k])
        row: dict[str, Any] = {"service": "", "region": "", "detail": "", "people": np.nan}
        if kind == "area":
            area = network.areas[names.areas[subject]]
            row |= {"subject": names.areas[subject], "service": area.service}
            row |= {"region": area.region, "people": area.population * column["level"][k] / GRID}
        elif kind == "aid":
            row |= {"subject": names.pools[subject]}
        else:
            asset = network.assets[names.assets[subject]]
            row |= {"subject": names.assets[subject], "service": asset.service or ""}
            row |= {"region": asset.region}
        if kind in ("not_started", "empty"):
            row["detail"] = names.needs[detail][1]
        elif kind == "crew":
            row["detail"] = names.pools[detail] if 0 <= detail < len(names.pools) else ""
        elif kind == "live" and detail >= 0:
            row["detail"] = names.assets[detail]
        elif kind == "failed":
            row["detail"] = "planned" if detail else "life"
        row["hours"] = detail / HOUR if kind == "takes_over" else np.nan
        row["before"] = detail / GRID if kind == "level" else np.nan
        origin = int(column["origin"][k])
        row["origin"] = names.assets[origin] if origin >= 0 else ""
        rows.append(row)
    texts = ("subject", "service", "region", "detail", "origin")
    found: dict[str, Any] = {
        "time": ("event", column["time"] / HOUR, {"units": "hour", "long_name": "time"}),
        "kind": ("event", np.array(kinds, dtype=object)),
        "level": ("event", column["level"] / GRID, {"units": "1"}),
        "order": ("event", column["order"]),
    }
    found |= {t: ("event", np.array([row[t] for row in rows], dtype=object)) for t in texts}
    units = {"people": "person", "hours": "hour", "before": "1"}
    found |= {
        t: ("event", np.array([row[t] for row in rows], dtype=float), {"units": unit})
        for t, unit in units.items()
    }
    return xarray.Dataset(found)
