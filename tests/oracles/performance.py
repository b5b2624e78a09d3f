"""Performance measures once more, each as slowly and plainly as its definition allows.

Nothing here knows ``kmeans_inconsistency``. Definitions: Morris, White & Crowther (2019), table 6; quantiles
and their errors: Hyndman & Fan (1996), type 7, and Maritz & Jarrett (1978); jackknives leave out one
replicate at a time, and start from the data again, as bootstraps do from the replicates that they draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import exp, floor, log, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import interpolate, stats

FloatArray = NDArray[np.float64]
Pair = tuple[float, float]
NONE = (nan, nan)
TAILS = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}


def mean(x: FloatArray) -> Pair:
    series = pd.Series(x)
    return (series.mean(), series.std() / sqrt(len(x))) if len(x) >= 2 else NONE


def alone(x: FloatArray) -> bool:
    """Whether the estimates without some one of them are all equal."""
    return any(np.ptp(np.delete(x, i)) == 0 for i in range(len(x)))


def empirical_se(x: FloatArray) -> Pair:
    if len(x) < 4:
        return NONE
    if np.ptp(x) == 0:
        return 0.0, 0.0
    if alone(x):
        return pd.Series(x).std(), nan
    return exponential(jackknife(lambda kept: log(np.std(kept, ddof=1)), x))


def root(mse: Pair) -> Pair:
    value, error = mse
    if value == 0:
        return 0.0, 0.0
    return sqrt(value), error / (2 * sqrt(value))


def share(happened: int, total: int) -> Pair:
    q = (happened + 1) / (total + 2)
    return happened / total, sqrt(q * (1 - q) / total)


def quantile(x: FloatArray, p: float) -> float:
    if len(x) < 2:
        return nan
    x = np.sort(x)
    at = (len(x) - 1) * p
    below = min(floor(at), len(x) - 2)
    return x[below] + (at - below) * (x[below + 1] - x[below])


@cache
def of_ranks(count: int) -> FloatArray:
    """Probabilities with which the median of a bootstrap sample is each of the ordered replicates."""
    return np.diff(stats.beta.cdf(np.arange(count + 1) / count, (count + 1) / 2, (count + 1) / 2))


def median(x: FloatArray) -> Pair:
    count = len(x)
    if count < 2:
        return NONE
    x = np.sort(x)
    chances = of_ranks(count)
    centre = np.mean(x) + np.sum(chances * (x - np.mean(x)))
    error = sqrt(np.sum(chances * (x - centre) ** 2))
    # of two standard deviations of the number below the median, which is binomial
    ranks = [k for k in range(1, count + 1) if count / 2 - sqrt(count) < k < count / 2 + sqrt(count) + 1]
    near = [x[k - 1] for k in ranks]
    if len(set(near)) < len(near):
        error = max(error, (quantile(x, 0.5) - near[0]) / 2, (near[-1] - quantile(x, 0.5)) / 2)
    return quantile(x, 0.5), error


def drawn(count: int) -> list[FloatArray]:
    """The replicates of two hundred bootstrap samples."""
    rng = np.random.Generator(np.random.PCG64(1286))
    return [rng.integers(0, count, count) for _ in range(200)]


def distance(z: FloatArray) -> Any:
    """Kolmogorov's, from the standard normal; the exact p-value, which nobody asks for, takes longer."""
    return stats.kstest(z, "norm", method="asymp")


def kolmogorov(z: FloatArray) -> Pair:
    """For at most eight hundred replicates; of more, not every one is looked at."""
    count = len(z)
    if count < 2 or not np.isfinite(z).all():
        return NONE
    test = distance(z)
    at = test.statistic_location
    inside = int(np.sum(z <= at) if test.statistic_sign > 0 else np.sum(z < at))
    if inside < 5 or count - inside < 5:
        return test.statistic, share(inside, count)[1]
    z = np.sort(z)
    return test.statistic, pd.Series([distance(z[own]).statistic for own in drawn(count)]).std()


