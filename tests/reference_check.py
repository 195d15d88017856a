"""The engine against the reference on many generated networks, as a table.

`python -m tests.reference_check --networks 500 --runs 20 --first 0` compares every number of every
run for equality; the suite does the same on fewer. Networks are numbered: a number is the seed of
the generator, so that a difference can be looked at again by `--first NUMBER --networks 1`.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from simengine.errors import InputErrors
from tests.engine import Engine, differences
from tests.strategies import Chooser, documents

BLOCK = 50
HEADER = "networks         assets     runs  numbers compared  different  refused  seconds"


def crowded(network: dict[str, Any]) -> dict[str, Any]:
    """Give each area two neighbours of the same service with other people and suppliers."""
    areas = dict(network["areas"])
    for k, (name, area) in enumerate(sorted(network["areas"].items())):
        for j in (1, 2):
            like = [
                other["suppliers"]
                for _, other in sorted(network["areas"].items())
                if other["service"] == area["service"]
            ]
            areas[f"{name}_{j}"] = {
                **area,
                "population": f"{(7919 * (3 * k + j)) % 997 + 1} person",
                "suppliers": like[(k + j) % len(like)],
            }
    return {**network, "areas": areas}


def compare(number: int, runs: int, most_assets: int = 25) -> tuple[int, int, list[str]]:
    """Compare generated network `number` in both epistemic draws.

    Returns
    -------
    tuple
        Assets of the network, numbers compared, and what differs.
    """
    study, network = documents(Chooser(number), most_assets)
    if number % 2:
        network = crowded(network)
    engine = Engine(study, network)
    half = max(1, runs // 2)
    found = differences(engine, half, epistemic=0)
    found += differences(engine, runs - half, first=half, epistemic=1) if runs > half else []
    return len(network["assets"]), runs * len(engine.keys), found


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first network")
    parser.add_argument("--most-assets", type=int, default=25)
    asked = parser.parse_args(arguments)
    total: dict[str, float] = dict.fromkeys(("runs", "numbers", "different", "refused"), 0)
    begin = time.perf_counter()
    print(HEADER)
    for low in range(asked.first, asked.first + asked.networks, BLOCK):
        start, sizes = time.perf_counter(), []
        block: dict[str, float] = dict.fromkeys(total, 0)
        high = min(low + BLOCK, asked.first + asked.networks)
        for number in range(low, high):
            try:
                assets, numbers, found = compare(number, asked.runs, asked.most_assets)
            except InputErrors:
                block["refused"] += 1
                continue
            sizes.append(assets)
            block["runs"] += asked.runs
            block["numbers"] += numbers
            block["different"] += bool(found)
            if found:
                print(f"network {number}: " + "; ".join(found[:3]))
        total = {name: total[name] + block[name] for name in total}
        spread = f"{min(sizes, default=0)}-{max(sizes, default=0)}"
        print_row(f"{low}-{high - 1}", spread, block, time.perf_counter() - start)
    print_row("all", "", total, time.perf_counter() - begin)
    return int(total["different"] > 0)


def print_row(name: str, sizes: str, counts: dict[str, float], seconds: float) -> None:
    """One line of the table."""
    runs, numbers, different, refused = (int(x) for x in counts.values())
    line = f"{name:<14} {sizes:>8} {runs:8d} {numbers:17d} {different:10d} {refused:8d}"
    print(f"{line} {seconds:8.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
