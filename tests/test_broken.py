"""Every broken study and model gets its message: file, line, path, and what to do."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path

import pytest

from simengine.errors import InputErrors
from simengine.scenario import Fixed, Law, read_study

FOLDER = Path(__file__).parent / "broken"
GOOD = {"good", "plain", "good_tables"}
STUDIES = sorted(p.stem for p in (FOLDER / "studies").glob("*.yaml") if p.stem not in GOOD)
MODELS = sorted(p.name for p in (FOLDER / "models").iterdir() if p.name not in GOOD)


def expected() -> dict[str, list[str]]:
    """Messages by case."""
    text = (FOLDER / "expected.txt").read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^## ", text)[1:]
    return {block.splitlines()[0]: block.split("\n")[1:] for block in blocks}


def messages(study: str, overrides: list[tuple[str, str]]) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_study(Path("studies") / f"{study}.yaml", overrides)
    return str(caught.value).splitlines()


@pytest.fixture(autouse=True)
def in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


def test_every_case_is_expected_and_every_expectation_has_its_case() -> None:
    assert sorted(expected()) == sorted([*STUDIES, *MODELS])
    assert len(STUDIES) + len(MODELS) >= 50


@pytest.mark.parametrize("name", STUDIES)
def test_a_broken_study_gets_its_message(name: str) -> None:
    assert messages(name, []) == [line for line in expected()[name] if line]


@pytest.mark.parametrize("name", MODELS)
def test_a_broken_model_gets_its_message(name: str) -> None:
    overrides = [("model", f"../models/{name}")]
    assert messages("plain", overrides) == [line for line in expected()[name] if line]


@pytest.mark.parametrize("name", STUDIES + MODELS)
def test_a_message_names_a_file_that_is_there_and_a_line_in_it(name: str) -> None:
    for message in filter(None, expected()[name]):
        match = re.match(r"([^:]+)(?::(\d+))?: .*expected .+, found .+", message)
        assert match is not None, message
        path = FOLDER / match[1]
        assert path.is_file()
        if match[2]:
            lines = path.read_bytes().count(b"\n") + 1
            assert 1 <= int(match[2]) <= lines


def test_the_good_studies_are_good() -> None:
    assert read_study("studies/good.yaml").name == "good"
    assert read_study("studies/plain.yaml").name == "plain"


def test_tables_and_yaml_give_the_same_network_but_for_what_only_tables_say() -> None:
    from_yaml = read_study("studies/plain.yaml").network
    from_tables = read_study("studies/plain.yaml", [("model", "../models/good_tables")]).network
    assert list(from_tables.assets) == ["plant", "power", "town", "exchange", "line"]
    assert set(from_tables.assets) == set(from_yaml.assets)
    assert from_tables.areas == from_yaml.areas
    assert from_tables.assets["power"].repair == from_yaml.assets["power"].repair
    assert from_tables.assets["plant"].life == from_yaml.assets["plant"].life
    assert from_tables.assets["power"].tags == ("station", "operator:Net_North")
    assert from_tables.carriers["grid"].links["line"].from_node == "power"
    assert from_tables.carriers["grid"].nodes["power"].sources == {"plant": 20.0}
    assert from_tables.assets["exchange"].confidence == "high"


def test_all_problems_of_all_files_come_at_once() -> None:
    overrides = [("model", "../models/unknown_pool"), ("runs", "0"), ("sed", "3")]
    found = messages("unknown_asset", overrides)
    # the file of the study, that of the model, and the command line, in the order of their names
    assert [line.split(":")[0] for line in found] == [
        "--set",
        "--set",
        "models/unknown_pool/network.yaml",
        "studies/unknown_asset.yaml",
    ]


def test_a_file_that_is_not_there_is_named() -> None:
    assert messages("nowhere", []) == [
        "studies/nowhere.yaml: expected a file, found no such file or directory"
    ]


def test_a_file_of_other_bytes_is_refused_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study.yaml").write_bytes(b"format: study/1\nname: caf\xe9\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputErrors) as caught:
        read_study("study.yaml")
    assert str(caught.value) == "study.yaml:2: expected text in UTF-8, found other bytes"


def test_a_name_that_is_not_shipped_gets_the_nearest() -> None:
    with pytest.raises(InputErrors, match="did you mean 'quickstart'"):
        read_study("quickstrat")


def test_a_life_by_its_mean_and_shape_has_that_mean(tmp_path: Path) -> None:
    shutil.copytree("models/good_tables", tmp_path / "model")
    table = tmp_path / "model" / "assets.csv"
    text = table.read_text().replace("life_mean [h],", "life_mean [h],life_shape,")
    header, *rows = text.splitlines()
    rows = [",".join([*row.split(",")[:10], "2.5", *row.split(",")[10:]]) for row in rows]
    rows = [row.replace(",2.5,", ",,") if "plant" not in row else row for row in rows]
    table.write_text("\n".join([header, *rows]) + "\n")
    network = read_study("studies/plain.yaml", [("model", str(tmp_path / "model"))]).network
    life = network.assets["plant"].life
    assert isinstance(life, Law)
    shape, scale = life["shape"], life["scale"]
    assert isinstance(shape, Fixed)
    assert isinstance(scale, Fixed)
    mean = scale.value * math.gamma(1 + 1 / shape.value)
    assert mean == pytest.approx(20_000 * 3_600_000, rel=1e-12)
