"""Maximum likelihood of the two-component normal mixture with weights 1/2 and a common free variance.

In units in which the sample's mean is 0 and its variance 1, with c the centre of the two means, g half their
distance, v the variance and k = g/v, the mean log-likelihood is

    -log(2 pi v)/2 - m/(2 v) - k^2 v/2 + mean log cosh(k (z - c)),    m = 1 + c^2.

For fixed (c, k) it has one maximum over v, at the root of k^2 v^2 + v = m. What is left is the profile
L(c, k), whose stationary points are those of the likelihood. At each of them v = 1 + c^2 - g^2, and a share
g^2 (1 - T^2) of the variance is between the components, where T = -c/g is the mean of tanh(k (z - c)). A grid
over T and the share finds the hills, a trust-region Newton climbs them, on weighted nodes in place of a large
sample, and the winner is finished on the sample itself. Or else EM starts from k-means' split, and Newton
takes over where EM has come to a hill.

For small k the profile is -(1 + log 2 pi)/2 - k^4 K/12 + O(k^6), K the sample's standardised fourth cumulant
(m4/m2^2 - 3): the components never merge if K < 0, and merging is a local maximum if K > 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log
from .compiling import COUNT, SAMPLES, entry, kernel
from .logistic import AA, AB, BB, MEAN, A, B, derivatives_over, rough_mean_softplus, workspace
from .mixture_newton import (
    CONVERGED,
    DEGENERATE,
    FROM_KMEANS,
    GRADIENT,
    LOG_LIKELIHOOD,
    LOWER,
    MERGED,
    NOT_CONVERGED,
    OUTCOME,
    PASSES,
    UPPER,
    VARIANCE,
    WEIGHT,
)
from .moments import centre, squares_about
from .nodes import FEW_CELLS, NODES, coarsen, compress, interpolation_error
from .trust_region import G_0, G_1, H_00, H_01, H_11, NOISE, SCORE, STAGNANT, VALUE, climber
from .two_means import LOWER as CLUSTER_LOWER
from .two_means import SIZE as CLUSTER_SIZE
from .two_means import UPPER as CLUSTER_UPPER
from .two_means import WITHIN, fit_two_means

_LOG_2 = 0.6931471805599453
_HALF_LOG_2PI = 0.9189385332046727
_SINGLE = -_HALF_LOG_2PI - 0.5  # mean log-likelihood of one component
_TOLERANCE = 1e-9
_ROUGHLY = 1e-10  # score to which hills are climbed on nodes
_SAME = 1e-4
_NOISE = 4e-15  # rounding of the mean log-likelihood
_LOWEST, _HIGHEST = -20.0, 21.0  # of log k: from the merged fit to a distance of 40,000 standard deviations
_FARTHEST = 1e9  # of y
_TIGHT = 4.0  # log k from which the clusters may be so far apart that no observation is in doubt
_NO_DOUBT = 40.0

_LEAST_EM_STEPS, _MOST_EM_STEPS = 10, 100
_SHORT = 0.25  # Newton's first steps after EM, so that it stays on EM's hill


@kernel
def _variance(c: float, k: float) -> float:
    """The variance that is best for (c, k)."""
    m = 1.0 + c * c
    return 2.0 * m / (1.0 + np.sqrt(1.0 + 4.0 * k * k * m))


@kernel
def _scale(k: float) -> float:
    """What Newton measures c in: near k = 0 the curvature in c is about 1, and that in log k about k^4."""
    return k * k / (1.0 + k * k)


@kernel
def _expand(data: Any, _parameter: float, y: float, log_k: float, local: Any) -> None:
    """Expand L at (y, log k), c = y s(k), for :mod:`.trust_region`; there is no parameter."""
    k = exp(log_k)
    s = _scale(k)
    c = y * s
    m = 1.0 + c * c
    root = np.sqrt(1.0 + 4.0 * k * k * m)
    v = 2.0 * m / (1.0 + root)
    partial = derivatives_over(data, -2.0 * k * c, 2.0 * k)
    f_a, f_b = partial[A], partial[B]
    f_aa, f_ab, f_bb = partial[AA], partial[AB], partial[BB]
    # log cosh(u) = log(1 + exp(2 u)) - u - log 2, and the mean of z is zero
    mean_log_cosh = partial[MEAN] + k * c - _LOG_2
    local[VALUE] = -0.5 * log(v) - m / (2.0 * v) - 0.5 * k * k * v - _HALF_LOG_2PI + mean_log_cosh
    # derivatives in (c, k), then in (c, log k), then in (y, log k)
    d_c = -c / v + k * (1.0 - 2.0 * f_a)
    d_k = -k * v + (c - 2.0 * c * f_a + 2.0 * f_b)
    d_cc = 2.0 * c * c / (v * v * root) - 1.0 / v + 4.0 * k * k * f_aa
    d_ck = -2.0 * c * k / root + (1.0 - 2.0 * f_a) + 4.0 * k * (c * f_aa - f_ab)
    d_kk = -v + 2.0 * (k * v) * (k * v) / root + 4.0 * (c * c * f_aa - 2.0 * c * f_ab + f_bb)
    # the score in (c, g); that in v is zero
    local[SCORE] = max(abs(d_c), abs(d_k) / v)
    d_kk = k * k * d_kk + k * d_k
    d_ck *= k
    d_k *= k
    s_1 = 2.0 * s * (1.0 - s)
    s_2 = 2.0 * s_1 * (1.0 - 2.0 * s)
    local[G_0] = s * d_c
    local[G_1] = d_k + s_1 * y * d_c
    local[H_00] = s * s * d_cc
    local[H_01] = s_1 * d_c + s * d_ck + s * s_1 * y * d_cc
    local[H_11] = d_kk + 2.0 * s_1 * y * d_ck + s_1 * s_1 * y * y * d_cc + s_2 * y * d_c
    local[NOISE] = _NOISE * (1.0 + k * (1.0 + abs(c)))


_climb = climber(_expand)


@kernel
def _place(p: float, distance: float, within: float) -> tuple[float, float]:
    """(y, log k) of clusters about a mean of zero, of which the upper one has a share p."""
    k = 0.5 * distance / within
    return distance * (0.5 - p) / _scale(k), log(k)


@kernel
def _follow_em(data: Any, y: float, log_k: float, local: Any) -> tuple[float, float]:
    """Follow EM from (y, log k) until the likelihood is concave."""
    for step in range(_MOST_EM_STEPS):
        _expand(data, 0.0, y, log_k, local)
        concave = local[H_11] < 0.0 and local[H_00] * local[H_11] > local[H_01] * local[H_01]
        if local[SCORE] < _TOLERANCE or (concave and step >= _LEAST_EM_STEPS):
            break
        p = data[2][A]
        distance = data[2][B] / (p * (1.0 - p))
        within = 1.0 - data[2][B] * distance
        if not (0.0 < p < 1.0 and within > 0.0 and distance > 0.0):
            break
        y, log_k = _place(p, distance, within)
    return y, log_k


_STEP = 0.6  # the grid's, in the logit of (1 + T)/2
_COLUMNS = 9  # the grid's shares, denser near the largest possible
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
def _search(nodes: Any, weights: Any, edge: float, effort: int, partial: Any, starts: Any) -> int:
    """Write the grid's hills as (value, y, log k) to ``starts``, best first; returns how many."""
    step = _STEP / effort
    rows = 2 * int(edge / step) + 3
    columns = _COLUMNS * effort
    step = 2.0 * edge / (rows - 1)
    value = np.empty((rows, columns))
    place = np.empty((rows, columns, 2))
    for i in range(rows):
        up = exp(-edge + i * step)
        p = up / (1.0 + up)
        spread = 2.0 * np.sqrt(p * (1.0 - p))
        # at most all variance is between, and a component lies at the edge of the data
        reach = nodes[nodes.size - 1] / (1.0 - p) if p < 0.5 else -nodes[0] / p
        widest = min(1.0, 0.55 * reach * spread)
        for j in range(columns):
            root = widest * _WIDEST * (1.0 - ((columns - 0.5 - j) / columns) ** 2)
            y, log_k = _place(p, 2.0 * root / spread, 1.0 - root * root)
            place[i, j, 0] = y
            place[i, j, 1] = log_k
            k = exp(log_k)
            c = y * _scale(k)
            v = _variance(c, k)
            value[i, j] = -0.5 * log(v) - (1.0 + c * c) / (2.0 * v) - 0.5 * k * k * v + k * c
            value[i, j] += rough_mean_softplus(nodes, weights, -2.0 * k * c, 2.0 * k, partial)
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
            at = min(found, most - 1)
            while at > 0 and starts[at - 1, 0] < here:
                starts[at] = starts[at - 1]
                at -= 1
            starts[at, 0] = here
            starts[at, 1] = place[i, j, 0]
            starts[at, 2] = place[i, j, 1]
            found = min(found + 1, most)
    return found


