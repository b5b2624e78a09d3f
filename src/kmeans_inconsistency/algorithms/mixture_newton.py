"""Maximum likelihood of the two-component normal mixture with a common free variance, at its global optimum.

At every maximum the fitted mixture has the sample's mean and variance. In units in which these are 0 and 1
two parameters are left: t = logit of the upper component's weight p, and k = exp(h), the ratio of the
variance between the components to the variance within. The mean log-likelihood is then

    L(t, h) = c(t, k) + mean log(1 + exp(a + b z)),
    a = t + k sinh t,   b = 2 cosh(t/2) sqrt(k + k^2),
    c = -log(1 + e^t) + log(1 + k)/2 - (1 + k + k e^t)/2 - log(2 pi)/2.

A grid over the plane finds the hills, a trust-region Newton climbs them, on weighted nodes in place of a
large sample; the winner is finished on the sample itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log, softplus
from .compiling import SAMPLES, entry, kernel
from .logistic import AA, AB, BB, SUM, A, B, mean_softplus, softplus_derivatives, workspace
from .moments import centre, squares_about
from .nodes import SMALLEST, compress
from .trust_region import G_0, G_1, H_00, H_01, H_11, NOISE, SCORE, VALUE, climber

LOWER, UPPER, WEIGHT, VARIANCE, LOG_LIKELIHOOD, PASSES, GRADIENT, OUTCOME = range(8)
CONVERGED, MERGED, DEGENERATE, NOT_CONVERGED = range(4)  # as in Status

_HALF_LOG_2PI = 0.9189385332046727
_SINGLE = -_HALF_LOG_2PI - 0.5  # mean log-likelihood of one component
_TOLERANCE = 1e-9
_RESOLUTION = 1e-5
_NOISE = 4e-15  # rounding of the mean log-likelihood
_HIGHEST = 14.0  # of h: the distance is then 2,200 within-component standard deviations
_LOWEST = -40.0


@kernel
def _coefficients(t: float, h: float) -> tuple[float, float, float]:
    """The constant c and the slope's a and b at (t, h)."""
    k = exp(h)
    up = exp(t)
    c = -softplus(t) + 0.5 * log(1.0 + k) - 0.5 * (1.0 + k + k * up) - _HALF_LOG_2PI
    half = exp(0.5 * t)
    return c, t + 0.5 * k * (up - 1.0 / up), (half + 1.0 / half) * np.sqrt(k + k * k)


@kernel
def _expand(data: Any, _parameter: float, t: float, h: float, local: Any) -> None:
    """Expand L at (t, h) for :mod:`.trust_region`; there is no parameter."""
    z, w, partial = data
    c, a, b = _coefficients(t, h)
    softplus_derivatives(z, w, a, b, partial)
    f_a, f_b = partial[A, 0], partial[B, 0]
    f_aa, f_ab, f_bb = partial[AA, 0], partial[AB, 0], partial[BB, 0]
    k = exp(h)
    up = exp(t)
    p = up / (1.0 + up)
    half = exp(0.5 * t)
    cosh, sinh = 0.5 * (up + 1.0 / up), 0.5 * (up - 1.0 / up)
    g = np.sqrt(k + k * k)
    g_1 = (k + 2.0 * k * k) / (2.0 * g)
    g_2 = k * (1.0 + 4.0 * k) / (2.0 * g) - g_1 * g_1 / g
    a_t, a_h, a_th = 1.0 + k * cosh, k * sinh, k * cosh
    b_t, b_h, b_th = (half - 1.0 / half) * 0.5 * g, (half + 1.0 / half) * g_1, (half - 1.0 / half) * 0.5 * g_1
    b_tt, b_hh = 0.25 * b, (half + 1.0 / half) * g_2
    within = 1.0 / (1.0 + k)
    local[VALUE] = c + partial[SUM, 0]
    local[G_0] = (-p - 0.5 * k * up) + f_a * a_t + f_b * b_t
    local[G_1] = 0.5 * k * (within - 1.0 - up) + f_a * a_h + f_b * b_h
    local[H_00] = (
        (-p * (1.0 - p) - 0.5 * k * up)
        + (f_aa * a_t * a_t + 2.0 * f_ab * a_t * b_t + f_bb * b_t * b_t)
        + (f_a * a_h + f_b * b_tt)
    )
    local[H_01] = (
        (-0.5 * k * up)
        + (f_aa * a_t * a_h + f_ab * (a_t * b_h + a_h * b_t) + f_bb * b_t * b_h)
        + (f_a * a_th + f_b * b_th)
    )
    local[H_11] = (
        0.5 * k * (within * within - 1.0 - up)
        + (f_aa * a_h * a_h + 2.0 * f_ab * a_h * b_h + f_bb * b_h * b_h)
        + (f_a * a_h + f_b * b_hh)
    )
    # the score in (t, D): at fixed D, h moves with t by (1 - 2p)(1 + k); at fixed t, with D by 2 (1 + k)/D
    along_t = local[G_0] + local[G_1] * (1.0 - 2.0 * p) * (1.0 + k)
    along_d = local[G_1] * 2.0 * (1.0 + k) / _distance(t, h)
    local[SCORE] = max(abs(along_t), abs(along_d))
    local[NOISE] = _NOISE * (1.0 + k * (1.0 + up))


