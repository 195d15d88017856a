"""SimPy as its users write it: a process for each asset, that waits for what concerns it.

What falls does so after all that rises at the same time, so that a buffer exactly as long as an
outage is enough.
"""

from __future__ import annotations

import simpy

from rivals.rules import EMPTY, Rules
from rivals.simpy_lean import Late, Process


class SimpyAssets(Rules):
    """`run(r)` follows run r and gives its nine numbers."""

    def run(self, run: int) -> list[float]:
        """Person-hours, peaks, hours to 90 %, each by service."""
        struck, ms = self.draw(run)
        self.begin()
        self.env = simpy.Environment()
        self.teams = [simpy.PriorityResource(self.env, crews) for crews in self.crews]
        self.news = [self.env.event() for _ in range(self.assets)]
        self.work = dict(zip(struck.tolist(), ms.tolist(), strict=True))
        for i in range(self.assets):
            self.env.process(self.asset(i))
        self.env.process(self.hazard())
        self.env.run(until=self.horizon)
        return self.finish()

    def hazard(self) -> Process:
        """Strikes at t = 0, in the order of priority, since who asks first is helped first."""
        yield Late(self.env, 0)
        for i in sorted(self.work, key=lambda i: self.priority[i]):
            self.broken[i] = True
            self.tell(i)
            self.env.process(self.repair(i))

    def repair(self, i: int) -> Process:
        """A crew sets out as soon as one is free."""
        pool = self.pool[i]
        with self.teams[pool].request(self.priority[i]) as crew:
            yield crew
            yield self.env.timeout(self.travel[pool] + self.work[i])
        self.broken[i] = False
        self.tell(i)

    def tell(self, i: int) -> None:
        """There is news for asset i."""
        if not self.news[i].triggered:
            self.news[i].succeed()

    def hear(self, i: int) -> simpy.Event:
        """The next news for asset i."""
        self.news[i] = self.env.event()
        return self.news[i]

    def asset(self, i: int) -> Process:
        """Up until it is struck or misses something; then down until it has all again."""
        while True:
            while self.may_start(i):
                yield self.hear(i)
            self.change(i, False)
            while not self.up[i]:
                while not self.may_start(i):
                    yield self.hear(i)
                ready = self.env.timeout(self.restart[i])
                while self.may_start(i) and not ready.processed:
                    yield ready | self.hear(i)
                if self.may_start(i):
                    self.change(i, True)

    def change(self, i: int, up: bool) -> None:
        """An asset goes down or comes back, and tells who needs it."""
        self.up[i] = up
        self.used.add(i)
        self.account(self.env.now, i)
        self.draw_curves(self.env.now)
        for n in self.feeds[i]:
            self.have[n] += 1 if up else -1
            self.used_needs.add(n)
            met = self.have[n] >= self.required[n]
            if self.buffer[n] >= 0 and not (met and self.met[n]):
                self.commit_buffer(self.env.now, n, met)
            self.met[n] = met
            self.tell(self.owner[n])

    def wait(self, end: int, what: int, k: int) -> None:
        """A buffer runs out at a time [ms]; restarts are the business of the assets."""
        assert what == EMPTY
        self.env.process(self.drain(end, k))

    def drain(self, end: int, n: int) -> Process:
        """A buffer runs out if it is still drawn upon."""
        yield Late(self.env, end - self.env.now)
        if self.empty_at[n] == end and not self.met[n]:
            self.holds[n] = False
            self.content[n] = 0
            self.tell(self.owner[n])
