"""Maximum likelihood of two normals with known weights and a known common variance, at its global optimum.

In units in which the sample's mean is 0 and its variance 1, with e the known variance, p the weight of the
lower component, c the midpoint and g half the distance of the means, e times the mean log-likelihood is, up
to the constant e log p,

    M(c, g) = -(1 + (g - c)^2)/2 + e mean log(1 + exp(a + b z)),   a = log((1 - p)/p) - 2 g c/e,   b = 2 g/e.

Its gradient is what one EM step moves (c, g) by. The single component, c = g = 0, is always stationary; it is
a maximum for e >= 1. A skewed sample, or weights other than 1/2, can have another, higher maximum there, and
label-swapped local maxima below: the search starts from a grid of pairs of means, from a small distance, and
from the best split. Weights other than 1/2 are searched twice, for either component may be the lower one, and
on a grid as fine as the components: where one has a small weight, each group of observations far from the
others is a hill of its own. With them the best split is not that of k-means but that of :func:`_best_cut`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import log
from .compiling import NUMBER, SAMPLE, SAMPLES, entry, kernel
from .logistic import AA, AB, BB, MEAN, A, B, derivatives_over, rough_mean_softplus, workspace
from .moments import centre, squares_about
from .nodes import FEW_CELLS, NODES, coarsen, compress, interpolation_error
from .trust_region import G_0, G_1, H_00, H_01, H_11, NOISE, SCORE, STAGNANT, VALUE, climber
from .two_means import LOWER as SPLIT_LOWER
from .two_means import SIZE as SPLIT_SIZE
from .two_means import UPPER as SPLIT_UPPER
from .two_means import WITHIN as SPLIT_WITHIN
from .two_means import fit_two_means

FIRST, SECOND, LOG_LIKELIHOOD, PASSES, GRADIENT, OUTCOME = range(6)
CONVERGED, MERGED, NOT_CONVERGED = 0, 1, 3  # as in Status

_LOG_2PI = 1.8378770664093453
_TOLERANCE = 1e-9
_NOISE = 4e-15
_ROUGHLY = 1e-10  # score to which hills are climbed on nodes
_VAGUE = 2e-2  # error of the nodes from which they are of no use
_SHARP = 1e-8  # error of the nodes below which more would be a waste
_CELLS = (32, 128), (64, 512)  # some and many, for small and for large samples
_LARGE = 200_000
_SAME = 1e-4
_MERGED_DISTANCE = 1e-3
_MERGE_GAIN = 1e-12
_HARD = 1e-13  # e below which what doubt there is about an observation is lost in rounding: k-means


@kernel
def _expand(data: Any, known: Any, c: float, g: float, local: Any) -> None:
    """Expand M at (c, g) for :mod:`.trust_region`; it is given e and the log odds of 1 - p."""
    e, odds = known
    partial = derivatives_over(data, odds - 2.0 * g * c / e, 2.0 * g / e)
    f_a, f_b = partial[A], partial[B]
    f_aa, f_ab, f_bb = partial[AA], partial[AB], partial[BB]
    local[VALUE] = -0.5 * (1.0 + (g - c) * (g - c)) + e * partial[MEAN]
    local[G_0] = (g - c) - 2.0 * g * f_a
    local[G_1] = (c - g) - 2.0 * c * f_a + 2.0 * f_b
    local[H_00] = -1.0 + 4.0 * g * g / e * f_aa
    local[H_01] = 1.0 - 2.0 * f_a + 4.0 * g / e * (c * f_aa - f_ab)
    local[H_11] = -1.0 + 4.0 / e * (c * c * f_aa - 2.0 * c * f_ab + f_bb)
    local[SCORE] = max(abs(local[G_0]), abs(local[G_1]))
    local[NOISE] = _NOISE * (1.0 + c * c + g * g + e * (1.0 + abs(odds)))


_climb = climber(_expand)

#: The grid's means lie at these quantiles of the sample.
_QUANTILES = np.array([0.0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0])
_GRID = _QUANTILES.size
_HILLS = 6
#: Weights other than 1/2 take a finer grid, by this many means of which half are quantiles, and more hills.
_FINE = 96
_MORE_HILLS = 24
STARTS = _MORE_HILLS + 2  #: with the split and the small distance


@kernel
def cells_of(n: int) -> Any:
    """Numbers of cells for a sample of size n: some, and many."""
    return _CELLS[0] if n < _LARGE else _CELLS[1]


@kernel
def _keep(starts: Any, most: int, kept: int, value: float, c: float, g: float) -> int:
    """Keep a start if it is among the ``most`` best so far, best first; returns how many are kept."""
    if kept == most:
        if value <= starts[kept - 1, 0]:
            return kept
        kept -= 1
    place = kept
    while place > 0 and starts[place - 1, 0] < value:
        starts[place] = starts[place - 1]
        place -= 1
    starts[place, 0] = value
    starts[place, 1] = c
    starts[place, 2] = g
    return kept + 1


@kernel
def _means(z: Any, fine: bool) -> Any:
    """Distinct ascending means for a grid: quantiles; if it is fine, more, and evenly spaced ones too."""
    n = z.size
    means = np.empty(_GRID + _FINE if fine else _GRID)
    for i in range(_GRID):
        means[i] = z[int(_QUANTILES[i] * (n - 1) + 0.5)]
    if fine:
        half = _FINE // 2
        for i in range(half):
            at = (i + 0.5) / half
            means[_GRID + i] = z[int(at * (n - 1) + 0.5)]
            means[_GRID + half + i] = z[0] + at * (z[n - 1] - z[0])
        for i in range(1, means.size):
            moving, place = means[i], i
            while place > 0 and means[place - 1] > moving:
                means[place] = means[place - 1]
                place -= 1
            means[place] = moving
        # pairs of the same two means would count as different hills
        count = 1
        for i in range(1, means.size):
            if means[i] > means[count - 1]:
                means[count] = means[i]
                count += 1
        means = means[:count]
    return means


@kernel
def _search(means: Any, nodes: Any, weights: Any, known: Any, partial: Any, starts: Any, most: int) -> int:
    """Find the hills of M over all pairs of ``means``; writes them to ``starts``, returns how many."""
    e, odds = known
    grid = means.size
    value = np.full((grid, grid), -np.inf)
    for i in range(grid):
        for j in range(i + 1, grid):
            c, g = 0.5 * (means[i] + means[j]), 0.5 * (means[j] - means[i])
            value[i, j] = -0.5 * (1.0 + (g - c) * (g - c))
            a, b = odds - 2.0 * g * c / e, 2.0 * g / e
            value[i, j] += e * rough_mean_softplus(nodes, weights, a, b, partial)
    kept = 0
    for i in range(grid):
        for j in range(i + 1, grid):
            top = means[j] > means[i]
            for ii in range(max(i - 1, 0), min(i + 2, grid)):
                for jj in range(max(j - 1, 0), min(j + 2, grid)):
                    top = top and value[ii, jj] <= value[i, j]
            if top:
                c, g = 0.5 * (means[i] + means[j]), 0.5 * (means[j] - means[i])
                kept = _keep(starts, most, kept, value[i, j], c, g)
    return kept


@kernel
def _best_cut(z: Any, masses: Any, e: float, p: float) -> Any:
    """Means below and above the cut of the highest classification likelihood.

    ``p`` is the weight of the component below the cut. Without masses all observations have the same.
    """
    n = z.size
    odds = log((1.0 - p) / p)
    total = 1.0 * n if masses.size == 0 else masses.sum()
    best, lower, upper = -np.inf, z[0], z[n - 1]
    below = first = 0.0
    for k in range(n - 1):
        mass = 1.0 / total if masses.size == 0 else masses[k] / total
        below += mass
        first += mass * z[k]
        if z[k + 1] == z[k] or not 0.0 < below < 1.0:
            continue
        value = 0.5 * first * first * (1.0 / below + 1.0 / (1.0 - below)) + e * (1.0 - below) * odds
        if value > best:
            best, lower, upper = value, first / below, -first / (1.0 - below)
    return lower, upper


@kernel
def _fit(data: Any, levels: Any, e: float, p: float, split: Any, starts: Any, result: Any) -> None:
    """Fit a standardised sample with the weight ``p`` of the lower component; ``result`` is in its units.

    ``data`` is the sample in the form that :func:`.logistic.derivatives_over` takes; ``levels`` are its nodes
    in few, in some and in many cells.
    """
    z, masses, partial = data
    n = z.size
    few, some, many = levels
    log_p, odds = log(p), log((1.0 - p) / p)
    box = (z[0], z[n - 1], 0.0, z[n - 1] - z[0])
    local = np.empty(8)
    fine = p != 0.5
    coarse = some if fine else few
    most = _MORE_HILLS if fine else _HILLS
    kept = _search(_means(z, fine), coarse[0], coarse[1], (e, odds), partial, starts, most)
    # below e = 1 the single component is a saddle that a small distance about the same mean improves on
    small = np.sqrt(3.0 * e * e * max(1.0 - e, 0.0))
    lower, upper = _best_cut(z, masses, e, p) if fine else (split[0], split[1])
    for s in range(kept, kept + 2):
        starts[s, 1] = 0.5 * (lower + upper) if s == kept else (2.0 * p - 1.0) * small
        starts[s, 2] = 0.5 * (upper - lower) if s == kept else small
    # the smaller the variance, the more nodes it takes; where they tell nothing, the sample takes their place
    some_cells, many_cells = cells_of(n)
    sharp = e * interpolation_error(z, some_cells, 2.0 / e) < _SHARP
    cells, nodes = (some_cells, some) if sharp else (many_cells, many)
    exact = nodes[0].size == n or e * interpolation_error(z, cells, 2.0 / e) > _VAGUE
    search = data if exact else (nodes[0], nodes[1], partial)
    surely = -np.inf
    passes = 0
    for s in range(kept + 2):
        start = (starts[s, 1], starts[s, 2])
        starts[s, 1], starts[s, 2], passes_s = _climb(search, (e, odds), start, box, 0.5, _ROUGHLY, local)
        passes += passes_s if exact else 0
        error = 0.0 if exact else e * interpolation_error(z, cells, 2.0 * starts[s, 2] / e)
        surely = max(surely, local[VALUE] - error)
        starts[s, 0] = local[VALUE] + error
    # from e = 1 on, two components must beat one by more than rounding
    best = -0.5 - e * log_p + (_MERGE_GAIN * (1.0 + e) if e >= 1.0 else -1.0)
    c = g = score = 0.0
    found = False
    for s in range(kept + 2):
        start = (starts[s, 1], starts[s, 2])
        passed_over = starts[s, 0] < surely or (e >= 1.0 and start[1] < _MERGED_DISTANCE)
        for earlier in range(s):
            gap = abs(starts[earlier, 1] - start[0]) + abs(starts[earlier, 2] - start[1])
            passed_over = passed_over or gap < _SAME * start[1]
        if passed_over:
            starts[s, 1] = np.inf
            continue
        c_s, g_s, passes_s = _climb(data, (e, odds), start, box, 0.5, _TOLERANCE / STAGNANT, local)
        passes += passes_s
        if local[VALUE] > best and g_s > 0.0:
            best, score, c, g = local[VALUE], local[SCORE], c_s, g_s
            found = True
    result[FIRST] = c - g
    result[SECOND] = c + g
    result[LOG_LIKELIHOOD] = (best + e * log_p) / e if found else -0.5 / e
    result[PASSES] = passes
    result[GRADIENT] = score
    result[OUTCOME] = MERGED if not found else (CONVERGED if score <= _TOLERANCE else NOT_CONVERGED)


@kernel
def _fit_hard(split: Any, e: float, weight: float, result: Any) -> None:
    """Write the limit for small variances: k-means' split, with each observation in one component."""
    lower, upper, below, within = split
    # the larger cluster has the larger weight
    swapped = (below - 0.5) * (weight - 0.5) < 0.0
    p = 1.0 - weight if swapped else weight
    result[FIRST] = upper if swapped else lower
    result[SECOND] = lower if swapped else upper
    result[LOG_LIKELIHOOD] = -0.5 * within / e + log(p) + (1.0 - below) * log((1.0 - p) / p)
    result[PASSES] = 1
    result[GRADIENT] = 0.0
    result[OUTCOME] = CONVERGED


