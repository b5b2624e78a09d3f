"""The exact global optimum of k-means with two clusters in one dimension.

Clusters are intervals, so there are n - 1 splits of the sorted sample. With y the values about their mean and
S_k the sum of the k smallest, the between-cluster sum of squares of a split after k is n S_k^2 / (k (n - k)).
S at the ends of blocks shows which blocks may hold its maximum; these are scanned, and splits that rounding
could have misplaced are compared in twice the precision.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import SAMPLES, entry, kernel
from .double_double import ROUNDING, add, divided, scaled, square, two_sum
from .moments import LANES, centre, mean_about, squares_within, total

SIZE, LOWER, UPPER, WITHIN, UNIQUE = range(5)

#: Splits whose sums of squares differ by less than this, relative to themselves, are equally good.
TIE = 1e-12


@kernel
def _sums_to_blocks(x: Any, origin: float) -> Any:
    """Sums of x - origin from the beginning to the beginning of each block of LANES, and to the end."""
    blocks = (x.size + LANES - 1) // LANES
    sums = np.empty(blocks + 1)
    partial = np.empty(LANES)
    sums[0] = 0.0
    for b in range(blocks):
        block = x[b * LANES : (b + 1) * LANES]
        partial[:] = 0.0
        for j in range(block.size):
            partial[j] = block[j] - origin
        sums[b + 1] = sums[b] + total(partial)
    return sums


@kernel
def _scan(x: Any, origin: float, sums: Any, drift: float, error: float, peaks: Any) -> tuple[int, float]:
    """Best split as rounded sums have it, and the same split's S.

    Writes for each block the largest of (|S_k| + error)^2 / (k (n - k)), or -1 where all are too small.
    """
    n = x.size
    best = -1.0
    for b in range(1, sums.size - 1):
        k = float(b * LANES)
        s = abs(sums[b] - k * drift)
        best = max(best, s * s / (k * (n - k)))
    highest = -1.0
    size = 0
    sum_there = 0.0
    for b in range(sums.size - 1):
        first, last = b * LANES, min((b + 1) * LANES, n)
        # S is convex: in a block without the mean it is between its values at the ends
        reach = max(abs(sums[b] - first * drift), abs(sums[b + 1] - last * drift)) + error
        if x[first] <= origin <= x[last - 1]:
            reach += LANES * (x[last - 1] - x[first])
        least = min(float(first) * float(n - first), float(last) * float(n - last))
        peaks[b] = -1.0
        if reach * reach < (1.0 - 1e-6) * best * least:
            continue
        s = sums[b]
        for k in range(first + 1, min(last, n - 1) + 1):
            s += x[k - 1] - origin
            about_mean = s - k * drift
            a = abs(about_mean) + error
            between = a * a / (float(k) * float(n - k))
            peaks[b] = max(peaks[b], between)
            if between > highest:
                highest = between
                size = k
                sum_there = about_mean
    return size, sum_there


@kernel
def _choose(
    x: Any, origin: float, sums: Any, drift: float, error: float, least: float, peaks: Any, tie: float
) -> tuple[int, bool]:
    """Best of the splits with (|S_k| + error)^2 / (k (n - k)) >= ``least``, and whether it is alone.

    Another split is as good if its between-cluster sum of squares is within ``tie``. Of several best ones the
    smallest is chosen.
    """
    n = x.size
    count = 0
    places = np.empty(n, np.int64)
    for b in range(sums.size - 1):
        if peaks[b] < least:
            continue
        s = sums[b]
        for k in range(b * LANES + 1, min((b + 1) * LANES, n - 1) + 1):
            s += x[k - 1] - origin
            a = abs(s - k * drift) + error
            if a * a / (float(k) * float(n - k)) >= least:
                places[count] = k
                count += 1
    if count == 1:
        return places[0], True
    high, low = np.empty(count), np.empty(count)
    s, s_low = 0.0, 0.0
    found = 0
    for k in range(1, n + 1):
        d, d_low = two_sum(x[k - 1], -origin)
        s, s_low = add(s, s_low, d, d_low)
        if found < count and places[found] == k:
            high[found], low[found] = s, s_low
            found += 1
    best, best_low, chosen = -1.0, 0.0, 0
    for c in range(count):
        size = float(places[c])
        # n S_k / (k (n - k)) from the sum up to k and the whole, both exact
        part, part_low = scaled(high[c], low[c], float(n))
        whole, whole_low = scaled(s, s_low, -size)
        part, part_low = add(part, part_low, whole, whole_low)
        part, part_low = square(part, part_low)
        part, part_low = divided(part, part_low, size * (n - size))
        high[c], low[c] = divided(part, part_low, float(n))
        gain = (high[c] - best) + (low[c] - best_low)
        if gain > 1e-26 * best:
            best, best_low, chosen = high[c], low[c], c
    equals = 0
    for c in range(count):
        equals += (best - high[c]) + (best_low - low[c]) <= tie
    return places[chosen], equals == 1


@kernel
def summarise_split(x: Any, size: int, result: Any) -> None:
    """Write the first four entries of ``result`` for the split of ``x`` after ``size`` values."""
    lower = x[:size]
    upper = x[size:]
    result[SIZE] = size
    result[LOWER] = mean_about(lower, lower[lower.size // 2])
    result[UPPER] = mean_about(upper, upper[upper.size // 2])
    result[WITHIN] = squares_within(lower, result[LOWER]) + squares_within(upper, result[UPPER])


@kernel
def fit_two_means(x: Any, result: Any) -> bool:
    """Best split of one sorted sample with at least two values; writes ``result``, shape (4,) or more.

    Returns whether no other split has the same sum of squares, to ``TIE`` of itself.
    """
    n = x.size
    origin = centre(x)
    sums = _sums_to_blocks(x, origin)
    drift = sums[sums.size - 1] / n
    # |S| is largest where the mean is, within a block of which only the ends are known
    largest = 0.0
    for b in range(sums.size - 1):
        first, last = b * LANES, min((b + 1) * LANES, n) - 1
        inside = LANES * (x[last] - x[first]) if x[first] <= origin <= x[last] else 0.0
        largest = max(largest, abs(sums[b]) + inside)
    error = 4.0 * (sums.size + 2 * LANES) * ROUNDING * largest
    peaks = np.empty(sums.size - 1)
    size, s = _scan(x, origin, sums, drift, error, peaks)
    summarise_split(x, size, result)
    sure = max(abs(s) - error, 0.0)
    tie = TIE * result[WITHIN]
    least = sure * sure / (float(size) * float(n - size)) - tie / n
    chosen, unique = _choose(x, origin, sums, drift, error, least, peaks, tie)
    if chosen != size:
        summarise_split(x, chosen, result)
    return unique


@entry(SAMPLES)
def two_means(samples: Any) -> Any:
    """Optimal two-cluster splits of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending. The squares of differences must neither overflow nor underflow.

    Returns
    -------
    ndarray, shape (r, 5)
        Number of values in the lower cluster, the two means in ascending order, the within-cluster sum of
        squares, and one if no other split is as good, else zero.
    """
    results = np.empty((samples.shape[0], 5))
    for i in range(samples.shape[0]):
        results[i, UNIQUE] = fit_two_means(samples[i], results[i])
    return results
