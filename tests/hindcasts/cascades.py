"""How cascades run in the model, beside what is known of real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import simengine.kernels.layout as layout
from tests.hindcasts.outcome import Outcome

# The ways back into the energy sector: control of the grid over telecom, the pace of crews that
# cannot be called, and gas supply that needs power.
BACK = {
    "assets[tags=regional_grid].needs.operator_control.criticality": 0,
    "assets[tags=regional_grid].needs.system_control.criticality": 0,
    "assets[tags=gas_supply].needs.power.criticality": 0,
    "pools.ehv_crews.clock": None,
    "pools.crews_liander.clock": None,
    "pools.crews_enexis.clock": None,
    "pools.crews_stedin.clock": None,
}
CONTROL = "process_control"
MASTS = {0.5: (0.9, 0.9), 2.0: (0.5, 0.5), 3.0: (0.2, 0.3), 4.0: (0.1, 0.1), 6.0: (0.1, 0.1)}
Rows = dict[str, dict[str, float]]


def secondary(outcome: Outcome) -> dict[str, float]:
    """Share of the assets that followed whose outage began in a sector; by sector.

    An asset counts once a run: at its first fall, if it was not struck itself. Process control of
    waterworks is ICT in the model, and stands apart here: others would call it water.
    """
    network, assets = outcome.study.network, outcome.engine.names.assets
    services = [network.assets[name].service for name in assets]
    sector = [
        CONTROL if service == CONTROL else network.services[service].sector if service else ""
        for service in services
    ]
    row = layout.LOG._fields.index
    count: dict[str, int] = {}
    for lines in outcome.events():
        fell = (lines[:, row("kind")] == layout.LOG_LEVEL) & (
            lines[:, row("level")] < lines[:, row("detail")]
        )
        seen: set[int] = set()
        for line in lines[fell]:
            subject = int(line[row("subject")])
            if subject not in seen and line[row("order")] > 0:
                begun = sector[int(line[row("origin")])]
                count[begun] = count.get(begun, 0) + 1
            seen.add(subject)
    total = sum(count.values())
    return {name: number / total for name, number in sorted(count.items())}


def later_orders(outcome: Outcome) -> float:
    """Share of all person-hours that people lose because of something that was not struck."""
    hours = outcome.result["by_order_per_run"].sum(
        [d for d in outcome.result["by_order_per_run"].dims if d != "order"]
    )
    return float(hours.sel(order=slice(1, None)).sum() / hours.sum())


def interval(values: np.ndarray) -> dict[str, float]:
    """Median and 5% to 95% of a column."""
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"low": float(low), "median": float(median), "high": float(high)}


def run(folder: Path, runs: int, epistemic: int) -> dict[str, object]:
    """Run what the statistics need; few runs of the large study suffice."""
    scattered = Outcome.of("hindcasts/scattered_failures", folder, runs, epistemic)
    origins = secondary(scattered)
    instants = {"counting.instants": [f"{hour} h" for hour in MASTS]}
    kept = {"outputs.keep_runs": "all", "outputs.quantities": ["person_hours", "people_out_at"]}
    few = max(2, runs // 10)
    (folder / "loops").mkdir()
    whole = Outcome.of("national_blackout", folder, few, epistemic, **instants, **kept)
    cut = Outcome.of(
        "national_blackout", folder / "loops", few, epistemic, **instants, **kept, **BACK
    )
    loops: Rows = {}
    for threat in whole.study.threats:
        with_loops = whole.on(threat).people("person_hours", "electricity")
        without = cut.on(threat).people("person_hours", "electricity")
        loops[threat] = interval(with_loops / without - 1)
    dark = whole.on("continental_collapse")
    return {
        "origins": origins,
        "later_orders": later_orders(scattered),
        "loops": loops,
        "masts": {f"{hour:g}": interval(dark.served(hour, "mobile")) for hour in MASTS},
        "probe": scattered.probe(),
    }
