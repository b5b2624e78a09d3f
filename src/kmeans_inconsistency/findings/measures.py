"""Performance measures of a simulation, each with its Monte Carlo standard error.

Names and definitions follow Morris, White & Crowther (2019), table 6. Standard errors use the sample's own
moments rather than normal theory, so that they hold for heavy-tailed estimators too; each is checked against
a bootstrap in the tests. With R replicates, x the estimates and e = x - target the errors:

==========  =====================  ==============================================================
measure     estimate               Monte Carlo standard error
==========  =====================  ==============================================================
mean, bias  mean(x), mean(e)       s / sqrt(R), s the sample standard deviation
empse       s                      sqrt((m4 - s^4 (R - 3)/(R - 1)) / R) / (2 s)
mse         mean(e^2)              sd(e^2) / sqrt(R)
rmse        sqrt(mse)              mcse(mse) / (2 rmse), by the delta method
quantiles   type 7                 Maritz & Jarrett (1978)
ratios      of two methods         jackknife over replicates that both have
share p     count / R              sqrt(q (1 - q) / R), q = (count + 1) / (R + 2)
kolmogorov  sup |F_R - Phi|        that of the share F_R where the difference is largest
crossover   of two error curves    half the central 68 % of bootstrapped logarithms
==========  =====================  ==============================================================
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, optimize, special

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
    """Standard deviation of the estimates over the replicates, shape (R,)."""
    count = len(x)
    if count < 4:
        return NONE
    centred = x - x.mean()
    variance = float((centred**2).sum() / (count - 1))
    if variance == 0:
        return Measure(0.0, 0.0)
    fourth = float((centred**4).mean())
    variance_of_variance = max(fourth - variance**2 * (count - 3) / (count - 1), 0.0) / count
    return Measure(variance**0.5, variance_of_variance**0.5 / (2 * variance**0.5))


def mean_squared_error(x: FloatArray, target: float) -> Measure:
    """Mean squared distance of the estimates, shape (R,), from a target."""
    return mean((x - target) ** 2)


def root_mean_squared_error(x: FloatArray, target: float) -> Measure:
    """Root of the mean squared distance of the estimates, shape (R,), from a target."""
    mse = mean_squared_error(x, target)
    root = mse.value**0.5
    return Measure(root, 0.0 if root == 0 else mse.mcse / (2 * root))


def quantile(x: FloatArray, probability: float) -> Measure:
    """Sample quantile of the estimates, shape (R,); its error is Maritz & Jarrett's."""
    count = len(x)
    if count < 2:
        return NONE
    ordered = np.sort(x)
    value = float(np.quantile(ordered, probability))
    a = (count + 1) * probability
    b = (count + 1) * (1 - probability)
    share = np.diff(special.betainc(a, b, np.arange(count + 1) / count))
    away = ordered - value
    first, second = float((share * away).sum()), float((share * away**2).sum())
    spread = max(second - first**2, 0.0) ** 0.5
    # the C library's part in the incomplete beta function differs between processors in the last digits
    return Measure(value, float(f"{spread:.10g}"))


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
    """Kolmogorov's distance of standardised errors, shape (R,), from the standard normal distribution."""
    count = len(z)
    if count < 2 or not np.isfinite(z).all():
        return NONE
    normal = special.ndtr(np.sort(z))
    above, below = np.arange(1, count + 1) / count - normal, normal - np.arange(count) / count
    widest = int(np.maximum(above, below).argmax())
    # F_R varies as the share of what it counts there, just after the observation or just before
    counted = widest + 1 if above[widest] >= below[widest] else widest
    return Measure(float(max(above[widest], below[widest])), share(counted, count).mcse)


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
    """Variance of the reference over that of the estimates, shapes (R,), with its paired jackknife error."""
    count = len(x)
    if count < 4:
        return NONE
    squares = [count / (count - 1) * (values - values.mean()) ** 2 for values in (x, reference)]
    totals = [float(((values - values.mean()) ** 2).sum()) for values in (x, reference)]
    if not all(total > square.max() for total, square in zip(totals, squares, strict=True)):
        return NONE
    # exactly, since the sums above leave a rounding error where there is nothing
    if any(
        ordered[0] == ordered[-2] or ordered[1] == ordered[-1] for ordered in map(np.sort, (x, reference))
    ):
        return NONE
    without = np.log((totals[1] - squares[1]) / (totals[0] - squares[0]))
    quotient = totals[1] / totals[0]
    return Measure(quotient, quotient * _jackknife(without))


