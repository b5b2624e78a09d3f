"""The exact global optimum of k-means with any number of clusters in one dimension, by dynamic programming.

With D_k(j) the least sum of squares of the j smallest values in k clusters, D_k(j) is the least over i of
D_{k-1}(i) + (sum of squares of the values i to j). The best i grows with j, so that each D_k is found by
halving the range of j in O(n log n) steps.

Sums of squares come from differences of prefix sums, which cancel where scales are mixed. Three things keep
the choice exact. Single floats only rule out what their error bound allows, and double-doubles decide among
the rest. A gap g with g^2/2 above the sum of squares of a known partition is a cut of the best one, so that
sums need only be right within stretches without such a gap, about an origin and in a unit of their own. And
where a partition is found that is much better than the known one, all is done again with it.

Observations may have weights. Then a cluster's size is the sum of its weights, a difference of their prefix
sums ``mass``; without weights both arrays are empty.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .compiling import COUNT, SAMPLE, SAMPLES, entry, inlined, kernel
from .double_double import PRECISION, ROUNDING, add, divided, scaled, square, two_sum
from .moments import squares_within, sum_about
from .two_means import TIE

_no_weights = np.empty(0)
_ENOUGH = 1e-13  # relative error of a sum of squares that is as good as none


@kernel
def _widest_gaps(x: Any, clusters: int) -> Any:
    """Where the clusters begin in the partition that cuts at the widest gaps; the last entry is n."""
    cuts = np.zeros(clusters - 1, np.int64)
    widths = np.full(clusters - 1, -1.0)  # descending
    for i in range(1, x.size):
        place = clusters - 1
        while place > 0 and x[i] - x[i - 1] > widths[place - 1]:
            if place < clusters - 1:
                widths[place], cuts[place] = widths[place - 1], cuts[place - 1]
            place -= 1
        if place < clusters - 1:
            widths[place], cuts[place] = x[i] - x[i - 1], i
    begins = np.empty(clusters + 1, np.int64)
    begins[0] = 0
    begins[1:clusters] = np.sort(cuts)
    begins[clusters] = x.size
    return begins


@kernel
def _unit(x: Any, begins: Any) -> float:
    """A power of two near the largest distance from the median of its own cluster."""
    largest = 0.0
    for k in range(begins.size - 1):
        members = x[begins[k] : begins[k + 1]]
        median = 0.25 * members[members.size // 2]
        largest = max(largest, median - 0.25 * members[0], 0.25 * members[members.size - 1] - median)
    exponent = math.frexp(largest)[1] + 2 if largest > 0.0 else -1000
    return float(math.ldexp(1.0, min(max(exponent, -1000), 1000)))


@kernel
def _deviations(x: Any, origin: float, unit: float, y: Any) -> None:
    """Write (x - origin) / unit, for a power of two, where the difference itself may overflow."""
    if unit > 1.0:
        origin /= unit
        for i in range(x.size):
            y[i] = x[i] / unit - origin
    else:
        for i in range(x.size):
            y[i] = (x[i] - origin) / unit


@kernel
def weighted_mean(y: Any, w: Any) -> tuple[float, float]:
    """Mean, and sum of squares about it, of values with weights."""
    s, s_low, mass, mass_low = 0.0, 0.0, 0.0, 0.0
    for i in range(y.size):
        d, d_low = scaled(y[i], 0.0, w[i])
        s, s_low = add(s, s_low, d, d_low)
        mass, mass_low = add(mass, mass_low, w[i], 0.0)
    mean, _ = divided(s, s_low, mass)
    squares, squares_low = 0.0, 0.0
    for i in range(y.size):
        d, d_low = square(y[i] - mean, 0.0)
        d, d_low = scaled(d, d_low, w[i])
        squares, squares_low = add(squares, squares_low, d, d_low)
    return mean, squares


@kernel
def _summary(x: Any, w: Any, begins: Any, unit: float, centers: Any) -> float:
    """Write the means of the clusters; return their sum of squares over the squared unit."""
    y = np.empty(x.size)
    within = 0.0
    if w.size > 0:
        for k in range(begins.size - 1):
            members = x[begins[k] : begins[k + 1]]
            own = y[: members.size]
            median = members[members.size // 2]
            _deviations(members, median, unit, own)
            mean, squares = weighted_mean(own, w[begins[k] : begins[k + 1]])
            centers[k] = median + mean * unit
            within += squares
        return within
    for k in range(begins.size - 1):
        members = x[begins[k] : begins[k + 1]]
        own = y[: members.size]
        median = members[members.size // 2]
        _deviations(members, median, unit, own)
        centers[k] = median + sum_about(own, 0.0) / members.size * unit
        _deviations(members, centers[k], unit, own)
        within += squares_within(own, 0.0)
    return within


@kernel
def _stretches(x: Any, radius: float) -> Any:
    """Ends of the stretches of the sample without a gap above ``radius``, ascending; the first entry is 0."""
    ends = [0]
    for i in range(1, x.size):
        if x[i] - x[i - 1] > radius:
            ends.append(i)  # noqa: PERF401, the compiler has no extend with a condition
    ends.append(x.size)
    return np.array(ends)


@kernel
def _prefix(x: Any, w: Any, ends: Any, unit: float, sums: Any) -> float:
    """Write prefix sums of values and squares as double-doubles; return a bound on what they reach.

    Values are about the median of their stretch. The bound times a rounding error is one of sums of squares.
    """
    p, p_low, q, q_low = sums
    p[0] = p_low[0] = q[0] = q_low[0] = 0.0
    widest = highest = 0.0
    for s in range(ends.size - 1):
        begin, end = ends[s], ends[s + 1]
        origin = x[(begin + end) // 2]
        for i in range(begin, end):
            if unit > 1.0:
                d, d_low = two_sum(x[i] / unit, -(origin / unit))
            else:
                d, d_low = two_sum(x[i], -origin)
                d, d_low = d / unit, d_low / unit
            e, e_low = square(d, d_low)
            widest = max(widest, abs(d))
            if w.size > 0:
                d, d_low = scaled(d, d_low, w[i])
                e, e_low = scaled(e, e_low, w[i])
            p[i + 1], p_low[i + 1] = add(p[i], p_low[i], d, d_low)
            q[i + 1], q_low[i + 1] = add(q[i], q_low[i], e, e_low)
            highest = max(highest, abs(p[i + 1]))
    return float(q[x.size] + widest * highest)


@inlined
def _size(mass: Any, i: int, j: int) -> float:
    """How many values there are from i up to, not including, j; or the sum of their weights."""
    return float(mass[j] - mass[i]) if mass.size > 0 else float(j - i)


@inlined
def _roughly_within(p: Any, q: Any, mass: Any, i: int, j: int) -> float:
    """Sum of squares about their mean of the values from i up to, not including, j > i; single floats."""
    t = p[j] - p[i]
    return float((q[j] - q[i]) - t * t / _size(mass, i, j))


@inlined
def _within(sums: Any, mass: Any, i: int, j: int) -> tuple[float, float]:
    """The same as a double-double."""
    p, p_low, q, q_low = sums
    t, t_low = add(p[j], p_low[j], -p[i], -p_low[i])
    s, s_low = add(q[j], q_low[j], -q[i], -q_low[i])
    t, t_low = square(t, t_low)
    t, t_low = divided(t, t_low, _size(mass, i, j))
    return add(s, s_low, -t, -t_low)


@kernel
def _closest(
    j: int, low: int, high: int, bound: float, before: Any, before_low: Any, sums: Any, mass: Any
) -> int:
    """The best of the beginnings whose rough value is at most ``bound``, as double-doubles have it."""
    p, _, q, _ = sums
    place, best, best_low = low, np.inf, 0.0
    for i in range(low, high + 1):
        if before[i] + _roughly_within(p, q, mass, i, j) <= bound:
            w, w_low = _within(sums, mass, i, j)
            value, value_low = add(before[i], before_low[i], w, w_low)
            if value < best or (value == best and value_low < best_low):
                place, best, best_low = i, value, value_low
    return place


@inlined
def _last_cluster(
    j: int, low: int, high: int, before: Any, before_low: Any, sums: Any, mass: Any, slack: float
) -> int:
    """The best beginning, from ``low`` to ``high``, of the last cluster of the first j values."""
    p, _, q, _ = sums
    least = next_least = np.inf
    place = low
    for i in range(low, high + 1):
        value = before[i] + _roughly_within(p, q, mass, i, j)
        if value < least:
            next_least = least
            least = value
            place = i
        elif value < next_least:
            next_least = value
    if next_least <= least + slack:
        place = _closest(j, low, high, least + slack, before, before_low, sums, mass)
    return place


@kernel
def _next_layer(
    k: int,
    last: int,
    reach: int,
    floor: Any,
    before: Any,
    after: Any,
    best: Any,
    sums: Any,
    mass: Any,
    slack: float,
) -> None:
    """D_k(j) for j up to ``last``, and the last clusters' beginnings, from D_{k-1}, finite to ``reach``."""
    values, values_low = before
    after_values, after_low = after
    # ranges of j that are still to do, with the range of i that their best lie in
    stack = np.empty((128, 4), np.int64)
    stack[0] = (k, last, k - 1, min(last - 1, reach))
    depth = 1
    while depth > 0:
        depth -= 1
        first, final, low, high = stack[depth]
        j = (first + final) // 2
        place = _last_cluster(j, max(low, floor[j]), min(high, j - 1), values, values_low, sums, mass, slack)
        best[j] = place
        if first < j:
            stack[depth] = (first, j - 1, low, place)
            depth += 1
        if j < final:
            stack[depth] = (j + 1, final, place, high)
            depth += 1
    for j in range(k, last + 1):
        i = best[j]
        w, w_low = _within(sums, mass, i, j)
        after_values[j], after_low[j] = add(values[i], values_low[i], w, w_low)


