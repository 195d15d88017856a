"""Sizes beyond which the integers of the kernels would overflow: refused, never wrapped round."""

from __future__ import annotations

from collections.abc import Iterator

from simengine.compiled.designs import MOST_SOBOL
from simengine.errors import InputErrors, Problem
from simengine.kernels.layout import LONGEST_HORIZON
from simengine.scenario.network import Area, Need, Network
from simengine.scenario.study import Study

__all__ = ["check_draws", "check_limits"]

MOST_WEIGHT = 2**21  # of one need, times the largest factor on its threshold
MOST_POWER = 4e6  # MW of one node, times the largest factor on its demand


def check_limits(study: Study) -> None:
    """Refuse a study whose numbers do not fit.

    Raises
    ------
    InputErrors
        With every horizon, sum of weights and demand that is too large.
    """
    problems = [*_horizon(study), *_weights(study.network), *_power(study.network)]
    if problems:
        raise InputErrors(problems)


def check_draws(study: Study, uncertain: int) -> None:
    """Refuse a Sobol design of more unknown quantities than there are direction numbers for.

    Raises
    ------
    InputErrors
        With how many there are.
    """
    if study.epistemic.design == "sobol" and uncertain > MOST_SOBOL:
        expected = f"at most {MOST_SOBOL:,} unknown quantities with design sobol"
        path, advice = "epistemic.design", "take latin_hypercube or random"
        file = f"study {study.name}"
        raise InputErrors([Problem(file, None, path, expected, f"{uncertain:,}", advice)])


def _horizon(study: Study) -> Iterator[Problem]:
    if study.horizon > LONGEST_HORIZON:
        years = LONGEST_HORIZON / 3.6e6 / 8760
        found = f"{study.horizon / 3.6e6 / 8760:.4g} years"
        expected = f"a horizon of at most {years:.1f} years"
        yield Problem(f"study {study.name}", None, "horizon", expected, found)


def _largest(network: Network, profile: str | None) -> float:
    steps = network.profiles[profile].steps if profile else ()
    return max([1.0, *(factor for _, factor in steps)])


def _weights(network: Network) -> Iterator[Problem]:
    items: list[tuple[str, Need | Area]] = [
        (f"assets.{asset}.needs.{name}", need)
        for asset, found in network.assets.items()
        for name, need in found.needs.items()
    ]
    items += [(f"areas.{name}", area) for name, area in network.areas.items()]
    for path, item in items:
        factor = _largest(network, item.profile if isinstance(item, Need) else None)
        total = sum(item.suppliers.values()) * factor
        if total >= MOST_WEIGHT:
            expected = f"weights that sum to less than {MOST_WEIGHT / factor:,.0f}"
            advice = "only their ratio to the threshold matters: scale them down"
            found = f"{total / factor:,.0f}"
            yield Problem(f"model {network.name}", None, path, expected, found, advice)


def _power(network: Network) -> Iterator[Problem]:
    for name, carrier in network.carriers.items():
        for node, found in carrier.nodes.items():
            largest = max(
                [found.demand * _largest(network, found.profile), *found.sources.values()]
            )
            if largest >= MOST_POWER:
                path = f"carriers.{name}.nodes.{node}"
                expected = f"less than {MOST_POWER:,.0f} MW"
                yield Problem(f"model {network.name}", None, path, expected, f"{largest:,.0f} MW")
