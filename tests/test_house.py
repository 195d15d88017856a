"""The house is as its pages say: paths and commands exist, files fit in a head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = ("simengine", "tests", "docs", "models", "configs", "benchmarks", ".ci")

# A file that is long for a reason says it here.
LONG: dict[str, str] = {
    "simengine/variables.py": "a registry: one table, read from top to bottom like a dictionary",
}

pytestmark = pytest.mark.compiled_only  # about text, not about numbers


def files() -> Iterator[Path]:
    """Every text file of the project that a person wrote."""
    loose = [path for path in ROOT.iterdir() if path.is_file() and path.suffix != ".lock"]
    inside = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    for path in [*loose, *inside]:
        if path.suffix in (".pyc", ".gz", ".npz", ".png") or "__pycache__" in path.parts:
            continue
        yield path


def code_spans(text: str) -> list[str]:
    """Return the inline code of a page, without its blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def commands(text: str) -> list[list[str]]:
    """Return every `simengine ...` that a page tells a reader to type, cut into words."""
    lines = re.findall(r"(?m)^\$? ?(.*\bsimengine [a-z].*)$", "\n".join(blocks(text)))
    typed = [part for line in lines for part in re.findall(r"simengine ([^|&;#]+)", line)]
    typed += [
        span.removeprefix("simengine ")
        for span in code_spans(text)
        if span.startswith("simengine ")
    ]
    return [part.split() for part in typed]


def blocks(text: str) -> list[str]:
    """Return the shell blocks of a page."""
    return re.findall(r"(?ms)^```(?:sh|console)\n(.*?)^```", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    spans = {span.split(":")[0].rstrip("/") for span in code_spans(text)}
    named = {
        span
        for span in spans
        if re.fullmatch(rf"(?:{'|'.join(map(re.escape, ROOMS))})/[\w./-]+", span)
        or re.fullmatch(r"[\w.-]+\.(?:toml|sh|lock)", span)
        or span in ROOMS
    }
    links = set(re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text))
    missing = {name for name in named if name != "uv.lock" and not (ROOT / name).exists()}
    missing |= {link for link in links if not (page.parent / link).exists()}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    from simengine.cli import main

    context = click.Context(main)
    for words in commands(page.read_text(encoding="utf-8")):
        if words[0].startswith("-"):
            continue
        command = main.get_command(context, words[0])
        assert command is not None, words
        options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        unknown = {
            word.split("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)
        } - options
        assert not unknown, (words, unknown)


def test_a_file_fits_in_a_head() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "simengine").rglob("*.py")
    }
    long = {name for name, lines in lengths.items() if lines > 300}
    assert long == set(LONG), "a file above 300 lines needs a reason in LONG, or a second room"


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Written with brackets so that this line does not find itself.
    leak = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/[a-z]|python[h]osted|py[p]i\.org|npm[j]s\.org")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*files(), *ROOT.glob("*.lock")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if leak.search(line)
    ]
    assert not found


def test_a_lock_holds_versions_and_hashes_alone() -> None:
    line = re.compile(r"#.*|[\w.-]+==[\w.]+( ; [^:/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in sorted(ROOT.glob("*.lock")):
        strangers = [text for text in lock.read_text().splitlines() if not line.fullmatch(text)]
        assert not strangers, (lock.name, strangers[:3])


def test_nothing_is_left_unfinished() -> None:
    unfinished = re.compile(r"TO[D]O|FIX[M]E|X[X]X|NotImplemented[E]rror|pragma: no [c]over")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        if path.suffix in (".py", ".md", ".yaml", ".toml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unfinished.search(line)
    ]
    assert not found