@kernel
def _distance(t: float, h: float) -> float:
    """Distance of the means over the sample's standard deviation: tau = p (1 - p) D^2 = k/(1 + k)."""
    k = exp(h)
    half = exp(0.5 * t)
    return (half + 1.0 / half) * np.sqrt(k / (1.0 + k))


_climb = climber(_expand)

_GRID_T = 0.8  # about the grid's step in t
_FRACTIONS = np.array([0.15, 0.3, 0.45, 0.6, 0.7, 0.78, 0.85, 0.91, 0.95, 0.98])
_STARTS = 8


@kernel
def _h_of_distance(t: float, distance: float) -> float:
    half = exp(0.5 * t)
    share = distance / (half + 1.0 / half)
    share *= share
    return log(share / (1.0 - share))


@kernel
def _edge(n: int) -> float:
    """Bound on |t|: a component with a weight far below 1/n has no data."""
    return log(4.0 * n) + 2.0


@kernel
def _search(nodes: Any, weights: Any, edge: float, partial: Any, starts: Any) -> int:
    """Write the grid's hills as (value, t, h) to ``starts``, (_STARTS, 3), best first; returns how many."""
    rows = 2 * int(edge / _GRID_T) + 3
    columns = _FRACTIONS.size
    step = 2.0 * edge / (rows - 1)
    value = np.empty((rows, columns))
    height = np.empty((rows, columns))
    for i in range(rows):
        t = -edge + i * step
        half = exp(0.5 * t)
        # at most all variance is between, and a component lies at the edge of the data
        widest = half + 1.0 / half
        p = exp(t) / (1.0 + exp(t))
        reach = nodes[nodes.size - 1] / (1.0 - p) if t < 0.0 else -nodes[0] / p
        widest = min(widest, 1.1 * reach)
        for j in range(columns):
            height[i, j] = _h_of_distance(t, _FRACTIONS[j] * widest)
            c, a, b = _coefficients(t, height[i, j])
            value[i, j] = c + mean_softplus(nodes, weights, a, b, partial)
    found = 0
    for i in range(rows):
        for j in range(columns):
            here = value[i, j]
            top = True
            for ii in range(max(i - 1, 0), min(i + 2, rows)):
                for jj in range(max(j - 1, 0), min(j + 2, columns)):
                    top = top and value[ii, jj] <= here
            if not top or (found == _STARTS and here <= starts[found - 1, 0]):
                continue
            place = min(found, _STARTS - 1)
            while place > 0 and starts[place - 1, 0] < here:
                starts[place] = starts[place - 1]
                place -= 1
            starts[place, 0] = here
            starts[place, 1] = -edge + i * step
            starts[place, 2] = height[i, j]
            found = min(found + 1, _STARTS)
    return found


