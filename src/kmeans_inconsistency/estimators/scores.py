"""Scores of a fit's partition and probabilities, as every method that is scored returns them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms.compiling import read_only
from ..algorithms.partition import BINS, score_partitions
from .method import Batch, FloatArray

OUTPUTS = (
    "partition_error",
    "rand_index",
    "brier_score",
    "log_score",
    "calibration_slope",
    *(f"forecast_{k}" for k in range(1, BINS + 1)),
    *(f"outcome_{k}" for k in range(1, BINS + 1)),
)


def rows(
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
    scores = score_partitions(
        *(read_only(a) for a in (batch.x, labels.astype(np.int64), batch.sorted, intercept, slope))
    )
    return dict(zip(OUTPUTS, scores.T, strict=True))
