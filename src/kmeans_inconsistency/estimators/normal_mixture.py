"""Maximum likelihood of the normal mixture with free covariance matrices, each component its own or all one.

With one for each there is no global optimum: the likelihood rises without bound where a component shrinks to
a point or a flat. The estimator is the largest local maximum over stated starts, the partitions that
k-means++ and k-means make. That is the plain k-means++: partitions by the greedy one differ less, and the
runs from them find less. It is degenerate if the run from any of them is: such a path beats every local
maximum.

With one for all the likelihood is bounded unless the sample is as small as the parameters are many, but no
algorithm is certain to find its maximum; with two components in one dimension :mod:`.mixture` does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import normal_mixture as algorithm
from ..algorithms.compiling import read_only
from ._geometry import angle, mean_distance
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import matrix, positive_count


class NormalMixture(NamedTuple):
    """Result of the maximum likelihood of a normal mixture.

    Attributes
    ----------
    weights : ndarray, shape (clusters,)
        NaN if the components merge.
    means : ndarray, shape (clusters, d)
        In ascending order of their first coordinate.
    covariances : ndarray, shape (clusters, d, d)
        All the same if they are tied.
    objective : float
        The log-likelihood; infinite if a run degenerated.
    passes : int
        Passes over the data, all starts together.
    gradient : float
        Largest component of the mean score in (logit weights, standardised means, log Cholesky factors).
    share, degenerate_share : float
        Share of the runs that end at the best objective, and of those that degenerated.
    status : Status
        ``DEGENERATE`` if in some run a covariance's smallest eigenvalue is below 1e-6 of the total variance:
        the parameters are where that run ended. ``MERGED`` if one component is as likely as all.
        ``CONVERGED`` if the gradient is at most 1e-9, else ``NOT_CONVERGED``.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    covariances: NDArray[np.float64]
    objective: float
    passes: int
    gradient: float
    share: float
    degenerate_share: float
    status: Status


_TOLERANCE = 1e-9
_MOST_PASSES = 20_000  # of one run
_MEMORY = 5


def normal_mixture(
    x: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    covariance: str = "full",
) -> NormalMixture:
    """Fit a normal mixture with free weights, means and covariance matrices.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    clusters, starts : int
        Components, and k-means++ draws. EM runs from the partition of each draw, and from k-means', the best
        that is reached from any of them.
    seed : int or Generator
        Of the draws; the same seed gives the same fit.
    covariance : {"full", "tied"}
        Whether each component has a covariance matrix of its own, or all have the same.

    Returns
    -------
    NormalMixture

    Raises
    ------
    ValueError
        If ``covariance`` is neither, there are fewer observations than components, or the data are not a
        finite real matrix.
    """
    tied = chosen("covariance", covariance, ("full", "tied")) == "tied"
    points = matrix(x, at_least=positive_count("clusters", clusters))
    uniforms = np.random.default_rng(seed).random((1, positive_count("starts", starts), clusters))
    rows = _fit_all(points[np.newaxis], uniforms, tied)
    return NormalMixture(
        weights=rows.weights[0],
        means=rows.means[0],
        covariances=rows.covariances[0],
        objective=float(rows.fits[0, algorithm.LOG_LIKELIHOOD]),
        passes=int(rows.fits[0, algorithm.PASSES]),
        gradient=float(rows.fits[0, algorithm.SCORE]),
        share=float(rows.fits[0, algorithm.SHARE]),
        degenerate_share=float(rows.fits[0, algorithm.DEGENERATE_SHARE]),
        status=Status(int(rows.fits[0, algorithm.OUTCOME])),
    )


class _Rows(NamedTuple):
    """Fits of several samples: weights (r, k), means (r, k, d), covariances (r, k, d, d), diagnostics."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    fits: FloatArray


def _fit_all(samples: FloatArray, uniforms: FloatArray, tied: bool) -> _Rows:
    """Fit samples, shape (r, n, d), from starts drawn by uniform numbers, shape (r, starts, clusters)."""
    r, _, d = samples.shape
    k = uniforms.shape[2]
    parameters, fits = algorithm.normal_mixture(
        read_only(samples), read_only(uniforms), tied, _MEMORY, _TOLERANCE, _MOST_PASSES
    )
    means = parameters[:, k : k + k * d].reshape(r, k, d)
    factors = np.broadcast_to(parameters[:, k + k * d :].reshape(r, -1, d, d), (r, k, d, d))
    # products of triangles written out: a library's may differ between processors
    covariances = (factors[:, :, :, np.newaxis, :] * factors[:, :, np.newaxis, :, :]).sum(axis=-1)
    order = np.array([np.lexsort(own.T[::-1]) for own in means]).reshape(r, k)
    row = np.arange(r)[:, np.newaxis]
    return _Rows(parameters[row, order], means[row, order], covariances[row, order], fits)


def _fit(batch: Batch, starts: int, covariance: str = "full") -> dict[str, NDArray[Any]]:
    samples = np.ascontiguousarray(batch.x).reshape(len(batch.x), batch.n, batch.dimension)
    # the names of the streams are those under which they were first drawn
    stream = "free_mixture" if batch.dimension == 1 and covariance == "full" else f"{covariance}_mixture"
    uniforms = np.array([rng.random((starts, batch.clusters)) for rng in batch.generators(stream)])
    rows = _fit_all(samples, uniforms, covariance == "tied")
    return {
        **_on_the_line(rows),
        "distance": mean_distance(rows.means),
        "angle": angle(rows.means),
        "weight": rows.weights[:, 0],
        "objective": rows.fits[:, algorithm.LOG_LIKELIHOOD],
        "passes": rows.fits[:, algorithm.PASSES],
        "gradient": rows.fits[:, algorithm.SCORE],
        "share": rows.fits[:, algorithm.SHARE],
        "degenerate_share": rows.fits[:, algorithm.DEGENERATE_SHARE],
        "status": rows.fits[:, algorithm.OUTCOME].astype(np.int64),
    }


def _on_the_line(rows: _Rows) -> dict[str, NDArray[Any]]:
    """What only one dimension has: means and variances of the outer components; NaN in more."""
    if rows.means.shape[2] > 1:
        return {name: np.full(len(rows.means), np.nan) for name in _LINE}
    ends = (of[:, end].reshape(len(of)) for of in (rows.means, rows.covariances) for end in (0, -1))
    return dict(zip(_LINE, ends, strict=True))


_LINE = ("lower", "upper", "variance_lower", "variance_upper")
_DIAGNOSTICS = ("objective", "passes", "gradient", "share", "degenerate_share")

METHOD = Method(
    fit=_fit,
    outputs=("distance", "angle", "weight", *_LINE, *_DIAGNOSTICS),
    parameters={"covariance": ("full", "tied"), "starts": "count"},
    any_dimension=True,
    any_clusters=True,
)
