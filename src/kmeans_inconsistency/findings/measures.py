"""Performance measures of a simulation, each with its Monte Carlo standard error.

Names and definitions follow Morris, White & Crowther (2019), table 6. Standard errors use the sample's own
moments rather than normal theory, so that they hold for heavy-tailed estimators too; each is checked against
a bootstrap in the tests. With R replicates, x the estimates and e = x - target the errors:

==========  =====================  ==============================================================
measure     estimate               Monte Carlo standard error
==========  =====================  ==============================================================
mean, bias  mean(x), mean(e)       s / sqrt(R), s the sample standard deviation
empse       s                      jackknife on the logarithm
mse         mean(e^2)              sd(e^2) / sqrt(R)
rmse        sqrt(mse)              mcse(mse) / (2 rmse), by the delta method
quantiles   type 7                 Maritz & Jarrett (1978); of ties, an interval of order statistics
ratios      of two methods         jackknife over replicates that both have
share p     count / R              sqrt(q (1 - q) / R), q = (count + 1) / (R + 2)
kolmogorov  sup |F_R - Phi|        bootstrap; at the ends, that of the share F_R where it is largest
crossover   of two error curves    half the central 68 % of bootstrapped logarithms
==========  =====================  ==============================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

FloatArray = NDArray[np.float64]


class Measure(NamedTuple):
    """A number with its Monte Carlo standard error (NaN where there is none)."""

    value: float
    mcse: float


NONE = Measure(float("nan"), float("nan"))


def mean(x: FloatArray) -> Measure:
    """Mean of the estimates, shape (R,)."""
    if len(x) < 2:
        return NONE
    return Measure(float(x.mean()), float(x.std(ddof=1) / np.sqrt(len(x))))


def empirical_se(x: FloatArray) -> Measure:
    """Standard deviation of the estimates over the replicates, shape (R,).

    By the jackknife on its logarithm: the formula from fourth moments is too small for few replicates and for
    heavy tails.
    """
    count = len(x)
    if count < 4:
        return NONE
    if x.min() == x.max():
        return Measure(0.0, 0.0)
    total, without = _sums_of_squares(x)
    value = (total / (count - 1)) ** 0.5
    if _of_one(x) or not without.min() > 0:
        return Measure(value, math.nan)
    return Measure(value, value * _jackknife(0.5 * np.log(without)))


def _of_one(x: FloatArray) -> bool:
    """Whether all estimates but one are equal; sums of squares leave a rounding error there."""
    ordered = np.sort(x)
    return bool(ordered[0] == ordered[-2] or ordered[1] == ordered[-1])


def _sums_of_squares(x: FloatArray) -> tuple[float, FloatArray]:
    """Sum of squares about the mean, and the same without each replicate."""
    squares = (x - x.mean()) ** 2
    total = float(squares.sum())
    return total, np.maximum(total - squares * (len(x) / (len(x) - 1)), 0.0)


def mean_squared_error(x: FloatArray, target: float) -> Measure:
    """Mean squared distance of the estimates, shape (R,), from a target."""
    return mean((x - target) ** 2)


def root_mean_squared_error(x: FloatArray, target: float) -> Measure:
    """Root of the mean squared distance of the estimates, shape (R,), from a target."""
    mse = mean_squared_error(x, target)
    root = mse.value**0.5
    return Measure(root, 0.0 if root == 0 else mse.mcse / (2 * root))


def quantile(x: FloatArray, probability: float) -> Measure:
    """Sample quantile of the estimates, shape (R,); its error is Maritz & Jarrett's.

    Where estimates are tied about it, as counts are, that error may be next to nothing although the quantile
    jumps from one value to the next. Then the error is half of the longer side of the interval between the
    order statistics two binomial standard deviations away, if that is larger.
    """
    count = len(x)
    if count < 2:
        return NONE
    ordered = np.sort(x)
    value = float(np.quantile(ordered, probability))
    chances, away = _chances(count, probability), ordered - value
    first, second = float((chances * away).sum()), float((chances * away**2).sum())
    # the C library's part in the incomplete beta function differs between processors in the last digits
    spread = float(f"{max(second - first**2, 0.0) ** 0.5:.10g}")
    reach = 2 * math.sqrt(count * probability * (1 - probability))
    low = max(math.floor(count * probability - reach), 0)
    high = min(math.ceil(count * probability + reach), count)
    about = ordered[low:high]
    if (np.diff(about) == 0).any():
        spread = max(spread, float(max(value - about[0], about[-1] - value)) / 2)
    return Measure(value, spread)


@lru_cache(maxsize=16)
def _chances(count: int, probability: float) -> FloatArray:
    """Probabilities with which the quantile of a bootstrap sample is each of the ordered replicates."""
    a, b = (count + 1) * probability, (count + 1) * (1 - probability)
    return np.diff(special.betainc(a, b, np.arange(count + 1) / count))


def share(count: int, total: int) -> Measure:
    """Share of the replicates in which something happened; Laplace's rule keeps its error from being zero."""
    if total < 1:
        return NONE
    q = (count + 1) / (total + 2)
    return Measure(count / total, (q * (1 - q) / total) ** 0.5)


