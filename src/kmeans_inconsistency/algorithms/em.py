"""EM for normal mixtures with one variance for all components and coordinates, plain and accelerated.

Any dimension, any number of components; weights and variance may be free or known. SQUAREM (Varadhan &
Roland, 2008) extrapolates two EM steps in (log weights, means, log variance) and falls back on them where the
likelihood would drop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import exp, exp_of_negative, log
from .compiling import COUNT, NUMBER, SAMPLES, entry, kernel

_LOG_2PI = 1.8378770664093453

#: What is estimated beside the means.
FREE_WEIGHTS, FREE_VARIANCE = 1, 2

#: Entries of a fit's diagnostics.
LOG_LIKELIHOOD, PASSES, SCORE, DONE = range(4)


@kernel
def _step(x: Any, free: int, old: Any, new: Any, squares: Any) -> tuple[float, float]:
    """One EM step from parameters ``old`` to ``new``; returns the mean log-likelihood and score at ``old``.

    Parameters are a row of k weights, k d means and the variance. The score is the largest component of the
    mean gradient in (logit weights, means over the standard deviation, log standard deviation).
    """
    n, d = x.shape
    clusters = squares.size
    variance = old[-1]
    means = old[clusters:-1].reshape((clusters, d))
    sums = new[clusters:-1].reshape((clusters, d))
    counts = new[:clusters]
    new[:] = 0.0
    log_weights = np.empty(clusters)
    for k in range(clusters):
        log_weights[k] = log(old[k]) if old[k] > 1e-300 else -700.0
    value = 0.0
    spread = 0.0
    for i in range(n):
        top = -np.inf
        for k in range(clusters):
            square = 0.0
            for c in range(d):
                difference = x[i, c] - means[k, c]
                square += difference * difference
            squares[k] = square
            top = max(top, log_weights[k] - 0.5 * square / variance)
        mass = 0.0
        for k in range(clusters):
            mass += exp_of_negative(log_weights[k] - 0.5 * squares[k] / variance - top)
        value += top + log(mass)
        for k in range(clusters):
            r = exp_of_negative(log_weights[k] - 0.5 * squares[k] / variance - top) / mass
            counts[k] += r
            spread += r * squares[k]
            for c in range(d):
                sums[k, c] += r * (x[i, c] - means[k, c])
    # sums hold counts times the way that each mean moves
    score = 0.0
    if free & FREE_VARIANCE:
        score = abs(spread / (n * variance) - d)
    for k in range(clusters):
        for c in range(d):
            way = sums[k, c] / counts[k] if counts[k] > 0.0 else 0.0
            score = max(score, abs(sums[k, c]) / (n * np.sqrt(variance)))
            spread -= counts[k] * way * way
            sums[k, c] = means[k, c] + way
        counts[k] /= n
        if free & FREE_WEIGHTS:
            score = max(score, abs(counts[k] - old[k]))
        else:
            counts[k] = old[k]
    new[-1] = spread / (n * d) if free & FREE_VARIANCE else variance
    return value / n - 0.5 * d * (_LOG_2PI + log(variance)), score


@kernel
def _extrapolate(clusters: int, free: int, zero: Any, one: Any, two: Any, target: Any) -> bool:
    """SQUAREM's step from three successive iterates; whether there is one."""
    size = zero.size
    r_norm = v_norm = 0.0
    for use in range(2):
        if use == 1:
            if not (v_norm > 0.0 and r_norm > 0.0):
                return False
            length = -max(np.sqrt(r_norm / v_norm), 1.0)
        for j in range(size):
            transformed = j < clusters or j == size - 1
            if transformed and not (zero[j] > 1e-300 and one[j] > 1e-300 and two[j] > 1e-300):
                return False
            a = log(zero[j]) if transformed else zero[j]
            b = log(one[j]) if transformed else one[j]
            c = log(two[j]) if transformed else two[j]
            r = b - a
            v = (c - b) - r
            if use == 0:
                r_norm += r * r
                v_norm += v * v
            else:
                goal = a - 2.0 * length * r + length * length * v
                if transformed and not abs(goal) < 600.0:
                    return False
                target[j] = exp(goal) if transformed else goal
    if free & FREE_WEIGHTS:
        target[:clusters] /= target[:clusters].sum()
    else:
        target[:clusters] = zero[:clusters]
    if not free & FREE_VARIANCE:
        target[-1] = zero[-1]
    return True


@entry(SAMPLES, types.Array(NUMBER, 1, "C"), COUNT, COUNT, types.boolean, NUMBER, NUMBER, COUNT)
def em(
    x: Any,
    parameters: Any,
    clusters: int,
    free: int,
    accelerated: bool,
    gain: float,
    score: float,
    most: int,
) -> Any:
    """Fit a mixture from a given start.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
        Best centred: the accuracy is relative to the values' size.
    parameters : ndarray, shape (k + k d + 1,)
        Weights, means by component, variance; overwritten by the last iterate.
    clusters : int
        k.
    free : int
        ``FREE_WEIGHTS`` and ``FREE_VARIANCE``, added, for what is not known.
    accelerated : bool
        Whether to extrapolate.
    gain : float
        Stop when an EM step raises the mean log-likelihood by less than this (scikit-learn's rule; 0 never).
    score : float
        Stop when no component of the mean score is larger than this.
    most : int
        The most passes over the data.

    Returns
    -------
    ndarray, shape (4,)
        Log-likelihood, passes, score, and whether it stopped before ``most`` passes.
    """
    n = x.shape[0]
    diagnostics = np.zeros(4)
    squares = np.empty(clusters)
    current = parameters.copy()
    one, two, trial = np.empty_like(current), np.empty_like(current), np.empty_like(current)
    before = -np.inf
    passes = 0
    floor = -np.inf  # the likelihood that an extrapolation must not fall below
    while True:
        value, slope = _step(x, free, current, one, squares)
        passes += 1
        if value < floor - 1e-13 * abs(floor):
            # the extrapolation went too far: go on from the EM iterate before it
            current[:] = two
            floor = -np.inf
            before = -np.inf
            continue
        diagnostics[LOG_LIKELIHOOD] = n * value
        diagnostics[SCORE] = slope
        parameters[:] = current
        done = slope <= score or abs(value - before) < gain
        before = value
        if done or passes >= most or not one[-1] > 0.0:
            diagnostics[DONE] = done
            if slope > score and done:
                parameters[:] = one  # as scikit-learn does after its last E step
            break
        floor = -np.inf
        if not accelerated:
            current[:] = one
            continue
        value, _ = _step(x, free, one, two, squares)
        passes += 1
        if _extrapolate(clusters, free, current, one, two, trial):
            floor = value
            current[:] = trial
        else:
            current[:] = two
    diagnostics[PASSES] = passes
    return diagnostics
