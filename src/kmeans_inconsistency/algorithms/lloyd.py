"""Lloyd's algorithm for k-means in any dimension, to a fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import COUNT, ROWS, SAMPLES, entry, kernel


@kernel
def nearest(row: Any, centers: Any) -> tuple[int, float]:
    """Index of the nearest centre, the first of equals, and the squared distance to it."""
    best = np.inf
    label = 0
    for k in range(centers.shape[0]):
        square = 0.0
        for c in range(row.size):
            d = row[c] - centers[k, c]
            square += d * d
        if square < best:
            best = square
            label = k
    return label, best


@entry(SAMPLES, ROWS, COUNT)
def lloyd(x: Any, centers: Any, most: int) -> Any:
    """Alternate assignment and means until no observation changes its cluster.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
    centers : ndarray, shape (k, d)
        Where to start; overwritten by the final centres. One without observations moves to the observation
        that is farthest from its centre.
    most : int
        The most passes to make.

    Returns
    -------
    labels : ndarray of int64, shape (n,)
    inertia : float
        Within-cluster sum of squares.
    passes : int
    fixed : bool
        Whether a fixed point was reached.
    """
    n, d = x.shape
    clusters = centers.shape[0]
    labels = np.full(n, -1)
    sizes = np.empty(clusters, np.int64)
    inertia = np.inf
    for done in range(most):
        moved = False
        inertia = 0.0
        farthest, far = 0, -1.0
        sizes[:] = 0
        for i in range(n):
            label, square = nearest(x[i], centers)
            moved = moved or label != labels[i]
            labels[i] = label
            sizes[label] += 1
            inertia += square
            if square > far:
                farthest, far = i, square
        if not moved:
            return labels, inertia, done + 1, True
        for k in range(clusters):
            if sizes[k] == 0 and far > 0.0 and sizes[labels[farthest]] > 1:
                sizes[labels[farthest]] -= 1
                labels[farthest] = k
                sizes[k] = 1
                far = 0.0
        for k in range(clusters):
            if sizes[k] > 0:
                centers[k] = 0.0
        for i in range(n):
            for c in range(d):
                centers[labels[i], c] += x[i, c]
        for k in range(clusters):
            if sizes[k] > 0:
                centers[k] /= sizes[k]
    return labels, inertia, most, False
