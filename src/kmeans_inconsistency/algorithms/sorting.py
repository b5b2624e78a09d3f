"""Sorting of samples without a branch that depends on the data, for those are what makes sorting slow.

The values are dealt into as many buckets of equal width as there are values. What is then out of place
is out of place within its bucket, and a few rounds of exchanges between neighbours put it right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import ROWS, entry, kernel

_CROWDED = 24  # a bucket with more values than this is sorted by itself
_TILE = 1024  # values that are put in order while they are in the nearest cache
_FEW = 32
_LARGE = 30_000  # values that fit the second cache with their buckets
_PORTION = 1024


@kernel
def _exchange_neighbours(x: Any, rounds: int) -> None:
    """Odd-even transposition sort: ``rounds`` rounds sort any run of so many values between sorted ends."""
    for k in range(rounds):
        pairs = (x.size - (k & 1)) // 2
        y = x[k & 1 : (k & 1) + 2 * pairs]
        for i in range(pairs):
            first = y[2 * i]
            second = y[2 * i + 1]
            y[2 * i] = first if first < second else second
            y[2 * i + 1] = second if first < second else first


@kernel
def _range(x: Any) -> tuple[float, float]:
    """Smallest and largest value; in lanes, so that it vectorises."""
    low = np.full(16, x[0])
    high = np.full(16, x[0])
    for start in range(0, x.size, 16):
        block = x[start : start + 16]
        for j in range(block.size):
            low[j] = block[j] if block[j] < low[j] else low[j]
            high[j] = block[j] if block[j] > high[j] else high[j]
    for j in range(16):
        low[0] = min(low[0], low[j])
        high[0] = max(high[0], high[j])
    return low[0], high[0]


@kernel
def _deal(x: Any, dealt: Any, ends: Any, low: float, scale: float) -> None:
    """Deal ``x`` into buckets of equal width, in order; ``ends[k]`` is where bucket k ends in ``dealt``."""
    ends[:] = 0
    for i in range(x.size):
        ends[np.uint32((x[i] - low) * scale) + np.uint32(1)] += np.int32(1)
    before = np.int32(0)
    for k in range(ends.size):
        before += ends[k]
        ends[k] = before
    # ends[k] is now where bucket k begins, and moves to where it ends
    for i in range(x.size):
        value = x[i]
        bucket = np.uint32((value - low) * scale)
        place = ends[bucket]
        dealt[np.uint32(place)] = value
        ends[bucket] = place + np.int32(1)


@kernel
def _sort_in_cache(x: Any, dealt: Any, ends: Any) -> None:
    """Sort ``x``, shape (n,), in place; ``dealt``, (n,), and ``ends``, (n + 1,), are overwritten."""
    n = x.size
    if n <= _FEW:
        _exchange_neighbours(x, n)
        return
    low, high = _range(x)
    if low == high:
        return
    scale = (n - 1) / (high - low)
    if not 0.0 < scale < np.inf:  # a range that over- or underflows
        x.sort()
        return
    _deal(x, dealt, ends[: n + 1], low, scale)
    begin = 0
    first = 0
    crowd = 1
    for k in range(n):
        end = ends[k]
        size = end - begin
        if size > _CROWDED:
            dealt[begin:end].sort()
        elif size > crowd:
            crowd = size
        begin = end
        if end - first >= _TILE or k == n - 1:
            if crowd > 1:
                _exchange_neighbours(dealt[first:end], crowd)
            first = end
            crowd = 1
    x[:] = dealt


@kernel
def _sort(x: Any, dealt: Any, ends: Any) -> None:
    """As ``_sort_in_cache``, for a sample of any size: a large one is first dealt into portions."""
    n = x.size
    if n <= _LARGE:
        _sort_in_cache(x, dealt, ends)
        return
    low, high = _range(x)
    if low == high:
        return
    portions = n // _PORTION
    scale = (portions - 1) / (high - low)
    if not 0.0 < scale < np.inf:
        x.sort()
        return
    ends_of_portions = np.empty(portions + 1, np.int32)
    _deal(x, dealt, ends_of_portions, low, scale)
    begin = 0
    for k in range(portions):
        end = ends_of_portions[k]
        _sort_in_cache(dealt[begin:end], x[begin:end], ends)
        begin = end
    x[:] = dealt


@entry(ROWS)
def sort_rows(x: Any) -> None:
    """Sort each row of ``x`` in ascending order, in place. The values must be finite.

    Parameters
    ----------
    x : ndarray of float64, shape (r, n)
        Overwritten; the result is that of ``numpy.sort(x, axis=1)``.
    """
    n = x.shape[1]
    dealt = np.empty(n)
    ends = np.empty(n + 1, np.int32)
    for i in range(x.shape[0]):
        _sort(x[i], dealt, ends)
