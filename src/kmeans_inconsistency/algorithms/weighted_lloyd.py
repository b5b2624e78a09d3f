"""Lloyd's algorithm for observations that have weights, from the starts that it has for repeated ones.

The same steps as in :mod:`.lloyd`, :mod:`.starts` and :mod:`.exchanges`. Weights are shares of their sum, so
that their scale does not matter, and sums are made anew in each pass: what is left of a cluster when a heavy
observation leaves it has to be right, however light it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import log
from .compiling import COUNT, SAMPLE, SAMPLES, entry, kernel
from .exchanges import _CLEARLY
from .lanes import NARROW, add_weighted, in_lanes, square_distances
from .lloyd import FIXED, INERTIA, PASSES, SHARE, assign, share_of_best
from .moments import LANES, total
from .starts import UNIFORM, _add_center, _by_distance

_NOTHING = 1e-12  # share of a cluster, below which rounding hides what an observation leaves behind


@kernel
def masses_in_lanes(w: Any) -> Any:
    """Weights over their sum, as the points are in lanes, zero beyond n; and the sum."""
    whole = 0.0
    for i in range(w.size):
        whole += w[i]
    masses = np.zeros(((w.size + LANES - 1) // LANES, LANES))
    for i in range(w.size):
        masses[i // LANES, i % LANES] = w[i] / whole
    return masses, whole


@kernel
def weighted_origin_and_spread(x: Any, masses: Any) -> Any:
    """Mean of points, shape (n, d), and their mean squared distance from it per coordinate."""
    n, d = x.shape
    origin = np.zeros(d)
    for i in range(n):
        for c in range(d):
            origin[c] += masses[i // LANES, i % LANES] * (x[i, c] - x[0, c])
    for c in range(d):
        origin[c] += x[0, c]
    spread = 0.0
    for i in range(n):
        for c in range(d):
            spread += masses[i // LANES, i % LANES] * (x[i, c] - origin[c]) ** 2
    return origin, spread / d


@kernel
def draw_weighted_centers(blocks: Any, masses: Any, n: int, uniforms: Any, way: int, centers: Any) -> None:
    """Put centres, shape (k, d), at distinct observations, with odds of their weights.

    ``GREEDY``, see :func:`.starts.draw_centers`, takes the values that it takes when whole weights are
    repetitions, laid out in the order of the observations. ``UNIFORM`` takes each observation once at most,
    where repetitions could be taken twice.
    """
    clusters = centers.shape[0]
    weights = masses.ravel()[:n]
    candidates = np.empty(1 if way == UNIFORM else 2 + int(log(float(clusters))), np.int64)
    odds = weights.copy()
    if way == UNIFORM:
        for k in range(clusters):
            _by_distance(odds, uniforms[k], candidates)
            place = _not_taken(odds, candidates[0])
            centers[k] = blocks[place // LANES, :, place % LANES]
            odds[place] = 0.0
        return
    rows = np.empty((3, masses.size))
    nearest, trial, best = rows[0], rows[1], rows[2]
    nearest[:n] = np.inf
    nearest[n:] = 0.0
    for k in range(clusters):
        drawn = candidates[: 1 if k == 0 else candidates.size]
        _by_distance(odds, uniforms[k], drawn)
        least = np.inf
        for place in drawn:
            center = blocks[place // LANES, :, place % LANES].copy()
            _add_center(blocks, center, nearest, trial)
            left = 0.0
            for i in range(n):
                left += weights[i] * trial[i]
            if left < least:
                least = left
                centers[k] = center
                trial, best = best, trial
        nearest, best = best, nearest
        for i in range(n):
            odds[i] = weights[i] * nearest[i]


@kernel
def _not_taken(odds: Any, place: int) -> int:
    """The place, or where rounding led to one without odds the next one before it that has some."""
    for step in range(odds.size):
        if odds[place - step] > 0.0:
            return place - step
    return place


@kernel
def _means(blocks: Any, masses: Any, n: int, labels: Any, centers: Any, sizes: Any, numbers: Any) -> None:
    """Set centres to the means of their clusters; an empty one stays. Writes sums of weights and numbers."""
    clusters, d = centers.shape
    own = np.empty(LANES)
    sums, shares = np.zeros((clusters, d, NARROW)), np.zeros((clusters, LANES))
    numbers[:] = 0
    for i in range(n):
        numbers[labels[i]] += 1
    for b in range(blocks.shape[0]):
        mine = labels[b * LANES : (b + 1) * LANES]
        for k in range(clusters):
            for j in range(LANES):
                own[j] = masses[b, j] if mine[j] == k else 0.0
                shares[k, j] += own[j]
            add_weighted(blocks[b], own, sums[k])
    for k in range(clusters):
        sizes[k] = total(shares[k])
        if numbers[k] > 0:
            for c in range(d):
                centers[k, c] = total(sums[k, c]) / sizes[k]


@kernel
def _within(blocks: Any, masses: Any, labels: Any, centers: Any) -> float:
    """Weighted sum of squares within the clusters."""
    squares, within = np.empty(LANES), np.zeros(LANES)
    for b in range(blocks.shape[0]):
        for k in range(centers.shape[0]):
            square_distances(blocks[b], centers[k], squares)
            for j in range(LANES):
                within[j] += masses[b, j] * squares[j] if labels[b * LANES + j] == k else 0.0
    return total(within)


@kernel
def _fill_empty(blocks: Any, n: int, labels: Any, centers: Any, numbers: Any) -> None:
    """Give each empty cluster the observation that is farthest from its centre and not alone."""
    for k in range(numbers.size):
        if numbers[k] > 0:
            continue
        far, place = 0.0, -1
        for i in range(n):
            square = 0.0
            for c in range(centers.shape[1]):
                square += (blocks[i // LANES, c, i % LANES] - centers[labels[i], c]) ** 2
            if square > far and numbers[labels[i]] > 1:
                far, place = square, i
        if place >= 0:
            numbers[labels[place]] -= 1
            numbers[k] += 1
            labels[place] = k


@kernel
def descend_weighted(
    blocks: Any, masses: Any, n: int, centers: Any, labels: Any, most: int
) -> tuple[float, int, bool]:
    """Alternate assignment and means until no observation changes its cluster, see :func:`.lloyd.descend`.

    ``masses`` are the weights in lanes; the sum of squares is weighted with them.
    """
    clusters = centers.shape[0]
    sizes, numbers = np.empty(clusters), np.empty(clusters, np.int64)
    squares, least, new = np.empty(LANES), np.empty(LANES), np.empty(LANES, np.int64)
    labels[:] = -1
    passes = 0
    fixed = False
    while passes < most and not fixed:
        passes += 1
        fixed = True
        numbers[:] = 0
        for b in range(blocks.shape[0]):
            assign(blocks[b], centers, squares, least, new)
            for j in range(min(LANES, n - b * LANES)):
                fixed = fixed and new[j] == labels[b * LANES + j]
                labels[b * LANES + j] = new[j]
                numbers[new[j]] += 1
        if not fixed:
            _fill_empty(blocks, n, labels, centers, numbers)
            _means(blocks, masses, n, labels, centers, sizes, numbers)
    return _within(blocks, masses, labels, centers), passes, fixed


@kernel
def _exchange(blocks: Any, masses: Any, n: int, centers: Any, labels: Any, most: int) -> tuple[int, bool]:
    """Move single observations, with all their weight, see :func:`.exchanges.exchange`."""
    clusters = centers.shape[0]
    sizes, numbers = np.empty(clusters), np.empty(clusters, np.int64)
    squares = np.empty((clusters, LANES))
    passes = 0
    settled = False
    while passes < most and not settled:
        passes += 1
        settled = True
        _means(blocks, masses, n, labels, centers, sizes, numbers)
        for b in range(blocks.shape[0]):
            for k in range(clusters):
                square_distances(blocks[b], centers[k], squares[k])
            for j in range(min(LANES, n - b * LANES)):
                old, mass = labels[b * LANES + j], masses[b, j]
                new = _cheapest(squares[:, j], sizes, numbers, mass, old)
                if new != old:
                    settled = False
                    labels[b * LANES + j] = new
                    numbers[old] -= 1
                    numbers[new] += 1
                    sizes[old] -= mass
                    sizes[new] += mass
                    for c in range(centers.shape[1]):
                        centers[old, c] -= (blocks[b, c, j] - centers[old, c]) * (mass / sizes[old])
                        centers[new, c] += (blocks[b, c, j] - centers[new, c]) * (mass / sizes[new])
                    square_distances(blocks[b], centers[old], squares[old])
                    square_distances(blocks[b], centers[new], squares[new])
    return passes, settled


@kernel
def _cheapest(squares: Any, sizes: Any, numbers: Any, mass: float, own: int) -> int:
    """The cluster to which an observation adds least, given its squared distances from the means."""
    left = sizes[own] - mass
    if numbers[own] == 1 or not left > _NOTHING * sizes[own]:
        return own
    best = own
    least = _CLEARLY * squares[own] * (sizes[own] / left)
    for k in range(sizes.size):
        added = squares[k] * (sizes[k] / (sizes[k] + mass))
        if k != own and added < least:
            best, least = k, added
    return best


@entry(SAMPLES, SAMPLE, SAMPLES, COUNT, types.boolean, COUNT)
def weighted_lloyd(x: Any, w: Any, uniforms: Any, way: int, exchanged: bool, most: int) -> Any:
    """k-means of one sample with weights, the best of several starts.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
    w : ndarray of float64, shape (n,), read-only
        Positive.
    uniforms : ndarray, shape (starts, k), read-only
        Random numbers in [0, 1) that draw the starts.
    way, exchanged, most
        As of :func:`.lloyd.lloyd`; ``way`` is ``UNIFORM`` or ``GREEDY``.

    Returns
    -------
    centers : ndarray, shape (k, d)
    fit : ndarray, shape (4,)
        As of :func:`.lloyd.lloyd`; the sum of squares is weighted.
    """
    n, d = x.shape
    starts, clusters = uniforms.shape
    masses, whole = masses_in_lanes(w)
    origin, _ = weighted_origin_and_spread(x, masses)
    blocks = in_lanes(x, origin, 1.0)
    best, centers = np.empty((clusters, d)), np.empty((clusters, d))
    fit = np.zeros(4)
    objectives = np.empty(starts)
    labels = np.zeros(masses.size, np.int64)
    best_labels = np.empty_like(labels)
    fit[INERTIA] = np.inf
    for s in range(starts):
        draw_weighted_centers(blocks, masses, n, uniforms[s], way, centers)
        objectives[s], passes, fixed = descend_weighted(blocks, masses, n, centers, labels, most)
        fit[PASSES] += passes
        if objectives[s] < fit[INERTIA]:
            fit[INERTIA] = objectives[s]
            fit[FIXED] = fixed
            best[:] = centers
            best_labels[:] = labels
    fit[SHARE] = share_of_best(objectives, fit[INERTIA])
    if exchanged:
        passes, fit[FIXED] = _exchange(blocks, masses, n, best, best_labels, most)
        fit[PASSES] += passes
        fit[INERTIA] = _within(blocks, masses, best_labels, best)
    fit[INERTIA] *= whole
    for k in range(clusters):
        best[k] += origin
    return best, fit
