"""What the compiled kernels take for granted when a World reaches them as a pointer."""

import re
from pathlib import Path

import numpy as np
import pytest

from simengine import kernels
from simengine.kernels.pointer import with_head
from tests.engine import Engine
from tests.strategies import Chooser, documents

SOURCES = sorted(Path(kernels.__file__).parent.glob("*.py"))


def test_no_kernel_reads_a_length_that_is_not_there():
    found = []
    for source in SOURCES:
        if source.name != "pointer.py":
            text = source.read_text(encoding="utf-8")
            found += [f"{source.name}: {x}" for x in re.findall(r"\bw\.\w+\.shape|len\(w\.", text)]
    assert not found


class Guarded(np.ndarray):
    """A table that refuses a negative index, which would read before the table when compiled."""

    def __getitem__(self, index):
        self.check(index)
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        self.check(index)
        super().__setitem__(index, value)

    def check(self, index):
        numbers = index if isinstance(index, tuple) else (index,)
        bad = [k for k in numbers if isinstance(k, (int, np.integer)) and k < 0]
        assert not bad, f"index {index}"


@pytest.mark.interpreted_only
@pytest.mark.parametrize("number", range(7000, 7012))
def test_no_kernel_uses_a_negative_index(number):
    engine = Engine(*documents(Chooser(number), 8))
    world = engine.compiled._world(0)
    guarded = {name: getattr(world, name).view(Guarded) for name in world._fields}
    engine.compiled._local.worlds[0] = world._replace(**guarded)
    _, status = engine.rows(5)
    assert not status.any()


def test_a_table_of_another_shape_is_refused():
    world = Engine(*documents(Chooser(7000), 8)).compiled._world(0)
    with pytest.raises(ValueError, match="asset"):
        with_head(world._replace(asset=world.asset[:, :-1].copy()))
    with pytest.raises(ValueError, match="lists"):
        with_head(world._replace(lists=world.lists.T))
