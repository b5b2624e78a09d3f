"""What the study reports of fitted centres, whatever their number and dimension."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._method import FloatArray


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
