"""Observed information of the two-component normal mixture with a common variance, at its maximum.

By Louis (1982) it is the information that the complete data would have less what the unknown components take
away. With z = (x - midpoint)/s, w the lower component's weight, L = D/s and q the conditional variance of an
observation's component, in the parameters (log odds of the upper component, lower mean / s, upper mean / s,
variance / s^2) it is n times

    diag(w (1 - w), w, 1 - w, 1/2) - mean q g g',   g = (1, -(z + L/2), z - L/2, -L z),

the difference g of the scores for the upper and the lower component being linear in z.

If the weights are held at 1/2, the row and column of the log odds go, and in place of w and 1 - w stand the
mean conditional probabilities of the components, which a maximum with free weights has equal to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import log
from .cholesky import factorise, forward
from .compiling import SAMPLES, entry, kernel
from .logistic import AA, AB, BB, A, softplus_derivatives, workspace
from .mixture_newton import CONVERGED, LOWER, OUTCOME, UPPER, VARIANCE, WEIGHT

DISTANCE_VARIANCE, LOWER_VARIANCE = range(2)


@kernel
def _information(z: Any, weight: float, separation: float, partial: Any, matrix: Any) -> None:
    """Write the information in one observation to ``matrix``, shape (4, 4)."""
    softplus_derivatives(z, log((1.0 - weight) / weight), separation, partial)
    constant = (1.0, -0.5 * separation, -0.5 * separation, 0.0)
    slope = (0.0, -1.0, 1.0, -separation)
    complete = (weight * (1.0 - weight), weight, 1.0 - weight, 0.5)
    for i in range(4):
        for j in range(4):
            matrix[i, j] = -(
                partial[AA] * constant[i] * constant[j]
                + partial[AB] * (constant[i] * slope[j] + constant[j] * slope[i])
                + partial[BB] * slope[i] * slope[j]
            )
        matrix[i, i] += complete[i]


@kernel
def _information_of_equal_weights(z: Any, separation: float, partial: Any, matrix: Any) -> None:
    """Write the information in one observation about means and variance to ``matrix``, shape (3, 3)."""
    softplus_derivatives(z, 0.0, separation, partial)
    constant = (-0.5 * separation, -0.5 * separation, 0.0)
    slope = (-1.0, 1.0, -separation)
    complete = (1.0 - partial[A], partial[A], 0.5)
    for i in range(3):
        for j in range(3):
            matrix[i, j] = -(
                partial[AA] * constant[i] * constant[j]
                + partial[AB] * (constant[i] * slope[j] + constant[j] * slope[i])
                + partial[BB] * slope[i] * slope[j]
            )
        matrix[i, i] += complete[i]


@kernel
def _standardise(x: Any, fit: Any, z: Any) -> float:
    """Write (x - midpoint)/s to ``z``; the separation in units of s."""
    middle = 0.5 * (fit[LOWER] + fit[UPPER])
    scale = 1.0 / np.sqrt(fit[VARIANCE])
    for k in range(x.size):
        z[k] = (x[k] - middle) * scale
    return float((fit[UPPER] - fit[LOWER]) * scale)


@kernel
def _variance(factor: Any, contrast: Any) -> float:
    """c' M^-1 c for the Cholesky factor of M."""
    solved = contrast.copy()
    forward(factor, solved)
    return float((solved * solved).sum())


@entry(SAMPLES, SAMPLES)
def mixture_errors(samples: Any, fits: Any) -> Any:
    """Variances of the distance and of the lower mean by the inverse of the observed information.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), read-only
        Each row ascending.
    fits : ndarray of float64, shape (r, 8), read-only
        As from :func:`.mixture_newton.mixture_newton`.

    Returns
    -------
    ndarray, shape (r, 2)
        NaN where the fit did not converge or its information is not positive definite.
    """
    r, n = samples.shape
    results = np.full((r, 2), np.nan)
    z = np.empty(n)
    partial = workspace()
    matrix = np.empty((4, 4))
    distance = np.array([0.0, -1.0, 1.0, 0.0])
    lower = np.array([0.0, 1.0, 0.0, 0.0])
    for i in range(r):
        if fits[i, OUTCOME] != CONVERGED:
            continue
        separation = _standardise(samples[i], fits[i], z)
        _information(z, fits[i, WEIGHT], separation, partial, matrix)
        if factorise(matrix):
            results[i, DISTANCE_VARIANCE] = fits[i, VARIANCE] / n * _variance(matrix, distance)
            results[i, LOWER_VARIANCE] = fits[i, VARIANCE] / n * _variance(matrix, lower)
    return results


@entry(SAMPLES, SAMPLES)
def equal_weights_errors(samples: Any, fits: Any) -> Any:
    """Variances of the distance and of the lower mean, as :func:`mixture_errors`, for weights held at 1/2.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), read-only
        Each row ascending.
    fits : ndarray of float64, shape (r, 8), read-only
        As from :func:`.equal_weights_newton.fit_equal_weights`.

    Returns
    -------
    ndarray, shape (r, 2)
        NaN where the fit did not converge or its information is not positive definite.
    """
    r, n = samples.shape
    results = np.full((r, 2), np.nan)
    z = np.empty(n)
    partial = workspace()
    matrix = np.empty((3, 3))
    distance = np.array([-1.0, 1.0, 0.0])
    lower = np.array([1.0, 0.0, 0.0])
    for i in range(r):
        if fits[i, OUTCOME] != CONVERGED:
            continue
        separation = _standardise(samples[i], fits[i], z)
        _information_of_equal_weights(z, separation, partial, matrix)
        if factorise(matrix):
            results[i, DISTANCE_VARIANCE] = fits[i, VARIANCE] / n * _variance(matrix, distance)
            results[i, LOWER_VARIANCE] = fits[i, VARIANCE] / n * _variance(matrix, lower)
    return results
