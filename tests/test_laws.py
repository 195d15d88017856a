"""The laws of what a run is, each in the studies where it holds, by Hypothesis."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simengine.kernels import layout
from tests import engine_bits
from tests.conftest import INTERPRETED
from tests.engine import Columns, Document, Engine, hit, network, quiet, study, watching
from tests.reference_check import crowded
from tests.strategies import Drawn, Generator, studies

MOST, RUNS = (6, 3) if INTERPRETED else (15, 40)
EXAMPLES = settings(max_examples=6 if INTERPRETED else 120)

# Where names stand: dicts whose keys are names, and keys whose values are.
NAMED = (
    "regions", "services", "pools", "profiles", "carriers", "assets", "areas", "nodes", "links",
    "suppliers", "sources", "trips",
)  # fmt: skip
NAMING = ("region", "service", "pool", "profile", "drain", "of", "from", "to", "sector")


def renamed(part: Any, prefix: str, key: str = "") -> Any:
    """The same document with a prefix before every name in it."""
    if isinstance(part, dict):
        return {
            (new_name(name, prefix) if key in NAMED else name): renamed(value, prefix, name)
            for name, value in part.items()
        }
    if isinstance(part, list):
        return [renamed(value, prefix, key) for value in part]
    if isinstance(part, str) and (key in NAMING or key == "assets") and part != "none":
        return new_name(part, prefix)
    return part


def new_name(name: str, prefix: str) -> str:
    """A name, or a carrier at a node, with a prefix."""
    if not name.startswith("carrier:"):
        return prefix + name
    carrier, node = name.removeprefix("carrier:").split("@")
    return f"carrier:{prefix}{carrier}@{prefix}{node}"


def same(one: Columns, other: Columns, keys: Any = None) -> None:
    """Assert that columns are the same, bit for bit."""
    for key in keys or one:
        assert one[key].tobytes() == other[key].tobytes(), key


# ---------------------------------------------------------------- a run depends on its number alone


@given(studies(MOST), st.integers(1, RUNS - 1))
@EXAMPLES
def test_fewer_runs_are_the_first_of_more_and_any_split_gives_the_same_bits(documents, cut):
    engine = Engine(*documents)
    values, status = engine.rows(RUNS)
    parts = [engine.rows(cut), engine.rows(RUNS - cut, first=cut)]
    assert np.concatenate([part[0] for part in parts]).tobytes() == values.tobytes()
    assert np.concatenate([part[1] for part in parts]).tobytes() == status.tobytes()


@given(studies(MOST))
@EXAMPLES
def test_a_run_alone_is_that_run_after_others(documents):
    worn = Engine(*documents)
    worn.rows(RUNS, epistemic=1)
    after = worn.rows(RUNS)[0]
    for run in (0, RUNS - 1):
        assert Engine(*documents).rows(1, first=run)[0].tobytes() == after[run].tobytes()


def many_depths() -> Engine:
    """Eighty suppliers that die one by one: a run fails with more than 64 depths of outage."""
    assets = {
        f"a{k}": {"service": "feed", "life": {"dist": "exponential", "mean": "10 h"}}
        for k in range(80)
    }
    area = {"service": "feed", "population": "80 person", "suppliers": dict.fromkeys(assets, 1)}
    asked = study(quiet("a0"), own_failures=True, horizon="15 h")
    return Engine(asked, network(assets, {"area": area}))


def test_a_failed_run_leaves_no_trace_in_the_next():
    runs = 12
    values, status = many_depths().rows(runs)
    assert 0 < np.count_nonzero(status) < runs
    for run in range(runs):
        alone, ended = many_depths().rows(1, first=run)
        assert alone.tobytes() == values[run].tobytes()
        assert ended[0] == status[run]
        assert (values[run] == 0).all() == (status[run] != 0)


@given(studies(MOST))
@settings(max_examples=3 if INTERPRETED else 25)
def test_two_threads_on_one_study_do_not_disturb_each_other(documents):
    engine, found = Engine(*documents), {}
    expected = {e: Engine(*documents).rows(RUNS, epistemic=e)[0] for e in (0, 1)}

    def work(epistemic: int) -> None:
        found[epistemic] = [engine.rows(RUNS, epistemic=epistemic)[0] for _ in range(3)]

    threads = [threading.Thread(target=work, args=(e,)) for e in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for e in (0, 1):
        assert [x.tobytes() for x in found[e]] == 3 * [expected[e].tobytes()]


# ---------------------------------------------------------------- names, order, what shares nothing


def reversed_keys(part: Any, key: str = "") -> Any:
    """The same document with every mapping written backwards; steps of a profile are a series."""
    if isinstance(part, dict):
        items = list(part.items()) if key == "steps" else list(part.items())[::-1]
        return {name: reversed_keys(value, name) for name, value in items}
    if isinstance(part, list):
        return [reversed_keys(value) for value in part]
    return part


@given(studies(MOST), st.booleans())
@EXAMPLES
def test_reordering_changes_no_bit(documents, many_areas):
    asked, made = documents
    made = crowded(made) if many_areas else made
    same(Engine(asked, made).run(RUNS), Engine(reversed_keys(asked), reversed_keys(made)).run(RUNS))


@given(studies(MOST))
@EXAMPLES
def test_a_profile_that_nothing_uses_changes_no_bit(documents):
    """It steps at round hours, when other things happen too."""
    asked, made = {**documents[0], "start": {"month": 6}}, crowded(documents[1])
    steps = {"0 h": 1} | {f"{k} h": k % 3 for k in range(1, 24)}
    more = {**made, "profiles": {**made["profiles"], "never": {"period": "day", "steps": steps}}}
    same(Engine(asked, made).run(RUNS), Engine(asked, more).run(RUNS))


@given(studies(MOST), studies(MOST))
@EXAMPLES
def test_removing_sectors_that_share_nothing_changes_no_bit(ours, theirs):
    (asked, made), (other_asked, other_made) = ours, theirs
    other = renamed(other_made, "other_")
    both = {
        key: {**value, **other.get(key, {})} if key in NAMED else value
        for key, value in crowded(made).items()
    }
    strikes = renamed(other_asked["threats"]["storm"]["mechanisms"], "other_")
    more = deepcopy(asked)
    more["threats"]["storm"]["mechanisms"] += strikes
    alone, together = Engine(asked, crowded(made)).run(RUNS), Engine(more, both).run(RUNS)
    # Attribution to sectors has the same names; national sums and counts cover both.
    same(alone, together, [key for key in alone if len(key) > 1])


def test_renaming_changes_luck():
    def hours(name: str) -> np.ndarray:
        repair = {"pool": "none", "time": {"dist": "exponential", "mean": "5 h"}}
        made = watching({name: {"repair": repair}}, [name])
        return Engine(study(hit(name)), made).run(10)["person_hours", name]

    assert (hours("one") != hours("other")).all()


# ---------------------------------------------------------------- sums


def total(columns: Columns, variable: str, *labels: str) -> Any:
    """Sum of the columns of a variable whose first labels are these."""
    found = [
        x for key, x in columns.items() if key[0] == variable and key[1 : len(labels) + 1] == labels
    ]
    return sum(found, np.zeros(len(columns["struck",])))


@given(studies(MOST))
@EXAMPLES
def test_sums_over_orders_origins_and_regions_equal_the_total(documents):
    asked, made = documents
    columns = Engine(asked, crowded(made)).run(RUNS)
    for service in {key[1] for key in columns if key[0] == "person_hours"}:
        hours = columns["person_hours", service]
        for variable in ("by_order", "by_origin", "region_person_hours"):
            assert total(columns, variable, service) == pytest.approx(hours, rel=1e-12)
        peaks = total(columns, "region_people_peak", service)
        assert (columns["people_peak", service] <= peaks).all()
    basic = columns["basic_person_hours",]
    assert total(columns, "region_basic_person_hours") == pytest.approx(basic, rel=1e-12)


@st.composite
def without_profiles(draw: Any) -> tuple[Document, Document]:
    """Studies in which nothing changes by the clock alone, and links belong to a sector."""
    generator = Generator(Drawn(draw), MOST)
    generator.profiles = []
    made = generator.network()
    for carrier in made["carriers"].values():
        carrier["service"] = "power"
    return generator.study(), made


@given(without_profiles())
@EXAMPLES
def test_every_outage_has_a_cause(documents):
    """All is blamed on an asset: where no profile steps, nothing falls by itself."""
    columns = Engine(*documents).run(RUNS)
    nobody = [x for key, x in columns.items() if key[0] == "by_origin" and key[2] == "none"]
    assert nobody
    assert not np.any(nobody)


@given(studies(MOST))
@EXAMPLES
def test_person_hours_are_the_sum_of_the_spells(documents):
    """By layers: the sum over k of people out for k hours or longer is the hours, rounded down."""
    asked, made = deepcopy(documents)
    for area in made["areas"].values():
        area.pop("profile", None)  # it weighs hours, and counts heads as they are
    asked = {key: value for key, value in asked.items() if key != "window"}
    horizon = int(asked["horizon"].split()[0])
    edges = [f"{k} h" for k in range(1, horizon + 1)]
    counting = {**asked["counting"], "duration_edges": edges}
    columns = Engine({**asked, "counting": counting}, made).run(RUNS)
    for service in {key[1] for key in columns if key[0] == "person_hours"}:
        hours = columns["person_hours", service]
        whole = total(columns, "people_by_duration", service)
        assert (whole <= hours * (1 + 1e-12)).all()
        assert (hours <= (whole + columns["customers_interrupted", service]) * (1 + 1e-12)).all()


@given(studies(MOST))
@EXAMPLES
def test_the_log_tells_the_hours_that_are_counted(documents):
    """Deficits of the log, each from its line to the next of that area, add up to the total."""
    engine = Engine(*documents)
    low, high = engine.study.window
    for run in range(3):
        log, _ = engine.compiled.log(0, 0, run)
        lost = 0.0
        for a, name in enumerate(engine.compiled.names.areas):
            rows = log[(log[:, layout.LOG.kind] == layout.LOG_AREA)]
            rows = rows[rows[:, layout.LOG.subject] == a]
            times = np.append(rows[:, layout.LOG.time], engine.study.horizon).clip(low, high)
            people = engine.study.network.areas[name].population
            lost += people * float(np.diff(times) @ rows[:, layout.LOG.level]) / layout.ONE
        counted = total(engine.run(1, first=run), "person_hours")
        assert counted == pytest.approx([lost / 3_600_000], rel=1e-9)


# ---------------------------------------------------------------- monotone studies


class Monotone(Generator):
    """Studies in which help never harms: one occurrence, all jobs released together, durations
    that depend on no service, carriers as connectivity alone, nobody who breaks a deadlock."""

    def factors(self) -> list[Document]:
        return []

    def need(self, k: int) -> Document:
        found = super().need(k)
        # Enough is a number, so that another supplier is help.
        weights = found["suppliers"].values()
        enough = {"all": sum(weights), "any": min(weights)}
        found["threshold"] = enough.get(found["threshold"], found["threshold"])
        return found

    def asset(self, k: int) -> Document:
        found = super().asset(k)
        for key in ("life", "planned"):
            found.pop(key, None)
        return found

    def carrier(self, name: str, nodes: list[str], sources: list[str]) -> Document:
        found = super().carrier(name, nodes, sources)
        found["rule"] = "priority"
        for node in found["nodes"].values():
            node["sources"] = dict.fromkeys(node.get("sources", {}), "1000000 MW")
        return found

    def mechanism(self) -> Document:
        found = super().mechanism()
        for part in found.values():
            part.pop("after", None)
        return found

    def study(self) -> Document:
        found = super().study()
        found["own_failures"] = False
        found.pop("manual_restart", None)
        return found


@st.composite
def helped(draw: Any) -> tuple[Document, Document, Document]:
    """A monotone study, its network, and the network with a little help."""
    choose = Drawn(draw)
    generator = Monotone(choose, MOST)
    generator.profiles = []
    made = generator.network()
    better = deepcopy(made)
    needs = [
        (k, need)
        for k, name in enumerate(generator.names)
        for need in better["assets"][name].get("needs", {}).values()
    ]
    stores = [need["buffer"] for _, need in needs if "buffer" in need]
    repairs = [a["repair"] for a in better["assets"].values() if "repair" in a]
    kinds = [("pool", list(better["pools"].values())), ("need", needs), ("stock", stores)]
    kinds += [("repair", repairs), ("restart", list(better["assets"].values()))]
    kind, parts = choose.one([entry for entry in kinds if entry[1]])
    part = choose.one(parts)
    if kind == "pool" and "mutual_aid" in part and choose.whole(1, 2) == 1:
        part["mutual_aid"]["arrival"] = "0 h"
    elif kind == "pool":
        part["crews"] += 1
    elif kind == "need":
        k, need = part
        last = k if need["rule"] == "share" else None
        taken = {*need["suppliers"], generator.names[k]}
        others = [name for name in generator.names[:last] if name not in taken]
        if others:
            need["suppliers"][choose.one(others)] = 1
        else:
            need["threshold"] /= 2
    elif kind == "stock":
        part["time"], part["fails_on_demand"] = "300 h", 0
    elif kind == "repair":
        part["time"] = "0 h"
    else:
        part["restart"] = "0 h"
    return generator.study(), made, better


NEVER_MORE = (
    "person_hours", "people_peak", "hours_to_100", "hours_below_full", "region_person_hours",
    "region_people_peak", "basic_person_hours", "basic_people_peak", "basic_hours_to_100",
    "region_basic_person_hours",
)  # fmt: skip


@given(helped())
@settings(EXAMPLES, max_examples=8 if INTERPRETED else 150)
def test_help_never_worsens_a_run_of_a_monotone_study(documents):
    asked, made, better = documents
    before, after = Engine(asked, made).run(RUNS), Engine(asked, better).run(RUNS)
    for key, value in before.items():
        if key[0] in NEVER_MORE:
            assert (after[key] <= value * (1 + 1e-12)).all(), key  # sums round once more
        elif key[0] == "first_outage":
            assert (after[key] >= value).all(), key


def test_help_does_help():
    """One crew more, or a longer buffer: strictly less is lost where there was a queue."""

    def lost(crews: int, buffer: str) -> Any:
        repair = {"pool": "crews", "time": {"dist": "exponential", "mean": "5 h"}}
        assets: Document = {name: {"repair": repair} for name in "abc"}
        needs = {"a": {"suppliers": {"a": 1}, "buffer": {"time": buffer}}}
        assets["user"] = {"needs": needs}
        made = watching(assets, [*"abc", "user"], pools={"crews": {"crews": crews}})
        columns = Engine(study(hit(*"abc")), made).run(20)
        return sum(columns["person_hours", name] for name in (*"abc", "user"))

    assert (lost(2, "1 h") < lost(1, "1 h")).all()
    assert (lost(1, "2 h") <= lost(1, "1 h")).all()
    assert (lost(1, "2 h") < lost(1, "1 h")).any()


# ---------------------------------------------------------------- compiled and interpreted


@pytest.mark.compiled_only
def test_the_interpreted_engine_gives_the_same_bits():
    root = Path(__file__).resolve().parent.parent
    told = subprocess.run(
        [sys.executable, "-m", "tests.engine_bits"],
        cwd=root,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    interpreted, compiled = told.stdout.splitlines(), engine_bits.lines()
    assert len(compiled) > 1000
    differing = [(a, b) for a, b in zip(compiled, interpreted, strict=True) if a != b]
    assert not differing[:3]
