"""What the time of a run depends on: what happens in it, and hardly the size of the network.

Four pictures in one: time against changes at several strengths of problem P's hazard and three
sizes of the network; time against size where ten assets are struck, and where all are targets and
none is struck; time a run where the same runs are followed in calls of fewer or more, and where as
many are shared out among epistemic draws. CPU time, one thread, in turns; medians with the whole
range. `--save` draws scaling.png.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from common import RESULTS, alternate, median, options, report
from numpy.typing import NDArray

from simengine import compile_study, synthetic
from simengine.compiled import CompiledStudy
from simengine.scenario.assembling import documents_of_text
from simengine.scenario.study import Study, study_from_documents

SEED = 1
STRUCK = 10
STRENGTHS = (0.25, 0.5, 1.0, 2.0)  # median intensity over that of problem P
RUNS = {60: 2000, 1000: 200, 20_000: 20}
SIZES = (60, 300, 1000, 5000, 20_000)
NUMBERS = (10, 100, 1000, 10_000)
DRAWS = (1, 10, 100, 1000)
REPEATS = 5
SMOKE: dict[str, Any] = {
    "strengths": (1.0, 2.0), "runs": {60: 20, 100: 20}, "sizes": (60, 300), "numbers": (10, 20),
    "draws": (1, 5), "repeats": 1,
}  # fmt: skip
FULL: dict[str, Any] = {
    "strengths": STRENGTHS, "runs": RUNS, "sizes": SIZES, "numbers": NUMBERS, "draws": DRAWS,
    "repeats": REPEATS,
}  # fmt: skip

Row = dict[str, Any]


def changed(assets: int, change: Callable[[dict[str, Any]], None], **more: object) -> CompiledStudy:
    """Problem P with another damage, and more keys of its study."""
    study: Study = synthetic(assets, SEED)
    document, network = documents_of_text(study.text)
    document |= more
    change(document["threats"]["hazard"]["mechanisms"][0]["damage"])
    return compile_study(study_from_documents(document, network))


def strength(factor: float) -> Callable[[dict[str, Any]], None]:
    """Multiply the median intensity."""

    def change(damage: dict[str, Any]) -> None:
        damage["intensity"]["median"] = factor

    return change


def some(names: Sequence[str]) -> Callable[[dict[str, Any]], None]:
    """Strike these assets in every run."""

    def change(damage: dict[str, Any]) -> None:
        for key in ("intensity", "fragility"):
            del damage[key]
        damage |= {"targets": {"assets": list(names)}, "probability": 1}

    return change


def simulating(
    compiled: CompiledStudy,
    runs: int,
    parameters: NDArray[np.float64] | None = None,
    size: int | None = None,
) -> Callable[[], None]:
    """Follow runs 0, 1, ... of each row of parameters, in calls of a size."""
    rows = compiled.epistemic_parameters([0]) if parameters is None else parameters
    n = size or runs
    values, status = np.zeros((n, len(compiled.columns))), np.zeros(n, dtype=np.int32)

    def call() -> None:
        for e, row in enumerate(rows):
            for first in range(0, runs, n):
                compiled.simulate(0, e, first, values, status, None, row)

    call()
    return call


def changes(compiled: CompiledStudy, runs: int) -> float:
    """Lines of the log of a run, on average."""
    return float(np.mean([len(compiled.log(0, 0, run)[0]) for run in range(runs)]))


def timed(cells: list[tuple[Row, Callable[[], None], int]], repeats: int) -> list[Row]:
    """Time the cells in turns: each one's row with us a run, its median, least and most."""
    times = alternate([call for _, call, _ in cells], repeats)
    rows = []
    for (row, _, runs), taken in zip(cells, times, strict=True):
        each = [seconds / runs * 1e6 for seconds in taken]
        rows.append(row | {"us a run": median(each), "least": min(each), "most": max(each)})
    return rows


def against_changes(sizes: dict[int, int], strengths: Sequence[float]) -> list[Any]:
    """Problem P under weaker and stronger hazards."""
    cells = []
    for assets, runs in sizes.items():
        for factor in strengths:
            compiled = changed(assets, strength(factor))
            row = {"what": "changes", "assets": assets, "strength": factor, "runs": runs}
            row["changes"] = changes(compiled, runs)
            cells.append((row, simulating(compiled, runs), runs))
    return cells


