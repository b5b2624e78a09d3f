"""k-means corrected for its bias under a normal mixture with a common variance: indirect inference."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import debiasing
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import sorted_sample

_WAYS = {
    ("equal", "none"): debiasing.BALANCED,
    ("equal", "newton"): debiasing.BALANCED_STEP,
    ("free", "none"): debiasing.GENERAL,
    ("free", "newton"): debiasing.GENERAL_STEP,
}


class Debiased(NamedTuple):
    """Result of debiased k-means.

    Attributes
    ----------
    weights, means : ndarray, shape (2,)
        Of the normal mixture that k-means' fit points back to, means ascending; weights are NaN if merged.
    variance : float
        The common variance.
    passes : int
        How often the sample was read.
    status : Status
        ``MERGED`` if the centres are no farther apart than those of a single normal; ``FAILED`` if no mixture
        matches them; ``STOPPED`` if the one step was left out, for the likelihood is not concave there.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    passes: int
    status: Status


def debiased(x: ArrayLike, weights: str = "free", step: str = "none") -> Debiased:
    """Correct k-means with two clusters for its bias.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    weights : {"free", "equal"}
        Whether the components may have any weights, or are known to have equal ones.
    step : {"none", "newton"}
        Whether to follow with one Newton step of the mixture's log-likelihood, which for equal weights is in
        the distance.

    Returns
    -------
    Debiased

    Raises
    ------
    ValueError
        If ``weights`` or ``step`` is neither, the sample is too short, or is not a finite real vector.

    Notes
    -----
    See :mod:`kmeans_inconsistency.algorithms.debiasing` for what is matched. An indirect-inference estimator
    (Gourieroux, Monfort & Renault, 1993) with Le Cam's one step.
    """
    chosen("weights", weights, ("free", "equal"))
    chosen("step", step, ("none", "newton"))
    row = {name: values[0] for name, values in fit_rows(sorted_sample(x, 2), weights, step).items()}
    return Debiased(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        passes=int(row["passes"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, weights: str, step: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    fits = debiasing.debias(read_only(samples), _WAYS[weights, step])
    return {
        "distance": fits[:, debiasing.UPPER] - fits[:, debiasing.LOWER],
        "lower": fits[:, debiasing.LOWER],
        "upper": fits[:, debiasing.UPPER],
        "weight": fits[:, debiasing.WEIGHT],
        "variance": fits[:, debiasing.VARIANCE],
        "passes": fits[:, debiasing.PASSES].astype(np.int64),
        "status": fits[:, debiasing.OUTCOME].astype(np.int64),
    }


def _fit(batch: Batch, weights: str = "free", step: str = "none") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, weights, step)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "passes"),
    parameters={"weights": ("free", "equal"), "step": ("none", "newton")},
)