def coverage(low: FloatArray, high: FloatArray, target: float) -> Measure:
    """Share of the intervals, ends of shape (R,), that hold a target; NaN where there is none.

    An interval that does not exist (NaN) holds nothing.
    """
    if not np.isfinite(target):
        return NONE
    return share(int(((low <= target) & (target <= high)).sum()), len(low))


def kolmogorov(z: FloatArray) -> Measure:
    """Kolmogorov's distance of standardised errors, shape (R,), from the standard normal distribution.

    Its error is the standard deviation over bootstrap samples. Where the distance is found within five
    replicates of an end, the bootstrap knows too little: there it is the error of the share that is counted.
    """
    count = len(z)
    if count < 2 or not np.isfinite(z).all():
        return NONE
    ordered = np.sort(z)
    normal = special.ndtr(ordered)
    above, below = np.arange(1, count + 1) / count - normal, normal - np.arange(count) / count
    widest = int(np.maximum(above, below).argmax())
    value = float(max(above[widest], below[widest]))
    # F_R varies as the share of what it counts there, just after the observation or just before
    counted = widest + 1 if above[widest] >= below[widest] else widest
    if not 5 <= counted <= count - 5:
        return Measure(value, share(counted, count).mcse)
    places, shares = _distributions(count)
    before = np.concatenate([[-np.inf], ordered])[places]
    after = np.concatenate([ordered, [np.inf]])[places]
    between = before < after  # within ties there is no place
    shares = shares[:, between]
    again = np.maximum(
        (shares - special.ndtr(before[between])).max(axis=1),
        (special.ndtr(after[between]) - shares).max(axis=1),
    )
    return Measure(value, float(again.std(ddof=1)))


def ratio(measure: Measure, reference: float) -> Measure:
    """A measure in units of a known number."""
    if not reference > 0:
        return NONE
    return Measure(measure.value / reference, measure.mcse / reference)


def rate(errors: FloatArray, sizes: FloatArray) -> Measure:
    """Slope of log RMSE against log n by least squares, with its jackknife standard error over replicates.

    Parameters
    ----------
    errors : ndarray, shape (sizes, R)
        Errors of the same replicates at each sample size. Sizes are nested, so rows are dependent; leaving
        out a replicate leaves it out everywhere, which the jackknife needs to be right.
    sizes : ndarray, shape (sizes,)
        At least two sample sizes.
    """
    count = errors.shape[1]
    if len(sizes) < 2 or count < 2:
        return NONE
    squares = errors**2
    total = squares.sum(axis=1, keepdims=True)
    if not np.all(np.isfinite(total)) or not np.all(total > squares):
        return NONE
    centred = np.log(sizes) - np.log(sizes).mean()
    weights = (centred / (centred**2).sum())[:, None]
    slope = float((weights * 0.5 * np.log(total / count)).sum())
    without = (weights * 0.5 * np.log((total - squares) / (count - 1))).sum(axis=0)
    spread = float(((without - without.mean()) ** 2).sum()) * (count - 1) / count
    return Measure(slope, spread**0.5)


