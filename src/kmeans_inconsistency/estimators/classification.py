"""Classification maximum likelihood of two normals with a common variance; the global optimum."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import classification as algorithm
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import sorted_sample


class Classification(NamedTuple):
    """Result of classification maximum likelihood.

    Attributes
    ----------
    weights, means : ndarray, shape (2,)
        The clusters' shares and means, means ascending. One cluster takes all if the status is ``MERGED``:
        the weights are then NaN and both means the sample's.
    variance : float
        The within-cluster variance.
    objective : float
        The classification log-likelihood.
    passes : int
        How often the sample was read.
    status : Status
        ``DEGENERATE`` if the clusters are two points, so that the likelihood is unbounded.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    objective: float
    passes: int
    status: Status


# known weights of 1/2 make the criterion k-means', whose best cut has no other start to reach
_STARTS = {
    ("free", "global"): algorithm.GLOBAL,
    ("free", "local"): algorithm.FROM_KMEANS,
    ("equal", "global"): algorithm.FIXED_WEIGHTS,
    ("equal", "local"): algorithm.FIXED_WEIGHTS,
}


def classification(x: ArrayLike, weights: str = "free", search: str = "global") -> Classification:
    """Fit two normal components to a sample, each observation belonging wholly to one of them.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    weights : {"free", "equal"}
        Whether the weights are estimated, or known to be 1/2.
    search : {"global", "local"}
        Whether to return the best of all cuts, or the local optimum that classification EM reaches from
        k-means' (Celeux & Govaert, 1992).

    Returns
    -------
    Classification

    Raises
    ------
    ValueError
        If ``weights`` or ``search`` is neither, the sample is too short, or is not a finite real vector.

    Notes
    -----
    With weights of 1/2 it is the fixed-partition model of k-means: every cut is compared with every other by
    its likelihood, and that the best one is k-means' is a result.

    Examples
    --------
    >>> classification([0.0, 1.0, 10.0, 11.0]).means
    array([ 0.5, 10.5])
    """
    chosen("weights", weights, ("free", "equal"))
    chosen("search", search, ("global", "local"))
    rows = fit_rows(sorted_sample(x, at_least=2), weights, search)
    row = {name: values[0] for name, values in rows.items()}
    return Classification(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        objective=float(row["objective"]),
        passes=int(row["passes"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, weights: str, search: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    n = samples.shape[1]
    fits = algorithm.classification(read_only(samples), _STARTS[weights, search])
    size, lower, upper, within = fits[:, :4].T
    merged = size == n
    # clusters that are points: the likelihood has no bound, and k-means' split attains it
    points = (samples[:, 0] < samples[:, -1]) & (within == 0)
    status = np.select([points, merged], [Status.DEGENERATE, Status.MERGED], Status.CONVERGED)
    return {
        "distance": upper - lower,
        "lower": lower,
        "upper": upper,
        "weight": np.where(merged, np.nan, size / n),
        "variance": within / n,
        "objective": np.where(points, np.inf, fits[:, algorithm.LOG_LIKELIHOOD]),
        "passes": fits[:, algorithm.PASSES].astype(np.int64),
        "status": status,
    }


def _fit(batch: Batch, weights: str = "free", search: str = "global") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, weights, search)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "objective", "passes"),
    parameters={"weights": ("free", "equal"), "search": ("global", "local")},
)
