"""The path language of model changes and of `--set`."""

from __future__ import annotations

from typing import Any

import pytest

from simengine.errors import InputErrors
from simengine.scenario import Fixed, Law, Study, Uncertain, study_from_documents
from simengine.scenario.paths import Segment, parse_path

from .documents import network_document, study_document

HOUR = 3_600_000.0


def changed(path: str, value: Any) -> Study:
    """The plain study with one more model change."""
    study = study_document("plain")
    study["model_changes"] = [{"path": path, "value": value}]
    return study_from_documents(study, network_document())


def overridden(*overrides: tuple[str, Any], name: str = "plain") -> Study:
    return study_from_documents(study_document(name), network_document(), overrides)


def test_a_path_is_names_and_conditions() -> None:
    assert parse_path("a[b=c d][e=f].g.0") == (
        Segment("a", (("b", "c d"), ("e", "f"))),
        Segment("g"),
        Segment("0"),
    )
    assert parse_path("a[*].b") == (Segment("a", (("*", ""),)), Segment("b"))


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a[", "a[b", "a[]", "a[b]", "a[b=]"])
def test_what_is_no_path_is_none(text: str) -> None:
    assert parse_path(text) is None


def test_a_condition_chooses_among_things() -> None:
    study = changed("assets[tags=mast].restart", "20 min")
    restarts = {name: asset.restart for name, asset in study.network.assets.items()}
    assert restarts["exchange"] == Fixed(1_200_000.0)
    assert restarts["town"] == Fixed(0.0)


def test_all_conditions_must_hold() -> None:
    with pytest.raises(InputErrors, match=r"\[service=electricity\]"):
        changed("assets[tags=mast][service=electricity].restart", "20 min")


def test_a_star_takes_all() -> None:
    study = changed("assets[*].restart", "20 min")
    named = [asset.restart for name, asset in study.network.assets.items() if name != "line"]
    assert set(named) == {Fixed(1_200_000.0)}


def test_things_without_the_rest_of_the_path_are_not_chosen() -> None:
    study = changed("assets[*].needs.power.buffer.time", "1 h")
    need = study.network.assets["exchange"].needs["power"]
    assert need.buffer is not None
    assert need.buffer.time == Fixed(HOUR)


def test_an_optional_block_is_added_on_the_way() -> None:
    assert overridden(("outputs.curves.step", "2 h")).outputs.curves is not None
    study = changed("assets.town.repair", {"pool": "crews", "time": "2 h"})
    assert study.network.assets["town"].repair is not None


def test_a_list_is_changed_by_position() -> None:
    study = changed("assets.power.at.0", 52.0)
    assert study.network.assets["power"].at == (52.0, 6.6)
    study = changed("assets.power.at[*]", 5)
    assert study.network.assets["power"].at == (5.0, 5.0)


def test_all_of_a_list_may_be_taken_away() -> None:
    document = network_document()
    document["assets"]["town"]["tags"] = ["a", "b", "c"]
    change = ("assets.town.tags[*]", None)
    study = study_from_documents(study_document("plain"), document, [change])
    assert study.network.assets["town"].tags == ()


def test_a_law_is_changed_by_its_parameter() -> None:
    study = overridden(("threats.station.mechanisms[*].damage.repair.sigma", "0.1"))
    damage = study.threats["station"].mechanisms[0]
    assert isinstance(damage.repair, Law)
    assert damage.repair["sigma"] == Fixed(0.1)


def test_things_are_chosen_by_truth_too() -> None:
    study = changed("assets[black_start=true].restart", "20 min")
    assert study.network.assets["plant"].restart == Fixed(1_200_000.0)


def test_a_link_whose_asset_is_taken_away_is_refused() -> None:
    with pytest.raises(InputErrors, match=r"carriers\.grid\.links\.line: expected the name"):
        changed("assets.line", None)


def test_null_takes_away() -> None:
    study = changed("assets[tags=mast].needs.power.buffer", None)
    assert study.network.assets["exchange"].needs["power"].buffer is None


def test_one_change_of_many_things_shares_one_ignorance() -> None:
    value = {"uncertain": {"dist": "uniform", "low": "1 h", "high": "2 h"}}
    study = changed("assets[service=electricity].restart", value)
    quantities = [study.network.assets[name].restart for name in ("plant", "power", "town")]
    keys = {quantity.key for quantity in quantities if isinstance(quantity, Uncertain)}
    assert keys == {"model.assets[service=electricity].restart"}


def test_a_change_of_one_thing_is_keyed_as_if_the_model_said_it() -> None:
    value = {"uncertain": {"dist": "uniform", "low": "1 h", "high": "2 h"}}
    study = changed("assets.town.restart", value)
    document = network_document()
    document["assets"]["town"]["restart"] = value
    said = study_from_documents(study_document("plain"), document)
    assert study.network == said.network


def test_an_override_is_what_the_study_would_say() -> None:
    document = study_document("plain")
    document["runs"] = 7
    document["threats"]["station"]["mechanisms"][0]["damage"]["probability"] = 0.25
    said = study_from_documents(document, network_document())
    by_set = overridden(("runs", "7"), ("threats.station.mechanisms.0.damage.probability", "0.25"))
    assert by_set == said


def test_an_override_of_the_model_wins_over_the_changes_of_the_study() -> None:
    path = "assets.exchange.needs.power.buffer.time"
    study = study_document("plain")
    study["model_changes"] = [{"path": path, "value": "3 h"}]
    built = study_from_documents(study, network_document(), [(path, "5 h")])
    buffer = built.network.assets["exchange"].needs["power"].buffer
    assert buffer is not None
    assert buffer.time == Fixed(5 * HOUR)


def test_model_in_front_means_the_model_where_both_documents_have_the_key() -> None:
    assert overridden(("name", "other")).name == "other"
    assert overridden(("model.name", "other")).network.name == "other"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("runs", "0", "--set: runs: expected a whole number, at least 1, found 0"),
        ("rns", "1", "--set: rns: expected a key of a study, found 'rns' in 'rns'"),
        ("assets.pwer.restart", "1 h", "did you mean 'power'?"),
        ("assets.power.restart", "1 MW", "--set: assets.power.restart: expected a time"),
        ("assets[region=nort].restart", "1 h", "did you mean 'north'?"),
        ("assets[regoin=north].restart", "1 h", "did you mean 'region'?"),
        ("threats.station.mechanisms.4.damage.health", "0.5", "a position from 0 to 0"),
        ("threats.station.likelihood.rate.median", "1", "found 'median'"),
        ("runs", "[1", "--set: runs: expected a value in YAML, found '[1'"),
        ("runs[", "1", "expected a path"),
        ("assets.power", "null", "expected the name of an asset, found 'power'"),
    ],
)
def test_a_wrong_override_is_named_as_such(path: str, value: str, message: str) -> None:
    with pytest.raises(InputErrors) as caught:
        overridden((path, value))
    assert message in str(caught.value)
