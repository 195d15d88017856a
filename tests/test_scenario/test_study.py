"""A study survives its own text, and nothing but InputErrors comes out of bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simengine.errors import InputErrors, Problem, nearest
from simengine.scenario import (
    Uncertain,
    network_from_document,
    read_study,
    study_from_documents,
    study_from_text,
)
from simengine.scenario.finding import shipped

from .documents import BROKEN, network_document, study_document


def test_a_study_comes_back_from_its_text() -> None:
    study = read_study(BROKEN / "studies" / "good.yaml", [("assets.town.restart", "5 min")])
    again = study_from_text(study.text)
    assert again == study
    assert again.text == study.text
    assert list(again.network.assets) == list(study.network.assets)


@pytest.mark.parametrize("name", sorted(shipped("configs")))
def test_every_shipped_study_is_good_and_comes_back(name: str) -> None:
    study = read_study(name)
    assert study_from_text(study.text) == study
    assert [file for file, _ in study.sources][:2] == [f"{name}.yaml", "network.yaml"]


def test_the_text_holds_no_path_of_this_machine() -> None:
    study = read_study(BROKEN / "studies" / "good.yaml")
    assert str(Path.cwd()) not in study.text
    assert str(BROKEN) not in study.text


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "3", '{"study": {}}', '{"study": 1, "network": 2}']
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(InputErrors):
        study_from_text(text)


def test_documents_and_files_give_the_same_study() -> None:
    built = study_from_documents(study_document(), network_document())
    assert built == read_study(BROKEN / "studies" / "good.yaml")


def test_the_model_beside_the_study_wins_over_a_shipped_one(tmp_path: Path) -> None:
    document = study_document("plain") | {"model": "three_assets"}
    (tmp_path / "three_assets").mkdir()
    (tmp_path / "three_assets" / "network.yaml").write_text(json.dumps(network_document()))
    (tmp_path / "study.yaml").write_text(json.dumps(document))
    assert read_study(tmp_path / "study.yaml").network.name == "good"


def test_a_shipped_model_is_found_by_name(tmp_path: Path) -> None:
    document = study_document("plain") | {"model": "three_assets"}
    del document["threats"]["storm"]
    (tmp_path / "study.yaml").write_text(json.dumps(document))
    network = read_study(tmp_path / "study.yaml").network
    assert list(network.assets) == ["power", "exchange", "waterworks"]


def calls_of_reading(assets: int) -> int:
    """Calls of Python functions while a model with so many assets more is read."""
    document = network_document()
    for number in range(assets):
        document["assets"][f"mast{number}"] = deepcopy(document["assets"]["exchange"]) | {
            "life": {"dist": "weibull", "shape": 2, "scale": f"{number + 1}000 h"},
            "repair": {"pool": "crews", "time": {"dist": "lognormal", "median": "4 h", "sigma": 1}},
        }
    count = 0

    def counted(_frame: Any, event: str, _found: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        network_from_document(document)
    finally:
        sys.setprofile(before)
    return count


def test_the_work_of_reading_a_model_follows_its_size() -> None:
    calls_of_reading(10)  # what is done once
    small, large = calls_of_reading(100), calls_of_reading(400)
    assert 2 * small < large < 5 * small


def test_scenario_loads_no_numerics() -> None:
    code = (
        "import sys, simengine.scenario as s; s.read_study('quickstart');"
        "print([m for m in ('numba', 'dask', 'xarray', 'numpy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_study_and_its_model_share_no_uncertain_name() -> None:
    network = network_document()
    network["uncertain"] = {"autonomy": {"dist": "uniform", "low": "1 h", "high": "2 h"}}
    with pytest.raises(InputErrors, match="'autonomy' in both"):
        study_from_documents(study_document(), network)


def test_a_threat_may_name_what_is_uncertain_in_the_model() -> None:
    study, network = study_document("plain"), network_document()
    network["uncertain"] = {"chance": {"dist": "beta", "a": 2, "b": 3}}
    study["threats"]["station"]["mechanisms"][0]["damage"]["probability"] = {"uncertain": "chance"}
    damage = study_from_documents(study, network).threats["station"].mechanisms[0]
    assert isinstance(damage.probability, Uncertain)
    assert damage.probability.key == "chance"


def test_a_model_that_cannot_be_read_hides_nothing_of_the_study() -> None:
    study = study_document("plain") | {"runs": 0}
    with pytest.raises(InputErrors) as caught:
        study_from_documents(study, {"format": "network/1"})
    assert any(problem.path == "runs" for problem in caught.value.problems)


def test_the_targets_of_a_threat_are_in_the_order_of_the_network() -> None:
    study = study_document("plain")
    targets = {"assets": ["town", "power"], "region": "north"}
    study["threats"]["station"]["mechanisms"][0]["damage"]["targets"] = targets
    built = study_from_documents(study, network_document())
    read = built.threats["station"].mechanisms[0].targets
    assert read.select(built.network) == ("power", "town")


def test_problems_are_sorted_and_told_once() -> None:
    late, early = Problem("b", 2, "x", "1", "2"), Problem("a", 9, "", "1", "2", "do it")
    errors = InputErrors([late, early, late])
    assert errors.problems == (early, late)
    assert str(errors) == "a:9: expected 1, found 2; do it\nb:2: x: expected 1, found 2"


def test_the_nearest_name_is_advised_whatever_its_case() -> None:
    assert nearest("POWR", ["Power", "town"]) == "did you mean 'Power'?"
    assert nearest("zzz", ["a", "b"]) == "valid: a, b"
    assert nearest("zzz", []) == ""


PLACES = st.lists(st.integers(0, 30), min_size=1, max_size=7)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            2.5,
            10**30,
            float("nan"),
            float("inf"),
            "",
            "x",
            "4 h",
            "4 MW",
            "carrier:grid@",
            "carrier:",
            "1e400 h",
            [],
            {},
            [[]],
            {"dist": "uniform"},
            {"dist": {}},
            {"uncertain": []},
            {"uncertain": "autonomy"},
            {"": {"": None}},
        ]
    ),
    st.text(max_size=5),
)


def damaged(document: Any, way: list[int], value: Any, drop: bool) -> None:
    """Walk down a document by numbers and put something else there, or take it away."""
    for step in way[:-1]:
        keys = list(document) if isinstance(document, dict) else list(range(len(document)))
        below = document[keys[step % len(keys)]] if keys else None
        if not isinstance(below, (dict, list)) or not below:
            break
        document = below
    keys = list(document) if isinstance(document, dict) else list(range(len(document)))
    if not keys:
        return
    key = keys[way[-1] % len(keys)]
    if drop:
        del document[key]
    else:
        document[key] = value


@settings(deadline=None, max_examples=100)
@given(way=PLACES, value=VALUES, drop=st.booleans(), model=st.booleans())
def test_a_damaged_document_is_good_or_gives_input_errors(
    way: list[int], value: Any, drop: bool, model: bool
) -> None:
    study, network = study_document(), network_document()
    damaged(network if model else study, way, value, drop)
    try:
        built = study_from_documents(study, network)
    except InputErrors:
        return
    assert study_from_text(built.text) == built


@settings(deadline=None, max_examples=60)
@given(cut=st.integers(0, 2000), length=st.integers(0, 5), paste=st.text(max_size=3))
def test_a_damaged_file_is_good_or_gives_input_errors(
    cut: int, length: int, paste: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    for source in (BROKEN / "models" / "good_tables").iterdir():
        data = source.read_text(encoding="utf-8")
        if source.name == ("assets.csv", "network.yaml", "areas.csv")[cut % 3]:
            data = data[: cut % len(data)] + paste + data[cut % len(data) + length :]
        (folder / "models" / source.name).write_text(data, encoding="utf-8")
    document = study_document("plain") | {"model": "models"}
    (folder / "study.yaml").write_text(json.dumps(document))
    with suppress(InputErrors):
        read_study(folder / "study.yaml")
