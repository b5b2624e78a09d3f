"""The normal mixture with a common variance by the method of moments (Pearson, 1894; Lindsay & Basak, 1993).

What it solves is in :mod:`kmeans_inconsistency.algorithms.mixture_moments`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import mixture_moments
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import sorted_sample


class Moments(NamedTuple):
    """Result of the method of moments.

    Attributes
    ----------
    weights, means : ndarray, shape (2,)
        Means ascending; weights are NaN if merged.
    variance : float
        The common variance.
    passes : int
        How often the sample was read.
    status : Status
        ``MERGED`` if no two components have the fourth cumulant; ``DEGENERATE`` if the sample has but two
        values; ``FAILED`` if the lighter component would have less than one observation.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    passes: int
    status: Status


def moments(x: ArrayLike, weights: str = "free") -> Moments:
    """Fit the mixture that has the sample's first four moments.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    weights : {"free", "equal"}
        Whether the components may have any weights, or are known to have equal ones: then the third moment is
        left out.

    Returns
    -------
    Moments

    Raises
    ------
    ValueError
        If ``weights`` is neither, the sample is too short, or is not a finite real vector.

    Notes
    -----
    With k_2, k_3, k_4 the cumulants and w the variance between the components: for equal weights the distance
    is (-8 k_4)^(1/4). For free ones w is the one positive root of 2 w^3 + k_4 w = k_3^2, and the squared
    distance (k_3 / w)^2 + 4 w. Every sample of more than two values has exactly one solution, which for a
    fourth cumulant above zero may be a component of less than one observation, far from all others: that is
    no estimate.
    """
    chosen("weights", weights, ("free", "equal"))
    row = {name: values[0] for name, values in fit_rows(sorted_sample(x, 2), weights).items()}
    return Moments(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        passes=int(row["passes"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, weights: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    match = mixture_moments.match_equal if weights == "equal" else mixture_moments.match_free
    fits = match(read_only(samples))
    return {
        "distance": fits[:, mixture_moments.UPPER] - fits[:, mixture_moments.LOWER],
        "lower": fits[:, mixture_moments.LOWER],
        "upper": fits[:, mixture_moments.UPPER],
        "weight": fits[:, mixture_moments.WEIGHT],
        "variance": fits[:, mixture_moments.VARIANCE],
        "passes": fits[:, mixture_moments.PASSES].astype(np.int64),
        "status": fits[:, mixture_moments.OUTCOME].astype(np.int64),
    }


def _fit(batch: Batch, weights: str = "free") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, weights)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "passes"),
    parameters={"weights": ("free", "equal")},
)