@kernel
def _solve(x: Any, w: Any, mass: Any, ends: Any, unit: float, begins: Any) -> tuple[float, float, bool]:
    """Best partition with a cut between any two stretches.

    Writes where its clusters begin; returns its sum of squares over the squared unit, a bound on the error of
    that, and whether no other partition is as good.
    """
    n = x.size
    clusters = begins.size - 1
    sums = np.empty(n + 1), np.empty(n + 1), np.empty(n + 1), np.empty(n + 1)
    bound = _prefix(x, w, ends, unit, sums)
    slack = 32.0 * ROUNDING * bound
    floor = np.empty(n + 1, np.int64)  # where the stretch of the value before j begins
    floor[0] = 0
    for s in range(ends.size - 1):
        floor[ends[s] + 1 : ends[s + 1] + 1] = ends[s]
    values = np.full((clusters + 1, n + 1), np.inf)
    lows = np.zeros((clusters + 1, n + 1))
    best = np.zeros((clusters + 1, n + 1), np.int32)
    for j in range(1, ends[1] + 1):
        values[1, j], lows[1, j] = _within(sums, mass, 0, j)
    for k in range(2, clusters):
        last = min(ends[min(k, ends.size - 1)], n - (clusters - k))
        reach = ends[min(k - 1, ends.size - 1)]
        before, after = (values[k - 1], lows[k - 1]), (values[k], lows[k])
        _next_layer(k, last, reach, floor, before, after, best[k], sums, mass, slack)
    if clusters > 1:
        low = max(clusters - 1, floor[n])
        i = _last_cluster(n, low, n - 1, values[clusters - 1], lows[clusters - 1], sums, mass, slack)
        own, own_low = _within(sums, mass, i, n)
        values[clusters, n], lows[clusters, n] = add(
            values[clusters - 1, i], lows[clusters - 1, i], own, own_low
        )
        best[clusters, n] = i
    within = max(values[clusters, n], 0.0)
    begins[clusters] = n
    unique = True
    for k in range(clusters, 0, -1):
        j = begins[k]
        begins[k - 1] = best[k, j]
        # two partitions that differ do so first, from above, at one of these ends
        ties = 1 if k == 1 else 0
        for i in range(max(k - 1, floor[j]), j if k > 1 else 0):
            close = values[k, j] + TIE * within
            if values[k - 1, i] + _roughly_within(sums[0], sums[2], mass, i, j) <= close + slack:
                own, own_low = _within(sums, mass, i, j)
                own, own_low = add(values[k - 1, i], lows[k - 1, i], own, own_low)
                ties += (own - values[k, j]) + (own_low - lows[k, j]) <= TIE * within
        unique = unique and ties == 1
    return within, 16.0 * n * PRECISION * bound, unique


