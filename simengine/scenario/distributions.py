"""The catalogue of distributions: their parameters, in the field's names."""

from __future__ import annotations

from dataclasses import dataclass

from simengine.scenario.number_shape import FRACTION, POSITIVE, Range

__all__ = ["DISTRIBUTIONS", "Distribution", "Parameter"]


@dataclass(frozen=True)
class Parameter:
    """A parameter; `scaled` ones carry the unit of the quantity."""

    name: str
    scaled: bool
    within: Range = Range()
    default: float | None = None


@dataclass(frozen=True)
class Distribution:
    """A distribution: one sentence, and the sets of parameters that define it.

    `ordered` parameters must not fall, the first and last must differ. `counts` are whole
    numbers, `composed` laws have laws or lists inside.
    """

    words: str
    forms: tuple[tuple[Parameter, ...], ...]
    ordered: tuple[str, ...] = ()
    counts: bool = False
    composed: bool = False


def _scaled(*names: str, within: Range | None = None) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, True, within or Range()) for name in names)


def _plain(*names: str, within: Range | None = None) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, False, within or POSITIVE) for name in names)


_MEDIAN, _SCALE = _scaled("median", within=POSITIVE), _scaled("scale", within=POSITIVE)
_MEAN_CV = _scaled("mean", within=POSITIVE) + _plain("cv")
_SPAN = (Parameter("low", True, Range(), 0.0), Parameter("high", True, Range(), 1.0))

DISTRIBUTIONS: dict[str, Distribution] = {
    "constant": Distribution("Always the value.", (_scaled("value"),)),
    "uniform": Distribution(
        "All between low and high alike.", (_scaled("low", "high"),), ("low", "high")
    ),
    "triangular": Distribution(
        "Straight up to the mode and down.",
        (_scaled("low", "mode", "high"),),
        ("low", "mode", "high"),
    ),
    "pert": Distribution(
        "A beta law with mean (low + 4 mode + high) / 6.",
        (_scaled("low", "mode", "high"),),
        ("low", "mode", "high"),
    ),
    "normal": Distribution("The normal law.", (_scaled("mean") + _scaled("sd", within=POSITIVE),)),
    "lognormal": Distribution(
        "The logarithm is normal, with standard deviation sigma.",
        (
            _MEDIAN + _plain("sigma"),
            _MEDIAN + _scaled("p95", within=POSITIVE),
            _MEAN_CV,
        ),
    ),
    "weibull": Distribution(
        "Hazard rising (shape > 1) or falling (shape < 1) with age.", (_plain("shape") + _SCALE,)
    ),
    "gamma": Distribution("Sum of exponential waits.", (_plain("shape") + _SCALE, _MEAN_CV)),
    "beta": Distribution(
        "A beta law from low to high (0 to 1).", (_plain("a", "b") + _SPAN,), ("low", "high")
    ),
    "exponential": Distribution(
        "No memory: a constant hazard.", (_scaled("mean", within=POSITIVE),)
    ),
    "pareto": Distribution("A power law from scale upwards.", (_plain("shape") + _SCALE,)),
    "lomax": Distribution("A power law from 0 upwards.", (_plain("shape") + _SCALE,)),
    "loguniform": Distribution(
        "All orders of magnitude alike.",
        (_scaled("low", "high", within=POSITIVE),),
        ("low", "high"),
    ),
    "mixture": Distribution("One of the parts, by weight.", (), composed=True),
    "truncated": Distribution("A law given that it lies within bounds.", (), composed=True),
    "quantiles": Distribution(
        "Quantiles x at probabilities p, and a smooth rise between them.", (), composed=True
    ),
    "bernoulli": Distribution("One with probability p.", (_plain("p", within=FRACTION),), (), True),
    "binomial": Distribution(
        "How many of n, each with probability p.",
        (_plain("n") + _plain("p", within=FRACTION),),
        (),
        True,
    ),
    "poisson": Distribution("How many at a mean rate.", (_plain("mean"),), (), True),
}
