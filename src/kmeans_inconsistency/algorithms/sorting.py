"""Sorting of samples: into buckets of equal width, then by insertion of what is nearly sorted."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import ROWS, entry, kernel

_PER_BUCKET = 4
_LARGE = 64  # a bucket with more values than this is sorted by comparisons
_SMALL = 24


@kernel
def _insertion_sort(x: Any) -> None:
    for i in range(1, x.size):
        value = x[i]
        j = i
        while j > 0 and x[j - 1] > value:
            x[j] = x[j - 1]
            j -= 1
        x[j] = value


@kernel
def _sort(x: Any, scratch: Any, starts: Any) -> None:
    """Sort ``x`` of shape (n,) in place; ``scratch`` (n,) and ``starts`` (>= n/4 + 2,) are overwritten."""
    n = x.size
    if n <= _SMALL:
        _insertion_sort(x)
        return
    low = x[0]
    high = x[0]
    for i in range(n):
        value = x[i]
        low = value if value < low else low
        high = value if value > high else high
    buckets = n // _PER_BUCKET
    width = high - low
    scale = (buckets - 1) / width
    if not (width > 0.0 and width < np.inf and scale < np.inf):
        x.sort()
        return
    starts = starts[: buckets + 1]
    starts[:] = 0
    for i in range(n):
        starts[np.uint64((x[i] - low) * scale) + np.uint64(1)] += 1
    largest = 0
    total = 0
    for k in range(buckets + 1):
        largest = max(largest, starts[k])
        total += starts[k]
        starts[k] = total
    for i in range(n):
        bucket = np.uint64((x[i] - low) * scale)
        scratch[starts[bucket]] = x[i]
        starts[bucket] += 1
    # starts[k] is now where bucket k ends
    if largest > _LARGE:
        begin = 0
        for k in range(buckets):
            end = starts[k]
            if end - begin > _LARGE:
                scratch[begin:end].sort()
            begin = end
    value = scratch[0]
    x[0] = value
    for i in range(1, n):
        value = scratch[i]
        j = i
        while j > 0 and x[j - 1] > value:
            x[j] = x[j - 1]
            j -= 1
        x[j] = value


@entry(ROWS)
def sort_rows(x: Any) -> None:
    """Sort each row of ``x``, shape (r, n), in ascending order, in place. The values must be finite.

    Parameters
    ----------
    x : ndarray of float64, shape (r, n)
        Overwritten; the result is that of ``numpy.sort(x, axis=1)``.
    """
    n = x.shape[1]
    scratch = np.empty(n)
    starts = np.empty(n // _PER_BUCKET + 2, np.int64)
    for i in range(x.shape[0]):
        _sort(x[i], scratch, starts)
