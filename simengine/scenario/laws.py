"""How a law is read: by its parameters, by other laws inside it, or as what is not known."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from simengine.errors import nearest
from simengine.scenario.distributions import DISTRIBUTIONS, Distribution, Parameter
from simengine.scenario.number_shape import POSITIVE, Number, expected_number, read_number
from simengine.scenario.quantity import Fixed, Known, Law, Uncertain, bounds
from simengine.scenario.shape import ListOf
from simengine.scenario.spot import Refused, Spot
from simengine.scenario.units import PLAIN, Dimension

__all__ = ["read_law", "read_uncertain"]

Z95 = 1.6448536269514722  # the 95% point of the standard normal
Reader = Callable[[Spot, tuple[Dimension, ...], bool, tuple[str, ...]], tuple[Law, Dimension]]


def read_law(
    spot: Spot, dimensions: tuple[Dimension, ...], known: bool = False, extra: tuple[str, ...] = ()
) -> tuple[Law, Dimension]:
    """Read `{dist: name, ...}`.

    Parameters
    ----------
    spot
        Where it stands.
    dimensions
        What the law may be of; the first scaled parameter decides.
    known
        Whether the law stands for lack of knowledge: its parameters are then numbers.
    extra
        Keys that belong to whoever asks (`weight` of a part of a mixture).
    """
    keys = spot.node.mapping
    if known and "uncertain" in keys:
        raise spot.refuse("a law {dist: ...}", "`uncertain` within `uncertain`", "name one law")
    if "dist" not in keys:
        raise spot.refuse("a law {dist: name, ...}", advice="the key 'dist' is missing")
    dist = keys["dist"].value
    names = [name for name, entry in DISTRIBUTIONS.items() if not entry.counts]
    if not isinstance(dist, str) or dist not in DISTRIBUTIONS:
        raise spot.at("dist").refuse("a distribution", advice=nearest(str(dist), names, show=20))
    entry = DISTRIBUTIONS[dist]
    if entry.counts:
        advice = f"take one of {', '.join(names)}"
        raise spot.at("dist").refuse("a law of a quantity", f"'{dist}', a law of counts", advice)
    if entry.composed:
        return COMPOSED[dist](spot, dimensions, known, extra)
    form = _form(spot, dist, entry, extra)
    values: dict[str, Known] = {}
    dimension: Dimension | None = None
    refused = False
    for parameter in form:
        if parameter.name not in keys:
            continue
        at = spot.child(parameter.name, keys[parameter.name])
        allowed = (PLAIN,) if not parameter.scaled else (dimension,) if dimension else dimensions
        try:
            value, of = read_parameter(at, allowed, known)
            parameter.within.check(at, value, f"'{parameter.name}' of '{dist}'")
            values[parameter.name] = value
            dimension = of if parameter.scaled else dimension
        except Refused:
            refused = True
    if refused:
        raise Refused
    dimension = dimension or (dimensions[0] if len(dimensions) == 1 else PLAIN)
    for parameter in form:
        if parameter.name not in values and parameter.default is not None:
            if dimension is not PLAIN:
                raise spot.refuse(f"'{parameter.name}' of '{dist}', {dimension.name}", "nothing")
            values[parameter.name] = Fixed(parameter.default)
    _check_order(spot, dist, entry.ordered, values)
    return Law(dist, tuple(_normalised(spot, dist, values).items())), dimension


def read_parameter(
    spot: Spot, dimensions: tuple[Dimension, ...], known: bool
) -> tuple[Known, Dimension]:
    """Read a parameter: a number, or `uncertain` unless the law itself is."""
    if known and isinstance(spot.node.value, dict):
        advice = "widen this law instead"
        raise spot.refuse("a number", "`uncertain` or a law within `uncertain`", advice)
    if known:
        number, dimension = read_number(spot, dimensions)
        return Fixed(number), dimension
    return read_known(spot, dimensions)


def check_keys(spot: Spot, dist: str, valid: list[str], extra: tuple[str, ...]) -> None:
    """Refuse keys that the law does not have."""
    keys = spot.node.mapping
    unknown = [name for name in keys if name not in (*valid, *extra, "dist")]
    for name in unknown:
        free = [word for word in valid if word not in keys]
        advice = nearest(name, free) or f"'{dist}' has {', '.join(valid)}"
        spot.child(name, keys[name]).refuse(f"a parameter of '{dist}'", f"'{name}'", advice)
    if unknown:
        raise Refused


def _form(
    spot: Spot, dist: str, entry: Distribution, extra: tuple[str, ...]
) -> tuple[Parameter, ...]:
    keys = spot.node.mapping
    valid = list(dict.fromkeys(p.name for form in entry.forms for p in form))
    check_keys(spot, dist, valid, extra)
    given = {name for name in valid if name in keys}
    for form in entry.forms:
        needed = {p.name for p in form if p.default is None}
        if needed <= given <= {p.name for p in form}:
            return form
    ways = [" and ".join(p.name for p in form if p.default is None) for form in entry.forms]
    found = ", ".join(sorted(given, key=valid.index)) or "none"
    if len(ways) == 1:
        missing = [p.name for p in entry.forms[0] if p.default is None and p.name not in given]
        raise spot.refuse(f"'{dist}' with {ways[0]}", f"no {' and no '.join(missing)}")
    raise spot.refuse(f"'{dist}' with {', or '.join(ways)}", found)


def _check_order(spot: Spot, dist: str, ordered: tuple[str, ...], values: dict[str, Known]) -> None:
    if not ordered:
        return
    rises = all(bounds(values[a])[1] <= bounds(values[b])[0] for a, b in pairwise(ordered))
    if not rises or bounds(values[ordered[0]])[0] >= bounds(values[ordered[-1]])[1]:
        keys = spot.node.mapping
        found = ", ".join(
            f"{name} {keys[name].value}"
            if name in keys and not isinstance(keys[name].value, dict)
            else f"{name} {'`uncertain`' if name in keys else f'{bounds(values[name])[0]:g}'}"
            for name in ordered
        )
        words = " <= ".join(ordered)
        raise spot.refuse(f"'{dist}' with {words}, and {ordered[0]} < {ordered[-1]}", found)


def _normalised(spot: Spot, dist: str, values: dict[str, Known]) -> dict[str, Known]:
    """Lognormal as median and sigma, gamma as shape and scale."""
    if "p95" not in values and "cv" not in values:
        return values
    numbers = {name: value.value for name, value in values.items() if isinstance(value, Fixed)}
    if len(numbers) < len(values):
        plain = "median and sigma" if dist == "lognormal" else "shape and scale"
        given = " and ".join(values)
        raise spot.refuse(f"'{dist}' with {given} as numbers", "`uncertain`", f"give {plain}")
    if "p95" in values:
        median, p95 = numbers["median"], numbers["p95"]
        if p95 <= median:
            raise spot.at("p95").refuse("a 95% point above the median")
        return {"median": Fixed(median), "sigma": Fixed(math.log(p95 / median) / Z95)}
    mean, square = numbers["mean"], numbers["cv"] ** 2
    if dist == "gamma":
        return {"shape": Fixed(1 / square), "scale": Fixed(mean * square)}
    sigma = math.sqrt(math.log1p(square))
    return {"median": Fixed(mean / math.sqrt(1 + square)), "sigma": Fixed(sigma)}


def read_uncertain(spot: Spot, dimensions: tuple[Dimension, ...]) -> tuple[Uncertain, Dimension]:
    """Read `{uncertain: name}` or `{uncertain: {dist: ...}}`."""
    value = spot.node.mapping
    if "uncertain" not in value:
        advice = nearest(next(iter(value), ""), ["uncertain", "dist"])
        raise spot.refuse(f"{expected_number(dimensions)}, `uncertain` or `dist`", advice=advice)
    for other in [name for name in value if name != "uncertain"]:
        raise spot.child(other, value[other]).refuse("`uncertain` alone", f"'{other}' beside it")
    inner = spot.child("uncertain", value["uncertain"])
    named = inner.node.value
    if isinstance(named, dict):
        law, dimension = read_law(inner, dimensions, known=True)
        spot.book.used.add(spot.key)
        return Uncertain(spot.key, law), dimension
    if not isinstance(named, str):
        raise inner.refuse("a name of the `uncertain` block, or a law {dist: ...}")
    if named not in spot.book.uncertain:
        if not spot.book.complete:
            raise Refused  # it may be an entry of the model that could not be read
        advice = nearest(named, spot.book.uncertain) or "there is no `uncertain` block"
        raise inner.refuse("a name of the `uncertain` block", advice=advice)
    spot.book.used.add(named)
    entry = spot.book.uncertain[named]
    if entry is None:
        raise Refused
    if entry[1] not in dimensions:
        raise inner.refuse(expected_number(dimensions), f"'{named}', {entry[1].name}")
    return Uncertain(named, entry[0]), entry[1]


def read_known(spot: Spot, dimensions: tuple[Dimension, ...]) -> tuple[Known, Dimension]:
    """Read a parameter of a law: a number or `uncertain`."""
    value = spot.node.value
    if isinstance(value, dict):
        if "dist" in value:
            advice = "for what is not known: {uncertain: {dist: ...}}"
            raise spot.refuse("a number or `uncertain`", "chance within a law (`dist`)", advice)
        return read_uncertain(spot, dimensions)
    number, dimension = read_number(spot, dimensions)
    return Fixed(number), dimension


def _read_mixture(
    spot: Spot, dimensions: tuple[Dimension, ...], known: bool, extra: tuple[str, ...]
) -> tuple[Law, Dimension]:
    check_keys(spot, "mixture", ["parts"], extra)
    parts = spot.node.mapping.get("parts")
    if parts is None or not parts.items:
        at = spot.at("parts")
        raise at.refuse("'mixture' with parts, a list of {weight: ..., dist: ..., ...}", "none")
    weights: list[tuple[str, Known]] = []
    laws: list[Law] = []
    for index, part in enumerate(spot.at("parts").children()):
        try:
            weight = part.node.mapping.get("weight")
            if weight is None:
                part.refuse("the key 'weight' of a part", "nothing")
            else:
                value = Number(within=POSITIVE).read(part.child("weight", weight))
                weights.append((f"weight{index}", Fixed(value)))
            law, dimension = read_law(part, dimensions, known, ("weight",))
            laws.append(law)
            dimensions = (dimension,)
        except Refused:
            continue
    if len(weights) < len(parts.items) or len(laws) < len(parts.items):
        raise Refused
    return Law("mixture", tuple(weights), tuple(laws)), dimensions[0]


def _read_truncated(
    spot: Spot, dimensions: tuple[Dimension, ...], known: bool, extra: tuple[str, ...]
) -> tuple[Law, Dimension]:
    check_keys(spot, "truncated", ["of", "low", "high"], extra)
    keys = spot.node.mapping
    if "of" not in keys or not ("low" in keys or "high" in keys):
        expected = "'truncated' with of, a law, and low or high or both"
        raise spot.refuse(expected, ", ".join(name for name in keys if name != "dist") or "none")
    law, dimension = read_law(spot.child("of", keys["of"]), dimensions, known)
    ends: dict[str, Known] = {}
    for name in ("low", "high"):
        if name in keys:
            ends[name], _ = read_parameter(spot.child(name, keys[name]), (dimension,), known)
    whole = Law("truncated", tuple(ends.items()), (law,))
    low, high = bounds(whole)
    if low >= high or ("low" in ends and bounds(ends["low"])[1] >= high):
        raise spot.refuse("bounds that leave a part of the law", "bounds that leave nothing")
    return whole, dimension


def _read_quantiles(
    spot: Spot, dimensions: tuple[Dimension, ...], _: bool, extra: tuple[str, ...]
) -> tuple[Law, Dimension]:
    check_keys(spot, "quantiles", ["p", "x"], extra)
    keys = spot.node.mapping
    if "p" not in keys or "x" not in keys:
        raise spot.refuse("'quantiles' with p and x, two lists", "one of them or none")
    levels = ListOf(Number(), least=2).read(spot.child("p", keys["p"]))
    if levels[0] != 0 or levels[-1] != 1 or any(b <= a for a, b in pairwise(levels)):
        advice = "give the lowest and highest value too: the tails are not guessed"
        raise spot.at("p").refuse("probabilities that rise from 0 to 1", str(list(levels)), advice)
    spots = list(spot.child("x", keys["x"]).children())
    if len(spots) != len(levels):
        raise spot.at("x").refuse(f"as many values as p has, {len(levels)}", str(len(spots)))
    table: list[tuple[str, Known]] = []
    for index, (level, at) in enumerate(zip(levels, spots, strict=True)):
        value, dimension = read_parameter(at, dimensions, True)
        if table and bounds(value)[0] < bounds(table[-1][1])[0]:
            raise at.refuse("values that do not fall")
        dimensions = (dimension,)
        table += [(f"p{index}", Fixed(level)), (f"x{index}", value)]
    return Law("quantiles", tuple(table)), dimensions[0]


COMPOSED: dict[str, Reader] = {
    "mixture": _read_mixture,
    "truncated": _read_truncated,
    "quantiles": _read_quantiles,
}
