"""How well probabilities of the upper of two components, and the partition that they make, tell the truth.

The probability of the upper component is 1/(1 + exp(-(a + b x))), and the partition its rounding. Scores are
means over the sample, clusters named so that they agree best with the components:

- error: share of observations in the wrong cluster;
- Rand: Hubert & Arabie's (1985) adjusted Rand index of the partition;
- Brier: mean squared difference of probability and truth (0 or 1); of the partition alone it is the error;
- log score: mean of -log of the probability of what is true, in nats;
- calibration slope (Cox 1958): the factor by which the log odds a + b x are multiplied in the logistic
  regression of the truth on them. It is 1 if they are right, below 1 if they are too sure of themselves;
- reliability: in each tenth of the range of probabilities the mean probability and the share that is true.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import exp_of_negative, log1p
from .compiling import SAMPLE, SAMPLES, entry, kernel
from .logistic import AA, AB, BB, A, B, softplus_derivatives, workspace
from .moments import centre, squares_about

LABELS = types.Array(types.int64, 2, "C", readonly=True)

BINS = 10
ERROR, RAND, BRIER, LOG_SCORE, SLOPE = range(5)
FORECAST, OUTCOME = SLOPE + 1, SLOPE + 1 + BINS  # of the first bin
COLUMNS = OUTCOME + BINS


@kernel
def adjusted_rand(both: float, upper: float, truth: float, n: int) -> float:
    """Adjusted Rand index from the sizes of upper cluster, upper component and what they have in common."""
    cells = (both, upper - both, truth - both, n - upper - truth + both)
    together = 0.0
    for cell in cells:
        together += 0.5 * cell * (cell - 1.0)
    rows = 0.5 * (upper * (upper - 1.0) + (n - upper) * (n - upper - 1.0))
    columns = 0.5 * (truth * (truth - 1.0) + (n - truth) * (n - truth - 1.0))
    expected = rows * columns / (0.5 * n * (n - 1.0))
    most = 0.5 * (rows + columns)
    return (together - expected) / (most - expected) if most > expected else 1.0


@kernel
def _score(x: Any, labels: Any, a: float, b: float, result: Any) -> None:
    n = x.size
    both = upper = truth = 0.0
    for i in range(n):
        cluster = 1 if a + b * x[i] > 0.0 else 0
        upper += cluster
        truth += labels[i]
        both += cluster * labels[i]
    error = (upper + truth - 2.0 * both) / n
    result[RAND] = adjusted_rand(both, upper, truth, n)
    flip = error > 0.5
    result[ERROR] = 1.0 - error if flip else error
    if flip:
        a, b = -a, -b
    count = np.zeros(BINS)
    forecast = result[FORECAST : FORECAST + BINS]
    outcome = result[OUTCOME : OUTCOME + BINS]
    forecast[:] = 0.0
    outcome[:] = 0.0
    brier = logs = 0.0
    for i in range(n):
        u = a + b * x[i]
        e = exp_of_negative(-abs(u))
        p = 1.0 / (1.0 + e) if u > 0.0 else e / (1.0 + e)
        wrong = u if labels[i] == 0 else -u
        logs += (wrong if wrong > 0.0 else 0.0) + log1p(e)
        brier += (p - labels[i]) * (p - labels[i])
        k = min(int(p * BINS), BINS - 1)
        count[k] += 1.0
        forecast[k] += p
        outcome[k] += labels[i]
    result[BRIER] = brier / n
    result[LOG_SCORE] = logs / n
    for k in range(BINS):
        # 0/0 where a bin is empty
        forecast[k] /= count[k]
        outcome[k] /= count[k]


@kernel
def regression_slope(x: Any, labels: Any, ordered: Any, z: Any, partial: Any) -> float:
    """Slope of the logistic regression of the labels on ``x``, by Newton; NaN if there is none."""
    n = x.size
    mean = centre(ordered)
    scale = np.sqrt(squares_about(ordered, mean) / n)
    share = share_z = 0.0
    lowest_of_upper, highest_of_lower = np.inf, -np.inf
    for i in range(n):
        if labels[i] == 1:
            lowest_of_upper = min(lowest_of_upper, x[i])
        else:
            highest_of_lower = max(highest_of_lower, x[i])
        z[i] = (ordered[i] - mean) / scale
        share += labels[i]
        share_z += labels[i] * (x[i] - mean) / scale
    if not lowest_of_upper < highest_of_lower:
        return np.nan  # the components do not overlap
    share /= n
    share_z /= n
    a, b = 0.0, 0.0
    for _ in range(50):
        softplus_derivatives(z, a, b, partial)
        g_a, g_b = share - partial[A], share_z - partial[B]
        determinant = partial[AA] * partial[BB] - partial[AB] * partial[AB]
        step_a = (partial[BB] * g_a - partial[AB] * g_b) / determinant
        step_b = (partial[AA] * g_b - partial[AB] * g_a) / determinant
        size = max(abs(step_a), abs(step_b))
        damped = min(1.0, 2.0 / size)
        a += damped * step_a
        b = max(b + damped * step_b, 0.0)
        if size < 1e-9:
            return b / scale
    return np.nan


@entry(SAMPLES, LABELS, SAMPLES, SAMPLE, SAMPLE)
def score_partitions(samples: Any, labels: Any, ordered: Any, intercepts: Any, slopes: Any) -> Any:
    """Score probabilities of the upper component against the truth.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), read-only
    labels : ndarray of int64, shape (r, n), read-only
        1 where the observation came from the upper component, else 0.
    ordered : ndarray of float64, shape (r, n), read-only
        The samples, each row ascending.
    intercepts, slopes : ndarray of float64, shape (r,), read-only
        a and b of the log odds a + b x; a row in which they are not finite is NaN.

    Returns
    -------
    ndarray, shape (r, 25)
        Error, adjusted Rand index, Brier score, log score, calibration slope, then for each tenth the mean
        probability, then the share that is true. NaN for an empty tenth and for the slope of components that
        do not overlap in the sample.
    """
    r, n = samples.shape
    results = np.full((r, COLUMNS), np.nan)
    z = np.empty(n)
    partial = workspace()
    for i in range(r):
        if not (abs(intercepts[i]) < np.inf and abs(slopes[i]) < np.inf):
            continue
        _score(samples[i], labels[i], intercepts[i], slopes[i], results[i])
        results[i, SLOPE] = regression_slope(samples[i], labels[i], ordered[i], z, partial) / slopes[i]
    return results
