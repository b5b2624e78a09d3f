"""Likelihoods of two normal components: the information of the mixture, and the path of the known variance.

The notation is that of :mod:`..likelihood`: centre c, half distance h, log odds b, variance v, u = x - c,
t = tanh(b + h u / v). Scores are polynomials in u and t, of which t^2 = 1 - sech^2 is taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat

from ...models import Mixture
from .. import mixture
from ..quadrature import nodes
from .balls import hull, precisely
from .expectations import Normals

CENTRE, HALF, LOG_ODDS, VARIANCE = range(4)
ALL = (CENTRE, HALF, LOG_ODDS, VARIANCE)

Polynomial = dict[tuple[int, int], arb]
"""Coefficients by the powers of u and of t."""


@dataclass(frozen=True)
class Fit:
    """A working model: half distance, log odds and variance, about its centre."""

    half: arb
    log_odds: arb
    variance: arb


def scores(fit: Fit) -> list[Polynomial]:
    """Gradient of the log density in (c, h, b, v)."""
    h, v = fit.half, fit.variance
    return [
        {(1, 0): 1 / v, (0, 1): -h / v},
        {(1, 1): 1 / v, (0, 0): -h / v},
        {(0, 1): arb(1), (0, 0): -fit.log_odds.tanh()},
        {(2, 0): 1 / (2 * v * v), (0, 0): (h * h - v) / (2 * v * v), (1, 1): -h / (v * v)},
    ]


def products(law: Normals, fit: Fit, free: Iterable[int]) -> arb_mat:
    """Expected outer product of the scores of the free parameters."""
    gradients = [scores(fit)[i] for i in free]
    cache: dict[tuple[int, int], arb] = {}

    def mean(i: int, j: int) -> arb:
        """E u^i t^j, j up to 2."""
        if (i, j) not in cache:
            slope = fit.half / fit.variance
            if j == 1:
                cache[i, j] = law.hyperbolic(i, 1, fit.log_odds, slope)
            else:
                square = law.hyperbolic(i, 2, fit.log_odds, slope) if j == 2 else arb(0)
                cache[i, j] = law.moment(i) - square
        return cache[i, j]

    def product(one: Polynomial, other: Polynomial) -> arb:
        total = arb(0)
        for (i, j), a in one.items():
            for (k, m), b in other.items():
                total += a * b * mean(i + k, j + m)
        return total

    size = len(gradients)
    upper = {(i, j): product(gradients[i], gradients[j]) for i in range(size) for j in range(i, size)}
    return arb_mat(size, size, [upper[min(i, j), max(i, j)] for i in range(size) for j in range(size)])


@precisely
def mixture_values(model: Mixture) -> dict[str, arb]:
    """Enclose the asymptotic variances of the mixture under its model, by the names of the report.

    The limit itself is the truth, by consistency: its enclosure is that of the parameters.

    Returns
    -------
    dict of str to arb
        Empty where the model is no normal pair with a common variance.
    """
    if mixture.well_specified(model) is None:
        return {}
    order = sorted(range(2), key=lambda i: model.means[i])
    total = arb(model.weights[0]) + arb(model.weights[1])
    weight = arb(model.weights[order[0]]) / total
    low, high = (arb(model.means[i]) for i in order)
    # in units of the standard deviation, about the centre
    sd = arb(model.sds[0])
    half = (high - low) / (2 * sd)
    fit = Fit(half, ((1 - weight) / weight).log() / 2, arb(1))
    law = Normals([weight, 1 - weight], [-half, half], [arb(1), arb(1)])
    information = products(law, fit, ALL)
    inverse = information.inv()
    both = inverse[CENTRE, CENTRE] + inverse[HALF, HALF]
    cross = 2 * inverse[CENTRE, HALF]
    variance = sd * sd
    values = {
        "means.0": low,
        "means.1": high,
        "distance": high - low,
        "weight": weight,
        "variance": variance,
        "avar_distance": 4 * inverse[HALF, HALF] * variance,
        "avar_means.0": (both - cross) * variance,
        "avar_means.1": (both + cross) * variance,
        "avar_weight": 4 * (weight * (1 - weight)) ** 2 * inverse[LOG_ODDS, LOG_ODDS],
        "avar_variance": inverse[VARIANCE, VARIANCE] * variance**2,
    }
    return values | {"em_rate": _em_rate(information, weight)}


def _em_rate(information: arb_mat, weight: arb) -> arb:
    """One less the smallest eigenvalue of the observed information relative to the complete one.

    In (first mean, second mean, weight, variance) the complete information is diagonal.
    """
    complete = [weight, 1 - weight, 1 / (weight * (1 - weight)), arb(0.5)]
    # derivative of (c, h, b, v) in them
    back = arb_mat(
        4,
        4,
        [
            *(arb(0.5), arb(0.5), arb(0), arb(0)),
            *(arb(-0.5), arb(0.5), arb(0), arb(0)),
            *(arb(0), arb(0), -1 / (2 * weight * (1 - weight)), arb(0)),
            *(arb(0), arb(0), arb(0), arb(1)),
        ],
    )
    observed = back.transpose() * information * back
    roots = [value.sqrt() for value in complete]
    scaled = arb_mat(4, 4, [observed[i, j] / (roots[i] * roots[j]) for i in range(4) for j in range(4)])
    return 1 - _smallest_eigenvalue(scaled)


def _smallest_eigenvalue(matrix: arb_mat) -> arb:
    """Enclose the smallest eigenvalue of a positive definite matrix.

    It is at most any Rayleigh quotient; and it exceeds x if the leading minors of the matrix less x are
    positive.
    """
    size = matrix.nrows()
    approximate = np.array([float(entry.mid()) for entry in matrix.entries()]).reshape(size, size)
    _, vectors = np.linalg.eigh(approximate)
    vector = arb_mat(size, 1, [arb(float(entry)) for entry in vectors[:, 0]])
    # one step of inverse iteration doubles its digits
    vector = matrix.inv() * vector
    squared = (vector.transpose() * vector)[0, 0]
    upper = ((vector.transpose() * matrix * vector)[0, 0] / squared).upper()
    gap = 1e-14
    while gap < 1:
        lower = arb(upper) * (1 - arb(gap))
        shifted = [matrix[i, j] - lower * int(i == j) for i in range(size) for j in range(size)]
        minors = [
            arb_mat(k, k, [shifted[i * size + j] for i in range(k) for j in range(k)]).det()
            for k in range(1, size + 1)
        ]
        if all(minor > 0 for minor in minors):
            return hull(lower.lower(), upper)
        gap *= 10
    raise ArithmeticError("the information is too near to singular")


@precisely
def path_values(delta: arb, sd: arb, eps: arb) -> dict[str, arb]:
    """Enclose the limit of the fit with known variance and weights 1/2 for a balanced normal pair.

    By the theorems on the path the global optimum is symmetric, and its half distance the only positive
    solution of m = E[X tanh(m X / eps)], or zero from eps = Var X on.

    Parameters
    ----------
    delta, sd, eps : arb
        Distance of the means, standard deviation of the components, and the variance taken as known.

    Returns
    -------
    dict of str to arb
        ``distance`` and, below the critical value, ``avar_distance`` and ``avar_means``; empty where the
        distance cannot be told from zero.
    """
    mu, s, e = delta / 2, sd, eps
    variance = mu * mu + s * s
    if e >= variance:
        return {"distance": arb(0)}
    # X and its mirror image give the same: one component will do
    law = Normals([arb(1)], [mu], [s])
    half = _half_distance(law, e)
    if half is None:
        return {}
    peak = law.hyperbolic(2, 2, arb(0), half / e)
    bread = 1 - peak / e
    # E[(X tanh)^2] less its squared mean, m
    meat = variance - peak - half * half
    even = law.hyperbolic(0, 2, arb(0), half / e)
    # the midpoint: score (X - m tanh) / eps, curvature (1 - m^2 E sech^2 / eps) / eps
    odd_meat = variance - 2 * half * half + half * half * (1 - even)
    odd_bread = 1 - half * half * even / e
    by_distance, by_middle = meat / bread**2, odd_meat / odd_bread**2
    return {"distance": 2 * half, "avar_distance": 4 * by_distance, "avar_means": by_distance + by_middle}


def _half_distance(law: Normals, eps: arb) -> arb | None:
    """The positive zero of g(m) = E[X tanh(m X / eps)] - m, which is concave: by interval Newton."""
    (_, mean, sd), *_ = law.parts
    guess = _approximate_half(Mixture((1.0,), (float(mean),), (float(sd),)), float(eps))
    around, proved = arb(guess, 1e-11 * guess), False
    for _ in range(2):
        middle = arb(around.mid())
        value = law.hyperbolic(1, 1, arb(0), middle / eps) - middle
        steep = law.hyperbolic(2, 2, arb(0), around / eps) / eps - 1
        step = middle - value / steep
        # once it is proved that the zero is there, steps only narrow the ball
        proved = proved or around.contains(step)
        if not proved:
            return None
        around = around.intersection(step)
    return around


def _approximate_half(component: Mixture, eps: float) -> float:
    """The same zero in double precision, by Newton's method from above."""
    half = float(np.hypot(component.means[0], component.sds[0]))
    for _ in range(100):
        x, w = nodes(component, transitions=[(0.0, eps / half)])
        t = np.tanh(half * x / eps)
        value, steep = float(w @ (x * t)) - half, float(w @ (x * x * (1 - t * t))) / eps - 1
        half -= value / steep
        if abs(value / steep) < 1e-14 * half:
            break
    return half
