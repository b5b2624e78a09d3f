"""What the study reports of fitted centres, whatever their number and dimension."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ._method import FloatArray

MOST_MATCHED = 6
"""Centres that are matched by trying all orders."""


def mean_distance(centers: FloatArray) -> NDArray[np.float64]:
    """Mean Euclidean distance over all pairs of centres.

    Parameters
    ----------
    centers : ndarray, shape (r, k, d)

    Returns
    -------
    ndarray, shape (r,)
        NaN for a single centre.
    """
    first, second = np.triu_indices(centers.shape[1], 1)
    if not len(first):
        return np.full(len(centers), np.nan)
    distances = np.sqrt(((centers[:, second] - centers[:, first]) ** 2).sum(axis=2))
    return np.asarray(distances.sum(axis=1) / len(first))


def center_error(centers: FloatArray, means: FloatArray) -> NDArray[np.float64]:
    """Root mean square distance of centres from the true means, over the means, under their best matching.

    Names of clusters do not count: each mean has one centre of its own, by the matching with the least sum
    of squared distances. Which of two matchings with the same sum is taken does not matter, for the error is
    that sum.

    Parameters
    ----------
    centers : ndarray, shape (r, k, d)
    means : ndarray, shape (k, d)

    Returns
    -------
    ndarray, shape (r,)
        NaN for more than six centres, and where there are not as many as means.
    """
    r, k, _ = centers.shape
    if k > MOST_MATCHED or len(means) != k:
        return np.full(r, np.nan)
    squares = ((centers[:, :, np.newaxis] - means) ** 2).sum(axis=3)
    least = np.full(r, np.inf)
    for order in permutations(range(k)):
        total = np.zeros(r)
        for mean, center in enumerate(order):
            total += squares[:, center, mean]
        least = np.minimum(least, total)
    return np.asarray(np.sqrt(least / k))


def angle(centers: FloatArray) -> NDArray[np.float64]:
    """Angle between the line through two centres and the first axis, in degrees from 0 to 90.

    Parameters
    ----------
    centers : ndarray, shape (r, k, d)

    Returns
    -------
    ndarray, shape (r,)
        NaN unless there are two distinct centres in more than one dimension.
    """
    r, k, d = centers.shape
    if k != 2 or d == 1:
        return np.full(r, np.nan)
    between = centers[:, 1] - centers[:, 0]
    along = np.abs(between[:, 0])
    across = np.sqrt((between[:, 1:] ** 2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        tangent = np.minimum(along, across) / np.maximum(along, across)
    degrees = _arctangent(tangent) * (180 / math.pi)
    return np.where(across > along, 90 - degrees, degrees)


def _arctangent(t: FloatArray) -> FloatArray:
    """Arc tangent of 0 <= t <= 1 to 1e-15, the same bits everywhere: the C library's differ."""
    for _ in range(2):
        t = t / (1 + np.sqrt(1 + t * t))  # halves the angle
    w = -t * t
    series = np.zeros_like(t)
    for k in range(11, -1, -1):
        series = series * w + 1 / (2 * k + 1)
    return np.asarray(4 * t * series)