def _jackknife(without: FloatArray) -> float:
    """Standard error from the statistics that leave out one replicate, or one group of replicates, each."""
    count = len(without)
    return math.sqrt(((without - without.mean()) ** 2).sum() * (count - 1) / count)


def by_groups(statistic: Callable[[FloatArray, FloatArray], float], *pair: FloatArray) -> Measure:
    """A statistic of paired errors, replicates last, with the jackknife error that leaves out groups of them.

    Groups of more than sqrt(R) replicates each, as medians need (Shao & Wu, 1989); at most 50 groups.
    """
    count = pair[0].shape[-1]
    groups = min(50, math.isqrt(count))
    if groups < 2:
        return NONE
    ends = np.linspace(0, count, groups + 1).astype(int)
    without = np.array(
        [
            statistic(*(np.delete(values, np.s_[first:last], axis=-1) for values in pair))
            for first, last in itertools.pairwise(ends)
        ]
    )
    return Measure(statistic(*pair), _jackknife(without))


def closer(errors: FloatArray, reference: FloatArray) -> Measure:
    """Share of the replicates in which the estimate is nearer than the reference, ties half (Pitman)."""
    return mean(_nearer(errors, reference))


def _nearer(errors: FloatArray, reference: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * np.sign(np.abs(reference) - np.abs(errors)))


def _log_ratio_of_rmse(errors: FloatArray, reference: FloatArray) -> FloatArray:
    return np.asarray(0.5 * np.log((errors**2).mean(axis=-1) / (reference**2).mean(axis=-1)))


def _log_ratio_of_medians(errors: FloatArray, reference: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.median(np.abs(errors), axis=-1) / np.median(np.abs(reference), axis=-1)))


def _less_often_nearer(errors: FloatArray, reference: FloatArray) -> FloatArray:
    return np.asarray(0.5 - _nearer(errors, reference).mean(axis=-1))


#: How far the estimates are behind the reference, by loss: below zero where they are ahead.
BEHIND: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = MappingProxyType(
    {"rmse": _log_ratio_of_rmse, "median": _log_ratio_of_medians, "closeness": _less_often_nearer}
)


def median_ratio(errors: FloatArray, reference: FloatArray) -> Measure:
    """Ratio of two median absolute errors over the same replicates, shapes (R,), with its paired error."""
    if len(errors) < 4 or not (np.median(np.abs(errors)) > 0 and np.median(np.abs(reference)) > 0):
        return NONE
    found = by_groups(lambda e, r: float(_log_ratio_of_medians(e, r)), errors, reference)
    quotient = math.exp(found.value)
    return Measure(quotient, quotient * found.mcse)


def crossover(errors: FloatArray, reference: FloatArray, sizes: FloatArray, loss: str) -> Measure:
    """Sample size from which on the estimates are ahead of the reference for good, with its paired error.

    The error is that of the logarithm, times the size: half the central 68 % of the logarithms from bootstrap
    samples of the replicates. A sample in which the estimates are ahead at every size counts as below the
    smallest, one in which they are not ahead at the largest as above it; an interval that reaches these has
    no error.

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
    if len(sizes) < 3 or errors.shape[1] < 4:
        return NONE
    logs = np.log(sizes)
    found = _last_root(BEHIND[loss](errors, reference), logs)
    if not math.isfinite(found):
        return NONE
    again = _resampled(errors, reference, logs, loss)
    # an interval that reaches the resamples in which the curves do not cross has no end
    low, high = np.sort(again)[[round(tail * (RESAMPLES - 1)) for tail in _CENTRAL]]
    spread = (high - low) / 2 if np.isfinite(low) and np.isfinite(high) else math.nan
    return Measure(math.exp(found), math.exp(found) * float(spread))


RESAMPLES = 200
_CENTRAL = (0.158655254, 0.841344746)  # the probabilities of one standard deviation on either side
_SEED = 1286


def _resampled(errors: FloatArray, reference: FloatArray, logs: FloatArray, loss: str) -> FloatArray:
    """Logarithms of the crossovers of bootstrap samples of the replicates, from one fixed stream."""
    rng = np.random.Generator(np.random.PCG64(_SEED))
    count = errors.shape[1]
    found = np.empty(RESAMPLES)
    for index in range(RESAMPLES):
        chosen = rng.integers(0, count, count)
        found[index] = _last_root(BEHIND[loss](errors[:, chosen], reference[:, chosen]), logs)
    return found


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
    curve = interpolate.PchipInterpolator(logs, gaps)
    return float(optimize.brentq(lambda at: float(curve(at)), logs[i], logs[i + 1]))
