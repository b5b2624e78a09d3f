"""Where k-means begins to ignore a small component, and from which n on the mixture beats it.

(Other critical values: eps in :mod:`.known_variance`, noise across the line of means in :mod:`.anisotropic`,
the emptied cluster in :mod:`.classification`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ..asymptotics import balance
from ..models import Mixture, normal_pair
from . import kmeans, mixture

FloatArray = NDArray[np.float64]


def critical_weight(delta: float) -> float | None:
    """Weight of the small component below which the best cut ignores it, for a normal pair.

    There the within-cluster variance of the cut between the components equals that of the cut through the
    large one. Both are local optima, and the limit of k-means jumps. Times delta squared it tends to 2/pi
    from above: a far component of weight p explains p delta^2, halving a normal distribution 2/pi.

    Parameters
    ----------
    delta : float
        Separation.

    Returns
    -------
    float or None
        None where the two cuts never coexist: up to the separation of :func:`cusp` the limit moves
        continuously.
    """
    if not delta > 0:
        raise ValueError(f"delta must be a positive number, not {delta}")
    # the large component is the upper one, at delta / 2
    cuts = np.unique(
        np.concatenate([np.linspace(0, delta / 2, 2001), delta / 2 + np.linspace(-10, 0, 20001)])
    )
    cuts = cuts[cuts >= 0]
    weights = _stationary_weight(delta, cuts)
    slope = np.diff(weights)
    # by more than the rounding of the weights
    rising = np.flatnonzero(slope > np.minimum(1e-13, 1e-9 * weights[:-1]))
    if not len(rising):
        return None
    # as the cut moves up the weight falls, rises and falls again: two optima coexist between its turns
    low, high = float(weights[rising[0]]), float(weights[rising[-1] + 1])
    below, above = cuts[: rising[0] + 1], cuts[rising[-1] + 1 :]

    def gap(weight: float) -> float:
        between = np.interp(-weight, -weights[: rising[0] + 1], below)
        through = np.interp(-weight, -weights[rising[-1] + 1 :], above)
        model = normal_pair(delta, weight)
        ends = [kmeans.polish(model, np.array([start])) for start in (between, through)]
        if ends[0] is None or ends[1] is None:
            raise RuntimeError(f"lost a local optimum at delta = {delta}, weight = {weight}")
        return ends[1].within - ends[0].within

    # so near the cusp that the interval itself is the answer, to 1e-6
    if high - low < 1e-6 * high:
        return (low + high) / 2
    # at the turns themselves one of the two optima is degenerate
    first = max(low + 0.02 * min(low, high - low), 0.5 / delta**2)
    last = high - 0.02 * (high - low)
    return float(optimize.brentq(gap, first, last, xtol=1e-14 * first, rtol=1e-14))


class Cusp(NamedTuple):
    """Where two optima of a normal pair first part: separation, weight of the lower component, and cut."""

    delta: float
    weight: float
    cut: float


@cache
def cusp() -> Cusp:
    """Find the smallest separation at which two optima coexist.

    There s(t) = m1 + m2 - 2 t, whose zeros are the stationary cuts, has a triple zero: s, s' and s'' vanish.
    With the masses F and G beside the cut, a = E[X - E X; X > t] and q = f a / (F G)^2, s' = q / 2 - 2.
    """

    def equations(at: FloatArray) -> list[float]:
        cut, weight, half = map(float, at)
        model = normal_pair(2 * half, weight)
        below = float(model.cdf(cut))
        above = 1 - below
        _, first, _ = model.partial_moments(cut, np.inf, about=model.mean)
        moment, density = float(first), float(model.pdf(cut))
        parts = np.array([weight, 1 - weight]) * np.exp(-((cut + half * np.array([1, -1])) ** 2) / 2)
        bend = -float(parts @ (cut + half * np.array([1, -1]))) / sqrt(2 * pi)
        spread = below * above
        turn = bend * moment - density**2 * (cut - model.mean)
        turn -= 2 * density**2 * moment * (above - below) / spread
        pull = moment / above - moment / below + 2 * model.mean - 2 * cut
        return [pull, density * moment / (2 * spread**2) - 2, turn / spread**2]

    found = optimize.root(equations, [1.0, 0.05, 2.3], tol=1e-14)
    if not np.abs(found.fun).max() < 1e-12:
        raise RuntimeError("lost the cusp")
    cut, weight, half = map(float, found.x)
    return Cusp(2 * half, weight, cut)


def _stationary_weight(delta: float, cut: FloatArray) -> FloatArray:
    """Weight of the lower component of a normal pair for which each cut is stationary.

    2 t F (1 - F) = A (1 - F) + (M - A) F, with the mass F and first moment A below t and the mean M linear in
    the weight, is a quadratic equation for it.
    """
    half = delta / 2
    lower, upper = special.ndtr(cut + half), special.ndtr(cut - half)
    first_lower = -half * lower - np.exp(-((cut + half) ** 2) / 2) / sqrt(2 * pi)
    first_upper = half * upper - np.exp(-((cut - half) ** 2) / 2) / sqrt(2 * pi)
    p, b = lower - upper, first_lower - first_upper
    constant = 2 * upper * (cut * (1 - upper) + first_upper) - first_upper - half * upper
    linear = 2 * cut * p * (1 - 2 * upper) - b + 2 * (first_upper * p + b * upper) - half * p + delta * upper
    quadratic = p * (2 * b - 2 * cut * p + delta)
    root = np.sqrt(np.maximum(linear**2 - 4 * quadratic * constant, 0))
    # the form without cancellation of the smaller root
    q = -(linear + np.copysign(root, linear)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.stack([q / quadratic, constant / q])
    # far from both components no weight of double precision does
    return np.asarray(np.where((roots >= 0) & (roots <= 0.5 + 1e-9), roots, 0.0).max(axis=0))


def crossover(model: Mixture, quantities: Sequence[str] = ("distance",)) -> float | None:
    """Sample size from which on the mixture's distance has the smaller asymptotic mean squared error.

    It solves b_k^2 + V_k / n = b_m^2 + V_m / n, with b the biases of the limits of k-means and of the mixture
    with free weights and variance (b_m = 0 under its model), and V their asymptotic variances. It says who
    wins where first-order theory holds; real crossovers at small separations differ.

    Parameters
    ----------
    model : Mixture
        Of two components.
    quantities : sequence of str
        Of which the errors count, if not of the distance: ``("lower", "upper")`` for both means.

    Returns
    -------
    float or None
        None where there is none: no limit or variance, k-means no more biased, or the mixture no more
        variable.
    """
    if len(model.means) != 2:
        return None
    truth = {"distance": model.distance, "lower": min(model.means), "upper": max(model.means)}
    bias = variance = 0.0
    for quantity in quantities:
        hard, soft = kmeans.predict(model)[quantity], mixture.predict(model)[quantity]
        if hard.limit is None or hard.avar is None or soft.limit is None or soft.avar is None:
            return None
        bias += (hard.limit - truth[quantity]) ** 2 - (soft.limit - truth[quantity]) ** 2
        variance += soft.avar - hard.avar
    if variance <= 0 or bias <= 1e-24 * model.distance**2:
        return None
    return balance(variance, bias)
