"""Means of log(1 + exp(a + b z)) over weighted points, with derivatives: all that the data say to a mixture.

Both two-component normal mixtures of this package have log-likelihoods that depend on the data only through
this function of two numbers, its gradient and its Hessian: one pass gives them all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative, log1p
from .compiling import kernel
from .moments import LANES, total

SUM, A, B, AA, AB, BB = range(6)
_EXPONENTIAL = 6


@kernel
def mean_softplus(z: Any, weights: Any, a: float, b: float, partial: Any) -> float:
    """Sum of w log(1 + exp(a + b z)). ``partial``, shape (7, LANES), is overwritten."""
    n = z.size
    value = partial[SUM]
    value[:] = 0.0
    whole = n - n % LANES
    for start in range(0, whole, LANES):
        points = z[start : start + LANES]
        w = weights[start : start + LANES]
        for j in range(LANES):
            u = a + b * points[j]
            value[j] += w[j] * ((u if u > 0.0 else 0.0) + log1p(exp_of_negative(-abs(u))))
    points = z[whole:]
    w = weights[whole:]
    for j in range(points.size):
        u = a + b * points[j]
        value[j] += w[j] * ((u if u > 0.0 else 0.0) + log1p(exp_of_negative(-abs(u))))
    return total(value)


@kernel
def _accumulate(points: Any, w: Any, a: float, b: float, partial: Any) -> None:
    """Add at most LANES points; three short loops vectorise where one long one does not."""
    value, first, first_z = partial[SUM], partial[A], partial[B]
    second, second_z, second_zz = partial[AA], partial[AB], partial[BB]
    e = partial[_EXPONENTIAL]
    for j in range(points.size):
        e[j] = exp_of_negative(-abs(a + b * points[j]))
    for j in range(points.size):
        u = a + b * points[j]
        value[j] += w[j] * ((u if u > 0.0 else 0.0) + log1p(e[j]))
    for j in range(points.size):
        u = a + b * points[j]
        d = 1.0 / (1.0 + e[j])
        p = w[j] * (d if u > 0.0 else e[j] * d)
        first[j] += p
        first_z[j] += p * points[j]
    for j in range(points.size):
        d = 1.0 / (1.0 + e[j])
        q = w[j] * (e[j] * d * d)
        qz = q * points[j]
        second[j] += q
        second_z[j] += qz
        second_zz[j] += qz * points[j]


@kernel
def softplus_derivatives(z: Any, weights: Any, a: float, b: float, partial: Any) -> None:
    """Sum of w log(1 + exp(a + b z)) and its first and second derivatives in a and b.

    Parameters
    ----------
    z, weights : ndarray, shape (n,)
    a, b : float
    partial : ndarray, shape (7, LANES)
        Overwritten; the result is ``partial[:, 0]`` in the order SUM, A, B, AA, AB, BB.
    """
    n = z.size
    partial[:] = 0.0
    whole = n - n % LANES
    for start in range(0, whole, LANES):
        _accumulate(z[start : start + LANES], weights[start : start + LANES], a, b, partial)
    _accumulate(z[whole:], weights[whole:], a, b, partial)
    for k in range(6):
        total(partial[k])


@kernel
def workspace() -> Any:
    """Room for the partial sums of one pass."""
    return np.empty((7, LANES))
