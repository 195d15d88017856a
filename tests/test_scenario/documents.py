"""A study and a network as plain documents, to change in tests."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from simengine.scenario.reading import read_yaml, to_python

BROKEN = Path(__file__).parents[1] / "broken"


def study_document(name: str = "good") -> dict[str, Any]:
    """The document of one of the good studies."""
    return deepcopy(_read(BROKEN / "studies" / f"{name}.yaml"))


def network_document() -> dict[str, Any]:
    """The document of the good model."""
    return deepcopy(_read(BROKEN / "models" / "good" / "network.yaml"))


@lru_cache
def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = to_python(read_yaml(path, path.name)[0])
    return document
