"""Probabilities of the upper component that are no logistic function: averages over draws, and 0 or 1.

They come in pairs, of the upper and of the lower component, so that the smaller of the two keeps its digits.
The scores are those of :mod:`.partition`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative, log
from .compiling import SAMPLES, entry, kernel
from .logistic import workspace
from .partition import (
    BINS,
    BRIER,
    COLUMNS,
    ERROR,
    FORECAST,
    LABELS,
    LOG_SCORE,
    OUTCOME,
    RAND,
    SLOPE,
    adjusted_rand,
    regression_slope,
)


@entry(SAMPLES, SAMPLES, SAMPLES)
def average_probabilities(samples: Any, intercepts: Any, slopes: Any) -> Any:
    """Average the probabilities of the upper component over draws of the parameters.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), read-only
    intercepts, slopes : ndarray of float64, shape (r, draws), read-only
        a and b of the log odds a + b x of each draw.

    Returns
    -------
    ndarray, shape (2, r, n)
        Averages for the upper component, then for the lower.
    """
    r, n = samples.shape
    draws = intercepts.shape[1]
    averages = np.zeros((2, r, n))
    for i in range(r):
        x, upper, lower = samples[i], averages[0, i], averages[1, i]
        for draw in range(draws):
            a, b = intercepts[i, draw], slopes[i, draw]
            for j in range(n):
                u = a + b * x[j]
                e = exp_of_negative(-abs(u))
                likelier = 1.0 / (1.0 + e)
                upper[j] += likelier if u > 0.0 else e * likelier
                lower[j] += e * likelier if u > 0.0 else likelier
        for j in range(n):
            upper[j] /= draws
            lower[j] /= draws
    return averages


@kernel
def _score(labels: Any, upper: Any, lower: Any, result: Any) -> bool:
    """All scores but the slope; whether the clusters' names had to be exchanged."""
    n = labels.size
    both = above = truth = 0.0
    certain = False
    for i in range(n):
        cluster = 1 if upper[i] > lower[i] else 0
        above += cluster
        truth += labels[i]
        both += cluster * labels[i]
        certain = certain or min(upper[i], lower[i]) <= 0.0
    error = (above + truth - 2.0 * both) / n
    result[RAND] = adjusted_rand(both, above, truth, n)
    flip = error > 0.5
    result[ERROR] = 1.0 - error if flip else error
    count = np.zeros(BINS)
    forecast = result[FORECAST : FORECAST + BINS]
    outcome = result[OUTCOME : OUTCOME + BINS]
    forecast[:] = 0.0
    outcome[:] = 0.0
    brier = logs = 0.0
    for i in range(n):
        p, q = (lower[i], upper[i]) if flip else (upper[i], lower[i])
        right, wrong = (p, q) if labels[i] == 1 else (q, p)
        brier += wrong * wrong
        if not certain:
            logs -= log(right)
        k = min(int(p * BINS), BINS - 1)
        count[k] += 1.0
        forecast[k] += p
        outcome[k] += labels[i]
    result[BRIER] = brier / n
    result[LOG_SCORE] = np.nan if certain else logs / n
    for k in range(BINS):
        # 0/0 where a bin is empty
        forecast[k] /= count[k]
        outcome[k] /= count[k]
    return flip


@entry(LABELS, SAMPLES, SAMPLES)
def score_probabilities(labels: Any, upper: Any, lower: Any) -> Any:
    """Score any probabilities of the upper component against the truth.

    Parameters
    ----------
    labels : ndarray of int64, shape (r, n), read-only
        1 where the observation came from the upper component, else 0.
    upper, lower : ndarray of float64, shape (r, n), read-only
        Probabilities of the two components; a row with NaN is NaN.

    Returns
    -------
    ndarray, shape (r, 25)
        As of :func:`.partition.score_partitions`. Log score and calibration slope are NaN if a probability is
        0: the score is infinite as soon as such an observation is put wrong, and a mean over the samples in
        which none is would flatter it.
    """
    r, n = labels.shape
    results = np.full((r, COLUMNS), np.nan)
    odds, z = np.empty(n), np.empty(n)
    partial = workspace()
    for i in range(r):
        if np.isnan(upper[i]).any() or np.isnan(lower[i]).any():
            continue
        flip = _score(labels[i], upper[i], lower[i], results[i])
        if np.isnan(results[i, LOG_SCORE]):
            continue
        for j in range(n):
            odds[j] = log(upper[i, j]) - log(lower[i, j])
            odds[j] = -odds[j] if flip else odds[j]
        results[i, SLOPE] = regression_slope(odds, labels[i], np.sort(odds), z, partial)
    return results
