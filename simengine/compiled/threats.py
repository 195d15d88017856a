"""Mechanisms of a threat as tables."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from simengine.compiled.arrays import Row, Table, Tables, grid, table
from simengine.kernels import designs, layout
from simengine.scenario.quantity import Known
from simengine.scenario.sampling import Sampling, groups
from simengine.scenario.threat import CommonMode, Damage, Threat

__all__ = ["mechanism_tables"]


def mechanism_tables(t: Tables, threat: Threat, sampling: Sampling, runs: int) -> Tables:
    """Tables of a network with the mechanisms, targets and subsets of one threat added.

    Parameters
    ----------
    t : Tables
        Of the network.
    threat : Threat
        The threat.
    sampling : Sampling
        Design of its intensities.
    runs : int
        Runs of a cell, that strata divide.
    """
    mine = replace(t, made=dict(t.made), rows=list(t.rows), items=list(t.items))
    mechanism = mine.made["mechanism"] = table(layout.MECHANISM, len(threat.mechanisms))
    for m, found in enumerate(threat.mechanisms):
        row, path = mechanism[m], f"threats.{threat.name}.mechanisms.{m}"
        row["item"], row["after_item"] = mine.item(path), mine.item(f"{path}.after")
        row["end"] = layout.NEVER
        row["after_kind"], row["after_slot"] = t.law(found.after)
        row["health"] = grid(found.health)
        row["repair_kind"], row["repair_slot"] = t.law(found.repair)
        chosen = sorted(found.targets.select(t.names.network))
        row["target_lo"] = len(mine.rows)
        for i in chosen:
            # Ids of targets stand one after the other, in the order of the rows.
            mine.rows.append((t.names.asset[i], mine.item(f"{path}/{i}")))
        row["target_hi"] = len(mine.rows)
        if isinstance(found, CommonMode):
            row["kind"] = layout.COMMON
            row["probability"] = t.parameters.scalar(found.probability, 0.0, 1.0)
            row["each"] = t.parameters.scalar(found.each, 0.0, 1.0)
            row["shared"] = found.shared_repair
        elif found.subsets is not None:
            _subsets(mine, found.subsets, row, path, chosen)
        else:
            _damage(t, found, row)
    _design(mine, mechanism, sampling, runs)
    return mine


def _design(t: Tables, mechanism: Table, sampling: Sampling, runs: int) -> None:
    """Make room for the words of a design: of all intensities for `sobol`, of one for `strata`."""
    rows = [mechanism[m] for m in range(len(mechanism))]
    hazards = [row for row in rows if row["kind"] == layout.FRAGILITY]
    if sampling.design == "sobol":
        for row in hazards:
            row["design"], row["point"] = designs.SOBOL, len(t.items)
            t.items += [0] * (designs.GROUPS * designs.STRIDE)  # drawn anew for each cell
    if sampling.design == "strata":
        row = hazards[0]
        row["design"], row["point"] = designs.STRATA, len(t.items)
        row["strata"] = len(sampling.edges) + 1
        first = groups(sampling, runs).first
        for begin, (low, high) in zip(first, pairwise(sampling.bounds), strict=True):
            t.items += [begin, low, high - low]


def _subsets(t: Tables, subsets: dict[int, Known], row: Row, path: str, chosen: list[str]) -> None:
    row["kind"] = layout.SUBSETS
    row["subset_lo"] = len(t.rows)
    for mask in range(1, 1 << len(chosen)):
        members = [i for k, i in enumerate(chosen) if mask >> k & 1]
        if len(members) in subsets:
            p = t.parameters.scalar(subsets[len(members)], 0.0, 1.0)
            t.rows.append((p, mask, t.item(f"{path}/{'+'.join(members)}/together")))
    row["subset_hi"] = len(t.rows)


def _damage(t: Tables, damage: Damage, row: Row) -> None:
    row["beta_factor"] = -1
    if damage.intensity is not None and damage.fragility is not None:
        row["kind"] = layout.FRAGILITY
        row["intensity_kind"], row["intensity_slot"] = t.law(damage.intensity)
        row["median"] = t.parameters.scalar(damage.fragility.median)
        row["beta"] = t.parameters.scalar(damage.fragility.beta)
    elif damage.probability is not None:
        row["kind"] = layout.SINGLE
        row["probability"] = t.parameters.scalar(damage.probability, 0.0, 1.0)
        if damage.beta_factor is not None:
            row["beta_factor"] = t.parameters.scalar(damage.beta_factor, 0.0, 1.0)
