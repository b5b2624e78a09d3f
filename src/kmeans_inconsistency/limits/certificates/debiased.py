"""Debiased k-means: its asymptotic variances, enclosed."""

from __future__ import annotations

from flint import arb, arb_mat

from ...models import Mixture
from .. import mixture
from .balls import precisely
from .law import Law, about
from .shapes import shape


@precisely
def avars(model: Mixture, cut: arb) -> dict[str, arb]:
    """Enclose n times the variances of debiased k-means; :mod:`..debiased` has the theory.

    Parameters
    ----------
    model : Mixture
    cut : arb
        Enclosure of k-means' unique cut.

    Returns
    -------
    dict of str to arb
        distance, lower, upper, weight, variance; empty where the model is no normal pair with a common
        variance.
    """
    pair = mixture.well_specified(model)
    if pair is None:
        return {}
    law = Law(model)
    t = cut - law.mean
    sides = law.below(t), law.above(t)
    # moments of (1 below, X below, X above, X^2), all about the mean
    (f, a, a2, a3, a4), (_, b, b2, b3, b4) = sides
    second, zero = a2 + b2, arb(0)
    first = [f, a, b, second]
    products = [
        [f, a, zero, a2],
        [a, a2, zero, a3],
        [zero, zero, b2, b3],
        [a2, a3, b3, a4 + b4],
    ]
    covariance = arb_mat(4, 4, [products[i][j] - first[i] * first[j] for i in range(4) for j in range(4)])
    inverse = _jacobian(law, t, pair.means[0]).inv()
    whole = inverse * covariance * inverse.transpose()
    single = {name: whole[i, i] for i, name in enumerate(("lower", "upper", "weight", "variance"))}
    return {"distance": whole[0, 0] + whole[1, 1] - 2 * whole[0, 1]} | single


def _jacobian(law: Law, t: arb, lower: float) -> arb_mat:
    """Derivative of the four moments in (lower mean, upper mean, weight of the lower, variance)."""
    order = (0, 1) if law.model.means[0] == lower else (1, 0)
    s = law.sds[0]
    by_mean, by_variance, values = [], [arb(0)] * 4, []
    for i in order:
        w, m = law.weights[i], law.means[i]
        z = (t - m) / s
        density = shape("normal", 0).density(z) / s
        tails = shape("normal", 0).tail(-z), shape("normal", 0).tail(z)
        below, above = about(tails[0][:3], m, -s), about(tails[1][:3], m, s)
        values.append([below[0], below[1], above[1], below[2] + above[2]])
        # for g on a cell, dE/dm = E g' - [g f], dE/dv = (E g'' - [g' f] + [g f (x - m) / v]) / 2
        steep = (t - m) / (s * s)
        by_mean.append([-w * density, w * (below[0] - t * density), w * (above[0] + t * density), 2 * w * m])
        change = [-density * steep, -(1 + t * steep) * density, (1 + t * steep) * density, arb(2)]
        by_variance = [v + w * c / 2 for v, c in zip(by_variance, change, strict=True)]
    weight = [x - y for x, y in zip(values[0], values[1], strict=True)]
    columns = [*by_mean, weight, by_variance]
    return arb_mat(4, 4, [columns[j][i] for i in range(4) for j in range(4)])
