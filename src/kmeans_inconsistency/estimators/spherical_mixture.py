"""Maximum likelihood of the equal-spherical normal mixture in any dimension, the best over k-means starts.

No global optimum is guaranteed here; with two components in one dimension :mod:`.mixture` finds it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import spherical_mixture as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.em import DONE, LOG_LIKELIHOOD, PASSES, SCORE
from ..algorithms.spherical_mixture import SHARE
from ..algorithms.starts import GREEDY, UNIFORM
from ._geometry import angle, center_error, mean_distance
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import matrix, positive_count, weighted_points
from .lloyd import STREAMS, drawn, true_means


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
    share : float
        Share of the starts that end at the best objective found.
    status : Status
        ``DEGENERATE`` if the variance fell below 1e-6 of the data's, ``MERGED`` if the data are constant.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    objective: float
    passes: int
    gradient: float
    share: float
    status: Status


_TOLERANCE = 1e-9
# Of one start, settled by k-means or not. Where two components nearly coincide EM would take hundreds of
# thousands to a poor optimum.
_MOST_PASSES = {"kmeans": 200_000, "uniform": 2_000}
_DEGENERATE = 1e-6  # variance, as a share of the data's


def spherical_mixture(
    x: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    start: str = "kmeans",
    acceleration: str = "newton",
    most: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> SphericalMixture:
    """Maximum likelihood of a normal mixture with one variance, free weights and free means.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    clusters, starts : int
        Components, and runs from different starts, of which the best is kept.
    seed : int or Generator
        Of the starts; the same seed gives the same fit.
    start : {"kmeans", "uniform"}
        Where each run begins: at a fit of k-means, or at uniformly drawn observations, those of
        ``lloyd(start="uniform")``; then a run ends after 2000 passes at the latest.
    acceleration : {"newton", "none"}
        Whether to go on by Newton's method, or where parameters are many by extrapolation (SQUAREM), instead
        of plain EM. An extrapolated step can leave the basin that it began in.
    most : int, optional
        The most passes over the data from one start.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations: a whole number is as good as repeating the observation, and 0 as leaving
        it out. The fit depends on ratios of weights alone, the objective is the weighted log-likelihood.

    Returns
    -------
    SphericalMixture

    Raises
    ------
    ValueError
        If a choice is none of the two, there are fewer observations than components, the data are not a
        finite real matrix, or weights are no weights.
    """
    least, weights = positive_count("clusters", clusters), None
    if sample_weight is None:
        points = matrix(x, least)
    else:
        _, points, weights = weighted_points(x, sample_weight, least)
    uniforms = np.random.default_rng(seed).random((1, positive_count("starts", starts), clusters))
    sample = read_only(points[np.newaxis])
    chosen("start", start, ("kmeans", "uniform"))
    chosen("acceleration", acceleration, ("newton", "none"))
    limit = _MOST_PASSES[start] if most is None else positive_count("most", most)
    rows = _fit_all(sample, read_only(uniforms), start, acceleration, limit, weights)
    order = np.lexsort(rows.means[0].T[::-1])
    return SphericalMixture(
        weights=rows.weights[0, order],
        means=rows.means[0, order],
        variance=float(rows.variance[0]),
        objective=float(rows.fits[0, LOG_LIKELIHOOD]),
        passes=int(rows.fits[0, PASSES]),
        gradient=float(rows.fits[0, SCORE]),
        share=float(rows.fits[0, SHARE]),
        status=Status(int(rows.status[0])),
    )


class _Rows(NamedTuple):
    """Fits of several samples: weights (r, k), means (r, k, d), variances (r,), diagnostics and statuses."""

    weights: FloatArray
    means: FloatArray
    variance: FloatArray
    fits: FloatArray
    status: NDArray[np.int64]


def _fit_all(
    samples: FloatArray,
    uniforms: FloatArray,
    start: str,
    acceleration: str,
    most: int,
    weights: FloatArray | None = None,
) -> _Rows:
    """Fit several samples, or a single one whose points have weights."""
    r, _, d = samples.shape
    clusters = uniforms.shape[2]
    settled = start == "kmeans"
    way, newton = GREEDY if settled else UNIFORM, acceleration == "newton"
    how = way, settled, newton, _TOLERANCE, most
    if weights is None:
        parameters, fits = algorithm.spherical_mixture(samples, uniforms, *how)
        spread = samples.var(axis=1).mean(axis=1)
    else:
        # by its name, so that fits without weights do not depend on its sources
        module = import_module("..algorithms.weighted_spherical_mixture", __package__)
        found = module.weighted_spherical_mixture(samples[0], read_only(weights), uniforms[0], *how)
        parameters, fits = (of_one[np.newaxis] for of_one in found)
        center = np.average(samples[0], axis=0, weights=weights)
        spread = np.average((samples[0] - center) ** 2, axis=0, weights=weights).mean()
    variance = parameters[:, -1]
    status = np.where(fits[:, DONE] == 1.0, Status.CONVERGED, Status.NOT_CONVERGED)
    status = np.where(variance < _DEGENERATE * spread, Status.DEGENERATE, status)
    return _Rows(
        weights=parameters[:, :clusters],
        means=parameters[:, clusters:-1].reshape(r, clusters, d),
        variance=variance,
        fits=fits,
        status=np.where(np.isinf(fits[:, LOG_LIKELIHOOD]), Status.MERGED, status),
    )


# k-means' random numbers, but not its result: both descend from the same points
_STREAMS = {"kmeans": "spherical_mixture", "uniform": STREAMS["uniform"]}


def _fit(
    batch: Batch, starts: int, start: str = "kmeans", acceleration: str = "newton"
) -> dict[str, NDArray[Any]]:
    samples, uniforms = drawn(batch, _STREAMS[start], starts)
    rows = _fit_all(samples, uniforms, start, acceleration, _MOST_PASSES[start])
    lowest = rows.means[:, :, 0].argmin(axis=1)
    return {
        "distance": mean_distance(rows.means),
        "center_error": center_error(rows.means, true_means(batch)),
        "angle": angle(rows.means),
        "weight": rows.weights[np.arange(len(lowest)), lowest],
        "variance": rows.variance,
        "objective": rows.fits[:, LOG_LIKELIHOOD],
        "passes": rows.fits[:, PASSES],
        "gradient": rows.fits[:, SCORE],
        "share": rows.fits[:, SHARE],
        "status": rows.status,
    }


METHOD = Method(
    fit=_fit,
    outputs=(
        "distance",
        "center_error",
        "angle",
        "weight",
        "variance",
        "objective",
        "passes",
        "gradient",
        "share",
    ),
    parameters={"start": ("kmeans", "uniform"), "acceleration": ("newton", "none"), "starts": "count"},
    any_dimension=True,
    any_clusters=True,
)
