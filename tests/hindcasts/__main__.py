"""`python -m tests.hindcasts`: run all hindcasts and write the page; some minutes."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import simengine
from tests.hindcasts import cascades
from tests.hindcasts.outcome import LOGGED, Outcome
from tests.hindcasts.page import EVENTS, render
from tests.hindcasts.record import figures, verdict

DOCS = Path(__file__).resolve().parents[2] / "docs" / "background"
FIGURES = DOCS / "hindcasts.json"
PAGE = DOCS / "hindcasts.md"
COMMAND = "python -m tests.hindcasts"


def rounded(value: Any) -> Any:
    """Six digits of every number, so that the file does not tell processors apart."""
    if isinstance(value, dict):
        return {key: rounded(v) for key, v in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def measure(runs: int, epistemic: int) -> dict[str, Any]:
    """Run everything and return the figures."""
    events: dict[str, Any] = {}
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for event in EVENTS:
            begin = time.perf_counter()
            outcome = Outcome.of(f"hindcasts/{event.study}", folder, runs, epistemic)
            events[event.study] = {
                "digest": outcome.result.attrs["digest"],
                "probe": outcome.probe(),
                "figures": {line.quantity: figures(line, outcome) for line in event.lines},
            }
            failed += outcome.failed
            print(f"{event.story['title']}  ({time.perf_counter() - begin:.0f} s)")
            for line in event.lines:
                found = events[event.study]["figures"][line.quantity]
                numbers = " ".join(f"{found[key]:12.4g}" for key in ("low", "median", "high"))
                print(f"  {line.quantity:<62} {numbers}  {verdict(line, found)}", flush=True)
        begin = time.perf_counter()
        statistics = cascades.run(folder, runs, epistemic)
        print(f"cascades  ({time.perf_counter() - begin:.0f} s)")
    made = {
        "command": COMMAND,
        "simengine": simengine.__version__,
        "runs": runs,
        "epistemic": epistemic,
        "logged": min(LOGGED, runs),
        "blackout_runs": max(2, runs // 10),
        "failed": failed,
    }
    found = rounded({"made": made, "events": events, "cascades": statistics})
    assert isinstance(found, dict)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the figures and the page, or the page alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="runs of each epistemic draw")
    parser.add_argument("--epistemic", type=int, default=50, help="epistemic draws")
    parser.add_argument(
        "--page", action="store_true", help="render the page from the figures alone"
    )
    asked = parser.parse_args(arguments)
    DOCS.mkdir(parents=True, exist_ok=True)
    if not asked.page:
        found = measure(asked.runs, asked.epistemic)
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        FIGURES.write_text(text, encoding="utf-8")
    PAGE.write_text(render(json.loads(FIGURES.read_text(encoding="utf-8"))), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