@kernel
def fit_standardised(
    data: Any, levels: Any, e: float, weight: float, split: Any, starts: Any, result: Any
) -> None:
    """Fit a standardised sample when the weight of the first component is known.

    Parameters
    ----------
    data, levels
        See :func:`_fit`.
    e, weight : float
    split : tuple of float
        k-means' two means, the share below its cut and the mean square within.
    starts : ndarray, shape (STARTS, 3)
        Room to work in.
    result : ndarray, shape (6,)
        Overwritten by the better of two fits: with the first component as the lower and as the upper one.
    """
    if e < _HARD:
        _fit_hard(split, e, weight, result)
        return
    _fit(data, levels, e, weight, split, starts, result)
    if weight != 0.5:
        other = np.empty(6)
        _fit(data, levels, e, 1.0 - weight, split, starts, other)
        passes = result[PASSES] + other[PASSES]
        apart = other[OUTCOME] != MERGED
        if apart and (result[OUTCOME] == MERGED or other[LOG_LIKELIHOOD] > result[LOG_LIKELIHOOD]):
            for k in range(6):
                result[k] = other[k]
            result[FIRST], result[SECOND] = other[SECOND], other[FIRST]
        result[PASSES] = passes


@entry(SAMPLES, SAMPLE, NUMBER)
def known_variance_newton(samples: Any, variances: Any, weight: float) -> Any:
    """Maximum-likelihood fits of sorted samples for each of several known variances.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.
    variances : ndarray of float64, shape (m,), read-only
        The known variances, positive. What is found for one does not depend on the others.
    weight : float
        The known weight of the first component, between 0 and 1.

    Returns
    -------
    ndarray, shape (r, m, 6)
        The first and the second mean (ascending for a weight of 1/2), the log-likelihood, the passes over the
        sample, the largest component of what an EM step would move the midpoint or half the distance by (in
        the sample's standard deviations), and the outcome.
    """
    r, n = samples.shape
    results = np.empty((r, variances.size, 6))
    z = np.empty(n)
    some_cells, many_cells = cells_of(n)
    few, few_weights = np.empty(NODES * FEW_CELLS), np.empty(NODES * FEW_CELLS)
    some, some_weights = np.empty(NODES * some_cells), np.empty(NODES * some_cells)
    many, many_weights = np.empty(2 * NODES * many_cells), np.empty(2 * NODES * many_cells)
    partial = workspace()
    starts = np.empty((STARTS, 3))
    split = np.empty(4)
    no_weights = np.empty(0)
    for i in range(r):
        x = samples[i]
        mean = centre(x)
        variance = squares_about(x, mean) / n
        sd = np.sqrt(variance)
        constant = x[0] == x[n - 1]
        if constant:
            mean, variance, sd = x[0], 0.0, 1.0
        else:
            fit_two_means(x, split)
            scale = 1.0 / sd
            for k in range(n):
                z[k] = (x[k] - mean) * scale
        if not constant:
            split_z = (
                (split[SPLIT_LOWER] - mean) / sd,
                (split[SPLIT_UPPER] - mean) / sd,
                split[SPLIT_SIZE] / n,
                split[SPLIT_WITHIN] / n / variance,
            )
            of_many = compress(z, many_cells, many, many_weights)
            of_some = coarsen(many[:of_many], many_weights[:of_many], some_cells, some, some_weights)
            of_few = coarsen(some[:of_some], some_weights[:of_some], FEW_CELLS, few, few_weights)
            levels = (
                (few[:of_few], few_weights[:of_few]),
                (some[:of_some], some_weights[:of_some]),
                (many[:of_many], many_weights[:of_many]),
            )
        for k in range(variances.size):
            result = results[i, k]
            if constant:
                result[:] = 0.0
                result[OUTCOME] = MERGED
            else:
                e = variances[k] / variance
                fit_standardised((z, no_weights, partial), levels, e, weight, split_z, starts, result)
            result[FIRST] = mean + sd * result[FIRST]
            result[SECOND] = mean + sd * result[SECOND]
            result[LOG_LIKELIHOOD] = n * (result[LOG_LIKELIHOOD] - 0.5 * (_LOG_2PI + log(variances[k])))
    return results
