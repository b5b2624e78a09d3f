"""Lloyd's algorithm for k-means in any dimension, to a fixed point, from many starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .compiling import COUNT, SAMPLES, entry, kernel
from .exchanges import exchange
from .lanes import NARROW, add_weighted, in_lanes, origin_and_spread, square_distances
from .moments import LANES, total
from .starts import draw_centers

#: Types of stacks of samples, shape (r, n, d), and of the uniform numbers of their starts, (r, starts, k).
STACK = types.Array(types.float64, 3, "C", readonly=True)

#: Entries of a fit of several starts.
INERTIA, PASSES, SHARE, FIXED = range(4)

_SAME = 1e-8


@kernel
def assign(block: Any, centers: Any, squares: Any, least: Any, labels: Any) -> None:
    """Nearest centre (the first of equals) and squared distance to it, for each point of a block."""
    least[:] = np.inf
    labels[:] = 0
    for k in range(centers.shape[0]):
        square_distances(block, centers[k], squares)
        for j in range(LANES):
            nearer = squares[j] < least[j]
            least[j] = squares[j] if nearer else least[j]
            labels[j] = k if nearer else labels[j]


@kernel
def _move(block: Any, j: int, old: int, new: int, sums: Any, sizes: Any) -> None:
    """Take one point from the sums of its old cluster (-1: it had none) to those of the new one."""
    if old >= 0:
        sizes[old] -= 1
        for c in range(sums.shape[1]):
            sums[old, c] -= block[c, j]
    sizes[new] += 1
    for c in range(sums.shape[1]):
        sums[new, c] += block[c, j]


@kernel
def _fill_empty(blocks: Any, n: int, labels: Any, centers: Any, sums: Any, sizes: Any) -> None:
    """Give each empty cluster the observation that is farthest from its centre and not alone."""
    for k in range(sizes.size):
        if sizes[k] > 0:
            continue
        far, place = 0.0, -1
        for i in range(n):
            label = labels[i]
            square = 0.0
            for c in range(centers.shape[1]):
                square += (blocks[i // LANES, c, i % LANES] - centers[label, c]) ** 2
            if square > far and sizes[label] > 1:
                far, place = square, i
        if place >= 0:
            _move(blocks[place // LANES], place % LANES, labels[place], k, sums, sizes)
            labels[place] = k


@kernel
def descend(blocks: Any, n: int, centers: Any, labels: Any, most: int) -> tuple[float, int, bool]:
    """Alternate assignment and means until no observation changes its cluster.

    Parameters
    ----------
    blocks : ndarray
        The points in lanes.
    n : int
    centers : ndarray, shape (k, d)
        Where to start; overwritten by the final means. A cluster that runs empty takes the observation that
        is farthest from its centre.
    labels : ndarray of int64, shape (blocks * LANES,)
        Overwritten by the clusters of the observations.
    most : int
        The most passes to make.

    Returns
    -------
    inertia : float
        Within-cluster sum of squares.
    passes : int
        Assignments of all observations, the last of which changed nothing.
    fixed : bool
        Whether it did.
    """
    clusters, d = centers.shape
    # sums are kept up to date by the observations that move: after the first passes they are few
    sums = np.zeros((clusters, d))
    sizes = np.zeros(clusters, np.int64)
    squares, least, new = np.empty(LANES), np.empty(LANES), np.empty(LANES, np.int64)
    labels[:] = -1
    passes = 0
    fixed = False
    while passes < most and not fixed:
        passes += 1
        fixed = True
        for b in range(blocks.shape[0]):
            assign(blocks[b], centers, squares, least, new)
            old = labels[b * LANES : (b + 1) * LANES]
            for j in range(min(LANES, n - b * LANES)):
                if new[j] != old[j]:
                    fixed = False
                    _move(blocks[b], j, old[j], new[j], sums, sizes)
                    old[j] = new[j]
        if not fixed:
            _fill_empty(blocks, n, labels, centers, sums, sizes)
            for k in range(clusters):
                if sizes[k] > 0:
                    for c in range(d):
                        centers[k, c] = sums[k, c] / sizes[k]
    return settle(blocks, n, centers, labels), passes, fixed


@kernel
def settle(blocks: Any, n: int, centers: Any, labels: Any) -> float:
    """Set centres to the means of their clusters, freed of rounding; returns the sum of squares within."""
    clusters, d = centers.shape
    sums = np.zeros((clusters, d, NARROW))
    sizes = np.zeros(clusters)
    own, squares, within = np.empty(LANES), np.empty(LANES), np.zeros(LANES)
    for use in range(2):
        for b in range(blocks.shape[0]):
            mine = labels[b * LANES : (b + 1) * LANES]
            for k in range(clusters):
                for j in range(LANES):
                    own[j] = 1.0 if mine[j] == k and b * LANES + j < n else 0.0
                if use == 0:
                    add_weighted(blocks[b], own, sums[k])
                    sizes[k] += own.sum()
                else:
                    square_distances(blocks[b], centers[k], squares)
                    for j in range(LANES):
                        within[j] += own[j] * squares[j]
        for k in range(clusters):
            if use == 0 and sizes[k] > 0.0:
                for c in range(d):
                    centers[k, c] = total(sums[k, c]) / sizes[k]
    return total(within)


@kernel
def share_of_best(objectives: Any, unit: float) -> float:
    """Share of the values that equal the least of them to 1e-8 units."""
    return float((objectives <= objectives.min() + _SAME * unit).sum()) / objectives.size


@entry(STACK, STACK, COUNT, types.boolean, COUNT)
def lloyd(samples: Any, uniforms: Any, way: int, exchanged: bool, most: int) -> Any:
    """k-means of several samples, each the best of several starts.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n, d), read-only
    uniforms : ndarray, shape (r, starts, k), read-only
        Random numbers in [0, 1) that draw the starts.
    way : int
        How: see :mod:`.starts`.
    exchanged : bool
        Whether the best of the starts goes on by exchanges, see :mod:`.exchanges`.
    most : int
        The most passes of one start, and of the exchanges.

    Returns
    -------
    centers : ndarray, shape (r, k, d)
    fits : ndarray, shape (r, 4)
        Within-cluster sum of squares; passes of all starts and the exchanges together; share of the starts
        that end at the best of their ends; whether the best one came to its end.
    """
    r, n, d = samples.shape
    starts, clusters = uniforms.shape[1:]
    best = np.empty((r, clusters, d))
    fits = np.zeros((r, 4))
    centers = np.empty((clusters, d))
    objectives = np.empty(starts)
    for i in range(r):
        origin, _ = origin_and_spread(samples[i])
        blocks = in_lanes(samples[i], origin, 1.0)
        labels = np.empty(blocks.shape[0] * LANES, np.int64)
        best_labels = np.empty_like(labels)
        fit = fits[i]
        fit[INERTIA] = np.inf
        for s in range(starts):
            draw_centers(blocks, n, uniforms[i, s], way, centers)
            objectives[s], passes, fixed = descend(blocks, n, centers, labels, most)
            fit[PASSES] += passes
            if objectives[s] < fit[INERTIA]:
                fit[INERTIA] = objectives[s]
                fit[FIXED] = fixed
                best[i] = centers
                best_labels[:] = labels
        fit[SHARE] = share_of_best(objectives, fit[INERTIA])
        if exchanged:
            passes, fit[FIXED] = exchange(blocks, n, best[i], best_labels, most)
            fit[PASSES] += passes
            fit[INERTIA] = settle(blocks, n, best[i], best_labels)
        for k in range(clusters):
            best[i, k] += origin
    return best, fits


@entry(SAMPLES, SAMPLES)
def nearest(x: Any, centers: Any) -> Any:
    """Nearest centre of each point, the first of equals, shape (n,)."""
    n, d = x.shape
    blocks = in_lanes(x, np.zeros(d), 1.0)
    squares, least = np.empty(LANES), np.empty(LANES)
    labels = np.empty(blocks.shape[0] * LANES, np.int64)
    for b in range(blocks.shape[0]):
        assign(blocks[b], centers, squares, least, labels[b * LANES : (b + 1) * LANES])
    return labels[:n]
