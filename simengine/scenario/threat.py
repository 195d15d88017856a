"""Threats: how likely, and by which mechanisms they hit the network."""

from __future__ import annotations

from dataclasses import dataclass

from simengine.scenario.network import Network
from simengine.scenario.quantity import Fixed, Known, Quantity

__all__ = ["CommonMode", "Damage", "Fragility", "Likelihood", "Targets", "Threat"]


@dataclass(frozen=True)
class Likelihood:
    """How often a threat occurs: `rate` per year of 8,760 h."""

    rate: Known


@dataclass(frozen=True)
class Targets:
    """Which assets a mechanism can hit.

    An asset is a target if, for every key that is given, it matches one of the values listed.
    """

    assets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    region: tuple[str, ...] = ()

    def match(
        self, name: str, service: str | None, region: str | None, tags: tuple[str, ...]
    ) -> bool:
        """Whether an asset with this name, service, region and tags is a target."""
        return (
            (not self.assets or name in self.assets)
            and (not self.tags or any(tag in tags for tag in self.tags))
            and (not self.service or service in self.service)
            and (not self.region or region in self.region)
        )

    def select(self, network: Network) -> tuple[str, ...]:
        """Names of the targets, in the order of the network."""
        return tuple(
            name
            for name, asset in network.assets.items()
            if self.match(name, asset.service, asset.region, asset.tags)
        )


@dataclass(frozen=True)
class Fragility:
    """Lognormal fragility: damaged with probability Phi(ln(intensity / median) / beta).

    `median` is in the unit of the intensity (m/s, m, or plain); `beta` is dimensionless.
    """

    median: Known
    beta: Known


@dataclass(frozen=True)
class Damage:
    """Each target fails with a probability, by an intensity shared in a run, or in subsets.

    Exactly one of `probability` (with an optional `beta_factor`, the share of the probability
    that strikes all targets at once), `intensity` with `fragility`, or `subsets` (size of a
    subset to the probability of each specific subset of that size) is given. `health` is what is
    left while damaged; `repair` [ms] replaces the asset's own; `after` [ms] is the delay.
    """

    targets: Targets
    probability: Known | None = None
    intensity: Quantity | None = None
    fragility: Fragility | None = None
    subsets: dict[int, Known] | None = None
    beta_factor: Known | None = None
    health: float = 0.0
    repair: Quantity | None = None
    after: Quantity = Fixed(0.0)


@dataclass(frozen=True)
class CommonMode:
    """One flaw in a class of assets: present with `probability`, then `each` target falls by it.

    With `shared_repair` one draw of `repair` [ms] holds for all targets.
    """

    targets: Targets
    probability: Known
    each: Known = Fixed(1.0)
    health: float = 0.0
    repair: Quantity | None = None
    shared_repair: bool = True
    after: Quantity = Fixed(0.0)


@dataclass(frozen=True)
class Threat:
    """A threat of the study, by name."""

    name: str
    title: dict[str, str]
    deliberate: bool
    category: str
    source: str
    likelihood: Likelihood
    mechanisms: tuple[Damage | CommonMode, ...]
