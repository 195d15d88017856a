"""How a problem in what people wrote is worded: where, expected, found, nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputErrors", "Problem", "nearest"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place.

    Attributes
    ----------
    file
        The file as the reader was given it; ``--set`` for the command line; ``study`` or
        ``network`` for a document in memory.
    line
        Line in that file, counted from 1; None where there are no lines.
    path
        Way from the top of the document to the place, such as ``threats.storm.likelihood``, or
        a column of a table; empty for the document as a whole.
    expected, found
        What should stand there and what does.
    advice
        What to do about it, often the nearest valid name; may be empty.
    """

    file: str
    line: int | None
    path: str
    expected: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        what = f"expected {self.expected}, found {self.found}"
        parts = [where, self.path, what] if self.path else [where, what]
        return ": ".join(parts) + (f"; {self.advice}" if self.advice else "")


class InputErrors(ValueError):
    """All problems of all files of a study at once.

    Parameters
    ----------
    problems
        In any order and possibly repeated; kept once each, sorted by file and line.

    Attributes
    ----------
    problems : tuple of Problem
        What is wrong, sorted.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        once = dict.fromkeys(problems)
        self.problems = tuple(sorted(once, key=lambda p: (p.file, p.line or 0)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type[InputErrors], tuple[tuple[Problem, ...]]]:
        return InputErrors, (self.problems,)


def nearest(name: str, valid: Iterable[str], show: int = 8) -> str:
    """Advice that names the valid word nearest to `name`, or the choice when it is short.

    Parameters
    ----------
    name
        The word that was found.
    valid
        The words that would do.
    show
        Up to how many words are listed when none is near.

    Returns
    -------
    str
        ``did you mean 'x'?``, ``valid: a, b``, or an empty string.
    """
    words = list(dict.fromkeys(str(word) for word in valid))
    folded = {word.casefold(): word for word in reversed(words)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    return f"valid: {', '.join(words)}" if 0 < len(words) <= show else ""
