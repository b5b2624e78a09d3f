"""Maximum likelihood of the equal-spherical normal mixture in any dimension, the best over k-means starts.

No global optimum is guaranteed here; with two components in one dimension :mod:`.mixture` finds it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import em as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.lloyd import lloyd
from .lloyd import plus_plus
from .method import Batch, Method, Status
from .validation import matrix, positive_count


class SphericalMixture(NamedTuple):
    """Result of the equal-spherical mixture's maximum likelihood.

    Attributes
    ----------
    weights : ndarray, shape (clusters,)
    means : ndarray, shape (clusters, d)
        In ascending order of their first coordinate.
    variance : float
        The variance of every component in every direction.
    objective : float
        The log-likelihood.
    passes : int
        Passes over the data, all starts together.
    gradient : float
        Largest component of the mean score, see :mod:`kmeans_inconsistency.algorithms.em`.
    status : Status
        ``DEGENERATE`` if the variance fell below 1e-6 of the data's, ``MERGED`` if the data are constant.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    objective: float
    passes: int
    gradient: float
    status: Status


_TOLERANCE = 1e-9
_MOST_PASSES = 200_000
_DEGENERATE = 1e-6  # variance, as a share of the data's


def spherical_mixture(
    x: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    accelerated: bool = True,
) -> SphericalMixture:
    """Maximum likelihood of a normal mixture with one variance, free weights and free means.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    clusters, starts : int
        Components, and k-means fits to start from (the best of those that differ is kept).
    seed : int or Generator
        Of the starts; the same seed gives the same fit.
    accelerated : bool
        Whether EM is extrapolated (SQUAREM).

    Returns
    -------
    SphericalMixture

    Raises
    ------
    ValueError
        If there are fewer observations than components, or the data are not a finite real matrix.
    """
    points = matrix(x, at_least=positive_count("clusters", clusters))
    n, d = points.shape
    origin = points.mean(axis=0)
    total = float(((points - origin) ** 2).mean())
    if total == 0.0:
        return SphericalMixture(
            np.full(clusters, np.nan), np.tile(origin, (clusters, 1)), 0.0, np.inf, 1, 0.0, Status.MERGED
        )
    scale = float(np.sqrt(total))
    centred = read_only((points - origin) / scale)
    both = algorithm.FREE_WEIGHTS | algorithm.FREE_VARIANCE
    rng = np.random.default_rng(seed)
    best = None
    passes = 0
    tried: list[float] = []
    for _ in range(positive_count("starts", starts)):
        centers = plus_plus(centred, clusters, rng)
        labels, inertia, made, _ = lloyd(centred, centers, _MOST_PASSES)
        passes += made
        if any(abs(inertia - earlier) <= 1e-10 * earlier for earlier in tried):
            continue
        tried.append(inertia)
        shares = np.bincount(labels, minlength=clusters) / n
        parameters = np.concatenate([shares, centers.ravel(), [max(inertia / (n * d), 1e-12)]])
        diagnostics = algorithm.em(
            centred, parameters, clusters, both, accelerated, 0.0, _TOLERANCE, _MOST_PASSES
        )
        passes += diagnostics[algorithm.PASSES]
        if best is None or diagnostics[algorithm.LOG_LIKELIHOOD] > best[1][algorithm.LOG_LIKELIHOOD]:
            best = parameters, diagnostics
    assert best is not None  # noqa: S101 -- there is a start
    parameters, diagnostics = best
    weights, means = parameters[:clusters], parameters[clusters:-1].reshape(clusters, d)
    order = np.lexsort(means.T[::-1])
    status = Status.CONVERGED if diagnostics[algorithm.DONE] else Status.NOT_CONVERGED
    if parameters[-1] < _DEGENERATE:
        status = Status.DEGENERATE
    return SphericalMixture(
        weights=weights[order],
        means=origin + scale * means[order],
        variance=float(parameters[-1] * total),
        objective=float(diagnostics[algorithm.LOG_LIKELIHOOD] - n * d * np.log(scale)),
        passes=int(passes),
        gradient=float(diagnostics[algorithm.SCORE]),
        status=status,
    )


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    generators = batch.generators("spherical_mixture")
    fits = [spherical_mixture(x, 2, starts, rng) for x, rng in zip(batch.x, generators, strict=True)]
    return {
        "distance": np.array([np.sqrt((np.diff(f.means, axis=0) ** 2).sum()) for f in fits]),
        "weight": np.array([f.weights[0] for f in fits]),
        "variance": np.array([f.variance for f in fits]),
        "objective": np.array([f.objective for f in fits]),
        "passes": np.array([f.passes for f in fits]),
        "gradient": np.array([f.gradient for f in fits]),
        "status": np.array([f.status for f in fits]),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "weight", "variance", "objective", "passes", "gradient"),
    parameters={"starts": "count"},
    any_dimension=True,
)
