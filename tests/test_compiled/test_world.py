"""One world serves one cell after another, and leaves nothing of the one in the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simengine import compile_study, read_study
from simengine.compiled import CompiledStudy

RUNS = 5


def rows(compiled: CompiledStudy, epistemic: int) -> NDArray[np.float64]:
    """Numbers of the first runs of a cell."""
    values, status = np.zeros((RUNS, len(compiled.columns))), np.zeros(RUNS, dtype=np.int32)
    parameters = compiled.epistemic_parameters([epistemic])[0]
    compiled.simulate(0, epistemic, 0, values, status, None, parameters)
    assert not status.any()
    return values


def test_cells_in_turns_give_what_each_gives_alone() -> None:
    study = read_study("quickstart")
    alone = [rows(compile_study(study), e) for e in (0, 1)]
    assert not np.array_equal(*alone)
    compiled = compile_study(study)
    for e in (0, 1, 1, 0, 1):
        np.testing.assert_array_equal(rows(compiled, e), alone[e])
