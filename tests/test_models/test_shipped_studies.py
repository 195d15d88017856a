"""The studies that ship with the Dutch model can be read, and teach while they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from simengine.scenario.study import read_study

ROOT = Path(__file__).parents[2]
STUDIES = (
    "quickstart",
    "national_blackout",
    "regional_station_failure",
    "telecom_core_failure",
    "water_control_failure",
)


@pytest.mark.parametrize("name", STUDIES)
def test_every_shipped_study_reads_on_this_model(name: str) -> None:
    study = read_study(ROOT / "configs" / f"{name}.yaml")
    assert study.name == name
    assert set(study.title) == {"en", "nl"}
    assert len(study.network.carriers["grid"].nodes) == 40
    assert len(study.network.carriers["grid"].links) == 47
    assert len(study.network.assets) >= 300
    assert len(study.network.areas) == 125
    assert sum(region.population for region in study.network.regions.values()) == 17_590_672
    for threat in study.threats.values():
        assert threat.source
        assert set(threat.title) == {"en", "nl"}
        for mechanism in threat.mechanisms:
            assert mechanism.targets.select(study.network)


@pytest.mark.parametrize("name", STUDIES)
def test_every_shipped_study_teaches_and_names_its_schema(name: str) -> None:
    lines = (ROOT / "configs" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../docs/reference/study.schema.json"
    assert sum(line.lstrip().startswith("#") for line in lines) >= 4
