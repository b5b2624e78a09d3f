"""Where descents begin: centres at observations, drawn by given uniform numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel
from .lanes import square_distances
from .moments import LANES

#: How the centres are drawn.
UNIFORM, PLUS_PLUS = 0, 1


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
    centers : ndarray, shape (k, d)
        Overwritten.
    """
    clusters = centers.shape[0]
    chosen = np.empty(clusters, np.int64)
    nearest = np.full(blocks.shape[0] * LANES, np.inf)
    squares = np.empty(LANES)
    for k in range(clusters):
        if k == 0 or way == UNIFORM:
            chosen[k] = _not_among(chosen[:k], min(int(uniforms[k] * (n - k)), n - k - 1))
        else:
            chosen[k] = _by_distance(nearest[:n], uniforms[k])
        centers[k] = blocks[chosen[k] // LANES, :, chosen[k] % LANES]
        if way == PLUS_PLUS and k + 1 < clusters:
            for b in range(blocks.shape[0]):
                square_distances(blocks[b], centers[k], squares)
                part = nearest[b * LANES : (b + 1) * LANES]
                for j in range(LANES):
                    part[j] = min(part[j], squares[j])


@kernel
def _not_among(chosen: Any, place: int) -> int:
    """The number that is at a place among the numbers 0, 1, ... without the chosen ones."""
    for i in np.sort(chosen):
        if place >= i:
            place += 1
    return place


@kernel
def _by_distance(nearest: Any, uniform: float) -> int:
    """An observation with odds of its squared distance."""
    total = 0.0
    for i in range(nearest.size):
        total += nearest[i]
    goal = uniform * total
    below = 0.0
    for i in range(nearest.size):
        below += nearest[i]
        if below > goal:
            return i
    return nearest.size - 1
