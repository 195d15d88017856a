"""What all tests share: how Hypothesis runs, how many samples fit, what is compiled only."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# The suite runs twice: with kernels compiled, and as plain Python for coverage and for equality.
INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")

# A shell that runs the tests in the background has them ignore Ctrl-C, and all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_calm = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "compiled",
    deadline=None,  # the first example may compile
    suppress_health_check=_calm,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.register_profile("interpreted", settings.get_profile("compiled"), max_examples=15)
settings.load_profile("interpreted" if INTERPRETED else "compiled")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, unless `-m` names it, and what an interpreted pass has no use for."""
    out = set() if "slow" in config.option.markexpr else {"slow"}
    out |= {"compiled_only" if INTERPRETED else "interpreted_only"}
    left_out = [item for item in items if out & {mark.name for mark in item.iter_markers()}]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def interpreted() -> bool:
    """Whether kernels run as plain Python."""
    return INTERPRETED


@pytest.fixture(scope="session")
def sample_size() -> int:
    """Return how many samples a statistical test draws; its tolerance must follow from it."""
    return 300 if INTERPRETED else 100_000
