"""What is printed of a result: figures with their errors, in two languages, and failed runs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from simengine.analysis.precision import precision
from simengine.cli import main
from simengine.report.words import Words
from simengine.runs.driver import run_engine
from tests.test_runs import counting

pytestmark = pytest.mark.compiled_only

TEXT = {
    "study": {
        "title": {"en": "Counting", "nl": "Tellen"},
        "threats": {"flood": {"title": {"en": "High water", "nl": "Hoog water"}}, "storm": {}},
    },
    "network": {"regions": {"north": {"name": "Noord"}}},
}


@pytest.fixture(scope="module", params=[False, True], ids=["all good", "some failed"])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a result of the counting engine; run 7 of every 10 fails on request."""
    engine = counting.engine(runs=50, epistemic=3, failing=request.param, spread=0.5)
    engine.study = replace(engine.study, text=json.dumps(TEXT))
    path = tmp_path_factory.mktemp("telling") / "counting.zarr"
    run_engine(engine, counting.build, output=path, scheduler="serial")
    return path


def has_failures(path: Path) -> bool:
    from simengine.runs import open_results

    return bool(open_results(path).failed_runs.sum())


def test_the_exit_status_says_whether_runs_failed(result: Path) -> None:
    done = CliRunner().invoke(main, ["summary", str(result)])
    assert done.exit_code == int(has_failures(result)), done.output


def test_a_summary_does_not_load_what_is_for_clusters(result: Path) -> None:
    code = (
        "import sys; from simengine.cli import main; "
        f"main(['summary', {str(result)!r}], standalone_mode=False); "
        "sys.exit('distributed' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Counting" in done.stdout
    assert done.returncode == 0, done.stderr


def test_failed_runs_are_named_with_their_reason_and_the_command_to_replay_them(
    result: Path,
) -> None:
    done = CliRunner().invoke(main, ["summary", str(result)])
    if not has_failures(result):
        assert done.stderr == ""
        return
    assert done.stderr.startswith("30 of 300 runs failed")
    assert "threat flood, epistemic 0, run 7: more events were pending" in done.stderr
    assert "--threat flood --epistemic 0 --run 7" in done.stderr


@pytest.mark.parametrize(
    ("language", "title", "threat", "service"),
    [("en", "Counting", "High water", "tap water"), ("nl", "Tellen", "Hoog water", "kraanwater")],
)
def test_the_summary_speaks_the_language_that_was_asked(
    result: Path, language: str, title: str, threat: str, service: str
) -> None:
    done = CliRunner().invoke(main, ["summary", str(result), "--lang", language])
    assert f"\n{title}\n" in done.stdout
    assert f"\n{threat}: " in done.stdout
    assert f"  {service} " in done.stdout


def test_every_figure_is_the_mean_with_its_standard_error(result: Path) -> None:
    from simengine.runs import open_results

    done = CliRunner().invoke(main, ["summary", str(result)])
    figures = precision(open_results(result))["person_hours_precision"]
    for threat in ("flood", "storm"):
        for service in counting.SERVICES:
            one = figures.sel(variant="base", threat=threat, service=service)
            mean, error = (float(one.sel(precision=key)) for key in ("mean", "standard_error"))
            assert Words("en").estimate(mean, error) in done.stdout
