"""Lloyd's algorithm and the equal-spherical mixture for observations with weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..algorithms.compiling import read_only
from ..algorithms.em import DONE, LOG_LIKELIHOOD, PASSES, SCORE
from ..algorithms.lloyd import FIXED, INERTIA, SHARE, nearest
from ..algorithms.lloyd import PASSES as LLOYD_PASSES
from ..algorithms.spherical_mixture import SHARE as MIXTURE_SHARE
from ..algorithms.starts import GREEDY, UNIFORM
from ..algorithms.weighted_lloyd import weighted_lloyd
from ..algorithms.weighted_spherical_mixture import weighted_spherical_mixture
from ._method import FloatArray, Status, chosen
from ._validation import checked_weights, matrix, positive_count
from .lloyd import _MOST_PASSES, Clusters
from .spherical_mixture import _DEGENERATE, _TOLERANCE, SphericalMixture
from .spherical_mixture import _MOST_PASSES as _MOST_OF_MIXTURE

_LIGHTEST = 1e-200  # share of the heaviest; what is lighter adds nothing, and could underflow


def lloyd(
    x: ArrayLike,
    sample_weight: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    start: str = "greedy",
    refinement: str = "exchanges",
) -> Clusters:
    """k-means of observations with weights, see :func:`.lloyd.lloyd`.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    sample_weight : array_like, shape (n,)
    clusters, starts, seed, start, refinement
        As of :func:`.lloyd.lloyd`.

    Returns
    -------
    Clusters
        The objective is weighted; observations without a weight have labels too.

    Raises
    ------
    ValueError
        As :func:`.lloyd.lloyd`, and if ``sample_weight`` holds no weights, or fewer observations than
        ``clusters`` have one.
    """
    points, own, weights = _weighted_points(x, sample_weight, positive_count("clusters", clusters))
    uniforms = np.random.default_rng(seed).random((positive_count("starts", starts), clusters))
    way = {"greedy": GREEDY, "uniform": UNIFORM}[chosen("start", start, ("greedy", "uniform"))]
    exchanged = chosen("refinement", refinement, ("exchanges", "none")) == "exchanges"
    centers, fit = weighted_lloyd(
        read_only(own), read_only(weights), read_only(uniforms), way, exchanged, _MOST_PASSES
    )
    centers = centers[np.lexsort(centers.T[::-1])]
    merged = len(np.unique(centers, axis=0)) < clusters
    return Clusters(
        centers=centers,
        labels=nearest(read_only(points - centers[0]), read_only(centers - centers[0])),
        objective=float(fit[INERTIA]),
        passes=int(fit[LLOYD_PASSES]),
        share=float(fit[SHARE]),
        status=Status.MERGED if merged else Status.CONVERGED if fit[FIXED] else Status.NOT_CONVERGED,
    )


def spherical_mixture(
    x: ArrayLike,
    sample_weight: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    start: str = "kmeans",
    acceleration: str = "newton",
    most: int | None = None,
) -> SphericalMixture:
    """Maximum likelihood for observations with weights, see :func:`.spherical_mixture.spherical_mixture`.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    sample_weight : array_like, shape (n,)
    clusters, starts, seed, start, acceleration, most
        As of :func:`.spherical_mixture.spherical_mixture`.

    Returns
    -------
    SphericalMixture
        The log-likelihood is weighted.

    Raises
    ------
    ValueError
        As :func:`.spherical_mixture.spherical_mixture`, and if ``sample_weight`` holds no weights, or fewer
        observations than ``clusters`` have one.
    """
    _, own, weights = _weighted_points(x, sample_weight, positive_count("clusters", clusters))
    uniforms = np.random.default_rng(seed).random((positive_count("starts", starts), clusters))
    settled = chosen("start", start, ("kmeans", "uniform")) == "kmeans"
    newton = chosen("acceleration", acceleration, ("newton", "none")) == "newton"
    limit = _MOST_OF_MIXTURE[start] if most is None else positive_count("most", most)
    way = GREEDY if settled else UNIFORM
    parameters, fit = weighted_spherical_mixture(
        read_only(own), read_only(weights), read_only(uniforms), way, settled, newton, _TOLERANCE, limit
    )
    means = parameters[clusters:-1].reshape(clusters, -1)
    order = np.lexsort(means.T[::-1])
    status = Status.CONVERGED if fit[DONE] else Status.NOT_CONVERGED
    if parameters[-1] < _DEGENERATE * _variance(own, weights):
        status = Status.DEGENERATE
    return SphericalMixture(
        weights=parameters[:clusters][order],
        means=means[order],
        variance=float(parameters[-1]),
        objective=float(fit[LOG_LIKELIHOOD]),
        passes=int(fit[PASSES]),
        gradient=float(fit[SCORE]),
        share=float(fit[MIXTURE_SHARE]),
        status=Status.MERGED if np.isinf(fit[LOG_LIKELIHOOD]) else status,
    )


def _weighted_points(
    x: ArrayLike, sample_weight: ArrayLike, at_least: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """All points; those that have a weight; their weights."""
    points = matrix(x, at_least=1)
    weights = checked_weights(sample_weight, len(points))
    own = weights > _LIGHTEST * weights.max()
    if own.sum() < at_least:
        raise ValueError(
            f"{own.sum()} observations have a weight, but at least {at_least} are needed: pass more data."
        )
    return points, points[own], weights[own]


def _variance(points: FloatArray, weights: FloatArray) -> float:
    """Weighted variance, the mean over the columns."""
    center = np.average(points, axis=0, weights=weights)
    return float(np.average((points - center) ** 2, axis=0, weights=weights).mean())
