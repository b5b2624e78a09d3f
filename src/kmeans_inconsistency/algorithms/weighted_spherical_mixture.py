"""Maximum likelihood of the equal-spherical mixture for observations that have weights.

The fits are those of :mod:`.spherical_mixture`, from the starts of :mod:`.weighted_lloyd`; weights are shares
of their sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import log
from .compiling import COUNT, NUMBER, SAMPLE, SAMPLES, entry
from .em import DONE, FREE_VARIANCE, FREE_WEIGHTS, LOG_LIKELIHOOD, PASSES, SCORE, ascend
from .lanes import in_lanes
from .lloyd import share_of_best
from .moments import LANES
from .spherical_mixture import _FEW, SHARE, _twin
from .spherical_newton import climb
from .weighted_lloyd import (
    descend_weighted,
    draw_weighted_centers,
    masses_in_lanes,
    weighted_origin_and_spread,
)


@entry(SAMPLES, SAMPLE, SAMPLES, COUNT, types.boolean, types.boolean, NUMBER, COUNT)
def weighted_spherical_mixture(
    x: Any, w: Any, uniforms: Any, way: int, settled: bool, accelerated: bool, score: float, most: int
) -> Any:
    """Fit an equal-spherical mixture to one sample with weights, the likeliest of several starts.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
    w : ndarray of float64, shape (n,), read-only
        Positive.
    uniforms : ndarray, shape (starts, k), read-only
        Random numbers in [0, 1) that draw the centres of the starts.
    way, settled, accelerated, score, most
        As of :func:`.spherical_mixture.spherical_mixture`.

    Returns
    -------
    parameters : ndarray, shape (k + k d + 1,)
    fit : ndarray, shape (5,)
        As of :func:`.spherical_mixture.spherical_mixture`; the log-likelihood is weighted.
    """
    both = FREE_WEIGHTS | FREE_VARIANCE
    n, d = x.shape
    starts, clusters = uniforms.shape
    best = np.full(clusters * (d + 1) + 1, np.nan)
    fit = np.zeros(5)
    parameters = np.empty(best.size)
    centers = parameters[clusters:-1].reshape((clusters, d))
    diagnostics = np.empty(4)
    objectives, inertias = np.empty(starts), np.empty(starts)
    masses, whole = masses_in_lanes(w)
    origin, spread = weighted_origin_and_spread(x, masses)
    fit[LOG_LIKELIHOOD] = -np.inf
    if not spread > 0.0:
        for k in range(clusters):
            best[clusters + k * d : clusters + (k + 1) * d] = origin
        best[-1] = 0.0
        fit[LOG_LIKELIHOOD] = np.inf
        fit[PASSES] = fit[SHARE] = 1.0
        return best, fit
    scale = np.sqrt(spread)
    blocks = in_lanes(x, origin, scale)
    labels = np.zeros(masses.size, np.int64)
    for s in range(starts):
        draw_weighted_centers(blocks, masses, n, uniforms[s], way, centers)
        inertias[s], passes, _ = descend_weighted(blocks, masses, n, centers, labels, most if settled else 1)
        fit[PASSES] += passes
        twin = _twin(inertias[: s + 1]) if settled else s
        if twin < s:
            objectives[s] = objectives[twin]
            continue
        parameters[:clusters] = 0.0
        for i in range(n):
            parameters[labels[i]] += masses[i // LANES, i % LANES]
        parameters[-1] = max(inertias[s] / d, 1e-12)
        diagnostics[:] = 0.0
        if accelerated and parameters.size <= _FEW:
            climb(blocks, masses, n, parameters, clusters, score, most, diagnostics)
        else:
            ascend(blocks, masses, n, parameters, clusters, both, accelerated, 0.0, score, most, diagnostics)
        objectives[s] = -diagnostics[LOG_LIKELIHOOD]
        fit[PASSES] += diagnostics[PASSES]
        if -objectives[s] > fit[LOG_LIKELIHOOD]:
            fit[LOG_LIKELIHOOD] = -objectives[s]
            fit[SCORE] = diagnostics[SCORE]
            fit[DONE] = diagnostics[DONE]
            best[:] = parameters
            for k in range(clusters):
                for c in range(d):
                    best[clusters + k * d + c] = origin[c] + scale * centers[k, c]
            best[-1] = parameters[-1] * spread
    fit[LOG_LIKELIHOOD] = whole * (fit[LOG_LIKELIHOOD] - d * log(scale))
    fit[SHARE] = share_of_best(objectives, d)
    return best, fit
