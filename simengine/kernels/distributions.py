"""Laws by one uniform: monotone inverse distribution functions, without rejection.

A law is a kind (an integer) and a slot: the place in the parameter vector where its numbers stand,
in the order given below. The uniform u is an odd multiple of 2**-53 strictly between 0 and 1, so
that 1 - u is exact: upper tails are as good as lower ones. Results do not decrease with u, but for
rounding in the last bits. A truncation resolves its tails to 1e-16 over the share it keeps.

Pass kind and slot as variables: for each integer written in a call numba compiles the law anew.

====================  =============================================================================
kind                  parameters at the slot
====================  =============================================================================
CONSTANT              value
UNIFORM               low, high
TRIANGULAR            low, mode, high
NORMAL                mean, sd
LOGNORMAL             median, sigma
WEIBULL               shape, scale
EXPONENTIAL           mean
PARETO                shape, scale (the smallest value)
LOMAX                 shape, scale
LOGUNIFORM            low, high
BERNOULLI             p
BINOMIAL              n, p
POISSON               mean
TABLE                 a quantile function tabulated in the normal score, see `table_quantile`
TRUNCATED             kind of the law inside (none of the last four), F(low), F(high), low, high,
                      parameters of the law inside
====================  =============================================================================
"""

import math

from simengine.kernels.counts import binomial_quantile, poisson_quantile
from simengine.kernels.jit import inline_scalars, leaf
from simengine.kernels.normal import normal_quantile

CONSTANT = 0
UNIFORM = 1
TRIANGULAR = 2
NORMAL = 3
LOGNORMAL = 4
WEIBULL = 5
EXPONENTIAL = 6
PARETO = 7
LOMAX = 8
LOGUNIFORM = 9
BERNOULLI = 10
BINOMIAL = 11
POISSON = 12
TABLE = 13
TRUNCATED = 14

SEGMENT = 4  # numbers in a table's header for each segment
REACH = 8.25  # normal score of the last knot of a table; those of uniforms end at 8.21
SMALLEST = 2.0**-53  # the smallest uniform
LARGEST = 1.0 - 2.0**-53  # the largest


@inline_scalars
def triangular_quantile(u, low, mode, high):
    """Invert the triangular distribution function."""
    width = high - low
    if width <= 0.0:
        return low
    if u * width < mode - low:
        return min(mode, low + math.sqrt(u * width * (mode - low)))
    return max(mode, high - math.sqrt((1.0 - u) * width * (high - mode)))


@leaf
def table_quantile(parameters, slot, u):
    """Read a tabulated quantile function.

    Probabilities are cut into segments where the function jumps or bends. Within a segment it is a
    cubic Hermite spline in the normal score of its share, z = Phi^-1((u - first) / width), on
    equally spaced knots from -8.25 to 8.25; slopes that obey Fritsch and Carlson (1980), SIAM J.
    Numer. Anal. 17, 238-246, keep it monotone.

    Parameters
    ----------
    parameters : float64 (parameter,)
        At the slot: the number of segments; for each segment its first u, one over its width,
        place of its first knot counted from the slot, number of steps; for each knot the value
        and the slope per step.
    slot : int64
        Where the table begins.
    u : float
        Probability, strictly between 0 and 1.

    Returns
    -------
    float
        The quantile, in the unit of the table.
    """
    segment = slot + 1
    last = slot + 1 + SEGMENT * (int(parameters[slot]) - 1)
    while segment < last and u >= parameters[segment + SEGMENT]:
        segment += SEGMENT
    share = (u - parameters[segment]) * parameters[segment + 1]
    z = normal_quantile(min(max(share, SMALLEST), LARGEST))
    steps = parameters[segment + 3]
    place = (z + REACH) * (steps / (2.0 * REACH))
    step = min(max(float(math.floor(place)), 0.0), steps - 1.0)
    t = min(max(place - step, 0.0), 1.0)
    knot = slot + int(parameters[segment + 2]) + 2 * int(step)
    y0 = parameters[knot]
    m0 = parameters[knot + 1]
    rise = parameters[knot + 2] - y0
    m1 = parameters[knot + 3]
    return y0 + t * (m0 + t * (3.0 * rise - 2.0 * m0 - m1 + t * (m0 + m1 - 2.0 * rise)))


@leaf
def sample_closed(kind, parameters, slot, u):
    """Invert a distribution function of closed form; arguments as `sample`."""
    if kind == CONSTANT:
        return parameters[slot]
    if kind == LOGNORMAL:
        return parameters[slot] * math.exp(parameters[slot + 1] * normal_quantile(u))
    if kind == EXPONENTIAL:
        return -parameters[slot] * math.log1p(-u)
    if kind == UNIFORM:
        low = parameters[slot]
        high = parameters[slot + 1]
        return min(high, low + u * (high - low))
    if kind == TRIANGULAR:
        return triangular_quantile(u, parameters[slot], parameters[slot + 1], parameters[slot + 2])
    if kind == NORMAL:
        return parameters[slot] + parameters[slot + 1] * normal_quantile(u)
    if kind == WEIBULL:
        return parameters[slot + 1] * math.pow(-math.log1p(-u), 1.0 / parameters[slot])
    if kind == PARETO:
        return parameters[slot + 1] * math.exp(-math.log1p(-u) / parameters[slot])
    if kind == LOMAX:
        return parameters[slot + 1] * math.expm1(-math.log1p(-u) / parameters[slot])
    if kind == LOGUNIFORM:
        low = parameters[slot]
        high = parameters[slot + 1]
        return min(high, low * math.exp(u * math.log(high / low)))
    return math.nan


@leaf
def sample(kind, parameters, slot, u):
    """Draw from a law by inverting its distribution function.

    Parameters
    ----------
    kind : int64
        One of the constants of this module.
    parameters : float64 (parameter,)
        The parameter vector; see the table above.
    slot : int64
        Where the parameters of the law begin.
    u : float
        A number from `simengine.kernels.draws.uniform`.

    Returns
    -------
    float
        The value, in the unit of the law's parameters; whole for counts.
    """
    if kind <= LOGUNIFORM:
        return sample_closed(kind, parameters, slot, u)
    if kind == TABLE:
        return table_quantile(parameters, slot, u)
    if kind == BERNOULLI:
        return 1.0 if 1.0 - u < parameters[slot] else 0.0
    if kind == BINOMIAL:
        return binomial_quantile(u, parameters[slot], parameters[slot + 1])
    if kind == POISSON:
        return poisson_quantile(u, parameters[slot])
    if kind == TRUNCATED:
        below = parameters[slot + 1]
        inside = min(below + u * (parameters[slot + 2] - below), LARGEST)
        value = sample_closed(int(parameters[slot]), parameters, slot + 5, inside)
        return min(max(value, parameters[slot + 3]), parameters[slot + 4])
    return math.nan
