"""Every example in README and docs runs as it stands and prints what the page shows.

See `tests.pages` for the kinds of blocks. Blocks of other kinds are not run: `sh` blocks set up a
machine, which `.ci/run` does for real.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import ROOT, Page, matches, pages

pytestmark = [pytest.mark.docs, pytest.mark.compiled_only]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not "\n\n".join(Page(page).run().differs)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a b", "a b", True),
        ("a b", "a c", False),
        ("a ... b", "a x y b", True),
        ("a ... b", "a b", True),
        ("a ...", "a x", True),
        ("a", "a x", False),
        ("a ... c", "a b", False),
    ],
)
def test_dots_stand_for_any_lines(shown: str, printed: str, same: bool) -> None:
    assert matches(shown.split(), printed.split()) is same


def test_a_page_that_shows_what_is_not_printed_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```yaml\n# a/b.yaml\nx: 1\n```\n```console\n$ cat a/b.yaml\nx: 2\n```\n"
        "```python\nprint(1 + 1)\n```\n```output\n3\n```\n"
    )
    found = Page(page).run()
    assert len(found.differs) == 2
    assert "$ cat a/b.yaml\n# a/b.yaml\nx: 1\n```" in found.text
    page.write_text(found.text)
    assert not Page(page).run().differs
