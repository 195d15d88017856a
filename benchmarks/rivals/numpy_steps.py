"""NumPy over many runs at once, in steps of 15 minutes; a run that is over is dropped.

What is waited for happens at the next step: repairs take up to a quarter of an hour longer, and so
does what follows from them. The rules are the same, so the numbers are those of `Lean` with that
step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from problem_p import HOUR, ONE, ProblemP

from rivals.plain import Plain

STEP = 900_000
NEVER = np.iinfo(np.int32).max
Rows = NDArray[Any]


class NumpySteps(Plain):
    """`rows(first, runs)` follows that many runs side by side."""

    def __init__(self, p: ProblemP) -> None:
        super().__init__(p)
        self.steps = -(-self.horizon // STEP)
        most = max((len(s) for s in self.suppliers), default=1)
        # A place behind the last asset is always up: it fills short rows; the same for needs.
        self.of = padded(self.suppliers, most, self.assets)
        self.spare = self.of.shape[1] - np.array([len(s) for s in self.suppliers])
        self.enough = np.array(self.required) + self.spare
        widest = max(map(len, self.needs))
        self.need_of = padded(self.needs, widest, len(self.owner))
        self.buffered = np.array(self.buffer) >= 0
        self.capacity = np.where(self.buffered, np.array(self.full), 0)
        self.refilled = np.array(self.rate) * STEP
        self.delay = -(-np.array(self.restart) // STEP)
        people = np.zeros((self.assets, self.services), dtype=np.int64)
        people[np.arange(self.assets), self.service] = self.customers
        self.people = people
        self.team = np.array(self.pool)

    def rows(self, first: int, runs: int) -> NDArray[np.float64]:
        """Nine numbers of each run: person-hours, peaks, hours to 90 %, each by service."""
        self.begin(first, runs)
        out = np.zeros((runs, self.services, self.steps), dtype=np.int64)
        for t in range(self.steps):
            self.settle(t)
            out[self.run, :, t] = ~self.up[:, :-1] @ self.people
            going = self.broken.any(axis=1) | ~self.up.all(axis=1) | (self.content_low())
            if not going.all():
                self.drop(going)
            if not len(self.run):
                break
        return self.numbers(out)

    def begin(self, first: int, runs: int) -> None:
        """Strike all runs at t = 0 and put their jobs in order."""
        needs = len(self.owner)
        self.run = np.arange(runs)
        self.up = np.ones((runs, self.assets + 1), dtype=bool)
        self.broken = np.zeros((runs, self.assets), dtype=bool)
        self.repaired_at = np.full((runs, self.assets), NEVER, dtype=np.int32)
        self.restart_at = np.full((runs, self.assets), NEVER, dtype=np.int32)
        self.work = np.zeros((runs, self.assets), dtype=np.int32)
        self.met = np.ones((runs, needs), dtype=bool)
        self.holds = np.ones((runs, needs), dtype=bool)
        self.content = np.broadcast_to(self.capacity, (runs, needs)).copy()
        self.free = np.broadcast_to(np.array(self.crews), (runs, len(self.crews))).copy()
        drawn = [self.draw(first + r) for r in range(runs)]
        most = max(1, *(len(struck) for struck, _ in drawn))
        # Jobs by pool in the order of priority, and how many have been taken.
        self.jobs = np.full((runs, len(self.crews), most + 1), -1, dtype=np.int32)
        self.taken = np.zeros((runs, len(self.crews)), dtype=np.int64)
        priority = np.array(self.priority)
        for r, (struck, ms) in enumerate(drawn):
            self.broken[r, struck] = True
            self.work[r, struck] = -(-(ms + np.array(self.travel)[self.team[struck]]) // STEP)
            inorder = struck[np.argsort(priority[struck])]
            for pool in range(len(self.crews)):
                mine = inorder[self.team[inorder] == pool]
                self.jobs[r, pool, : len(mine)] = mine

    def content_low(self) -> NDArray[np.bool_]:
        """Runs with a need that is not met."""
        return ~self.met.all(axis=1)

    def settle(self, t: int) -> None:
        """All that happens at one step."""
        back = self.repaired_at == t
        if back.any():
            self.broken &= ~back
            rows, assets = np.nonzero(back)
            np.add.at(self.free, (rows, self.team[assets]), 1)
        self.up[:, :-1] |= self.restart_at == t
        while True:
            met = self.have() >= self.enough
            fine = self.fine(met)
            falling = self.up[:, :-1] & (self.broken | ~fine)
            if not falling.any():
                break
            self.up[:, :-1] &= ~falling
        self.commit(t, met, fine)
        self.assign(t)

    def have(self) -> NDArray[np.int64]:
        """How many suppliers of each need are up."""
        return self.up[:, self.of].sum(axis=2)

    def fine(self, met: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether an asset has all needs met, or felt as met."""
        # An unmet need whose buffer drains is felt as met while there is something left.
        held = self.buffered & (self.content > 0) & (self.met | self.holds)
        felt = np.ones((len(self.run), len(self.owner) + 1), dtype=bool)
        felt[:, :-1] = met | held
        return felt[:, self.need_of].all(axis=2)

    def commit(self, t: int, met: NDArray[np.bool_], fine: NDArray[np.bool_]) -> None:
        """Restarts begin or are called off, buffers drain or fill until the next step."""
        self.holds = np.where(met | ~self.met, self.holds, self.content > 0)
        self.holds &= met | (self.content > 0)
        draining = ~met & self.holds & self.buffered
        self.content -= np.where(draining, STEP * ONE, 0)
        self.content += np.where(met & self.buffered, self.refilled, 0)
        np.clip(self.content, 0, self.capacity, out=self.content)
        self.met = met
        ready = ~self.up[:, :-1] & ~self.broken & fine
        begun = ready & (self.restart_at == NEVER)
        self.restart_at = np.where(ready, self.restart_at, NEVER).astype(np.int32)
        self.restart_at = np.where(begun, t + self.delay, self.restart_at).astype(np.int32)

    def assign(self, t: int) -> None:
        """Free crews take the next jobs."""
        while True:
            following = np.take_along_axis(self.jobs, self.taken[:, :, None], axis=2)[:, :, 0]
            rows, pools = np.nonzero((following >= 0) & (self.free > 0))
            if not len(rows):
                return
            assets = following[rows, pools]
            self.repaired_at[rows, assets] = t + self.work[rows, assets]
            self.taken[rows, pools] += 1
            self.free[rows, pools] -= 1

    def drop(self, going: NDArray[np.bool_]) -> None:
        """Keep the runs that are not over."""
        for name in (
            "run", "up", "broken", "repaired_at", "restart_at", "work", "met", "holds", "content",
            "free", "jobs", "taken",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name)[going])

    def numbers(self, out: Rows) -> NDArray[np.float64]:
        """Person-hours, peaks and hours to 90 % from people out (run, service, step)."""
        peak = out.max(axis=2)
        worse = out * 100 > 10 * peak[:, :, None]
        last = self.steps - np.argmax(worse[:, :, ::-1], axis=2)
        until = np.where(worse.any(axis=2), np.minimum(last * STEP, self.horizon), 0) / HOUR
        return np.hstack([out.sum(axis=2) * (STEP / HOUR), peak, until])


def padded(rows: list[list[int]], width: int, filler: int) -> NDArray[np.int64]:
    """Rows of one width."""
    return np.array([row + [filler] * (width - len(row)) for row in rows], dtype=np.int64)
