"""Maximum likelihood of the two-component normal mixture with a common free variance, at its global optimum.

At every maximum the fitted mixture has the sample's mean and variance. In units in which these are 0 and 1
two parameters are left: t = logit of the upper component's weight p, and k = exp(h), the ratio of the
variance between the components to the variance within. The mean log-likelihood is then

    L(t, h) = c(t, k) + mean log(1 + exp(a + b z)),
    a = t + k sinh t,   b = 2 cosh(t/2) sqrt(k + k^2),
    c = -log(1 + e^t) + log(1 + k)/2 - (1 + k + k e^t)/2 - log(2 pi)/2.

A grid over the plane finds the hills, a trust-region Newton climbs them, on weighted nodes in place of a
large sample; the winner is finished on the sample itself. Or else EM starts from k-means' split, and Newton
takes over where EM has come to a hill.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log, softplus
from .compiling import COUNT, SAMPLES, entry, kernel
from .logistic import AA, AB, BB, MEAN, A, B, derivatives_over, rough_mean_softplus, workspace
from .moments import centre, squares_about
from .nodes import FEW_CELLS, NODES, coarsen, compress, interpolation_error
from .trust_region import G_0, G_1, H_00, H_01, H_11, NOISE, SCORE, STAGNANT, VALUE, climber
from .two_means import LOWER as CLUSTER_LOWER
from .two_means import SIZE, WITHIN, fit_two_means
from .two_means import UPPER as CLUSTER_UPPER

LOWER, UPPER, WEIGHT, VARIANCE, LOG_LIKELIHOOD, PASSES, GRADIENT, OUTCOME = range(8)
CONVERGED, MERGED, DEGENERATE, NOT_CONVERGED = range(4)  # as in Status

_HALF_LOG_2PI = 0.9189385332046727
_SINGLE = -_HALF_LOG_2PI - 0.5  # mean log-likelihood of one component
_TOLERANCE = 1e-9
_ROUGHLY = 1e-10  # score to which hills are climbed on nodes
_SAME = 1e-4
_TIGHT = 5.0  # h from which components may be so far apart that no observation is in doubt
_NO_DOUBT = 40.0
_NOISE = 4e-15  # rounding of the mean log-likelihood
_HIGHEST = 14.0  # of h: the distance is then 2,200 within-component standard deviations
_LOWEST = -40.0

FROM_KMEANS = 0  # in place of the effort of the search
_LEAST_EM_STEPS, _MOST_EM_STEPS = 10, 100
_SHORT = 0.25  # Newton's first steps after EM, so that it stays on EM's hill


@kernel
def _coefficients(t: float, h: float) -> tuple[float, float, float]:
    """The constant c and the slope's a and b at (t, h)."""
    k = exp(h)
    up = exp(t)
    c = -softplus(t) + 0.5 * log(1.0 + k) - 0.5 * (1.0 + k + k * up) - _HALF_LOG_2PI
    half = exp(0.5 * t)
    return c, t + 0.5 * k * (up - 1.0 / up), (half + 1.0 / half) * np.sqrt(k + k * k)


@kernel
def _distance(t: float, h: float) -> float:
    """Distance of the means over the sample's standard deviation: tau = p (1 - p) D^2 = k/(1 + k)."""
    k = exp(h)
    half = exp(0.5 * t)
    return (half + 1.0 / half) * np.sqrt(k / (1.0 + k))


