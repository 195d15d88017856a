"""The shipped model of the Netherlands says what its sources say."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "models" / "netherlands"
SERVICES = {"electricity", "mobile", "fixed_internet", "emergency_number", "drinking_water"}
SOURCED = ("assets", "needs", "carrier_nodes", "carrier_links", "areas")
PEOPLE_2022 = 17_590_672  # sum over the 25 safety regions of CBS municipal figures
Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    """Rows of one of the model's tables."""
    with (MODEL / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def assets() -> dict[str, Row]:
    """Assets by name."""
    return {row["name"]: row for row in table("assets")}


@cache
def suppliers(need: str) -> dict[str, dict[str, float]]:
    """Asset to supplier to weight, of all needs with this name."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in table("suppliers"):
        if row["need"] == need:
            found[row["asset"]][row["supplier"]] = float(row["weight"])
    return found


def people() -> dict[str, float]:
    """People by region, as the areas of electricity have them."""
    rows = [row for row in table("areas") if row["service"] == "electricity"]
    return {row["region"]: float(row["population [person]"]) for row in rows}


def demand() -> dict[str, float]:
    """Demand [MW] by node."""
    found: dict[str, float] = defaultdict(float)
    for row in table("carrier_nodes"):
        found[row["node"]] += float(row["demand [MW]"] or 0)
    return dict(found)


def capacity(tag: str) -> float:
    """Capacity [MW] of all sources whose asset bears `tag`."""
    return sum(
        float(row["capacity [MW]"])
        for row in table("carrier_nodes")
        if row["source_asset"] and tag in assets()[row["source_asset"]]["tags"].split(";")
    )


def test_every_row_has_a_source_and_nothing_weak_poses_as_certain() -> None:
    weak = re.compile("recalled|assum|judgement|stand-in")
    for name in SOURCED:
        for row in table(name):
            assert row["source"].strip(), (name, row)
            sure = {"low", "medium"} if weak.search(row["source"]) else {"low", "medium", "high"}
            assert row["confidence"] in sure, (name, row)


def test_there_are_more_than_three_hundred_assets_and_each_name_is_one() -> None:
    names = [row["name"] for row in table("assets")] + [
        row["link"] for row in table("carrier_links")
    ]
    assert len(names) >= 300
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name == name.lower() and name.isidentifier() for name in names)


def test_every_supplier_and_every_consumer_exists() -> None:
    nodes = {f"carrier:grid@{node}" for node in demand()}
    needs = {(row["asset"], row["need"]) for row in table("needs")}
    assert {(row["asset"], row["need"]) for row in table("suppliers")} == needs
    assert {asset for asset, _ in needs} <= set(assets())
    assert {row["supplier"] for row in table("suppliers")} <= set(assets()) | nodes
    assert {row["supplier"] for row in table("areas")} <= set(assets())


def test_five_services_are_counted_for_all_people_of_all_25_regions() -> None:
    counted: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    weight: dict[str, float] = defaultdict(float)
    for row in table("areas"):
        weight[row["area"]] += float(row["weight"])
        counted[row["service"]][row["region"]].add(row["population [person]"])
    regions = {f"VR{number:02d}" for number in range(1, 26)}
    assert set(counted) == SERVICES
    for by_region in counted.values():
        assert set(by_region) == regions
        assert all(len(values) == 1 for values in by_region.values())
        assert sum(int(value) for values in by_region.values() for value in values) == PEOPLE_2022
    assert all(total == pytest.approx(1, abs=1e-9) for total in weight.values())


def test_the_grid_has_the_nodes_and_lines_of_the_map_and_is_one_component() -> None:
    links, nodes = table("carrier_links"), set(demand())
    assert len(nodes) == 40  # 44 Dutch buses less the four plant nodes without voltage
    lines = [row for row in links if row["link"].startswith("line_")]
    assert len(lines) == 43  # 50 AC lines less six across the border and one not yet built
    assert len(links) - len(lines) == 4  # five transformers less the one inside Borssele
    reached, frontier = {"diemen_380"}, ["diemen_380"]
    while frontier:
        here = frontier.pop()
        ends = [(row["from"], row["to"]) for row in links if here in (row["from"], row["to"])]
        for near in {end for pair in ends for end in pair} - reached:
            reached.add(near)
            frontier.append(near)
    assert reached == nodes


def test_mean_load_is_13_gw_shared_by_the_people_each_node_feeds() -> None:
    load = demand()
    assert sum(load.values()) == pytest.approx(13_000, abs=0.05 * len(load))  # rows in 0.1 MW
    assert load["diemen_380"] == pytest.approx(13_000 * 1957 / 17_588, abs=0.05)
    assert load["dodewaard_380"] == pytest.approx(13_000 * 1192 / 17_588, abs=0.05)


def test_each_node_feeds_the_people_that_the_map_gives_it() -> None:
    feed, region_people = suppliers("feed"), people()
    fed: dict[str, float] = defaultdict(float)
    for asset, weights in feed.items():
        assert len(weights) <= 3
        assert sum(weights.values()) == pytest.approx(1, abs=1e-9)
        for node, weight in weights.items():
            fed[node.removeprefix("carrier:grid@")] += weight * region_people[asset[-4:].upper()]
    assert len(feed) == 25
    load = demand()
    for node, number in fed.items():
        # Borders of regions are not those of the grid: Lelystad, alone in Flevoland, is 39,000 off.
        assert load[node] / 13_000 * 17_588_000 == pytest.approx(number, abs=45_000), node
    assert set(fed) == {node for node, megawatt in load.items() if megawatt > 0}


def test_regions_without_a_node_are_fed_by_the_named_neighbours() -> None:
    feed = {asset[-4:].upper(): set(weights) for asset, weights in suppliers("feed").items()}
    expected = {
        "VR07": {"dodewaard_380"},
        "VR09": {"diemen_380", "dodewaard_380"},
        "VR10": {"beverwijk_380"},
        "VR14": {"diemen_380"},
        "VR16": {"bleiswijk_380"},
        "VR24": {"maasbracht_380"},
    }
    standing = {row["region"] for name, row in assets().items() if name in demand()}
    for region, nodes in expected.items():
        assert region not in standing
        assert {f"carrier:grid@{node}" for node in nodes} <= feed[region]


def test_interconnectors_have_their_published_capacity() -> None:
    sources = {row["source_asset"]: row for row in table("carrier_nodes") if row["source_asset"]}
    assert float(sources["hvdc_norned"]["capacity [MW]"]) == 700
    assert float(sources["hvdc_britned"]["capacity [MW]"]) == 1000
    assert 4000 <= capacity("tie_de") <= 5000
    assert capacity("tie_be") == 2400


def test_only_ties_and_black_start_units_can_energise_a_dead_grid() -> None:
    live = suppliers("live_grid")
    for row in table("carrier_nodes"):
        name = row["source_asset"]
        if not name:
            continue
        asset = assets()[name]
        assert (name in live) != ("ac_tie" in asset["tags"].split(";"))
        assert row["black_start"] == asset["black_start"]
    starters = {name for name, row in assets().items() if row["black_start"] == "true"}
    assert starters == {"magnum", "maxima", "moerdijk"}  # north, centre, south


def test_the_loss_of_any_one_node_can_be_carried_and_that_of_the_blackout_study_cannot() -> None:
    by_node: dict[str, float] = defaultdict(float)
    for row in table("carrier_nodes"):
        by_node[row["node"]] += float(row["capacity [MW]"] or 0)
    total = sum(by_node.values())
    assert total - max(by_node.values()) > 13_000
    least = 0.85  # the low end of the share of units that trips in national_blackout
    domestic = total - capacity("interconnector")  # the ties trip with certainty there
    assert (1 - least) * domestic < (1 - 0.45) * 13_000  # beyond what load shedding can save


def test_masts_die_as_seen_in_the_netherlands() -> None:
    weights = {
        row["supplier"][-1]: float(row["weight"])
        for row in table("areas")
        if row["area"] == "mobile_vr13"
    }
    laws = {
        row["asset"][-1]: (float(row["buffer [h]"]), float(row["buffer_sigma"]))
        for row in table("needs")
        if row["asset"].startswith("mobile_vr13_") and row["need"] == "power"
    }

    def alive(hours: float) -> float:
        return sum(
            weights[piece] * 0.5 * math.erfc(math.log(hours / median) / spread / math.sqrt(2))
            for piece, (median, spread) in laws.items()
        )

    assert set(laws) == set(weights) == set("abcd")
    assert alive(0.5) == pytest.approx(0.9, abs=0.05)
    assert alive(2) == pytest.approx(0.5, abs=0.05)
    assert 0.2 <= alive(3) <= 0.3
    assert alive(4) == pytest.approx(0.1, abs=0.03)
    assert alive(6) == pytest.approx(0.1, abs=0.03)


def test_share_needs_form_no_loop() -> None:
    shared = {(row["asset"], row["need"]) for row in table("needs") if row["rule"] == "share"}
    below: dict[str, set[str]] = defaultdict(set)
    for row in table("suppliers"):
        if (row["asset"], row["need"]) in shared:
            below[row["asset"]].add(row["supplier"].removeprefix("carrier:grid@"))
    for row in table("carrier_nodes"):
        if row["source_asset"]:  # a node follows its sources, and its neighbours through the grid
            below[row["node"]].add(row["source_asset"])
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, (name, above)
        if name not in done:
            for supplier in below[name]:
                visit(supplier, (*above, name))
            done.add(name)

    for name in list(below):
        visit(name, ())


def test_seventy_five_water_plants_each_with_a_control_and_diesel_for_ten_days() -> None:
    plants = {name for name, row in assets().items() if "water_plant" in row["tags"].split(";")}
    assert len(plants) == 75
    power = {row["asset"]: row for row in table("needs") if row["need"] == "power"}
    control = suppliers("control")
    for plant in plants:
        assert float(power[plant]["buffer [h]"]) == 240
        assert control[plant] == {plant.replace("water_plant", "water_control"): 1}


def test_spannenburg_carries_more_than_half_of_fryslan_and_its_stock_lasts_three_hours() -> None:
    weights = suppliers("plants")["water_distribution_vr02"]
    assert weights["water_plant_spannenburg"] == pytest.approx(25 / 47.5, abs=0.005)  # Mm3 a year
    stock = [row for row in table("needs") if row["asset"] == "water_plant_spannenburg"]
    assert [row["buffer [h]"] for row in stock if row["need"] == "control"] == ["3"]


def test_every_region_has_a_hospital_and_the_mended_sites_stand_where_they_belong() -> None:
    hospitals = {row["region"] for row in table("assets") if row["service"] == "hospital_care"}
    assert hospitals >= set(people())
    assert assets()["water_plant_engelse_werk"]["region"] == "VR04"
    assert assets()["water_plant_bremerberg"]["region"] == "VR25"


def test_emergency_calls_need_one_of_four_platforms() -> None:
    routing = next(
        row
        for row in table("needs")
        if (row["asset"], row["need"]) == ("emergency_platform", "routing")
    )
    assert (routing["rule"], routing["threshold"], routing["criticality"]) == ("step", "any", "1")
    assert len(suppliers("routing")["emergency_platform"]) == 4


def test_grid_control_stands_a_day_without_power_or_telecom() -> None:
    for row in table("needs"):
        if row["asset"].startswith("control_") and not row["asset"].startswith("control_room"):
            assert float(row["buffer [h]"]) >= 24
