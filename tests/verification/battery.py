"""Battery of tests on the keyed draws and the samplers, with a verdict on two levels.

First level: each test gives a p-value, two-sided. Second level: of all p-values together, how many
are small, beside what chance gives, and whether they are uniform. Tests on one sequence share its
numbers, so the p-values are not quite independent: the counts spread a little more than a binomial
law says. Three generators that are bad on purpose show that the tests can turn one down.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
from scipy import stats

from tests.verification import pictures
from tests.verification.between import avalanche, neighbours
from tests.verification.classical import TESTS, kolmogorov
from tests.verification.keys import BAD, BITS, SOURCES, Words
from tests.verification.laws import laws
from tests.verification.outcome import Line, Outcome, right

Found = dict[tuple[str, str], float]  # (sequence, test) -> p-value
LIMITS = (0.01, 0.001, 1e-6)
SURE = 1e-4  # a second-level verdict that is rarer than this is wrong
SIZES = {"full": (1 << 21, 1 << 20, 1 << 14), "quick": (1 << 18, 1 << 18, 1 << 12)}


def sequences(n: int, names: list[str]) -> Found:
    """Every test on each of the named sequences."""
    return {
        (name, test): tried(words)
        for name in names
        for words in [SOURCES[name](n)]
        for test, tried in TESTS.items()
    }


def null(n: int, times: int) -> Found:
    """Run the same tests on PCG64 of numpy, to show that they give uniform p-values there."""
    rng = np.random.default_rng(20260401)
    found: Found = {}
    for number in range(times):
        words: Words = rng.integers(0, 1 << BITS, size=n, dtype=np.uint64)
        found |= {(f"PCG64 {number}", test): tried(words) for test, tried in TESTS.items()}
    return found


def flat(nested: dict[str, dict[str, float]], what: str) -> Found:
    """Write p-values by part and test as those of sequences."""
    return {(f"{what}: {part}", test): p for part, ps in nested.items() for test, p in ps.items()}


def verdicts(found: Found, what: str) -> list[Line]:
    """Second level: counts of small p-values, and all of them against the uniform law."""
    p = np.array(list(found.values()))
    lines = []
    for limit in LIMITS:
        small = int((p < limit).sum())
        more = float(stats.binom.sf(small - 1, len(p), limit))
        fewer = float(stats.binom.cdf(small, len(p), limit))
        lines.append(
            Line(
                f"{what}: tests with p < {limit:g}",
                len(p),
                f"{len(p) * limit:.3g}",
                f"{small} (chance of as many {more:.2g}, of as few {fewer:.2g})",
                right(min(more, fewer) >= SURE),
            )
        )
    whole = kolmogorov(p)
    lines.append(
        Line(
            f"{what}: KS of all p-values",
            len(p),
            "uniform",
            f"p = {whole:.2g}",
            right(whole >= SURE),
        )
    )
    where, least = min(found.items(), key=lambda item: item[1])
    typical = 1 / (len(p) + 1)
    lines.append(
        Line(
            f"{what}: smallest p",
            len(p),
            f"about {typical:.2g}",
            f"{least:.2g} ({where[0]}, {where[1]})",
            right(1 - (1 - least) ** len(p) >= SURE),
        )
    )
    return lines


def bad(n: int) -> list[Line]:
    """Bad generators are turned down, else the battery is blunt."""
    lines = []
    for name, make in BAD.items():
        words = make(n)
        failed = sum(tried(words) < 1e-6 for tried in TESTS.values())
        lines.append(
            Line(
                f"{name}: tests with p < 1e-06", len(TESTS), ">= 1", str(failed), right(failed > 0)
            )
        )
    return lines


def check(quick: bool, out: Path | None, names: list[str] | None = None) -> Outcome:
    """Run the battery on the named sequences, all if not given."""
    begin = time.perf_counter()
    n, pairs, keys = SIZES["quick" if quick else "full"]
    names = names or list(SOURCES)
    found = sequences(n, names)
    found |= flat(neighbours(pairs), "next")
    flipped, shares = avalanche(keys)
    found |= flat(flipped, "flip")
    found |= flat(laws(pairs), "law")
    lines = [*verdicts(found, "draws"), *bad(1 << 18)]
    standard = null(n // 4, len(names))
    lines += verdicts(standard, "PCG64 (a check of the tests)")
    outcome = Outcome(
        lines,
        f"{n:,} words a sequence, {pairs:,} pairs or values, {keys:,} keys for each flipped bit. "
        "A line is WRONG where chance gives as much less than once in 10,000 times.",
        appendix(found),
    )
    if out is not None:
        with (out / "battery_p_values.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("sequence", "test", "p"))
            writer.writerows((*key, f"{p:.6g}") for key, p in found.items())
        outcome.pictures = [pictures.p_values(found, out), pictures.flips(shares, keys, out)]
    outcome.reading += f" {time.perf_counter() - begin:.0f} s."
    return outcome


def appendix(found: Found) -> list[tuple[str, ...]]:
    """Each sequence with its number of tests and its smallest p-value."""
    rows: list[tuple[str, ...]] = [("sequence", "tests", "smallest p", "by", "chance of as small")]
    for name in dict.fromkeys(sequence for sequence, _ in found):
        own = {test: p for (sequence, test), p in found.items() if sequence == name}
        test, least = min(own.items(), key=lambda item: item[1])
        chance = 1 - (1 - least) ** len(own)
        rows.append((name, str(len(own)), f"{least:.3g}", test, f"{chance:.2g}"))
    return rows
