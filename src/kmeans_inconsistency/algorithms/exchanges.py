"""Exchanges of single observations between clusters, which go on where Lloyd's algorithm has to stop.

Lloyd's algorithm compares distances from the means as they are, though each observation has drawn its own
mean near. Hartigan's method (Hartigan, 1975; Telgarsky & Vattani, 2010) counts what a move does to both
means. All its ends are fixed points of Lloyd's algorithm; where dimensions are many or clusters small, few of
those fixed points are ends of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel
from .lanes import square_distances
from .moments import LANES

_CLEARLY = 1.0 - 1e-10  # so that rounding makes no endless round


@kernel
def exchange(blocks: Any, n: int, centers: Any, labels: Any, most: int) -> tuple[int, bool]:
    """Move single observations, each to where it adds least, until no move lowers the sum of squares.

    Parameters
    ----------
    blocks : ndarray
        The points in lanes.
    n : int
    centers : ndarray, shape (k, d)
        The means of the clusters; updated.
    labels : ndarray of int64, shape (blocks * LANES,)
        The clusters of the observations; updated.
    most : int
        The most passes to make.

    Returns
    -------
    passes : int
        Passes over all observations, the last of which moved none.
    settled : bool
        Whether it did not.
    """
    clusters = centers.shape[0]
    sizes = np.zeros(clusters)
    for i in range(n):
        sizes[labels[i]] += 1.0
    squares = np.empty((clusters, LANES))
    passes = 0
    settled = False
    while passes < most and not settled:
        passes += 1
        settled = True
        for b in range(blocks.shape[0]):
            for k in range(clusters):
                square_distances(blocks[b], centers[k], squares[k])
            for j in range(min(LANES, n - b * LANES)):
                old = labels[b * LANES + j]
                new = _cheapest(squares[:, j], sizes, old)
                if new != old:
                    settled = False
                    labels[b * LANES + j] = new
                    sizes[old] -= 1.0
                    sizes[new] += 1.0
                    for c in range(centers.shape[1]):
                        centers[old, c] -= (blocks[b, c, j] - centers[old, c]) / sizes[old]
                        centers[new, c] += (blocks[b, c, j] - centers[new, c]) / sizes[new]
                    square_distances(blocks[b], centers[old], squares[old])
                    square_distances(blocks[b], centers[new], squares[new])
    return passes, settled


@kernel
def _cheapest(squares: Any, sizes: Any, own: int) -> int:
    """The cluster to which an observation adds least, given its squared distances from the means."""
    if sizes[own] == 1.0:
        return own
    best = own
    least = _CLEARLY * squares[own] * (sizes[own] / (sizes[own] - 1.0))
    for k in range(sizes.size):
        added = squares[k] * (sizes[k] / (sizes[k] + 1.0))
        if k != own and added < least:
            best, least = k, added
    return best
