"""From random numbers to samples of a mixture of scaled and shifted copies of one distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .compiling import COUNT, NUMBER, SAMPLE, SAMPLES, entry, read_only
from .sorting import sort_rows

__all__ = ["place_points", "place_rows", "sort_rows"]


@entry(SAMPLES, SAMPLES, COUNT, SAMPLE, SAMPLE, SAMPLE)
def _place_rows(noise: Any, uniforms: Any, n: int, cumulative: Any, means: Any, sds: Any) -> Any:
    r = noise.shape[0]
    x = np.empty((r, n))
    components = np.empty((r, n), np.int64)
    for i in range(r):
        z = noise[i, :n]
        u = uniforms[i, :n]
        row = x[i]
        labels = components[i]
        labels[:] = 0
        for j in range(cumulative.size - 1):
            for k in range(n):
                labels[k] += u[k] >= cumulative[j]
        for k in range(n):
            j = labels[k]
            row[k] = means[j] + sds[j] * z[k]
    return x, components


def place_rows(noise: Any, uniforms: Any, n: int, cumulative: Any, means: Any, sds: Any) -> Any:
    """Place noise on the components of a mixture.

    Parameters
    ----------
    noise, uniforms : ndarray of float64, shape (r, N)
        Draws of the components' common distribution, and uniform numbers in [0, 1). Columns from ``n`` on
        are not looked at.
    n : int
        Sample size, at most N.
    cumulative, means, sds : ndarray of float64, shape (k,)
        Cumulative weights of the components (ascending, the last is one), their means, their scales.

    Returns
    -------
    x : ndarray of float64, shape (r, n)
        ``means[j] + sds[j] * noise`` with j the component.
    components : ndarray of int64, shape (r, n)
        The first j with ``uniforms < cumulative[j]``.
    """
    return _place_rows(
        *(read_only(a) for a in (noise, uniforms)), n, *(read_only(a) for a in (cumulative, means, sds))
    )


@entry(types.Array(NUMBER, 3, "C", readonly=True), SAMPLES, COUNT, SAMPLE, SAMPLES, SAMPLE)
def _place_points(noise: Any, uniforms: Any, n: int, cumulative: Any, means: Any, sds: Any) -> Any:
    r, _, d = noise.shape
    x = np.empty((r, n, d))
    components = np.empty((r, n), np.int64)
    for i in range(r):
        for k in range(n):
            j = 0
            while j < cumulative.size - 1 and uniforms[i, k] >= cumulative[j]:
                j += 1
            components[i, k] = j
            for c in range(d):
                x[i, k, c] = means[j, c] + sds[c] * noise[i, k, c]
    return x, components


def place_points(noise: Any, uniforms: Any, n: int, cumulative: Any, means: Any, sds: Any) -> Any:
    """Place noise on the components of a mixture in space.

    Parameters
    ----------
    noise : ndarray of float64, shape (r, N, d)
        Draws of the components' common distribution.
    uniforms : ndarray of float64, shape (r, N)
        Uniform numbers in [0, 1). Rows of both from ``n`` on are not looked at.
    n : int
        Sample size, at most N.
    cumulative : ndarray of float64, shape (k,)
        Cumulative weights of the components (ascending, the last is one).
    means : ndarray of float64, shape (k, d)
    sds : ndarray of float64, shape (d,)

    Returns
    -------
    x : ndarray of float64, shape (r, n, d)
        ``means[j] + sds * noise`` with j the component.
    components : ndarray of int64, shape (r, n)
        The first j with ``uniforms < cumulative[j]``.
    """
    return _place_points(
        *(read_only(a) for a in (noise, uniforms)), n, *(read_only(a) for a in (cumulative, means, sds))
    )
