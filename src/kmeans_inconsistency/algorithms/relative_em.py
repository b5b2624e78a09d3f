"""EM stopped by the relative gain of the log-likelihood, as mclust stops it, and the start that mclust has.

On a sample of one dimension mclust starts at the two halves of the sample, and returns the parameters whose
likelihood was the last to be computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .compiling import COUNT, NUMBER, SAMPLES, entry
from .em import DONE, FREE_VARIANCE, FREE_WEIGHTS, LOG_LIKELIHOOD, PASSES, SCORE, step, workspace
from .lanes import in_lanes
from .two_means import summarise_split


@entry(SAMPLES)
def halves(samples: Any) -> Any:
    """Splits of sorted samples, shape (r, n), n >= 2, into halves, a middle value going to the upper one.

    Returns
    -------
    ndarray, shape (r, 4)
        As the first four of :func:`.two_means.two_means`.
    """
    r, n = samples.shape
    results = np.empty((r, 4))
    for i in range(r):
        summarise_split(samples[i], n // 2, results[i])
    return results


@entry(SAMPLES, types.Array(NUMBER, 1, "C"), NUMBER, NUMBER, COUNT)
def em_to_relative_gain(x: Any, parameters: Any, tolerance: float, shift: float, most: int) -> Any:
    """Fit two components from a given start.

    Parameters
    ----------
    x : ndarray of float64, shape (n, 1), read-only
        Best centred: the accuracy is relative to the values' size.
    parameters : ndarray, shape (5,)
        Weights, means and variance; overwritten by those whose likelihood was the last to be computed.
    tolerance : float
        Stop when a step changes the log-likelihood l by no more than this times 1 + |l|.
    shift : float
        What the mean log-likelihood has beside that of ``x``, where ``x`` is in other units than the data:
        the rule depends on the unit.
    most : int
        The most passes over the data.

    Returns
    -------
    ndarray, shape (4,)
        Log-likelihood of ``x``, passes, score, and whether it stopped before ``most`` passes.
    """
    n = x.shape[0]
    both = FREE_WEIGHTS | FREE_VARIANCE
    blocks = in_lanes(x, np.zeros(1), 1.0)
    work = workspace(2, 1)
    following = np.empty_like(parameters)
    diagnostics = np.zeros(4)
    before = -np.inf
    passes = 0
    while True:
        value, slope = step(blocks, n, both, parameters, following, work)
        passes += 1
        done = abs(value - before) <= tolerance * (1.0 / n + abs(value + shift))
        before = value
        diagnostics[LOG_LIKELIHOOD] = n * value
        diagnostics[SCORE] = slope
        diagnostics[DONE] = done
        if done or passes >= most or not following[-1] > 0.0:
            break
        parameters[:] = following
    diagnostics[PASSES] = passes
    return diagnostics
