"""IEEE test networks as facts: branches by their buses, numbered from 1; circuits are repeated.

Of public record (IEEE power flow test cases: 14 buses of the American Electric Power system, 1962;
the 39-bus New England system of Athay et al., 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

Edge = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """Buses, branches as published, and how many of these are bridges."""

    buses: int
    branches: int
    bridges: int
    text: str

    @property
    def edges(self) -> list[Edge]:
        return [(a, b) for a, b in (item.split("-") for item in self.text.split())]


CASE_14 = Case(
    14,
    20,
    1,
    "1-2 1-5 2-3 2-4 2-5 3-4 4-5 6-11 6-12 6-13 9-10 9-14 10-11 12-13 13-14 4-7 4-9 5-6 7-8 7-9",
)
# Bus: MW.
LOADS_14 = {
    2: 21.7, 3: 94.2, 4: 47.8, 5: 7.6, 6: 11.2, 9: 29.5, 10: 9.0, 11: 3.5, 12: 6.1, 13: 13.5,
    14: 14.9,
}  # fmt: skip
CASE_39 = Case(
    39,
    46,
    11,
    "1-2 1-39 2-3 2-25 3-4 3-18 4-5 4-14 5-6 5-8 6-7 6-11 7-8 8-9 9-39 10-11 10-13 13-14 "
    "14-15 15-16 16-17 16-19 16-21 16-24 17-18 17-27 21-22 22-23 23-24 23-36 25-26 26-27 "
    "26-28 26-29 28-29 2-30 6-31 10-32 11-12 12-13 19-20 19-33 20-34 22-35 25-37 29-38",
)
CASES = (CASE_14, CASE_39)