@kernel
def _best_partition(x: Any, w: Any, clusters: int) -> Any:
    """The best partition of values with weights, or without where ``w`` is empty."""
    begins = _widest_gaps(x, clusters)
    centers = np.empty(clusters)
    mass = np.empty(x.size + 1 if w.size > 0 else 0)
    if w.size > 0:
        total, low = 0.0, 0.0
        mass[0] = 0.0
        for i in range(x.size):
            total, low = add(total, low, w[i], 0.0)
            mass[i + 1] = total
    unit = _unit(x, begins)
    known = _summary(x, w, begins, unit, centers)
    unique = False
    lightest = w.min() if w.size > 0 else 1.0
    for _ in range(100):  # each round but the last but one gains much, so that few are needed
        # a cluster with a gap g has a sum of squares of at least g^2/2, or with weights g^2/2 of the least
        ends = _stretches(x, unit * math.sqrt(2.0 * known / lightest) * (1.0 + 1e-6))
        within, error, unique = _solve(x, w, mass, ends, unit, begins)
        if error <= _ENOUGH * within or within > 0.5 * known:
            break
        unit = _unit(x, begins)
        known = _summary(x, w, begins, unit, centers)
    unit = _unit(x, begins)
    within = _summary(x, w, begins, unit, centers)
    return begins, centers, within * unit * unit, unique


