"""The examples of a page, run in order as a reader would, and their output compared.

- `yaml` blocks whose first line is `# NAME.yaml` are saved under that name, in a folder if it has
  one.
- `console` blocks: each line after `$ ` is typed in the same directory and has to succeed. Lines
  below it, if there are any, are what it prints.
- `python` blocks: run in one namespace a page. An `output` block after it is what it prints.

In output a line `...` stands for any lines, none included. `python -m tests.pages` writes into the
pages what their examples print now, where that differs; read the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from simengine.cli import main as main_command

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?ms)^```(console|python|output|yaml)\n(.*?)^```$")
FILE = re.compile(r"# ([\w./-]+\.yaml)\n")
ANY = "..."


def pages() -> list[Path]:
    """Pages with something to run."""
    every = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    run = re.compile(r"(?m)^```(console|python)$")
    return [page for page in every if run.search(page.read_text(encoding="utf-8"))]


def typed(command: str) -> str:
    """Type a line in a shell where the commands of this environment are found first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def called(command: str) -> str:
    """Run a line without the seconds that starting takes: `simengine` here, the rest in a shell."""
    words = shlex.split(command)
    if words[0] != "simengine" or set(words) & {"|", ">", "&&", ";"}:
        return typed(command)
    done = CliRunner().invoke(main_command, words[1:])
    assert done.exit_code == 0, f"{command}\n{done.output}"
    return done.stdout


def lines(text: str) -> list[str]:
    """Lines without blanks at their ends, and without empty lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether what a page shows is what was printed, a line `...` standing for any lines."""
    if not shown or not printed:
        return all(line == ANY for line in shown) and not printed
    if shown[0] == ANY:
        return any(matches(shown[1:], printed[k:]) for k in range(len(printed) + 1))
    return shown[0] == printed[0] and matches(shown[1:], printed[1:])


@dataclass
class Page:
    """A page while it is run; `text` becomes the page with the output of now."""

    path: Path
    text: str = ""
    differs: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    printed: str = ""

    def run(self) -> Page:
        """Run every block in the directory of now."""
        source = self.path.read_text(encoding="utf-8")
        end = 0
        for block in BLOCK.finditer(source):
            kind, body = block.groups()
            above = source[: block.start(2)].count("\n")
            self.text += source[end : block.start(2)]
            self.text += getattr(self, kind)(body, above)
            end = block.end(2)
        self.text += source[end:]
        return self

    def compared(self, what: str, shown: str, printed: str) -> str:
        """Return what is to be shown, and note a difference."""
        if matches(lines(shown), lines(printed)):
            return shown
        self.differs.append(f"{what}\nthe page shows:\n{shown}\nit prints:\n{printed}")
        return "\n".join(lines(printed)) + "\n"

    def yaml(self, body: str, above: int) -> str:
        if found := FILE.match(body):
            file = Path(found.group(1))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
        return body

    def console(self, body: str, above: int) -> str:
        head, *parts = re.split(r"(?m)^\$ ", body)
        for part in parts:
            command, _, shown = part.partition("\n")
            # The front page is typed for real; the others call the same commands in this process.
            printed = (typed if self.path.name == "README.md" else called)(command)
            head += f"$ {command}\n"
            if shown.strip():
                gap = "\n" if shown.endswith("\n\n") else ""
                head += self.compared(command, shown.rstrip("\n") + "\n", printed) + gap
            else:
                head += shown
        return head

    def python(self, body: str, above: int) -> str:
        # Empty lines above, so that an error names the line of the page.
        code = compile("\n" * above + body, str(self.path), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, self.names)
        self.printed = printed.getvalue()
        return body

    def output(self, body: str, above: int) -> str:
        return self.compared(f"the code above line {above}", body, self.printed)


def main(arguments: list[str]) -> int:
    """Write pages anew; all of them if none is named. 1 if one has changed."""
    changed = 0
    for path in [Path(each).resolve() for each in arguments] or pages():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            page = Page(path).run()
        if page.differs:
            changed += 1
            path.write_text(page.text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(page.differs)} written anew")
    return int(changed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
