"""Problem P as lists of Python, and what a run is asked for: what all rivals in Python share."""

from __future__ import annotations

from problem_p import HOUR, ONE, ProblemP

Track = list[tuple[int, int]]


class Plain:
    """The network as lists; an asset's customers are those of the area that it serves alone.

    Attributes
    ----------
    needs, feeds : list of lists
        Needs of an asset; needs that it is a supplier of.
    suppliers, required : list
        Suppliers of a need, and how many of them are enough.
    buffer : list of int
        How long a buffer lasts (-1: none) [ms].
    full, rate : list of int
        The same in ms x 2**-20, and what a ms of filling adds.
    customers, service : list of int
        People that an asset serves, and with what.
    """

    def __init__(self, p: ProblemP) -> None:
        needs = len(p.owner)
        self.assets, self.horizon, self.services = p.assets, p.horizon, len(p.names.services)
        self.draw = p.strikes
        self.owner = p.owner.tolist()
        self.needs = [list(range(p.need_lo[i], p.need_lo[i + 1])) for i in range(p.assets)]
        self.suppliers = [
            p.supplier[p.supplier_lo[n] : p.supplier_lo[n + 1]].tolist() for n in range(needs)
        ]
        self.required = [-(-int(x) // ONE) for x in p.threshold[:needs]]
        self.feeds: list[list[int]] = [[] for _ in range(p.assets)]
        for n, suppliers in enumerate(self.suppliers):
            for i in suppliers:
                self.feeds[i].append(n)
        self.buffer = p.buffer.tolist()
        self.full = [ONE * ms for ms in self.buffer]
        self.rate = [
            -(-x // ms) if ms else x for x, ms in zip(self.full, p.refill.tolist(), strict=True)
        ]
        self.restart, self.priority = p.restart.tolist(), p.priority.tolist()
        self.pool, self.crews, self.travel = p.pool.tolist(), p.crews.tolist(), p.travel.tolist()
        areas = p.supplier[p.supplier_lo[needs] :]
        if sorted(areas) != list(range(p.assets)) or (p.weight != ONE).any():
            raise ValueError("expected one area for each asset and weights of 1")
        self.customers, self.service = [0] * p.assets, [0] * p.assets
        for a, i in enumerate(areas):
            self.customers[i], self.service[i] = int(p.population[a]), int(p.service[a])

    def recovery(self, track: Track) -> tuple[float, float]:
        """Peak of people out, and hours until at most a tenth of it is left."""
        peak = max(people for _, people in track)
        until = 0
        for k in range(len(track) - 1, -1, -1):
            if track[k][1] * 100 > 10 * peak:
                until = track[k + 1][0] if k + 1 < len(track) else self.horizon
                break
        return float(peak), until / HOUR

    def results(self, lost: list[int], tracks: list[Track]) -> list[float]:
        """Person-hours, peaks and hours to 90 % by service, from person-ms and curves."""
        ends = [self.recovery(track) for track in tracks]
        return [*(x / HOUR for x in lost), *(peak for peak, _ in ends), *(t for _, t in ends)]
