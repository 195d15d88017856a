"""The rules of problem P in plain Python: what an instant changes, and nothing else is looked at.

An instant is as in simengine: what improves, then what worsens, then buffers, restarts and accounts
on the state as it has become. How time passes and how crews are shared out is left to those who
use these rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from problem_p import ONE, ProblemP

from rivals.plain import Plain, Track

REPAIRED, RESTARTED, EMPTY = range(3)


class Rules(Plain, ABC):
    """State of a run; `settle` is an instant, and `wait` is asked to come back at a time.

    With a `step` [ms], all that is waited for happens at its next multiple, as in programs that go
    by steps.
    """

    def __init__(self, p: ProblemP, step: int = 1) -> None:
        super().__init__(p)
        self.step = step
        count = len(self.owner)
        self.up = [True] * self.assets
        self.shown = [True] * self.assets  # as the last instant left it
        self.broken = [False] * self.assets
        self.down_since = [0] * self.assets
        self.restart_at = [-1] * self.assets
        self.have = [len(s) for s in self.suppliers]
        self.met = [True] * count
        self.holds = [True] * count
        self.content = self.full.copy()  # as it was at `since`
        self.since = [0] * count
        self.filling = [False] * count
        self.empty_at = [-1] * count

    @abstractmethod
    def wait(self, end: int, what: int, k: int) -> None:
        """Have `what` happen to asset or need k at a time [ms]."""

    def begin(self) -> None:
        """Nothing is lost yet."""
        self.lost = [0] * self.services
        self.out = [0] * self.services
        self.tracks: list[Track] = [[(0, 0)] for _ in range(self.services)]
        self.used: set[int] = set()
        self.used_needs: set[int] = set()

    def finish(self) -> list[float]:
        """Close accounts at the horizon: person-hours, peaks, hours to 90 %, each by service."""
        for i in self.used:
            if not self.shown[i]:
                self.lost[self.service[i]] += self.customers[i] * (
                    self.horizon - self.down_since[i]
                )
        found = self.results(self.lost, self.tracks)
        self.undo()
        return found

    def strike(self, struck: list[int]) -> None:
        """The hazard at t = 0."""
        for i in struck:
            self.broken[i] = True
        touched, needs = set(struck), set[int]()
        self.fall(0, struck.copy(), touched, needs)
        self.commit(0, touched, needs)

    def settle(
        self, t: int, repaired: Iterable[int], risen: Iterable[int], emptied: Iterable[int]
    ) -> None:
        """All that happens at one time."""
        touched, needs = set(repaired), set[int]()
        for i in risen:
            self.up[i] = True
            touched.add(i)
            for n in self.feeds[i]:
                self.have[n] += 1
                needs.add(n)
        falling = []
        for n in emptied:
            if self.have[n] < self.required[n]:
                self.holds[n] = False
                self.content[n] = 0
                needs.add(n)
                falling.append(self.owner[n])
        self.fall(t, falling, touched, needs)
        self.commit(t, touched, needs)

    def rounded(self, t: int) -> int:
        """A time on the grid of steps."""
        return t if self.step == 1 else -(-t // self.step) * self.step

    def fall(self, t: int, falling: list[int], touched: set[int], needs: set[int]) -> None:
        """Let assets fall, and all that cannot do without them."""
        up, have, required, owner = self.up, self.have, self.required, self.owner
        while falling:
            i = falling.pop()
            if not up[i]:
                continue
            up[i] = False
            touched.add(i)
            for n in self.feeds[i]:
                have[n] -= 1
                needs.add(n)
                if have[n] < required[n] and not self.is_held(t, n):
                    falling.append(owner[n])

    def is_held(self, t: int, n: int) -> bool:
        """Whether an unmet need is felt as met."""
        if self.buffer[n] < 0:
            return False
        return self.content_now(t, n) > 0 if self.met[n] else self.holds[n]

    def content_now(self, t: int, n: int) -> int:
        """How long a buffer would last now [ms x 2**-20]."""
        passed = t - self.since[n]
        if self.filling[n]:
            return min(self.full[n], self.content[n] + self.rate[n] * passed)
        if self.met[n] or not self.holds[n]:
            return self.content[n]
        return max(0, self.content[n] - ONE * passed)

    def commit(self, t: int, touched: set[int], needs: set[int]) -> None:
        """Buffers, restarts, accounts."""
        self.used |= touched
        self.used_needs |= needs
        for n in needs:
            touched.add(self.owner[n])
            met = self.have[n] >= self.required[n]
            if self.buffer[n] >= 0 and not (met and self.met[n]):
                self.commit_buffer(t, n, met)
            self.met[n] = met
        changed = False
        for i in touched:
            if self.up[i]:
                self.restart_at[i] = -1
            elif self.may_start(i):
                if self.restart_at[i] < 0:
                    self.restart_at[i] = self.rounded(t + self.restart[i])
                    self.wait(self.restart_at[i], RESTARTED, i)
            else:
                self.restart_at[i] = -1
            if self.up[i] != self.shown[i]:
                changed = True
                self.account(t, i)
        if changed:
            self.draw_curves(t)

    def draw_curves(self, t: int) -> None:
        """Steps of the curves of people out."""
        for track, people in zip(self.tracks, self.out, strict=True):
            if people != track[-1][1]:
                if track[-1][0] == t:
                    track[-1] = (t, people)
                else:
                    track.append((t, people))

    def commit_buffer(self, t: int, n: int, met: bool) -> None:
        """A buffer drains, is empty, or fills."""
        content = self.content_now(t, n)
        if met:
            self.empty_at[n] = -1
            self.filling[n] = True
        else:
            if self.met[n]:
                self.holds[n] = content > 0
            self.filling[n] = False
            if self.holds[n]:
                end = self.rounded(t - (-content // ONE))
                if end != self.empty_at[n]:
                    self.empty_at[n] = end
                    self.wait(end, EMPTY, n)
        self.content[n], self.since[n] = content, t

    def may_start(self, i: int) -> bool:
        """Whether an asset that is down has all that it needs."""
        if self.broken[i]:
            return False
        for n in self.needs[i]:
            if not self.met[n] and not (self.buffer[n] >= 0 and self.holds[n]):
                return False
        return True

    def account(self, t: int, i: int) -> None:
        """An asset's customers lose or regain their service."""
        s = self.service[i]
        self.shown[i] = self.up[i]
        if self.up[i]:
            self.lost[s] += self.customers[i] * (t - self.down_since[i])
            self.out[s] -= self.customers[i]
        else:
            self.down_since[i] = t
            self.out[s] += self.customers[i]

    def undo(self) -> None:
        """Put back what the run touched."""
        for i in self.used:
            self.up[i] = self.shown[i] = True
            self.broken[i] = False
            self.restart_at[i] = -1
        for n in self.used_needs:
            self.have[n] = len(self.suppliers[n])
            self.met[n] = self.holds[n] = True
            self.content[n] = self.full[n]
            self.since[n] = 0
            self.filling[n] = False
            self.empty_at[n] = -1