def rmse_ratio(errors: FloatArray, reference: FloatArray) -> Measure:
    """Ratio of two root mean squared errors over the same replicates, shapes (R,), with its paired error.

    By the jackknife on the logarithm of the ratio, which a few large errors do not mislead.
    """
    count = len(errors)
    first, second = errors**2, reference**2
    if count < 2 or not (first.sum() > first.max() and second.sum() > second.max()):
        return NONE
    without = 0.5 * np.log((first.sum() - first) / (second.sum() - second))
    quotient = float((first.sum() / second.sum()) ** 0.5)
    return Measure(quotient, quotient * _jackknife(without))


def efficiency(x: FloatArray, reference: FloatArray) -> Measure:
    """Variance of the reference over that of the estimates, shapes (R,), with its paired jackknife error.

    The larger of two: that of the logarithm, times the ratio, and that of the ratio itself. One replicate far
    away makes the ratio small, and with it the former, where it is the estimate's.
    """
    count = len(x)
    if count < 4 or _of_one(x) or _of_one(reference):
        return NONE
    (total, without), (total_reference, without_reference) = map(_sums_of_squares, (x, reference))
    if not (without.min() > 0 and without_reference.min() > 0):
        return NONE
    quotient, quotients = total_reference / total, without_reference / without
    return Measure(quotient, max(quotient * _jackknife(np.log(quotients)), _jackknife(quotients)))


def _jackknife(without: FloatArray) -> float:
    """Standard error from the statistics that leave out one replicate, or one group of replicates, each."""
    count = len(without)
    return math.sqrt(((without - without.mean()) ** 2).sum() * (count - 1) / count)


def closer(errors: FloatArray, reference: FloatArray) -> Measure:
    """Share of the replicates in which the estimate is nearer than the reference, ties half (Pitman)."""
    return mean(_nearer(errors, reference))


def _nearer(errors: FloatArray, reference: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * np.sign(np.abs(reference) - np.abs(errors)))


Behind = Callable[[FloatArray], FloatArray]