@entry(SAMPLE, COUNT)
def optimal_partition(x: Any, clusters: int) -> Any:
    """Partition of a sorted sample with the least within-cluster sum of squares.

    Parameters
    ----------
    x : ndarray of float64, shape (n,), n >= clusters, read-only
        Ascending; any finite numbers.
    clusters : int

    Returns
    -------
    begins : ndarray of int64, shape (clusters + 1,)
        Where each cluster begins; the last entry is n.
    centers : ndarray, shape (clusters,)
    within : float
        The within-cluster sum of squares; infinite, or zero, where that is beyond the range of floats.
    unique : bool
        Whether no other partition has the same sum of squares, to 1e-12 of itself.
    """
    return _best_partition(x, _no_weights, clusters)


@entry(SAMPLE, SAMPLE, COUNT)
def weighted_partition(x: Any, w: Any, clusters: int) -> Any:
    """The same of observations with positive weights, shape (n,); read-only."""
    return _best_partition(x, w, clusters)


@entry(SAMPLES, COUNT)
def optimal_partitions(samples: Any, clusters: int) -> Any:
    """Best partitions of several sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= clusters, read-only
        Each row ascending.
    clusters : int

    Returns
    -------
    centers : ndarray, shape (r, clusters)
    within : ndarray, shape (r,)
    """
    centers = np.empty((samples.shape[0], clusters))
    within = np.empty(samples.shape[0])
    for i in range(samples.shape[0]):
        _, centers[i], within[i], _ = optimal_partition(samples[i], clusters)
    return centers, within
