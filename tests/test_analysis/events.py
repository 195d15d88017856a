"""Events of a replayed run, written by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray

BLANK: dict[str, Any] = {
    "service": "", "region": "", "level": 0.0, "before": np.nan, "order": -1, "origin": "",
    "detail": "", "people": np.nan, "hours": np.nan,
}  # fmt: skip


def events(*rows: dict[str, Any], network: dict[str, Any] | None = None) -> xarray.Dataset:
    """What `simengine.replay` gives, from rows that name what differs from nothing."""
    whole = [BLANK | row for row in rows]
    found = {
        name: ("event", np.array([row[name] for row in whole], dtype=kind))
        for name, kind in (
            ("time", float), ("kind", object), ("subject", object), ("level", float),
            ("order", int), ("service", object), ("region", object), ("detail", object),
            ("origin", object), ("people", float), ("hours", float), ("before", float),
        )
    }  # fmt: skip
    study = {"study": {"threats": {"fire": {"title": {"en": "Fire", "nl": "Brand"}}}}}
    attrs: dict[str, Any] = {"study": json.dumps(study | {"network": network or {}})}
    attrs |= {"threat": "fire", "epistemic": 2, "run": 17, "loss": 123456.0, "failure": ""}
    return xarray.Dataset(found, attrs=attrs)


POWER_FAILS = events(
    {"time": 0.0, "kind": "hit", "subject": "power", "service": "electricity"},
    {"time": 0.0, "kind": "level", "subject": "power", "service": "electricity", "before": 1.0,
     "order": 0, "origin": "power"},
    {"time": 0.0, "kind": "takes_over", "subject": "exchange", "service": "telecom", "hours": 4.0},
    {"time": 0.0, "kind": "area", "subject": "north", "service": "electricity", "people": 5000.0},
    {"time": 0.0, "kind": "crew", "subject": "power", "detail": "grid_crews"},
    {"time": 4.0, "kind": "empty", "subject": "exchange", "service": "telecom",
     "detail": "supply"},
    *({"time": 4.0, "kind": "level", "subject": f"mast_{k}", "service": "mobile", "before": 1.0,
       "order": 2, "origin": "power"} for k in range(40)),
    {"time": 4.0, "kind": "area", "subject": "north", "service": "mobile", "people": 800.0},
    {"time": 30.5, "kind": "repaired", "subject": "power", "service": "electricity", "level": 1.0},
    {"time": 30.5, "kind": "area", "subject": "north", "service": "electricity", "people": 0.0},
    {"time": 30.5, "kind": "area", "subject": "north", "service": "mobile", "people": 0.0},
    {"time": 31.0, "kind": "level", "subject": "exchange", "service": "telecom", "before": 0.0,
     "level": 1.0},
)  # fmt: skip
