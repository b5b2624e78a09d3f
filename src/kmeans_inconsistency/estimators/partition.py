"""The assignment of observations to two components, as a partition and as probabilities, and its scores.

The rule is that of Bayes, with the model of the data, of which nothing is estimated; that of the mixture's
maximum likelihood fit, its responsibilities; or that of k-means, with the probabilities of the model of which
it is the classification likelihood: components of equal weight and of its within-cluster variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.partition import BINS, score_partitions
from ..algorithms.two_means import LOWER, UPPER, WITHIN, two_means
from ._method import Batch, FloatArray, Method, Status

OUTPUTS = (
    "partition_error",
    "rand_index",
    "brier_score",
    "log_score",
    "calibration_slope",
    *(f"forecast_{k}" for k in range(1, BINS + 1)),
    *(f"outcome_{k}" for k in range(1, BINS + 1)),
)


def scores(
    batch: Batch, lower: FloatArray, upper: FloatArray, weight: FloatArray, variance: FloatArray
) -> dict[str, NDArray[Any]]:
    """Score the conditional probabilities of two normal components with a common variance.

    Parameters
    ----------
    batch : Batch
        In one dimension, of a model with two components.
    lower, upper, weight, variance : ndarray, shape (r,)
        The means, the weight of the lower component and the variance that make the probabilities; a row in
        which they make none is NaN.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (upper - lower) / variance
        intercept = np.log1p(-weight) - np.log(weight) - slope * (lower + upper) / 2
    labels = batch.components == int(np.argmax(batch.truth.means))
    found = score_partitions(
        *(read_only(a) for a in (batch.x, labels.astype(np.int64), batch.sorted, intercept, slope))
    )
    return dict(zip(OUTPUTS, found.T, strict=True))


def _by_bayes(batch: Batch) -> dict[str, NDArray[Any]]:
    truth, count = batch.truth, len(batch.replicates)
    lower, upper = min(truth.means), max(truth.means)
    weight, variance = truth.weights[int(np.argmin(truth.means))], truth.sds[0] ** 2
    known = (np.full(count, v) for v in (lower, upper, weight, variance))
    return {**scores(batch, *known), "status": np.full(count, Status.CONVERGED)}


def _by_kmeans(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = two_means(read_only(batch.sorted))
    lower, upper = fits[:, LOWER], fits[:, UPPER]
    status = np.where(lower == upper, Status.MERGED, Status.CONVERGED)
    half = np.full(len(fits), 0.5)
    return {**scores(batch, lower, upper, half, fits[:, WITHIN] / batch.n), "status": status}


def _by_mixture(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = newton.mixture_newton(read_only(batch.sorted), 1)
    means = fits[:, newton.LOWER], fits[:, newton.UPPER]
    status = fits[:, newton.OUTCOME].astype(np.int64)
    return {**scores(batch, *means, fits[:, newton.WEIGHT], fits[:, newton.VARIANCE]), "status": status}


_RULES = {"bayes": _by_bayes, "kmeans": _by_kmeans, "mixture": _by_mixture}


def _fit(batch: Batch, rule: str = "bayes") -> dict[str, NDArray[Any]]:
    return _RULES[rule](batch)


METHOD = Method(fit=_fit, outputs=OUTPUTS, parameters={"rule": ("bayes", "kmeans", "mixture")})
