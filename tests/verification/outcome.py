"""What a check hands back: lines with a number, what was expected and a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["right", "WRONG", "found"]


@dataclass(frozen=True)
class Line:
    """One line of the table.

    The verdict is `found` where theory promises nothing exact: the number is then a measurement.
    """

    quantity: str
    n: int
    expected: str
    got: str
    verdict: Verdict

    def cells(self) -> tuple[str, ...]:
        return self.quantity, f"{self.n:,}", self.expected, self.got, self.verdict


@dataclass
class Outcome:
    """Lines of one check, what its numbers mean, and a longer table if it has one."""

    lines: list[Line]
    reading: str
    appendix: list[tuple[str, ...]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return sum(line.verdict == "WRONG" for line in self.lines)


HEAD = ("quantity", "N", "expected", "got", "verdict")


def right(good: bool) -> Verdict:
    """Verdict of a number that theory fixes."""
    return "right" if good else "WRONG"


def table(rows: list[tuple[str, ...]]) -> str:
    """Write rows, the first one the head, as a table in Markdown with columns of one width."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
