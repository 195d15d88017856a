"""Worlds: the tables of a study with the state of one thread, as the kernels take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simengine.compiled.columns import valued
from simengine.compiled.laws import item_id
from simengine.kernels import designs, draws, layout
from simengine.kernels.draws import subkey
from simengine.kernels.jit import word
from simengine.kernels.layout import AREA, CLOCKS, ORDERS, STACK, World
from simengine.kernels.pointer import with_head
from simengine.scenario.study import Study

__all__ = ["make_world", "set_cell"]

HOUR = 3_600_000
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
STREAMS = int(draws.HOP) + 1
TEMPLATES = ("node", "link")
TRACK = 1 << 16
NUMBERS = designs.direction_numbers()
LINE = 8  # words in a cache line


def starts(study: Study) -> NDArray[np.int64]:
    """Hours of the year at which a run may begin [ms], each as likely as the other.

    The year is one of 8,760 hours that begins on a Monday at 00:00.
    """
    hours = np.arange(8760)
    asked = study.start or {}
    if "hour_of_week" in asked:
        hours = hours[hours % 168 == asked["hour_of_week"]]
    if "month" in asked:
        ends = np.cumsum(MONTHS) * 24
        month = np.searchsorted(ends, hours, side="right") + 1
        hours = hours[month == asked["month"]]
    return hours.astype(np.int64) * HOUR


def make_world(
    study: Study,
    tables: dict[str, NDArray[Any]],
    sectors: int,
    log: int = 0,
) -> World:
    """Copy the tables and make room for the state of one thread.

    Parameters
    ----------
    study : Study
        Horizon, window and counting.
    tables : dict of arrays
        Of the network and one threat's mechanisms.
    sectors : int
        Sectors that losses are attributed to.
    log : int
        Lines of the log; 0 for none.
    """
    own = {name: array.copy() for name, array in tables.items()}
    assets, needs, areas, nodes = (len(own[x]) for x in ("asset", "need", "area", "node"))
    counts = {name: len(own[name]) for name in ("asset", "need", "area", *TEMPLATES)}
    for name in TEMPLATES:
        own[name] = np.concatenate([own[name], own[name]])
    for name in layout.FIRST_OF_LINE:
        own[name] = aligned(own[name], name)
    services = int(tables["area"][:, AREA.service].max(initial=-1)) + 1
    parts = tables["area"][:, AREA.supplier_hi] - tables["area"][:, AREA.supplier_lo]
    queue = 8 * (assets + needs) + 4 * (nodes + counts["link"]) + 1024
    edges = [int(e) for e in study.counting.duration_edges]
    hours = starts(study)
    place = len(own["place"])
    instants = [int(t) for t in study.counting.instants]
    own["place"] = np.concatenate([own["place"], edges, hours, instants]).astype(np.int64)
    n = _counters(study, log)
    n[layout.FIRST_DURATION], n[layout.DURATIONS] = place, len(edges)
    n[layout.FIRST_START], n[layout.STARTS] = place + len(edges), len(hours)
    n[layout.FIRST_INSTANT] = place + len(edges) + len(hours)
    n[layout.INSTANTS] = len(instants)
    n[layout.VALUED] = sum(1 << k for k in valued(study.network))
    for counter, name in (
        (layout.ASSETS, "asset"),
        (layout.NEEDS, "need"),
        (layout.AREAS, "area"),
        (layout.NODES, "node"),
        (layout.LINKS, "link"),
    ):
        n[counter] = counts[name]
    for counter, name in (
        (layout.CARRIERS, "carrier"),
        (layout.POOLS, "pool"),
        (layout.PROFILES, "profile"),
        (layout.GROUPS, "group"),
        (layout.REGIONS, "region"),
        (layout.MECHANISMS, "mechanism"),
    ):
        n[counter] = len(own[name])
    n[layout.SERVICES], n[layout.SECTORS] = services, sectors
    n[layout.HEAP_ROOM], n[layout.TRACK_ROOM], n[layout.LOG_ROOM] = queue, TRACK, log
    longest = max(
        4 * assets * CLOCKS + 4 * len(own["row"]),
        queue,
        needs,
        areas,
        3 * nodes + len(own["carrier"]) + 2,
    )
    own |= {
        "n": n,
        "key": np.zeros(layout.KEYS, dtype=np.uint64),
        "parameters": np.zeros(0),
        "subkeys": np.zeros(2 * STREAMS, dtype=np.uint64),
        "saved_asset": integers(assets, layout.STATE_OF_ASSET),
        "saved_need": integers(needs, layout.STATE_OF_NEED),
        "saved_area": integers(areas, layout.STATE_OF_AREA),
        "curve": integers(services + 1, len(layout.CURVE)),
        "heap": integers(queue, len(layout.EVENT)),
        "lists": integers(layout.LISTS, longest),
        "changed_cause": np.zeros(assets, dtype=np.uint64),
        "lost": integers(areas, ORDERS + sectors),
        "part": integers(areas, max(1, int(parts.max(initial=1))), 3),
        "stack": integers(areas, STACK, 2),
        "by_duration": integers(services, len(edges)),
        "track": integers(services + 1, TRACK, 2),
        "numbers": np.zeros(6),
        "log": integers(log, len(layout.LOG)),
        "log_word": np.zeros((log, len(layout.LOG_WORD)), dtype=np.uint64),
        "head": np.zeros(0, dtype=np.int64),
    }
    own["curve"][:, layout.CURVE.steps] = 1
    own["lists"][[layout.TRIAL, layout.PROMISE]] = -1
    return World(**{name: own[name] for name in World._fields})


def aligned(table: NDArray[Any], name: str) -> NDArray[Any]:
    """Copy a table to where the column of `layout.FIRST_OF_LINE` begins a cache line."""
    room = np.empty(table.size + LINE, dtype=table.dtype)
    column = layout.FIRST_OF_LINE[name]
    first = (-(room.ctypes.data // 8 + column)) % LINE
    place = room[first : first + table.size].reshape(table.shape)
    place[...] = table
    return place


def integers(*shape: int) -> NDArray[np.int64]:
    """Zeros."""
    return np.zeros(shape, dtype=np.int64)


def _counters(study: Study, log: int) -> NDArray[np.int64]:
    n = np.zeros(layout.COUNTERS, dtype=np.int64)
    n[layout.HORIZON] = int(study.horizon)
    n[layout.WINDOW_FROM], n[layout.WINDOW_TO] = (int(x) for x in study.window)
    n[layout.OWN_FAILURES] = study.own_failures
    n[layout.MANUAL_AFTER] = -1
    if study.manual_restart is not None:
        n[layout.MANUAL_AFTER] = int(np.ceil(study.manual_restart))
    n[layout.BASIC_RULE] = study.counting.basic_services == "independent"
    n[layout.RECORDING] = log > 0
    return n


def set_cell(
    w: World, seed: int, threat: str, epistemic: int, parameters: NDArray[np.float64]
) -> World:
    """Make a world ready for the runs of one cell; the tables stay, the tuple may be new."""
    cell = {
        layout.SEED: seed,
        layout.EPISTEMIC: epistemic,
        layout.OCCURRENCE: item_id(f"threat:{threat}"),
        layout.CALENDAR: item_id("calendar"),
    }
    if any(int(w.key[place]) != value for place, value in cell.items()):
        for place, value in cell.items():
            w.key[place] = value
        for stream in range(STREAMS):
            for k, cause in enumerate((0, cell[layout.OCCURRENCE])):
                w.subkeys[2 * stream + k] = subkey(
                    word(seed), word(stream), word(epistemic), word(cause)
                )
        set_sequences(w)
    if len(w.head) and w.parameters.shape == parameters.shape:
        w.parameters[:] = parameters  # in place, so that the head stays good
        return w
    return with_head(w._replace(parameters=np.array(parameters, dtype=np.float64)))


def set_sequences(w: World) -> None:
    """Scramble the Sobol sequences of a cell; dimensions go to intensities in their order."""
    sequences = w.mechanism[w.mechanism[:, layout.MECHANISM.design] == designs.SOBOL]
    seed, epistemic, occurrence = (
        word(int(w.key[k])) for k in (layout.SEED, layout.EPISTEMIC, layout.OCCURRENCE)
    )
    for dimension, row in enumerate(sequences):
        key = subkey(seed, draws.SCRAMBLE, epistemic, occurrence)
        item = word(int(w.item[row[layout.MECHANISM.item]]))
        point = int(row[layout.MECHANISM.point])
        out = w.item[point : point + designs.GROUPS * designs.STRIDE]
        designs.scramble(word(key), item, NUMBERS[dimension], out)
