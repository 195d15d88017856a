"""Lean Python: one heap of (time, what, which)."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from rivals.rules import EMPTY, REPAIRED, Rules


class Lean(Rules):
    """`run(r)` follows run r and gives its nine numbers."""

    def run(self, run: int) -> list[float]:
        """Person-hours, peaks, hours to 90 %, each by service."""
        struck, ms = self.draw(run)
        self.heap: list[tuple[int, int, int]] = []
        self.begin()
        if len(struck):
            self.queues: list[list[tuple[int, int, int]]] = [[] for _ in self.crews]
            self.free = self.crews.copy()
            for i, work in zip(struck.tolist(), ms.tolist(), strict=True):
                self.queues[self.pool[i]].append((self.priority[i], i, work))
            for queue in self.queues:
                heapify(queue)
            self.strike(struck.tolist())
            self.assign(0)
            while self.heap and self.heap[0][0] < self.horizon:
                self.instant()
        return self.finish()

    def wait(self, end: int, what: int, k: int) -> None:
        """Have `what` happen to asset or need k at a time [ms]."""
        heappush(self.heap, (end, what, k))

    def assign(self, t: int) -> None:
        """Free crews take the next jobs."""
        for pool, queue in enumerate(self.queues):
            while queue and self.free[pool]:
                self.free[pool] -= 1
                _, i, work = heappop(queue)
                heappush(self.heap, (self.rounded(t + self.travel[pool] + work), REPAIRED, i))

    def instant(self) -> None:
        """All events of the next time."""
        heap = self.heap
        t = heap[0][0]
        repaired, emptied, risen = [], [], []
        while heap and heap[0][0] == t:
            _, what, k = heappop(heap)
            if what == EMPTY:
                if self.empty_at[k] == t:
                    self.empty_at[k] = -1
                    emptied.append(k)
            elif what == REPAIRED:
                self.broken[k] = False
                self.free[self.pool[k]] += 1
                repaired.append(k)
            elif self.restart_at[k] == t:
                self.restart_at[k] = -1
                risen.append(k)
        if emptied or risen or repaired:
            self.settle(t, repaired, risen, emptied)
            if repaired:
                self.assign(t)
