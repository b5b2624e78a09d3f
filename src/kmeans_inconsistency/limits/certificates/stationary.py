"""Stationary points of the fit with known variance for any normal mixture and any known weights, enclosed.

A fit found elsewhere in double precision is proved to be near exactly one stationary point, by Krawczyk's
operator. That no other fit is better is proved for balanced pairs (:func:`.likelihood.path_values`), and
fit by fit in :mod:`.best_fit`.
"""

from __future__ import annotations

from math import isnan

from flint import arb, arb_mat

from ...models import Mixture
from .. import known_variance
from .balls import precisely
from .expectations import Normals
from .law import Law
from .likelihood import CENTRE, HALF, Fit, products

RELATIVE = 1e-11
"""Half width of the box in which a stationary point is looked for, in standard deviations of the data."""


@precisely
def stationary_values(model: Mixture, eps: float, weight: float = 0.5) -> dict[str, arb]:
    """Enclose the stationary point at the limit of the fit with known variance.

    Parameters
    ----------
    model : Mixture
        Of normal components.
    eps, weight : float
        The variance, and the weight of the first mean, that the fit takes as known.

    Returns
    -------
    dict of str to arb
        ``means.0`` and ``means.1`` ascending, ``distance``, and the limits of n times the variances,
        ``avar_means.0``, ``avar_means.1`` and ``avar_distance``. Empty where the fit has merged, is not
        unique, or no point is proved.
    """
    law, log_odds, variance = Law(model), odds(weight), arb(eps)
    found = stationary_point(model, eps, weight)
    if found is None:
        return {}
    centre, half = found
    fit = Fit(half, log_odds, variance)
    moved = Normals(law.weights, [m - centre for m in law.means], law.sds)
    _, jacobian = _equations(moved, arb(0), half, log_odds, variance)
    bread = (-1 / variance * jacobian).inv()
    covariance = bread * products(moved, fit, (CENTRE, HALF)) * bread
    outer = covariance[0, 0] + covariance[1, 1]
    sides = [outer - 2 * covariance[0, 1], outer + 2 * covariance[0, 1]]
    means = [law.mean + centre - half, law.mean + centre + half]
    if half < 0:
        means, sides = means[::-1], sides[::-1]
    return {
        "means.0": means[0],
        "means.1": means[1],
        "distance": abs(2 * half),
        "avar_means.0": sides[0],
        "avar_means.1": sides[1],
        "avar_distance": 4 * covariance[1, 1],
    }


@precisely
def stationary_point(model: Mixture, eps: float, weight: float) -> tuple[arb, arb] | None:
    """Enclose the same point as centre, less the mean of the data, and half distance, second mean less first.

    Returns
    -------
    (arb, arb) or None
    """
    found = known_variance.limit(model, eps, weight)
    if model.family != "normal" or found.merged or found.rivals:
        return None
    law = Law(model)
    first, second = (arb(mean) - law.mean for mean in found.means)
    # about the centre of the approximate fit, the second mean above it
    origin, half = arb(((first + second) / 2).mid()), arb(((second - first) / 2).mid())
    data = Normals(law.weights, [m - origin for m in law.means], law.sds)
    radius = float(law.variance.sqrt()) * RELATIVE
    box = _krawczyk(data, [arb(0), half], odds(weight), arb(eps), radius)
    return None if box is None else (origin + box[0], box[1])


def odds(weight: float) -> arb:
    """Half the log odds of the second mean's weight."""
    share = arb(weight)
    return ((1 - share) / share).log() / 2


def _krawczyk(data: Normals, start: list[arb], b: arb, v: arb, radius: float) -> list[arb] | None:
    """A box around the start that holds exactly one stationary point; None if that is not proved."""
    box, proved = [arb(value.mid(), radius) for value in start], False
    for _ in range(2):
        middle = [arb(value.mid()) for value in box]
        values, at = _equations(data, middle[0], middle[1], b, v)
        _, over = _equations(data, box[0], box[1], b, v)
        inverse = arb_mat(2, 2, [arb(entry.mid()) for entry in at.inv().entries()])
        offset = arb_mat(2, 1, [x - m for x, m in zip(box, middle, strict=True)])
        identity = arb_mat(2, 2, [1, 0, 0, 1])
        step = arb_mat(2, 1, middle) - inverse * values + (identity - inverse * over) * offset
        moved = [step[0, 0], step[1, 0]]
        if any(isnan(float(m.mid())) for m in moved):
            return None
        proved = proved or all(x.contains(m) for x, m in zip(box, moved, strict=True))
        if not proved:
            return None
        box = [x.intersection(m) for x, m in zip(box, moved, strict=True)]
    return box


def _equations(data: Normals, c: arb, h: arb, b: arb, v: arb) -> tuple[arb_mat, arb_mat]:
    """E u - h E t and E u t - h, u = x - c and t = tanh(b + h u / v), with their derivatives in (c, h)."""
    slope, intercept = h / v, b - h * c / v
    t = [data.hyperbolic(j, 1, intercept, slope) for j in range(2)]
    s = [data.hyperbolic(j, 2, intercept, slope) for j in range(3)]
    values = [data.moment(1) - c - h * t[0], t[1] - c * t[0] - h]
    # sech^2 times u and u^2
    first, second = s[1] - c * s[0], s[2] - 2 * c * s[1] + c * c * s[0]
    cross = -t[0] - slope * first
    jacobian = [slope * h * s[0] - 1, cross, cross, second / v - 1]
    return arb_mat(2, 1, values), arb_mat(2, 2, jacobian)
