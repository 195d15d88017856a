"""Small studies of a few assets with needs, and what compiling refuses of them."""

from __future__ import annotations

from typing import Any

import pytest

from simengine.compiled import compile_study
from simengine.errors import InputErrors, Problem
from simengine.scenario.study import Study, study_from_documents
from tests.test_scenario.documents import network_document, study_document


def need(suppliers: dict[str, float], **more: Any) -> dict[str, Any]:
    """A need of some suppliers."""
    return {"suppliers": suppliers, **more}


def build(
    needs: dict[str, dict[str, dict[str, Any]]], *, hit: str | None = None, **more: Any
) -> Study:
    """A study of assets with these needs, the first of them struck; `more` of the network."""
    assets = {
        name: {"service": "power", "region": "here", "needs": found} if found
        else {"service": "power", "region": "here"}
        for name, found in needs.items()
    }  # fmt: skip
    for name, values in more.pop("assets", {}).items():
        assets[name] = {**assets[name], **values}
    first = next(iter(needs))
    network = {
        **network_document(),
        "regions": {"here": {"name": "Here", "population": "10 person"}},
        "services": {"power": {"sector": "energy", "basic": True}},
        "pools": {},
        "profiles": {},
        "carriers": {},
        "assets": assets,
        "areas": {
            "all": {
                "service": "power",
                "region": "here",
                "population": "10 person",
                "suppliers": {first: 1},
            }
        },
        **more,
    }
    study = study_document()
    damage = {"targets": {"assets": [hit or first]}, "probability": 1, "health": 0.3}
    study["threats"] = {
        "storm": {
            **study["threats"]["station"],
            "mechanisms": [{"damage": {**damage, "repair": "5 h"}}],
        }
    }
    for key in ("uncertain", "model_changes", "until"):
        study.pop(key)
    return study_from_documents(study, network)


def refusals(study: Study) -> tuple[Problem, ...]:
    """What compiling refuses."""
    with pytest.raises(InputErrors) as caught:
        compile_study(study)
    return caught.value.problems


def ring(gain: float, size: int = 2) -> dict[str, dict[str, dict[str, Any]]]:
    """Assets in a ring, each of which needs the next with this criticality."""
    return {
        f"a{k}": {"next": need({f"a{(k + 1) % size}": 1}, criticality=gain)} for k in range(size)
    }


def grid(nodes: dict[str, Any], links: dict[str, Any] | None = None) -> dict[str, Any]:
    """A network's carriers: one, with these nodes."""
    return {"grid": {"hop": "10 min", "nodes": nodes, "links": links or {}}}
