"""k-means corrected for its bias under a normal mixture with a common variance: indirect inference."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import debiasing
from ..algorithms.compiling import read_only
from .method import Batch, FloatArray, Method, Status
from .validation import sorted_sample

_WAYS = {
    (True, False): debiasing.BALANCED,
    (True, True): debiasing.BALANCED_STEP,
    (False, False): debiasing.GENERAL,
    (False, True): debiasing.GENERAL_STEP,
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


def debiased(x: ArrayLike, balanced: bool = False, one_step: bool = False) -> Debiased:
    """Correct k-means with two clusters for its bias.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    balanced : bool
        Whether the components are known to have equal weights.
    one_step : bool
        Whether to follow with one Newton step of the mixture's log-likelihood.

    Returns
    -------
    Debiased

    Raises
    ------
    ValueError
        If the sample is too short, or is not a finite real vector.

    Notes
    -----
    See :mod:`kmeans_inconsistency.algorithms.debiasing` for what is matched. An indirect-inference estimator
    (Gourieroux, Monfort & Renault, 1993) with Le Cam's one step.
    """
    row = {name: values[0] for name, values in fit_rows(sorted_sample(x, 2), balanced, one_step).items()}
    return Debiased(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        passes=int(row["passes"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, balanced: bool, one_step: bool) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    fits = debiasing.debias(read_only(samples), _WAYS[balanced, one_step])
    return {
        "distance": fits[:, debiasing.UPPER] - fits[:, debiasing.LOWER],
        "lower": fits[:, debiasing.LOWER],
        "upper": fits[:, debiasing.UPPER],
        "weight": fits[:, debiasing.WEIGHT],
        "variance": fits[:, debiasing.VARIANCE],
        "passes": fits[:, debiasing.PASSES].astype(np.int64),
        "status": fits[:, debiasing.OUTCOME].astype(np.int64),
    }


OUTPUTS = ("distance", "lower", "upper", "weight", "variance", "passes")


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, balanced=False, one_step=False)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
