"""The assignment of observations by the posterior: probabilities averaged over Gibbs draws, and their scores.

Given the parameters the probability of the upper component is that of :mod:`.partition`; its average over the
draws of :mod:`.posterior`, which are the same here, is the posterior probability. Components may change names
from draw to draw, so that in each the upper one is that with the larger mean; the scores then name the two
clusters as they agree best, as they do for every rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms.compiling import read_only
from ..algorithms.gibbs import MEAN_0, MEAN_1, VARIANCE, WEIGHT, Prior
from ..algorithms.probabilities import average_probabilities, score_probabilities
from ._method import Batch, FloatArray, Method, Status
from .partition import OUTPUTS, labels, log_odds
from .posterior import sample_chains


def ordered(draws: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Lower mean, upper mean, weight of the lower component and variance of draws, shape (..., 4)."""
    first, second = draws[..., MEAN_0], draws[..., MEAN_1]
    weight = np.where(first > second, 1 - draws[..., WEIGHT], draws[..., WEIGHT])
    return np.minimum(first, second), np.maximum(first, second), weight, draws[..., VARIANCE]


def _fit(
    batch: Batch, concentration: float, mean_sd: float, shape: float, rate: float, draws: int
) -> dict[str, NDArray[Any]]:
    prior = Prior(concentration, mean_sd, shape, rate)
    # the stream of the method whose draws these are
    generators = batch.generators("posterior")
    chains = np.array(
        [sample_chains(x, prior, draws, rng) for x, rng in zip(batch.sorted, generators, strict=True)]
    )
    intercepts, slopes = log_odds(*ordered(chains.reshape(len(chains), -1, 4)))
    upper, lower = average_probabilities(*(read_only(a) for a in (batch.x, intercepts, slopes)))
    found = score_probabilities(*(read_only(a) for a in (labels(batch), upper, lower)))
    status = np.full(len(chains), Status.STOPPED)
    return {**dict(zip(OUTPUTS, found.T, strict=True)), "status": status}


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={
        "concentration": "positive",
        "mean_sd": "positive",
        "shape": "positive",
        "rate": "positive",
        "draws": "count",
    },
)
