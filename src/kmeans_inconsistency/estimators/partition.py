"""The assignment of observations to two components, as a partition and as probabilities, and its scores.

The rule is that of Bayes, with the model of the data, of which nothing is estimated; that of the mixture's
maximum likelihood fit, its responsibilities; the same made hard, 0 or 1 by the likelier component, which has
neither a logarithmic score nor a calibration slope (:mod:`..algorithms.probabilities`); or that of k-means,
with the probabilities of the model of which it is the classification likelihood: components of equal weight
and of its within-cluster variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.partition import BINS, score_partitions
from ..algorithms.probabilities import score_probabilities
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
    odds = log_odds(lower, upper, weight, variance)
    found = score_partitions(*(read_only(a) for a in (batch.x, labels(batch), batch.sorted, *odds)))
    return dict(zip(OUTPUTS, found.T, strict=True))


def log_odds(
    lower: FloatArray, upper: FloatArray, weight: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Intercept and slope of the log odds of the upper of two normal components with a common variance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (upper - lower) / variance
        intercept = np.log1p(-weight) - np.log(weight) - slope * (lower + upper) / 2
    return intercept, slope


def labels(batch: Batch) -> NDArray[np.int64]:
    """1 where an observation came from the upper component, else 0, shape (r, n)."""
    upper: NDArray[np.int64] = (batch.components == int(np.argmax(batch.truth.means))).astype(np.int64)
    return upper


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
    fitted, status = _mixture(batch)
    return {**scores(batch, *fitted), "status": status}


def _by_hard_mixture(batch: Batch) -> dict[str, NDArray[Any]]:
    fitted, status = _mixture(batch)
    intercept, slope = log_odds(*fitted)
    odds = intercept[:, np.newaxis] + slope[:, np.newaxis] * batch.x
    # of odds that do not exist neither component is the likelier one
    upper, lower = (np.where(np.isnan(odds), np.nan, side) for side in (odds > 0, odds <= 0))
    found = score_probabilities(*(read_only(a) for a in (labels(batch), upper, lower)))
    return {**dict(zip(OUTPUTS, found.T, strict=True)), "status": status}


def _mixture(batch: Batch) -> tuple[tuple[FloatArray, ...], NDArray[np.int64]]:
    """Lower and upper mean, weight and variance of the mixture's fits, and their statuses."""
    fits = newton.mixture_newton(read_only(batch.sorted), 1)
    fitted = tuple(fits[:, c] for c in (newton.LOWER, newton.UPPER, newton.WEIGHT, newton.VARIANCE))
    return fitted, fits[:, newton.OUTCOME].astype(np.int64)


_RULES = {"bayes": _by_bayes, "kmeans": _by_kmeans, "mixture": _by_mixture, "hard": _by_hard_mixture}


def _fit(batch: Batch, rule: str = "bayes") -> dict[str, NDArray[Any]]:
    return _RULES[rule](batch)


METHOD = Method(fit=_fit, outputs=OUTPUTS, parameters={"rule": ("bayes", "kmeans", "mixture", "hard")})