def against_size(sizes: Sequence[int], runs: int = 200) -> list[Any]:
    """A fixed number of assets struck, in networks of any size; and none struck of all."""
    cells = []
    for assets in sizes:
        names = [name for name, a in synthetic(assets, SEED).network.assets.items()
                 if "local" in a.tags]  # fmt: skip
        chosen = names[:: max(1, len(names) // STRUCK)][:STRUCK]
        for what, change in (
            (f"{STRUCK} assets struck", some(chosen)), ("none struck of all", strength(1e-6)),
        ):  # fmt: skip
            compiled = changed(assets, change)
            row = {"what": what, "assets": assets, "runs": runs}
            row["changes"] = changes(compiled, 1)
            cells.append((row, simulating(compiled, runs), runs))
    return cells


def against_runs(numbers: Sequence[int], assets: int) -> list[Any]:
    """The same runs of one cell in calls of fewer or more runs."""
    compiled, runs = compile_study(synthetic(assets, SEED)), max(numbers)
    return [
        (
            {"what": "runs a call", "assets": assets, "size": n, "runs": runs},
            simulating(compiled, runs, size=n),
            runs,
        )
        for n in numbers
    ]


def against_draws(draws: Sequence[int], assets: int, runs: int) -> list[Any]:
    """As many runs in all, shared out among more and more epistemic draws."""

    def change(damage: dict[str, Any]) -> None:
        middle = damage["fragility"]["median"]
        law = {"dist": "lognormal", "median": middle, "sigma": 0.01}
        damage["fragility"]["median"] = {"uncertain": law}

    compiled = changed(assets, change, epistemic={"size": max(draws)})
    cells = []
    for n in draws:
        rows = compiled.epistemic_parameters(list(range(n)))
        row = {"what": "epistemic draws", "assets": assets, "draws": n, "runs": runs}
        cells.append((row, simulating(compiled, runs // n, rows), runs))
    return cells


def draw(rows: list[Row]) -> None:
    """Four pictures in one file."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(10, 8), layout="constrained")
    for axis, what, x, label in (
        (axes[0, 0], ("changes",), "changes", "changes in a run (mean)"),
        (axes[0, 1], (f"{STRUCK} assets struck", "none struck of all"), "assets", "assets"),
        (axes[1, 0], ("runs a call",), "size", "runs a call"),
        (axes[1, 1], ("epistemic draws",), "draws", "epistemic draws"),
    ):
        mine = [row for row in rows if row["what"] in what]
        by = "assets" if what == ("changes",) else "what"
        for group, marker in zip(dict.fromkeys(row[by] for row in mine), "os^", strict=False):
            part = [row for row in mine if row[by] == group]
            middle = np.array([row["us a run"] for row in part])
            below = middle - [row["least"] for row in part]
            above = [row["most"] for row in part] - middle
            name = f"{group:,} assets" if isinstance(group, int) else str(group)
            axis.errorbar([row[x] for row in part], middle, (below, above), label=name,
                          marker=marker, color="0.2", capsize=3)  # fmt: skip
        if len({row[by] for row in mine}) > 1:
            axis.legend(frameon=False, loc="upper left")
        axis.set(xscale="log", yscale="log", xlabel=label, ylabel="CPU time a run [us]")
        axis.margins(0.15)
    axes[0, 0].set_xscale("symlog")  # with a place for runs in which nothing happens
    axes[1, 0].set_ylim(*spread(rows, "runs a call"))
    axes[1, 1].set_ylim(*spread(rows, "epistemic draws"))
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / "scaling.png", dpi=150)
    print("written: benchmarks/results/scaling.png")


def spread(rows: list[Row], what: str) -> tuple[float, float]:
    """A tenth to ten times the middle of what is shown, so that noise looks like noise."""
    middle = median([row["us a run"] for row in rows if row["what"] == what])
    return middle / 10, middle * 10


def main() -> None:
    asked = options(__doc__)
    given = SMOKE if asked.smoke else FULL
    assets = min(1000, given["sizes"][-1])
    cells = [
        *against_changes(given["runs"], given["strengths"]),
        *against_size(given["sizes"], 20 if asked.smoke else 200),
        *against_runs(given["numbers"], assets),
        *against_draws(given["draws"], assets, 2 * given["draws"][-1]),
    ]
    rows = timed(cells, given["repeats"])
    report("scaling", rows, asked.save)
    if asked.save:
        draw(rows)


if __name__ == "__main__":
    main()
