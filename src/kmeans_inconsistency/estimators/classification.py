"""Classification maximum likelihood of two normals with a common variance; the global optimum."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import classification as algorithm
from ..algorithms.compiling import read_only
from .method import Batch, FloatArray, Method, Status
from .validation import sorted_sample


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


def classification(x: ArrayLike, start: Literal["global", "kmeans"] = "global") -> Classification:
    """Fit two normal components to a sample, each observation belonging wholly to one of them.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    start : {"global", "kmeans"}
        Whether to return the best of all cuts, or the local optimum that classification EM reaches from
        k-means' (Celeux & Govaert, 1992).

    Returns
    -------
    Classification

    Raises
    ------
    ValueError
        If ``start`` is neither, the sample is too short, or is not a finite real vector.

    Notes
    -----
    With weights fixed at 1/2 in place of free ones the fit is k-means' exactly.

    Examples
    --------
    >>> classification([0.0, 1.0, 10.0, 11.0]).means
    array([ 0.5, 10.5])
    """
    if start not in ("global", "kmeans"):
        raise ValueError(f"start must be 'global' or 'kmeans', not {start!r}.")
    rows = fit_rows(
        sorted_sample(x, at_least=2), algorithm.GLOBAL if start == "global" else algorithm.FROM_KMEANS
    )
    row = {name: values[0] for name, values in rows.items()}
    return Classification(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        objective=float(row["objective"]),
        passes=int(row["passes"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, start: int) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), from one of the algorithm's starts, as a batch's methods do."""
    n = samples.shape[1]
    fits = algorithm.classification(read_only(samples), start)
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


OUTPUTS = ("distance", "lower", "upper", "weight", "variance", "objective", "passes")


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, algorithm.GLOBAL)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