@kernel
def expand(data: Any, _parameter: float, t: float, h: float, local: Any) -> None:
    """Expand L at (t, h) for :mod:`.trust_region`; there is no parameter."""
    c, a, b = _coefficients(t, h)
    partial = derivatives_over(data, a, b)
    f_a, f_b = partial[A], partial[B]
    f_aa, f_ab, f_bb = partial[AA], partial[AB], partial[BB]
    k = exp(h)
    up = exp(t)
    p = up / (1.0 + up)
    half = exp(0.5 * t)
    cosh, sinh = 0.5 * (up + 1.0 / up), 0.5 * (up - 1.0 / up)
    g = np.sqrt(k + k * k)
    g_1 = (k + 2.0 * k * k) / (2.0 * g)
    g_2 = k * (1.0 + 4.0 * k) / (2.0 * g) - g_1 * g_1 / g
    a_t, a_h, a_th = 1.0 + k * cosh, k * sinh, k * cosh
    b_t, b_h, b_th = (
        (half - 1.0 / half) * 0.5 * g,
        (half + 1.0 / half) * g_1,
        (half - 1.0 / half) * 0.5 * g_1,
    )
    b_tt, b_hh = 0.25 * b, (half + 1.0 / half) * g_2
    within = 1.0 / (1.0 + k)
    local[VALUE] = c + partial[MEAN]
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
    # the score in (t, D): h moves with t by (1 - 2p)(1 + k) at fixed D, with D by 2 (1 + k)/D at fixed t
    along_t = local[G_0] + local[G_1] * (1.0 - 2.0 * p) * (1.0 + k)
    along_d = local[G_1] * 2.0 * (1.0 + k) / _distance(t, h)
    local[SCORE] = max(abs(along_t), abs(along_d))
    local[NOISE] = _NOISE * (1.0 + k * (1.0 + up))


@kernel
def _follow_em(data: Any, t: float, h: float, local: Any) -> tuple[float, float]:
    """Follow EM from (t, h) until the likelihood is concave.

    EM's weight, p = f_a, and share of the variance between the components, tau = f_b^2 / (p (1 - p)), are
    derivatives of the same mean as Newton's.
    """
    for step in range(_MOST_EM_STEPS):
        expand(data, 0.0, t, h, local)
        concave = local[H_11] < 0.0 and local[H_00] * local[H_11] > local[H_01] * local[H_01]
        if local[SCORE] < _TOLERANCE or (concave and step >= _LEAST_EM_STEPS):
            break
        p = data[2][A]
        share = data[2][B] * data[2][B] / (p * (1.0 - p))
        if not (0.0 < p < 1.0 and 0.0 < share < 1.0):
            break
        t, h = log(p / (1.0 - p)), log(share / (1.0 - share))
    return t, h


_climb = climber(expand)

_STEP = 0.8  # the grid's, in t
_COLUMNS = 6  # the grid's distances, denser near the largest possible
_WIDEST = 0.99
_STARTS = 8

_CELLS = (16, 32, 64)
_LARGE = (5_000, 200_000)  # samples for which the next number of cells saves more passes than it costs


@kernel
def _cells(n: int) -> int:
    if n < _LARGE[0]:
        return _CELLS[0]
    return _CELLS[1] if n < _LARGE[1] else _CELLS[2]


@kernel
def _edge(n: int) -> float:
    """Bound on |t|: a component with a weight far below 1/n has no data."""
    return log(4.0 * n) + 2.0


@kernel
def _search(nodes: Any, weights: Any, edge: float, effort: int, partial: Any, starts: Any) -> int:
    """Write the grid's hills as (value, t, h) to ``starts``, best first; returns how many."""
    step = _STEP / effort
    rows = 2 * int(edge / step) + 3
    columns = _COLUMNS * effort
    step = 2.0 * edge / (rows - 1)
    value = np.empty((rows, columns))
    share = np.empty((rows, columns))
    for i in range(rows):
        t = -edge + i * step
        up = exp(t)
        p = up / (1.0 + up)
        half = exp(0.5 * t)
        # at most all variance is between, and a component lies at the edge of the data
        reach = nodes[nodes.size - 1] / (1.0 - p) if t < 0.0 else -nodes[0] / p
        widest = min(1.0, 1.1 * reach / (half + 1.0 / half))
        constant = -softplus(t) - _HALF_LOG_2PI
        for j in range(columns):
            root = widest * _WIDEST * (1.0 - ((columns - 0.5 - j) / columns) ** 2)
            share[i, j] = root * root
            within = 1.0 - share[i, j]
            k = share[i, j] / within
            c = constant - 0.5 * log(within) - 0.5 * (1.0 + k + k * up)
            a = t + 0.5 * k * (up - 1.0 / up)
            b = (half + 1.0 / half) * root / within
            value[i, j] = c + rough_mean_softplus(nodes, weights, a, b, partial)
    most = starts.shape[0]
    found = 0
    for i in range(rows):
        for j in range(columns):
            here = value[i, j]
            top = (i == 0 or value[i - 1, j] <= here) and (i == rows - 1 or value[i + 1, j] <= here)
            top = (
                top and (j == 0 or value[i, j - 1] <= here) and (j == columns - 1 or value[i, j + 1] <= here)
            )
            if not top or (found == most and here <= starts[found - 1, 0]):
                continue
            place = min(found, most - 1)
            while place > 0 and starts[place - 1, 0] < here:
                starts[place] = starts[place - 1]
                place -= 1
            starts[place, 0] = here
            starts[place, 1] = -edge + i * step
            starts[place, 2] = log(share[i, j] / (1.0 - share[i, j]))
            found = min(found + 1, most)
    return found


