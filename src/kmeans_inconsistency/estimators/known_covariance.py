"""EM with the known covariance eps I and free weights, in any dimension, beside Lloyd's algorithm.

Both begin at the same centres. As eps goes to zero EM's steps become Lloyd's and its responsibilities harden.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import known_covariance as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.starts import UNIFORM
from ._geometry import mean_distance
from ._method import Batch, FloatArray, Method, Status
from ._validation import matrix, positive_count, positive_number
from .lloyd import STREAMS, drawn


class KnownCovariance(NamedTuple):
    """Result of EM with a known covariance, and of Lloyd's algorithm from the same centres.

    Attributes
    ----------
    weights : ndarray, shape (clusters,)
    means : ndarray, shape (clusters, d)
        In ascending order of their first coordinate.
    centers : ndarray, shape (clusters, d)
        Where Lloyd's algorithm ends, in the order of the means.
    gap : float
        Largest distance of a mean from its centre in any pass that Lloyd's algorithm takes.
    end_gap : float
        The same where both have ended.
    softness : float
        Mean over the observations of 1 - the largest responsibility: 0 for a partition.
    disagreement : float
        Share of the observations whose likeliest component is not their cluster.
    objective : float
        The log-likelihood.
    passes : int
        Of EM over the data.
    gradient : float
        Largest of what EM's last step moved a weight, or a mean in units of the data's standard deviation.
    status : Status
        ``DEGENERATE`` if a component is left with less than half an observation, ``MERGED`` if means
        coincide, ``NOT_CONVERGED`` if the passes did not suffice.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    centers: NDArray[np.float64]
    gap: float
    end_gap: float
    softness: float
    disagreement: float
    objective: float
    passes: int
    gradient: float
    status: Status


_TOLERANCE = 1e-9
_MOST_PASSES = 20_000
_SAME = 1e-6  # distance of means that coincide, in units of the data's standard deviation


def known_covariance(
    x: ArrayLike, eps: float, clusters: int = 2, seed: int | np.random.Generator = 0
) -> KnownCovariance:
    """EM of a mixture with covariance ``eps`` I, free weights and free means, beside Lloyd's algorithm.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    eps : float
        The variance of every component in every direction, in squared units of ``x``.
    clusters : int
        Components.
    seed : int or Generator
        Of the start, as many uniformly drawn observations as components: the same seed gives the same fit.

    Returns
    -------
    KnownCovariance

    Raises
    ------
    ValueError
        If ``eps`` is not a positive number, there are fewer observations than components, or the data are not
        a finite real matrix.

    Examples
    --------
    >>> fit = known_covariance([-1.5, -0.5, 0.5, 1.5], eps=0.01)
    >>> fit.means[:, 0].round(6), fit.centers[:, 0]
    (array([-1.,  1.]), array([-1.,  1.]))
    """
    eps = positive_number("eps", eps, "it is the components' variance")
    points = matrix(x, at_least=positive_count("clusters", clusters))
    uniforms = np.random.default_rng(seed).random((1, 1, clusters))
    rows = _fit_all(read_only(points[np.newaxis]), read_only(uniforms), float(eps))
    order = np.lexsort(rows.means[0].T[::-1])
    fit = rows.fits[0]
    return KnownCovariance(
        weights=rows.weights[0, order],
        means=rows.means[0, order],
        centers=rows.centers[0, order],
        gap=float(fit[algorithm.GAP]),
        end_gap=float(fit[algorithm.END_GAP]),
        softness=float(fit[algorithm.SOFTNESS]),
        disagreement=float(fit[algorithm.DISAGREEMENT]),
        objective=float(fit[algorithm.LOG_LIKELIHOOD]),
        passes=int(fit[algorithm.PASSES]),
        gradient=float(fit[algorithm.MOVE]),
        status=Status(int(rows.status[0])),
    )


class _Rows(NamedTuple):
    """Fits of several samples: weights (r, k), means and centres (r, k, d), diagnostics and statuses."""

    weights: FloatArray
    means: FloatArray
    centers: FloatArray
    fits: FloatArray
    status: NDArray[np.int64]


def _fit_all(samples: FloatArray, uniforms: FloatArray, eps: float) -> _Rows:
    r, n, d = samples.shape
    clusters = uniforms.shape[2]
    parameters, centers, fits = algorithm.known_covariance(
        samples, uniforms, UNIFORM, eps, _TOLERANCE, _MOST_PASSES
    )
    weights = parameters[:, :clusters]
    means = parameters[:, clusters:-1].reshape(r, clusters, d)
    first, second = np.triu_indices(clusters, 1)
    apart = np.sqrt(((means[:, second] - means[:, first]) ** 2).sum(axis=2).min(axis=1, initial=np.inf))
    scale = np.sqrt(samples.var(axis=1).mean(axis=1))
    status = np.where(fits[:, algorithm.FIXED] == 1.0, Status.CONVERGED, Status.NOT_CONVERGED)
    status = np.where(apart <= _SAME * scale, Status.MERGED, status)
    status = np.where(weights.min(axis=1) * n < 0.5, Status.DEGENERATE, status)
    return _Rows(weights, means, centers, fits, status)


def _fit(batch: Batch, eps: float) -> dict[str, NDArray[Any]]:
    # the random numbers of k-means: where it has one start, it is this one
    rows = _fit_all(*drawn(batch, STREAMS["uniform"], 1), float(eps))
    return {
        "distance": mean_distance(rows.means),
        "gap": rows.fits[:, algorithm.GAP],
        "end_gap": rows.fits[:, algorithm.END_GAP],
        "softness": rows.fits[:, algorithm.SOFTNESS],
        "disagreement": rows.fits[:, algorithm.DISAGREEMENT],
        "objective": rows.fits[:, algorithm.LOG_LIKELIHOOD],
        "passes": rows.fits[:, algorithm.PASSES],
        "gradient": rows.fits[:, algorithm.MOVE],
        "status": rows.status,
    }


METHOD = Method(
    fit=_fit,
    outputs=(
        "distance",
        "gap",
        "end_gap",
        "softness",
        "disagreement",
        "objective",
        "passes",
        "gradient",
    ),
    parameters={"eps": "positive"},
    any_dimension=True,
    any_clusters=True,
)
