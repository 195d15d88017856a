"""Pictures with one reading: right within the band, wrong outside it. Readable in grey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def _figure(columns: int = 1) -> tuple[Any, Any]:
    """Make an empty picture, without a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4 * columns, 4.8), layout="constrained", dpi=120)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, columns)


def _save(figure: Any, out: Path, name: str) -> str:
    figure.savefig(out / name)
    return name


def p_values(found: dict[tuple[str, str], float], out: Path) -> str:
    """Sorted p-values beside the uniform law, with the band that each stays in 99.9% of times."""
    p = np.sort(np.array(list(found.values())))
    rank = np.arange(1, len(p) + 1)
    law = stats.beta(rank, len(p) + 1 - rank)
    figure, axes = _figure()
    axes.fill_between(rank, law.ppf(0.0005), law.isf(0.0005), color="0.85")
    axes.plot(rank, rank / (len(p) + 1), "k--", lw=0.8)
    axes.plot(rank, p, "k.", ms=3)
    axes.set(
        xlabel="test, sorted", ylabel="p-value", xlim=(1, len(p)), ylim=(0, 1),
        title="Right: the dots stay within the grey band",
    )  # fmt: skip
    axes.text(len(p) * 0.55, 0.38, "99.9% of each dot\nif all is chance")
    return _save(figure, out, "battery_p_values.png")


def flips(shares: dict[str, Floats], keys: int, out: Path) -> str:
    """Share of flips for every (key bit, bit of the draw), as so many standard errors from 1/2."""
    z = (np.concatenate(list(shares.values())) - 0.5) * 2 * np.sqrt(keys)
    figure, axes = _figure()
    image = axes.imshow(z, aspect="auto", cmap="gray", vmin=-5, vmax=5, interpolation="nearest")
    edges = np.cumsum([0, *(len(share) for share in shares.values())])
    for low, high, part in zip(edges[:-1], edges[1:], shares, strict=True):
        axes.axhline(low - 0.5, color="k", lw=0.5)
        axes.text(52.2, (low + high) / 2, part, va="center", fontsize=8)
    axes.set(
        xlabel="bit of the draw", ylabel="flipped bit of the key", yticks=[],
        title="Right: even grey noise, no stripe, block or dot",
    )  # fmt: skip
    figure.colorbar(image, label="standard errors from one half", pad=0.12)
    return _save(figure, out, "battery_flips.png")


def rates(sizes: Floats, least: int, drawn: list[tuple[str, Floats, Floats]], out: Path) -> str:
    """Relative errors against N, times sqrt(N): level lines are right, sloping ones wrong.

    The error of the standard error is held to its rate from `least` on.
    """
    figure, both = _figure(2)
    for axes, kind in zip(both, ("mean", "s.e."), strict=True):
        for (name, rms, error), mark in zip(
            [each for each in drawn if each[0].endswith(kind)], "os^", strict=True
        ):
            y = rms * np.sqrt(sizes)
            axes.errorbar(
                sizes, y, 2 * error * y, fmt=f"k{mark}-", lw=0.6, ms=4, mfc="w",
                capsize=2, label=name.rsplit(",", 1)[0],
            )  # fmt: skip
        axes.set_xscale("log", base=2)
        axes.set_ylim(bottom=0)
        axes.set(xlabel="runs N", title="Right: level lines")
        axes.legend(frameon=False, fontsize=8)
    both[0].axhline(1, color="k", ls="--", lw=0.8)
    both[1].axvline(least, color="k", ls=":", lw=0.8)
    both[1].set_title("Right: level lines from the dotted line on")
    both[0].set_ylabel("rms error of the mean x sqrt(N) / sd")
    both[1].set_ylabel("rms relative error of the s.e. x sqrt(N)")
    return _save(figure, out, "rates.png")


def coverage(rows: list[tuple[str, float, float, float, bool]], out: Path) -> str:
    """Coverage found beside what is promised, with four standard errors."""
    figure, axes = _figure()
    figure.set_size_inches(8.5, 0.22 * len(rows) + 1.4)
    for y, (_, expected, got, error, exact) in enumerate(rows):
        axes.errorbar(
            got, y, xerr=4 * error, fmt="ko", mfc="k" if exact else "w", ms=4, capsize=2, lw=0.8
        )
        axes.plot(expected, y, "k|", ms=12, mew=1.2)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8)
    axes.set_ylim(len(rows), -1)
    axes.set(
        xlabel="share of intervals that hold the truth (bars: 4 standard errors)",
        title="Right: bars of black dots meet their marks (open dots: measured only)",
    )
    return _save(figure, out, "coverage.png")