@kernel
def _split(x: Any, starts: Any) -> None:
    """Write the mixture of k-means' clusters, as EM's first M step makes it, as the only start."""
    split = np.empty(4)
    fit_two_means(x, split)
    n = x.size
    p = 1.0 - split[SIZE] / n
    distance = split[CLUSTER_UPPER] - split[CLUSTER_LOWER]
    between = p * (1.0 - p) * distance * distance
    starts[0, 1] = log(p / (1.0 - p))
    starts[0, 2] = min(log(between / (split[WITHIN] / n)), _HIGHEST)


@kernel
def _degenerate(x: Any, result: Any) -> bool:
    """Whether the sample has one or two distinct values, and the result if so."""
    n = x.size
    size = 0
    while size < n and x[size] == x[0]:
        size += 1
    if size < n and x[size] < x[n - 1]:
        return False
    result[LOWER] = x[0]
    result[UPPER] = x[n - 1]
    result[WEIGHT] = size / n if size < n else np.nan
    result[VARIANCE] = 0.0
    result[LOG_LIKELIHOOD] = np.inf
    result[PASSES] = 1
    result[GRADIENT] = 0.0
    result[OUTCOME] = DEGENERATE if size < n else MERGED
    return True


@kernel
def _separated(x: Any, result: Any) -> float:
    """Score of the fit whose components are the best split's clusters, and its mean log-likelihood.

    Where the clusters are so far apart that no observation is in doubt, this is a maximum exactly.
    """
    n = x.size
    split = np.empty(4)
    fit_two_means(x, split)
    size = int(split[SIZE])
    lower, upper, variance = split[CLUSTER_LOWER], split[CLUSTER_UPPER], split[WITHIN] / n
    p = size / n
    if not variance > 0.0:
        return -np.inf
    # log odds of the two values next to the cut
    offset = log((1.0 - p) / p)
    slope = (upper - lower) / variance
    middle = 0.5 * (lower + upper)
    doubt = min(-(offset + slope * (x[size - 1] - middle)), offset + slope * (x[size] - middle))
    if not doubt > _NO_DOUBT:
        return -np.inf
    value = p * log(p) + (1.0 - p) * log(1.0 - p) - 0.5 * log(variance) + _SINGLE
    result[LOWER] = lower
    result[UPPER] = upper
    result[WEIGHT] = p
    result[VARIANCE] = variance
    result[LOG_LIKELIHOOD] = n * value
    result[GRADIENT] = 0.0
    result[OUTCOME] = CONVERGED
    return n * value


