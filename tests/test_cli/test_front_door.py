"""Help, version, unknown words, and bad input: said in a line, with the right exit status."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from simengine import __version__
from simengine.cli import COMMANDS, main
from simengine.cli.options import split_assignment

pytestmark = pytest.mark.compiled_only


def test_help_lists_every_command_with_its_sentence() -> None:
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    for name, sentence in COMMANDS.items():
        assert name in done.output
        assert sentence in done.output
    assert "Exit status: 0 good, 1 some runs failed, 2 bad input, 3" in done.output


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Usage:")


def test_the_version_is_that_of_the_package() -> None:
    done = CliRunner().invoke(main, ["--version"])
    assert done.output.strip() == f"simengine {__version__}"


@pytest.mark.parametrize(
    "words",
    [["rum"], ["run"], ["run", "quickstart", "--runs", "0"], ["run", "quickstart", "--fast"]],
    ids=["command", "no study", "runs", "option"],
)
def test_a_wrong_word_gives_exit_status_2_and_no_traceback(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "Error:" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("seed=7", ("seed", "7")),
        ("runs = 20", ("runs", "20")),
        (
            "assets[tags=mobile].needs.power.buffer.time=8 h",
            ("assets[tags=mobile].needs.power.buffer.time", "8 h"),
        ),
        ("title.en=a=b", ("title.en", "a=b")),
        ("start=", ("start", "")),
    ],
)
def test_an_assignment_is_cut_at_the_first_sign_outside_brackets(
    text: str, parts: tuple[str, str]
) -> None:
    assert split_assignment(text) == parts


@pytest.mark.parametrize("text", ["seed", "=7", "assets[tags=mobile]"])
def test_a_change_without_path_or_value_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="expected path=value"):
        split_assignment(text)


@pytest.mark.parametrize("command", ["run", "validate", "plan"])
def test_a_study_that_is_not_there_is_bad_input(command: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [command, str(tmp_path / "none.yaml")])
    assert done.exit_code == 2
    assert "none.yaml" in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["summary", "rerun", "replay"])
def test_a_result_that_is_not_there_is_bad_input(command: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [command, str(tmp_path / "none.zarr")])
    assert done.exit_code == 2
    assert "none.zarr" in done.stderr