def _totals(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Sums of values, shape (sizes, R), each as often as it counts."""
    # not by a product of matrices, whose last digits differ between processors
    return np.asarray(np.einsum("sr,r->s", values, counts, optimize=False))


def _log_ratio_of_rmse(errors: FloatArray, reference: FloatArray) -> Behind:
    squares = errors**2, reference**2

    def behind(counts: FloatArray) -> FloatArray:
        first, second = (_totals(own, counts) for own in squares)
        return np.asarray(0.5 * np.log(first / second))

    return behind


def _log_ratio_of_medians(errors: FloatArray, reference: FloatArray) -> Behind:
    medians = _medians(np.abs(errors)), _medians(np.abs(reference))

    def behind(counts: FloatArray) -> FloatArray:
        first, second = (of(counts) for of in medians)
        return np.asarray(np.log(first / second))

    return behind


def _medians(values: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Medians of values, shape (sizes, R), as a function of how often each replicate counts.

    Only those near the middle are looked at, eight standard deviations of a bootstrap sample on either side.
    """
    count = values.shape[1]
    order = np.argsort(values, axis=1, kind="stable")
    reach = 4 * math.isqrt(count) + 4
    low, high = max(count // 2 - reach, 0), min(count // 2 + reach, count)
    near = order[:, low:high]
    ordered = np.take_along_axis(values, near, axis=1)
    before = np.zeros(values.shape)
    np.put_along_axis(before, order[:, :low], 1.0, axis=1)
    rows = np.arange(len(values))

    def medians(counts: FloatArray) -> FloatArray:
        start = _totals(before, counts)
        reached = start[:, None] + counts[near].cumsum(axis=1)
        middle = counts.sum() / 2
        if not (low == 0 or start.max() < middle) or not reached[:, -1].min() > middle:
            return np.median(np.repeat(values, counts.astype(int), axis=1), axis=1)
        below, above = (reached < middle).sum(axis=1), (reached <= middle).sum(axis=1)
        return np.asarray((ordered[rows, below] + ordered[rows, above]) / 2)

    return medians


def _less_often_nearer(errors: FloatArray, reference: FloatArray) -> Behind:
    nearer = _nearer(errors, reference)

    def behind(counts: FloatArray) -> FloatArray:
        return np.asarray(0.5 - _totals(nearer, counts) / counts.sum())

    return behind


#: How far the estimates are behind the reference, by loss: below zero where they are ahead. From errors, of
#: shape (sizes, R), a function of how often each replicate counts.
BEHIND: Mapping[str, Callable[[FloatArray, FloatArray], Behind]] = MappingProxyType(
    {"rmse": _log_ratio_of_rmse, "median": _log_ratio_of_medians, "closeness": _less_often_nearer}
)


def median_ratio(errors: FloatArray, reference: FloatArray) -> Measure:
    """Ratio of two median absolute errors over the same replicates, shapes (R,), with its paired error.

    From the relative errors of the two medians, which are as correlated as the events that an error is below
    its median: to first order a median varies as the share below it.
    """
    count = len(errors)
    sizes = np.abs(errors), np.abs(reference)
    if count < 4:
        return NONE
    first, second = (quantile(size, 0.5) for size in sizes)
    if not (first.value > 0 and second.value > 0):
        return NONE
    below, of_reference = (size < median.value for size, median in zip(sizes, (first, second), strict=True))
    # Laplace's rule, as for shares: few replicates may all agree
    correlation = 2 * (int((below == of_reference).sum()) + 1) / (count + 2) - 1
    relative = first.mcse / first.value, second.mcse / second.value
    spread = relative[0] ** 2 + relative[1] ** 2 - 2 * correlation * relative[0] * relative[1]
    quotient = first.value / second.value
    return Measure(quotient, quotient * max(spread, 0.0) ** 0.5)


def crossover(errors: FloatArray, reference: FloatArray, sizes: FloatArray, loss: str) -> Measure:
    """Sample size from which on the estimates are ahead of the reference for good, with its paired error.

    The error is that of the logarithm, times the size: half the central 68 % of the logarithms from bootstrap
    samples of the replicates. A sample in which the estimates are ahead at every size counts as below the
    smallest, one in which they are not ahead at the largest as above it; an interval that reaches these has
    no error. Nor has a crossover from fewer than 200 replicates, where that of the bootstrap is too small.

    Parameters
    ----------
    errors, reference : ndarray, shape (sizes, R)
        Of the same replicates at every sample size.
    sizes : ndarray, shape (sizes,)
        Ascending.
    loss : str
        A key of :data:`BEHIND`.

    Returns
    -------
    Measure
        NaN where the estimates are ahead at every size, or are not ahead at the largest.
    """
    count = errors.shape[1]
    if len(sizes) < 3 or count < 4:
        return NONE
    logs = np.log(sizes)
    behind = BEHIND[loss](errors, reference)
    found = _last_root(behind(np.ones(count)), logs)
    if not math.isfinite(found):
        return NONE
    if count < _FEWEST:
        return Measure(math.exp(found), math.nan)
    again = [_last_root(behind(counts.astype(float)), logs) for counts in _resamples(count)]
    # an interval that reaches the resamples in which the curves do not cross has no end
    low, high = np.sort(again)[[round(tail * (RESAMPLES - 1)) for tail in _CENTRAL]]
    spread = (high - low) / 2 if np.isfinite(low) and np.isfinite(high) else math.nan
    return Measure(math.exp(found), math.exp(found) * float(spread))


RESAMPLES = 200
_FEWEST = 200
_CENTRAL = (0.158655254, 0.841344746)  # the probabilities of one standard deviation on either side
_SEED = 1286


@lru_cache(maxsize=4)
def _resamples(count: int) -> NDArray[np.uint8]:
    """How often each replicate is in each bootstrap sample, shape (RESAMPLES, R), from one fixed stream."""
    rng = np.random.Generator(np.random.PCG64(_SEED))
    found = np.empty((RESAMPLES, count), dtype=np.uint8)
    for row in found:
        row[:] = np.bincount(rng.integers(0, count, count), minlength=count)
    return found


_ENDS, _PLACES = 100, 800


@lru_cache(maxsize=4)
def _distributions(count: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Distribution functions of the bootstrap samples of ordered replicates.

    Returns
    -------
    places : ndarray
        Numbers of replicates that are counted: all from 0 to R, or, of many, some and those at the ends.
    shares : ndarray, shape (RESAMPLES, len(places))
    """
    ends = np.arange(min(_ENDS, count) + 1)
    evenly = np.linspace(0, count, min(_PLACES, count) + 1).round().astype(np.int64)
    places = np.unique(np.concatenate([ends, count - ends, evenly]))
    counted = np.zeros((RESAMPLES, count + 1))
    np.cumsum(_resamples(count), axis=1, out=counted[:, 1:])
    return places, counted[:, places] / count


def _last_root(gaps: FloatArray, logs: FloatArray) -> float:
    """Where a curve falls below zero for good: before the first size if it is below everywhere, or never."""
    if not np.isfinite(gaps).all():
        return math.nan
    behind = np.flatnonzero(gaps >= 0)
    if len(behind) == 0:
        return -math.inf
    i = int(behind[-1])
    if i == len(logs) - 1:
        return math.inf
    return float(optimize.brentq(_monotone(logs.tolist(), gaps.tolist(), i), logs[i], logs[i + 1]))


def _monotone(x: list[float], y: list[float], i: int) -> Callable[[float], float]:
    """The monotone interpolant of Fritsch and Butland (1984) between x[i] and x[i + 1], of three at least.

    To the bit that of scipy, which interpolates everywhere and takes a hundred times as long.
    """
    last = len(x) - 1
    near = range(max(i - 1, 0), min(i + 3, last + 1))
    h = {k: x[k + 1] - x[k] for k in near[:-1]}
    m = {k: (y[k + 1] - y[k]) / h[k] for k in h}

    def at_end(k: int, beyond: int) -> float:
        slope = ((2 * h[k] + h[beyond]) * m[k] - h[k] * m[beyond]) / (h[k] + h[beyond])
        if _sign(slope) != _sign(m[k]):
            return 0.0
        return 3.0 * m[k] if _sign(m[k]) != _sign(m[beyond]) and abs(slope) > 3.0 * abs(m[k]) else slope

    def slope_at(k: int) -> float:
        if k == 0:
            return at_end(0, 1)
        if k == last:
            return at_end(last - 1, last - 2)
        if _sign(m[k - 1]) != _sign(m[k]) or m[k] == 0:
            return 0.0
        first, second = 2 * h[k] + h[k - 1], h[k] + 2 * h[k - 1]
        return 1.0 / ((first / m[k - 1] + second / m[k]) / (first + second))

    start, end = slope_at(i), slope_at(i + 1)
    bend = (start + end - 2 * m[i]) / h[i]
    square, cube = (m[i] - start) / h[i] - bend, bend / h[i]

    def curve(at: float) -> float:
        if at == x[i + 1] and i + 1 < last:
            return y[i + 1]
        s = at - x[i]
        return y[i] + start * s + square * (s * s) + cube * (s * s * s)

    return curve


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
