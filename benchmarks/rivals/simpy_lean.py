"""SimPy, lean: a process for each thing that happens, and nothing for what does not."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from rivals.rules import EMPTY, REPAIRED, RESTARTED, Rules

LAST = 2  # after all else of the same time: SimPy's own priorities are 0 and 1
Process = Generator[simpy.Event, Any, None]


class Late(simpy.Event):
    """Happens after a delay [ms], when all else of that time has happened."""

    def __init__(self, env: simpy.Environment, delay: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority=LAST, delay=delay)


class SimpyLean(Rules):
    """`run(r)` follows run r and gives its nine numbers."""

    def run(self, run: int) -> list[float]:
        """Person-hours, peaks, hours to 90 %, each by service."""
        struck, ms = self.draw(run)
        self.begin()
        if len(struck):
            self.env = simpy.Environment()
            self.teams = [simpy.Resource(self.env, crews) for crews in self.crews]
            self.due: tuple[list[int], list[int], list[int]] = ([], [], [])
            # Who asks first is helped first: by priority.
            jobs = sorted(zip(struck.tolist(), ms.tolist(), strict=True), key=self.first)
            for i, work in jobs:
                self.env.process(self.repair(i, work))
            self.strike(struck.tolist())
            self.env.run(until=self.horizon)
        return self.finish()

    def first(self, job: tuple[int, int]) -> int:
        """Order of jobs."""
        return self.priority[job[0]]

    def repair(self, i: int, work: int) -> Process:
        """A crew sets out as soon as one is free."""
        pool = self.pool[i]
        with self.teams[pool].request() as crew:
            yield crew
            yield self.env.timeout(self.travel[pool] + work)
        self.broken[i] = False
        self.note(REPAIRED, i)

    def wait(self, end: int, what: int, k: int) -> None:
        """Have `what` happen to asset or need k at a time [ms]."""
        self.env.process(self.later(end, what, k))

    def later(self, end: int, what: int, k: int) -> Process:
        """It happens if it is still waited for."""
        yield self.env.timeout(end - self.env.now)
        at = self.empty_at if what == EMPTY else self.restart_at
        if at[k] == end:
            at[k] = -1
            self.note(what, k)

    def note(self, what: int, k: int) -> None:
        """Settle this instant when all that happens in it has been noted."""
        if not any(self.due):
            self.env.process(self.instant())
        self.due[what].append(k)

    def instant(self) -> Process:
        """All that happens at one time."""
        yield Late(self.env, 0)
        repaired, risen, emptied = self.due[REPAIRED], self.due[RESTARTED], self.due[EMPTY]
        self.due = ([], [], [])
        self.settle(self.env.now, repaired, risen, emptied)
