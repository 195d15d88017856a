"""A small study on the three-asset model, and the command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIMENGINE = Path(sys.executable).parent / "simengine"

STUDY = """\
format: study/1
name: power_fails
title: {en: The power station fails, nl: De centrale valt uit}
kind: scenario
model: three_assets
seed: 11
runs: 40
epistemic: {size: 3, design: random}
horizon: 3 day
own_failures: false
threats:
  station_fire:
    title: {en: Fire in the station, nl: Brand in de centrale}
    deliberate: false
    category: technical
    source: assumption
    likelihood: {rate: {uncertain: {dist: lognormal, median: 0.1 per year, p95: 0.4 per year}}}
    mechanisms:
      - damage:
          targets: {assets: [power]}
          probability: 1
          health: 0
          repair:
            dist: lognormal
            median: {uncertain: {dist: pert, low: 2 h, mode: 6 h, high: 20 h}}
            sigma: 0.8
outputs: {quantities: [person_hours], by: [service]}
"""


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the study."""
    path = tmp_path_factory.mktemp("study") / "power_fails.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def simengine(tmp_path: Path) -> Call:
    """Return a function that runs `simengine` in an empty directory."""

    def call(*words: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SIMENGINE, *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return call