@kernel
def _fit(
    x: Any, z: Any, equal: Any, nodes: Any, weights: Any, partial: Any, starts: Any, result: Any
) -> None:
    """Fit one sorted sample; the arrays between ``x`` and ``result`` are room to work in."""
    n = x.size
    mean = centre(x)
    variance = squares_about(x, mean) / n
    result[LOWER] = result[UPPER] = mean
    result[WEIGHT] = np.nan
    result[VARIANCE] = variance
    result[PASSES] = 2
    result[GRADIENT] = 0.0
    if x[0] == x[n - 1]:
        result[VARIANCE] = 0.0
        result[LOG_LIKELIHOOD] = np.inf
        result[OUTCOME] = MERGED
        return
    size = 1
    while x[size] == x[0]:
        size += 1
    if x[size] == x[n - 1]:
        result[LOWER] = x[0]
        result[UPPER] = x[n - 1]
        result[WEIGHT] = size / n
        result[VARIANCE] = 0.0
        result[LOG_LIKELIHOOD] = np.inf
        result[OUTCOME] = DEGENERATE
        return
    sd = np.sqrt(variance)
    for i in range(n):
        z[i] = (x[i] - mean) / sd
    count = compress(z, nodes, weights)
    nodes = nodes[:count]
    weights = weights[:count]
    edge = _edge(n)
    box = (-edge, edge, _LOWEST, _HIGHEST)
    local = np.empty(8)
    found = _search(nodes, weights, edge, partial, starts)
    top = -np.inf
    for s in range(found):
        start = (starts[s, 1], starts[s, 2])
        starts[s, 1], starts[s, 2], _ = _climb((nodes, weights, partial), 0.0, start, box, 1.0, 1e-6, local)
        starts[s, 0] = local[VALUE]
        top = max(top, local[VALUE])
    value = -np.inf
    t = h = score = 0.0
    passes = 0
    for s in range(found):
        # nodes stand for the sample to about 1e-6: hills as close as that are told apart on the sample
        if starts[s, 0] < top - _RESOLUTION:
            continue
        start = (starts[s, 1], starts[s, 2])
        t_s, h_s, passes_s = _climb((z, equal, partial), 0.0, start, box, 1.0, _TOLERANCE, local)
        passes += passes_s
        if local[VALUE] > value:
            value, score, t, h = local[VALUE], local[SCORE], t_s, h_s
    result[PASSES] += passes
    if not value > _SINGLE + _NOISE:
        result[LOG_LIKELIHOOD] = n * (_SINGLE - log(sd))
        result[OUTCOME] = MERGED
        return
    up = exp(t)
    p = up / (1.0 + up)
    distance = _distance(t, h) * sd
    result[LOWER] = mean - p * distance
    result[UPPER] = mean + distance / (1.0 + up)
    result[WEIGHT] = 1.0 / (1.0 + up)
    result[VARIANCE] = variance / (1.0 + exp(h))
    result[LOG_LIKELIHOOD] = n * (value - log(sd))
    result[GRADIENT] = score
    result[OUTCOME] = CONVERGED if score <= _TOLERANCE else NOT_CONVERGED


@entry(SAMPLES)
def mixture_newton(samples: Any) -> Any:
    """Maximum-likelihood fits of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.

    Returns
    -------
    ndarray, shape (r, 8)
        The lower and the upper mean, the lower component's weight, the common variance, the log-likelihood,
        the passes over the sample, the largest component of the mean score in (logit weight, distance over
        the sample's standard deviation), and the outcome.
    """
    r, n = samples.shape
    results = np.empty((r, 8))
    z = np.empty(n)
    equal = np.full(n, 1.0 / n)
    nodes = np.empty(SMALLEST)
    weights = np.empty(SMALLEST)
    partial = workspace()
    starts = np.empty((_STARTS, 3))
    for i in range(r):
        _fit(samples[i], z, equal, nodes, weights, partial, starts, results[i])
    return results
