"""Means of log(1 + exp(a + b z)) over a sample, with derivatives: all that the data say to a mixture.

The log-likelihoods of the two-component normal mixtures of this package depend on the data only through this
function of two numbers, its gradient and its Hessian: one pass gives them all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative, log, log1p, rough_softplus
from .compiling import inlined, kernel
from .moments import LANES, first_beyond, sum_about, total

#: Places of a pass's results in its workspace.
MEAN, A, B, AA, AB, BB = range(6)

# where the partial sums lie in the workspace: at distances that the compiler knows, or it could not tell that
# they do not overlap; the exponentials and the ramp are one pass's own
_SUMS = 6
_A, _B, _AA, _AB, _BB = (k * LANES for k in (A, B, AA, AB, BB))
_EXPONENTIAL, _RAMP = _SUMS * LANES, (_SUMS + 1) * LANES

_FAR = 40.0  # exp(-40) is below the rounding of 1
_MOST_FACTORS = 1000  # of at most 2 each, whose product does not overflow


@kernel
def workspace() -> Any:
    """Room for the partial sums of one pass."""
    return np.empty((_SUMS + 2) * LANES)


@kernel
def _gather(partial: Any) -> None:
    """Replace the partial sums by the sums, in the first places."""
    for k in range(_SUMS):
        partial[k] = total(partial[k * LANES : (k + 1) * LANES])


@inlined
def _add_rough(points: Any, weights: Any, count: int, a: float, b: float, partial: Any) -> None:
    for j in range(count):
        partial[j] += weights[j] * rough_softplus(a + b * points[j])


@kernel
def rough_mean_softplus(z: Any, weights: Any, a: float, b: float, partial: Any) -> float:
    """Sum of w log(1 + exp(a + b z)) over weighted nodes, to 4e-8; ``partial`` is a workspace."""
    for j in range(LANES):
        partial[j] = 0.0
    full = z.size - z.size % LANES
    for start in range(0, full, LANES):
        _add_rough(z[start : start + LANES], weights[start : start + LANES], LANES, a, b, partial)
    _add_rough(z[full:], weights[full:], z.size - full, a, b, partial)
    return total(partial[:LANES])


@inlined
def _add_second_order(points: Any, count: int, partial: Any) -> None:
    for j in range(count):
        q = partial[_EXPONENTIAL + j]
        qz = q * points[j]
        partial[_AA + j] += q
        partial[_AB + j] += qz
        partial[_BB + j] += qz * points[j]


@inlined
def _add_weighted(points: Any, weights: Any, count: int, a: float, b: float, partial: Any) -> None:
    # several short loops vectorise where one long loop does not
    for j in range(count):
        partial[_EXPONENTIAL + j] = exp_of_negative(-abs(a + b * points[j]))
    for j in range(count):
        u = a + b * points[j]
        w = weights[j]
        e = partial[_EXPONENTIAL + j]
        partial[j] += w * ((u if u > 0.0 else 0.0) + log1p(e))
        d = 1.0 / (1.0 + e)
        wd = w * d
        p = wd if u > 0.0 else e * wd
        partial[_A + j] += p
        partial[_B + j] += p * points[j]
        partial[_EXPONENTIAL + j] = e * d * wd
    _add_second_order(points, count, partial)


@inlined
def _add_far(points: Any, weights: Any, count: int, a: float, b: float, partial: Any) -> None:
    for j in range(count):
        w = weights[j]
        partial[j] += w * (a + b * points[j])
        partial[_A + j] += w
        partial[_B + j] += w * points[j]


@kernel
def weighted_softplus(z: Any, weights: Any, a: float, b: float, partial: Any) -> None:
    """Sum of w log(1 + exp(a + b z)) over weighted nodes, with its first and second derivatives in a and b.

    Parameters
    ----------
    z, weights : ndarray, shape (m,)
        The nodes ascending.
    a, b : float
        b >= 0.
    partial : ndarray
        A workspace; the result is ``partial[:6]`` in the order MEAN, A, B, AA, AB, BB.
    """
    partial[:] = 0.0
    begin, end = first_beyond(z, (-_FAR - a) / b), first_beyond(z, (_FAR - a) / b)
    near, own = z[begin:end], weights[begin:end]
    full = near.size - near.size % LANES
    for start in range(0, full, LANES):
        _add_weighted(near[start : start + LANES], own[start : start + LANES], LANES, a, b, partial)
    _add_weighted(near[full:], own[full:], near.size - full, a, b, partial)
    for start in range(end, z.size, LANES):
        far, own = z[start : start + LANES], weights[start : start + LANES]
        _add_far(far, own, far.size, a, b, partial)
    _gather(partial)


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


@inlined
def _add_sample(points: Any, count: int, a: float, b: float, partial: Any) -> None:
    """The same as for weighted nodes, but for the products of 1 + exp(-|a + b z|) in place of their logs."""
    for j in range(count):
        partial[_EXPONENTIAL + j] = exp_of_negative(-abs(a + b * points[j]))
    for j in range(count):
        u = a + b * points[j]
        e = partial[_EXPONENTIAL + j]
        one = 1.0 + e
        partial[j] *= one
        partial[_RAMP + j] += u if u > 0.0 else 0.0
        d = 1.0 / one
        p = d if u > 0.0 else e * d
        partial[_A + j] += p
        partial[_B + j] += p * points[j]
        partial[_EXPONENTIAL + j] = e * d * d
    _add_second_order(points, count, partial)


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
        A workspace; the result is ``partial[:6]`` in the order MEAN, A, B, AA, AB, BB.
    """
    n = z.size
    begin, end = first_beyond(z, (-_FAR - a) / b), first_beyond(z, (_FAR - a) / b)
    partial[:] = 0.0
    products = partial[:LANES]
    products[:] = 1.0
    logs = 0.0
    factors = 0
    near = z[begin:end]
    full = near.size - near.size % LANES
    for start in range(0, full, LANES):
        _add_sample(near[start : start + LANES], LANES, a, b, partial)
        factors += 1
        if factors == _MOST_FACTORS:
            logs += _log_of_products(products, factors)
            factors = 0
    _add_sample(near[full:], near.size - full, a, b, partial)
    logs += _log_of_products(products, factors + 1)
    ramp = total(partial[_RAMP : _RAMP + LANES])
    _gather(partial)
    far = z[end:]
    beyond = sum_about(far, 0.0)
    partial[MEAN] = (ramp + logs + (a * far.size + b * beyond)) / n
    partial[A] = (partial[A] + far.size) / n
    partial[B] = (partial[B] + beyond) / n
    for k in range(AA, BB + 1):
        partial[k] /= n


@kernel
def derivatives_over(data: Any, a: float, b: float) -> Any:
    """The same for ``data`` = (z, weights, workspace): weighted nodes, or a sample if weights are empty."""
    z, weights, partial = data
    if weights.size > 0:
        weighted_softplus(z, weights, a, b, partial)
    else:
        softplus_derivatives(z, a, b, partial)
    return partial
