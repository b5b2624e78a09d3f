"""What a sample must be before it is fitted."""

from __future__ import annotations

import contextlib
import math
import operator

import numpy as np
from numpy.typing import ArrayLike

from ..algorithms.sorting import sort_rows
from ._method import FloatArray

LARGEST = 1e150
"""Largest number whose square, summed over any sample, does not overflow."""

_HEAVIEST = 1e100
_LIGHTEST = 1e-200  # share of the heaviest; what is lighter adds nothing in a matrix, and could underflow


def sorted_sample(x: ArrayLike, at_least: int, largest: float = LARGEST) -> FloatArray:
    """Check a one-dimensional sample and sort a copy of it.

    Parameters
    ----------
    x : array_like, shape (n,)
        Real numbers.
    at_least : int
        The smallest sample size that can be fitted.
    largest : float
        The largest absolute value that can be fitted.

    Returns
    -------
    ndarray of float64, shape (1, n)
        Ascending; ``x`` itself is left alone.

    Raises
    ------
    ValueError
        If ``x`` is not one-dimensional, too short, not real, or not finite.
    """
    sample = real_array(x, largest)
    if sample.ndim != 1:
        raise ValueError(
            f"The sample must be one-dimensional, not of shape {sample.shape}: pass one column, as x[:, 0]."
        )
    if sample.size < at_least:
        raise ValueError(
            f"The sample has {sample.size} values, but at least {at_least} are needed: pass more data."
        )
    ordered = np.array(sample, order="C")[np.newaxis]
    sort_rows(ordered)
    return ordered


def weighted_sample(x: ArrayLike, sample_weight: ArrayLike, at_least: int) -> tuple[FloatArray, FloatArray]:
    """Check a one-dimensional sample and its weights; leave out what has none, and sort both.

    Parameters
    ----------
    x, sample_weight : array_like, shape (n,)
    at_least : int
        The smallest number of observations with a weight that can be fitted.

    Returns
    -------
    values, weights : ndarray of float64, shape (m,), m <= n
        Values ascending, and their positive weights.

    Raises
    ------
    ValueError
        If the sample is none, or the weights are of another shape, negative, not finite, or all zero.
    """
    values = real_array(x)
    if values.ndim != 1:
        raise ValueError(
            f"The sample must be one-dimensional, not of shape {values.shape}: pass one column, as x[:, 0]."
        )
    weights = checked_weights(sample_weight, len(values))
    order = np.argsort(values, kind="stable")
    order = order[weights[order] > 0]
    if len(order) < at_least:
        raise ValueError(
            f"{len(order)} observations have a weight, but at least {at_least} are needed: pass more data."
        )
    return values[order], weights[order]


def checked_weights(sample_weight: ArrayLike, n: int) -> FloatArray:
    """Check the weights of n observations.

    Raises
    ------
    ValueError
        If they are of another shape, negative, not finite, or all zero.
    """
    refuse_masked(sample_weight)
    given = np.asarray(sample_weight)
    if given.dtype.kind not in "biuf":
        raise ValueError(f"sample_weight must be real numbers, not of type {given.dtype}: convert it.")
    weights = np.asarray(given, dtype=np.float64)
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must have one weight for each of {n} values, not {weights.shape}.")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0]
        raise ValueError(f"sample_weight must be finite and not negative: weight {bad} is {weights[bad]:g}.")
    if not weights.any():
        raise ValueError("sample_weight is 0 for every observation: give a positive weight to some.")
    if weights.max() > _HEAVIEST:
        raise ValueError(f"sample_weight reaches {weights.max():g}: divide all by that; only ratios count.")
    return weights


def weighted_points(
    x: ArrayLike, sample_weight: ArrayLike, at_least: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Check a sample of points and their weights.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    sample_weight : array_like, shape (n,)
    at_least : int
        The smallest number of points with a weight that can be fitted.

    Returns
    -------
    points : ndarray of float64, shape (n, d)
    own : ndarray, shape (m, d), m <= n
        Those that have a weight.
    weights : ndarray, shape (m,)
        Theirs.

    Raises
    ------
    ValueError
        If the sample is none, or the weights are of another shape, negative, not finite, or 0 for too many.
    """
    points = matrix(x, at_least=1)
    weights = checked_weights(sample_weight, len(points))
    own = weights > _LIGHTEST * weights.max()
    if own.sum() < at_least:
        raise ValueError(
            f"{own.sum()} observations have a weight, but at least {at_least} are needed: pass more data."
        )
    return points, points[own], weights[own]


def matrix(x: ArrayLike, at_least: int) -> FloatArray:
    """Check a sample of points, shape (n, d); a vector is taken as one column.

    Raises
    ------
    ValueError
        If it is not a finite real matrix with enough rows and a column.
    """
    points = real_array(x)
    if points.ndim == 1:
        points = points[:, np.newaxis]
    if points.ndim != 2 or points.shape[1] < 1:
        raise ValueError(f"The data must be a matrix of shape (n, d), not of shape {points.shape}.")
    if len(points) < at_least:
        raise ValueError(f"There are {len(points)} observations, but at least {at_least} are needed.")
    return np.ascontiguousarray(points)


def positive_count(name: str, value: int) -> int:
    """Check a count, such as of clusters.

    Raises
    ------
    ValueError
        If it is no whole number, or below one.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = 0
    if number < 1 or isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be a whole number, at least 1, not {value!r}.")
    return number


def positive_number(name: str, value: float, reason: str) -> float:
    """Check a number, such as a variance.

    Raises
    ------
    ValueError
        If it is no real number, or not positive and finite.
    """
    number = math.nan
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            number = float(value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a positive number, not {value!r}: {reason}.")
    return number


def proper_share(name: str, value: float) -> float:
    """Check a share of a whole, such as the weight of one of two components.

    Raises
    ------
    ValueError
        If it is no real number between 0 and 1.
    """
    try:
        share = positive_number(name, value, "")
    except ValueError:
        share = math.nan
    if not share < 1:
        raise ValueError(f"{name} must be a number between 0 and 1, not {value!r}.")
    return share


def refuse_masked(x: ArrayLike) -> None:
    """Refuse masked values, which numpy would otherwise give back as numbers.

    Raises
    ------
    ValueError
        If there are any.
    """
    if np.ma.is_masked(x):
        masked = np.count_nonzero(np.ma.getmaskarray(np.ma.asarray(x)))
        raise ValueError(f"The data have {masked} masked values: leave them out, as x.compressed() does.")


def real_array(x: ArrayLike, largest: float = LARGEST) -> FloatArray:
    """Check that the numbers are real and finite, and return them as float64 (a copy only where needed).

    Raises
    ------
    ValueError
        If they are not.
    """
    refuse_masked(x)
    try:
        given = np.asarray(x)
    except ValueError:
        raise ValueError("The data are no array of numbers: their rows have unequal lengths.") from None
    if given.dtype.kind not in "biuf":
        raise ValueError(f"The data must be real numbers, not of type {given.dtype}: convert them first.")
    sample = np.asarray(given, dtype=np.float64)
    if not sample.size:
        return sample
    low, high = float(sample.min()), float(sample.max())  # NaN if there is one
    if not (math.isfinite(low) and math.isfinite(high)):
        count = np.count_nonzero(~np.isfinite(sample))
        raise ValueError(f"The data have {count} NaN or infinite values: remove or impute them.")
    if max(-low, high) > largest:
        raise ValueError(f"The data reach {max(-low, high):g}, whose square overflows: rescale them.")
    return sample
