"""Where descents begin: centres at observations, drawn by given uniform numbers.

The greedy draw tries as many candidates as scikit-learn's. On the worst of data its sum of squares is larger
than the plain draw's (Bhattacharya, Eube, Röglin & Schmidt, Noisy, greedy and not so greedy k-means++, 2020);
on samples from mixtures, descents from it end at the best optimum more often. One uniform number a centre
serves for all its candidates: a systematic sample, which repeats itself less than independent draws do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import log
from .compiling import kernel
from .lanes import square_distances
from .moments import LANES, total

#: How the centres are drawn.
UNIFORM, PLUS_PLUS, GREEDY = range(3)


@kernel
def draw_centers(blocks: Any, n: int, uniforms: Any, way: int, centers: Any) -> None:
    """Put centres, shape (k, d), at distinct observations.

    Parameters
    ----------
    blocks : ndarray
        The points in lanes.
    n : int
    uniforms : ndarray, shape (k,)
        In [0, 1): the same numbers give the same centres.
    way : int
        ``UNIFORM``: every set of k observations is equally likely. ``PLUS_PLUS``: k-means++, each next one
        with odds of its squared distance from the nearest one before (Arthur & Vassilvitskii, 2007).
        ``GREEDY``: 2 + floor(log k) candidates with these odds for each next one, of which the one is taken
        that leaves the least sum of squared distances from the nearest.
    centers : ndarray, shape (k, d)
        Overwritten.
    """
    clusters = centers.shape[0]
    if way == UNIFORM:
        chosen = np.empty(clusters, np.int64)
        for k in range(clusters):
            chosen[k] = _not_among(chosen[:k], min(int(uniforms[k] * (n - k)), n - k - 1))
            centers[k] = blocks[chosen[k] // LANES, :, chosen[k] % LANES]
        return
    candidates = np.empty(2 + int(log(float(clusters))) if way == GREEDY else 1, np.int64)
    rows = np.empty((3, blocks.shape[0] * LANES))
    nearest, trial, best = rows[0], rows[1], rows[2]
    nearest[:n] = np.inf
    nearest[n:] = 0.0
    candidates[:] = min(int(uniforms[0] * n), n - 1)
    for k in range(clusters):
        if k > 0:
            _by_distance(nearest[:n], uniforms[k], candidates)
        least = np.inf
        for place in candidates[: 1 if k == 0 else candidates.size]:
            center = blocks[place // LANES, :, place % LANES].copy()
            left = _add_center(blocks, center, nearest, trial)
            if left < least:
                least = left
                centers[k] = center
                trial, best = best, trial
        nearest, best = best, nearest


@kernel
def _not_among(chosen: Any, place: int) -> int:
    """The number that is at a place among the numbers 0, 1, ... without the chosen ones."""
    for i in np.sort(chosen):
        if place >= i:
            place += 1
    return place


@kernel
def _by_distance(nearest: Any, uniform: float, places: Any) -> None:
    """Observations with odds of their squared distances, one from each of as many equal parts of the odds."""
    whole = 0.0
    for i in range(nearest.size):
        whole += nearest[i]
    below = 0.0
    found = 0
    for i in range(nearest.size):
        below += nearest[i]
        while found < places.size and below > (uniform + found) / places.size * whole:
            places[found] = i
            found += 1
    places[found:] = nearest.size - 1


@kernel
def _add_center(blocks: Any, center: Any, nearest: Any, after: Any) -> float:
    """Write the squared distances from the nearest centre when there is one more; returns their sum."""
    squares, sums = np.empty(LANES), np.zeros(LANES)
    for b in range(blocks.shape[0]):
        square_distances(blocks[b], center, squares)
        old = nearest[b * LANES : (b + 1) * LANES]
        new = after[b * LANES : (b + 1) * LANES]
        for j in range(LANES):
            new[j] = min(old[j], squares[j])
            sums[j] += new[j]
    return total(sums)