def of_estimates(values: FloatArray, n: int, truth: float, limit: float, avar: float) -> dict[str, float]:
    """All measures of one group of rows that need the estimates alone, by column of the summary."""
    x = values[np.isfinite(values)]
    centre, (spread, spread_error) = mean(x), empirical_se(x)
    predicted = sqrt(avar / n)
    mse = {"mse": mean((x - truth) ** 2), "mse_limit": mean((x - limit) ** 2)}
    found = {
        "mean": centre,
        "empse": (spread, spread_error),
        **mse,
        **{name.replace("mse", "rmse"): root(value) for name, value in mse.items()},
        "se_ratio": (spread / predicted, spread_error / predicted) if predicted > 0 else NONE,
        "kolmogorov": kolmogorov((x - limit) / predicted) if predicted > 0 else NONE,
        "median": median(x),
    }
    return with_errors(found) | {
        **{name: quantile(x, p) for name, p in TAILS.items()},
        "truth": truth,
        "limit": limit,
        "avar": avar,
        "predicted_se": predicted,
        "bias": centre[0] - truth,
        "bias_limit": centre[0] - limit,
        "z_limit": (centre[0] - limit) / centre[1] if centre[1] > 0 else nan,
    }


def of_intervals(low: FloatArray, high: FloatArray, truth: float, limit: float) -> dict[str, float]:
    """Coverage and width; an interval that does not exist covers nothing."""

    def coverage(target: float) -> Pair:
        if np.isnan(target):
            return NONE
        return share(sum(bool(a <= target <= b) for a, b in zip(low, high, strict=True)), len(low))

    widths = pd.Series(high - low).dropna().to_numpy()
    return with_errors(
        {"coverage": coverage(truth), "coverage_limit": coverage(limit), "width": mean(widths)}
    )


def with_errors(found: Mapping[str, Pair]) -> dict[str, float]:
    return {name: value for name, (value, _) in found.items()} | {
        f"{name}_mcse": error for name, (_, error) in found.items()
    }


# --- jackknives --------------------------------------------------------------------------------------


def jackknife(statistic: Callable[..., float], *data: FloatArray) -> Pair:
    """A statistic of arrays whose last axis are the replicates, with its jackknife error."""
    count = data[0].shape[-1]
    without = [statistic(*(np.delete(values, k, axis=-1) for values in data)) for k in range(count)]
    spread = np.sum((np.array(without) - np.mean(without)) ** 2) * (count - 1) / count
    return statistic(*data), float(np.sqrt(spread))


def exponential(logarithm: Pair) -> Pair:
    return exp(logarithm[0]), exp(logarithm[0]) * logarithm[1]


def rmse(errors: FloatArray) -> Any:
    return np.sqrt(np.mean(errors**2, axis=-1))


def lone(squares: FloatArray) -> bool:
    """Whether all that there is comes from one replicate, so that nothing is left without it."""
    return np.count_nonzero(squares) <= 1


def slope(errors: FloatArray, sizes: list[int]) -> Pair:
    """Least-squares slope of log RMSE on log n; ``errors`` of shape (sizes, replicates)."""
    count = errors.shape[1]
    if count < 2 or not np.isfinite(errors).all() or any(lone(row) for row in errors):
        return NONE
    x = np.log(sizes) - np.mean(np.log(sizes))

    def least_squares(e: FloatArray) -> float:
        return float(np.sum(x * np.log(rmse(e))) / np.sum(x**2))

    return jackknife(least_squares, errors)


def rmse_ratio(errors: FloatArray, reference: FloatArray) -> Pair:
    if len(errors) < 2 or not np.isfinite([errors, reference]).all() or lone(errors) or lone(reference):
        return NONE
    return exponential(jackknife(lambda e, r: log(rmse(e) / rmse(r)), errors, reference))