@kernel
def _fit(
    x: Any, effort: int, z: Any, nodes: Any, weights: Any, partial: Any, starts: Any, result: Any
) -> None:
    """Fit one sorted sample; ``z`` to ``starts`` are room to work in."""
    if _degenerate(x, result):
        return
    n = x.size
    mean = centre(x)
    variance = squares_about(x, mean) / n
    sd = np.sqrt(variance)
    scale = 1.0 / sd
    for i in range(n):
        z[i] = (x[i] - mean) * scale
    cells = _cells(n)
    count = compress(z, cells, nodes, weights)
    nodes = nodes[:count]
    weights = weights[:count]
    edge = _edge(n)
    box = (-edge, edge, _LOWEST, _HIGHEST)
    local = np.empty(8)
    coarse = np.empty(NODES * FEW_CELLS)
    coarse_weights = np.empty(NODES * FEW_CELLS)
    no_weights = np.empty(0)
    widest = 1.0
    if effort == FROM_KMEANS:
        found = 1
        widest = _SHORT
        _split(x, starts)
    else:
        few = coarsen(nodes, weights, FEW_CELLS, coarse, coarse_weights)
        # hills with less than a third of an observation are seen from inside
        found = _search(coarse[:few], coarse_weights[:few], log(1.0 * n) + 1.0, effort, partial, starts)
    surely = -np.inf
    for s in range(found):
        start = (starts[s, 1], starts[s, 2])
        data = (nodes, weights, partial)
        if effort == FROM_KMEANS:
            start = _follow_em(data, start[0], start[1], local)
        starts[s, 1], starts[s, 2], _ = _climb(data, 0.0, start, box, widest, _ROUGHLY, local)
        _, _, slope = _coefficients(starts[s, 1], starts[s, 2])
        error = 0.0 if count == n else interpolation_error(z, cells, slope)
        surely = max(surely, local[VALUE] - error)
        starts[s, 0] = local[VALUE] + error
    # hills that may be the highest, for what the nodes get wrong, are climbed on the sample
    value = -np.inf
    t = h = score = 0.0
    passes = 4  # mean, variance, standardisation, nodes
    for s in range(found):
        start = (starts[s, 1], starts[s, 2])
        passed_over = starts[s, 0] < surely
        for earlier in range(s):
            gap = abs(starts[earlier, 1] - start[0]) + abs(starts[earlier, 2] - start[1])
            passed_over = passed_over or gap < _SAME
        if passed_over:
            starts[s, 1] = np.inf
            continue
        t_s, h_s, passes_s = _climb(
            (z, no_weights, partial), 0.0, start, box, widest, _TOLERANCE / STAGNANT, local
        )
        passes += passes_s
        if local[VALUE] > value:
            value, score, t, h = local[VALUE], local[SCORE], t_s, h_s
    result[PASSES] = passes
    result[LOG_LIKELIHOOD] = n * (value - log(sd))
    if h > _TIGHT and _separated(x, result) > n * (value - log(sd)) - _NOISE * n * exp(h):
        return
    if not value > _SINGLE + _NOISE:
        result[LOWER] = result[UPPER] = mean
        result[WEIGHT] = np.nan
        result[VARIANCE] = variance
        result[LOG_LIKELIHOOD] = n * (_SINGLE - log(sd))
        result[GRADIENT] = 0.0
        result[OUTCOME] = MERGED
        return
    up = exp(t)
    distance = _distance(t, h) * sd
    result[LOWER] = mean - distance * (up / (1.0 + up))
    result[UPPER] = mean + distance / (1.0 + up)
    result[WEIGHT] = 1.0 / (1.0 + up)
    result[VARIANCE] = variance / (1.0 + exp(h))
    result[GRADIENT] = score
    result[OUTCOME] = CONVERGED if score <= _TOLERANCE else NOT_CONVERGED


@entry(SAMPLES, COUNT)
def mixture_newton(samples: Any, effort: int) -> Any:
    """Maximum-likelihood fits of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.
    effort : int
        How many times finer the grid of starts is than usual, in each direction; or ``FROM_KMEANS`` for the
        one maximum that EM reaches from k-means' split.

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
    nodes = np.empty(2 * NODES * _cells(n))
    weights = np.empty(2 * NODES * _cells(n))
    partial = workspace()
    starts = np.empty((_STARTS * max(effort, 1), 3))
    for i in range(r):
        _fit(samples[i], effort, z, nodes, weights, partial, starts, results[i])
    return results
