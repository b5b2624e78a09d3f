"""A fitted normal mixture, continued by EM from its own parameters until its likelihood rises no more.

EM is extrapolated (SQUAREM: Varadhan & Roland 2008) in log weights, means, and logarithms of variances or of
Cholesky factors' diagonals, with a plain step wherever that would lower the likelihood.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MOST = 3000  # iterations
_STILL = 1e-8  # change of a parameter by one step of EM, in standardised data
_DEGENERATE = 1e-5  # smallest variance of a component in any direction, as a share of the data's
_MOST_PARAMETERS = 400  # beyond which standard errors take the covariances as known


class Fit(NamedTuple):
    """Parameters of a normal mixture: weights (K,), means (K, d), covariances (K, d, d)."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray


class Continued(NamedTuple):
    """Where EM leads.

    Attributes
    ----------
    fit : Fit
    covariance : ndarray, shape (K d, K d)
        Of the means, from the outer product of the scores.
    iterations : int
    gain : float
        In log-likelihood.
    converged, degenerate : bool
    """

    fit: Fit
    covariance: FloatArray
    iterations: int
    gain: float
    converged: bool
    degenerate: bool


def parameters_of(model: Any, dimension: int) -> tuple[Fit, str, float]:
    """Parameters of a fitted mixture, how its covariances are restricted, and what is added to variances."""
    means = np.array(model.means_, dtype=np.float64)
    weights = np.array(model.weights_, dtype=np.float64)
    eye = np.eye(dimension)
    if hasattr(model, "variance_"):
        return Fit(weights, means, np.tile(model.variance_ * eye, (len(means), 1, 1))), "common", 0.0
    given = np.asarray(model.covariances_, dtype=np.float64)
    kind = str(model.covariance_type)
    if kind == "tied":
        given = np.tile(given, (len(means), 1, 1))
    elif kind == "diag":
        given = given[:, :, None] * eye
    elif kind == "spherical":
        given = given[:, None, None] * eye
    return Fit(weights, means, given), kind, float(getattr(model, "reg_covar", 0.0))


def go_on(x: FloatArray, start: Fit, kind: str, regular: float) -> Continued:
    """Continue EM to convergence.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    start : Fit
    kind : {"full", "tied", "diag", "spherical", "common"}
        As in scikit-learn; ``common``: one variance for all components and directions.
    regular : float
        What is added to every variance, scikit-learn's ``reg_covar``.
    """
    centre, unit = x.mean(axis=0), float(np.sqrt(x.var(axis=0).mean()))
    z, regular = (x - centre) / unit, regular / unit**2
    fit = Fit(start.weights, (start.means - centre) / unit, start.covariances / unit**2)
    first, responsibility = expect(z, fit)
    value, best, iterations, converged = first, fit, 0, False
    while iterations < _MOST and not converged:
        one = _maximise(z, responsibility, kind, regular)
        value_one, responsibility_one = expect(z, one)
        two = _maximise(z, responsibility_one, kind, regular)
        iterations += 2
        if _least(two) < _DEGENERATE:
            best = two
            break
        r, v = _pack(one) - _pack(best), _pack(two) - 2 * _pack(one) + _pack(best)
        converged = bool(np.abs(r).max() < _STILL)
        length = max(float(np.linalg.norm(r)) / max(float(np.linalg.norm(v)), 1e-300), 1.0)
        leap = _unpack(_pack(best) + 2 * length * r + length**2 * v, best, kind)
        value, responsibility = _try(z, leap)
        best = leap
        if not value >= value_one:
            best = two
            value, responsibility = expect(z, two)
    degenerate = _least(best) < _DEGENERATE
    covariance = np.full((best.means.size, best.means.size), np.nan)
    if not degenerate:
        covariance = unit**2 * _covariance(z, best, responsibility.T, kind)
    final = Fit(best.weights, centre + unit * best.means, best.covariances * unit**2)
    return Continued(final, covariance, iterations, value - first, converged, degenerate)


def expect(x: FloatArray, fit: Fit) -> tuple[float, FloatArray]:
    """Log-likelihood and responsibilities, shape (K, n)."""
    d = x.shape[1]
    parts = np.empty((len(fit.weights), len(x)))
    for k, (weight, mean, covariance) in enumerate(zip(*fit, strict=True)):
        factor = np.linalg.cholesky(covariance)
        z = np.linalg.inv(factor) @ (x - mean).T
        constant = np.log(weight) - np.log(np.diag(factor)).sum() - 0.5 * d * np.log(2 * np.pi)
        parts[k] = constant - 0.5 * np.einsum("cn,cn->n", z, z)
    top = parts.max(axis=0)
    parts = np.exp(parts - top)
    total = parts.sum(axis=0)
    return float((top + np.log(total)).sum()), parts / total


