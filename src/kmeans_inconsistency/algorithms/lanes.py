"""Points laid out for vectors: blocks of LANES points, each block coordinate by coordinate.

A loop over the points of a block is then a loop over neighbours in memory without a sum across them, so that
it vectorises, in any dimension, and no bit depends on the width of the machine's vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative
from .compiling import kernel
from .moments import LANES

#: Partial sums of a weighted sum of points, each over every NARROW-th point of a block.
NARROW = 16


@kernel
def origin_and_spread(x: Any) -> Any:
    """Mean of points, shape (n, d), and their mean squared distance from it per coordinate."""
    n, d = x.shape
    origin = np.zeros(d)
    for i in range(n):
        for c in range(d):
            origin[c] += x[i, c] - x[0, c]
    for c in range(d):
        origin[c] = x[0, c] + origin[c] / n
    spread = 0.0
    for i in range(n):
        for c in range(d):
            spread += (x[i, c] - origin[c]) ** 2
    return origin, spread / (n * d)


@kernel
def in_lanes(x: Any, origin: Any, scale: float) -> Any:
    """(x - origin) / scale for points of shape (n, d), in blocks: shape (blocks, d, LANES), zero beyond n."""
    n, d = x.shape
    blocks = np.zeros(((n + LANES - 1) // LANES, d, LANES))
    for i in range(n):
        block = blocks[i // LANES]
        for c in range(d):
            block[c, i % LANES] = (x[i, c] - origin[c]) / scale
    return blocks


@kernel
def square_distances(block: Any, center: Any, squares: Any) -> None:
    """Squared distances of a block's points from a centre, shape (LANES,)."""
    squares[:] = 0.0
    for c in range(center.size):
        row = block[c]
        m = center[c]
        for j in range(LANES):
            t = row[j] - m
            squares[j] += t * t


@kernel
def add_weighted(block: Any, weights: Any, sums: Any) -> None:
    """Add the points of a block times their weights to partial sums, shape (d, NARROW)."""
    for c in range(sums.shape[0]):
        row = block[c]
        partial = sums[c]
        for j in range(NARROW):
            near = weights[j] * row[j] + weights[j + NARROW] * row[j + NARROW]
            far = weights[j + 32] * row[j + 32] + weights[j + 48] * row[j + 48]
            partial[j] += near + far


@kernel
def normalise(logs: Any, inside: int, top: Any, mass: Any) -> None:
    """Densities of a block's points relative to the largest, exp(logs - top), and their sums over components.

    Parameters
    ----------
    logs : ndarray, shape (k, LANES)
        Overwritten.
    inside : int
        How many of the points exist; the others get zeros, and a mass of one.
    top, mass : ndarray, shape (LANES,)
        The largest of ``logs``, zero beyond ``inside`` afterwards; the sums.
    """
    mass[:] = 0.0
    for k in range(logs.shape[0]):
        each = logs[k]
        for j in range(LANES):
            each[j] = exp_of_negative(each[j] - top[j])
            mass[j] += each[j]
    if inside < LANES:
        top[inside:] = 0.0
        mass[inside:] = 1.0
        logs[:, inside:] = 0.0