def efficiency(x: FloatArray, reference: FloatArray) -> Pair:
    """With the larger of the errors of the ratio and of its logarithm."""
    if len(x) < 4 or alone(x) or alone(reference):
        return NONE
    value, error = jackknife(lambda e, r: r.var() / e.var(), x, reference)
    return value, max(error, exponential(jackknife(lambda e, r: log(r.var() / e.var()), x, reference))[1])


def median_ratio(errors: FloatArray, reference: FloatArray) -> Pair:
    """Errors of two medians, correlated as the signs of what is beyond them are."""
    if len(errors) < 4 or not (np.median(np.abs(errors)) > 0 and np.median(np.abs(reference)) > 0):
        return NONE
    (one, error), (other, error_of_reference) = median(np.abs(errors)), median(np.abs(reference))
    alike = sum(
        (abs(e) < one) == (abs(r) < other) for e, r in zip(errors.tolist(), reference.tolist(), strict=True)
    )
    both = (alike + 1) / (len(errors) + 2)
    a, b = error / one, error_of_reference / other
    return one / other, one / other * sqrt(both * (a - b) ** 2 + (1 - both) * (a + b) ** 2)


def points(errors: FloatArray, reference: FloatArray) -> FloatArray:
    """One for each replicate that is nearer than the reference, a half for a tie."""
    one, other = np.abs(errors), np.abs(reference)
    return np.where(one < other, 1.0, np.where(one == other, 0.5, np.where(one > other, 0.0, np.nan)))


LOSSES: Mapping[str, Callable[[FloatArray, FloatArray], Any]] = {
    "rmse": lambda e, r: np.log(rmse(e) / rmse(r)),
    "median": lambda e, r: np.log(np.median(np.abs(e), axis=-1) / np.median(np.abs(r), axis=-1)),
    "closeness": lambda e, r: 0.5 - points(e, r).mean(axis=-1),
}


def crossover(errors: FloatArray, reference: FloatArray, sizes: list[int], loss: str) -> Pair:
    """Last root of the monotone interpolant of the loss over log n, where it ends below zero."""

    def last_root(e: FloatArray, r: FloatArray) -> float:
        gaps = LOSSES[loss](e, r)
        behind = [k for k, gap in enumerate(gaps) if gap >= 0]
        if not np.isfinite(gaps).all() or not behind or behind[-1] == len(sizes) - 1:
            return nan
        roots = interpolate.PchipInterpolator(np.log(sizes), gaps).roots(extrapolate=False)
        return float(np.nanmax(roots))

    def place(e: FloatArray, r: FloatArray) -> float:
        """The logarithm, or which way it lies beyond the grid."""
        gaps = LOSSES[loss](e, r)
        if np.isfinite(gaps).all() and gaps[-1] >= 0:
            return np.inf
        if np.isfinite(gaps).all() and (gaps < 0).all():
            return -np.inf
        return last_root(e, r)

    if len(sizes) < 3 or errors.shape[1] < 4 or np.isnan(last_root(errors, reference)):
        return NONE
    if errors.shape[1] < 200:
        return exp(last_root(errors, reference)), nan
    again = sorted(place(errors[:, own], reference[:, own]) for own in drawn(errors.shape[1]))
    low, high = (again[round(199 * stats.norm.cdf(side))] for side in (-1, 1))
    value = exp(last_root(errors, reference))
    return value, value * (high - low) / 2 if np.isfinite([low, high]).all() else nan


def of_pairs(one: FloatArray, other: FloatArray, truth: float) -> dict[str, float]:
    """Contrast of a method with the reference on the samples for which both have an estimate."""
    errors = one - truth, other - truth
    return with_errors(
        {
            "difference": mean(one - other),
            "rmse_ratio": rmse_ratio(*errors),
            "median_ratio": median_ratio(*errors),
            "closer": mean(points(*errors)),
            "efficiency": efficiency(one, other),
        }
    ) | {"used": len(one), "largest": max(np.abs(one - other), default=0.0)}
