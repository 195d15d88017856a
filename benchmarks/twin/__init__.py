"""Problem P by hand in C: compile it, give it the study's numbers, call it."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from problem_p import ProblemP

from simengine.kernels.layout import ORDERS

HERE = Path(__file__).resolve().parent
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
# The fields of `input_t` in state.h: numbers, then arrays by their type.
NUMBERS = (
    "assets", "needs", "areas", "pools", "services", "groups", "regions", "sectors", "edges",
    "targets", "depth", "horizon", "threat_item",
)  # fmt: skip
WORDS, FLOATS = ("item", "target_item", "keys"), ("repair", "hazard")
INTEGERS = (
    "restart", "sector", "pool", "rank", "need_lo", "owner", "buffer", "refill", "supplier_lo",
    "supplier", "weight", "edge_lo", "edge", "edge_weight", "target", "crews", "travel", "service",
    "group", "group_region", "group_service", "group_basic",
)  # fmt: skip
LONG = ("threshold", "population", "duration")
ARRAYS = {
    **dict.fromkeys(WORDS, np.uint64),
    **dict.fromkeys(FLOATS, np.float64),
    **dict.fromkeys(INTEGERS, np.int32),
    **dict.fromkeys(LONG, np.int64),
}
LINES = {0: 64, 1: 64, 2: 128}  # bytes of an asset, a need, an area
LARGEST = 1 << 22  # assets or needs: an event is one word


class Input(ctypes.Structure):
    """`input_t` of state.h."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in NUMBERS),
        *((name, ctypes.c_void_p) for name in ARRAYS),
    ]


def compiler() -> str | None:
    """The C compiler of this machine."""
    return shutil.which("cc")


def compiled() -> ctypes.CDLL:
    """Compile the twin into a temporary folder and load it.

    Raises
    ------
    SystemExit
        On a machine without a C compiler.
    """
    cc = compiler()
    if cc is None:
        raise SystemExit("this benchmark compiles a C program: it needs a C compiler named cc")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "twin.so"
        sources = [HERE / "twin.c", HERE / "make.c"]
        subprocess.run([cc, *FLAGS, *sources, "-o", library, "-lm"], check=True)
        found = ctypes.CDLL(str(library))
    found.twin_make.restype = ctypes.c_void_p
    found.twin_sizes.restype = found.twin_run.restype = ctypes.c_int64
    for which, size in (*LINES.items(), (3, ctypes.sizeof(Input))):
        if found.twin_sizes(ctypes.c_int64(which)) != size:
            raise RuntimeError(f"table {which} of the twin is not {size} bytes long")
    return found


class Twin:
    """The twin with the numbers of one network; `run` follows runs one after the other."""

    def __init__(self, p: ProblemP, library: ctypes.CDLL) -> None:
        if max(p.assets, len(p.owner)) >= LARGEST or np.diff(p.edge_lo).max() >= 1 << 16:
            raise ValueError("a network too large for the twin's words")
        if p.horizon >= 1 << 40:
            raise ValueError("a horizon too long for the twin's words")
        self.library = library
        self.width = len(p.compiled.columns)
        self.order = order(p)
        given = arrays(p)
        numbers = {
            "assets": p.assets, "needs": len(p.owner), "areas": p.areas, "pools": len(p.crews),
            "services": len(p.names.services), "groups": len(p.names.groups),
            "regions": len(p.names.regions), "sectors": p.sectors, "edges": len(p.edges),
            "targets": len(p.target), "depth": depth(p), "horizon": p.horizon,
            "threat_item": ctypes.c_int64(p.threat_item).value,
        }  # fmt: skip
        self.kept = given  # C reads them as long as the twin lives
        pointers = {name: given[name].ctypes.data for name in ARRAYS}
        self.world = ctypes.c_void_p(library.twin_make(ctypes.byref(Input(**numbers, **pointers))))

    def run(self, first: int, out: NDArray[np.float64]) -> None:
        """Write rows of runs first, first + 1, ... in the twin's own order of columns."""
        failed = self.library.twin_run(
            self.world,
            ctypes.c_uint64(first),
            ctypes.c_int64(len(out)),
            ctypes.c_void_p(out.ctypes.data),
            ctypes.c_int64(self.width),
        )
        if failed:
            raise RuntimeError(f"{failed} runs of the twin failed")

    def rows(self, runs: int, first: int = 0) -> NDArray[np.float64]:
        """Rows in simengine's order of columns."""
        own, found = np.zeros((runs, self.width)), np.zeros((runs, self.width))
        self.run(first, own)
        found[:, self.order] = own
        return found

    def close(self) -> None:
        """Give the twin's memory back."""
        self.library.twin_free(self.world)


def arrays(p: ProblemP) -> dict[str, NDArray[Any]]:
    """What C reads, by name, as it wants it."""
    names = p.names
    rank = np.empty(p.assets, dtype=np.int64)
    for pool in range(len(p.crews)):
        mine = np.flatnonzero(p.pool == pool)
        rank[mine[np.argsort(p.priority[mine])]] = np.arange(len(mine))
    own = {
        "rank": rank,
        "hazard": np.array([*p.intensity, *p.fragility]),
        "group_service": np.array([names.services.index(s) for s, _ in names.groups]),
        "duration": p.edges,
    }
    return {
        name: np.ascontiguousarray(own[name] if name in own else getattr(p, name), dtype=kind)
        for name, kind in ARRAYS.items()
    }


def depth(p: ProblemP) -> int:
    """Layers of outage that an area may have: one supplier is either up or down."""
    suppliers = np.diff(p.supplier_lo)[len(p.owner) :]
    return 1 if suppliers.max() == 1 else 64


def order(p: ProblemP) -> list[int]:
    """Place in simengine's row of each number of the twin's.

    Raises
    ------
    ValueError
        If simengine has a column that the twin lacks: it would do less work.
    """
    names, hour = p.names, 3_600_000.0
    places = {
        (c.variable, c.service, c.region, c.order, c.sector, c.duration, c.instant): k
        for k, c in enumerate(p.compiled.columns)
    }
    wanted: list[tuple[Any, ...]] = []

    def add(variable: str, *labels: Any) -> None:
        service, region, level, sector, duration = [*labels, *[None] * 5][:5]
        wanted.append((variable, service, region, level, sector, duration, None))

    recovery = ("people_peak", "hours_to_50", "hours_to_90", "hours_to_100")
    spells = ("first_outage", "hours_below_full", "interruptions", "customers_interrupted")
    for variable in ("person_hours", *recovery, *spells):
        for service in names.services:
            add(variable, service)
    for variable in ("person_hours", *recovery):
        add(f"basic_{variable}")
    for service in names.services:
        for level in range(ORDERS):
            add("by_order", service, None, level)
    for service in names.services:
        for sector in names.sectors:
            add("by_origin", service, None, None, sector)
    for service in names.services:
        for edge in p.edges:
            add("people_by_duration", service, None, None, None, edge / hour)
    for variable in ("region_person_hours", "region_people_peak"):
        for service, region in names.groups:
            add(variable, service, region)
    for region in names.regions:
        add("region_basic_person_hours", None, region)
    for variable in ("struck", "followed", "censored", "deadlocked"):
        add(variable)
    if len(wanted) != len(places) or set(wanted) != set(places):
        raise ValueError(f"not in both: {sorted(map(str, set(wanted) ^ set(places)))}")
    return [places[key] for key in wanted]
