"""Means of log(1 + exp(a + b z)) over a sample, with derivatives: all that the data say to a mixture.

The log-likelihoods of the two-component normal mixtures of this package depend on the data only through this
function of two numbers, its gradient and its Hessian: one pass gives them all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative, log, log1p
from .compiling import kernel
from .moments import LANES, sum_about, total

MEAN, A, B, AA, AB, BB = range(6)
_EXPONENTIAL, _RAMP = 6, 7

_FAR = 40.0  # exp(-40) is below the rounding of 1
_MOST_FACTORS = 1000  # of at most 2 each, whose product does not overflow


@kernel
def workspace() -> Any:
    """Room for the partial sums of one pass."""
    return np.empty((8, LANES))


@kernel
def mean_softplus(z: Any, weights: Any, a: float, b: float, partial: Any) -> float:
    """Sum of w log(1 + exp(a + b z)) over weighted nodes; ``partial`` is a workspace."""
    value = partial[MEAN]
    value[:] = 0.0
    for start in range(0, z.size, LANES):
        points = z[start : start + LANES]
        w = weights[start : start + LANES]
        for j in range(points.size):
            u = a + b * points[j]
            value[j] += w[j] * ((u if u > 0.0 else 0.0) + log1p(exp_of_negative(-abs(u))))
    return total(value)


@kernel
def weighted_softplus(z: Any, weights: Any, a: float, b: float, partial: Any) -> None:
    """Sum of w log(1 + exp(a + b z)) over weighted nodes, with its first and second derivatives in a and b.

    Parameters
    ----------
    z, weights : ndarray, shape (m,)
    a, b : float
    partial : ndarray
        A workspace; the result is ``partial[:6, 0]`` in the order MEAN, A, B, AA, AB, BB.
    """
    partial[:] = 0.0
    value, e = partial[MEAN], partial[_EXPONENTIAL]
    first, first_z = partial[A], partial[B]
    for start in range(0, z.size, LANES):
        points = z[start : start + LANES]
        w = weights[start : start + LANES]
        # several short loops vectorise where one long loop does not
        for j in range(points.size):
            e[j] = exp_of_negative(-abs(a + b * points[j]))
        for j in range(points.size):
            u = a + b * points[j]
            value[j] += w[j] * ((u if u > 0.0 else 0.0) + log1p(e[j]))
        for j in range(points.size):
            u = a + b * points[j]
            d = 1.0 / (1.0 + e[j])
            wd = w[j] * d
            p = wd if u > 0.0 else e[j] * wd
            first[j] += p
            first_z[j] += p * points[j]
            e[j] = e[j] * d * wd
        _second_order(points, e, partial)
    for k in range(6):
        total(partial[k])


@kernel
def _second_order(points: Any, q: Any, partial: Any) -> None:
    second, second_z, second_zz = partial[AA], partial[AB], partial[BB]
    for j in range(points.size):
        qz = q[j] * points[j]
        second[j] += q[j]
        second_z[j] += qz
        second_zz[j] += qz * points[j]


@kernel
def _first_beyond(z: Any, a: float, b: float, bound: float) -> int:
    """Index of the first of the ascending ``z`` with a + b z > bound, for b >= 0."""
    low, high = 0, z.size
    while low < high:
        middle = (low + high) // 2
        if a + b * z[middle] > bound:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def _log_of_products(products: Any, factors: int) -> float:
    """Sum of the logs of LANES products of so many factors in [1, 2]; overwrites the products."""
    width = products.size
    while width > 1 and 2 * factors <= _MOST_FACTORS:
        width //= 2
        factors *= 2
        for j in range(width):
            products[j] *= products[width + j]
    logs = 0.0
    for j in range(width):
        logs += log(products[j])
    products[:] = 1.0
    return logs


@kernel
def softplus_derivatives(z: Any, a: float, b: float, partial: Any) -> None:
    """Mean of log(1 + exp(a + b z)) over a sample, with its first and second derivatives in a and b.

    Only the values with |a + b z| < 40 cost an exponential; the log is taken of products.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Ascending.
    a, b : float
        b >= 0.
    partial : ndarray
        A workspace; the result is ``partial[:6, 0]`` in the order MEAN, A, B, AA, AB, BB.
    """
    n = z.size
    begin = _first_beyond(z, a, b, -_FAR)
    end = _first_beyond(z, a, b, _FAR)
    near = z[begin:end]
    partial[:] = 0.0
    products, e, ramp = partial[MEAN], partial[_EXPONENTIAL], partial[_RAMP]
    first, first_z = partial[A], partial[B]
    products[:] = 1.0
    logs = 0.0
    factors = 0
    for start in range(0, near.size, LANES):
        points = near[start : start + LANES]
        for j in range(points.size):
            e[j] = exp_of_negative(-abs(a + b * points[j]))
        for j in range(points.size):
            u = a + b * points[j]
            one = 1.0 + e[j]
            products[j] *= one
            ramp[j] += u if u > 0.0 else 0.0
            d = 1.0 / one
            p = d if u > 0.0 else e[j] * d
            first[j] += p
            first_z[j] += p * points[j]
            e[j] = e[j] * d * d
        _second_order(points, e, partial)
        factors += 1
        if factors == _MOST_FACTORS:
            logs += _log_of_products(products, factors)
            factors = 0
    logs += _log_of_products(products, factors)
    far = z[end:]
    beyond = sum_about(far, 0.0)
    partial[MEAN, 0] = (total(ramp) + logs + (a * far.size + b * beyond)) / n
    partial[A, 0] = (total(first) + far.size) / n
    partial[B, 0] = (total(first_z) + beyond) / n
    for k in range(AA, BB + 1):
        partial[k, 0] = total(partial[k]) / n


@kernel
def derivatives_over(data: Any, a: float, b: float) -> Any:
    """The same for ``data`` = (z, weights, workspace): weighted nodes, or a sample if weights are empty."""
    z, weights, partial = data
    if weights.size > 0:
        weighted_softplus(z, weights, a, b, partial)
    else:
        softplus_derivatives(z, a, b, partial)
    return partial