def _try(x: FloatArray, fit: Fit) -> tuple[float, FloatArray]:
    """The same of parameters that may be none: minus infinity."""
    try:
        with np.errstate(all="ignore"):
            value, responsibility = expect(x, fit)
    except np.linalg.LinAlgError:
        return -np.inf, np.empty(0)
    return (value if np.isfinite(value) else -np.inf), responsibility


def _maximise(x: FloatArray, responsibility: FloatArray, kind: str, regular: float) -> Fit:
    """The M step."""
    n, d = x.shape
    mass = responsibility.sum(axis=1) + 1e-300
    means = responsibility @ x / mass[:, None]
    scatter = np.empty((len(mass), d, d))
    for k in range(len(mass)):
        gap = x - means[k]
        scatter[k] = (responsibility[k] * gap.T) @ gap
    eye = np.eye(d)
    if kind == "tied":
        covariances = np.tile(scatter.sum(axis=0) / n, (len(mass), 1, 1))
    elif kind == "common":
        covariances = np.tile(np.trace(scatter.sum(axis=0)) / (n * d) * eye, (len(mass), 1, 1))
    else:
        covariances = scatter / mass[:, None, None]
        if kind == "diag":
            covariances = covariances * eye
        elif kind == "spherical":
            covariances = np.trace(covariances, axis1=1, axis2=2)[:, None, None] / d * eye
    return Fit(mass / n, means, covariances + regular * eye)


def _pack(fit: Fit) -> FloatArray:
    factors = np.linalg.cholesky(fit.covariances)
    d = factors.shape[1]
    rows, columns = np.tril_indices(d)
    flat = factors[:, rows, columns].copy()
    flat[:, rows == columns] = np.log(flat[:, rows == columns])
    return np.concatenate([np.log(fit.weights), fit.means.ravel(), flat.ravel()])


def _unpack(packed: FloatArray, like: Fit, kind: str) -> Fit:
    clusters, d = like.means.shape
    rows, columns = np.tril_indices(d)
    with np.errstate(over="ignore"):
        weights = np.exp(packed[:clusters] - packed[:clusters].max())
        flat = packed[clusters * (d + 1) :].reshape(clusters, -1).copy()
        flat[:, rows == columns] = np.exp(flat[:, rows == columns])
    factors = np.zeros((clusters, d, d))
    factors[:, rows, columns] = flat
    means = packed[clusters : clusters * (d + 1)].reshape(clusters, d)
    covariances = factors @ factors.transpose(0, 2, 1)
    if kind not in ("full", "tied"):
        covariances = covariances * np.eye(d)
    return Fit(weights / weights.sum(), means, covariances)


def _least(fit: Fit) -> float:
    return float(np.linalg.eigvalsh(fit.covariances).min())


def _covariance(x: FloatArray, fit: Fit, responsibility: FloatArray, kind: str) -> FloatArray:
    """Of the means, from the outer product of the scores in log odds, means and covariances."""
    n, d = x.shape
    clusters = len(fit.weights)
    columns = [responsibility[:, :-1] - fit.weights[:-1]]
    spread = []
    for k in range(clusters):
        inverse = np.linalg.inv(fit.covariances[k])
        pull = (x - fit.means[k]) @ inverse
        columns.append(responsibility[:, k, None] * pull)
        if kind in ("full", "tied"):
            i, j = np.triu_indices(d)
            own = pull[:, i] * pull[:, j] - inverse[i, j]
        else:
            own = pull**2 - np.diag(inverse)
            own = own if kind == "diag" else own.sum(axis=1, keepdims=True)
        spread.append(responsibility[:, k, None] * own)
    shape = [np.sum(spread, axis=0)] if kind in ("tied", "common") else spread
    if sum(int(c.shape[1]) for c in [*columns, *shape]) <= min(_MOST_PARAMETERS, n // 2):
        columns += shape
    scores = np.concatenate(columns, axis=1)
    scale = np.sqrt((scores**2).sum(axis=0)) + 1e-300
    covariance = np.linalg.pinv((scores / scale).T @ (scores / scale), hermitian=True) / np.outer(
        scale, scale
    )
    means = slice(clusters - 1, clusters - 1 + clusters * d)
    return np.asarray(covariance[means, means])