@kernel
def _split(x: Any, scale: float, starts: Any) -> None:
    """Write the mixture of k-means' clusters, as EM's first M step makes it, as the only start."""
    split = np.empty(4)
    fit_two_means(x, split)
    n = x.size
    distance = (split[CLUSTER_UPPER] - split[CLUSTER_LOWER]) * scale
    within = split[WITHIN] / n * scale * scale
    starts[0, 1], starts[0, 2] = _place(1.0 - split[CLUSTER_SIZE] / n, distance, within)
    starts[0, 2] = min(starts[0, 2], _HIGHEST)


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
    result[WEIGHT] = 0.5 if size < n else np.nan
    result[VARIANCE] = 0.0
    result[LOG_LIKELIHOOD] = np.inf
    result[PASSES] = 1
    result[GRADIENT] = 0.0
    result[OUTCOME] = DEGENERATE if size < n else MERGED
    return True


@kernel
def _separated(x: Any, result: Any) -> float:
    """Log-likelihood of the fit whose components are the best split's clusters, and its result.

    Where the clusters are so far apart that no observation is in doubt, this is a maximum exactly.
    """
    n = x.size
    split = np.empty(4)
    fit_two_means(x, split)
    size = int(split[CLUSTER_SIZE])
    lower, upper, variance = split[CLUSTER_LOWER], split[CLUSTER_UPPER], split[WITHIN] / n
    if not variance > 0.0:
        return -np.inf
    slope = (upper - lower) / variance
    middle = 0.5 * (lower + upper)
    doubt = slope * min(middle - x[size - 1], x[size] - middle)
    if not doubt > _NO_DOUBT:
        return -np.inf
    result[LOWER] = lower
    result[UPPER] = upper
    result[WEIGHT] = 0.5
    result[VARIANCE] = variance
    result[LOG_LIKELIHOOD] = n * (_SINGLE - _LOG_2 - 0.5 * log(variance))
    result[GRADIENT] = 0.0
    result[OUTCOME] = CONVERGED
    return float(result[LOG_LIKELIHOOD])


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
    box = (-_FARTHEST, _FARTHEST, _LOWEST, _HIGHEST)
    local = np.empty(8)
    coarse = np.empty(NODES * FEW_CELLS)
    coarse_weights = np.empty(NODES * FEW_CELLS)
    no_weights = np.empty(0)
    widest = 1.0
    if effort == FROM_KMEANS:
        found = 1
        widest = _SHORT
        _split(x, scale, starts)
    else:
        few = coarsen(nodes, weights, FEW_CELLS, coarse, coarse_weights)
        found = _search(coarse[:few], coarse_weights[:few], log(1.0 * n) + 1.0, effort, partial, starts)
    surely = -np.inf
    for s in range(found):
        start = (starts[s, 1], starts[s, 2])
        data = (nodes, weights, partial)
        if effort == FROM_KMEANS:
            start = _follow_em(data, start[0], start[1], local)
        starts[s, 1], starts[s, 2], _ = _climb(data, 0.0, start, box, widest, _ROUGHLY, local)
        error = 0.0 if count == n else interpolation_error(z, cells, 2.0 * exp(starts[s, 2]))
        surely = max(surely, local[VALUE] - error)
        starts[s, 0] = local[VALUE] + error
    # hills that may be the highest, for what the nodes get wrong, are climbed on the sample
    value = -np.inf
    y = log_k = score = 0.0
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
        y_s, k_s, passes_s = _climb(
            (z, no_weights, partial), 0.0, start, box, widest, _TOLERANCE / STAGNANT, local
        )
        passes += passes_s
        if local[VALUE] > value:
            value, score, y, log_k = local[VALUE], local[SCORE], y_s, k_s
    result[PASSES] = passes
    result[LOG_LIKELIHOOD] = n * (value - log(sd))
    if log_k > _TIGHT and _separated(x, result) > n * (value - log(sd)) - _NOISE * n * exp(log_k):
        return
    if not value > _SINGLE + _NOISE:
        result[LOWER] = result[UPPER] = mean
        result[WEIGHT] = np.nan
        result[VARIANCE] = variance
        result[LOG_LIKELIHOOD] = n * (_SINGLE - log(sd))
        result[GRADIENT] = 0.0
        result[OUTCOME] = MERGED
        return
    k = exp(log_k)
    c = y * _scale(k)
    within = _variance(c, k)
    half = k * within
    result[LOWER] = mean + sd * (c - half)
    result[UPPER] = mean + sd * (c + half)
    result[WEIGHT] = 0.5
    result[VARIANCE] = variance * within
    result[GRADIENT] = score
    result[OUTCOME] = CONVERGED if score <= _TOLERANCE else NOT_CONVERGED


@entry(SAMPLES, COUNT)
def fit_equal_weights(samples: Any, effort: int) -> Any:
    """Maximum-likelihood fits of sorted samples with weights 1/2.

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
        The lower and the upper mean, the weight 1/2 (NaN where the components merge), the common variance,
        the log-likelihood, the passes over the sample, the largest component of the mean score in (centre,
        half the distance) over the sample's standard deviation, and the outcome.
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
