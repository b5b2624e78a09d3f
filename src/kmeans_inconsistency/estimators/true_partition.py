"""Bayes' rule and the conditional probabilities of the model of the data: nothing is estimated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import scores
from .method import Batch, Method, Status


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    truth, count = batch.truth, len(batch.replicates)
    lower, upper = min(truth.means), max(truth.means)
    weight, variance = truth.weights[int(np.argmin(truth.means))], truth.sds[0] ** 2
    known = (np.full(count, v) for v in (lower, upper, weight, variance))
    return {**scores.rows(batch, *known), "status": np.full(count, Status.CONVERGED)}


METHOD = Method(fit=_fit, outputs=scores.OUTPUTS)
