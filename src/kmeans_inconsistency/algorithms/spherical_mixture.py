"""Maximum likelihood of the equal-spherical mixture in any dimension, from many starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import log
from .compiling import COUNT, NUMBER, entry, kernel
from .em import DONE, FREE_VARIANCE, FREE_WEIGHTS, LOG_LIKELIHOOD, PASSES, SCORE, ascend
from .lanes import in_lanes, origin_and_spread
from .lloyd import STACK, descend, share_of_best
from .moments import LANES
from .spherical_newton import climb
from .starts import draw_centers

#: Entry of a fit beside those of one run of EM.
SHARE = 4

_FEW = (
    32  # parameters, up to which the Hessian is worth its products, half the square of their number a point
)


@entry(STACK, STACK, COUNT, types.boolean, types.boolean, NUMBER, COUNT)
def spherical_mixture(
    samples: Any, uniforms: Any, way: int, settled: bool, accelerated: bool, score: float, most: int
) -> Any:
    """Fit equal-spherical mixtures to several samples, each the likeliest of several starts.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n, d), read-only
    uniforms : ndarray, shape (r, starts, k), read-only
        Random numbers in [0, 1) that draw the centres of the starts.
    way : int
        How: see :mod:`.starts`.
    settled : bool
        Whether EM starts at the clusters where Lloyd's algorithm ends, or at those of the nearest centre: at
        their shares, means and variance.
    accelerated : bool
        Whether fits take fewer passes than by plain EM: by Newton's method where the parameters are few, else
        by extrapolation.
    score, most
        As of :func:`em`.

    Returns
    -------
    parameters : ndarray, shape (r, k + k d + 1)
        Constant data have no weights.
    fits : ndarray, shape (r, 5)
        Log-likelihood; passes of all starts together; score; whether the best start stopped before ``most``
        passes; share of the starts that end at the best.
    """
    both = FREE_WEIGHTS | FREE_VARIANCE
    r, n, d = samples.shape
    starts, clusters = uniforms.shape[1:]
    best = np.full((r, clusters * (d + 1) + 1), np.nan)
    fits = np.zeros((r, 5))
    parameters = np.empty(best.shape[1])
    centers = parameters[clusters:-1].reshape((clusters, d))
    diagnostics = np.empty(4)
    objectives, inertias = np.empty(starts), np.empty(starts)
    for i in range(r):
        origin, spread = origin_and_spread(samples[i])
        fit = fits[i]
        fit[LOG_LIKELIHOOD] = -np.inf
        if not spread > 0.0:
            for k in range(clusters):
                best[i, clusters + k * d : clusters + (k + 1) * d] = origin
            best[i, -1] = 0.0
            fit[LOG_LIKELIHOOD] = np.inf
            fit[PASSES] = fit[SHARE] = 1.0
            continue
        scale = np.sqrt(spread)
        blocks = in_lanes(samples[i], origin, scale)
        labels = np.empty(blocks.shape[0] * LANES, np.int64)
        for s in range(starts):
            draw_centers(blocks, n, uniforms[i, s], way, centers)
            inertias[s], passes, _ = descend(blocks, n, centers, labels, most if settled else 1)
            fit[PASSES] += passes
            twin = _twin(inertias[: s + 1]) if settled else s
            if twin < s:
                objectives[s] = objectives[twin]
                continue
            for k in range(clusters):
                parameters[k] = (labels[:n] == k).sum() / n
            parameters[-1] = max(inertias[s] / (n * d), 1e-12)
            diagnostics[:] = 0.0
            if accelerated and parameters.size <= _FEW:
                climb(blocks, None, n, parameters, clusters, score, most, diagnostics)
            else:
                ascend(
                    blocks, None, n, parameters, clusters, both, accelerated, 0.0, score, most, diagnostics
                )
            objectives[s] = -diagnostics[LOG_LIKELIHOOD]
            fit[PASSES] += diagnostics[PASSES]
            if -objectives[s] > fit[LOG_LIKELIHOOD]:
                fit[LOG_LIKELIHOOD] = -objectives[s]
                fit[SCORE] = diagnostics[SCORE]
                fit[DONE] = diagnostics[DONE]
                best[i] = parameters
                for k in range(clusters):
                    for c in range(d):
                        best[i, clusters + k * d + c] = origin[c] + scale * centers[k, c]
                best[i, -1] = parameters[-1] * spread
        fit[LOG_LIKELIHOOD] -= n * d * log(scale)
        fit[SHARE] = share_of_best(objectives, n * d)
    return best, fits


@kernel
def _twin(inertias: Any) -> int:
    """The first of the values that equals the last, but for rounding."""
    last = inertias[-1]
    for s in range(inertias.size - 1):
        if abs(inertias[s] - last) <= 1e-10 * last:
            return s
    return inertias.size - 1
