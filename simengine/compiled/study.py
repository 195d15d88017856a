"""A compiled study: everything the kernels need, and how to run one cell of it."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import simengine.kernels.layout as layout
from simengine.compiled.arrays import Tables
from simengine.compiled.assets import asset_tables, asset_words
from simengine.compiled.carriers import carrier_tables
from simengine.compiled.checks import check_network, refused
from simengine.compiled.columns import Column, check_asked, columns
from simengine.compiled.laws import Parameters
from simengine.compiled.limits import check_draws, check_limits
from simengine.compiled.names import Names
from simengine.compiled.needs import need_tables
from simengine.compiled.places import area_tables, pool_tables, profile_tables
from simengine.compiled.threats import mechanism_tables
from simengine.compiled.world import make_world, set_cell
from simengine.errors import InputErrors
from simengine.kernels.curves import people_edges
from simengine.kernels.timeline import simulate
from simengine.scenario.study import Study

__all__ = ["CompiledStudy", "compile_study"]

NO_CURVES = np.zeros((0, 0, 0), dtype=np.int64)
LOG_LINES = 1 << 18


class CompiledStudy:
    """A study as arrays.

    Attributes
    ----------
    study : Study
        What was compiled.
    digest : str
        SHA-256 of all that determines the results, kernels included, but the numbers of runs and
        draws; hex.
    threats : tuple of str
        Names of the threats, in the order of the study.
    columns : tuple of Column
        What each of the R numbers of a run is.
    curve_services : tuple of str
        Labels of the curves of people out.
    curve_steps : int64 (time,)
        Times of the curves [ms]; empty if none are asked for.
    people_edges : int64 (bin + 1,)
        Edges of the bins of people in the curves' histograms, see `kernels.curves`.
    names : Names
        Names of assets, areas and so on, by position.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.names = Names(study.network)
        check_network(self.names)
        check_limits(study)
        self.parameters = Parameters()
        tables = Tables(self.names, self.parameters)
        area_tables(tables)
        asset_tables(tables)
        carrier_tables(tables)
        need_tables(tables)
        pool_tables(tables)
        profile_tables(tables)
        self.threats = tuple(study.threats)
        made = [
            mechanism_tables(tables, study.threats[name], study.sampling, study.runs).arrays()
            for name in self.threats
        ]
        rates = (study.threats[name].likelihood.rate for name in self.threats)
        self._rates = [self.parameters.scalar(rate, 0.0) for rate in rates]
        word = asset_words(self.names)
        self._tables = [{**arrays, "asset_word": word} for arrays in made]
        self.columns: tuple[Column, ...] = columns(study, self.names)
        check_asked(study, self.columns)
        self.curve_services = self.names.services
        step = study.outputs.curves.step if study.outputs.curves else 0
        steps = np.arange(0, int(study.horizon) + 1, int(step)) if step else np.zeros(0)
        self.curve_steps: NDArray[np.int64] = steps.astype(np.int64)
        self.people_edges = people_edges(_most_people(study))
        check_draws(study, len(self.parameters.uncertain))
        self.digest = self._digest()
        self._local = threading.local()
        self._lock = threading.Lock()
        self._calm: bool | None = None

    def _digest(self) -> str:
        found = hashlib.sha256()
        study = self.study
        facts = (study.seed, study.horizon, study.window, study.own_failures)
        more = (study.manual_restart, study.start, study.counting, study.outputs.curves)
        # Other kernels may give other numbers: a result says which ones made it.
        for file in sorted(Path(layout.__file__).parent.glob("*.py")):
            found.update(file.name.encode() + file.read_bytes())
        found.update(repr((*facts, *more, self.threats, self.columns)).encode())
        for tables in self._tables:
            for name in sorted(tables):
                found.update(name.encode() + tables[name].tobytes())
        theta = self.parameters.draw(study.seed, [0], study.epistemic)
        found.update(self.parameters.vector(theta[0]).tobytes())
        found.update(repr(self.parameters.uncertain).encode())
        return found.hexdigest()

    def epistemic_parameters(self, indices: Sequence[int]) -> NDArray[np.float64]:
        """Parameter vectors, shape (epistemic, parameter), of these epistemic indices.

        Raises
        ------
        ValueError
            If a draw of what is not known makes no sense; names the quantity and the value.
        """
        theta = self.parameters.draw(self.study.seed, indices, self.study.epistemic)
        return np.stack([self.parameters.vector(row) for row in theta])

    def rates(self, indices: Sequence[int]) -> NDArray[np.float64]:
        """Yearly rate of each threat under these epistemic indices, shape (threat, epistemic)."""
        return self.epistemic_parameters(indices)[:, self._rates].T

    @property
    def calm(self) -> bool:
        """Whether all is at full level before t = 0 in every run, so that runs start alike."""
        with self._lock:
            if self._calm is None:
                self._calm = self._find_calm()
        return self._calm

    def baseline(self) -> dict[str, float]:
        """Levels below 1 of assets and areas before t = 0, in epistemic draw 0 and run 0."""
        parameters = self.epistemic_parameters([0])[0]
        w = set_cell(self._fresh_world(0), self.study.seed, self.threats[0], 0, parameters)
        none = np.zeros((0, len(self.columns)))
        simulate(w, 0, none, np.zeros(0, dtype=np.int32), NO_CURVES, 1)
        found: dict[str, float] = {}
        for names, levels in (
            (self.names.assets, w.asset[: len(self.names.assets), layout.ASSET.base]),
            (self.names.areas, w.area[: len(self.names.areas), layout.AREA.base]),
        ):
            below = np.flatnonzero(levels < layout.ONE)
            found |= {names[i]: float(levels[i]) / layout.ONE for i in below}
        self._islands = w.node[: len(self.names.nodes), layout.NODE.island].copy()
        self._pending = int(w.n[layout.N_HEAP])
        return found

    def _find_calm(self) -> bool:
        if len(self.names.profiles):
            return False
        below = self.baseline()
        if below or self._pending:
            return False
        for tables in self._tables:
            tables["node"][:, layout.NODE.island] = self._islands
        return True

    def _fresh_world(self, threat: int, log: int = 0) -> layout.World:
        sectors = len(self.names.sectors)
        return make_world(self.study, self._tables[threat], sectors, log)

    def _world(self, threat: int) -> layout.World:
        calm = self.calm
        worlds: dict[int, layout.World] = self._local.__dict__.setdefault("worlds", {})
        if threat not in worlds:
            worlds[threat] = self._fresh_world(threat)
            worlds[threat].n[layout.CALM] = calm
        return worlds[threat]

    def simulate(
        self,
        threat: int,
        epistemic: int,
        first_run: int,
        values: NDArray[np.float64],
        status: NDArray[np.int32],
        curves: NDArray[np.int64] | None,
        parameters: NDArray[np.float64],
    ) -> None:
        """Run one cell's runs first_run, first_run + 1, ...; threads may do so side by side.

        Parameters
        ----------
        threat : int
            Index of the threat.
        epistemic : int
            Epistemic index.
        first_run : int
            Number of the first run.
        values : float64 (run, column), out
            A row a run; zeros where the status is not good.
        status : int32 (run,), out
            How each run ended, see `simengine.kernels.status`.
        curves : int64 (service, time, 1 + bin), in and out, or None
            Added to: people out summed over good runs, then the number of runs in each bin.
        parameters : float64 (parameter,)
            Row of `epistemic_parameters` for this index.
        """
        w = self._world(threat)
        w = set_cell(w, self.study.seed, self.threats[threat], epistemic, parameters)
        self._local.worlds[threat] = w
        if curves is None or curves.shape[1] == 0:
            simulate(w, first_run, values, status, NO_CURVES, 1)
            return
        steps = np.zeros(curves.shape, dtype=np.int64)
        simulate(w, first_run, values, status, steps, int(self.curve_steps[1]))
        curves += np.cumsum(steps, axis=1, out=steps)

    def log(
        self, threat: int, epistemic: int, run: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """What happened in one run, in that order: rows (columns `layout.LOG`), and causes."""
        calm = self.calm
        w = self._fresh_world(threat, LOG_LINES)
        w.n[layout.CALM] = calm
        parameters = self.epistemic_parameters([epistemic])[0]
        w = set_cell(w, self.study.seed, self.threats[threat], epistemic, parameters)
        values, status = np.zeros((1, len(self.columns))), np.zeros(1, dtype=np.int32)
        simulate(w, run, values, status, NO_CURVES, 1)
        return w.log[: w.n[layout.N_LOG]].copy(), w.log_word[: w.n[layout.N_LOG], 0].copy()


def _most_people(study: Study) -> int:
    """People of the largest service, at the largest factor of any profile."""
    people: dict[str, float] = {}
    steps = (steps for profile in study.network.profiles.values() for steps in profile.steps)
    factor = max([1.0, *(value for _, value in steps)])
    for area in study.network.areas.values():
        people[area.service] = people.get(area.service, 0.0) + area.population * factor
    return math.ceil(max(people.values(), default=0.0))


def compile_study(study: Study) -> CompiledStudy:
    """Compile a study.

    Raises
    ------
    InputErrors
        If the network can not run (see `simengine.compiled.checks`), two names have the same
        64-bit id, or numbers make no law.
    """
    try:
        return CompiledStudy(study)
    except InputErrors:
        raise
    except ValueError as error:
        raise refused(study.name, error) from error
