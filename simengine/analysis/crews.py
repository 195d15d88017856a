"""Who repaired what in a replayed run: jobs, and the crews of each pool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Crew", "Job", "crews_of", "jobs_of"]

STRUCK = ("hit", "failed")
AT_ONCE = 1 / 60  # [h]; a crew that sets out within a minute was not waited for


@dataclass
class Job:
    """The repair of an asset.

    Attributes
    ----------
    asset
        Name.
    released, set_out, done
        When it was struck, when a crew set out and when it was repaired [hour]; NaN if not.
    pool
        Whose crew; empty for a crew of its own.
    """

    asset: str
    released: float
    set_out: float = np.nan
    done: float = np.nan
    pool: str = ""

    def waits(self, hours: float) -> bool:
        """Whether it waits for a crew at this hour."""
        return self.released <= hours <= self.set_out and self.released < self.set_out


@dataclass(frozen=True)
class Crew:
    """The jobs of one pool.

    Attributes
    ----------
    pool
        Name; empty for crews of their own.
    jobs, waited, open
        How many; how many of them waited for a crew; how many were not done at the end.
    longest_wait
        Between the blow and a crew that sets out [hour].
    first_repair, last_repair
        When the first and the last job were done [hour]; NaN if none was.
    """

    pool: str
    jobs: int
    waited: int
    open: int
    longest_wait: float
    first_repair: float
    last_repair: float


def jobs_of(rows: Iterable[dict[str, Any]]) -> list[Job]:
    """Return the jobs that crews took up, in order of setting out.

    Parameters
    ----------
    rows
        Events of a run, in order of time.
    """
    released: dict[str, float] = {}
    running: dict[str, Job] = {}
    jobs: list[Job] = []
    for row in rows:
        name = row["subject"]
        if row["kind"] in STRUCK:
            released.setdefault(name, row["time"])
        elif row["kind"] == "crew":
            running[name] = Job(name, released.get(name, row["time"]), row["time"])
            running[name].pool = row["detail"]
            jobs.append(running[name])
        elif row["kind"] == "repaired":
            released.pop(name, None)
            if name in running:
                running.pop(name).done = row["time"]
    return jobs


def crews_of(jobs: Sequence[Job]) -> tuple[Crew, ...]:
    """Return what each pool did, the busiest first."""
    pools: dict[str, list[Job]] = {}
    for job in jobs:
        pools.setdefault(job.pool, []).append(job)
    crews = []
    for pool, own in pools.items():
        waits = [job.set_out - job.released for job in own]
        done = [job.done for job in own if not np.isnan(job.done)]
        crews.append(
            Crew(
                pool,
                len(own),
                sum(wait > AT_ONCE for wait in waits),
                len(own) - len(done),
                max(waits),
                min(done, default=np.nan),
                max(done, default=np.nan),
            )
        )
    return tuple(sorted(crews, key=lambda crew: -crew.jobs))
