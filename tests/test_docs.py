"""Every example in README and docs runs as it stands, in the order of the page.

`console` blocks: each line after `$ ` is typed in an empty directory and has to succeed.
`python` blocks: run in one namespace a page. Blocks of other kinds are not run: `sh` blocks set
up a machine, which `.ci/run` does for real.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?ms)^```(console|python)\n(.*?)^```")
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if BLOCK.search(page.read_text(encoding="utf-8"))
]

pytestmark = [pytest.mark.docs, pytest.mark.compiled_only]


def type_in(command: str) -> None:
    """Type a line in a shell where the commands of this environment are found first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "page"}
    for block in BLOCK.finditer(text):
        kind, body = block.groups()
        if kind == "console":
            for command in re.findall(r"(?m)^\$ (.*)$", body):
                type_in(command)
        else:
            # Empty lines above, so that an error names the line of the page.
            above = text[: block.start(2)].count("\n")
            exec(compile("\n" * above + body, str(page), "exec"), names)
